"""Paragraphs, rendered once each, from which any number of posts is put together.

A post is some blocks with empty lines between. What the renderer makes of it is what it makes of each block, one after
the other, as long as no two lists or quotations stand side by side; tests hold this against the renderer itself.
"""

import random
from dataclasses import dataclass

from api.text import language, lexemes, render
from bench.corpus import vocabulary

# The share of blocks that are more than a paragraph.
SPECIAL = 0.14
ZH, EN, MIXED = "zh", "en", "mixed"


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, list, quotation or piece of code. `special`: it must not stand beside another such.

    `terms` are its lexemes as a tsvector's text spells them.
    """

    body: str
    html: str
    plain: str
    terms: frozenset[str]
    lang: str | None
    special: bool


def make_block(seed: str, kind: str, number: int) -> Block:
    """The block of this number, the same each time."""
    dice = random.Random(f"{seed} block {kind} {number}")
    special = dice.random() < SPECIAL
    body = _special(dice, kind) if special else _paragraph(dice, kind)
    return block_of(body, special=special)


def block_of(body: str, *, special: bool = False) -> Block:
    """A text as the application stores it."""
    made = render(body)
    terms = frozenset(lexemes.tsvector([lexeme]) for lexeme in lexemes.index(made.plain))
    return Block(body, made.html, made.plain, terms, language.guess(made.plain), special)


def title(dice: random.Random, kind: str) -> str:
    """A title of some words."""
    if kind == ZH:
        return "".join(_chinese_words(dice, dice.randint(4, 8)))[:40]
    text = " ".join(vocabulary.english().draw(dice, dice.randint(4, 9)))
    if kind == MIXED:
        text += " " + "".join(vocabulary.chinese().draw(dice, 3))
    return text[:1].upper() + text[1:]


def _paragraph(dice: random.Random, kind: str) -> str:
    return _join(kind, [_sentence(dice, kind) for _ in range(dice.randint(1, 4))])


def _join(kind: str, sentences: list[str]) -> str:
    return ("" if kind == ZH else " ").join(sentences)


def _sentence(dice: random.Random, kind: str) -> str:
    if kind == MIXED:
        kind = dice.choice((ZH, EN))
    return _chinese(dice) if kind == ZH else _english(dice)


def _english(dice: random.Random) -> str:
    words = vocabulary.english().draw(dice, dice.randint(6, 16))
    if dice.random() < 0.08:
        words.insert(dice.randrange(len(words)), dice.choice(vocabulary.ENGLISH_PHRASES))
    words[0] = words[0].capitalize()
    _mark(dice, words)
    return " ".join(words) + "."


def _chinese(dice: random.Random) -> str:
    words = _chinese_words(dice, dice.randint(5, 14))
    if dice.random() < 0.08:
        words.insert(dice.randrange(len(words)), dice.choice(vocabulary.CHINESE_PHRASES))
    if len(words) > 9:
        words.insert(len(words) // 2, "，")
    return "".join(words) + "。"


def _chinese_words(dice: random.Random, n: int) -> list[str]:
    words = vocabulary.chinese().draw(dice, n)
    return [word + dice.choice(vocabulary.PARTICLES) if dice.random() < 0.25 else word for word in words]


def _mark(dice: random.Random, words: list[str]) -> None:
    """Emphasis, code or a link on one word in some sentences."""
    mark, at = dice.random(), dice.randrange(1, len(words))
    if mark < 0.06:
        words[at] = f"**{words[at]}**"
    elif mark < 0.10:
        words[at] = f"`{words[at]}`"
    elif mark < 0.13:
        words[at] = f"[{words[at]}](https://example.org/{at})"


def _special(dice: random.Random, kind: str) -> str:
    form = dice.randrange(3)
    if form == 0:
        return "\n".join(f"- {_sentence(dice, kind)}" for _ in range(dice.randint(2, 5)))
    if form == 1:
        return f"> {_sentence(dice, kind)}"
    names = vocabulary.english().draw(dice, 4)
    lines = [f"def {names[0]}({names[1]}):", f"    return {names[2]}({names[1]}) + {dice.randrange(100)}"]
    return "\n".join(["```python", *lines, "```"])
