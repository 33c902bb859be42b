"""Fills in the nginx configuration of `nginx/`: the very same files serve containers, machines without, and tests."""

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.config import Settings
from api.launcher.refusal import RefusalError

TEMPLATES = Path(__file__).parents[2] / "nginx"
SUFFIX = ".template"
NAME = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
PLAIN_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
# What the client's shell may do when nginx serves it in the application's place.
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HSTS_YEAR = "max-age=31536000"


@dataclass(frozen=True, kw_only=True)
class Site:
    """What nginx must know besides the Settings.

    `listen` are values of nginx's `listen` directive ("127.0.0.1:8080"), `api` and `events` addresses of the uwsgi
    protocol ("unix:/run/parley/api.sock" or "api:3031"), `state` a folder that nginx may write into.
    """

    listen: Sequence[str]
    state: Path
    api: str
    events: str | None = None
    access_log: str = "/dev/stdout"
    worker_processes: str = "auto"


def write_nginx(settings: Settings, site: Site, folder: Path) -> Path:
    """Write the whole configuration into `folder`; the path of its `nginx.conf`, for `nginx -c`."""
    values = _values(settings, site)
    for source in sorted(TEMPLATES.rglob("*.conf*")):
        relative = source.relative_to(TEMPLATES)
        target = folder / relative.with_name(relative.name.removesuffix(SUFFIX))
        target.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        target.write_text(render_nginx(text, values) if source.suffix == SUFFIX else text, encoding="utf-8")
    site.state.mkdir(parents=True, exist_ok=True)
    return folder / "nginx.conf"


def render_nginx(template: str, values: dict[str, str]) -> str:
    """Replace each ${NAME} that `values` knows, as envsubst does; nginx's own variables are lower case."""
    return NAME.sub(lambda match: values[match[1]], template)


def _values(settings: Settings, site: Site) -> dict[str, str]:
    root_path = settings.root_path
    if not PLAIN_ROOT_PATH.fullmatch(root_path):
        raise RefusalError(
            f"The path of PARLEY_URL may hold letters, digits and ._~- only, not {root_path!r}."
        )
    return {
        "USER_DIRECTIVE": "user root;" if os.getuid() == 0 else "",
        "WORKER_PROCESSES": site.worker_processes,
        "STATE": _quotable(site.state),
        "ACCESS_LOG": _quotable(site.access_log),
        "REAL_IP_DIRECTIVES": _real_ip([str(network) for network in settings.trusted_proxies]),
        "LISTEN_DIRECTIVES": " ".join(f"listen {address};" for address in site.listen),
        "API": site.api,
        "EVENTS": site.events or site.api,
        "FRONTEND": _quotable(settings.frontend.absolute()),
        "ROOT_PATH": root_path,
        "OUTSIDE_ROOT_PATH": _outside(root_path),
        "PAGE_CSP": PAGE_CSP,
        "URL": settings.url,
        "HSTS": HSTS_YEAR if settings.url.startswith("https:") else "",
        "NAME": _quotable(settings.name),
    }


def _quotable(value: Path | str) -> str:
    """The text inside double quotes of nginx's language, which has no way to write a literal dollar sign."""
    text = str(value)
    if "$" in text or "\n" in text:
        raise RefusalError(f"nginx cannot be told of {text!r}: it holds a dollar sign or a line end.")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _real_ip(networks: Sequence[str]) -> str:
    if not networks:
        return ""
    trusted = " ".join(f"set_real_ip_from {network};" for network in networks)
    return f"{trusted} real_ip_header X-Forwarded-For; real_ip_recursive on;"


def _outside(root_path: str) -> str:
    if not root_path:
        return ""
    return f"location = {root_path} {{ return 308 {root_path}/; }}\nlocation / {{ return 404; }}"
