"""Acts on a case, as its page offers them."""

import pytest

from consult.services.handling import appeals, assigning, dispatching, joining, passing_time
from models.case import CaseState as S
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from tests.city import CALENDAR


def url(case, act):
    return f"/office/cases/{case.id}/acts/{act}"


def do(pages, case, act, *, status=200, **form):
    return pages.post(url(case, act), status=status, **{"version": str(case.version), **form})


def dispatch(city, unit):
    """Let ``unit`` stand in the catalogue."""
    dispatching.set_unit(
        city.session,
        mailbox=city.mailbox,
        domain=Domain.OTHER,
        unit=unit,
        actor=city.people.assigner,
        now=city.clock(),
    )


def pass_time(city, **by):
    city.clock.advance(**by)
    while passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock()):
        pass


@pytest.fixture
def assigner(pages, city):
    return pages.sign_in(city.people.assigner)


def test_a_message_is_reviewed_and_accepted(assigner, city, pages):
    case = city.send("请修路灯", kind=SuggestionKind.HELP)
    do(pages, case, "begin_review")
    assert case.state is S.UNDER_REVIEW

    page = do(pages, case, "accept", domain="urban", track="investigation")
    assert (case.state, case.domain, case.track) == (S.ACCEPTED, "urban", "investigation")
    assert "已受理" in page


def test_a_refusal_names_the_reason_and_the_right_channel(assigner, city, pages):
    case = city.send()
    page = do(pages, case, "refuse", status=422, reason="court", words="请向法院起诉")
    assert case.state is S.SUBMITTED
    assert 'id="channel-error"' in page
    assert "请向法院起诉" in page

    do(pages, case, "refuse", reason="court", channel="区人民法院", words="请起诉")
    assert case.state is S.NOT_ACCEPTED
    assert "区人民法院" in pages.get(f"/office/cases/{case.id}")


@pytest.mark.parametrize("reason", ["", "because", "court\x00"])
def test_a_reason_that_is_not_of_the_list_is_refused(assigner, city, pages, reason):
    case = city.send()
    do(pages, case, "refuse", status=422, reason=reason)
    assert case.state is S.SUBMITTED


def test_the_author_is_asked_for_more_and_the_message_handed_on(assigner, city, pages):
    case, other = city.send("一"), city.send("二")
    do(pages, case, "return_for_more", status=422, words=" ")
    do(pages, case, "return_for_more", words="请写明门牌号")
    assert case.state is S.RETURNED_FOR_MORE

    do(pages, other, "transfer_out", status=422, receiver="")
    do(pages, other, "transfer_out", receiver="省信访局")
    assert other.state is S.TRANSFERRED


def test_what_was_refused_is_reviewed_again(assigner, city, pages):
    case = city.send()
    do(pages, case, "refuse", reason="no_matter")
    do(pages, case, "reconsider", words="可以受理")
    assert case.state is S.UNDER_REVIEW


def test_the_unit_that_is_proposed_is_chosen_already_and_a_person_confirms_it(
    assigner, city, pages
):
    dispatch(city, city.lamps)
    case = city.accepted(title="路灯又不亮了")
    page = pages.get(url(case, "assign"))
    assert f'<option selected value="{city.lamps.id}">灯管处</option>' in page
    assert case.state is S.ACCEPTED

    do(pages, case, "assign", unit=str(city.lamps.id), co_units=[str(city.roads.id)], words="速办")
    assert case.state is S.ASSIGNED
    assert {(one.unit.name, one.lead) for one in case.assignments} == {
        ("灯管处", True),
        ("道路处", False),
    }


@pytest.mark.parametrize("unit", ["", "0", "987654", "x", "9" * 30])
def test_a_unit_that_there_is_not_is_refused(assigner, city, pages, unit):
    case = city.accepted()
    page = do(pages, case, "assign", status=422, unit=unit, words="已核实地点")
    assert case.state is S.ACCEPTED
    assert "已核实地点" in page


def test_an_office_in_which_nobody_answers_cannot_be_chosen(assigner, city, pages, make):
    empty = make.agency("空编科室", city.mailbox.topic.agency)
    case = city.accepted()
    assert "空编科室" not in pages.get(url(case, "assign"))
    do(pages, case, "assign", status=422, unit=str(empty.id))


def test_a_report_is_not_offered_to_the_unit_that_it_names(city, pages):
    case = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    pages.sign_in(city.people.inspector)
    do(pages, case, "accept", domain="urban", track="investigation")
    assert "灯管处</option>" not in pages.get(url(case, "assign"))

    do(pages, case, "assign", status=422, unit=str(city.lamps.id))
    do(pages, case, "assign", status=422, unit=str(city.roads.id), co_units=[str(city.lamps.id)])
    assert case.state is S.ACCEPTED


def test_an_objection_is_ruled_on_and_the_whole_chain_is_shown(city, pages):
    case = city.assigned()
    pages.sign_in(city.people.handler)
    do(pages, case, "object", words="路灯归道路处管")
    assert case.state is S.OBJECTION

    pages.sign_in(city.people.assigner)
    page = pages.get(url(case, "reassign"))
    assert "路灯归道路处管" in page
    assert f'value="{city.lamps.id}">灯管处</option>' not in page
    do(pages, case, "reassign", unit=str(city.roads.id), words="由道路处办理")
    assert (case.state, case.unit, case.transfers) == (S.REASSIGNED, city.roads, 1)
    page = pages.get(f"/office/cases/{case.id}")
    assert all(words in page for words in ("路灯归道路处管", "由道路处办理", "已改派 1 次"))


def test_an_overruled_unit_takes_it_up(city, pages):
    case = city.assigned()
    city.act(assigning.object_to, case, "handler", words="不归我们")
    pages.sign_in(city.people.assigner)
    do(pages, case, "uphold", words="归你们")
    pages.sign_in(city.people.handler)
    do(pages, case, "object", status=409, words="还是不归我们")
    do(pages, case, "take_up")

    assert (case.state, case.handler) == (S.IN_PROGRESS, city.people.handler)


def test_a_third_transfer_is_impossible_without_a_ruling(assigner, city, pages):
    case = city.assigned()
    for unit in (city.roads, city.lamps):
        do(pages, case, "reassign", unit=str(unit.id), words="改派")
    page = do(pages, case, "reassign", status=409, unit=str(city.roads.id), words="再改派一次")
    assert case.unit is city.lamps
    assert "再改派一次" in page

    do(pages, case, "reassign", unit=str(city.roads.id), words="裁定", ruling="y")
    assert (case.unit, case.transfers) == (city.roads, 3)


def test_a_low_rating_is_answered_or_the_case_opened_again(assigner, city, pages):
    first, second = city.rated((1, 1, 1), title="一"), city.rated((2, 2, 2), title="二")
    do(pages, first, "reopen", status=409, words="还早")
    pass_time(city, days=40)
    pages.sign_in(city.people.assigner)
    assert "已于6月10日更换" in pages.get(url(first, "reopen"))
    do(pages, first, "reopen", words="重新办理")
    do(pages, second, "close", words="已向您说明")

    assert (first.state, first.round) == (S.REOPENED, 2)
    assert second.state is S.CLOSED


@pytest.mark.parametrize(("act", "state"), [("dismiss", S.CLOSED), ("grant", S.REOPENED)])
def test_a_review_is_answered_by_the_unit_above(assigner, city, pages, act, state):
    case = city.replied()
    pass_time(city, days=40)
    city.act(appeals.ask, case, "citizen", words="没有修好")
    pages.sign_in(city.people.assigner)
    assert "没有修好" in pages.get(url(case, act))
    do(pages, case, act, status=422, words="")
    do(pages, case, act, words="经复查，理由如下。")
    assert case.state is state


def test_a_message_is_taken_out_of_a_joined_case(assigner, city, pages):
    lead, other = city.in_progress(title="一"), city.assigned(title="二")
    joining.join(
        city.session,
        lead=lead,
        others=[other],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    do(pages, other, "unmerge")
    assert (other.state, other.joined_to) == (S.ACCEPTED, None)


def test_two_people_do_not_decide_over_each_other(assigner, city, pages):
    case = city.accepted()
    seen = case.version
    city.act(assigning.assign, case, "second_assigner", unit=city.roads)
    page = pages.post(
        url(case, "assign"),
        status=409,
        version=str(seen),
        unit=str(city.lamps.id),
        words="已核实，归灯管处",
    )

    assert case.unit is city.roads
    assert "已核实，归灯管处" in page


def test_acts_that_are_for_others_or_for_another_time_are_refused(city, pages):
    case = city.assigned()
    pages.sign_in(city.people.handler)
    pages.get(url(case, "reassign"), status=403)
    do(pages, case, "reassign", status=403, unit=str(city.roads.id), words="改派")
    pages.get(url(case, "reopen"), status=409)
    pages.sign_in(city.people.supervisor)
    pages.get(url(case, "take_up"), status=403)
    assert case.unit is city.lamps


@pytest.mark.parametrize("act", ["rate", "archive", "draft", "nonsense", "answer_joined"])
def test_there_is_no_page_for_what_is_not_done_here(assigner, city, pages, act):
    pages.get(url(city.assigned(), act), status=404)


def test_strangers_are_told_nothing(city, pages):
    case = city.assigned()
    pages.sign_in(city.people.other_handler)
    pages.get(url(case, "take_up"), status=404)
    do(pages, case, "take_up", status=404)
    pages.sign_in(city.people.stranger)
    pages.get(url(case, "take_up"), status=403)
    assert case.state is S.ASSIGNED


def test_whoever_loses_sight_of_a_case_is_led_back_to_the_list(city, pages, make):
    """The unit leader between who answers a review, and has then no more to do with the case."""
    case = city.replied()
    pass_time(city, days=40)
    city.act(appeals.ask, case, "citizen", words="没有修好")
    case.appeals[0].unit = city.mailbox.report_unit
    pages.sign_in(city.people.inspector)
    page = do(pages, case, "dismiss", words="维持原答复")

    assert case.state is S.CLOSED
    assert "已维持原答复" in page
