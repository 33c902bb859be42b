"""Which writing system a character belongs to."""

from functools import cache

import regex

# Written without spaces between words; Korean has spaces, but its punctuation and emphasis follow Chinese habits.
CJK = (
    r"(?V1)[[\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Bopo}\p{scx=Hang}\u3000-\u303F\uFF00-\uFFEF]"
    r"&&[\u1100-\U0003FFFF]]"
)
_CJK = regex.compile(CJK)
# Quotation marks, dashes and dots that Chinese shares with English, besides the marks that are only Chinese.
CJK_PUNCTUATION = r"(?V1)[[[\u3000-\u303F\uFF00-\uFFEF\uFE30-\uFE4F]&&[\p{P}\p{S}\p{Z}]]“”‘’…—·]"

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
    return _profile(profile).findall(text)


def is_highly_restrictive(text: str) -> bool:
    """Whether the scripts of the text may stand together by UTS 39's "highly restrictive" level."""
    return any(len(members(profile, text)) == len(text) for profile in profiles())
