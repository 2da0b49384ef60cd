"""Deciding on pages: what staff see, what stays when something is wrong, who may do what."""

from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.services.answering import decisions
from models.decision import Decision, DecisionState, Outcome
from models.notice import Notice
from models.person import Role
from models.topic import TopicState
from tests.pages import Pages
from tests.queries import counted_queries


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, opens=-40, closes=-5, slug="parking")


@pytest.fixture
def clauses(make, topic):
    return make.document(topic, "第一条 收费五百元。", "第二条 每年一次。").clauses


@pytest.fixture
def cluster(make, topic, clauses):
    """Two who ask for lower fees; another topic's group must not show."""
    make.cluster(make.suggestion(make.topic()), name="别的专题的一组")
    members = [make.suggestion(topic, "收费太高", clause=clauses[1]), make.suggestion(topic)]
    return make.cluster(*members, name="降低停车收费")


@pytest.fixture
def analyst(make, topic):
    return make.staff(Role.ANALYST, topic.agency, name="宁佳琪")


@pytest.fixture
def leader(make, topic):
    return make.staff(Role.UNIT_LEADER, topic.agency)


def standing(session, cluster):
    return decisions.standing(session, cluster)


def test_the_board_shows_what_is_missing_with_its_groups(pages, make, topic, cluster, analyst):
    make.suggestion(topic)

    page = pages.speak("en").sign_in(analyst).get("/office/topics/parking/decisions")

    assert "1 group has no answer" in page
    assert "1 suggestion is in no group yet" in page
    assert "降低停车收费" in page
    assert "别的专题的一组" not in page


def test_an_analyst_proposes_an_answer_with_a_clause(pages, session, cluster, clauses, analyst):
    pages.sign_in(analyst).post(
        f"/office/groups/{cluster.id}/decision",
        **{
            "outcome": "partly_adopted",
            "reason": "参照周边城市标准予以降低。",
            "clauses-0-clause": str(clauses[0].id),
            "clauses-0-after": "第一条 收费二百元。",
        },
    )

    made = standing(session, cluster)
    assert (made.outcome, made.state) == (Outcome.PARTLY_ADOPTED, DecisionState.PROPOSED)
    assert [(c.before, c.after) for c in made.clause_changes] == [
        ("第一条 收费五百元。", "第一条 收费二百元。")
    ]


def test_adding_a_clause_without_script_keeps_what_is_typed(
    pages, session, cluster, clauses, analyst
):
    page = pages.sign_in(analyst).post(
        f"/office/groups/{cluster.id}/decision",
        clause="add",
        add=str(clauses[1].id),
        reason="已经写了一半的理由",
    )

    assert "已经写了一半的理由" in page
    assert page.count("第二条 每年一次。") == 2, "before, and in the field for after"
    assert standing(session, cluster) is None


def test_removing_a_clause_keeps_the_others(pages, cluster, clauses, analyst):
    page = pages.sign_in(analyst).post(
        f"/office/groups/{cluster.id}/decision",
        **{
            "clause": "0",
            "clauses-0-clause": str(clauses[0].id),
            "clauses-0-after": "要去掉的改法",
            "clauses-1-clause": "",
            "clauses-1-after": "要留下的新条",
        },
    )

    assert "要去掉的改法" not in page
    assert "要留下的新条" in page


def test_clauses_that_members_speak_to_come_first(pages, cluster, analyst):
    page = pages.sign_in(analyst).get(f"/office/groups/{cluster.id}/decision")

    assert "第2条 (1)" in page
    assert page.index("第2条 (1)") < page.index(">第1条<")


def test_a_missing_reason_is_named_and_nothing_typed_is_lost(
    pages, session, cluster, clauses, analyst
):
    page = (
        pages.speak("en")
        .sign_in(analyst)
        .post(
            f"/office/groups/{cluster.id}/decision",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            **{
                "outcome": "not_adopted",
                "clauses-0-clause": str(clauses[0].id),
                "clauses-0-after": "打好的改法",
            },
        )
    )

    assert "needs a reason" in page
    assert "打好的改法" in page
    assert standing(session, cluster) is None


def test_who_is_second_to_propose_keeps_the_words_and_sees_the_first(pages, make, cluster, analyst):
    first = make.decision(cluster)

    page = pages.sign_in(analyst).post(
        f"/office/groups/{cluster.id}/decision",
        status=HTTPStatus.CONFLICT,
        outcome="noted",
        reason="我的理由",
    )

    assert "我的理由" in page
    assert f"/office/decisions/{first.id}" in page


def test_a_group_with_an_answer_leads_to_it(pages, make, cluster, analyst):
    make.decision(cluster, reason="已有的答复")

    assert "已有的答复" in pages.sign_in(analyst).get(f"/office/groups/{cluster.id}/decision")


def test_a_stale_change_keeps_the_words_and_shows_the_newer_ones(
    pages, session, make, cluster, analyst
):
    made = make.decision(cluster, reason="别人刚改过的理由")

    page = pages.sign_in(analyst).post(
        f"/office/decisions/{made.id}",
        status=HTTPStatus.CONFLICT,
        outcome="noted",
        reason="我打的理由",
        version="0",
    )

    assert "我打的理由" in page
    assert "别人刚改过的理由" in page
    assert session.get(Decision, made.id).reason == "别人刚改过的理由"


def test_the_second_person_approves(pages, session, make, cluster, leader):
    made = make.decision(cluster)

    pages.sign_in(leader).post(f"/office/decisions/{made.id}/approve", version="1")

    assert standing(session, cluster).state is DecisionState.APPROVED


def test_of_two_approvers_at_the_same_moment_one_is_told_to_look_again(
    app, session, make, topic, cluster, leader
):
    made, other = make.decision(cluster), make.staff(Role.ASSIGNER, topic.agency)
    browsers = [Pages(app, session).sign_in(person) for person in (leader, other)]
    address = f"/office/decisions/{made.id}/approve"
    session.commit()

    with ThreadPoolExecutor(2) as both:
        answers = both.map(lambda one: one.client.post(address, data={"version": "1"}), browsers)

    assert sorted(answer.status_code for answer in answers) == [302, 409]
    session.expire_all()
    assert standing(session, cluster).state is DecisionState.APPROVED


def test_approving_ones_own_proposal_is_refused_in_a_clear_sentence(
    pages, session, make, cluster, leader
):
    made = make.decision(cluster, proposed_by=leader)

    page = (
        pages.speak("en")
        .sign_in(leader)
        .post(f"/office/decisions/{made.id}/approve", status=HTTPStatus.FORBIDDEN, version="1")
    )

    assert "You proposed it yourself" in page
    assert standing(session, cluster).state is DecisionState.PROPOSED


def test_a_return_without_a_reason_is_refused(pages, session, make, cluster, leader):
    made = make.decision(cluster)

    page = (
        pages.speak("en")
        .sign_in(leader)
        .post(
            f"/office/decisions/{made.id}/return",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            **{"return-version": "1", "return-reason": " "},
        )
    )

    assert "Say why it is returned" in page
    assert standing(session, cluster).state is DecisionState.PROPOSED


def test_a_return_reaches_the_proposer_with_its_reason(pages, make, cluster, leader, analyst):
    made = make.decision(cluster)
    pages.sign_in(leader).post(
        f"/office/decisions/{made.id}/return",
        **{"return-version": "1", "return-reason": "请补充法律依据"},
    )

    page = pages.sign_in(analyst).get("/office/topics/parking/decisions?tab=returned")

    assert "请补充法律依据" in page


def test_a_member_is_answered_apart(pages, session, make, cluster, analyst):
    made, member = make.decision(cluster), cluster.memberships[1].suggestion_id

    page = pages.sign_in(analyst).post(
        f"/office/decisions/{made.id}/exceptions/{member}",
        **{
            f"member-{member}-version": "1",
            f"member-{member}-outcome": "adopted",
            f"member-{member}-reason": "此件另行采纳",
        },
    )

    assert "此件另行采纳" in page
    assert [e.suggestion_id for e in standing(session, cluster).exceptions] == [member]


def test_an_exception_without_a_reason_keeps_its_choice(pages, make, cluster, analyst):
    made, member = make.decision(cluster), cluster.memberships[1].suggestion_id

    page = (
        pages.speak("en")
        .sign_in(analyst)
        .post(
            f"/office/decisions/{made.id}/exceptions/{member}",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            **{f"member-{member}-version": "1", f"member-{member}-outcome": "adopted"},
        )
    )

    assert "An exception needs a reason" in page
    assert f'checked id="member-{member}-outcome-0"' in page


def test_the_exception_is_dropped_again(pages, session, make, cluster, analyst):
    made, member = make.decision(cluster), cluster.memberships[1].suggestion_id
    fields = {"version": "1", "outcome": "adopted", "reason": "另行采纳"}
    page = f"/office/decisions/{made.id}/exceptions/{member}"
    pages.sign_in(analyst).post(page, **{f"member-{member}-{k}": v for k, v in fields.items()})

    pages.post(f"{page}/drop", version=str(standing(session, cluster).version))

    assert standing(session, cluster).exceptions == []


def test_many_groups_are_answered_at_once(pages, session, make, topic, cluster, analyst):
    other = make.cluster(make.suggestion(topic))

    pages.sign_in(analyst).post(
        "/office/topics/parking/decisions/propose",
        id=[str(cluster.id), str(other.id)],
        outcome="out_of_scope",
        reason="不属于调整范围。",
    )

    outcomes = [standing(session, one).outcome for one in (cluster, other)]
    assert outcomes == [Outcome.OUT_OF_SCOPE] * 2


def test_many_without_a_reason_stay_chosen(pages, session, cluster, analyst):
    page = (
        pages.speak("en")
        .sign_in(analyst)
        .post(
            "/office/topics/parking/decisions/propose",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
            id=str(cluster.id),
            outcome="noted",
        )
    )

    assert "needs a reason" in page
    assert f'value="{cluster.id}" aria-label="Choose: 降低停车收费" checked' in page
    assert standing(session, cluster) is None


def test_many_are_approved_and_ones_own_is_named(pages, session, make, topic, cluster, leader):
    made, mine = make.decision(cluster), make.cluster(make.suggestion(topic), name="我提的那组")
    own = make.decision(mine, proposed_by=leader)

    page = (
        pages.speak("en")
        .sign_in(leader)
        .post(
            "/office/topics/parking/decisions/approve",
            **{
                "id": [str(made.id), str(own.id)],
                f"version-{made.id}": "1",
                f"version-{own.id}": "1",
            },
        )
    )

    assert "1 proposal is approved." in page
    assert "Left as it is: 我提的那组. You proposed it yourself" in page
    assert standing(session, cluster).state is DecisionState.APPROVED


def test_publishing_with_something_missing_is_refused_and_says_what(
    pages, session, topic, cluster, leader
):
    page = (
        pages.speak("en")
        .sign_in(leader)
        .post("/office/topics/parking/decisions/publish", status=HTTPStatus.CONFLICT)
    )

    assert "2 suggestions have no approved answer yet" in page
    assert "1 group has no answer" in page
    assert topic.state is TopicState.ANALYSING


def test_publishing_tells_everybody_and_shows_what_became_of_it(
    pages, session, make, topic, cluster, leader
):
    make.decision(cluster, state=DecisionState.APPROVED)

    pages.sign_in(leader).post("/office/topics/parking/decisions/publish")

    assert topic.state is TopicState.REPORTED
    told = set(session.scalars(select(Notice.person_id)))
    assert told == {member.suggestion.author_id for member in cluster.memberships}


def test_a_withdrawn_decision_leaves_the_group_undecided(pages, session, make, cluster, analyst):
    made = make.decision(cluster, state=DecisionState.APPROVED)

    pages.sign_in(analyst).post(f"/office/decisions/{made.id}/withdraw", version="1")

    assert standing(session, cluster) is None


@pytest.mark.parametrize("where", ["topics/parking/decisions", "groups/{}/decision"])
def test_staff_of_another_agency_see_nothing(pages, make, cluster, where):
    pages.sign_in(make.staff(Role.ANALYST, make.agency()))

    pages.get(f"/office/{where.format(cluster.id)}", status=HTTPStatus.FORBIDDEN)


def test_an_auditor_looks_and_changes_nothing(pages, session, make, topic, cluster):
    made = make.decision(cluster)
    pages.sign_in(make.staff(Role.AUDITOR, topic.agency))

    pages.get(f"/office/decisions/{made.id}")
    pages.post(f"/office/decisions/{made.id}/withdraw", status=HTTPStatus.FORBIDDEN, version="1")

    assert standing(session, cluster).state is DecisionState.PROPOSED


def test_an_unknown_decision_is_not_found(pages, analyst):
    pages.sign_in(analyst).get("/office/decisions/4711", status=HTTPStatus.NOT_FOUND)


@pytest.mark.parametrize("tab", ["undecided", "proposed"])
def test_the_number_of_queries_does_not_grow_with_the_groups(
    pages, session, make, topic, analyst, tab
):
    def queries():
        session.commit()
        with counted_queries(session) as counted:
            pages.get(f"/office/topics/parking/decisions?tab={tab}")
        return counted.count

    def groups(count):
        for _ in range(count):
            make.cluster(make.suggestion(topic))
            make.decision(make.cluster(make.suggestion(topic)))

    pages.sign_in(analyst)
    groups(2)
    few = queries()
    groups(15)

    assert queries() == few


def test_approving_without_a_choice_is_refused_on_the_tab_one_is_at(
    pages, make, topic, cluster, leader
):
    make.decision(cluster, state=DecisionState.PROPOSED, reason="理由")

    page = (
        pages.speak("en")
        .sign_in(leader)
        .post(
            "/office/topics/parking/decisions/approve?tab=proposed",
            status=HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    )

    assert "Choose at least one answer." in page
    assert "Approve the chosen" in page
