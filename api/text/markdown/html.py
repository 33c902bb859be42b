"""Writes parsed Markdown as HTML."""

# Every rule of a renderer has the same four arguments, needed or not.
# ruff: noqa: ARG002

from collections.abc import Sequence
from html import escape

from markdown_it.common.utils import unescapeAll
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from api.text import links
from api.text.highlight import highlight

MAX_TITLE = 300
MAX_LANGUAGE = 30


class HtmlRenderer(RendererHTML):
    """CommonMark's HTML, except: headings begin at h3, images load lazily, code is coloured.

    `env["highlighting"]` is the post's Budget.
    """

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """`# ` is an h3: the page has its own h1 and h2."""
        return f"<{_demoted(tokens[idx].tag)}>"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{_demoted(tokens[idx].tag)}>\n"

    def s_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "<del>"

    def s_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</del>"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _cell(tokens[idx])

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        _shorten_title(tokens[idx])
        return self.renderToken(tokens, idx, options, env)

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """An image; its alternative text alone where the address is none that an image can have."""
        token = tokens[idx]
        alternative = self.renderInlineAsText(token.children, options, env)
        if not links.is_allowed_image(str(token.attrs.get("src", ""))):
            return escape(alternative)
        _shorten_title(token)
        token.attrs["alt"] = alternative
        token.attrs["loading"] = "lazy"
        return self.renderToken(tokens, idx, options, env)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<pre><code>{escape(tokens[idx].content)}</code></pre>\n"

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        """A block of code, its language in `data-language` for the label and in the class for scripts."""
        token = tokens[idx]
        words = unescapeAll(token.info).split(maxsplit=1)
        language = words[0][:MAX_LANGUAGE] if words else ""
        code = highlight(token.content, language, env["highlighting"])
        if not language:
            return f"<pre><code>{code}</code></pre>\n"
        name = escape(language)
        return f'<pre data-language="{name}"><code class="language-{name}">{code}</code></pre>\n'


def _demoted(tag: str) -> str:
    return f"h{min(int(tag[1]) + 2, 6)}"


def _cell(token: Token) -> str:
    """A table's cell; the parser gives its alignment as a style, which no post may have."""
    _, _, side = str(token.attrs.get("style", "")).partition("text-align:")
    return f'<{token.tag} align="{side}">' if side else f"<{token.tag}>"


def _shorten_title(token: Token) -> None:
    # One definition may be used ten thousand times in a post; what each use repeats must be short.
    if "title" in token.attrs:
        token.attrs["title"] = str(token.attrs["title"])[:MAX_TITLE]
