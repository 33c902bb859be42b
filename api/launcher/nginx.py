"""Fills in the nginx configuration of `nginx/`: the very same files serve containers, machines without, and tests."""

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from api.config import ConfigurationError, Settings, load_settings
from api.core.responses import PAGE_CSP
from api.launcher.refusal import RefusalError

TEMPLATES = Path(__file__).parents[2] / "nginx"
SUFFIX = ".template"
NAME = re.compile(r"\$\{([A-Z][A-Z0-9_]*)\}")
PLAIN_ROOT_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")
HSTS_YEAR = "max-age=31536000"


@dataclass(frozen=True, kw_only=True)
class AddressLimits:
    """What one visitor (an address; in IPv6 a /64) may ask of nginx before it answers 429.

    `rate` is requests a second that may go on for ever, `burst` how many more may come at once, `connections` how many
    requests may be under way. A school behind one address stays below; what a flood can cost does, too.
    """

    rate: int = 200
    burst: int = 1000
    connections: int = 400


@dataclass(frozen=True, kw_only=True)
class Site:
    """What nginx must know besides the Settings.

    `listen` are values of nginx's `listen` directive ("127.0.0.1:8080"), `api` and `events` addresses of the uwsgi
    protocol ("unix:/run/parley/api.sock" or "api:3031"), `state` a folder that nginx may write into. `user` is the account of nginx's workers, where
    it is not the one that nginx was built with.
    """

    listen: Sequence[str]
    state: Path
    api: str
    events: str | None = None
    access_log: str = "/dev/stdout"
    worker_processes: str = "auto"
    user: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    address_limits: AddressLimits = AddressLimits()


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
        "USER_DIRECTIVE": f"user {site.user};" if site.user else "",
        "WORKER_PROCESSES": site.worker_processes,
        "STATE": _quotable(site.state),
        "ACCESS_LOG": _quotable(site.access_log),
        "REAL_IP_DIRECTIVES": _real_ip([str(network) for network in settings.trusted_proxies]),
        "LISTEN_DIRECTIVES": _listen(site),
        "API": site.api,
        "EVENTS": site.events or site.api,
        "FRONTEND": _quotable(settings.frontend.absolute()),
        "ROOT_PATH": root_path,
        "OUTSIDE_ROOT_PATH": _outside(root_path),
        "PAGE_CSP": PAGE_CSP,
        "URL": settings.url,
        "HSTS": HSTS_YEAR if settings.url.startswith("https:") else "",
        "NAME": _quotable(settings.name),
        "ADDRESS_RATE": str(site.address_limits.rate),
        "ADDRESS_BURST": str(site.address_limits.burst),
        "ADDRESS_CONNECTIONS": str(site.address_limits.connections),
    }


def _quotable(value: Path | str) -> str:
    """The text inside double quotes of nginx's language, which has no way to write a literal dollar sign."""
    text = str(value)
    if "$" in text or "\n" in text:
        raise RefusalError(f"nginx cannot be told of {text!r}: it holds a dollar sign or a line end.")
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _listen(site: Site) -> str:
    directives = [f"listen {address};" for address in site.listen]
    if site.certificate and site.key:
        directives += [f'ssl_certificate "{_quotable(site.certificate.absolute())}";']
        directives += [
            f'ssl_certificate_key "{_quotable(site.key.absolute())}";',
            "ssl_protocols TLSv1.2 TLSv1.3;",
        ]
    return " ".join(directives)


def _real_ip(networks: Sequence[str]) -> str:
    if not networks:
        return ""
    trusted = " ".join(f"set_real_ip_from {network};" for network in networks)
    return f"{trusted} real_ip_header X-Forwarded-For; real_ip_recursive on;"


def _outside(root_path: str) -> str:
    if not root_path:
        return ""
    return f"location = {root_path} {{ return 308 {root_path}/; }}\nlocation / {{ return 404; }}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m api.launcher.nginx",
        description="Write the nginx configuration of this installation (PARLEY_* settings from the environment).",
    )
    parser.add_argument("--output", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--listen", action="append", required=True, help="80, or '443 ssl'; may be repeated")
    parser.add_argument("--api", required=True, help="unix:/run/parley/api.sock or host:port of uWSGI")
    parser.add_argument("--events", help="the same of the process that holds event streams open")
    parser.add_argument("--state", type=Path, required=True, help="a folder that nginx may write into")
    parser.add_argument("--certificate", type=Path, help="for TLS")
    parser.add_argument("--key", type=Path, help="for TLS")
    shipped = AddressLimits()
    for name, meaning in (
        ("rate", "requests a second from one address"),
        ("burst", "requests that one address may make at once beyond that"),
        ("connections", "requests of one address that may be under way"),
    ):
        default = getattr(shipped, name)
        parser.add_argument(f"--address-{name}", type=int, default=default, help=f"{meaning} ({default})")
    return parser.parse_args()


def main() -> int:
    """Write the configuration and print its path; 1 with one sentence where that cannot be."""
    arguments = _arguments()
    site = Site(
        listen=arguments.listen,
        state=arguments.state.absolute(),
        api=arguments.api,
        events=arguments.events,
        certificate=arguments.certificate,
        key=arguments.key,
        address_limits=AddressLimits(
            rate=arguments.address_rate,
            burst=arguments.address_burst,
            connections=arguments.address_connections,
        ),
    )
    try:
        print(write_nginx(load_settings(), site, arguments.output))
    except (RefusalError, ConfigurationError, OSError) as error:
        print(f"parley: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
