"""What the pages of the guide say besides their chapters."""

from collections.abc import Mapping

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "name": "English",
        "skip": "Skip to the content",
        "guide": "Guide",
        "reference": "Reference",
        "problems": "Problems",
        "languages": "Language",
        "title": "The API of {forum}",
        "lead": "Everything that this forum does goes through one JSON API, and its web client has no other. The "
        "guide shows it at work, one promise a chapter; each command in it has been run, and each answer is real.",
        "address": "This forum's API:",
        "chapters": "Chapters",
        "chapter": "Chapter {number} of {all}",
        "contents": "Contents",
        "reference_lead": "Every operation, field and refusal, made from the code itself; the same as OpenAPI 3.1 and 3.0:",
        "problems_lead": "Every code that a refusal may carry, and what to do about it.",
        "previous": "Back",
        "next": "Next",
        "transcript": "Commands and answers",
    },
    "zh-Hans": {
        "name": "简体中文",
        "skip": "跳到正文",
        "guide": "指南",
        "reference": "参考手册",
        "problems": "错误代码",
        "languages": "语言",
        "title": "{forum} 的 API",
        "lead": "这个论坛的一切都经由同一套 JSON API，网页客户端用的也是它。指南带你动手试，一章讲清一个承诺；"
        "其中每条命令都执行过，每个响应都是真的。",
        "address": "本论坛的 API 地址：",
        "chapters": "各章",
        "chapter": "第 {number} 章，共 {all} 章",
        "contents": "目录",
        "reference_lead": "全部操作、字段和拒绝的情形，由代码直接生成（英文）；同样的内容也有 OpenAPI 3.1 和 3.0 版本：",
        "problems_lead": "拒绝时可能出现的全部代码，以及该怎么办（英文）。",
        "previous": "上一章",
        "next": "下一章",
        "transcript": "命令与输出",
    },
}
