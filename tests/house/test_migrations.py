"""Migrations are one line, and lead to exactly the tables that the models describe."""

from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine, create_engine, text

import api.models  # noqa: F401 (declares every table)
from api.core import migrate
from api.core.db import Base, driver_url

# Procrastinate's own tables are made by its own script; alembic_version is alembic's.
OURS = "not like 'procrastinate\\_%' and {} <> 'alembic_version'"
COLUMNS = f"""
    select table_name, column_name, data_type, udt_name, character_maximum_length, is_nullable, column_default,
           is_identity, identity_generation, generation_expression
    from information_schema.columns
    where table_schema = 'public' and table_name {OURS.format("table_name")}
"""
CONSTRAINTS = f"""
    select c.relname, k.conname, pg_get_constraintdef(k.oid)
    from pg_constraint k join pg_class c on c.oid = k.conrelid
    where c.relnamespace = 'public'::regnamespace and c.relname {OURS.format("c.relname")} and k.contype <> 'n'
"""
INDEXES = f"""
    select tablename, indexname, indexdef from pg_indexes
    where schemaname = 'public' and tablename {OURS.format("tablename")}
"""
OPTIONS = f"""
    select relname, reloptions from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace and relname {OURS.format("relname")}
"""


def facts(connection: Connection, statement: str) -> set[str]:
    """The rows of a statement about the schema, as text."""
    return {str(tuple(row)) for row in connection.execute(text(statement))}


@pytest.fixture(scope="module")
def modelled(postgres, worker_id) -> Iterator[Engine]:
    """A database made from the models alone."""
    name = f"modelled_{worker_id}"
    postgres.create_database(name)
    engine = create_engine(driver_url(postgres.url(name)))
    Base.metadata.create_all(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def migrated(app) -> Engine:
    """A database made by the migrations."""
    return app.extensions["parley"].database.engine


def test_migrations_have_one_head():
    assert len(migrate.scripts().get_heads()) == 1


def test_every_migration_can_be_found_from_the_head():
    scripts = migrate.scripts()
    files = {path.stem for path in (migrate.FOLDER / "versions").glob("*.py")}
    assert {script.module.__name__.removesuffix("_py") for script in scripts.walk_revisions()} == files


# SQLAlchemy does not know xid8, the event log's transaction ids; the catalogue's comparison does.
@pytest.mark.filterwarnings("ignore:Did not recognize type 'xid8'")
def test_alembic_finds_nothing_to_change(migrated):
    with migrated.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "include_object": lambda _o, name, kind, *_: (
                    not (kind == "table" and name.startswith("procrastinate_"))
                ),
            },
        )
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "statement",
    [COLUMNS, CONSTRAINTS, INDEXES, OPTIONS],
    ids=["columns", "constraints", "indexes", "options"],
)
def test_models_and_migrations_make_the_same_tables(modelled, migrated, statement):
    """Alembic does not compare checks, predicates of indexes, identities and storage options; the catalogue has them all."""
    with modelled.connect() as models, migrated.connect() as migrations:
        assert facts(models, statement) == facts(migrations, statement)
