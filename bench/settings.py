"""How the forum is set up while it is measured: as in production, behind a proxy on this machine."""

from pathlib import Path

from api.config import Settings, load_settings

SECRET = "only-for-measuring-" + "m" * 40


def environ_for(database_url: str, frontend: Path | None = None) -> dict[str, str]:
    """The environment of the servers. The load generator plays the outer proxy that tells the visitors' addresses."""
    return {
        "PARLEY_DATABASE_URL": database_url,
        "PARLEY_SECRET_KEY": SECRET,
        "PARLEY_TRUSTED_PROXIES": "127.0.0.1/32",
        "PARLEY_MAIL_BACKEND": "memory",
        **({"PARLEY_FRONTEND": str(frontend)} if frontend else {}),
    }


def settings_for(database_url: str, data: Path) -> Settings:
    """The same for what runs inside this process."""
    return load_settings({**environ_for(database_url), "PARLEY_DATA": str(data)})
