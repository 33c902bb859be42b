"""Parley: a self-hosted forum driven entirely through one JSON REST API."""

__version__ = "0.1.0"
