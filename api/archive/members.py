"""Makes members out of other forums' accounts: without address and password, under names that are free here."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from api.archive.models import USER, ImportMap
from api.archive.queries import get_imported
from api.text import clean, names
from api.users.models import CURRENT, User, Username

MAX_DISPLAY_NAME = 64


@dataclass(frozen=True)
class Newcomer:
    """An account as it was there; `about` is Markdown."""

    external_id: str
    name: str
    created_at: datetime
    last_seen_at: datetime | None = None
    about: str = ""
    about_html: str = ""
    bot: bool = False
    url: str = ""


@dataclass
class NameGiver:
    """Finds free names. Remembers the next number behind each name, so that a thousand Alexes stay cheap."""

    numbers: dict[str, int] = field(default_factory=dict)

    def give(self, s: Session, originals: Sequence[str]) -> list[names.Name]:
        """A name for each of the originals: derived from it, with -2, -3 .. where it is taken."""
        given: dict[int, names.Name] = {}
        used: set[str] = set()
        waiting = {index: names.derive(original) for index, original in enumerate(originals)}
        while waiting:
            candidates = {index: self._next(base) for index, base in waiting.items()}
            taken = _taken(s, [name.key for name in candidates.values()])
            for index, name in candidates.items():
                if name.key not in taken and name.key not in used:
                    used.add(name.key)
                    given[index] = name
                    del waiting[index]
        return [given[index] for index in range(len(originals))]

    def _next(self, base: str) -> names.Name:
        key = names.key(base)
        number = self.numbers.get(key, 1)
        self.numbers[key] = number + 1
        suffix = f"-{number}" if number > 1 else ""
        shown = base[: names.MAX_NAME - len(suffix)].rstrip("_-.") + suffix
        return names.Name(shown, names.key(shown))


def _taken(s: Session, keys: Sequence[str]) -> set[str]:
    return set(s.scalars(select(Username.key).where(Username.key.in_(keys))))


def create_members(
    s: Session, source: str, newcomers: Sequence[Newcomer], names_: NameGiver
) -> tuple[dict[str, int], int]:
    """Members for those accounts that have none here yet: external id -> id of all of them, and how many are new."""
    ids = get_imported(s, source, USER, [one.external_id for one in newcomers])
    fresh = [one for one in newcomers if one.external_id not in ids]
    if not fresh:
        return ids, 0
    given = names_.give(s, [one.name for one in fresh])
    rows = [_row(one, name.shown) for one, name in zip(fresh, given, strict=True)]
    created = list(s.scalars(insert(User).returning(User.id, sort_by_parameter_order=True), rows))
    _claim(s, dict(zip(created, given, strict=True)), dict(zip(created, fresh, strict=True)), names_)
    mapped = [
        {
            "source": source,
            "kind": USER,
            "external_id": one.external_id,
            "id": user_id,
            "url": one.url,
            "licence": "",
        }
        for one, user_id in zip(fresh, created, strict=True)
    ]
    s.execute(insert(ImportMap), mapped)
    ids |= {one.external_id: user_id for one, user_id in zip(fresh, created, strict=True)}
    return ids, len(fresh)


def _row(one: Newcomer, username: str) -> dict[str, object]:
    shown = display_name(one.name)
    return {
        "username": username,
        "display_name": shown,
        "display_key": names.key(shown),
        "bot": one.bot,
        "about": one.about,
        "about_html": one.about_html,
        "created_at": one.created_at,
        "last_seen_at": one.last_seen_at,
    }


def _claim(s: Session, given: dict[int, names.Name], people: dict[int, Newcomer], names_: NameGiver) -> None:
    """Make the names theirs; who loses one to a registration of this very moment gets the next."""
    while given:
        rows = [
            {"key": name.key, "shown": name.shown, "kind": CURRENT, "user_id": user_id}
            for user_id, name in given.items()
        ]
        statement = (
            upsert(Username).on_conflict_do_nothing(index_elements=["key"]).returning(Username.user_id)
        )
        won = set(s.scalars(statement, rows))
        lost = [user_id for user_id in given if user_id not in won]
        given = dict(zip(lost, names_.give(s, [people[user_id].name for user_id in lost]), strict=True))
        for user_id, name in given.items():
            s.execute(update(User).where(User.id == user_id).values(username=name.shown))


def display_name(original: str) -> str:
    """The name as it was, in NFC, on one line, at most 64 characters."""
    return clean.one_line(original)[:MAX_DISPLAY_NAME].strip()
