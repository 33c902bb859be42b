"""What a chapter's Markdown becomes."""

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from api.guide.console import LEFT_OUT, Step, steps
from api.text.markdown.emphasis import CjkInline


@cache
def parser() -> MarkdownIt:
    """CommonMark with tables, and transcripts in place of code blocks."""
    made = MarkdownIt("commonmark", renderer_cls=_Renderer).enable("table")
    made.inline = CjkInline()
    return made


class _Renderer(RendererHTML):
    """Headings with ids that are the same in every language, transcripts, links within the forum, wide tables."""

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        if tokens[idx].tag == "h2":
            tokens[idx].attrSet("id", next(env["ids"]))
        return self.renderToken(tokens, idx, options, env)

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        href = str(tokens[idx].attrGet("href"))
        if "://" not in href:
            tokens[idx].attrSet("href", env["address"](href.removesuffix(".md")))
        return self.renderToken(tokens, idx, options, env)

    def fence(self, tokens: Sequence[Token], idx: int, _: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        shown = escape(token.content)
        if token.info == "console":
            shown = "".join(_step(step) for step in steps(token.content))
        elif token.info == "sh":
            shown = _step(Step(token.content.rstrip("\n")))
        label = escape(env["transcript"])
        return f'<pre class="console" tabindex="0" role="group" aria-label="{label}">{shown}</pre>\n'

    def table_open(self, *_: Any) -> str:
        return '<div class="table">\n<table>\n'

    def table_close(self, *_: Any) -> str:
        return "</table>\n</div>\n"


def _step(step: Step) -> str:
    """The prompts are the style sheet's, so that copying takes the command alone."""
    command = "\n".join(f"<span>{escape(line)}</span>" for line in step.command.split("\n"))
    answer = escape(step.answer).replace(LEFT_OUT, f"<i>{LEFT_OUT}</i>")
    return f"<code>{command}</code>" + (f"<samp>{answer}</samp>" if answer else "")
