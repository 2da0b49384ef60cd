"""Finding cases by number, words and what they are about."""

import pytest

from consult.services.caseload import queues
from consult.services.caseload.case_search import Wanted
from consult.services.caseload.queues import Queue
from models.agency import Region
from models.case import CaseState
from models.mailbox import Domain, Urgency
from models.suggestion import SuggestionKind
from tests.city import CALENDAR
from tests.queries import counted_queries
from tests.services.caseload.scenes import reported


def found(city, who="assigner", queue=Queue.ALL, **wanted):
    desk = queues.desk(getattr(city.people, who), calendar=CALENDAR, now=city.clock())
    page = queues.listed(city.session, desk, queue, wanted=Wanted(**wanted))
    return [case.suggestion.title for case in page.items]


@pytest.fixture
def lamp(city, make):
    region = make.region("329901", "东湖区")
    case = city.assigned(
        title="东湖大道路灯昏暗", domain=Domain.URBAN, region=region, kind=SuggestionKind.COMPLAINT
    )
    city.session.flush()
    return case


def test_by_its_number(city, lamp):
    assert found(city, words=lamp.no) == ["东湖大道路灯昏暗"]
    assert found(city, words=f"#{lamp.no}") == ["东湖大道路灯昏暗"]
    assert found(city, words="9999-999999") == []


def test_by_words_of_the_message(city, lamp):
    assert found(city, words="路灯昏暗") == ["东湖大道路灯昏暗"]
    assert found(city, words="东湖 昏暗") == ["东湖大道路灯昏暗"]
    assert found(city, words="火车") == []


@pytest.mark.parametrize("words", ["%", "_", "'", "\\", "—", "🙂", "x" * 300])
def test_signs_are_only_signs(city, lamp, words):
    assert found(city, words=words) == []


def test_by_what_it_is_about_and_where_it_stands(city, lamp):
    here = ["东湖大道路灯昏暗"]
    region = city.session.get(Region, "329901")
    assert found(city, domain=Domain.URBAN) == here
    assert found(city, kind=SuggestionKind.COMPLAINT) == here
    assert found(city, region=region) == here
    assert found(city, state=CaseState.ASSIGNED) == here
    assert found(city, unit=city.lamps) == here
    assert found(city, unit=city.roads) == []
    assert found(city, domain=Domain.RURAL) == []
    assert found(city, words="昏暗", kind=SuggestionKind.COMPLAINT, unit=city.lamps) == here
    assert found(city, words="昏暗", kind=SuggestionKind.PRAISE) == []
    assert found(city, urgency=Urgency.DANGER) == []
    assert found(city, mailbox=city.mailbox, words="昏暗", state=CaseState.ACCEPTED) == []


def test_a_unit_stands_for_those_below_it(city, lamp):
    assert "东湖大道路灯昏暗" in found(city, unit=city.lamps.parent)


def test_searching_finds_nothing_that_one_may_not_see(city, lamp):
    case = reported(city, "举报路灯采购")
    city.session.flush()

    for who in ("assigner", "handler", "leader", "supervisor", "other_handler"):
        assert found(city, who, words="采购") == []
        assert found(city, who, words=case.no) == []
        assert found(city, who, kind=SuggestionKind.REPORT) == []
    assert found(city, "inspector", words="采购") == ["举报路灯采购"]
    assert found(city, "other_handler", words=lamp.no) == []


def test_words_are_looked_for_in_all_mailboxes_at_once(city, make, lamp):
    def queries():
        with counted_queries(city.session) as counted:
            assert found(city, words="昏暗") == ["东湖大道路灯昏暗"]
        return counted.count

    before = queries()
    for _ in range(5):
        make.mailbox(agency=city.mailbox.topic.agency)
    city.session.flush()

    assert queries() <= before


@pytest.mark.parametrize("queue", Queue)
def test_every_queue_can_be_searched(city, lamp, queue):
    for who in ("assigner", "handler", "leader"):
        assert set(found(city, who, queue, words="昏暗")) <= {"东湖大道路灯昏暗"}
