"""Security headers, and redirects that stay on this site."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, request, url_for

CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    ]
)


def init_app(app: Flask) -> None:
    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if app.config["SESSION_COOKIE_SECURE"]:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "private, no-cache")
        return response


def safe_next(target: str | None) -> str:
    """``target`` if it is a path of this site, the home page otherwise."""
    target = target or ""
    local = target.startswith("/") and not target.startswith(("//", "/\\"))
    if not local or any(ord(c) < 33 or c == "\\" for c in target) or urlsplit(target).netloc:
        return url_for("blog.home")
    return target
