"""`parley import ..`: the command line of importers."""

from dataclasses import replace
from pathlib import Path

import click
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from api.archive.refusal import ImportRefusedError
from api.archive.report import Report
from api.archive.stackexchange.setup import import_dump
from api.core.clock import now
from api.core.commands import in_app, say


@click.group("import")
def command() -> None:
    """Take over what another forum has."""


@command.command("stackexchange")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--category", metavar="SLUG", help="Where the topics go; made if it is missing. Default: the site's name."
)
@click.option(
    "--site", metavar="HOST", help="The site the dump is of, for credits. Default: found in the dump."
)
@click.option("--json", "as_json", is_flag=True, help="Print everything that was taken and left as JSON.")
@click.pass_context
@in_app
def stackexchange(
    context: click.Context, folder: Path, *, category: str | None, site: str | None, as_json: bool
) -> None:
    """Import a Stack Exchange data dump.

    FOLDER holds Posts.xml, Users.xml, Comments.xml and so on, packed with gzip or not. Running it again adds only
    what is not here yet.
    """
    context.obj = replace(context.obj, json=context.obj.json or as_json)
    try:
        with _bar(Console(stderr=True)) as bar:
            report = import_dump(folder, category=category, site=site, now=now, progress=_Stages(bar))
    except ImportRefusedError as refused:
        raise click.ClickException(str(refused)) from None
    say("\n".join(report.lines()), report.as_json())
    if report.damage:
        raise click.ClickException(_damaged(report))


def _damaged(report: Report) -> str:
    files = ", ".join(str(damage["file"]) for damage in report.damage)
    return f"Not everything could be read ({files}); what could be read is imported."


def _bar(console: Console) -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        disable=not console.is_terminal,
    )


class _Stages:
    """One line of progress for each stage, begun when it is first heard of."""

    def __init__(self, bar: Progress) -> None:
        self._bar = bar
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        if stage not in self._tasks:
            self._tasks[stage] = self._bar.add_task(stage, total=total)
        self._bar.update(self._tasks[stage], completed=done, total=total)
