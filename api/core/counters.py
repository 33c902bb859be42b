"""Counters of what many write at once: deltas are appended in the writer's transaction and folded by a job.

A counter kept in the category's own row would make every writer of that category wait for the one before.
"""

from sqlalchemy import BigInteger, String, delete, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from api.core.db import Base, identity

# How many deltas one fold takes, so that its transaction stays short.
FOLD_AT_ONCE = 10_000
_TARGETS: dict[str, str] = {}


class CounterDelta(Base):
    """One change of one counter, not yet folded in."""

    __tablename__ = "counter_deltas"

    id: Mapped[int] = identity()
    kind: Mapped[str] = mapped_column(String(32))
    subject_id: Mapped[int] = mapped_column(BigInteger)
    n: Mapped[int]


def register(kind: str, table: str, column: str) -> None:
    """Say which column a kind of delta is folded into; the row is found by its id."""
    _TARGETS[kind] = f"update {table} set {column} = greatest({column} + :n, 0) where id = :id"  # noqa: S608 (constants of ours)


def registered() -> frozenset[str]:
    """The kinds that can be counted and folded in this process."""
    return frozenset(_TARGETS)


def add(s: Session, kind: str, subject_id: int, n: int) -> None:
    """Note a change of a registered counter."""
    if kind not in _TARGETS:
        raise LookupError(kind)
    s.add(CounterDelta(kind=kind, subject_id=subject_id, n=n))


def fold(s: Session) -> int:
    """Fold waiting deltas into their counters; returns how many. Two folds at once do not count twice."""
    waiting = (
        select(CounterDelta.id)
        .order_by(CounterDelta.id)
        .limit(FOLD_AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    gone = (
        delete(CounterDelta)
        .where(CounterDelta.id.in_(waiting))
        .returning(CounterDelta.kind, CounterDelta.subject_id, CounterDelta.n)
        .cte("gone")
    )
    sums = s.execute(
        select(gone.c.kind, gone.c.subject_id, func.sum(gone.c.n), func.count()).group_by(
            gone.c.kind, gone.c.subject_id
        )
    ).all()
    # Always in one order, so that two folds cannot wait for each other.
    for kind, subject_id, n, _ in sorted(sums, key=lambda row: (row[0], row[1])):
        if n:
            s.execute(text(_TARGETS[kind]), {"n": n, "id": subject_id})
    return sum(row[3] for row in sums)
