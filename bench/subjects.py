"""What is asked for: topics, categories, words and members of the corpus that stand for what people read."""

import itertools
import json
import time
from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from flask import Flask
from sqlalchemy import text

from api.app import create_app
from api.auth.actions import open_session
from api.config import load_settings
from api.core.clock import now
from api.core.db import transaction
from api.users.models import User
from bench.corpus import vocabulary
from bench.corpus.members import PASSWORD, username
from bench.corpus.posts import rare_word
from bench.load import Request

# Members who read at the same time; the rate limits stay on, so that one alone would soon be refused.
READERS = 400
WRITERS = 900
# A cached answer is given some 50,000 times a second, and one address may ask for 200.
ADDRESSES = 1_200
SOME = 20
# How far into a list "deep" is.
DEEP_PAGES = 100
# Access tokens live for ten minutes.
TOKEN_SECONDS = 240
PUBLIC = "select category_id from category_access where group_id = 1"


class Subjects:
    """What there is in one running forum. `environ` is that of its servers, whose tokens are made here."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        quiet = {"PARLEY_LIMITS_ENABLED": "false", "PARLEY_LOG_LEVEL": "error"}
        self.app: Flask = create_app(load_settings({**environ, **quiet}))
        self._tokens: tuple[float, int, list[str]] = (0.0, 0, [])

    def close(self) -> None:
        """Forget the sessions that were opened, and leave."""
        self.run("delete from sessions")
        self.app.extensions["parley"].database.engine.dispose()

    def run(self, statement: str, **values: Any) -> list[Any]:
        """The rows of a statement of ours."""
        with self.app.app_context(), transaction() as s:
            result: Any = s.execute(text(statement), values)
            return list(result.all()) if result.returns_rows else []

    def tokens(self, members: int = READERS) -> list[str]:
        """Access tokens of so many members, none of whom is staff."""
        made_at, known, tokens = self._tokens
        if time.monotonic() - made_at > TOKEN_SECONDS or known < members:
            # A corpus may have fewer members than are asked for.
            tokens = self._sign_in(members)
            self._tokens = (time.monotonic(), members, tokens)
        return tokens[:members]

    def _sign_in(self, members: int) -> list[str]:
        with self.app.app_context(), transaction() as s:
            found = s.query(User).where(User.role == "member").order_by(User.id).limit(members).all()
            return [
                open_session(s, user, agent="bench", address="127.0.0.1", now=now()).access_token
                for user in found
            ]

    def signed_in(self, *paths: str) -> list[Request]:
        """Each path in turn by many members in turn."""
        tokens = itertools.cycle(self.tokens())
        return [
            Request(request.path, headers={**request.headers, "Authorization": f"Bearer {token}"})
            for request, token in zip(self.anonymous(*paths), tokens, strict=False)
        ]

    def anonymous(self, *paths: str) -> list[Request]:
        """Each path in turn by visitors of many addresses."""
        return visits(*paths)

    @cached_property
    def topics(self) -> list[Any]:
        """(id, slug) of the public topics that were active last and fill a page of replies."""
        return self.run(
            f"""select id, slug from topics where hidden = 0 and reply_count between 10 and 100
                and category_id in ({PUBLIC}) order by last_activity_at desc limit {SOME}"""
        ) or [(self.giant[0], "x")]

    @cached_property
    def giant(self) -> Any:
        """(id, last number) of the longest public topic."""
        return self.run(
            f"""select id, last_number from topics where hidden = 0 and category_id in ({PUBLIC})
                order by last_number desc limit 1"""
        )[0]

    @cached_property
    def categories(self) -> list[str]:
        """Slugs of the categories with categories below them, the fullest first."""
        rows = self.run(
            f"""select c.slug from categories c join categories k on k.parent_id = c.id
                where c.id in ({PUBLIC}) group by c.id, c.slug order by sum(k.topic_count) desc limit 5"""
        )
        return [row.slug for row in rows]

    @cached_property
    def tags(self) -> list[str]:
        """The most used tags."""
        return [row.name for row in self.run("select name from tags order by topic_count desc, id limit 10")]

    @cached_property
    def members(self) -> list[str]:
        """Names of those who opened the most topics."""
        rows = self.run("select username from users order by topic_count desc, id limit 10")
        return [row.username for row in rows]

    def deep(self, path: str, pages: int = DEEP_PAGES) -> str:
        """The address of a page far into a list of topics: so many pages of thirty, or the middle of a shorter one."""
        sign = "&" if "?" in path else "?"
        cursors: list[str] = []
        with self.app.test_client() as client:
            for _ in range(pages * 30 // 100):
                after = f"&cursor={cursors[-1]}" if cursors else ""
                cursor = json.loads(client.get(f"{path}{sign}limit=100{after}").data)["next"]
                if cursor is None:
                    del cursors[len(cursors) // 2 + 1 :]
                    break
                cursors.append(quote(cursor))
        return f"{path}{sign}cursor={cursors[-1]}" if cursors else path

    def rare_words(self) -> list[str]:
        """Words that stand in one post or a few."""
        rows = self.run("select id from posts where id % 10 = 3 and hidden = 0 order by id desc limit 20")
        return [rare_word(row.id) for row in rows]

    def sign_ins(self) -> list[Request]:
        """Sign-ins with the right password, each by another member from another address."""
        rows = self.run("select id from users where role = 'member' order by id limit :n", n=WRITERS)
        return [
            Request(
                "/api/v1/auth/login",
                "POST",
                {"Content-Type": "application/json", "X-Forwarded-For": address(row.id)},
                json.dumps({"login": username(row.id), "password": PASSWORD}),
            )
            for row in rows
        ]

    def writes(self, path: str, more: Mapping[str, Any] | None = None) -> list[Request]:
        """New texts, each by another member, with a key that makes a repetition harmless."""
        rows = self.run(
            "select body from post_texts where length(body) between 200 and 800 order by post_id limit 50"
        )
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": "bench-%N%",
            "Accept-Encoding": "gzip",
        }
        return [
            Request(
                path,
                "POST",
                {**headers, "Authorization": f"Bearer {token}", "X-Forwarded-For": address(n)},
                json.dumps({**(more or {}), "body": f"{row.body}\n\nNumber %N%."}, ensure_ascii=False),
            )
            for n, (token, row) in enumerate(zip(self.tokens(WRITERS), itertools.cycle(rows), strict=False))
        ]


def visits(*paths: str, headers: Mapping[str, str] | None = None) -> list[Request]:
    """Each path in turn from many addresses, as a proxy before us would tell them: nginx limits what one may ask."""
    rows = zip(range(max(len(paths), ADDRESSES)), itertools.cycle(paths), strict=False)
    return [
        Request(path, headers={"X-Forwarded-For": address(n), "Accept-Encoding": "gzip", **(headers or {})})
        for n, path in rows
    ]


def address(number: int) -> str:
    """A private address, another for each number."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def searches(kind: str) -> list[str]:
    """Words and phrases to look for, by how they occur in the corpus."""
    english, chinese = vocabulary.english(), vocabulary.chinese()
    found = {
        "chinese": [chinese.of_rank(rank) for rank in range(60, 100, 4)],
        "english": [english.of_rank(rank) for rank in range(60, 100, 4)],
        "frequent": ["问题", "server", "我们", "time"],
        "phrase": [f'"{phrase}"' for phrase in (*vocabulary.ENGLISH_PHRASES, *vocabulary.CHINESE_PHRASES)],
        "two words": [f"{english.of_rank(n)} {english.of_rank(n + 9)}" for n in range(40, 60, 4)],
    }
    return found[kind]
