"""`make soak-contract`: generated requests for as long as MINUTES say, at the shipped nginx and uWSGI, in every role.

Rounds of single requests (what the document allows and what it forbids) and of chains take turns, each with seeds of
its own. At the end one table says what was asked; anything that the document does not know ends it with status 1.
"""

import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import click
from flask import Flask
from hypothesis import seed, settings
from rich.console import Console
from rich.table import Table
from sqlalchemy import text

from api.app import create_app
from api.core import migrate
from api.core.db import transaction
from api.launcher.postgres import THROW_AWAY, Postgres
from tests.conftest import SECRET, settings_for
from tests.contract.fuzzing import ROLES, Cast, Judge, Tally, ask, machine_of, quick, run_chains, schema_of
from tests.servers.stack import Stack, serve

EXAMPLES, CHAINS, STEPS = 6, 25, 20
MODES = ("positive", "negative")


@contextmanager
def site() -> Iterator[tuple[Stack, Flask]]:
    """The servers on a database of their own, and the application that makes members for them."""
    folder = Path(tempfile.mkdtemp(prefix="parley-soak-"))
    folder.chmod(0o711)  # Root's server runs as another account, which must find its folder in here.
    postgres = Postgres(folder / "postgres", options=THROW_AWAY)
    (folder / "site").mkdir()
    try:
        postgres.prepare()
        postgres.start()
        postgres.create_database("soak")
        url = postgres.url("soak")
        migrate.upgrade(settings_for(url, folder))
        environ = {
            "PARLEY_DATABASE_URL": url,
            "PARLEY_SECRET_KEY": SECRET,
            "PARLEY_ENVIRONMENT": "test",
            "PARLEY_LIMITS_ENABLED": "false",
        }
        with serve(environ, folder / "site") as stack:
            yield stack, create_app(settings_for(url, folder, PARLEY_URL=stack.url))
    finally:
        postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)


def singles(app: Flask, schema: Any, judge: Judge, number: int, until: float) -> None:
    """Each operation in one role and mode; the next round takes the next."""
    cast, how = Cast(app), settings(quick, derandomize=False, max_examples=EXAMPLES)
    role, mode = ROLES[number % len(ROLES)], MODES[number // len(ROLES) % len(MODES)]
    for place, result in enumerate(schema.get_all_operations()):
        if time.monotonic() > until:
            return
        cast.leave()
        known = {name: values[-1] for name, values in judge.memory.seen.items()} if number % 2 else {}
        headers, own = cast.headers(role), {**known, "dressed": cast.category}
        ask(result.ok(), mode, judge, headers, how, seeded=seed(number * 1_000 + place), **own)


def chained(app: Flask, url: str, judge: Judge, number: int) -> None:
    """Chains of requests from the next seeds on."""
    how = settings(quick, derandomize=False, max_examples=CHAINS, stateful_step_count=STEPS)
    machine = machine_of(schema_of(app, url), judge, Cast(app))
    run_chains(machine, judge.tally, how, chains=CHAINS, start=number * 1_000)


def forget_tries(app: Flask) -> None:
    """The counters that protect accounts begin anew, or every sign-in would soon be 429."""
    with app.app_context(), transaction() as s:
        s.execute(text("delete from throttles"))


def table(tally: Tally, operations: int, minutes: float) -> Table:
    """What was asked and answered, one row for each operation, and their sum."""
    found = Table(title=f"Generated requests in {minutes:.0f} minutes")
    for name in ("operation", "cases", "2xx 3xx", "4xx", "5xx", "statuses"):
        found.add_column(name, justify="left" if name in ("operation", "statuses") else "right")
    for name, cases in sorted(tally.cases.items()):
        own = {status: n for (operation, status), n in tally.statuses.items() if operation == name}
        by = [
            sum(n for s, n in own.items() if low <= s < high)
            for low, high in ((0, 400), (400, 500), (500, 600))
        ]
        found.add_row(name, str(cases), *map(str, by), " ".join(map(str, sorted(own))))
    found.add_section()
    found.add_row(f"{len(tally.cases)} of {operations} operations", str(tally.cases.total()))
    found.add_row("chains", str(tally.chains), "", "", "", f"{len(tally.links)} links followed")
    found.add_row("checks", str(tally.checks))
    found.add_row("failures", str(len(tally.failures)))
    return found


@click.command()
@click.option("--minutes", type=float, default=60.0, show_default=True)
def main(minutes: float) -> None:
    """Ask until the time is over, then tell."""
    console = Console(width=140)
    started = time.monotonic()
    until, tally = started + minutes * 60, Tally()
    with site() as (stack, app):
        schema, judge = schema_of(app, stack.url), Judge(app, tally)
        operations = sum(1 for _ in schema.get_all_operations())
        try:
            for number in count():
                forget_tries(app)
                singles(app, schema, judge, number, until)
                if time.monotonic() > until:
                    break
                chained(app, stack.url, judge, number)
                passed = (time.monotonic() - started) / 60
                console.print(
                    f"{passed:5.1f} min  {tally.cases.total()} cases, {len(tally.failures)} failures"
                )
        finally:
            # Also of a run that is interrupted.
            console.print(table(tally, operations, (time.monotonic() - started) / 60))
            for line, how in tally.failures.items():
                console.print(f"\n{line}\n{how}", markup=False, highlight=False)
    raise SystemExit(1 if tally.failures else 0)


if __name__ == "__main__":
    main()
