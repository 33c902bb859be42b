"""The chapters of the guide: where they lie, and what their Markdown becomes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from api.guide.console import LEFT_OUT, Step, steps
from api.text.markdown.emphasis import CjkInline
from api.text.slugs import slugify

LANGUAGES = ("en", "zh-Hans")
# In reading order. Each goes on where the one before ended: its commands use what earlier ones made.
CHAPTERS = (
    "first-steps",
    "sign-in",
    "paging",
    "conditional-requests",
    "idempotency",
    "errors",
    "search",
    "events",
    "limits",
)
FOLDER = Path(__file__).parents[2] / "docs" / "api"
HEADING = re.compile(r"^## (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """A chapter, ready to show. `lead` is its first paragraph; `sections` are pairs of an id and a title."""

    name: str
    title: str
    lead: str
    sections: Sequence[tuple[str, str]]
    html: str


def source_file(language: str, chapter: str) -> Path:
    """Where a chapter's Markdown lies."""
    return FOLDER / language / f"{chapter}.md"


def source(language: str, chapter: str) -> str:
    """A chapter's Markdown."""
    return source_file(language, chapter).read_text(encoding="utf-8")


def load(language: str, name: str, address: Callable[[str], str], transcript: str) -> Chapter:
    """Read and render a chapter. `address` makes links out of "sign-in" and "/api/problems"; `transcript` is what
    screen readers call a block of commands.
    """
    text = source(language, name)
    title, _, rest = text.removeprefix("# ").partition("\n")
    lead, _, body = rest.strip().partition("\n\n")
    ids = [slugify(heading) for heading in HEADING.findall(source("en", name))]
    sections = list(zip(ids, HEADING.findall(text), strict=True))
    env = {"ids": iter(ids), "address": address, "transcript": transcript}
    parser = _parser()
    return Chapter(name, title, parser.renderInline(lead, env), sections, parser.render(body, env))


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", renderer_cls=_Renderer).enable("table")
    parser.inline = CjkInline()
    return parser


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
