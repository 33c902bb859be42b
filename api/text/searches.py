"""Reads what somebody typed into the search box."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import regex

from api.text.clean import compatibility_fold, fold
from api.text.segments import MAX_LEXEME, Run, Word, bigrams, chinese_words, required, segments

MAX_QUERY = 500

T = TypeVar("T")

_TERM = regex.compile(
    r"""(?P<minus>-)?+(?:(?P<operator>[a-z]++):(?=\S))?+(?:"(?P<quoted>[^"]*+)"|(?P<bare>[^\s"]++))""",
    regex.IGNORECASE,
)
_CHINESE_SIGNS = str.maketrans({"“": '"', "”": '"', "„": '"', "「": '"', "」": '"', "：": ":", "　": " "})
_DATE = regex.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_OPERATORS = ("author", "category", "tag")

# Words that nearly every text has: asking for them costs much and tells nothing, so they count only alone.
_STOP_ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "by",
        "for",
        "from",
        "in",
        "is",
        "it",
        "of",
        "on",
        "or",
        "that",
        "the",
        "this",
        "to",
        "was",
        "with",
    ]
)
_STOP_CHINESE = frozenset(
    "的了着过在是有和与就也都而及或吗呢吧啊呀我你他她它们这那个一不很到说要去会没上下里"
)


@dataclass(frozen=True, slots=True)
class Query:
    """A search as it was meant.

    `lexemes`: one group for each word or phrase; every lexeme of every group is required; one that ends with `*`
    is a prefix. `words`: whole words, for ranking (more matched is better). `terms`: what to mark in snippets.
    `phrases`: folded, to be found inside `fold(plain)`. `excluded`: groups of which no text may hold all;
    `excluded_phrases` as `phrases`. `after` is the first day wanted, `before` the first day no longer wanted (UTC).
    """

    lexemes: tuple[tuple[str, ...], ...] = ()
    words: tuple[str, ...] = ()
    terms: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()
    excluded: tuple[tuple[str, ...], ...] = ()
    excluded_phrases: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    in_title: bool = False
    before: date | None = None
    after: date | None = None
    answered: bool | None = None


@dataclass(frozen=True, slots=True)
class _Piece:
    """One word of a search: what it requires, what it is in the index as a whole, and as it was written."""

    lexemes: tuple[str, ...]
    word: str
    shown: str
    is_stop: bool


@dataclass(slots=True)
class _Reading:
    """What has been read so far; words wait for the end, when it is known which of them are stop words only."""

    groups: list[tuple[str, ...]] = field(default_factory=list)
    stopped: list[_Piece] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    terms: list[str] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    excluded: list[tuple[str, ...]] = field(default_factory=list)
    excluded_phrases: list[str] = field(default_factory=list)
    named: dict[str, list[str]] = field(default_factory=lambda: {name: [] for name in _OPERATORS})
    in_title: bool = False
    before: date | None = None
    after: date | None = None
    answered: bool | None = None

    def operator(self, name: str, value: str, negated: bool) -> bool:
        """Takes the operator in and says so; an unknown one, or one with an impossible value, is plain words."""
        if name == "is" and value == "answered":
            self.answered = not negated
        elif negated or not value:
            return False
        elif name in self.named:
            self.named[name].append(value)
        elif name == "in" and value == "title":
            self.in_title = True
        elif name in ("before", "after") and (day := _first_day(value)):
            setattr(self, name, day)
        else:
            return False
        return True

    def plain(self, text: str) -> None:
        for piece in _pieces(text):
            if piece.is_stop:
                self.stopped.append(piece)
            else:
                self.groups.append(piece.lexemes)
                self.words.append(piece.word)
                self.terms.append(piece.shown)

    def phrase(self, text: str) -> None:
        group = _phrase_lexemes(text)
        if group:
            self.groups.append(group)
            self.phrases.append(fold(text))
            self.terms.append(fold(text))

    def exclude(self, text: str, is_phrase: bool) -> None:
        group = _phrase_lexemes(text)
        if group and is_phrase and len(group) > 1:
            self.excluded_phrases.append(fold(text))
        elif group:
            self.excluded.append(group)


def query(text: str) -> Query:
    """Reads words, `"phrases"`, `-excluded` and operators; never refuses, reads at most 500 characters.

    Operators: `author: category: tag:` (repeatable, values may be quoted), `in:title`, `is:answered` and
    `-is:answered`, `before:` and `after:` with 2024, 2024-05 or 2024-05-31. Chinese quotes and colons count too.
    A month or a year stands for its first day: `after:2024-05 before:2024-06` is that May.
    """
    reading = _Reading()
    for match in _TERM.finditer(text[:MAX_QUERY].translate(_CHINESE_SIGNS)):
        negated = match["minus"] is not None
        value = match["quoted"] if match["bare"] is None else match["bare"]
        name = (match["operator"] or "").lower()
        if name and reading.operator(name, value.strip(), negated):
            continue
        is_phrase = match["bare"] is None and not name
        whole = f"{name}:{value}" if name else value
        if negated:
            reading.exclude(whole, is_phrase)
        elif is_phrase:
            reading.phrase(value)
        else:
            reading.plain(whole)
    return _finished(reading)


def _finished(reading: _Reading) -> Query:
    only_stopped = [] if reading.groups else reading.stopped
    return Query(
        lexemes=_unique([*reading.groups, *(piece.lexemes for piece in only_stopped)]),
        words=_unique([*reading.words, *(piece.word for piece in only_stopped)]),
        terms=_unique([*reading.terms, *(piece.shown for piece in only_stopped)]),
        phrases=_unique(reading.phrases),
        excluded=_unique(reading.excluded),
        excluded_phrases=_unique(reading.excluded_phrases),
        authors=_unique(reading.named["author"]),
        categories=_unique(reading.named["category"]),
        tags=_unique(reading.named["tag"]),
        in_title=reading.in_title,
        before=reading.before,
        after=reading.after,
        answered=reading.answered,
    )


def _unique(values: list[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))


def _first_day(value: str) -> date | None:
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day = (int(part or 1) for part in match.groups())
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _pieces(text: str) -> Iterator[_Piece]:
    for segment in segments(compatibility_fold(text)):
        if isinstance(segment, Word):
            lexemes = required(segment)
            whole = segment.text[:MAX_LEXEME] if len(segment.parts) > 1 else lexemes[0]
            yield _Piece(lexemes, whole, segment.text, segment.text in _STOP_ENGLISH)
        else:
            for unit, is_stop in _units(segment.text):
                yield _Piece(_run_lexemes(unit), unit, unit, is_stop)


def _units(run: str) -> list[tuple[str, bool]]:
    """The pieces of a run to ask for: its longer words, and between them what single characters make together.

    jieba leaves rare names and verbs as single characters; side by side they are asked for as one piece, while
    function words between them separate and are stop words.
    """
    if len(run) <= 2:
        return [(run, all(character in _STOP_CHINESE for character in run))]
    units: list[tuple[str, bool]] = []
    open_unit = False
    for word in chinese_words(run):
        is_stop = word in _STOP_CHINESE
        is_single = len(word) == 1 and not is_stop
        if is_single and open_unit:
            units[-1] = (units[-1][0] + word, False)
        else:
            units.append((word, is_stop))
        open_unit = is_single
    return units if not all(is_stop for _, is_stop in units) else [(run, True)]


def _run_lexemes(run: str) -> tuple[str, ...]:
    return tuple(bigrams(run)) if len(run) > 1 else (f"{run}*",)


def _phrase_lexemes(text: str) -> tuple[str, ...]:
    lexemes: list[str] = []
    for segment in segments(compatibility_fold(text)):
        lexemes += _run_lexemes(segment.text) if isinstance(segment, Run) else required(segment)
    return tuple(dict.fromkeys(lexemes))
