"""User names: what one may be, and when two count as the same."""

from dataclasses import dataclass
from functools import lru_cache

import regex

from api.text import scripts
from api.text.clean import CharacterRefused, nfc
from api.text.confusables import skeleton
from api.text.refusal import Refused

MIN_NAME = 2
MAX_NAME = 32
RESERVED = ("me", "admin", "system", "deleted", "moderator", "staff", "all", "here")
FALLBACK = "member"

# Letters, marks and digits of any script. Default-ignorable ones (Hangul fillers, variation selectors) show as
# nothing, so two names could look the same or a name look empty.
WORD = r"(?V1)[[\p{L}\p{M}\p{Nd}]--\p{Default_Ignorable_Code_Point}]"
CHARACTER = r"(?V1)[[\p{L}\p{M}\p{Nd}_.\-]--\p{Default_Ignorable_Code_Point}]"

_WORD = regex.compile(WORD)
_FORBIDDEN = regex.compile(r"(?V1)[[^\p{L}\p{M}\p{Nd}_.\-]||\p{Default_Ignorable_Code_Point}]")
# UTS 39 section 5.4: no language stacks more than four; names that do so cover the lines around them.
_PILED_MARKS = regex.compile(r"[\p{Mn}\p{Me}]{5}")
_EDGES = "_-."


class NameRefused(Refused):
    """Codes: too_short, too_long, bad_character, bad_edge, double_dot, mixed_scripts, reserved_name."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name as it is shown, and the key under which it is unique."""

    shown: str
    key: str


def check(raw: str) -> Name:
    """The name in NFC with its key; raises NameRefused with a code and what a sentence about it needs."""
    try:
        shown = nfc(raw)
    except CharacterRefused as refused:
        raise NameRefused(refused.code, refused.params) from refused
    _check_form(shown)
    if not scripts.is_highly_restrictive(shown):
        raise NameRefused("mixed_scripts")
    name = Name(shown, key(shown))
    if name.key in _reserved_keys():
        raise NameRefused("reserved_name", {"name": shown})
    return name


def key(raw: str) -> str:
    """What the name is compared by: NFKC, case folded, look-alikes as one (UTS 39); never shown to anyone."""
    return skeleton(raw)


def derive(original: str) -> str:
    """A legal name as near as possible to a foreign display name, `member` where nothing usable is left.

    White space becomes `_`, forbidden characters go, of mixed scripts the best represented stay. The same
    original always gives the same name; that it is still free is for the caller to see.
    """
    text = _FORBIDDEN.sub("", "_".join(nfc(_without_unstorable(original)).split()))
    text = _PILED_MARKS.sub("", text)
    if not scripts.is_highly_restrictive(text):
        text = scripts.best_represented(text)
    text = regex.sub(r"\.{2,}", ".", text).strip(_EDGES)[:MAX_NAME].rstrip(_EDGES)
    try:
        return check(text).shown
    except NameRefused as refused:
        return f"{text}-1" if refused.code == "reserved_name" else FALLBACK


def _check_form(shown: str) -> None:
    found = _FORBIDDEN.search(shown)
    if found:
        raise NameRefused("bad_character", {"character": found.group(), "position": found.start()})
    if len(shown) < MIN_NAME:
        raise NameRefused("too_short", {"min": MIN_NAME, "actual": len(shown)})
    if len(shown) > MAX_NAME:
        raise NameRefused("too_long", {"max": MAX_NAME, "actual": len(shown)})
    for edge in (shown[0], shown[-1]):
        if not _WORD.match(edge):
            raise NameRefused("bad_edge", {"character": edge})
    if ".." in shown:
        raise NameRefused("double_dot")
    piled = _PILED_MARKS.search(shown)
    if piled:
        raise NameRefused("bad_character", {"character": piled.group()[0], "position": piled.start()})


def _without_unstorable(text: str) -> str:
    kept: str = regex.sub("[\x00\ud800-\udfff]", "", text)
    return kept


@lru_cache(maxsize=1)
def _reserved_keys() -> frozenset[str]:
    return frozenset(key(name) for name in RESERVED)
