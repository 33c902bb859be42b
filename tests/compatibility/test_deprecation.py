"""What is to go says so on every answer and in the document, and cannot say so too late."""

import datetime as dt

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import create_app
from api.core.api import Blueprint, Call, Deprecation, Out, anyone
from api.core.api.deprecation import months_after
from api.core.problems import not_found
from tests.client import Client
from tests.compatibility.comparison import breaking_changes
from tests.conftest import settings_for

SINCE, SUNSET = dt.date(2026, 11, 1), dt.date(2027, 5, 1)
PAGE = "/docs/old-things"
SAID = {
    "Deprecation": "@1793491200",
    "Sunset": "Sat, 01 May 2027 00:00:00 GMT",
    "Link": f'<{PAGE}>; rel="deprecation"; type="text/html"',
}


class NothingOut(Out):
    """Nothing at all."""


class EmptyPageOut(Out):
    """A page without items."""


def blueprint(deprecated: Deprecation | None) -> Blueprint:
    """Two operations, of which one may be about to go; made anew for each application."""
    bp = Blueprint("things", "Things of this test")

    @bp.operation(
        "GET",
        "/things/<name>",
        access=anyone(),
        answer=(200, NothingOut),
        problems=(404,),
        deprecated=deprecated,
    )
    def get_thing(call: Call, name: str) -> dict:
        """Get a thing."""
        if name == "missing":
            raise not_found()
        return {}

    @bp.operation("GET", "/other-things", access=anyone(), answer=(200, EmptyPageOut))
    def list_other_things(call: Call) -> dict:
        """List things that stay."""
        return {}

    return bp


@pytest.fixture
def make_client(database_url, data_folder):
    """Callers of forums with the blueprint above."""
    apps = []

    def make(deprecated: Deprecation | None) -> Client:
        app = create_app(settings_for(database_url, data_folder))
        app.extensions["parley"].extra["api"].register_blueprint(blueprint(deprecated))
        apps.append(app)
        return Client(app)

    yield make
    for app in apps:
        app.extensions["parley"].database.engine.dispose()


def document_of(client: Client) -> dict:
    """The document with the blueprint's operations."""
    with client.app.app_context():
        return client.app.extensions["parley"].extra["api"].document()


def test_every_answer_of_a_deprecated_operation_announces_its_end(make_client):
    client = make_client(Deprecation(SINCE, SUNSET, PAGE))
    for path, status in (("/things/a", 200), ("/things/missing", 404), ("/things/a?x=1", 422)):
        answer = client.request("GET", path, status)
        assert {name: answer.headers[name] for name in SAID} == SAID
    answer = client.request("GET", "/other-things", 200)
    assert not {"Deprecation", "Sunset"} & set(answer.headers.keys())


def test_the_document_announces_it_with_all_its_headers(make_client):
    document = document_of(make_client(Deprecation(SINCE, SUNSET, PAGE)))
    operation = document["paths"]["/api/v1/things/{name}"]["get"]
    assert operation["deprecated"] is True
    assert operation["x-deprecation"] == {"since": "2026-11-01", "sunset": "2027-05-01", "link": PAGE}
    assert all(set(SAID) <= set(answer["headers"]) for answer in operation["responses"].values())
    assert "deprecated" not in document["paths"]["/api/v1/other-things"]["get"]
    OpenAPIV31SpecValidator(document).validate()


def test_the_reference_page_tells_the_last_day(make_client):
    client = make_client(Deprecation(SINCE, SUNSET, PAGE))
    page = Client(client.app, base="/api").request("GET", "/docs/reference", 200)
    assert page.get_data(as_text=True).count("<strong>Deprecated</strong>, answered until 2027-05-01") == 1


def test_the_link_of_a_page_stays_beside_the_announcement(make_client):
    from flask import g

    client = make_client(None)
    with client.app.test_request_context("/api/v1/topics"):
        g.deprecation = Deprecation(SINCE, SUNSET, PAGE)
        response = client.app.make_response("")
        response.headers["Link"] = '</first>; rel="first"'
        response = client.app.process_response(response)
    assert response.headers["Link"] == '</first>; rel="first", ' + SAID["Link"]


def test_it_may_go_after_its_sunset_and_not_before(make_client):
    announced = document_of(make_client(Deprecation(SINCE, SUNSET, PAGE)))
    gone = document_of(make_client(None))
    del gone["paths"]["/api/v1/things/{name}"]
    assert breaking_changes(announced, gone, SUNSET) == []
    early = breaking_changes(announced, gone, SUNSET - dt.timedelta(days=1))
    assert [finding.rule for finding in early] == ["operation_removed"]


def test_announcing_breaks_nobody(make_client):
    plain, announced = (
        document_of(make_client(None)),
        document_of(make_client(Deprecation(SINCE, SUNSET, PAGE))),
    )
    assert breaking_changes(plain, announced, SINCE) == []


def test_less_than_six_months_of_notice_are_refused():
    with pytest.raises(ValueError, match="6 months"):
        Deprecation(SINCE, dt.date(2027, 4, 30), PAGE)
    assert Deprecation(dt.date(2026, 8, 31), dt.date(2027, 2, 28), PAGE)


def test_months_end_where_the_shorter_month_ends():
    assert months_after(dt.date(2026, 12, 31), 6) == dt.date(2027, 6, 30)
    assert months_after(dt.date(2027, 8, 31), 6) == dt.date(2028, 2, 29)
    assert months_after(dt.date(2026, 1, 15), 6) == dt.date(2026, 7, 15)
