"""Compares an answer that the guide shows with the real one, and writes what it should show instead.

Values that differ from one run to the next by nature (ids, times, tokens, hashes of ETags, what is left of a quota)
count as equal; everything else has to be as shown, unless `…` stands in its place.
"""

import re
from difflib import SequenceMatcher, unified_diff

from api.guide.console import LEFT_OUT

# Each may be shortened by `…` where it is shown.
VOLATILE = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>"),
        (r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT", "<date>"),
        (r"\beyJ[\w.…-]+", "<access token>"),
        (r'("refresh_token": |parley_refresh=)("?)[\w.…-]{9,}', r"\1\2<refresh token>"),
        (r'"((?:\d+-)?)[0-9a-f]{18}(?:-gz)?"', r'"\1<hash>"'),
        (r'((?:"request_id": "|X-Request-Id: ))[\w.-]+', r"\1<request>"),
        (r'("(?:id|topic_id|post_id|reply_to_id)": ?)(?:\d+|"[\w…-]+")', r"\1<id>"),
        (r"(?m)^(id: )[\w-]+", r"\1<id>"),
        (r"/(topics|posts|t)/\d+", r"/\1/<id>"),
        (r"([?&]cursor=)[\w…%-]+", r"\1<cursor>"),
        (r'("(?:next|previous|resume)": ?")[\w….-]+', r"\1<cursor>"),
        (r"\br=\d+;t=\d+", "r=<left>;t=<seconds>"),
        (r'(Retry-After: |"retry_after": )\d+', r"\1<seconds>"),
        (r"(Content-Length: )\d+", r"\1<bytes>"),
        (r"\bcurl/[\d.]+", "curl/<version>"),
    )
)
# Secrets and cursors are longer than anybody reads.
LONG = re.compile(r'(?<=["=])([\w-]{10})[\w.-]{22,}(?=["&>;])')
NAMED = re.compile(r'(\s*)(?:"([^"]+)":|([\w-]+): )')


def normal(text: str) -> str:
    """The text with a name in place of each value that differs by nature."""
    for pattern, replacement in VOLATILE:
        text = pattern.sub(replacement, text)
    return text


def is_as_shown(shown: str, real: str) -> bool:
    """Whether the real answer is the one that is shown."""
    if not shown:
        return not real
    lines = [
        r"(?:[^\n]*\n)*?" if line.strip() == LEFT_OUT else _line_pattern(line) + r"\n"
        for line in normal(shown).split("\n")
    ]
    return re.fullmatch("".join(lines), normal(real) + "\n") is not None


def _line_pattern(line: str) -> str:
    return r"[^\n]*?".join(re.escape(part) for part in line.split(LEFT_OUT))


def corrected(shown: str, real: str) -> str:
    """What to show for the real answer: what is right stays as it stands, and what was left out stays left out."""
    if is_as_shown(shown, real):
        return shown
    if not (shown and real):
        return _shortened(real)
    before, after = shown.split("\n"), real.split("\n")
    matcher = SequenceMatcher(
        None, [_key(line) for line in before], [_key(line) for line in after], autojunk=False
    )
    lines: list[str] = []
    for tag, i, to_i, j, to_j in matcher.get_opcodes():
        if tag == "equal":
            pairs = zip(before[i:to_i], after[j:to_j], strict=True)
            lines += [old if is_as_shown(old, new) else _shortened(new) for old, new in pairs]
            continue
        marks = [line for line in before[i:to_i] if line.strip() == LEFT_OUT]
        lines += marks[:1] or [_shortened(line) for line in after[j:to_j]]
    return "\n".join(lines)


def _shortened(text: str) -> str:
    return LONG.sub(rf"\1{LEFT_OUT}", text)


def _key(line: str) -> str:
    """What makes two lines the same one with another value: the name of a member or header."""
    named = NAMED.match(line)
    return "\0".join(filter(None, named.groups())) if named else normal(line)


def difference(command: str, shown: str, real: str) -> str:
    """For people: the command, and how its answer differs from what is shown."""
    diff = unified_diff(
        shown.split("\n"), corrected(shown, real).split("\n"), "shown", "answered", lineterm="", n=2
    )
    return "\n".join([f"$ {command}", *diff])
