"""Writes dumps in the format of Stack Exchange, with contents of our own."""

from html import escape
from pathlib import Path

HEAD = '\ufeff<?xml version="1.0" encoding="utf-8"?>\n'


def write_rows(folder: Path, name: str, rows: list[dict[str, object]]) -> None:
    """NAME.xml with these rows; attributes that are None are left out."""
    lines = [
        "  <row "
        + " ".join(
            f'{key}="{escape(str(value))}"'.replace("\n", "&#xA;").replace("\r", "&#xD;")
            for key, value in row.items()
            if value is not None
        )
        + " />\n"
        for row in rows
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.xml").write_text(
        f"{HEAD}<{name.lower()}>\n{''.join(lines)}</{name.lower()}>\n", "utf-8"
    )


def at(minute: int) -> str:
    """A moment of the dump, `minute` minutes after its beginning; at most a week."""
    return f"2018-03-{12 + minute // 1440:02}T{minute // 60 % 24:02}:{minute % 60:02}:00.567"


def user(id_: int, name: str, **more: object) -> dict[str, object]:
    return {"Id": id_, "DisplayName": name, "CreationDate": at(0), "LastAccessDate": at(500), **more}


def question(id_: int, minute: int = 0, **more: object) -> dict[str, object]:
    return {
        "Id": id_,
        "PostTypeId": 1,
        "CreationDate": at(minute),
        "Score": 0,
        "ViewCount": 11,
        "Title": f"Question number {id_}",
        "Tags": "<bells>",
        "Body": f"<p>What of {id_}?</p>",
        "OwnerUserId": 1,
        **more,
    }


def answer(id_: int, parent: int, minute: int, **more: object) -> dict[str, object]:
    return {
        "Id": id_,
        "PostTypeId": 2,
        "ParentId": parent,
        "CreationDate": at(minute),
        "Score": 0,
        "Body": f"<p>Answer {id_}.</p>",
        "OwnerUserId": 2,
        **more,
    }


def comment(id_: int, post: int, minute: int, **more: object) -> dict[str, object]:
    return {
        "Id": id_,
        "PostId": post,
        "Score": 0,
        "Text": f"Comment {id_}.",
        "CreationDate": at(minute),
        "UserId": 3,
        **more,
    }


def vote(id_: int, post: int, kind: int = 2) -> dict[str, object]:
    return {"Id": id_, "PostId": post, "VoteTypeId": kind, "CreationDate": at(0)}


USERS = [user(-1, "Community"), user(1, "Ann Lee"), user(2, "Ben"), user(3, "Cai")]


def write_dump(folder: Path, posts: list[dict[str, object]], **files: list[dict[str, object]]) -> Path:
    """A dump with these posts, three users and whatever else is given: `Comments=[..]`."""
    for name, rows in {"Users": USERS, "Posts": posts, **files}.items():
        write_rows(folder, name, rows)
    return folder
