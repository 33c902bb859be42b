"""Starts the forum's programs on a machine: `parley run`, and what other commands need of a running installation."""

from api.launcher.serve import run

__all__ = ["run"]
