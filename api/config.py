"""One typed Settings object, read once from PARLEY_* variables; what is unknown or bad refuses to start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvError

PREFIX = "PARLEY_"
MINIMUM_SECRET_BYTES = 32
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
# Variables that start with our prefix but speak to tools around the application, not to it.
TOOL_VARIABLES = frozenset({"PARLEY_SAMPLES", "PARLEY_TEST_DATABASE_URL"})

Network = IPv4Network | IPv6Network


class ConfigurationError(Exception):
    """A setting is missing, unknown or bad; its text is one sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator can decide outside the database. Durations are seconds."""

    database_url: str
    database_direct_url: str
    secret_key: str = field(repr=False)
    url: str = "http://127.0.0.1:8000"
    data: Path = Path("data")
    frontend: Path = Path("frontend/dist")
    environment: str = "production"
    name: str = "Parley"
    trusted_proxies: tuple[Network, ...] = ()
    limits_url: str = ""
    limits_enabled: bool = True
    mail_backend: str = "console"
    mail_from: str = "Parley <parley@localhost>"
    mail_host: str = "localhost"
    mail_port: int = 25
    mail_username: str = ""
    mail_password: str = field(default="", repr=False)
    mail_tls: bool = False
    log_format: str = "json"
    log_level: str = "info"
    metrics_token: str = field(default="", repr=False)
    cors_origins: tuple[str, ...] = ()
    prepared_statements: bool = True

    @property
    def root_path(self) -> str:
        """The path under which the forum lives: "" or "/forum", never with a slash at its end."""
        return urlsplit(self.url).path.rstrip("/")

    @property
    def origin(self) -> str:
        """Scheme, host and port of the public address, as browsers send it in Origin."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def on_loopback(self) -> bool:
        """Whether the public address is this machine itself, where plain http is allowed."""
        return urlsplit(self.url).hostname in LOOPBACK_NAMES


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read Settings from the environment (or a mapping in its place).

    Every variable may also be given as PARLEY_X_FILE, the path of a file that holds the value.
    Raises ConfigurationError with one sentence for the operator.
    """
    given = _with_files(dict(os.environ if environ is None else environ))
    known = {PREFIX + f.name.upper() for f in fields(Settings)}
    unknown = sorted(k for k in given if k.startswith(PREFIX) and k not in known | TOOL_VARIABLES)
    if unknown:
        raise ConfigurationError(f"Unknown setting {', '.join(unknown)}; see docs/OPERATING.md for the list.")
    for required in ("PARLEY_DATABASE_URL", "PARLEY_SECRET_KEY"):
        if not given.get(required):
            raise ConfigurationError(f"{required} is not set.")
    return _checked(_read(given))


def _with_files(environ: dict[str, str]) -> dict[str, str]:
    for name, path in list(environ.items()):
        if name.startswith(PREFIX) and name.endswith("_FILE"):
            plain = name.removesuffix("_FILE")
            if plain in environ:
                raise ConfigurationError(f"Both {plain} and {name} are set; keep one.")
            try:
                environ[plain] = Path(path).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise ConfigurationError(f"{name} names a file that cannot be read: {error}.") from error
            del environ[name]
    return environ


class _MappingEnv(Env):
    """Environs over a mapping, so that tests and the launcher need not touch os.environ."""

    def __init__(self, given: Mapping[str, str]) -> None:
        super().__init__(prefix=PREFIX)
        self._given = given

    def _get_from_environ(self, key: str, default: Any, **_proxied: bool) -> tuple[str, Any, str | None]:
        name = PREFIX + key
        return name, self._given.get(name, default), None


def _read(given: dict[str, str]) -> Settings:
    env = _MappingEnv(given)
    try:
        proxies: list[str] = env.list("TRUSTED_PROXIES", [])
        return Settings(
            database_url=env.str("DATABASE_URL"),
            database_direct_url=env.str("DATABASE_DIRECT_URL", given["PARLEY_DATABASE_URL"]),
            secret_key=env.str("SECRET_KEY"),
            url=env.str("URL", Settings.url).rstrip("/"),
            data=Path(env.str("DATA", str(Settings.data))),
            frontend=Path(env.str("FRONTEND", str(Settings.frontend))),
            environment=env.str("ENVIRONMENT", Settings.environment),
            name=env.str("NAME", Settings.name),
            trusted_proxies=tuple(ip_network(n) for n in proxies),
            limits_url=env.str("LIMITS_URL", ""),
            limits_enabled=env.bool("LIMITS_ENABLED", True),
            mail_backend=env.str("MAIL_BACKEND", Settings.mail_backend),
            mail_from=env.str("MAIL_FROM", Settings.mail_from),
            mail_host=env.str("MAIL_HOST", Settings.mail_host),
            mail_port=env.int("MAIL_PORT", Settings.mail_port),
            mail_username=env.str("MAIL_USERNAME", ""),
            mail_password=env.str("MAIL_PASSWORD", ""),
            mail_tls=env.bool("MAIL_TLS", False),
            log_format=env.str("LOG_FORMAT", Settings.log_format),
            log_level=env.str("LOG_LEVEL", Settings.log_level),
            metrics_token=env.str("METRICS_TOKEN", ""),
            cors_origins=tuple(env.list("CORS_ORIGINS", [])),
            prepared_statements=env.bool("PREPARED_STATEMENTS", True),
        )
    except (EnvError, ValueError) as error:
        raise ConfigurationError(f"A setting is bad: {error}") from error


def _checked(settings: Settings) -> Settings:
    if len(settings.secret_key.encode()) < MINIMUM_SECRET_BYTES:
        raise ConfigurationError(f"PARLEY_SECRET_KEY must be at least {MINIMUM_SECRET_BYTES} bytes long.")
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError("PARLEY_URL must be an http or https address without query.")
    if parts.scheme == "http" and not settings.on_loopback and settings.environment == "production":
        raise ConfigurationError("PARLEY_URL must be https unless it is on loopback.")
    for name, value, allowed in (
        ("PARLEY_ENVIRONMENT", settings.environment, ("production", "development", "test")),
        ("PARLEY_MAIL_BACKEND", settings.mail_backend, ("console", "file", "smtp", "memory")),
        ("PARLEY_LOG_FORMAT", settings.log_format, ("json", "text")),
        ("PARLEY_LOG_LEVEL", settings.log_level, ("debug", "info", "warning", "error")),
    ):
        if value not in allowed:
            raise ConfigurationError(f"{name} must be one of {', '.join(allowed)}.")
    return settings
