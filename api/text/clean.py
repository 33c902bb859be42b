"""What every incoming text passes before anything else looks at it."""

import unicodedata

import regex

from api.text.refusal import Refused

# NUL cannot be stored by Postgres; a lone surrogate is no character and cannot be encoded as UTF-8.
_UNSTORABLE = regex.compile("[\x00\ud800-\udfff]")


class CharacterRefused(Refused):
    """The text holds a character that cannot be stored; `params` has its code point and position."""


def nfc(text: str) -> str:
    """The text in NFC; raises CharacterRefused("bad_character") for NUL and lone surrogates."""
    found = _UNSTORABLE.search(text)
    if found:
        codepoint = f"U+{ord(found.group()):04X}"
        raise CharacterRefused("bad_character", {"character": codepoint, "position": found.start()})
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """The text as comparisons see it: NFKC, case folded, white space collapsed to single spaces, trimmed."""
    return " ".join(compatibility_fold(text).split())


def compatibility_fold(text: str) -> str:
    """NFKC and case folding, repeated until stable in the way Unicode's NFKC_Casefold is."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
