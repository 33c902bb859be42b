"""Reads the small markup of Stack Exchange comments.

Comments know italic, bold, code, links and bare addresses, and nothing that begins a line; all else is
plain text ("Comment formatting" in the site's help). So a comment goes through HTML, like any post.
"""

import re
from html import escape

_TOKEN = re.compile(
    r"""
    (?P<maths>\$\$?(?![\s$])[^$\n]{1,300}?(?<!\s)\$\$?(?!\d))
    | (?P<ticks>`+)(?P<code>[^`\n]+)(?P=ticks)
    | \[(?P<label>[^\[\]\n]+)\]\((?P<target>(?:https?|ftp)://(?:[^\s()]|\([^\s()]*\))+)(?:\s+"(?P<title>[^"\n]*)")?\)
    | (?P<address>(?<![\w/])https?://[^\s<>"`]+)
    | \*\*(?=\S)(?P<bold>[^\n]{1,600}?)(?<=\S)\*\*
    | (?<![\w*])\*(?=[^\s*])(?P<italic>[^\n]{1,600}?)(?<=[^\s*])\*(?![\w*])
    | (?<![\w_])_(?=[^\s_])(?P<slanted>[^\n]{1,600}?)(?<=[^\s_])_(?![\w_])
    """,
    re.VERBOSE,
)
_AFTER_ADDRESS = re.compile(r"[.,;:!?'*_]+$")
_LONGEST = 5000  # characters that are searched for markup; comments end at 600
_DEEPEST = 4


def comment_html(text: str) -> str:
    """HTML for a comment's text; lines apart become paragraphs, lines below each other breaks."""
    paragraphs = re.split(r"\s*\n\s*\n\s*", text.replace("\r\n", "\n").strip())
    return "\n".join(
        "<p>" + "<br>".join(_inline(line.strip(), 0) for line in paragraph.split("\n")) + "</p>"
        for paragraph in paragraphs
        if paragraph
    )


def _inline(text: str, depth: int) -> str:
    if len(text) > _LONGEST or depth > _DEEPEST:
        return escape(text)
    written, end = [], 0
    for match in _TOKEN.finditer(text):
        written += [escape(text[end : match.start()]), _token(match, depth)]
        end = match.end()
    return "".join(written) + escape(text[end:])


def _token(match: re.Match[str], depth: int) -> str:
    if match["code"]:
        return f"<code>{escape(match['code'].strip())}</code>"
    if match["label"]:
        title = f' title="{escape(match["title"])}"' if match["title"] else ""
        return f'<a href="{escape(match["target"])}"{title}>{_inline(match["label"], depth + 1)}</a>'
    if match["address"]:
        return _address(match["address"])
    if match["bold"]:
        return f"<strong>{_inline(match['bold'], depth + 1)}</strong>"
    if slanted := match["italic"] or match["slanted"]:
        return f"<em>{_inline(slanted, depth + 1)}</em>"
    return escape(match[0])


def _address(raw: str) -> str:
    """Sentence marks and an unopened bracket at the end are not part of the address."""
    url = _AFTER_ADDRESS.sub("", raw)
    while url.endswith((")", "]")) and url.count(url[-1]) > url.count("(" if url[-1] == ")" else "["):
        url = _AFTER_ADDRESS.sub("", url[:-1])
    return f'<a href="{escape(url)}">{escape(url)}</a>{escape(raw[len(url) :])}'
