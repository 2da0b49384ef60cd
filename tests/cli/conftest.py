"""Runs commands as a person would type them, on the database of the test."""

import pytest
from click.testing import CliRunner

import config
from consult.cli.main import main
from consult.extensions import reading


@pytest.fixture
def command(app, session, monkeypatch):
    """``command("add-agency", "city", "市政府")`` gives what it printed, and its exit code."""
    for name, value in app.config.items():
        if hasattr(config, name):
            monkeypatch.setattr(config, name, value)

    def run(*arguments, **options):
        session.commit()
        result = CliRunner().invoke(main, [str(one) for one in arguments], **options)
        reading.set(False)
        session.expire_all()
        return result

    return run
