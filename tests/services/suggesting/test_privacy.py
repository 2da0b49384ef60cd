"""What an author does not publish stands nowhere in public, whatever was made of it."""

import pytest

from consult.services.grouping import clusters
from consult.services.suggesting import suggestions
from consult.services.suggesting.faces import face
from models.suggestion import SuggestionKind


@pytest.fixture
def topic(make):
    return make.topic()


def consent(session, suggestion, now, *, publish_text):
    suggestions.set_consents(
        session,
        suggestion=suggestion,
        publish_text=publish_text,
        publish_name=False,
        actor=suggestion.author,
        now=now,
    )
    session.flush()


def test_a_group_drops_the_title_that_its_author_no_longer_publishes(session, make, topic, now):
    first, second = make.suggestion(topic, "秘密的标题"), make.suggestion(topic, "公开的标题")
    group = make.cluster(first, second)
    make.cluster(make.suggestion(topic, "另一件事"))  # noise

    consent(session, first, now, publish_text=False)
    assert group.name == "公开的标题"
    assert group.representative is second

    consent(session, second, now, publish_text=False)
    assert "标题" not in group.name


def test_a_name_that_staff_gave_stays(session, make, topic, now):
    first = make.suggestion(topic, "秘密的标题")
    group = make.cluster(first, name="工作人员起的名", named_by_id=make.person().id)

    consent(session, first, now, publish_text=False)
    assert group.name == "工作人员起的名"


def test_a_report_of_wrongdoing_is_never_published(session, make, topic, now):
    report = make.suggestion(topic, kind=SuggestionKind.REPORT, publish_text=False)

    consent(session, report, now, publish_text=True)
    assert not report.is_public


def test_only_keywords_that_the_public_reads_are_named(make, topic):
    shown = make.suggestion(topic, "增设充电桩")
    hidden = make.suggestion(topic, "张三的秘密", publish_text=False)
    group = make.cluster(shown, hidden, keywords=["充电桩", "张三"])

    assert clusters.public_keywords(group, [face(shown)]) == ["充电桩"]
