"""Pages: one blueprint per audience, each with one guard."""

from flask import Flask

from consult.web import (
    account,
    admin,
    api,
    assets,
    common_pages,
    context,
    handling,
    identity,
    limit_counts,  # noqa: F401 - names itself to the limiter
    mailboxes,
    numbers,
    office,
    pieces,
    probes,
    public,
    supervising,
    wording,
)


def register(app: Flask) -> None:
    """Hang the blueprints into ``app``, with what their templates share."""
    numbers.register(app)
    for area in (
        public,
        mailboxes,
        account,
        office,
        handling,
        supervising,
        admin,
        api,
        probes,
    ):
        app.register_blueprint(area.bp)
    identity.register(app)
    common_pages.register(app)
    context.register(app)
    wording.register(app)
    pieces.register(app)
    assets.register(app)
