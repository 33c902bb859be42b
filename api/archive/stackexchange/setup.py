"""Sets an import up (which site, which source, which category) and runs it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.archive.refusal import ImportRefusedError
from api.archive.report import Report
from api.archive.stackexchange.importer import Import, Progress
from api.archive.stackexchange.reader import Dump
from api.archive.stackexchange.site import OLD_LICENCE, Site, find_site
from api.categories.actions import create_category
from api.categories.models import EVERYONE, MEMBERS, MODERATORS, Category
from api.core.db import transaction
from api.permissions.actor import Actor, Level
from api.text.clean import one_line
from api.text.slugs import slugify

OPEN = {EVERYONE: Level.SEE, MEMBERS: Level.POST, MODERATORS: Level.MODERATE}
_OPERATOR = Actor(role="admin", scopes=None)  # whoever may run commands here may do everything


def import_dump(
    folder: Path,
    *,
    category: str | None = None,
    site: str | None = None,
    now: Callable[[], datetime],
    progress: Progress,
) -> Report:
    """Import the dump in `folder`, or what is not here of it yet; needs an application context.

    `category` is the slug of where the topics go, by default one named after the site; it is made where there is none,
    and credits the site. `site` is the host name that sources and credits name, found in the dump by default.
    Raises ImportRefusedError for a folder without posts.
    """
    if not folder.is_dir():
        raise ImportRefusedError(f"{folder} is not a folder.")
    dump = Dump(folder)
    if dump.path("Posts") is None:
        raise ImportRefusedError(
            f"{folder} has no Posts.xml or Posts.xml.gz: this is not a Stack Exchange dump."
        )
    host = find_site(dump) if site is None else site.strip().lower()
    name = host or folder.resolve().name
    slug = category or slugify(host.split(".")[0] if host else name)
    with transaction() as s:
        category_id = _category(s, slug, name, host, now())
    report = Report(source=f"stackexchange:{name}", site=host, category=slug)
    return Import(dump, Site(host), category_id, report, now, progress).run()


def _category(s: Session, slug: str, name: str, host: str, now: datetime) -> int:
    found = s.scalar(select(Category.id).where(Category.slug == slug))
    if found is not None:
        return found
    credit = f"From https://{host}. " if host else ""
    made = create_category(
        s,
        _OPERATOR,
        slug=slug,
        name=one_line(name)[:64] or slug,
        description=f"{credit}The texts are by their authors, under the licences named with them ({OLD_LICENCE} and later).",
        access=OPEN,
        now=now,
    )
    return made.id
