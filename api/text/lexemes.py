"""Search lexemes for a tsvector without positions, and the tsquery that agrees with them.

What `index` makes of a text and what `query` asks for fit together: every word of a text finds that text.

* A run of Chinese (or another unspaced script) is indexed by its bigrams, by jieba's longer words, and by its
  last character alone. A query asks for the bigrams of each of its words, so that a two-character word is found
  inside any longer one, however that one was cut.
* A single Chinese character is asked for as a prefix (`猫*`): wherever it stands in a text, a bigram begins with
  it, or it is the last of its run and indexed alone.
* Other words are folded (NFKC, case) and, where plain English letters, stemmed. `node.js` and `foo_bar` are
  indexed whole and by parts, asked for by parts; `c++` and `c#` keep their signs.
"""

from collections.abc import Iterable

from api.text.clean import compatibility_fold, fold
from api.text.searches import Query, query
from api.text.segments import MAX_LEXEME, Run, Word, bigrams, chinese_words, required, segments

__all__ = ["MAX_LEXEME", "MAX_LEXEMES", "Query", "fold", "index", "query", "tsquery", "tsvector"]

MAX_LEXEMES = 20_000


def index(text: str) -> list[str]:
    """The lexemes of a text, each once, in the order of their appearance: at most 20,000 of at most 60 characters."""
    found: dict[str, None] = {}
    for segment in segments(compatibility_fold(text)):
        for lexeme in _of_run(segment) if isinstance(segment, Run) else _of_word(segment):
            found[lexeme[:MAX_LEXEME]] = None
        if len(found) >= MAX_LEXEMES:
            break
    return list(found)[:MAX_LEXEMES]


def _of_run(run: Run) -> Iterable[str]:
    yield from bigrams(run.text)
    yield run.text[-1]
    if len(run.text) > 2:
        yield from (word for word in chinese_words(run.text) if len(word) > 2)


def _of_word(word: Word) -> Iterable[str]:
    yield from required(word)
    # The whole of a compound, and the letter of `c++`: nobody must ask for them, but they are words of the text.
    if len(word.parts) > 1:
        yield word.text
    elif word.text[-1] in "+#":
        yield word.text.rstrip("+#")


def tsvector(lexemes: Iterable[str]) -> str:
    """Text for a `::tsvector` cast, to be sent as a bound parameter: `'c++' 'quantum' '量子'`."""
    return " ".join(_quoted(lexeme) for lexeme in lexemes if lexeme)


def tsquery(query: Query) -> str:
    """Text for a `::tsquery` cast, to be sent as a bound parameter; empty when the query requires no lexeme.

    Every required lexeme is joined by `&`; an excluded group is left out only where all of it is there.
    """
    terms = [_term(lexeme) for lexeme in dict.fromkeys(lexeme for group in query.lexemes for lexeme in group)]
    if terms:
        terms += [f"!({' & '.join(map(_term, group))})" for group in query.excluded if group]
    return " & ".join(terms)


def _term(lexeme: str) -> str:
    return f"{_quoted(lexeme[:-1])}:*" if lexeme.endswith("*") else _quoted(lexeme)


def _quoted(lexeme: str) -> str:
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
