"""The model is missing or damaged: people go on, placement waits, and the operations page says why."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import func, select

from consult.clustering import HashingEncoder
from consult.clustering import __file__ as clustering
from consult.jobs.runner import Runner
from consult.services.grouping.similarity import TopicIndexes
from models.cluster import Membership
from models.person import Role
from models.suggestion import Suggestion

SHIPPED = Path(clustering).parent / "shipped"


@pytest.fixture(params=["missing", "damaged"])
def broken(request, app, tmp_path):
    """The application with a model that cannot be read."""
    folder = tmp_path / "model"
    if request.param == "damaged":
        shutil.copytree(SHIPPED, folder)
        for file in folder.glob("*.safetensors"):
            file.write_bytes(file.read_bytes()[:5000])
    app.extensions["indexes"] = TopicIndexes(str(folder))
    app.config["PROPAGATE_EXCEPTIONS"] = False
    return app


def test_pages_and_submissions_go_on(broken, pages, make, session):
    topic = make.topic(slug="lamps")
    suggestion = make.suggestion(topic)
    citizen = pages.sign_in(make.person())

    for page in ("/topics/lamps", "/topics/lamps/suggestions", f"/suggestions/{suggestion.id}"):
        assert "充电桩" in citizen.get(page) or page == "/topics/lamps"
    citizen.post("/topics/lamps/suggest", title="增设路灯", facts="夜里太黑。", go="send")

    assert session.scalar(select(func.count(Suggestion.id)).where(Suggestion.title == "增设路灯"))


def test_typing_finds_nothing_similar_rather_than_failing(broken, pages, make, session):
    make.suggestion(make.topic(slug="lamps"))
    session.commit()

    answer = pages.client.get("/api/topics/lamps/similar?title=充电桩")

    assert answer.status_code in {200, 503}
    assert answer.status_code == 200 or answer.headers["Retry-After"]


def test_placement_waits_says_why_and_is_made_up_for(broken, pages, make, session):
    topic = make.topic()
    make.suggestion(topic)
    session.commit()

    Runner(broken).run_due(["placement"])

    assert session.scalar(select(func.count()).select_from(Membership)) == 0
    operations = pages.sign_in(make.staff(Role.ADMINISTRATOR, topic.agency)).get(
        "/admin/operations"
    )
    assert "EncoderUnavailable" in operations
    ready = pages.client.get("/readyz")
    assert ready.status_code == 503, ready.json["model"]

    broken.extensions["indexes"] = TopicIndexes("hashing")
    assert isinstance(broken.extensions["indexes"].encoder, HashingEncoder)
    broken.config["CLOCK"].advance(hours=2)  # past the pause after a failure
    session.commit()
    Runner(broken).run_due(["placement"])
    session.expire_all()

    assert session.scalar(select(func.count()).select_from(Membership)) == 1
