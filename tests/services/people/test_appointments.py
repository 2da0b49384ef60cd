import pytest

from consult.exceptions import Conflict, NotAllowed, NotFound
from consult.services.people import appointments, sessions
from consult.services.people.appointments import BlockReason
from models.ledger import LedgerEntry
from models.person import PersonKind, Role


@pytest.fixture
def city(make):
    return make.agency("市政府")


@pytest.fixture
def bureau(make, city):
    make.agency("公安局", parent=city)
    return make.agency("住建局", parent=city)


@pytest.fixture
def administrator(make, city):
    return make.staff(Role.ADMINISTRATOR, city)


@pytest.fixture
def appoint(session, now):
    def act(person, role, agency, actor):
        appointment = appointments.appoint(
            session, person=person, role=role, agency=agency, actor=actor, now=now
        )
        session.flush()
        return appointment

    return act


def roles(person):
    return [(held.role, held.agency.name) for held in person.appointments]


def test_a_role_is_given_once_and_recorded(make, appoint, administrator, bureau, session):
    person = make.person()
    for _ in range(2):
        appoint(person, Role.ANALYST, bureau, administrator)
    assert roles(person) == [(Role.ANALYST, "住建局")]
    [entry] = session.query(LedgerEntry)
    assert (entry.act, entry.actor_id) == ("person.appointed", administrator.id)
    assert entry.detail == {"agency_id": bureau.id, "role": "analyst"}


def test_an_administrator_appoints_only_below(make, appoint, city, bureau):
    local = make.staff(Role.ADMINISTRATOR, bureau)
    with pytest.raises(NotAllowed):
        appoint(make.person(), Role.ANALYST, city, local)


def test_nobody_appoints_themselves(appoint, administrator, bureau):
    with pytest.raises(NotAllowed, match="themselves"):
        appoint(administrator, Role.ANALYST, bureau, administrator)


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_administrators_appoint(make, appoint, bureau, role):
    with pytest.raises(NotAllowed):
        appoint(make.person(), Role.ANALYST, bureau, make.staff(role, bureau))


def test_administration_and_audit_stay_in_two_hands(make, appoint, administrator, city, bureau):
    auditor = make.staff(Role.AUDITOR, city)
    with pytest.raises(Conflict, match="both"):
        appoint(auditor, Role.ADMINISTRATOR, bureau, administrator)


def test_somebody_without_an_account_holds_no_role(make, appoint, administrator, bureau):
    with pytest.raises(Conflict):
        appoint(make.person(kind=PersonKind.VERIFIED), Role.ANALYST, bureau, administrator)


def test_the_console_appoints_the_first_administrator(make, appoint, city):
    person = make.person()
    appoint(person, Role.ADMINISTRATOR, city, None)
    assert roles(person) == [(Role.ADMINISTRATOR, "市政府")]


def test_a_role_taken_away_is_gone_and_recorded(make, appoint, administrator, bureau, session, now):
    person = make.staff(Role.ANALYST, bureau)
    number = person.appointments[0].id
    appointments.dismiss(session, number=number, actor=administrator, now=now)
    session.flush()
    assert roles(person) == []
    with pytest.raises(NotFound):
        appointments.dismiss(session, number=number, actor=administrator, now=now)


def test_blocking_ends_every_session_and_says_why_by_a_code(make, administrator, session, app, now):
    person = make.person()
    token = sessions.open_session(
        session, person=person, device="", lifetime=app.config["SESSION_LIFETIME"], now=now
    )
    appointments.block(
        session, person=person, reason=BlockReason.SPAM, actor=administrator, now=now
    )
    appointments.unblock(session, person=person, actor=administrator, now=now)
    acts = [(entry.act, entry.detail) for entry in session.query(LedgerEntry)]
    assert acts == [("person.blocked", {"reason": "spam"}), ("person.unblocked", {})]
    assert sessions.person_of(session, token, now=now) is None


def test_a_local_administrator_does_not_shut_out_those_above(make, city, bureau, session, now):
    local, chief = make.staff(Role.ADMINISTRATOR, bureau), make.staff(Role.ASSIGNER, city)
    with pytest.raises(NotAllowed):
        appointments.block(session, person=chief, reason=BlockReason.SPAM, actor=local, now=now)
    assert chief.blocked_at is None
