"""A tiny application that counts what reaches it, for what nginx does and the application must not see."""

import gzip
import json
import os
import signal
import time
from pathlib import Path
from urllib.parse import parse_qs

COUNTER = Path(os.environ["PARLEY_DATA"]) / "hits"


def hits() -> int:
    with COUNTER.open("ab") as file:
        file.write(b".")
    return COUNTER.stat().st_size


def application(environ, start_response):
    path = environ["PATH_INFO"]
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    died = COUNTER.with_name("died")
    if "die" in query and not (query["die"] == "once" and died.exists()):
        died.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if "seconds" in query:
        time.sleep(float(query["seconds"]))
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    seen = {name: value for name, value in environ.items() if name.isupper() and isinstance(value, str)}
    answer = {"path": path, "hit": hits(), "received": len(body), "environ": seen, "padding": "论坛 " * 1000}
    headers = [
        ("Content-Type", "application/json"),
        ("Cache-Control", query.get("cache", "public, max-age=1, stale-while-revalidate=4")),
        ("Vary", "Authorization, Accept-Encoding"),
        ("ETag", '"1-a"'),
        ("X-Request-Id", environ.get("HTTP_X_REQUEST_ID", "none")),
    ]
    text = json.dumps(answer).encode()
    if "gzip" in query and environ.get("HTTP_ACCEPT_ENCODING") == "gzip":
        text = gzip.compress(text)
        headers.append(("Content-Encoding", "gzip"))
    if "cookie" in query:
        headers.append(("Set-Cookie", "session=secret"))
    headers.append(("Content-Length", str(len(text))))
    start_response(query.get("status", "200 OK"), headers)
    return [b"" if environ["REQUEST_METHOD"] == "HEAD" else text]
