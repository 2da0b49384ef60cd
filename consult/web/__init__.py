"""Pages: one blueprint per audience, each with one guard."""

from flask import Flask

from consult.web import (
    account,
    admin,
    api,
    assets,
    context,
    identity,
    limit_counts,  # noqa: F401 - names itself to the limiter
    numbers,
    office,
    pieces,
    probes,
    public,
    wording,
)


def register(app: Flask) -> None:
    """Hang the blueprints into ``app``, with what their templates share."""
    numbers.register(app)
    for blueprint in (public.bp, account.bp, office.bp, admin.bp, api.bp, probes.bp):
        app.register_blueprint(blueprint)
    identity.register(app)
    context.register(app)
    wording.register(app)
    pieces.register(app)
    assets.register(app)
