"""Headers that every answer carries, whoever made it."""

from flask import Flask, Response

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
# JSON never needs to load or frame anything; pages set their own policy.
API_CSP = "default-src 'none'; frame-ancestors 'none'"
# The client's shell, whoever serves it: nothing inline, nothing from elsewhere but the pictures in posts.
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
    "connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def init_app(app: Flask) -> None:
    """Complete each response on its way out."""

    @app.after_request
    def complete(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", API_CSP)
        # A 204 or 304 with a Content-Type is not valid WSGI; Flask adds one.
        if response.status_code in (204, 304):
            response.headers.pop("Content-Type", None)
        return response
