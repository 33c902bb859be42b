"""What rendering takes and gives, without the libraries that render."""

from dataclasses import dataclass

# Grows when the same source gives other HTML or plain text, so that stored posts are rendered again.
RENDERER_VERSION = 1


@dataclass(frozen=True, slots=True)
class Mention:
    """A member that a post names."""

    user_id: int
    username: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A post as it is stored beside its source.

    `html` is sanitised; `plain` is the text for search and phrases (code and image descriptions included, markup
    not); `excerpt` its first 200 characters or so in one line; `mentions` the ids of the members it names, in
    order, each once.
    """

    html: str
    plain: str
    excerpt: str
    mentions: tuple[int, ...]
