"""The parley command: every administrative act, on the same installation that `parley run` serves."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask

from api import __version__
from api.commands import COMMANDS
from api.config import ConfigurationError, load_settings
from api.core.commands import Target
from api.core.migrate import NewerSchema
from api.launcher.installation import open_installation
from api.launcher.refusal import RefusalError


@contextmanager
def opened(data: Path) -> Iterator[Flask]:
    """The application of the installation in a data folder, its database running meanwhile."""
    from api.app import create_app

    with open_installation(data, os.environ) as environ:
        app = create_app(load_settings(environ))
        try:
            yield app
        finally:
            app.extensions["parley"].database.engine.dispose()


@click.group()
@click.version_option(__version__, prog_name="parley")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    default=Path("data"),
    envvar="PARLEY_DATA",
    show_default=True,
    help="The installation's folder.",
)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def cli(context: click.Context, data: Path, *, as_json: bool) -> None:
    """Run and look after a Parley forum."""
    context.obj = Target(open=lambda: opened(data), json=as_json)
    context.meta["data"] = data


@cli.command()
@click.option("--port", type=click.IntRange(1, 65535), default=8000, envvar="PORT", show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--data", "own_data", type=click.Path(path_type=Path), default=None, hidden=True)
@click.pass_context
def run(context: click.Context, port: int, host: str, own_data: Path | None) -> None:
    """Serve the forum on this machine, its database included."""
    from api.launcher.serve import run as serve

    sys.exit(serve(own_data or context.meta["data"], port, host))


for command in COMMANDS:
    cli.add_command(command)


def main() -> None:
    """Run a command; what an operator can mend is one clear sentence and exit 1."""
    try:
        cli(prog_name="parley")
    except (RefusalError, ConfigurationError, NewerSchema) as error:
        click.echo(f"parley: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
