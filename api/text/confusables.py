"""Skeletons: strings that look alike have the same one (Unicode Technical Standard 39, section 4)."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files

import regex

from api.text.clean import compatibility_fold

TABLE = "confusables.tsv"
_NAME_CHARACTERS = regex.compile(r"(?V1)[[\p{L}\p{M}\p{Nd}_.\-]--\p{Default_Ignorable_Code_Point}]+")


def normalised(text: str) -> str:
    """NFKC, case folded, then decomposed: the form that the table's characters and their prototypes are in."""
    return unicodedata.normalize("NFD", compatibility_fold(text))


def skeleton(text: str) -> str:
    """What the text looks like: equal for look-alikes and for upper and lower case; only for comparing, never shown."""
    return unicodedata.normalize("NFD", normalised(text).translate(_table()))


@lru_cache(maxsize=1)
def _table() -> dict[int, str]:
    table = {}
    for line in files(__package__).joinpath(TABLE).read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            source, target = line.split("\t")
            table[int(source, 16)] = "".join(chr(int(point, 16)) for point in target.split())
    return table


def build(confusables: Iterable[str]) -> str:
    """The lines of Unicode's confusables.txt as our table.

    Kept are the characters that a name can still hold after normalising; prototypes are normalised too and
    resolved to the end, so that a skeleton is its own skeleton.
    """
    prototypes: dict[str, str] = {}
    for line in confusables:
        fields = line.lstrip("\ufeff").split("#")[0].split(";")
        if len(fields) < 3:
            continue
        source, target = ("".join(chr(int(point, 16)) for point in field.split()) for field in fields[:2])
        target = normalised(target)
        if _NAME_CHARACTERS.fullmatch(source) and normalised(source) == source != target:
            prototypes[source] = target
    rows = []
    for source in sorted(prototypes):
        target = _resolved(source, prototypes)
        rows.append(f"{ord(source):X}\t{' '.join(f'{ord(character):X}' for character in target)}\n")
    return "".join(rows)


def _resolved(source: str, prototypes: dict[str, str]) -> str:
    seen = {source}
    text = source
    while True:
        text = normalised("".join(prototypes.get(character, character) for character in text))
        if text in seen:
            return text
        seen.add(text)
