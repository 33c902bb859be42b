"""Makes the pictures in docs/screenshots anew: `make screenshots`.

Home and a topic of the demonstration, as a member sees them, light and dark, on a desk and on a phone, in both languages.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click
from playwright.sync_api import Browser, expect, sync_playwright

from api.app import create_app
from api.auth.commands import password_link
from api.core import migrate
from api.core.db import transaction
from api.demo.actions import seed
from api.launcher.postgres import THROW_AWAY, Postgres
from tests.conftest import SECRET, settings_for
from tests.e2e.browsing import FLAGS, PHONE, PROGRAM, TIMEOUT, Reader, read
from tests.e2e.words import LOCALES
from tests.servers.stack import PROJECT, Stack, serve

FOLDER = PROJECT / "docs" / "screenshots"
DEVICES = {"desktop": {"width": 1440, "height": 1080}, "phone": PHONE}
SCHEMES = ("light", "dark")
READER = "maren"
PASSWORD = "forty two printed pages"
TOPIC = "Keyset pagination slows down around page 400, with the index in use"


@contextmanager
def demonstration(folder: Path) -> Iterator[tuple[Stack, str]]:
    """The shipped servers on a forum as it is after its first start, and a link that gives one member a password."""
    folder.chmod(0o711)  # Root's database server runs as another account.
    with Postgres(folder / "postgres", options=THROW_AWAY) as server:
        server.create_database("forum")
        url = server.url("forum")
        app = create_app(settings_for(url, folder))
        migrate.upgrade(settings_for(url, folder))
        with app.app_context():
            with transaction() as s:
                seed(s, datetime.now(UTC))
            link = password_link(READER)
        app.extensions["parley"].database.engine.dispose()
        environ = {"PARLEY_DATABASE_URL": url, "PARLEY_SECRET_KEY": SECRET, "PARLEY_ENVIRONMENT": "test"}
        environ["PARLEY_LIMITS_ENABLED"] = "false"
        (folder / "stack").mkdir()
        with serve(environ, folder / "stack") as stack:
            yield stack, "/reset" + link.partition("/reset")[2]


def choose_password(browser: Browser, url: str, link: str) -> None:
    """Spend the link, so that the member can sign in by password."""
    with read(browser, url) as reader:
        reader.open(link)
        reader.field("new_password").fill(PASSWORD)
        reader.button("set_password").click()
        expect(reader.heading).to_have_text(reader.words("all_topics"))


def shoot(reader: Reader, name: str, locale: str, device: str) -> None:
    """Both schemes of the page that is open."""
    for scheme in SCHEMES:
        reader.page.emulate_media(color_scheme=scheme)
        reader.settled()
        reader.page.evaluate("document.activeElement.blur()")
        path = FOLDER / f"{name}-{scheme}-{device}-{locale}.png"
        reader.page.screenshot(path=path)
        click.echo(f"{path.relative_to(PROJECT)}: {path.stat().st_size / 1000:.0f} kB")


def main() -> int:
    """Write all of them; 1 where the client is not built."""
    if not (PROJECT / "frontend" / "dist" / "index.html").exists():
        click.echo("parley: the client is not built; run `make run` once.", err=True)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=TIMEOUT)
    with (
        tempfile.TemporaryDirectory(prefix="parley-screenshots-") as folder,
        demonstration(Path(folder)) as (stack, link),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        choose_password(browser, stack.url, link)
        for locale in LOCALES:
            for device, viewport in DEVICES.items():
                with read(browser, stack.url, locale=locale, viewport=viewport) as reader:
                    reader.sign_in(READER, PASSWORD)
                    reader.open("/")
                    shoot(reader, "home", locale, device)
                    reader.page.get_by_role("link", name=TOPIC).click()
                    expect(reader.heading).to_contain_text(TOPIC)
                    shoot(reader, "topic", locale, device)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
