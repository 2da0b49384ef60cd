"""Which cases somebody may see, in SQL and one by one: the two must agree."""

import pytest
from sqlalchemy import select

from consult.services.caseload import sight
from consult.services.handling.moves import Party
from consult.services.handling.parties import may_see, parties
from models.case import Case
from models.person import Appointment, Role
from tests.services.caseload.scenes import every_desk, reported


def listed(session, person):
    return set(session.scalars(select(Case.id).where(sight.visible(person))))


def one_by_one(session, person):
    return {
        case.id
        for case in session.scalars(select(Case))
        if may_see(case, person) and Party.AUTHOR not in parties(case, person)
    }


@pytest.fixture
def people(city, make):
    """Everybody of the city, and some whom the rules should keep out or let in."""
    others = {
        "auditor": make.staff(Role.AUDITOR, city.mailbox.topic.agency),
        "administrator": make.staff(Role.ADMINISTRATOR, city.mailbox.topic.agency),
        "analyst": make.staff(Role.ANALYST, city.lamps),
        "team below": make.staff(Role.HANDLER, make.agency("灯管一队", city.lamps)),
        "assigner of the unit": make.staff(Role.ASSIGNER, city.lamps),
        "inspecting reader": make.staff(Role.SUPERVISOR, city.mailbox.report_unit),
        "of another city": make.staff(Role.ASSIGNER, make.agency("邻市")),
        "blocked": make.staff(Role.ASSIGNER, city.mailbox.topic.agency, blocked_at=city.clock()),
    }
    twice = make.staff(Role.ASSIGNER, city.mailbox.report_unit)
    twice.appointments.append(Appointment(role=Role.HANDLER, agency=city.lamps))
    return vars(city.people) | others | {"inspector of the unit named": twice}


def test_lists_show_exactly_what_may_be_seen(city, people):
    every_desk(city)
    city.session.flush()

    for name, person in people.items():
        shown, allowed = listed(city.session, person), one_by_one(city.session, person)
        assert shown == allowed, name


def test_a_report_is_seen_where_it_is_received_and_nowhere_else(city, people):
    case = reported(city)

    seeing = {name for name, person in people.items() if case.id in listed(city.session, person)}
    assert seeing == {"inspector", "inspecting reader"}


def test_nobody_finds_a_message_of_their_own_among_the_work(city, make):
    clerk = make.staff(Role.ASSIGNER, city.mailbox.topic.agency)
    own = city.send("我自己的留言", author=clerk)

    assert own.id not in listed(city.session, clerk)
    assert own.id in listed(city.session, city.people.assigner)


def test_the_mailboxes_of_a_unit_are_those_whose_cases_it_has(city, make):
    make.mailbox(agency=make.agency("邻市"))
    handler = city.people.handler
    assert city.session.scalars(sight.mailboxes(handler)).all() == []

    city.assigned()
    city.session.flush()
    assert city.session.scalars(sight.mailboxes(handler)).all() == [city.mailbox]
