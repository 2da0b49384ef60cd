"""Entering the final text: looked at, tied to the changes, enacted with everybody told."""

import io
from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.decision import ClauseChange, DecisionState, Outcome
from models.document import DocumentKind
from models.notice import Notice, NoticeKind
from models.person import Role
from models.topic import TopicState

FINAL = "第一条 收费二百元。\n\n第二条 每年一次。"


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.REPORTED, slug="dogs")


@pytest.fixture
def change(session, make, topic):
    draft = make.document(topic, "收费五百元。", "每年一次。")
    cluster = make.cluster(make.suggestion(topic), name="降低收费")
    decision = make.decision(cluster, Outcome.ADOPTED, state=DecisionState.PUBLISHED)
    decision.clause_changes.append(
        ClauseChange(clause=draft.clauses[0], before="收费五百元。", after="收费二百元。")
    )
    session.flush()
    return decision.clause_changes[0]


@pytest.fixture
def staff(pages, make, topic, change):
    return pages.speak("en").sign_in(make.staff(Role.DRAFTER, topic.agency))


def save(staff, session, topic, **more):
    session.refresh(topic)
    fields = {"act": "save", "version": str(topic.version), "text": FINAL}
    return staff.post("/office/topics/dogs/enact", **{**fields, **more})


def test_the_text_is_looked_at_before_it_is_saved(staff, topic):
    page = staff.post("/office/topics/dogs/enact", act="look", text=FINAL)

    assert "It falls into 2 passages" in page
    assert topic.documents[0].kind is DocumentKind.DRAFT
    assert len(topic.documents) == 1


def test_a_file_fills_the_field(staff):
    file = (io.BytesIO("第一条 来自文件。".encode("gbk")), "final.txt")

    page = staff.post("/office/topics/dogs/enact", act="save", file=file)

    assert "第一条 来自文件。" in page


def test_after_saving_each_change_is_shown_where_it_seems_to_stand(staff, session, topic):
    page = save(staff, session, topic)

    assert "In the final text (第一条)" in page
    assert "1 person who wrote or supported a suggestion will be told" in page


def test_enacting_ties_tells_and_shows_the_final_text(staff, session, topic, change):
    save(staff, session, topic)

    page = staff.post(
        "/office/topics/dogs/enact/publish",
        **{
            "act": "enact",
            f"place-{change.id}": "art-1",
            "number": "5号",
            "issued_on": "2026-06-01",
        },
    )

    assert "The policy is enacted, and 1 notices were written." in page
    assert (topic.state, change.final_clause.label) == (TopicState.ENACTED, "第一条")
    assert session.scalars(select(Notice.kind)).all() == [NoticeKind.ENACTED]


def test_without_a_day_nothing_is_enacted_and_the_choices_stay(staff, session, topic, change):
    save(staff, session, topic)

    page = staff.post(
        "/office/topics/dogs/enact/publish",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        **{"act": "enact", f"place-{change.id}": "art-2", "number": "写好的文号"},
    )

    assert "Say on which day it was issued." in page
    assert "写好的文号" in page
    assert '<option value="art-2" selected>' in page
    assert topic.state is TopicState.REPORTED


def test_a_stale_text_stays_in_the_field(staff, session, topic):
    page = staff.post(
        "/office/topics/dogs/enact",
        status=HTTPStatus.CONFLICT,
        act="save",
        version="99",
        text="第一条 我打的全文。",
    )

    assert "我打的全文" in page


def test_an_empty_text_is_refused(staff, session, topic):
    save_fields = {"act": "save", "version": str(topic.version), "text": "  "}

    staff.post("/office/topics/dogs/enact", status=HTTPStatus.UNPROCESSABLE_ENTITY, **save_fields)

    assert len(topic.documents) == 1


def test_before_the_answers_are_published_the_page_says_so(pages, session, make):
    topic = make.topic(state=TopicState.ANALYSING, slug="early")
    staff = pages.speak("en").sign_in(make.staff(Role.DRAFTER, topic.agency))

    assert "entered once the answers are published" in staff.get("/office/topics/early/enact")
    staff.post("/office/topics/early/enact", status=HTTPStatus.CONFLICT, text=FINAL, act="save")


def test_a_citizen_and_an_analyst_may_not(pages, make, topic, change):
    for person in (make.staff(Role.ANALYST, topic.agency), make.person()):
        pages.sign_in(person).get("/office/topics/dogs/enact", status=HTTPStatus.FORBIDDEN)


def test_an_enacted_policy_is_evaluated(staff, session, topic, now):
    topic.state, topic.enacted_at = TopicState.ENACTED, now

    staff.post("/office/topics/dogs/evaluate")

    assert topic.state is TopicState.EVALUATED


@pytest.mark.parametrize(("role", "leads"), [(Role.UNIT_LEADER, True), (Role.ANALYST, False)])
def test_the_side_leads_to_the_final_text_those_who_may_enter_it(pages, make, role, leads):
    topic = make.topic(state=TopicState.REPORTED)

    page = pages.sign_in(make.staff(role, topic.agency)).get(f"/office/topics/{topic.slug}")
    side = page[: page.index('id="main"')]
    assert (f"/office/topics/{topic.slug}/enact" in side) is leads
