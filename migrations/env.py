"""Alembic's entry: always on a connection that api.core.migrate opened and locked."""

from alembic import context
from sqlalchemy.sql.schema import SchemaItem

import api.models  # noqa: F401
from api.core.db import Base


def include_object(
    _object: SchemaItem, name: str | None, type_: str, _reflected: bool, _compare_to: SchemaItem | None
) -> bool:
    """Procrastinate's tables live beside ours and are changed by its own scripts."""
    return not (type_ == "table" and name is not None and name.startswith("procrastinate_"))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    include_object=include_object,
    compare_type=True,
    compare_server_default=False,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
