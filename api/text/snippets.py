"""The piece of a text that shows why it was found."""

from collections.abc import Iterator, Sequence
from html import escape

import regex

from api.text.clean import compatibility_fold
from api.text.scripts import is_cjk
from api.text.segments import Word, required, segments, stem, words_beginning

WIDTH = 200
# Full-width Latin letters, digits and signs, one for one: positions stay true.
_NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
# How much of the width stands before the first match.
_LEAD = 4
_SPACE = regex.compile(r"\s+")

Span = tuple[int, int, int]


def snippet(plain: str, query_terms: Sequence[str], width: int = WIDTH) -> str:
    """HTML-escaped text of about `width` characters around the best matches, each inside `<mark>`.

    `query_terms` is `Query.terms`: words match in any inflection (English stems) and case, Chinese wherever it
    stands, phrases as written with any white space. Without a match it is the beginning of the text.
    """
    spans = _merged(_matches(plain, query_terms))
    start = _best_start(spans, width)
    start, end = _at_boundaries(plain, start, start + width)
    pieces = ["…"] if start > 0 else []
    done = start
    for begin, stop, _ in spans:
        if begin >= start and stop <= end:
            pieces += [_escaped(plain[done:begin]), "<mark>", _escaped(plain[begin:stop]), "</mark>"]
            done = stop
    pieces.append(_escaped(plain[done:end]))
    return "".join(pieces).strip() + ("…" if end < len(plain) else "")


def _escaped(text: str) -> str:
    return escape(_SPACE.sub(" ", text))


def _matches(plain: str, terms: Sequence[str]) -> Iterator[Span]:
    """Begin, end and number of the term for every match."""
    folded = _folded_in_place(plain)
    stems: dict[str, int] = {}
    for number, term in enumerate(terms):
        parts = list(segments(compatibility_fold(term)))
        if len(parts) == 1 and isinstance(parts[0], Word):
            stems |= dict.fromkeys((parts[0].text, *required(parts[0])), number)
        elif parts:
            yield from _occurrences(folded, [part.text for part in parts], number)
    if not stems:
        return
    for word in words_beginning(folded, {key[0] for key in stems}):
        number = next((stems[key] for key in (word.text, *map(stem, word.parts)) if key in stems), -1)
        if number >= 0:
            yield word.start, word.end, number


def _occurrences(folded: str, parts: list[str], number: int) -> Iterator[Span]:
    """Where the parts follow each other with nothing but signs and white space between."""
    at = folded.find(parts[0])
    while at >= 0:
        end = at + len(parts[0])
        for part in parts[1:]:
            following = folded.find(part, end, end + len(part) + 3)
            if following < 0:
                break
            end = following + len(part)
        else:
            yield at, end, number
        at = folded.find(parts[0], max(at + 1, end))


def _folded_in_place(plain: str) -> str:
    """The text in lower case and half width with every character at its own position."""
    narrow = plain.translate(_NARROW)
    folded = narrow.casefold()
    if len(folded) == len(plain):
        return folded
    return "".join(low if len(low := character.casefold()) == 1 else character for character in narrow)


def _merged(spans: Iterator[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans):
        if not merged or span[0] >= merged[-1][1]:
            merged.append(span)
    return merged


def _best_start(spans: list[Span], width: int) -> int:
    """Where a window begins that shows the most different terms, the first such."""
    best, start, first = 0, 0, 0
    shown: dict[int, int] = {}
    for last, (_, end, number) in enumerate(spans):
        shown[number] = shown.get(number, 0) + 1
        while first < last and end - spans[first][0] > width * (_LEAD - 1) // _LEAD:
            shown[spans[first][2]] -= 1
            first += 1
        different = sum(count > 0 for count in shown.values())
        if different > best:
            best, start = different, spans[first][0]
    return max(start - width // _LEAD, 0) if best else 0


def _at_boundaries(plain: str, start: int, end: int) -> tuple[int, int]:
    """The window moved outwards a little so that it cuts no Latin word and no character in two."""
    start, end = max(start, 0), min(end, len(plain))
    while 0 < start < len(plain) and end - start < 2 * WIDTH and _inside(plain, start):
        start -= 1
    while end < len(plain) and end - start < 2 * WIDTH and _inside(plain, end):
        end += 1
    return start, end


def _inside(plain: str, at: int) -> bool:
    before, after = plain[at - 1], plain[at]
    if regex.match(r"[\p{M}\u200d]", after) or before == "\u200d":
        return True
    return before.isalnum() and after.isalnum() and not is_cjk(before) and not is_cjk(after)
