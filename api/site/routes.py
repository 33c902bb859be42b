"""What a client must know about this forum before anybody signs in."""

from typing import Any

from api import __version__
from api.core import idempotency, limits, outbox
from api.core.api import Blueprint, Call, anyone
from api.core.api.input import MAX_BODY_BYTES
from api.core.api.schema import MAX_LIST
from api.core.runtime import settings
from api.site.schemas import MetaOut
from api.text.names import MAX_NAME, MIN_NAME
from api.text.searches import MAX_QUERY
from api.text.tags import MAX_TAG

LANGUAGES = ("en", "zh-Hans")
# The same figures stand in the schemas of the requests; a test holds the two together.
TITLE_MIN, TITLE_MAX = 3, 200
POST_MAX = 50_000
TOPIC_TAGS_MAX = 10
CATEGORY_NAME_MAX = 64

bp = Blueprint("site", "The forum as a whole")


@bp.operation("GET", "/meta", access=anyone(), answer=(200, MetaOut), caching="shared", ready=True)
def get_meta(call: Call) -> dict[str, Any]:
    """Get the forum's name, version, limits and offers.

    Read it once at the start; it changes with the installation, not with the reader.
    """
    return {
        "name": settings().name,
        "url": settings().url,
        "version": __version__,
        "languages": list(LANGUAGES),
        "limits": _limits(),
        "policies": [
            {"name": p.name, "quota": p.quota, "window": p.window} for p in limits.POLICIES.values()
        ],
        "sign_up": {"mode": "open", "confirmation": "email"},
        "sign_in_providers": [],
        "reactions": [],
        "upload_types": [],
        "retention": {
            "events": int(outbox.RETENTION.total_seconds()),
            "idempotency_keys": int(idempotency.KEPT.total_seconds()),
        },
    }


def _limits() -> dict[str, int]:
    return {
        "title_min": TITLE_MIN,
        "title_max": TITLE_MAX,
        "post_max": POST_MAX,
        "topic_tags_max": TOPIC_TAGS_MAX,
        "tag_max": MAX_TAG,
        "username_min": MIN_NAME,
        "username_max": MAX_NAME,
        "category_name_max": CATEGORY_NAME_MAX,
        "search_query_max": MAX_QUERY,
        "list_max": MAX_LIST,
        "body_bytes_max": MAX_BODY_BYTES,
    }
