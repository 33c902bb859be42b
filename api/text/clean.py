"""What every incoming text passes before anything else looks at it."""

import unicodedata

import regex

from api.text.refusal import Refused

# NUL cannot be stored by Postgres; a lone surrogate is no character and cannot be encoded as UTF-8.
_UNSTORABLE = regex.compile("[\x00\ud800-\udfff]")
# What breaks a line or moves the cursor, and what turns the direction of all that is shown after it: a title with
# such a character could rearrange the line that it stands in.
_BREAKS = regex.compile(r"[\p{Cc}\p{Zl}\p{Zp}]+")
_TURNS = regex.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class CharacterRefused(Refused):
    """The text holds a character that cannot be stored; `params` has its code point and position."""


def nfc(text: str) -> str:
    """The text in NFC; raises CharacterRefused("bad_character") for NUL and lone surrogates."""
    found = _UNSTORABLE.search(text)
    if found:
        codepoint = f"U+{ord(found.group()):04X}"
        raise CharacterRefused("bad_character", {"character": codepoint, "position": found.start()})
    return unicodedata.normalize("NFC", text)


def is_one_line(text: str) -> bool:
    """Whether the text has neither control characters nor such as change the direction of writing."""
    return not (_BREAKS.search(text) or _TURNS.search(text))


def one_line(text: str) -> str:
    """The text in NFC without what `is_one_line` forbids and without lone surrogates, its white space collapsed."""
    kept = _UNSTORABLE.sub("", _TURNS.sub("", _BREAKS.sub(" ", text)))
    return " ".join(nfc(kept).split())


def fold(text: str) -> str:
    """The text as comparisons see it: NFKC, case folded, white space collapsed to single spaces, trimmed."""
    return " ".join(compatibility_fold(text).split())


def compatibility_fold(text: str) -> str:
    """NFKC and case folding, repeated until stable in the way Unicode's NFKC_Casefold is."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
