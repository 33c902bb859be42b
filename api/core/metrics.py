"""Figures for Prometheus at /metrics, summed over the processes of this machine, and never public.

Under uWSGI each worker keeps its figures in a file named after its role and number (not its process id, which would
leave a file behind at every respawn), and whichever worker is asked adds them all up. Elsewhere a process tells its
own.
"""

import os
from collections.abc import Iterator
from hmac import compare_digest
from ipaddress import ip_address
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, current_app, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    values,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from api.config import Settings
from api.core.addresses import UNKNOWN, client_address
from api.core.db import apart
from api.core.problems import not_found
from api.core.runtime import settings

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Around the budgets: 15 ms for a reply, 50 ms for a search, 150 and 300 ms under load.
SECONDS = (0.005, 0.015, 0.05, 0.15, 0.3, 1.0, 3.0, 10.0)
FORWARDING = ("X-Forwarded-For", "Forwarded", "X-Real-IP")


class Metrics:
    """The figures of one application."""

    def __init__(self, folder: Path | None, role: str) -> None:
        self.folder = folder
        if folder is not None:
            _share(folder, role)
        self.registry = CollectorRegistry()
        self.requests = Histogram(
            "parley_request_seconds",
            "Time to answer, by route.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.limiter_open = Counter(
            "parley_limiter_open",
            "Requests let through uncounted because the limiter's store failed.",
            ("reason",),
            registry=self.registry,
        )

    def render(self) -> bytes:
        """Everything in Prometheus's text format."""
        registry = self.registry
        if self.folder is not None:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry, path=str(self.folder))  # type: ignore[no-untyped-call]
        return generate_latest(registry) + generate_latest(_stored())


class StoredFigures(Collector):
    """What the database knows, asked at each scrape: the same answer on whichever worker."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Jobs and mails by state; nothing while the database is away, so that the rest is still told."""
        jobs = GaugeMetricFamily("parley_jobs", "Jobs by state.", labels=["state"])
        mails = GaugeMetricFamily("parley_mails", "Mails by state.", labels=["state"])
        age = GaugeMetricFamily("parley_oldest_mail_seconds", "Age of the oldest mail that still waits.")
        try:
            with apart() as s:
                for state, n in s.execute(text("select status, count(*) from procrastinate_jobs group by 1")):
                    jobs.add_metric([state], n)
                for state, n in s.execute(text("select state, count(*) from mails group by 1")):
                    mails.add_metric([state], n)
                oldest = (
                    "select extract(epoch from now() - min(created_at)) from mails where state = 'queued'"
                )
                age.add_metric([], float(s.execute(text(oldest)).scalar() or 0))
        except SQLAlchemyError:
            return
        yield from (jobs, mails, age)


def _stored() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(StoredFigures())
    return registry


def _share(folder: Path, role: str) -> None:
    """Let prometheus_client keep its figures in files that the other workers read."""
    import uwsgi

    folder.mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    values.ValueClass = values.MultiProcessValue(  # type: ignore[no-untyped-call]
        lambda: f"{role}-{uwsgi.worker_id()}"
    )


def _figures() -> Metrics | None:
    found: Metrics | None = current_app.extensions["parley"].extra.get("metrics")
    return found


def limiter_open(reason: str) -> None:
    """Count a request that went uncounted."""
    figures = _figures()
    if figures is not None:
        figures.limiter_open.labels(reason).inc()


def folder_for(settings: Settings) -> Path | None:
    """Where the workers share their figures; None where this process is alone."""
    try:
        import uwsgi
    except ImportError:
        return None
    return settings.data / "metrics" if uwsgi.masterpid() else None


def may_read() -> bool:
    """Whether the current request may see figures: with the token where one is set, else from this very machine.

    A proxy on this machine that is not declared trusted would make every visitor look local, so a request that
    carries forwarding headers is never taken for local.
    """
    if settings().metrics_token:
        sent = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
        return compare_digest(sent.encode(), settings().metrics_token.encode())
    address = client_address(request.environ, settings().trusted_proxies)
    forwarded = any(name in request.headers for name in FORWARDING)
    return not forwarded and address != UNKNOWN and ip_address(address).is_loopback


def init_app(app: Flask, role: str = "api") -> None:
    """Measure every request and answer /metrics. `role` names this kind of process (api, events)."""
    held: Any = app.extensions["parley"]
    figures = Metrics(folder_for(held.settings), role)
    held.extra["metrics"] = figures

    @app.before_request
    def start() -> None:
        g.setdefault("started", perf_counter())

    @app.after_request
    def observe(response: Response) -> Response:
        if "started" in g:
            method = request.method if request.method in METHODS else "other"
            route = request.url_rule.rule if request.url_rule else "none"
            seconds = perf_counter() - g.started
            figures.requests.labels(method, route, str(response.status_code)).observe(seconds)
        return response

    @app.get("/metrics")
    def metrics() -> Response:
        if not may_read():
            raise not_found()
        response = Response(figures.render(), content_type=CONTENT_TYPE_LATEST)
        response.headers["Cache-Control"] = "no-store"
        return response
