"""Who may do what, written a second time in the public's words, and compared with the table."""

import pytest

from consult.exceptions import NotAllowed, NotSignedIn
from consult.permissions import Permission, can, require
from models.agency import Agency
from models.decision import Decision
from models.mailbox import Mailbox
from models.person import Appointment, Person, PersonKind, Role
from models.suggestion import Suggestion
from models.topic import Topic, TopicMode

CITY = Agency(id=1, path="/1/", name="市政府")
BUREAU = Agency(id=2, path="/1/2/", name="住建局")
#: Its path begins with the letters of the bureau's, but it is another one.
NEIGHBOUR = Agency(id=21, path="/1/21/", name="公安局")

OPEN_TO_ALL = Topic(id=7, agency=BUREAU, allows_anonymous=True)
ACCOUNTS_ONLY = Topic(id=8, agency=BUREAU, allows_anonymous=False)


def somebody(number, *roles, agency=BUREAU, kind=PersonKind.CITIZEN):
    appointments = [Appointment(role=role, agency=agency) for role in roles]
    return Person(id=number, kind=kind, name=f"{number}", appointments=appointments)


AUTHOR = somebody(1)
PEOPLE = {
    "nobody": None,
    "the author": AUTHOR,
    "another citizen": somebody(2),
    "an organisation": somebody(3, kind=PersonKind.ORGANISATION),
    "somebody with a code": somebody(4, kind=PersonKind.VERIFIED),
    **{role.value: somebody(10 + n, role) for n, role in enumerate(Role)},
}
ABOVE = {role.value: somebody(30 + n, role, agency=CITY) for n, role in enumerate(Role)}
NEXT_DOOR = {role.value: somebody(50 + n, role, agency=NEIGHBOUR) for n, role in enumerate(Role)}

MAILBOX = Mailbox(topic=Topic(id=9, mode=TopicMode.MAILBOX, agency=BUREAU))
MESSAGE = Suggestion(id=11, topic=MAILBOX.topic, author_id=AUTHOR.id)
SUGGESTION = Suggestion(id=5, topic=ACCOUNTS_ONLY, author_id=AUTHOR.id)
DECISION = Decision(id=6, topic=ACCOUNTS_ONLY, proposed_by_id=PEOPLE["handler"].id)

TAKES_PART = {"the author", "another citizen", "an organisation", *(role.value for role in Role)}
WORKS_ON_IT = {"drafter", "analyst", "handler", "unit_leader", "assigner", "supervisor"}

#: Permission → what it is asked about, and who may.
MAY = {
    Permission.TOPIC_DRAFT: (ACCOUNTS_ONLY, {"drafter"}),
    Permission.TOPIC_SEE_DRAFT: (ACCOUNTS_ONLY, WORKS_ON_IT | {"auditor"}),
    Permission.TOPIC_PUBLISH: (ACCOUNTS_ONLY, {"drafter"}),
    Permission.TOPIC_REPORT: (ACCOUNTS_ONLY, {"drafter", "unit_leader", "assigner"}),
    Permission.SUGGESTION_SUBMIT: (ACCOUNTS_ONLY, TAKES_PART),
    Permission.SUGGESTION_CHANGE: (SUGGESTION, {"the author"}),
    Permission.SUGGESTION_SUPPORT: (SUGGESTION, TAKES_PART - {"the author"}),
    Permission.SUGGESTION_REFUSE: (SUGGESTION, {"analyst"}),
    Permission.SUGGESTION_READ_HIDDEN: (SUGGESTION, WORKS_ON_IT | {"the author"}),
    Permission.SUGGESTION_IMPORT: (ACCOUNTS_ONLY, {"drafter", "analyst"}),
    Permission.SUGGESTION_EXPORT: (ACCOUNTS_ONLY, WORKS_ON_IT | {"auditor"}),
    Permission.CONTACT_REVEAL: (SUGGESTION, {"analyst", "handler"}),
    Permission.CLUSTER_OBJECT: (SUGGESTION, {"the author"}),
    Permission.CLUSTER_SEE_BOARD: (ACCOUNTS_ONLY, WORKS_ON_IT | {"auditor"}),
    Permission.CLUSTER_REVIEW: (ACCOUNTS_ONLY, {"analyst"}),
    Permission.CLUSTER_REGROUP: (ACCOUNTS_ONLY, {"analyst"}),
    Permission.DECISION_PROPOSE: (ACCOUNTS_ONLY, {"analyst", "handler"}),
    Permission.DECISION_APPROVE: (DECISION, {"unit_leader", "assigner"}),
    Permission.DECISION_PUBLISH: (ACCOUNTS_ONLY, {"unit_leader", "assigner"}),
    Permission.MAILBOX_MANAGE: (MAILBOX, {"drafter", "assigner"}),
    Permission.CALENDAR_EDIT: (BUREAU, {"administrator", "assigner"}),
    Permission.NUMBERS_SEE: (
        BUREAU,
        {"handler", "unit_leader", "assigner", "supervisor", "auditor"},
    ),
    Permission.SURGE_ACT: (BUREAU, {"assigner", "supervisor"}),
    Permission.SUPERVISION_SET: (BUREAU, {"assigner", "supervisor"}),
    Permission.AGENCY_MANAGE: (BUREAU, {"administrator"}),
    Permission.PERSON_APPOINT: (BUREAU, {"administrator"}),
    Permission.LEDGER_READ: (BUREAU, {"auditor"}),
    Permission.OPERATIONS_SEE: (BUREAU, {"administrator", "auditor"}),
    Permission.OPERATIONS_ACT: (BUREAU, {"administrator"}),
}
#: What a citizen does as a citizen; no role is asked for, so no agency matters.
AS_A_CITIZEN = {
    Permission.SUGGESTION_SUBMIT,
    Permission.SUGGESTION_CHANGE,
    Permission.SUGGESTION_SUPPORT,
    Permission.CLUSTER_OBJECT,
}


def test_every_permission_stands_in_both_tables():
    assert set(MAY) == set(Permission)


@pytest.mark.parametrize("permission", Permission)
@pytest.mark.parametrize("name", PEOPLE)
def test_who_may_do_what_in_their_own_agency(permission, name):
    subject, allowed = MAY[permission]
    assert can(PEOPLE[name], permission, subject) is (name in allowed)


@pytest.mark.parametrize("permission", sorted(set(Permission) - AS_A_CITIZEN))
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_role_reaches_the_agencies_below(permission, role):
    subject, allowed = MAY[permission]
    assert can(ABOVE[role], permission, subject) is (role in allowed)


@pytest.mark.parametrize("permission", sorted(set(Permission) - AS_A_CITIZEN))
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_role_is_worth_nothing_in_another_agency(permission, role):
    subject, _allowed = MAY[permission]
    assert not can(NEXT_DOOR[role], permission, subject)


@pytest.mark.parametrize("permission", sorted(set(Permission) - AS_A_CITIZEN))
@pytest.mark.parametrize("role", [role.value for role in Role])
def test_a_role_below_does_not_reach_up(permission, role):
    assert not can(PEOPLE[role], permission, CITY)


def test_with_a_code_one_takes_part_only_where_the_consultation_allows_it():
    person = PEOPLE["somebody with a code"]
    assert can(person, Permission.SUGGESTION_SUBMIT, OPEN_TO_ALL)
    assert not can(person, Permission.SUGGESTION_SUBMIT, ACCOUNTS_ONLY)


@pytest.mark.parametrize(
    "permission",
    [
        Permission.SUGGESTION_READ_HIDDEN,
        Permission.SUGGESTION_REFUSE,
        Permission.CONTACT_REVEAL,
    ],
)
def test_a_message_is_not_open_to_all_who_work_for_the_agency_of_its_mailbox(permission):
    """Who has to do with its case is asked of the case, see test_reports.py."""
    may = {name for name, person in PEOPLE.items() if can(person, permission, MESSAGE)}
    assert may == ({"the author"} & MAY[permission][1])


def test_nobody_approves_their_own_proposal():
    proposer = somebody(80, Role.ANALYST, Role.UNIT_LEADER)
    own = Decision(id=9, topic=ACCOUNTS_ONLY, proposed_by_id=proposer.id)
    assert can(proposer, Permission.DECISION_APPROVE, DECISION)
    assert not can(proposer, Permission.DECISION_APPROVE, own)


def test_the_administrator_reads_nothing_confidential():
    closed = {
        Permission.SUGGESTION_READ_HIDDEN,
        Permission.CONTACT_REVEAL,
        Permission.LEDGER_READ,
        Permission.CLUSTER_SEE_BOARD,
        Permission.SUGGESTION_EXPORT,
    }
    assert not [one for one in closed if can(PEOPLE["administrator"], one, MAY[one][0])]


def test_the_auditor_changes_nothing():
    reads = {one for one, (_subject, allowed) in MAY.items() if "auditor" in allowed}
    assert reads == {
        Permission.TOPIC_SEE_DRAFT,
        Permission.SUGGESTION_EXPORT,
        Permission.CLUSTER_SEE_BOARD,
        Permission.LEDGER_READ,
        Permission.NUMBERS_SEE,
        Permission.OPERATIONS_SEE,
        *(AS_A_CITIZEN - {Permission.SUGGESTION_CHANGE, Permission.CLUSTER_OBJECT}),
    }


@pytest.mark.parametrize("permission", Permission)
def test_whoever_is_blocked_may_do_nothing(permission, now):
    person = somebody(1, *Role)
    person.blocked_at = now
    assert not can(person, permission, MAY[permission][0])


def test_a_refusal_tells_a_stranger_to_sign_in_and_a_citizen_that_they_may_not():
    with pytest.raises(NotSignedIn):
        require(None, Permission.SUGGESTION_SUBMIT, OPEN_TO_ALL)
    with pytest.raises(NotAllowed):
        require(PEOPLE["another citizen"], Permission.TOPIC_DRAFT, OPEN_TO_ALL)
