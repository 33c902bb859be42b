"""The language of a page: what the address asks for, else what the browser prefers."""

from collections.abc import Mapping

from werkzeug.datastructures import LanguageAccept

LANGUAGES = ("en", "zh-Hans")

# What the server itself says; everything else is the client's.
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "page": "page {number}",
        "tag": "Topics tagged {name}",
        "search": "Search",
        "search_for": "Search: {query}",
        "signin": "Sign in",
        "signup": "Sign up",
        "confirm": "Confirm your address",
        "forgot": "Forgotten password",
        "reset": "New password",
        "settings": "Settings",
        "new": "New topic",
        "tags": "Tags",
        "members": "Members",
        "categories": "Categories",
        "nowhere": "There is nothing here",
        "away": "Away for a moment",
    },
    "zh-Hans": {
        "page": "第 {number} 页",
        "tag": "标签：{name}",
        "search": "搜索",
        "search_for": "搜索：{query}",
        "signin": "登录",
        "signup": "注册",
        "confirm": "确认邮箱地址",
        "forgot": "忘记密码",
        "reset": "设置新密码",
        "settings": "设置",
        "new": "发布新主题",
        "tags": "标签",
        "members": "成员",
        "categories": "版块",
        "nowhere": "这里什么也没有",
        "away": "暂时无法访问",
    },
}


def choose(asked: str | None, accepted: LanguageAccept) -> str:
    """One of LANGUAGES: `asked` is the address's ?lang=, `accepted` the Accept-Language header.

    Every kind of Chinese is answered in Simplified Chinese, every other language in English.
    """
    if asked in LANGUAGES:
        return asked
    for tag in accepted.values():
        language = tag.lower().split("-")[0]
        if language in ("zh", "en"):
            return "zh-Hans" if language == "zh" else "en"
    return "en"
