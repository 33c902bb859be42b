"""Turns plain text into Markdown that shows exactly that text.

Two strengths: the light one escapes only what would be read as markup where it stands, so that sources
stay pleasant to edit and most formulas stay as written; the full one escapes every character that
could ever matter and is for the rare text that the light one does not hold.
"""

import re

_PUNCTUATION = re.escape("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~")
_LIGHT = re.compile(
    rf"""
    \\(?=[{_PUNCTUATION}\n]|$)          # a backslash before what it would hide, or before a line's end
    | (?<!\s)\*|\*(?!\s)                # an asterisk that stands alone between spaces is harmless
    | (?<![^\W_])_                      # an underscore behind a letter opens nothing
    | [`\[\]]
    | (?<!\s)~|~(?!\s)
    | <(?=[A-Za-z/!?])
    | &(?=\#?\w+;)
    | (?<=http|ttps):(?=//)|(?<=\bwww)\.|(?<=[\w.+-])@(?=[\w-]+\.\w)   # addresses that were no links
    """,
    re.VERBOSE,
)
_FULL = re.compile(r"[!#$&*+\-.:<=>@\[\\\]^_`{|}~]")
_LINE_START = re.compile(
    r"""
    (?P<before>^[ ]*(?:\d{1,9}(?=[.)](?:\s|$)))?)                        # digits of a numbered item stay
    (?P<mark>(?<=\d)[.)]
      | \#{1,6}(?=\s|$) | > | [-+*](?=\s|$)
      | [=\-](?=[=\-\ ]*$)                                               # underlines of headings, rules
      | [|:](?=[|:\-\ ]*-[|:\-\ ]*$) | -(?=[|:\-\ ]+$)                   # the second line of a table
      | ~(?=~~)
      | \[(?=[^\]]+\]:)                                                  # definition of a link
    )
    """,
    re.VERBOSE | re.MULTILINE,
)
_TRAILING_HASHES = re.compile(r"(^|\s)(#+)\s*$")


def escape(text: str, *, full: bool = False) -> str:
    """Markdown for a piece of running text; where it begins a line, `escape_line_starts` comes after."""
    return (_FULL if full else _LIGHT).sub(r"\\\g<0>", text)


def escape_line_starts(markdown: str) -> str:
    """Keeps the lines of a paragraph from being read as headings, lists, quotes, rules or tables."""
    return _LINE_START.sub(r"\g<before>\\\g<mark>", markdown)


def heading(markdown: str, level: int) -> str:
    """An ATX heading; hashes at its end would be taken for a closing sequence."""
    return f"{'#' * level} " + _TRAILING_HASHES.sub(r"\1\\\2", markdown)


def code_span(code: str) -> str:
    """Inline code with a delimiter that does not occur in it; newlines are spaces there."""
    code = re.sub(r"\s*\n\s*", " ", code)
    if not code:
        return ""
    runs = {len(run) for run in re.findall(r"`+", code)}
    ticks = "`" * next(n for n in range(1, len(runs) + 2) if n not in runs)
    framed = code[0] == "`" or code[-1] == "`" or (code[0] == code[-1] == " " and bool(code.strip()))
    return f"{ticks} {code} {ticks}" if framed else f"{ticks}{code}{ticks}"


def code_block(code: str, language: str = "") -> str:
    """A fence longer than any run of backticks inside."""
    longest = max((len(run) for run in re.findall(r"`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    body = code.removesuffix("\n")
    return f"{fence}{language}\n{body}\n{fence}" if body else f"{fence}{language}\n{fence}"


def link_target(url: str) -> str:
    """A link's target; in angle brackets where spaces or unbalanced brackets would end it."""
    url = url.strip().replace("\n", "%0A").replace("<", "%3C").replace(">", "%3E").replace("\\", "%5C")
    url = re.sub(r"&(?=#?\w+;)", r"\\&", url)
    balanced = url.count("(") == url.count(")") and not re.search(r"\)[^(]*\(", url)
    return url if url and balanced and not re.search(r"\s", url) else f"<{url}>"


def link_title(title: str) -> str:
    """The part after a link's target, with its leading space; empty without a title."""
    if not title.strip():
        return ""
    return ' "' + re.sub(r"\s+", " ", escape(title)).replace('"', '\\"') + '"'
