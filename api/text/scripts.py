"""Which writing system a character belongs to."""

from functools import cache

import regex

# Bodies of character classes for `regex` in version 1. The East Asian blocks begin at U+2E80; the middle dot and
# others below it are shared with these scripts by their extensions only.
CJK_LETTERS = (
    r"[[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\p{Script=Hangul}ー]"
    r"--[\p{P}\p{S}]]"
)
CJK_PUNCTUATION = r"[[[\u3000-\u303F\uFE30-\uFE4F\uFF00-\uFFEF]&&[\p{P}\p{S}\p{Z}]]“”‘’…—]"
_CJK = regex.compile(
    rf"(?V1)[{CJK_LETTERS}||[[\p{{scx=Hani}}\p{{scx=Hira}}\p{{scx=Kana}}\p{{scx=Bopo}}\p{{scx=Hang}}"
    r"\u3000-\u303F\uFF00-\uFFEF]&&[\u2E80-\U0003FFFF]]]"
)

# ISO 15924 codes of every script that has characters; Common, Inherited and Unknown are none.
_CODES = (
    "Latn Hani Hira Kana Bopo Hang Cyrl Grek Arab Hebr Thai Deva Armn Geor Ethi Khmr Laoo Mymr Tibt Mong "
    "Taml Telu Knda Mlym Beng Gujr Guru Orya Sinh Thaa Syrc Adlm Aghb Ahom Armi Avst Bali Bamu Bass Batk "
    "Berf Bhks Brah Brai Bugi Buhd Cakm Cans Cari Cham Cher Chrs Copt Cpmn Cprt Diak Dogr Dsrt Dupl Egyp "
    "Elba Elym Gara Glag Gong Gonm Goth Gran Gukh Hano Hatr Hluw Hmng Hmnp Hung Ital Java Jurc Kali Kawi "
    "Khar Khoj Kits Krai Kthi Lana Lepc Limb Lina Linb Lisu Lyci Lydi Mahj Maka Mand Mani Marc Medf Mend "
    "Merc Mero Miao Modi Mroo Mtei Mult Nagm Nand Narb Nbat Newa Nkoo Nshu Ogam Olck Onao Orkh Osge Osma "
    "Ougr Palm Pauc Pcun Perm Phag Phli Phlp Phnx Prti Rjng Rohg Runr Samr Sarb Saur Seal Sgnw Shaw Shrd "
    "Sidd Sidt Sind Sogd Sogo Sora Soyo Sund Sunu Sylo Tagb Takr Tale Talu Tang Tavt Tayo Tfng Tglg Tirh "
    "Tnsa Todr Tols Toto Tutg Ugar Vaii Vith Wara Wcho Xpeo Xsux Yezi Yiii Zanb"
)
SCRIPTS = tuple(_CODES.split())

# UTS 39 "highly restrictive": one script, or Latin with one of the three East Asian combinations.
_COMBINATIONS = (
    r"\p{scx=Latn}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}",
    r"\p{scx=Latn}\p{scx=Hani}\p{scx=Hang}",
    r"\p{scx=Latn}\p{scx=Hani}\p{scx=Bopo}",
)


def is_cjk(character: str) -> bool:
    """Whether the character is of Chinese, Japanese or Korean writing, their punctuation and full-width forms included."""
    return character >= "\u1100" and _CJK.match(character) is not None


@cache
def _profile(characters: str) -> regex.Pattern[str]:
    return regex.compile(rf"[{characters}\p{{scx=Zyyy}}\p{{scx=Zinh}}]")


def profiles() -> tuple[str, ...]:
    """Every set of scripts that may stand together in one name, the commonest first, as bodies of a character class."""
    return (*_COMBINATIONS, *(rf"\p{{scx={code}}}" for code in SCRIPTS))


def members(profile: str, text: str) -> list[str]:
    """The characters of the text that belong to the profile, or to no script in particular."""
    found: list[str] = _profile(profile).findall(text)
    return found


def is_highly_restrictive(text: str) -> bool:
    """Whether the scripts of the text may stand together by UTS 39's "highly restrictive" level."""
    return any(len(members(profile, text)) == len(text) for profile in profiles())


def best_represented(text: str) -> str:
    """The text without what does not belong to the profile that has most of its characters."""
    kept = ["".join(members(profile, text)) for profile in profiles()]
    return max(kept, key=len)
