"""What commands of all features share: the application they act on, and how they say what they did."""

import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import wraps
from typing import Any

import click
import orjson
from flask import Flask
from sqlalchemy.exc import DBAPIError

from api.core.problems import Problem, from_database_error


@dataclass(frozen=True)
class Target:
    """What the command line was told: how to open the installation, and whether to answer in JSON."""

    open: Callable[[], AbstractContextManager[Flask]]
    json: bool = False


def in_app(function: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application of the installation; a Problem becomes one sentence and exit 1."""

    @wraps(function)
    def command(*args: Any, **options: Any) -> Any:
        target: Target = click.get_current_context().obj
        with target.open() as app, app.app_context():
            try:
                return function(*args, **options)
            except Problem as problem:
                raise click.ClickException(sentence(problem)) from problem
            except DBAPIError as error:
                known = from_database_error(error)
                if known is None:
                    raise
                raise click.ClickException(sentence(known)) from error

    return command


def sentence(problem: Problem) -> str:
    """A problem in one line."""
    details = [str(error.get("detail", error["code"])) for error in problem.errors]
    return f"{problem.detail}{': ' if details else ''}{'; '.join(details)} ({problem.code})"


def say(text: str, facts: Mapping[str, Any] | None = None) -> None:
    """Print the outcome: the sentence, or with --json the facts alone."""
    target: Target = click.get_current_context().obj
    if target.json and facts is not None:
        sys.stdout.buffer.write(
            orjson.dumps(facts, option=orjson.OPT_APPEND_NEWLINE | orjson.OPT_NON_STR_KEYS)
        )
    else:
        click.echo(text)
