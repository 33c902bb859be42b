"""A member's first visit, through the client that openapi-python-client makes. See docs/api-clients.md.

PARLEY_URL=http://127.0.0.1:8000 python journey.py
"""

import os
import sys
from collections.abc import Iterator
from typing import TypeVar, cast
from uuid import uuid4

from parley_client import AuthenticatedClient, Client
from parley_client.api.auth import confirm_registration, login, logout, register_user
from parley_client.api.categories import list_categories
from parley_client.api.posts import change_post
from parley_client.api.replies import create_reply, list_replies
from parley_client.api.search import search_forum
from parley_client.api.site import get_meta
from parley_client.api.topics import create_topic, get_topic
from parley_client.models import (
    CategoryOut,
    CategoryTreeOut,
    Confirm,
    Login,
    MailSentOut,
    MetaOut,
    PostOut,
    PostPageOut,
    PostPatch,
    Problem,
    Register,
    ReplyCreate,
    SearchPageOut,
    SignedInOut,
    TopicCreate,
    TopicOut,
)
from parley_client.types import UNSET, Unset

PASSWORD = "three quiet rivers"
NOBODYS_TOPIC = 2**53 - 1
T = TypeVar("T")


def expect(kind: type[T], answer: object) -> T:
    """The answer as what was hoped for. A call hands back one object of any status: a problem is one of them."""
    if isinstance(answer, kind):
        return answer
    if isinstance(answer, Problem):
        sys.exit(f"{answer.status} {answer.code}: {answer.detail}")
    sys.exit(f"Not a {kind.__name__}: {answer}")


def visit(visitor: Client) -> None:
    """Read without an account: what is open to everybody is answered without a token.

    The generated signatures ask for a token wherever one is read; the calls work without.
    """
    print("visited", expect(MetaOut, get_meta.sync(client=cast("AuthenticatedClient", visitor))).name)


def sign_up(visitor: Client) -> str:
    """Register, and confirm with the token that was mailed; the new member's name."""
    name = f"member-{uuid4().hex[:12]}"
    registration = Register(username=name, email=f"{name}@example.org", password=PASSWORD)
    sent = register_user.sync(client=visitor, body=registration, idempotency_key=uuid4().hex)
    print("registered", name, expect(MailSentOut, sent).status, flush=True)
    token = input()  # what follows `#token=` in the mail's link
    confirmed = expect(SignedInOut, confirm_registration.sync(client=visitor, body=Confirm(token=token)))
    print("confirmed", confirmed.user.username)
    return name


def may_post_in(categories: list[CategoryOut]) -> Iterator[CategoryOut]:
    """The categories, at any depth, where the caller may open topics."""
    for category in categories:
        if category.viewer.can.post:
            yield category
        yield from may_post_in(category.children)


def open_topic(member: AuthenticatedClient) -> TopicOut:
    """Open a topic, and repeat the call as after a lost answer: there is still one topic."""
    tree = expect(CategoryTreeOut, list_categories.sync(client=member))
    category = next(may_post_in(tree.items))
    body = TopicCreate(title="山中一夜 A night in the hills", body="谁去过？", category=category.slug)
    key = uuid4().hex
    first = expect(TopicOut, create_topic.sync(client=member, body=body, idempotency_key=key))
    again = expect(TopicOut, create_topic.sync(client=member, body=body, idempotency_key=key))
    print("opened", first.title, "once" if first.id == again.id else "twice")
    return first


def reply(member: AuthenticatedClient, topic: TopicOut, bodies: list[str]) -> list[PostOut]:
    """Reply with each text."""
    posts = [
        expect(PostOut, create_reply.sync(topic.id, client=member, body=ReplyCreate(body=body)))
        for body in bodies
    ]
    print("replied", *(post.number for post in posts))
    return posts


def read_all(member: AuthenticatedClient, topic: TopicOut) -> None:
    """Page through the replies, three at a time, by the cursor that each page hands on."""
    cursor: str | Unset = UNSET
    while True:
        answer = list_replies.sync(topic.id, client=member, limit=3, cursor=cursor)
        page = expect(PostPageOut, answer)
        print("page", *(post.number for post in page.items))
        if page.next_ is None:
            return
        cursor = page.next_


def edit(member: AuthenticatedClient, post: PostOut) -> None:
    """Edit what was read; the second edit of the same version lost the race, and is told so."""
    seen = f'"{post.version}"'
    body = PostPatch(body="去过两次。Twice.")
    changed = expect(PostOut, change_post.sync(post.id, client=member, body=body, if_match=seen))
    print("edited, version grew by", changed.version - post.version)
    lost = change_post.sync_detailed(post.id, client=member, body=body, if_match=seen)
    print("lost", int(lost.status_code), expect(Problem, lost.parsed).code)


def be_refused(member: AuthenticatedClient, topic: TopicOut) -> None:
    """Bad input, all of it named at once; and a topic that there is not."""
    body = TopicCreate(title="x  ", body="?", category=topic.category.slug, tags=["two words"])
    invalid = expect(Problem, create_topic.sync(client=member, body=body))
    found = sorted(f"{error.pointer} {error.code}" for error in invalid.errors)
    print("refused", invalid.status, invalid.code, *found)
    missing = expect(Problem, get_topic.sync(NOBODYS_TOPIC, client=member))
    print("refused", missing.status, missing.code)


def search(member: AuthenticatedClient, topic: TopicOut, name: str) -> None:
    """Find the edited reply by a Chinese word of it."""
    page = expect(SearchPageOut, search_forum.sync(client=member, q="两次", author=name))
    for hit in page.items:
        if hit.topic is not None and hit.topic.id == topic.id:
            print("found", hit.type_, hit.highlight)


def main() -> None:
    """The whole visit, a line for each thing that was done."""
    url = os.environ["PARLEY_URL"]
    visitor = Client(base_url=url, raise_on_unexpected_status=True)
    visit(visitor)
    name = sign_up(visitor)
    session = expect(SignedInOut, login.sync(client=visitor, body=Login(login=name, password=PASSWORD)))
    print("signed in", session.user.username)
    member = AuthenticatedClient(base_url=url, token=session.access_token, raise_on_unexpected_status=True)
    topic = open_topic(member)
    posts = reply(
        member, topic, ["去过一次。", "Once.", "Never.", "下个月去！", "Next year.", "Why?", "因为好看。"]
    )
    read_all(member, topic)
    edit(member, posts[0])
    be_refused(member, topic)
    search(member, topic, name)
    print("signed out", int(logout.sync_detailed(client=member).status_code))


if __name__ == "__main__":
    main()
