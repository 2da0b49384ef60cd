"""The language and the zone a page is shown in."""

from flask import current_app, request
from flask_login import current_user

COOKIE = "lang"


def choose() -> str:
    """The person's own choice, else this browser's, else what it accepts, else the default."""
    languages: dict[str, str] = current_app.config["LANGUAGES"]
    chosen = request.cookies.get(COOKIE, "")
    if chosen in languages:
        return chosen
    if current_user and current_user.is_authenticated and current_user.locale in languages:
        return str(current_user.locale)
    default: str = current_app.config["BABEL_DEFAULT_LOCALE"]
    accepted = request.accept_languages.best_match(["zh", "zh-CN", "zh-TW", "zh-HK", "en"])
    if accepted is None:
        return default
    return "en" if accepted == "en" else "zh_Hans_CN"
