"""Tables of another release: an older one is told in a sentence, and no page fails as if by a fault."""

import pytest
from flask_migrate import downgrade, upgrade
from sqlalchemy import text

from consult.extensions import db

PAGES = ["/", "/topics", "/topics/lamps", "/topics/lamps/suggestions", "/account/sign-in"]


@pytest.fixture
def topic(app, make, session):
    app.config["PROPAGATE_EXCEPTIONS"] = False
    topic = make.topic(slug="lamps")
    make.suggestion(topic)
    session.commit()
    session.close()
    return topic


def test_before_the_upgrade_pages_say_come_again_and_readyz_says_what_to_do(app, topic):
    downgrade(revision="0004")
    visitor = app.test_client()

    answers = [visitor.get(page) for page in PAGES]
    ready = visitor.get("/readyz")

    assert {one.status_code for one in answers} <= {200, 503}
    assert all(one.headers["Retry-After"] for one in answers if one.status_code == 503)
    assert ready.status_code == 503
    assert "0004" in ready.json["migrations"]["detail"]

    upgrade()

    assert [visitor.get(page).status_code for page in PAGES] == [200] * len(PAGES)


def test_before_there_are_any_tables_it_is_the_same(app, topic):
    downgrade(revision="base")
    visitor = app.test_client()

    assert {visitor.get(page).status_code for page in PAGES[:3]} == {503}
    assert visitor.get("/readyz").status_code == 503
    assert visitor.get("/livez").status_code == 200


def test_after_the_upgrade_the_release_before_goes_on(app, topic):
    with app.app_context():
        db.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        db.session.commit()
    visitor = app.test_client()

    assert {visitor.get(page).status_code for page in PAGES} == {200}
    seen = visitor.get("/readyz").json["migrations"]
    assert seen["ok"]
    assert "newer" in seen["detail"]
