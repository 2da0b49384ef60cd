"""Settings that belong together: addresses, https, proxies, letters, what is counted where."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from consult.health.findings import Finding, failure, warning, well

#: Where the platform is tried out.
HERE = frozenset({"127.0.0.1", "localhost", "::1"})


def findings(settings: Mapping[str, Any]) -> Iterator[Finding]:
    """All that can be said of the settings."""
    yield _address(settings)
    yield _https(settings)
    yield _letters(settings)
    yield _limits(settings)


def _address(settings: Mapping[str, Any]) -> Finding:
    address = str(settings["PUBLIC_URL"])
    parts = urlsplit(address)
    if not address:
        return warning(
            "public address",
            "none: letters name the address that the server listens at",
            "Set JISI_PUBLIC_URL=https://…",
        )
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return failure("public address", address, "It must look like https://jisi.example")
    if parts.scheme == "http" and parts.hostname not in HERE:
        return failure("public address", f"{address} is not encrypted", "Serve it by https.")
    return well("public address", address)


def _https(settings: Mapping[str, Any]) -> Finding:
    public = str(settings["PUBLIC_URL"]).startswith("https:")
    if public and not settings["SESSION_COOKIE_SECURE"]:
        return failure("https", "the cookie also goes unencrypted", "Set JISI_HTTPS=1")
    if public and not settings["TRUSTED_PROXIES"]:
        return failure(
            "https",
            "no proxy is trusted: every reader seems to be the proxy, and links begin with http",
            "Set JISI_TRUSTED_PROXIES to the number of proxies in front.",
        )
    if settings["SESSION_COOKIE_SECURE"] and not public:
        return failure(
            "https", "JISI_HTTPS without an https address", "Set JISI_PUBLIC_URL=https://…"
        )
    return well("https", "as the public address says")


def _letters(settings: Mapping[str, Any]) -> Finding:
    if settings["MAIL_BACKEND"] == "smtp":
        return well("letters", "sent by a mail server")
    return warning(
        "letters",
        f"JISI_MAIL={settings['MAIL_BACKEND']}: none reaches anybody",
        "Set JISI_MAIL=smtp and JISI_SMTP_URL",
    )


def _limits(settings: Mapping[str, Any]) -> Finding:
    own = str(settings["RATELIMIT_STORAGE_URI"]).startswith("memory")
    if own and settings["WEB_WORKERS"] > 1:
        return warning(
            "request limits",
            "counted in each process: they let through as many times more",
            "Set JISI_RATELIMIT_STORAGE=redis://… where that matters.",
        )
    return well("request limits", str(urlsplit(settings["RATELIMIT_STORAGE_URI"]).scheme))
