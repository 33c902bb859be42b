import hmac
from datetime import UTC, datetime, timedelta, timezone

import pytest

from api.core.clock import now, to_wire
from api.core.keys import derive


def test_each_purpose_has_a_key_of_its_own():
    keys = {derive("s" * 32, purpose) for purpose in ("cursors", "tokens", "throttles")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}


def test_a_key_is_what_rfc_5869_says():
    extracted = hmac.digest(b"\0" * 32, b"secret", "sha256")
    expanded = hmac.digest(extracted, b"parley:tokens\x01", "sha256")
    assert derive("secret", "tokens") == derive(b"secret", "tokens") == expanded
    assert derive("secret", "tokens", 16) == expanded[:16]


def test_the_present_has_a_zone():
    assert now().utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("moment", "written"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05.000Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 999_999, tzinfo=UTC), "2026-01-02T03:04:05.999Z"),
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=8))), "2026-01-01T19:04:05.000Z"),
        (datetime(987, 1, 2, tzinfo=UTC), "0987-01-02T00:00:00.000Z"),
    ],
)
def test_times_are_written_in_utc_with_three_decimals(moment, written):
    assert to_wire(moment) == written


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="zone"):
        to_wire(datetime(2026, 1, 2))
