"""Makes members out of a site's users."""

from collections.abc import Iterable, Iterator
from itertools import islice

from api.archive.actions import lock_source
from api.archive.html_to_markdown import html_to_markdown
from api.archive.members import NameGiver, Newcomer, create_members
from api.archive.models import USER
from api.archive.queries import get_imported
from api.archive.report import Report
from api.archive.stackexchange.records import COMMUNITY, UserRow
from api.archive.stackexchange.site import Site
from api.core.db import transaction
from api.text import render

AT_ONCE = 200  # members in one transaction
MAX_ABOUT = 5_000  # characters of a profile's text


class Accounts:
    """The members of one source; keeps which names were given, nothing else."""

    def __init__(self, source: str, site: Site, report: Report) -> None:
        self.source = source
        self.site = site
        self.report = report
        self._names = NameGiver()

    def take(self, users: Iterable[UserRow]) -> Iterator[int]:
        """Makes a member of every user who is none yet; yields how many rows each transaction settled."""
        rows = iter(users)
        while batch := list(islice(rows, AT_ONCE)):
            with transaction() as s:
                known = get_imported(s, self.source, USER, [str(row.id) for row in batch])
            newcomers = {str(row.id): self._newcomer(row) for row in batch if str(row.id) not in known}
            self.report.already["members"] += len(batch) - len(newcomers)
            self.ensure(newcomers.values())
            yield len(batch)

    def ensure(self, people: Iterable[Newcomer]) -> dict[str, int]:
        """Ids of these people, who become members first where they are none: external id -> id here."""
        wanted: dict[str, Newcomer] = {}
        for one in people:
            wanted.setdefault(one.external_id, one)
        with transaction() as s:
            known = get_imported(s, self.source, USER, wanted)
        fresh = [one for one in wanted.values() if one.external_id not in known]
        for start in range(0, len(fresh), AT_ONCE):
            with transaction() as s:
                lock_source(s, self.source)
                ids, made = create_members(s, self.source, fresh[start : start + AT_ONCE], self._names)
            self.report.taken["members"] += made
            known |= ids
        return known

    def _newcomer(self, row: UserRow) -> Newcomer:
        about = html_to_markdown(row.about_html, base_url=self.site.base_url) if row.about_html else ""
        if len(about) > MAX_ABOUT:
            self.report.leave(f"profile texts longer than {MAX_ABOUT:,} characters", f"user {row.id}")
            about = ""
        return Newcomer(
            external_id=str(row.id),
            name=row.name or f"user{row.id}",
            created_at=row.created_at,
            last_seen_at=row.last_seen_at,
            about=about,
            about_html=render(about).html if about else "",
            bot=row.id == COMMUNITY,
            url=self.site.user(row.id),
        )
