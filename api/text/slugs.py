"""The readable part of a page address. Only the id in it counts, so a slug may change at any time."""

import regex

from api.text.clean import compatibility_fold

MAX_SLUG = 80
FALLBACK = "topic"

# Default-ignorable characters are letters or marks by category, and invisible in an address.
_SEPARATORS = regex.compile(r"(?V1)[[^\p{L}\p{M}\p{Nd}]||\p{Default_Ignorable_Code_Point}]+")


def slugify(title: str) -> str:
    """`Why does 量子 matter?` becomes `why-does-量子-matter`: letters, marks and digits of any script, joined by `-`.

    At most 80 characters; a title without any such character gives `topic`.
    """
    slug = _SEPARATORS.sub("-", compatibility_fold(title)).strip("-")
    return slug[:MAX_SLUG].rstrip("-") or FALLBACK
