"""What was imported already, by where it came from."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from api.archive.models import ImportMap
from api.users.models import User


def get_imported(s: Session, source: str, kind: str, external_ids: Iterable[str]) -> dict[str, int]:
    """External id -> id here, of those that are here."""
    wanted = sorted(set(external_ids))
    if not wanted:
        return {}
    statement = select(ImportMap.external_id, ImportMap.id).where(
        ImportMap.source == source, ImportMap.kind == kind
    )
    return {row[0]: row[1] for row in s.execute(statement.where(ImportMap.external_id.in_(wanted)))}


def get_usernames(s: Session, ids: Iterable[int]) -> dict[int, str]:
    """Id -> name of these members."""
    rows = s.execute(select(User.id, User.username).where(User.id.in_(sorted(set(ids)))))
    return {row.id: row.username for row in rows}


def list_attributions(s: Session, kinds: Sequence[str], ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    """Id here -> (address there, licence) of what was imported, for the credit that licences ask for."""
    statement = select(ImportMap.id, ImportMap.url, ImportMap.licence).where(ImportMap.kind.in_(kinds))
    return {row.id: (row.url, row.licence) for row in s.execute(statement.where(ImportMap.id.in_(ids)))}
