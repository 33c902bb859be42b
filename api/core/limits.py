"""Rate limits: fixed windows, shared by every worker of a machine, or of many through Valkey.

A window belongs to one policy and one identity (a member, or an address). Its number is part of the counter's key,
so the end of a window follows from the clock alone: every worker names the same reset, and nothing but an atomic
increment is asked of the store. The windows of different identities are shifted against each other, or all clients
would come back in the same second.
"""

import math
import time
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from api.config import ConfigurationError
from api.core import metrics
from api.core.addresses import client_address, network_of
from api.core.problems import Problem
from api.core.runtime import runtime, settings

KEY_BYTES = 16
# The cache2 of uwsgi.ini that holds the counters.
UWSGI_CACHE = "rl"


@dataclass(frozen=True)
class Policy:
    """`quota` requests in each window of `window` seconds."""

    name: str
    quota: int
    window: int


POLICIES = {
    policy.name: policy
    for policy in (
        # A whole school may stand behind one address; a page costs a visitor about five requests.
        Policy("anonymous", 300, 60),
        # Ten a second, kept up for a minute: more than any reader with many tabs, less than a careless crawler.
        Policy("read", 600, 60),
        # Nobody writes a post every two seconds; votes and read marks of a lively reader fit as well.
        Policy("write", 30, 60),
        # The dearest read there is: one every two seconds, with room for searching while typing.
        Policy("search", 30, 60),
        # Preview follows the typing, once a second.
        Policy("preview", 60, 60),
        # Decoding pictures costs seconds of processor time; an album is uploaded once.
        Policy("upload", 20, 300),
    )
}


@dataclass(frozen=True)
class Hit:
    """What one counted request left of its quota; times are whole seconds."""

    policy: str
    limit: int
    remaining: int
    reset_seconds: int
    window: int
    exceeded: bool


class Counter(Protocol):
    """What is asked of a store: add one to a key that lives `expiry` seconds, and tell the sum."""

    def incr(self, key: str, expiry: int) -> int:
        """The sum after adding one; raises where it cannot count."""
        ...


class StoreFull(Exception):
    """The store has no room for another counter."""


class UwsgiCounter:
    """Counters in the shared memory of one uWSGI instance (cache2, kept in a file over restarts)."""

    def __init__(self, uwsgi: Any, cache: str = UWSGI_CACHE) -> None:
        self._uwsgi, self._cache = uwsgi, cache

    def incr(self, key: str, expiry: int) -> int:
        """The sum after adding one. Another worker's increment may slip in between: that errs to the strict side."""
        if not self._uwsgi.cache_inc(key, 1, expiry, self._cache):
            raise StoreFull
        return int(self._uwsgi.cache_num(key, self._cache))


class Limiter:
    """The counting of one application."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter

    def hit(self, policy: str, identity: str, at: float) -> Hit | None:
        """Count one request at `at` (seconds of the epoch). None where the store failed: the door stays open."""
        rule = POLICIES[policy]
        digest = blake2b(f"{policy}\0{identity}".encode(), digest_size=KEY_BYTES)
        shift = int.from_bytes(digest.digest()[:4], "big") % rule.window
        number, elapsed = divmod(at + shift, rule.window)
        try:
            count = self._counter.incr(f"{digest.hexdigest()}{int(number):x}", rule.window)
        except Exception as error:  # noqa: BLE001 (whatever the store's driver raises: readers are not locked out)
            metrics.limiter_open(type(error).__name__)
            return None
        return Hit(
            policy=policy,
            limit=rule.quota,
            remaining=max(0, rule.quota - count),
            reset_seconds=max(1, math.ceil(rule.window - elapsed)),
            window=rule.window,
            exceeded=count > rule.quota,
        )


def identity(user_id: int | None, address: str) -> str:
    """Whom a request is counted for: the member, else the address (IPv6 by /64)."""
    return f"user:{user_id}" if user_id is not None else f"address:{network_of(address)}"


def hit_request(policy: str, user_id: int | None) -> Hit | None:
    """Count the current request; None where limits are off or the store failed.

    Reading without an account has a policy of its own, since many people may share an address.
    """
    limiter = runtime().extra.get("limiter")
    if limiter is None:
        return None
    if policy == "read" and user_id is None:
        policy = "anonymous"
    address = client_address(request.environ, settings().trusted_proxies)
    hit: Hit | None = limiter.hit(policy, identity(user_id, address), time.time())
    g.limit_hit = hit
    return hit


def headers(hit: Hit) -> dict[str, str]:
    """RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers-10."""
    return {
        "RateLimit-Policy": f'"{hit.policy}";q={hit.limit};w={hit.window}',
        "RateLimit": f'"{hit.policy}";r={hit.remaining};t={hit.reset_seconds}',
    }


def exceeded(hit: Hit) -> Problem:
    """The refusal of a request beyond its quota."""
    params = {"policy": hit.policy, "max": hit.limit, "window": hit.window, "retry_after": hit.reset_seconds}
    return Problem(
        429, "rate_limited", params=params, headers=headers(hit) | {"Retry-After": str(hit.reset_seconds)}
    )


def counter_for(url: str) -> Counter:
    """The store that a URL names: uwsgi://, memory://, redis:// or valkey:// (TLS: rediss://, valkeys://).

    Without a URL: the cache of the uWSGI instance this process belongs to, else the process's own memory, which is
    right for one process only.
    """
    uwsgi = _uwsgi_with_cache()
    if (not url and uwsgi is not None) or urlsplit(url).scheme == "uwsgi":
        if uwsgi is None:
            raise ConfigurationError(
                f"PARLEY_LIMITS_URL={url} works only under uWSGI with cache2 name={UWSGI_CACHE}."
            )
        return UwsgiCounter(uwsgi)
    from limits.errors import ConfigurationError as UnknownStore
    from limits.storage import storage_from_string

    try:
        store: Any = storage_from_string(url or "memory://")
    except UnknownStore as error:
        raise ConfigurationError(f"PARLEY_LIMITS_URL cannot be used: {error}") from error
    counter: Counter = store
    return counter


def _uwsgi_with_cache() -> Any:
    try:
        import uwsgi
    except ImportError:
        return None
    configured = uwsgi.opt.get("cache2", [])
    caches = configured if isinstance(configured, list) else [configured]
    wanted = f"name={UWSGI_CACHE}"
    return uwsgi if any(wanted in bytes(cache).decode().split(",") for cache in caches) else None


def init_app(app: Flask) -> None:
    """Open the store and write the headers of every counted answer, shared ones apart (a cache would replay them)."""
    held = app.extensions["parley"]
    if not held.settings.limits_enabled:
        return
    held.extra["limiter"] = Limiter(counter_for(held.settings.limits_url))

    @app.after_request
    def write_headers(response: Response) -> Response:
        hit: Hit | None = g.get("limit_hit")
        if hit is not None and not response.headers.get("Cache-Control", "").startswith("public"):
            response.headers.update(headers(hit))
        return response
