"""Headers that keep a browser from doing what no page of ours asks for."""

from flask import Flask, Response, request, session

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
YEAR = 365 * 24 * 3600


def register(app: Flask) -> None:
    """Send the headers with every answer of ``app``."""
    app.after_request(add_headers)


def add_headers(response: Response) -> Response:
    """Add what is not set already; a download may bring a policy of its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
    if _is_personal(response):
        response.headers.setdefault("Cache-Control", "private, no-store")
    return response


def _is_personal(response: Response) -> bool:
    """Whether somebody else who uses the browser later must not find it in its cache."""
    private = ("/account", "/office", "/admin", "/receipts", "/journeys")
    if request.endpoint in {"static", "stylesheet"}:
        return False
    known = "Set-Cookie" in response.headers or "_user_id" in session
    return known or request.path.startswith(private)
