"""What a developer writes in an hour: the thirty topics that were active last, by Flask and SQLAlchemy, as JSON."""

import os
from datetime import datetime

from flask import Flask, jsonify
from sqlalchemy import ForeignKey, create_engine, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, joinedload, mapped_column, relationship, sessionmaker

app = Flask(__name__)
engine = create_engine(
    os.environ.get("PARLEY_DATABASE_URL", "postgresql://").replace("postgresql:", "postgresql+psycopg2:")
)
Session = sessionmaker(engine)


class Base(DeclarativeBase):
    type_annotation_map = {list[str]: JSONB}  # noqa: RUF012


class User(Base):
    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    display_name: Mapped[str]


class Category(Base):
    __tablename__ = "categories"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str]
    name: Mapped[str]


class Topic(Base):
    __tablename__ = "topics"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    slug: Mapped[str]
    excerpt: Mapped[str]
    tags: Mapped[list[str]]
    hidden: Mapped[int]
    pinned: Mapped[bool]
    locked: Mapped[bool]
    reply_count: Mapped[int]
    score: Mapped[int]
    created_at: Mapped[datetime]
    last_activity_at: Mapped[datetime]
    author: Mapped[User] = relationship()
    category: Mapped[Category] = relationship()
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"))

    def to_json(self):
        names = ("id", "title", "slug", "excerpt", "tags", "pinned", "locked", "reply_count", "score")
        return {name: getattr(self, name) for name in names} | {
            "author": {"username": self.author.username, "display_name": self.author.display_name},
            "category": {"slug": self.category.slug, "name": self.category.name},
            "created_at": self.created_at.isoformat(),
            "last_activity_at": self.last_activity_at.isoformat(),
        }


NEWEST = (
    select(Topic)
    .options(joinedload(Topic.author), joinedload(Topic.category))
    .where(Topic.hidden == 0)
    .order_by(Topic.last_activity_at.desc(), Topic.id.desc())
    .limit(30)
)


@app.get("/naive/topics")
def topics():
    with Session() as session:
        return jsonify([topic.to_json() for topic in session.scalars(NEWEST)])
