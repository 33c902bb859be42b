"""Nonsense, and worse."""

import pytest


@pytest.mark.parametrize(
    ("query", "name", "code"),
    [
        ({}, "q", "required"),
        ({"q": ""}, "q", "too_short"),
        ({"q": "   "}, "q", "too_short"),
        ({"q": "x" * 501}, "q", "too_long"),
        ({"q": "a\x00b"}, "q", "bad_character"),
        ({"q": "tea", "type": "everything"}, "type", "unknown_value"),
        ({"q": "tea", "sort": "old"}, "sort", "unknown_value"),
        ({"q": "tea", "limit": "0"}, "limit", "out_of_range"),
        ({"q": "tea", "limit": "many"}, "limit", "invalid_type"),
        ({"q": "tea", "answered": "yes"}, "answered", "invalid_type"),
        ({"q": "tea", "created_after": "yesterday"}, "created_after", "invalid_time"),
        ({"q": "tea", "tag": "x" * 36}, "tag", "too_long"),
        ({"q": "tea", "order": "new"}, "order", "unknown_field"),
    ],
)
def test_bad_parameters_are_named(client, query, name, code) -> None:
    problem = client.refused("GET", "/search", 422, "invalid_input", query_string=query)
    assert [(e["in"], e["name"].split("/")[0], e["code"]) for e in problem["errors"]] == [
        ("query", name, code)
    ]


@pytest.mark.parametrize(
    "q", ["in:title", "is:answered", "before:2024", "-tea", '-"green tea"', "!!!", '""', "'&|!():*\\"]
)
def test_a_search_needs_something_to_look_for(client, q: str) -> None:
    problem = client.refused("GET", "/search", 422, "invalid_input", query_string={"q": q})
    assert [(e["name"], e["code"]) for e in problem["errors"]] == [("q", "nothing_to_search")]
    client.refused("GET", "/search", 422, "invalid_input", query_string={"q": q, "type": "topics"})


@pytest.mark.parametrize(
    "q",
    [
        "tea'&|!():*\\",
        "'; drop table posts; --",
        "tea & !milk | (sugar):*",
        "tea\\' <-> 'milk",
        '"tea',
        'tea""milk"',
        "-",
        "tea - -- ---",
        "author: tag: tea",
        "author:'||'",
        "category:../../x tea",
        "%s %(q)s {q} :q ::tsquery tea",
        "tea before:9999-99-99",
        "tea after:0000-00-00",
        "茶" * 500,
        "a " * 250,
        "é" * 250,
        "\U0001f375 tea",
        "tea \u202e\u200b\ufeff",
        "<script>alert(1)</script>",
        "/.*+?^${}()|[]tea",
    ],
)
def test_hostile_characters_are_only_characters(client, q: str) -> None:
    for type_ in ("posts", "topics", "users", "tags"):
        for sort in ({}, {"sort": "new"}) if type_ in ("posts", "topics") else ({},):
            response = client.request("GET", "/search", query_string={"q": q, "type": type_, **sort})
            assert response.status_code in (200, 422), response.get_data(as_text=True)


def test_other_methods_are_not_answered(client) -> None:
    client.refused("POST", "/search", 405, "method_not_allowed", json={"q": "tea"})
