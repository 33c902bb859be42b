import pytest

from api.text import render as render_post


@pytest.fixture(scope="session")
def render():
    return lambda markdown: render_post(markdown).html
