"""What the Markdown of the guide's chapters becomes."""

from collections.abc import Callable, Sequence
<<<<<<< HEAD
from functools import cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from api.guide.console import LEFT_OUT, Step, steps
from api.guide.contents import HEADING, Chapter, source
from api.text.markdown.emphasis import CjkInline
=======
from dataclasses import dataclass
from pathlib import Path

>>>>>>> speed
from api.text.slugs import slugify


def load(language: str, name: str, address: Callable[[str], str], transcript: str) -> Chapter:
    """Read and render a chapter. `address` makes links out of "sign-in" and "/api/problems"; `transcript` is what
    screen readers call a block of commands.
    """
    # The parser loads with the first chapter that somebody reads.
    from api.guide.chapter_html import parser

    text = source(language, name)
    title, _, rest = text.removeprefix("# ").partition("\n")
    lead, _, body = rest.strip().partition("\n\n")
    ids = [slugify(heading) for heading in HEADING.findall(source("en", name))]
    sections = list(zip(ids, HEADING.findall(text), strict=True))
    env = {"ids": iter(ids), "address": address, "transcript": transcript}
    return Chapter(name, title, parser().renderInline(lead, env), sections, parser().render(body, env))
