"""Groups as everybody sees them."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.cluster import Objection
from models.decision import DecisionState
from models.run import Lineage, LineageEvent
from models.topic import TopicState
from tests.queries import counted_queries


@pytest.fixture
def topic(make):
    return make.topic(slug="fees", title="收费办法")


@pytest.fixture
def citizen(pages):
    return pages.speak("en")


def test_the_list_shows_what_is_asked_and_by_how_many(make, topic, citizen):
    make.cluster(make.suggestion(topic), make.suggestion(topic), name="增设充电桩")
    make.cluster(make.suggestion(make.topic()), name="别的征集")

    page = citizen.get("/topics/fees/groups")

    assert "增设充电桩" in page
    assert "<b>2</b> people" in page
    assert "别的征集" not in page


def test_the_list_is_sorted_and_searched(make, topic, citizen):
    make.cluster(*(make.suggestion(topic) for _ in range(2)), name="人少")
    make.cluster(*(make.suggestion(topic) for _ in range(3)), name="人多")

    page = citizen.get("/topics/fees/groups?sort=support")

    assert page.index("人多") < page.index("人少")
    assert "人多" not in citizen.get("/topics/fees/groups?q=人少")


def test_texts_without_consent_are_counted_and_never_shown(make, topic, citizen):
    open_one = make.suggestion(topic, "可以公开的标题")
    hidden = make.suggestion(topic, "不可公开的标题", publish_text=False)
    cluster = make.cluster(open_one, hidden)

    page = citizen.get(f"/groups/{cluster.id}")

    assert "可以公开的标题" in page
    assert "不可公开的标题" not in page
    assert "1 more counts without being shown" in page
    assert "No group fits" in citizen.get("/topics/fees/groups?q=不可公开")


def test_names_are_shown_only_with_consent(make, topic, citizen):
    named = make.suggestion(topic, author=make.person("李四"), publish_name=True)
    unnamed = make.suggestion(topic, author=make.person("王五"))
    cluster = make.cluster(named, unnamed)

    page = citizen.get(f"/groups/{cluster.id}")

    assert "李四" in page
    assert "王五" not in page


def test_an_old_address_leads_to_the_group_that_took_over(session, make, topic, citizen, now):
    heir = make.cluster(make.suggestion(topic), name="后来的组")
    middle = make.cluster(make.suggestion(topic), retired_at=now, retired_into_id=heir.id)
    old = make.cluster(make.suggestion(topic), retired_at=now, retired_into_id=middle.id)
    session.commit()

    answer = citizen.client.get(f"/groups/{old.id}")
    assert (answer.status_code, answer.location) == (301, f"/groups/{heir.id}?was={old.id}")
    assert "was merged into this one" in citizen.get(f"/groups/{old.id}")


def test_a_retired_group_without_successor_says_so(make, topic, citizen, now):
    cluster = make.cluster(make.suggestion(topic), retired_at=now)
    cluster.suggestion_count = 0

    assert "This group no longer exists" in citizen.get(f"/groups/{cluster.id}")


def test_its_life_is_told_in_plain_words(session, make, topic, citizen, now):
    cluster, other = (make.cluster(make.suggestion(topic), name=name) for name in ("甲", "乙"))
    line = Lineage(
        cluster_id=cluster.id, event=LineageEvent.GREW, other_id=other.id, created_at=now
    )
    line.size_before, line.size_after = 1, 4
    session.add(line)

    page = citizen.get(f"/groups/{cluster.id}")

    assert "3 suggestions joined from:" in page
    assert "乙" in page


@pytest.mark.parametrize(
    ("state", "shown"), [(DecisionState.PUBLISHED, True), (DecisionState.APPROVED, False)]
)
def test_a_decision_is_shown_once_it_is_published(make, topic, citizen, state, shown):
    cluster = make.cluster(make.suggestion(topic))
    topic.state = TopicState.REPORTED
    make.decision(cluster, state=state, reason="纳入第三条。")

    assert ("纳入第三条。" in citizen.get(f"/groups/{cluster.id}")) is shown


def test_groups_of_a_draft_are_not_found(make, citizen):
    cluster = make.cluster(make.suggestion(make.topic(state=TopicState.DRAFT)))

    citizen.get(f"/groups/{cluster.id}", status=HTTPStatus.NOT_FOUND)
    citizen.get("/groups/999", status=HTTPStatus.NOT_FOUND)


def test_the_author_says_that_it_is_in_the_wrong_group(session, make, topic, pages):
    mine, other = make.suggestion(topic), make.suggestion(topic)
    make.cluster(mine, other)

    page = (
        pages.speak("en")
        .sign_in(mine.author)
        .post(f"/suggestions/{mine.id}/wrong-group", words="我说的是路灯。")
    )

    assert "An analyst will look at it" in page
    assert session.scalar(select(Objection.words)) == "我说的是路灯。"


def test_nobody_else_says_it(make, topic, pages):
    mine = make.suggestion(topic)
    make.cluster(mine, make.suggestion(topic))

    pages.speak("en").sign_in(make.person()).post(
        f"/suggestions/{mine.id}/wrong-group", status=HTTPStatus.FORBIDDEN, words="x"
    )


def test_the_pages_ask_as_little_for_many_as_for_few(session, make, topic, citizen):
    small = make.cluster(*(make.suggestion(topic) for _ in range(2))).id
    large = make.cluster(*(make.suggestion(topic) for _ in range(18))).id
    counts = []
    for address in (f"/groups/{small}", f"/groups/{large}"):
        session.commit()
        session.expunge_all()
        with counted_queries(session) as queries:
            citizen.get(address)
        counts.append(queries.count)

    assert counts[0] == counts[1] <= 12
