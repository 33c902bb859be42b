"""The path of PARLEY_URL under every server alike: a small WSGI middleware instead of each server's own way."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import orjson

from api.core.problems import MEDIA_TYPE, TITLES
from api.core.responses import API_CSP, SECURITY_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class RootPath:
    """Serves `application` below the path of the public address `url`, which ends in no slash.

    The path is stripped from PATH_INFO and appended to SCRIPT_NAME. `/forum` itself is redirected to `/forum/`;
    everything outside is a 404 problem, also what would exist without the path. So is what begins with two slashes:
    Werkzeug takes them for one, and a server in front that guards an address would have compared another one.
    """

    def __init__(self, application: "WSGIApplication", url: str) -> None:
        self.application = application
        self.url = url
        # WSGI's paths are decoded bytes in latin-1's clothes.
        self.root_path = unquote(urlsplit(url).path).encode().decode("latin-1")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path[len(self.root_path) :].startswith("//"):
            return self._not_found(path, start_response)
        if not self.root_path:
            return self.application(environ, start_response)
        if path == self.root_path:
            headers = [("Location", f"{self.url}/"), ("Content-Type", "text/plain"), ("Content-Length", "0")]
            start_response("308 Permanent Redirect", headers)
            return [b""]
        if not path.startswith(f"{self.root_path}/"):
            return self._not_found(path, start_response)
        inside = environ.copy()
        inside["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + self.root_path
        inside["PATH_INFO"] = path[len(self.root_path) :]
        return self.application(inside, start_response)

    def _not_found(self, path: str, start_response: "StartResponse") -> Iterable[bytes]:
        title = TITLES["not_found"]
        body = orjson.dumps(
            {
                "type": f"{self.url}/api/problems/not_found",
                "title": title,
                "status": 404,
                "detail": title,
                "instance": path.encode("latin-1").decode("utf-8", "replace"),
                "code": "not_found",
                "params": {},
                "request_id": None,
                "errors": [],
            }
        )
        headers = [
            ("Content-Type", MEDIA_TYPE),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", API_CSP),
            *SECURITY_HEADERS.items(),
        ]
        start_response("404 Not Found", headers)
        return [body]
