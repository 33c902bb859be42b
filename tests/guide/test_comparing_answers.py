"""When an answer counts as the one that is shown, and what is written where it does not."""

import pytest

from api.guide.console import Step, block_of, steps
from tests.guide.answers import corrected, difference, is_as_shown

SHOWN = '{\n    …\n    "id": 12,\n    "state": "open",\n    …\n}'
REAL = '{\n    "at": "2030-01-02T03:04:05.678Z",\n    "id": 99,\n    "state": "open",\n    "tags": []\n}'


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ("created", "created"),
        ("", ""),
        ('"at": "2026-11-20T23:56:32.123Z"', '"at": "2030-01-02T03:04:05.678Z"'),
        ("Location: /api/v1/topics/7", "Location: /api/v1/topics/4711"),
        ('ETag: "2-0123456789abcdef01"', 'ETag: "2-fedcba98765432100f"'),
        ('"access_token": "eyJhbGciOi…"', '"access_token": "eyJ0eXAi.eyJzdWIi.c2lnbmF0dXJl"'),
        ('RateLimit: "read";r=599;t=51', 'RateLimit: "read";r=12;t=3'),
        ("first\n…\nlast", "first\nlast"),
        ("first\n…\nlast", "first\nsecond\nthird\nlast"),
        (SHOWN, REAL),
    ],
)  # fmt: skip
def test_what_differs_by_nature_or_was_left_out_counts_as_shown(shown, real):
    assert is_as_shown(shown, real)
    assert corrected(shown, real) == shown


@pytest.mark.parametrize(
    ("shown", "real"),
    [
        ("created", "refused"),
        ("", "a line that nobody expected"),
        ("a line that never came", ""),
        ('ETag: "2-0123456789abcdef01"', 'ETag: "3-0123456789abcdef01"'),
        ("Location: /api/v1/topics/7", "Location: /api/v1/posts/7"),
        ("first\nlast", "first\nsecond\nlast"),
        ('RateLimit-Policy: "read";q=600;w=60', 'RateLimit-Policy: "read";q=60;w=60'),
        (SHOWN, REAL.replace("open", "closed")),
    ],
)  # fmt: skip
def test_anything_else_does_not(shown, real):
    assert not is_as_shown(shown, real)
    assert is_as_shown(corrected(shown, real), real)


def test_a_correction_touches_only_the_line_that_is_wrong():
    assert corrected(SHOWN, REAL.replace("open", "closed")) == SHOWN.replace("open", "closed")


def test_a_correction_shortens_what_nobody_reads():
    token = "eyJ0eXAiOiJKV1Qi.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
    assert corrected("", f'{{"access_token": "{token}"}}') == '{"access_token": "eyJ0eXAiOi…"}'


def test_a_difference_shows_the_command_and_the_wrong_lines():
    said = difference("http $API/topics/1", SHOWN, REAL.replace("open", "closed"))
    assert said.startswith("$ http $API/topics/1\n")
    assert '-    "state": "open",' in said
    assert '+    "state": "closed",' in said
    assert '"id"' in said


def test_a_block_is_read_and_written_alike():
    block = "$ one \\\n>   --more\nanswer\n\n> not a command\n$ two\n"
    assert steps(block) == [Step("one \\\n  --more", "answer\n\n> not a command"), Step("two")]
    assert block_of(steps(block)) == block


def test_an_answer_needs_a_command():
    with pytest.raises(ValueError, match="without a command"):
        steps("just an answer\n$ and then a command\n")
