"""The form of a tag's name."""

import regex

from api.text.clean import compatibility_fold, nfc
from api.text.refusal import Refused

MAX_TAG = 35

_FORBIDDEN = regex.compile(r"(?V1)[[^\p{L}\p{M}\p{Nd}+#.\-]||\p{Default_Ignorable_Code_Point}]")
_SUBSTANCE = regex.compile(r"[\p{L}\p{Nd}]")


class TagRefused(Refused):
    """Codes: `too_short`, `too_long`, `bad_character`."""


def check_tag(raw: str) -> str:
    """The tag as it is stored: lower-case NFKC, 1-35 letters, marks, digits or `+ # . -`; raises TagRefused.

    White space around it is dropped. A tag without a letter or digit is refused as `bad_character`: `..` would
    be an address of its own kind, and `+` or `#` alone name nothing.
    """
    tag = compatibility_fold(nfc(raw).strip())
    if not tag:
        raise TagRefused("too_short", {"min": 1, "actual": 0})
    if len(tag) > MAX_TAG:
        raise TagRefused("too_long", {"max": MAX_TAG, "actual": len(tag)})
    found = _FORBIDDEN.search(tag)
    if found:
        raise TagRefused("bad_character", {"character": found.group()})
    if not _SUBSTANCE.search(tag):
        raise TagRefused("bad_character", {"character": tag[0]})
    return tag
