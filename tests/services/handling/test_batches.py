"""The same act on several cases: each has a result of its own."""

from consult.exceptions import Conflict, StaleVersion
from consult.services.caseload import batch_pages
from consult.services.handling import batches, reception
from consult.services.records import ledger
from models.case import CaseState
from models.suggestion import SuggestionKind


def accept(city, versions=None):
    def act(case):
        version = (versions or {}).get(case.id, case.version)
        city.act(reception.accept, case, "assigner", version=version)

    return act


def test_one_that_is_refused_leaves_the_others_done(city):
    first, done, last = (city.send(f"第{n}件") for n in range(3))
    city.act(reception.accept, done, "assigner")
    city.session.flush()
    results = batches.each(city.session, [first, done, last], accept(city))

    assert [type(one.refusal) for one in results] == [type(None), Conflict, type(None)]
    assert [case.state for case in (first, done, last)] == [CaseState.ACCEPTED] * 3
    assert [len(case.steps) for case in (first, done, last)] == [1, 1, 1]


def test_what_is_refused_leaves_no_trace_of_itself(city):
    case = city.send()
    city.session.flush()
    [result] = batches.each(city.session, [case], accept(city, {case.id: 99}))

    assert isinstance(result.refusal, StaleVersion)
    assert (case.state, case.steps) == (CaseState.SUBMITTED, [])
    assert not any(one.act == "case.accept" for one in ledger.of_subject(city.session, case))
    assert ledger.first_broken(city.session) is None


def test_only_what_one_may_see_is_chosen(city):
    ours = city.send("我们的")
    secret = city.send("举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    city.session.flush()
    ids = [ours.id, secret.id, 987654]

    chosen = batch_pages.chosen(city.session, ids, reader=city.people.assigner)
    assert list(chosen) == [ours]
    assert batch_pages.chosen(city.session, ids, reader=city.people.handler) == []
