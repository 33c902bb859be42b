"""The commands that act on an installation: those of the features, and those of the forum as a whole."""

import os
import sys
from pathlib import Path

import click
from sqlalchemy import func, select, text

from api.archive.commands import command as import_commands
from api.auth.commands import user_commands
from api.core import clock, migrate, outbox, schema_version
from api.core.commands import Target, in_app, say
from api.core.db import transaction
from api.core.runtime import runtime, settings
from api.search.commands import reindex


@click.command("migrate")
@in_app
def migrate_command() -> None:
    """Bring the database to this version's schema."""
    done = migrate.upgrade(settings())
    say("The database is up to date." if not done else "The database was migrated.", {"migrated": done})


@click.command()
@in_app
def seed() -> None:
    """Fill an empty forum with the bilingual demonstration."""
    from api.demo.actions import seed as write_demo

    with transaction() as s:
        done = write_demo(s, clock.now())
    say(
        "The demonstration is there." if done else "The forum is not empty; nothing was added.",
        {"seeded": done},
    )


@click.command()
@click.pass_obj
def worker(target: Target) -> None:
    """Run jobs until told to stop."""
    if "PARLEY_DATABASE_URL" in os.environ or "PARLEY_DATABASE_URL_FILE" in os.environ:
        # A worker stays for long, and has no use for commands and routes.
        os.execv(sys.executable, [sys.executable, "-m", "api.worker"])  # noqa: S606 - becoming it is the purpose
    from api.core.worker import run_worker

    with target.open() as app:
        run_worker(app)


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=Path())
@in_app
def openapi(folder: Path) -> None:
    """Write openapi.json and its twin openapi-3.0.json into a folder."""
    from api.core.api.reference import write_documents

    changed = [str(path) for path in write_documents(folder)]
    say(f"{' and '.join(changed)} written." if changed else "Both are up to date.", {"changed": changed})


@click.command()
@click.argument("path", type=click.Path(path_type=Path, dir_okay=False), default=Path("docs/permissions.md"))
def permissions(path: Path) -> None:
    """Write the page that shows who may do what."""
    from api.policy import write_document

    changed = write_document(path)
    say(f"{path} {'was written' if changed else 'is up to date'}.", {"path": str(path), "changed": changed})


@click.command()
@in_app
def recount() -> None:
    """Count again what is stored as counters, and mend what differs."""
    from api.admin.recount import recount as mend

    with transaction() as s:
        mended = mend(s)
    total = sum(mended.values())
    say(f"{total} counters were wrong and are right now.", {"mended": mended})


@click.command()
@in_app
def doctor() -> None:
    """Say what is wrong with this installation, and how much there is of everything."""
    report: dict[str, object] = {}
    with transaction() as s:
        report["schema_current"] = schema_version.is_current(s.connection())
        for table in (
            "users",
            "categories",
            "topics",
            "posts",
            "votes",
            "sessions",
            "mails",
            "events",
            "counter_deltas",
        ):
            report[table] = s.scalar(select(func.count()).select_from(text(table)))
        report["postgres"] = s.scalar(text("show server_version"))
        oldest = "select max(now() - xact_start)::text from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()"
        report["oldest_open_writer"] = s.scalar(text(oldest))
        failed = "select count(*) from procrastinate_jobs where status = 'failed'"
        report["failed_jobs"] = s.scalar(text(failed))
        report["feed_waits"] = outbox.unsettled(s)
    report["client_built"] = (runtime().settings.frontend / "index.html").exists()
    say("\n".join(f"{name}: {value}" for name, value in report.items()), report)
    if not report["schema_current"]:
        raise click.ClickException("The schema is not current: run `parley migrate`.")


COMMANDS: tuple[click.Command, ...] = (
    migrate_command,
    seed,
    worker,
    openapi,
    permissions,
    recount,
    doctor,
    user_commands,
    reindex,
    import_commands,
)
