"""Emphasis that works beside Chinese, Japanese and Korean punctuation.

CommonMark lets `**` close after punctuation only where white space or punctuation follows, which is how words end
in English. Chinese puts no space there: `**真，**她` would stay as it is. So the punctuation of these scripts
does not count as punctuation here, and their characters beside a run of `*` count like white space or
punctuation would. Where no such character stands next to the run, nothing differs from CommonMark.
"""

from markdown_it import MarkdownIt
from markdown_it.common.utils import isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType

from api.text.scripts import is_cjk


class CjkState(StateInline):
    """The state of the inline parser with its delimiter scan replaced."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803 (the base class's names)
        """What the run of delimiters at `start` may do; `canSplitWord` is true for `*` and `~`, false for `_`."""
        marker = self.src[start]
        end = start
        while end < self.posMax and self.src[end] == marker:
            end += 1
        # The ends of a line count as white space.
        before = self.src[start - 1] if start > 0 else " "
        after = self.src[end] if end < self.posMax else " "
        left = _flanks(inner=after, outer=before)
        right = _flanks(inner=before, outer=after)
        can_open = left and (canSplitWord or not right or _is_punctuation(before))
        can_close = right and (canSplitWord or not left or _is_punctuation(after))
        return Scanned(can_open, can_close, end - start)


class CjkInline(ParserInline):
    """The inline parser over our state."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        """Parses one block's text into `tokens`."""
        state = CjkState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _flanks(inner: str, outer: str) -> bool:
    """Whether a run flanks the side on which `inner` stands."""
    if isWhiteSpace(ord(inner)):
        return False
    if is_cjk(inner) or not _is_punctuation(inner):
        return True
    return isWhiteSpace(ord(outer)) or _is_punctuation(outer) or is_cjk(outer)


def _is_punctuation(character: str) -> bool:
    return isMdAsciiPunct(ord(character)) or isPunctChar(character)
