"""Which site a dump is of, where its things stand there, and under which licence."""

import re
from collections import Counter
from itertools import islice

from api.archive.stackexchange.reader import Dump

# The archives are named after their site; a folder unpacked from one usually is, too.
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+(?:com|net|org)")
_OWN_LINK = re.compile(r"https?://((?:[a-z0-9-]+\.)+(?:com|net|org))/(?:questions|q|a)/(\d+)", re.IGNORECASE)
_LINKS_ASKED = 2_000
_ENOUGH = 20
# Until 2019 the dumps name no licence on their rows: all of them were published under this one.
OLD_LICENCE = "CC BY-SA 3.0"


def find_site(dump: Dump) -> str:
    """The site's host name, empty where nothing tells.

    The dump itself does not say. The folder's name may; else it is the host most named in links of which
    PostLinks says that they lead to a post of the same site.
    """
    name = dump.folder.resolve().name.lower()
    if _HOST.fullmatch(name):
        return name
    pairs = {(link.post_id, link.related_id) for link in islice(dump.links(), _LINKS_ASKED)}
    hosts: Counter[str] = Counter()
    for post in dump.posts() if pairs else ():
        for host, post_id in _OWN_LINK.findall(post.body_html):
            if (post.id, int(post_id)) in pairs:
                hosts[host.lower()] += 1
        if hosts.total() >= _ENOUGH:
            break
    return hosts.most_common(1)[0][0] if hosts else ""


class Site:
    """Addresses at a site; all are empty where the site is unknown."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.base_url = f"https://{host}/" if host else ""

    def user(self, user_id: int) -> str:
        return self._at(f"users/{user_id}")

    def question(self, question_id: int) -> str:
        return self._at(f"q/{question_id}")

    def answer(self, answer_id: int) -> str:
        return self._at(f"a/{answer_id}")

    def comment(self, comment_id: int, post_id: int, question_id: int) -> str:
        return self._at(f"questions/{question_id}#comment{comment_id}_{post_id}")

    def _at(self, path: str) -> str:
        return self.base_url + path if self.host else ""


def licence_of(named: str | None) -> str:
    """The licence of a text: as its row says, else that of the old dumps."""
    return named or OLD_LICENCE
