"""A guess at the language a text is written in, good enough for `lang` attributes and fonts."""

import regex

_KANA = regex.compile(r"[\p{Script=Hiragana}\p{Script=Katakana}]")
_HANGUL = regex.compile(r"\p{Script=Hangul}")
_HAN = regex.compile(r"\p{Script=Han}")
_LATIN_WORD = regex.compile(r"\p{Script=Latin}+(?:['’]\p{Script=Latin}+)?")

# Frequent characters that only one of the two written forms of Chinese uses, pair by pair.
_TRADITIONAL = frozenset(
    "這個們來時說國會為對還過進開關現發經學動從實點見問長無樣種體機當話東車電馬門書讓應該請謝覺錯難題"
)
_SIMPLIFIED = frozenset(
    "这个们来时说国会为对还过进开关现发经学动从实点见问长无样种体机当话东车电马门书让应该请谢觉错难题"
)

# The commonest words of the languages that share the Latin alphabet with English, to tell them apart.
_FREQUENT = {
    "en": "the of and to in is that it was for on are with as you this be have not what how can my from i do",
    "de": "der die das und ist nicht ein eine ich zu den mit auf für von dem wie wir auch sich kann es im",
    "fr": "le la les de des et est un une que je pas pour dans qui en du sur avec ce il vous nous",
    "es": "el la los las de que y en un una es no por con para se lo como del al su más",
    "pt": "o a os as de que e do da em um uma não para com por se na no como mais foi",
    "it": "il la di che e un una non per con in del della sono è si come le gli anche",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _FREQUENT.items()}
# One kana or Hangul letter in five letters: Chinese texts that mention a Japanese title stay Chinese.
_SHARE = 0.2
# A Han character says about as much as two Latin letters and a bit; code and names in Chinese texts are Latin.
_HAN_WEIGHT = 3
_SAMPLE = 5_000


def guess(text: str) -> str | None:
    """`zh-Hans`, `zh-Hant`, `ja`, `ko`, `en`, or None for anything else; reads the first 5,000 characters."""
    sample = text[:_SAMPLE]
    kana, hangul, han = (len(pattern.findall(sample)) for pattern in (_KANA, _HANGUL, _HAN))
    words = _LATIN_WORD.findall(sample)
    asian = kana + hangul + han
    if asian and asian * _HAN_WEIGHT >= sum(map(len, words)):
        if kana >= _SHARE * asian and kana >= hangul:
            return "ja"
        if hangul >= _SHARE * asian:
            return "ko"
        return _written_form(sample)
    return _of_latin(words) if words else None


def _written_form(sample: str) -> str:
    # Characters common to both lists never count, so the lists may be typed as plain pairs.
    traditional = sum(character in _TRADITIONAL - _SIMPLIFIED for character in sample)
    simplified = sum(character in _SIMPLIFIED - _TRADITIONAL for character in sample)
    return "zh-Hant" if traditional > simplified else "zh-Hans"


def _of_latin(words: list[str]) -> str | None:
    folded = [word.casefold() for word in words]
    hits = {language: sum(word in known for word in folded) for language, known in _WORDS_OF.items()}
    best = max(hits.values())
    if best == 0:
        return "en" if all(word.isascii() for word in folded) and len(folded) < 8 else None
    return "en" if hits["en"] == best else None
