"""Markdown to safe HTML: one renderer for posts, preview, mail, feeds and pages."""

from collections.abc import Callable, Mapping, Sequence
from html import escape

from api.text.highlight import Budget
from api.text.markdown.mentions import Mentions
from api.text.markdown.parser import parser
from api.text.markdown.plain import excerpt_of, plain_text
from api.text.rendered import Mention, Rendered
from api.text.sanitise import sanitise

# A post whose HTML grows beyond this by repeating references is shown as its source.
MAX_HTML = 500_000


def render(
    body: str,
    *,
    mentions: Callable[[Sequence[str]], Mapping[str, Mention]] | None = None,
    root: str = "",
) -> Rendered:
    """Renders a post's Markdown; never fails, whatever the text.

    `mentions` is called once, with the keys (`names.key`) of every name the text could mean, and answers which
    of them exist; without it nothing is a mention. `root` is the path of the site under its host, put before
    the links to members.
    """
    found = Mentions(mentions, root)
    env = {"mentions": found, "highlighting": Budget()}
    md = parser()
    tokens = md.parse(body, env)
    html = md.renderer.render(tokens, md.options, env)
    if len(html) > MAX_HTML:
        html = f"<pre><code>{escape(body)}</code></pre>\n"
    plain = plain_text(tokens)
    return Rendered(sanitise(html), plain, excerpt_of(plain), tuple(dict.fromkeys(found.found)))
