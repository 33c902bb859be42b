"""Both languages of the guide show the same commands, and the numbers they state are the code's."""

import re

import pytest

from api.auth.actions import tries
from api.core import problems
from api.core.limits import POLICIES
from api.guide.console import steps
from api.guide.contents import CHAPTERS, FOLDER, HEADING, LANGUAGES, source
from tests.guide.running import BLOCK

# What people are called and what they say is the one thing that differs in the commands.
SAYINGS = {
    "小雨": "alice",
    "xiaoyu@": "alice@",
    "阿明": "bob",
    "aming@": "bob@",
    "一盏灯 两本书 三杯茶": "forty two printed pages",
    "一盏灯 两本书 四杯茶": "forty three printed pages",
    "七座安静的灯塔在海边": "seven quiet lighthouses",
    "同一个后继": "the same successor",
    "量子计算机能排版吗？": "Can a quantum computer set type?",
    "断行很像一个*退火*问题。": "Line breaking looks like an *annealing* problem.",
    '["量子", "排版"]': '["quantum", "typography"]',
    "也许行，但**动态规划**已经够快。": "Perhaps, but dynamic programming is **fast enough**.",
    "也许行，但**动态规划**通常已经够快。": "Perhaps, but dynamic programming is **usually** fast enough.",
    "也许行，但动态规划已经够快。": "Perhaps, but dynamic programming is fast enough.",
    "试试模拟退火？": "Simulated annealing, perhaps.",
    "一份用来翻页的列表": "A list to page through",
    "一份翻过的列表": "A list that was paged through",
    "一条回复占一行。": "One reply a line.",
    "一 二 三 四 五 六 七": "one two three four five six seven",
    "第${n}条回复。": "Reply ${n}.",
    "这条送到了吗？": "Did this arrive?",
    "换一句话。": "Something else.",
    "这回有内容了。": "Now with a text.",
    "title='你好'": "title='Hi'",
    "中文排版里，标点挤压是一门*手艺*。": "Hyphenation of compound words is a *dark* art.",
    "标点 author": "hyphenation author",
    "标点挤压": "compound words",
    "挤压标点": "words compound",
    "q==量子": "q==quantum",
    "有事发生了。": "Something happened.",
}
LIMIT = re.compile(r"^\| (.+?) \|.*?(\d+) \| (\d+) \|$", re.MULTILINE)
PROBLEM = re.compile(r"\[(\w+)\]\(/api/problems/(\w+)\)")
CHINESE = re.compile(r"[一-鿿]")


def in_english(command: str) -> str:
    """A command of the Chinese guide with the English one's names and sayings."""
    for chinese in sorted(SAYINGS, key=len, reverse=True):
        command = command.replace(chinese, SAYINGS[chinese])
    return command


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_show_the_same_commands_block_for_block(chapter):
    english, chinese = (
        [[step.command for step in steps(block)] for block in BLOCK.findall(source(language, chapter))]
        for language in LANGUAGES
    )
    assert [[in_english(command) for command in block] for block in chinese] == english


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_both_languages_have_the_same_sections_links_and_tables(chapter):
    shapes = [
        {
            "sections": len(HEADING.findall(text)),
            "links": re.findall(r"\]\(([^)]+)\)", text),
            "rows": len(re.findall(r"^\|", text, re.MULTILINE)),
        }
        for text in (source(language, chapter) for language in LANGUAGES)
    ]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_each_language_is_written_in_itself(chapter):
    english, chinese = (BLOCK.sub("", source(language, chapter)) for language in LANGUAGES)
    assert CHINESE.search(english) is None
    assert all(CHINESE.search(part) for part in chinese.split("\n\n") if part.strip() and "```" not in part)


def test_no_file_lies_beside_the_chapters():
    for language in LANGUAGES:
        assert {path.name for path in (FOLDER / language).iterdir()} == {f"{name}.md" for name in CHAPTERS}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limits_stated_are_those_in_force(language):
    rows = LIMIT.findall(source(language, "limits"))
    stated = {name.strip("`"): (int(often), int(seconds)) for name, often, seconds in rows if "`" in name}
    assert stated == {policy.name: (policy.quota, policy.window) for policy in POLICIES.values()}
    assert [(int(often), int(seconds)) for name, often, seconds in rows if "`" not in name] == [
        (tries.SIGN_INS_PER_ACCOUNT, tries.SIGN_IN_WINDOW),
        (tries.SIGN_INS_PER_ADDRESS, tries.HOUR),
        (tries.MAILS_PER_MAILBOX, tries.HOUR),
        (tries.MAILS_PER_ADDRESS, tries.HOUR),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_chapter_about_errors_names_codes_that_exist(app, language):
    named = PROBLEM.findall(source(language, "errors"))
    assert len(named) > 10
    assert [code for code, page in named if code != page or code not in problems.TITLES] == []
