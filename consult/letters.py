"""Puts letters into words: templates/letters/*.txt, in the language of whoever reads them."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app
from flask_babel import force_locale

from consult.services.people.letters import Words

#: Where `consult serve` listens unless it is told otherwise.
LOCAL = "http://127.0.0.1:8000"


def render(name: str, locale: str, **values: Any) -> Words:
    """Fill in ``templates/letters/<name>.txt``; its first line is the subject.

    The template sees what it is given and ``link(endpoint, …)``, nothing of a request.
    """
    template = current_app.jinja_env.get_template(f"letters/{name}.txt")
    with force_locale(locale):
        text = template.render(values | {"link": link, "site": link("public.home")})
    subject, _, body = text.strip().partition("\n")
    return Words(subject.strip(), body.strip() + "\n")


def link(endpoint: str, **values: Any) -> str:
    """The address of a page as letters give it, under PUBLIC_URL; works outside a request."""
    public = urlsplit(current_app.config["PUBLIC_URL"] or LOCAL)
    adapter = current_app.url_map.bind(
        public.netloc, script_name=public.path or "/", url_scheme=public.scheme
    )
    return adapter.build(endpoint, values, force_external=True)
