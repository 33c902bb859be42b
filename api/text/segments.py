"""Cuts a text into words: Latin and other spaced scripts by pattern, unspaced ones into runs for the caller."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

# Scripts that put no spaces between words, and Hangul, whose words grow by particles: all are found by bigrams.
_UNSPACED = (
    r"\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}"
    r"\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー々〆〇"
)
_LETTER = rf"(?V1)[[\p{{L}}\p{{M}}\p{{N}}]--[{_UNSPACED}]]"
# A mark in front of a word belongs to what stands before it: folding makes a space with a cedilla of `¸`.
_FIRST = rf"(?V1)[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
# One word with the joints that belong inside it (node.js, foo_bar, don't, 3.14) and the ends of C++ and C#.
SEGMENT = regex.compile(
    rf"(?P<run>[{_UNSPACED}][{_UNSPACED}\p{{M}}]*+)|(?P<word>{_FIRST}{_LETTER}*+(?:['’._]{_LETTER}++)*+(?P<suffix>\+\+|\#(?!{_LETTER}))?+)"
)
MAX_LEXEME = 60
_PARTS = regex.compile(r"[._]")
_STEMMABLE = regex.compile(r"[a-z]+(?:'[a-z]+)*")


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring characters of unspaced scripts."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a spaced script: its whole text, and the parts by which it is required."""

    text: str
    parts: tuple[str, ...]
    start: int
    end: int


def segments(text: str) -> Iterator[Run | Word]:
    """Words and runs in their order; the text is folded already where lexemes are made of it.

    `node.js` has the parts `node` and `js`; the last part keeps the signs of `c++` and `c#`.
    """
    for match in SEGMENT.finditer(text):
        if match["run"] is not None:
            yield Run(match["run"], match.start(), match.end())
        else:
            yield _word(match)


def _word(match: Any) -> Word:
    word = match["word"].replace("’", "'")
    suffix = match["suffix"] or ""
    parts = _PARTS.split(word.removesuffix(suffix))
    parts[-1] += suffix
    return Word(word, tuple(parts), match.start(), match.end())


def words_beginning(text: str, letters: Collection[str]) -> Iterator[Word]:
    """Those words of `segments`, of a folded text, that begin with one of the letters or are joined of parts.

    An inflected word begins with the letter of its stem, so a search for stems need not look at the others; to make
    words of all that stands in thirty texts took longer than to find the texts.
    """
    for match in SEGMENT.finditer(text):
        word = match["word"]
        if word is not None and (word[0] in letters or "." in word or "_" in word):
            yield _word(match)


@lru_cache(maxsize=1)
def _english() -> Any:
    from snowballstemmer import stemmer

    return stemmer("english")


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The English stem of an ASCII word in lower case; any other word as it is."""
    return str(_english().stemWord(word)) if _STEMMABLE.fullmatch(word) else word


def bigrams(run: str) -> list[str]:
    """`量子力学` gives 量子, 子力, 力学."""
    return [run[at : at + 2] for at in range(len(run) - 1)]


def chinese_words(run: str) -> list[str]:
    """The words of a run as jieba's dictionary and model cut them."""
    import rjieba

    return list(rjieba.cut(run))


def required(word: Word) -> tuple[str, ...]:
    """The lexemes that every text with this word has, and by which a search asks for it."""
    return tuple(dict.fromkeys(stem(part)[:MAX_LEXEME] for part in word.parts))
