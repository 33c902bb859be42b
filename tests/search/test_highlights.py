"""Snippets show why something was found, and nothing of what was typed comes back as markup."""

from api.search.routes import bp
from tests.search.conftest import Shelf


def test_matches_are_marked_in_text_and_title(shelf: Shelf) -> None:
    shelf.topic("Growing tomatoes", "My tomato plants need water, and a TOMATO likes sun.")
    [hit] = shelf.page("tomato")["items"]
    assert hit["title_highlight"] == "Growing <mark>tomatoes</mark>"
    assert (
        hit["highlight"] == "My <mark>tomato</mark> plants need water, and a <mark>TOMATO</mark> likes sun."
    )


def test_chinese_matches_are_marked(shelf: Shelf) -> None:
    shelf.topic("联合索引的顺序", "这个索引会比没有更糟。")
    [hit] = shelf.page("索引")["items"]
    assert hit["title_highlight"] == "联合<mark>索引</mark>的顺序"
    assert hit["highlight"] == "这个<mark>索引</mark>会比没有更糟。"


def test_texts_and_titles_are_escaped(shelf: Shelf) -> None:
    shelf.topic(
        "<script>alert(1)</script> & <b>peach</b>",
        'peach `<script>alert(2)</script>` <img src=x onerror="y"> "&amp;',
    )
    [hit] = shelf.page("peach")["items"]
    for html in (hit["highlight"], hit["title_highlight"]):
        assert "<mark>peach</mark>" in html
        rest = html.replace("<mark>", "").replace("</mark>", "")
        assert "<" not in rest
        assert ">" not in rest
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in hit["title_highlight"]


def test_a_search_for_markup_is_escaped(shelf: Shelf) -> None:
    shelf.topic("Markup", "Write `<script>` at your own risk.")
    [hit] = shelf.page("<script>")["items"]
    assert "<script>" not in hit["highlight"]
    assert "<mark>script</mark>" in hit["highlight"]


def test_a_long_text_is_cut_around_the_match(shelf: Shelf) -> None:
    shelf.topic("Long", "filler " * 500 + "needle " + "filler " * 500)
    [hit] = shelf.page("needle")["items"]
    assert "<mark>needle</mark>" in hit["highlight"]
    assert hit["highlight"].startswith("…")
    assert hit["highlight"].endswith("…")
    assert len(hit["highlight"]) < 500


def test_a_hit_has_the_shapes_of_the_objects_themselves(shelf: Shelf) -> None:
    topic = shelf.topic("Shapes", "round and square", tags=("forms",))
    [hit] = shelf.page("square")["items"]
    assert hit["type"] == "post"
    assert hit["user"] is None
    assert hit["tag"] is None
    alone = shelf.client.get(f"/topics/{topic.topic_id}")
    post = alone.pop("post")
    assert hit["topic"] == alone
    assert hit["post"] == post


def test_members_get_their_own_state_with_the_hits(shelf: Shelf) -> None:
    topic = shelf.topic("Mine", "a paper boat")
    [own] = shelf.page("boat", as_=shelf.author)["items"]
    [anonymous] = shelf.page("boat")["items"]
    assert own["topic"]["viewer"]["can"]["edit"] is True
    assert own["post"]["viewer"]["can"]["edit"] is True
    assert anonymous["topic"]["viewer"]["can"]["edit"] is False
    assert own["topic"]["id"] == topic.topic_id


def test_searches_are_private_and_limited_by_their_own_policy(shelf: Shelf) -> None:
    shelf.topic("Cache", "a rare coin")
    response = shelf.client.request("GET", "/search", 200, query_string={"q": "coin"})
    assert response.headers["Cache-Control"] == "private, no-cache"
    _method, _rule, declaration = bp.operations["searchForum"]
    assert declaration.limit == "search"
