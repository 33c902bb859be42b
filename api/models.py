"""Imports every feature's tables, so that Alembic sees them all; nothing else."""

from api.archive import models as archive
from api.auth import models as auth
from api.categories import models as categories
from api.core import counters
from api.core import models as core
from api.marks import models as marks
from api.tags import models as tags
from api.topics import models as topics
from api.users import models as users

__all__ = ["archive", "auth", "categories", "core", "counters", "marks", "tags", "topics", "users"]
