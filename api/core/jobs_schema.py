"""The tables and functions of procrastinate, installed and upgraded through our own migrations.

The package ships each step of its schema as a file that never changes once published, so a revision names the last
step it installs and stays the same however new the package is. For an upgrade, a revision installs what lies between.
"""

from importlib.resources import files

from sqlalchemy import Connection, text

# Every object of procrastinate's, and none of ours, begins so; Alembic's autogenerate leaves them alone.
PREFIX = "procrastinate_"


def steps(after: str | None, through: str) -> list[str]:
    """File names of the schema's steps from `after` (exclusive) to `through` (inclusive), in order."""
    folder = files("procrastinate.sql") / "migrations"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    if through not in names or (after is not None and after not in names):
        raise LookupError(f"The installed procrastinate has no schema step {through} or {after}.")
    return [name for name in names if (after is None or name > after) and name <= through]


def install(connection: Connection, *, through: str, after: str | None = None) -> None:
    """Run the steps inside the caller's transaction."""
    folder = files("procrastinate.sql") / "migrations"
    for name in steps(after, through):
        # The driver would read a bare % as a parameter.
        connection.exec_driver_sql((folder / name).read_text(encoding="utf-8").replace("%", "%%"))


def remove(connection: Connection) -> None:
    """Drop everything that `install` made."""
    found = connection.execute(
        text("""
            select 'drop table ' || oid::regclass || ' cascade' from pg_class
              where relkind = 'r' and starts_with(relname, :prefix) and relnamespace = current_schema::regnamespace
            union all
            select 'drop function ' || oid::regprocedure || ' cascade' from pg_proc
              where starts_with(proname, :prefix) and pronamespace = current_schema::regnamespace
            union all
            select 'drop type ' || oid::regtype || ' cascade' from pg_type
              where starts_with(typname, :prefix) and typnamespace = current_schema::regnamespace
                and (typtype = 'e' or typrelid in (select oid from pg_class where relkind = 'c'))
        """),
        {"prefix": PREFIX},
    ).scalars()
    for statement in sorted(found, key=_order):
        connection.exec_driver_sql(statement)


def _order(statement: str) -> int:
    """Functions first, since they name the tables' row types; types last."""
    return ("drop function", "drop table", "drop type").index(" ".join(statement.split()[:2]))
