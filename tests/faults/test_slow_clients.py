"""Clients that send or read slowly hold a connection of nginx for a while, and nobody up."""

import select
import socket
import threading
import time
from urllib.parse import urlsplit

import orjson

from tests.faults.journal import API, prove

CUT_SECONDS = 30.0
# A quarter of a line each second: longer than any legal client takes.
TRICKLE_SECONDS = 1.0
SMALL_WINDOW = 2048
SMALL_SEGMENT = 536
# What the long answers themselves cost is over by then.
OPENING_SECONDS = 2.0
# How much worse the others' slowest answers may become, on a machine that also runs the test: a bound of sanity.
SANE_FACTOR, SANE_MS = 5, 500


class SlowClients:
    """Sockets of three kinds, fed by one thread; `cut` are the seconds after which each was closed by the server."""

    def __init__(self, url, each, token, long_path):
        parts = urlsplit(url)
        self.address = (parts.hostname, parts.port)
        self.started = time.monotonic()
        body = b"POST /api/v1/preview HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n"
        body += f"Authorization: Bearer {token}\r\n\r\n".encode() + b'{"body": "'
        long = f"GET {long_path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        self.kinds = {
            "header": [self._open(b"GET / HTTP/1.1\r\nHost: x\r\n") for _ in range(each)],
            "body": [self._open(body) for _ in range(each)],
            "read": [self._open(long, small=True) for _ in range(each)],
        }
        self.cut = {kind: [] for kind in self.kinds}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go_on, daemon=True)
        self._thread.start()

    def _open(self, first, *, small=False):
        client = socket.socket()
        if small:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL_WINDOW)
            # Over loopback a segment is so large that a whole answer would fit into the server's first ten.
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SMALL_SEGMENT)
        client.connect(self.address)
        client.sendall(first)
        client.setblocking(False)
        return client

    def _go_on(self):
        """Send a header now and then to be kept waiting for, and see who was cut off."""
        poll = select.poll()
        kind_of = {
            client.fileno(): (kind, client) for kind, clients in self.kinds.items() for client in clients
        }
        for number, (kind, _) in kind_of.items():
            poll.register(number, select.POLLIN if kind != "read" else 0)
        trickled = time.monotonic()
        while kind_of and not self._over.is_set():
            for number, event in poll.poll(200):
                kind, client = kind_of[number]
                if event & (select.POLLHUP | select.POLLERR) or answered(client):
                    self.cut[kind].append(time.monotonic() - self.started)
                    poll.unregister(number)
                    del kind_of[number]
                    client.close()
            if time.monotonic() > trickled + TRICKLE_SECONDS:
                trickled = time.monotonic()
                for kind, client in kind_of.values():
                    if kind == "header":
                        try_to_send(client, b"X-Slow: 1\r\n")
        for _, client in kind_of.values():
            client.close()

    def wait(self, seconds):
        self._thread.join(seconds)
        self._over.set()
        self._thread.join()


def answered(client):
    """Whether the server has said something or closed; what it says first is that time is up."""
    try:
        client.recv(65536)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def try_to_send(client, data):
    try:
        client.send(data)
    except OSError:
        return


def long_answer(forum, traffic):
    """A path whose answer does not fit into any buffer in between."""
    author, topic = traffic.authors[0], traffic.topics[0]
    with forum.sql() as cursor:
        filler = "某某 words " * 4000
        cursor.execute("update post_texts set body_html = %s where topic_id = %s", (filler, topic))
    return f"{API}/topics/{topic}/replies?limit=100&include=body", author.token


def test_slow_clients_slow_nobody_else_down_and_are_cut_off(forum, traffic, journal, length, figure):
    each = length.times(40, 500)
    path, token = long_answer(forum, traffic)
    assert len(orjson.dumps(forum.ask(path, headers={"Authorization": f"Bearer {token}"}).text)) > 100_000
    with traffic.load(forum.stack.url, length.rate) as load:
        load.run_for(30 if length.is_long else 3)
        before = time.monotonic()
        slow = SlowClients(forum.stack.url, each, token, path)
        slow.wait(CUT_SECONDS + 5)
    findings = prove(forum, journal)
    alone = load.quantile(0.99, writes=False, until=before)
    beside = load.quantile(0.99, writes=False, since=before + OPENING_SECONDS)
    cut = {kind: f"{len(times)} within {max(times, default=0):.0f} s" for kind, times in slow.cut.items()}
    figure(
        f"{each} each of slow header, body, read; cut: {cut}; p99 of others' reads {alone:.0f} -> {beside:.0f} ms "
        f"({len(load.outcomes)} requests at {length.rate:.0f}/s, {load.statuses()}); {findings}"
    )
    assert load.failures == []
    for kind, times in slow.cut.items():
        assert len(times) == each, f"{each - len(times)} of {kind} were never cut off"
        assert max(times) <= CUT_SECONDS, kind
    assert beside < max(SANE_MS, SANE_FACTOR * alone)
    findings.assert_whole()
