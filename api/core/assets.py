"""The client's built files, for servers that have no nginx before them."""

import mimetypes
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.http import parse_accept_header
from werkzeug.security import safe_join
from werkzeug.wrappers import Request, Response
from werkzeug.wsgi import wrap_file

from api.core.responses import API_CSP, SECURITY_HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX = "/assets/"
# File names hold a hash of their content.
IMMUTABLE = "public, max-age=31536000, immutable"
# The machine's own table may lack these, and a browser refuses a module of an unknown type.
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".woff2": "font/woff2"}


class Assets:
    """Answers GET and HEAD below /assets/ from `folder`/assets, with the .gz beside a file where it is accepted.

    What is not there is left to `application`, whose 404 is as good as any.
    """

    def __init__(self, application: "WSGIApplication", folder: Path) -> None:
        self.application = application
        self.folder = folder / "assets"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path: str = environ.get("PATH_INFO", "")
        if path.startswith(PREFIX) and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            name = safe_join(
                str(self.folder), path[len(PREFIX) :].encode("latin-1").decode("utf-8", "replace")
            )
            if name is not None and Path(name).is_file():
                return self._send(Path(name), environ, start_response)
        return self.application(environ, start_response)

    def _send(
        self, file: Path, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        guessed = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kind = TYPES.get(file.suffix, guessed)
        compressed = file.with_name(f"{file.name}.gz")
        headers = {**SECURITY_HEADERS, "Content-Security-Policy": API_CSP, "Cache-Control": IMMUTABLE}
        if compressed.is_file():
            headers["Vary"] = "Accept-Encoding"
            if parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING"))["gzip"] > 0:
                file, headers["Content-Encoding"] = compressed, "gzip"
        status = file.stat()
        response = Response(
            wrap_file(environ, file.open("rb")), headers=headers, content_type=kind, direct_passthrough=True
        )
        response.content_length = status.st_size
        response.set_etag(f"{status.st_mtime_ns:x}-{status.st_size:x}")
        response.make_conditional(Request(environ))
        return response(environ, start_response)
