"""Makes a text ready to be stored: converted, compared, rendered and indexed, before any transaction is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import regex

from api.archive.faithful import faithful_markdown
from api.archive.incoming import IncomingPost, IncomingTopic, Key
from api.archive.report import Report
from api.text import Mention, Rendered, clean, language, lexemes, render, tags
from api.topics.actions.writing import Writing

MAX_TITLE, MIN_TITLE, MAX_TAGS, MAX_BODY = 200, 3, 10, 50_000
_UNSTORABLE = regex.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True)
class PreparedPost:
    post: IncomingPost
    writing: Writing


def prepare_post(
    topic: IncomingTopic,
    post: IncomingPost,
    participants: Mapping[str, Mention],
    *,
    base_url: str,
    report: Report,
) -> PreparedPost | None:
    """The post with its text; None, and a line in the report, where it has none.

    `participants` are the members who write in the topic, by the keys of their names: `@name` means one of them, never
    a member of the same name who was here before.
    """
    html = _storable(post.html)
    plainly: dict[str, Rendered] = {}

    def html_of(markdown: str) -> str:
        plainly[markdown] = render(markdown)
        return plainly[markdown].html

    converted = faithful_markdown(html, html_of, base_url=base_url)
    body = converted.markdown
    if not body.strip():
        if post is not topic.posts[0]:
            report.leave("posts without text", named(post.key))
            return None
        report.change("opening posts without text: they got their title", named(post.key))
        body = title_of(topic)
    report.check(named(post.key), converted.differences)
    if len(body) > MAX_BODY:
        report.change(
            f"posts longer than {MAX_BODY:,} characters: kept, but an edit must shorten them", named(post.key)
        )
    needs_mentions = "@" in body or body not in plainly
    return PreparedPost(
        post, _writing(body, _mentioning(body, participants) if needs_mentions else plainly[body])
    )


def _mentioning(body: str, participants: Mapping[str, Mention]) -> Rendered:
    def resolve(keys: Sequence[str]) -> dict[str, Mention]:
        return {key: participants[key] for key in keys if key in participants}

    return render(body, mentions=resolve)


def _writing(body: str, rendered: Rendered) -> Writing:
    tsv = lexemes.tsvector(lexemes.index(rendered.plain))
    return Writing(body=body, rendered=rendered, lang=language.guess(rendered.plain), tsv=tsv)


def title_of(topic: IncomingTopic) -> str:
    """A title of 3 to 200 characters on one line."""
    title = clean.one_line(topic.title)
    if len(title) < MIN_TITLE:
        title = f"{title} (question {topic.external_id})".strip()
    return title if len(title) <= MAX_TITLE else f"{title[: MAX_TITLE - 1].rstrip()}…"


def tags_of(names: Sequence[str], *, report: Report | None = None) -> list[str]:
    """The tags in their normal form, each once, at most ten; what cannot be a tag is left and reported."""
    kept: list[str] = []
    for name in names:
        try:
            tag = tags.check_tag(name)
        except tags.TagRefused as refused:
            if report is not None:
                report.leave(f"tags that are none here ({refused.code})", name)
        else:
            kept.append(tag)
    return list(dict.fromkeys(kept))[:MAX_TAGS]


def named(key: Key) -> str:
    """How a post is called in the report: `post 12`, `comment 7`."""
    return " ".join(key)


def _storable(text: str) -> str:
    return clean.nfc(_UNSTORABLE.sub("", text))
