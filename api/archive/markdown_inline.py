"""Joins pieces of inline Markdown so that emphasis opens and closes where it should.

CommonMark lets a run of asterisks open or close only beside the right neighbours (its "flanking"
rules). HTML knows no such rule: `<b>Note:</b>this` has no direct Markdown. Here the punctuation at the
edge moves out of the emphasis, underscores stand in where two runs of asterisks would touch, and where
nothing helps the emphasis goes, never the text.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from api.archive.markdown_escape import code_span

LINE_BREAK = "\x00"  # stands for a hard break until the paragraph is complete
_SPACE = " \t\r\n\f" + LINE_BREAK
_OUTER_START = re.compile(r"(?:\\[!-/:-@\[-`{-~]|[\"'(,.:;?%“”‘’「」『』（），。：；？、—–…-])+")
_OUTER_END = re.compile(rf"{_OUTER_START.pattern}$")


@dataclass(frozen=True)
class Emphasis:
    """Inline Markdown to be put between two markers: `*`, `**` or `~~`."""

    marker: str
    inner: str


@dataclass(frozen=True)
class Code:
    """Inline code; in a table's cell its pipes are escaped, as nothing else in code ever is."""

    text: str
    in_cell: bool = False

    def __str__(self) -> str:
        span = code_span(self.text)
        return span.replace("|", "\\|") if self.in_cell else span


Piece = str | Emphasis | Code


def join(pieces: Sequence[Piece]) -> str:
    """One string of inline Markdown out of its pieces in order."""
    written = ""
    pieces = list(_merged(pieces))
    for index, piece in enumerate(pieces):
        if isinstance(piece, Emphasis):
            written += _emphasised(piece, written, _first(islice(pieces, index + 1, None)))
        elif isinstance(piece, Code):
            written += str(piece)
        elif written.endswith("!") and not written.endswith("\\!") and piece.startswith("["):
            written = f"{written[:-1]}\\!{piece}"  # else a link would become an image
        else:
            written += piece
    return written


def _merged(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Code beside code as one: Markdown cannot tell where the backticks of one end and of the next begin."""
    for is_code, run in groupby(
        (piece for piece in pieces if piece), key=lambda piece: isinstance(piece, Code)
    ):
        if is_code:
            codes = [piece for piece in run if isinstance(piece, Code)]
            yield Code("".join(code.text for code in codes), in_cell=codes[0].in_cell)
        else:
            yield from run


def _first(rest: Iterable[Piece]) -> str:
    """The character that follows, a space at the end."""
    for piece in rest:
        if isinstance(piece, Emphasis):
            inner = piece.inner
            if inner.strip(_SPACE):
                return inner[0] if inner[0] in _SPACE else piece.marker[0]
            if inner:
                return " "
        elif text := str(piece):
            return text[0]
    return " "


def _emphasised(piece: Emphasis, written: str, after: str) -> str:
    inner = piece.inner.strip(_SPACE)
    if not inner:
        return piece.inner
    start = piece.inner.index(inner)
    lead, trail = piece.inner[:start], piece.inner[start + len(inner) :]
    before = (lead or written)[-1:] or " "
    after = trail[:1] or after
    for candidate_lead, core, candidate_trail in _narrowings(inner):
        for marker in _markers(piece.marker):
            left = candidate_lead[-1:] or before
            right = candidate_trail[:1] or after
            if _holds(marker, core, left, right):
                return f"{lead}{candidate_lead}{marker}{core}{marker}{candidate_trail}{trail}"
    return piece.inner


def _markers(marker: str) -> tuple[str, ...]:
    return (marker, marker.replace("*", "_")) if "*" in marker else (marker,)


def _narrowings(inner: str) -> list[tuple[str, str, str]]:
    """(before, core, after): the whole text first, then with the punctuation at its edges moved out."""
    start = match.end() if (match := _OUTER_START.match(inner)) else 0
    end = match.start() if (match := _OUTER_END.search(inner)) else len(inner)
    options = [(0, len(inner)), (0, end), (start, len(inner)), (start, end)]
    cut = [(inner[:a], inner[a:b], inner[b:]) for a, b in dict.fromkeys(options) if a < b]
    return [(a, core, b) for a, core, b in cut if core.strip(_SPACE) == core]


def _holds(marker: str, core: str, before: str, after: str) -> bool:
    """Whether the run of `marker` may open before `core` and close after it, between these neighbours."""
    sign = marker[0]
    if sign in (before, after):
        return False
    opens = not _punctuation(core[0]) or not _word(before)
    closes = not _punctuation(core[-1]) or not _word(after)
    if sign == "_":
        opens = opens and not _word(before)
        closes = closes and not _word(after)
    return opens and closes


def _punctuation(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _word(character: str) -> bool:
    return character not in _SPACE and not character.isspace() and not _punctuation(character)
