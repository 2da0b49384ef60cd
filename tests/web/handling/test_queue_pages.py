"""The queues as pages, the desk and the side, and several cases at once."""

import pytest

from consult.services.handling import dispatching
from models.case import CaseState as S
from models.mailbox import Domain
from models.person import Role
from models.suggestion import SuggestionKind
from tests.pages import text_of
from tests.queries import counted_queries


@pytest.fixture
def assigner(pages, city):
    return pages.sign_in(city.people.assigner)


def test_a_queue_lists_what_waits_and_leads_to_it(assigner, city, pages):
    case = city.send("江边步道没有路灯")
    page = pages.get("/office/cases?queue=review")

    assert "江边步道没有路灯" in page
    assert f"/office/cases/{case.id}?queue=review" in page
    assert "江边步道没有路灯" not in pages.get("/office/cases?queue=to_assign")


def test_without_a_queue_the_first_of_ones_own_is_shown(city, pages):
    city.assigned(title="交给我们的")
    assert "交给我们的" in pages.sign_in(city.people.handler).get("/office/cases")


@pytest.mark.parametrize(
    "query",
    [
        "queue=nonsense",
        "queue=review&page=0",
        "queue=review&page=99999",
        "queue=all&state=nowhere&domain=x&kind=&region=zz&unit=-1&mailbox=99999999999999999999",
        "queue=all&q=%25%27%22%3Cb%3E",
        "queue=objections&q=x",
    ],
)
def test_an_address_with_nonsense_in_it_is_still_a_page(assigner, city, pages, query):
    pages.get(f"/office/cases?{query}")


def test_what_narrows_the_list_can_be_taken_off_again(assigner, city, pages):
    city.send("江边步道没有路灯")
    page = pages.get("/office/cases?queue=all&q=江边&kind=help&state=submitted")
    assert "江边步道没有路灯" in page
    assert "/office/cases?queue=all&amp;state=submitted&amp;kind=help" in page
    assert "江边步道没有路灯" not in pages.get("/office/cases?queue=all&q=江边&kind=praise")


def test_the_desk_and_the_side_say_what_waits(assigner, city, pages):
    city.send("江边步道没有路灯")
    city.accepted(title="受理的")
    page = pages.get("/office/")

    assert "件留言待审核" in page
    assert "/office/cases?queue=to_assign" in page
    assert '<span class="side-count">3</span>' in page


def test_a_report_shows_in_no_queue_count_or_desk_of_the_unit_it_names(city, pages):
    pages.sign_in(city.people.leader)
    before = text_of(pages.get("/office/"))
    case = city.send("举报灯管处", kind=SuggestionKind.REPORT, named_unit=city.lamps)

    assert text_of(pages.get("/office/")) == before
    for queue in ("confidential", "all", "overdue", "near_due", "unit"):
        assert "举报灯管处" not in pages.get(f"/office/cases?queue={queue}")
        assert "举报灯管处" not in pages.get(f"/office/cases?queue={queue}&q={case.no}")
    pages.sign_in(city.people.inspector)
    assert "举报灯管处" in pages.get("/office/cases?queue=confidential")


def test_who_has_nothing_to_do_with_messages_has_no_queues(pages, city, make):
    city.send("江边步道没有路灯")
    pages.sign_in(make.staff(Role.ADMINISTRATOR, city.mailbox.topic.agency))
    assert "江边步道没有路灯" not in pages.get("/office/cases")
    assert "/office/cases" not in pages.get("/office/")


def test_the_work_does_not_grow_with_the_queue(assigner, city, pages, session):
    def asked():
        with counted_queries(session) as queries:
            pages.get("/office/cases?queue=review")
        return queries.count

    city.send("零")
    few = asked()
    for n in range(10):
        city.send(f"第{n}件")
    assert asked() == few


def batch(pages, act, cases, queue, *, status=200, **form):
    return pages.post(
        f"/office/cases/batch/{act}?queue={queue}",
        status=status,
        id=[str(case.id) for case in cases],
        **{f"version-{case.id}": str(case.version) for case in cases} | form,
    )


def test_several_are_looked_at_before_anything_is_done(assigner, city, pages):
    cases = [city.send(f"第{n}件") for n in range(2)]
    page = pages.post(
        "/office/cases/batch?queue=review", act="accept", id=[str(case.id) for case in cases]
    )
    assert all(case.suggestion.title in page for case in cases)
    assert {case.state for case in cases} == {S.SUBMITTED}


def test_several_are_accepted_and_one_that_fails_leaves_the_others(assigner, city, pages):
    first, moved, last = (city.send(f"第{n}件") for n in range(3))
    page = batch(pages, "accept", [first, moved, last], "review", **{f"version-{moved.id}": "77"})

    assert [case.state for case in (first, moved, last)] == [S.ACCEPTED, S.SUBMITTED, S.ACCEPTED]
    assert "已办理 2 件" in page
    assert "有 1 件未能办理" in page


def test_the_result_can_be_loaded_again_and_does_nothing_then(assigner, city, pages):
    first, moved = city.send("第一件"), city.send("第二件")
    pages.session.commit()
    answer = pages.client.post(
        "/office/cases/batch/accept?queue=review",
        data={
            "id": [str(first.id), str(moved.id)],
            f"version-{first.id}": str(first.version),
            f"version-{moved.id}": "77",
        },
    )
    assert answer.status_code == 303
    pages.session.expire_all()
    steps = len(first.steps)
    for _again in range(2):
        page = pages.get(answer.location)
        assert all(words in page for words in ("第一件", "已办理 1 件"))
        assert all(words in page for words in ("第二件", "有 1 件未能办理"))
    pages.session.expire_all()
    assert (first.state, moved.state, len(first.steps)) == (S.ACCEPTED, S.SUBMITTED, steps)

    pages.get(answer.location.replace("/accept/", "/assign/"), status=404)
    pages.get(answer.location.replace("of=", "of=x"), status=404)
    pages.get("/office/cases/batch/accept/result", status=404)
    pages.get("/office/cases/batch/refuse/result", status=404)
    pages.sign_in(city.people.second_assigner)
    pages.get(answer.location, status=404)


def test_the_address_of_a_result_stays_short_for_a_whole_page_of_cases(assigner, city, pages):
    cases = [city.send(f"第{n}件") for n in range(50)]
    pages.session.commit()
    answer = pages.client.post(
        "/office/cases/batch/accept?queue=review",
        data={"id": [str(case.id) for case in cases]}
        | {f"version-{case.id}": str(case.version + n % 2) for n, case in enumerate(cases)},
    )
    assert len(answer.location) < 2000
    assert "已办理 25 件" in pages.get(answer.location)


def test_several_are_assigned_each_to_its_own_unit(assigner, city, pages):
    dispatching.set_unit(
        city.session,
        mailbox=city.mailbox,
        domain=Domain.OTHER,
        unit=city.lamps,
        actor=city.people.assigner,
        now=city.clock(),
    )
    lamp, road, none = (city.accepted(title=f"要交办的{n}") for n in range(3))
    page = pages.post(
        "/office/cases/batch?queue=to_assign", act="assign", id=[str(lamp.id), str(road.id)]
    )
    assert f'<option value="{city.lamps.id}" selected>' in page

    units = {
        f"unit-{lamp.id}": str(city.lamps.id),
        f"unit-{road.id}": str(city.roads.id),
        f"unit-{none.id}": "",
    }
    batch(pages, "assign", [lamp, road, none], "to_assign", **units)
    assert [case.state for case in (lamp, road, none)] == [S.ASSIGNED, S.ASSIGNED, S.ACCEPTED]
    assert (lamp.unit, road.unit) == (city.lamps, city.roads)


def test_a_handler_takes_several_in_hand(city, pages):
    cases = [city.assigned(title=f"第{n}件") for n in range(2)]
    pages.sign_in(city.people.handler)
    batch(pages, "take_up", cases, "take_up")
    assert {case.handler for case in cases} == {city.people.handler}


def test_what_one_may_not_see_is_passed_over_in_silence(assigner, city, pages):
    seen = city.send("看得见的")
    secret = city.send("举报灯管处", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    page = batch(pages, "accept", [seen, secret], "review")

    assert "举报灯管处" not in page
    assert (seen.state, secret.state) == (S.ACCEPTED, S.SUBMITTED)


@pytest.mark.parametrize(
    ("act", "chosen"), [("accept", []), ("accept", ["x", "0"]), ("refuse", ["1"]), ("", ["1"])]
)
def test_nothing_chosen_or_nothing_known_is_refused(assigner, city, pages, act, chosen):
    pages.post("/office/cases/batch?queue=review", status=422, act=act, id=chosen)


def test_who_may_not_do_it_is_told_for_each_case(city, pages):
    case = city.accepted()
    pages.sign_in(city.people.supervisor)
    page = batch(pages, "assign", [case], "to_assign", **{f"unit-{case.id}": str(city.lamps.id)})
    assert case.state is S.ACCEPTED
    assert "有 1 件未能办理" in page
