"""GET /meta tells what a client needs before anybody signs in, and tells the truth."""

import pytest

from api import __version__


@pytest.fixture
def document(client):
    """The OpenAPI document as served."""
    return client.get("/openapi.json")


def test_meta_names_the_forum_and_what_it_offers(client):
    meta = client.get("/meta")
    assert meta["name"] == "Parley"
    assert meta["version"] == __version__
    assert meta["languages"] == ["en", "zh-Hans"]
    assert meta["sign_up"] == {"mode": "open", "confirmation": "email"}
    assert meta["upload_types"] == []
    assert meta["reactions"] == []


def test_meta_is_shared_with_everybody_and_private_with_a_credential(client, world):
    answer = client.request("GET", "/meta", 200)
    assert answer.headers["Cache-Control"] == "public, max-age=1, stale-while-revalidate=4"
    client.request("GET", "/meta", 304, headers={"If-None-Match": answer.headers["ETag"]})
    private = client.as_(world.member()).request("GET", "/meta", 200)
    assert private.headers["Cache-Control"] == "private, no-cache"
    assert private.get_data() == answer.get_data()


def test_meta_takes_no_parameters(client):
    problem = client.refused("GET", "/meta?verbose=1", 422, "invalid_input")
    assert problem["errors"][0]["name"] == "verbose"


@pytest.mark.parametrize(
    ("limit", "place", "keyword"),
    [
        ("title_min", "TopicCreate.title", "minLength"),
        ("title_max", "TopicCreate.title", "maxLength"),
        ("post_max", "TopicCreate.body", "maxLength"),
        ("post_max", "PostPatch.body", "maxLength"),
        ("topic_tags_max", "TopicCreate.tags", "maxItems"),
        ("category_name_max", "CategoryCreate.name", "maxLength"),
    ],
)
def test_limits_are_those_that_requests_are_held_to(client, document, limit, place, keyword):
    schema, name = place.split(".")
    properties = document["components"]["schemas"][schema]["properties"]
    assert client.get("/meta")["limits"][limit] == properties[name][keyword]


def test_policies_are_those_that_answers_name(client):
    policies = {policy["name"]: policy for policy in client.get("/meta")["policies"]}
    assert policies["write"]["window"] > 0
    assert {"anonymous", "read", "write", "search"} <= policies.keys()
