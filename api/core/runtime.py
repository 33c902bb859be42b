"""What one application carries: its settings, database and the hooks that app.py plugs in."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flask import current_app

from api.config import Settings
from api.permissions.actor import Actor

if TYPE_CHECKING:
    from api.core.db import Database

Identify = Callable[..., Actor]


@dataclass
class Runtime:
    """Held at app.extensions["parley"]."""

    settings: Settings
    database: "Database"
    identify: Identify
    jobs: Any = None
    extra: dict[str, Any] = field(default_factory=dict)


def runtime() -> Runtime:
    """The current application's runtime; needs an application context."""
    found: Runtime = current_app.extensions["parley"]
    return found


def settings() -> Settings:
    """The current application's settings."""
    return runtime().settings
