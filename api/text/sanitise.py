"""The one sanitiser: what is not on the lists below does not leave the renderer, whoever made a mistake before."""

from functools import lru_cache

import nh3
import regex

from api.text import links

LINK_REL = "ugc nofollow noopener"

_ATTRIBUTES = {
    "a": {"href", "title", "class"},
    "img": {"src", "alt", "title", "loading"},
    "pre": {"data-language"},
    "code": {"class"},
    "span": {"class"},
    "ul": {"class"},
    "ol": {"class", "start"},
    "li": {"class"},
    "th": {"align"},
    "td": {"align"},
    "input": {"type", "class", "checked", "disabled"},
}
_BARE = "p br hr h3 h4 h5 h6 strong em del blockquote table thead tbody tr"
_TAGS = {*_ATTRIBUTES, *_BARE.split()}

# One form for the value of each attribute; what does not match is dropped.
_VALUES = {
    ("a", "class"): "mention",
    ("img", "loading"): "lazy",
    ("code", "class"): r"language-\S{1,60}",
    ("span", "class"): "[a-z][a-z0-9]{0,2}",
    ("ul", "class"): "contains-task-list",
    ("ol", "class"): "contains-task-list",
    ("ol", "start"): "[0-9]{1,9}",
    ("li", "class"): "task-list-item",
    ("th", "align"): "left|center|right",
    ("td", "align"): "left|center|right",
    ("input", "type"): "checkbox",
    ("input", "class"): "task-list-item-checkbox",
}
_FORMS = {place: regex.compile(form) for place, form in _VALUES.items()}


def sanitise(html: str) -> str:
    """The HTML with only the tags, attributes and values that posts are made of; every link gets its `rel`."""
    return _cleaner().clean(html)


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if links.is_allowed(value) else None
    if attribute == "src":
        return value if links.is_allowed_image(value) else None
    form = _FORMS.get((tag, attribute))
    return value if form is None or form.fullmatch(value) else None


@lru_cache(maxsize=1)
def _cleaner() -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=set(links.SCHEMES),
        link_rel=LINK_REL,
        strip_comments=True,
        # A post never has these; were one to come through, its content must not come through as text.
        clean_content_tags={"script", "style"},
    )
