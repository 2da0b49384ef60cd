"""Who may do what: the one table of permissions.

A rule is a list of rows; a person may do it if every predicate of one row holds.
Roles are held in an agency and reach the agencies below it. What a topic's state
allows is asked apart, in :mod:`consult.services.consultations.phases`.
"""

from collections.abc import Callable
from enum import StrEnum

from consult.exceptions import NotAllowed, NotSignedIn
from models.agency import Agency
from models.cluster import Cluster
from models.decision import Decision
from models.mailbox import Mailbox
from models.person import Person, PersonKind, Role
from models.suggestion import Suggestion
from models.topic import Topic

Predicate = Callable[[Person | None, object], bool]


class Permission(StrEnum):
    """Named ``<thing>:<act>``. Use the member, never the string."""

    TOPIC_DRAFT = "topic:draft"
    TOPIC_SEE_DRAFT = "topic:see_draft"
    TOPIC_PUBLISH = "topic:publish"
    TOPIC_REPORT = "topic:report"
    SUGGESTION_SUBMIT = "suggestion:submit"
    SUGGESTION_CHANGE = "suggestion:change"
    SUGGESTION_SUPPORT = "suggestion:support"
    SUGGESTION_REFUSE = "suggestion:refuse"
    SUGGESTION_READ_HIDDEN = "suggestion:read_hidden"
    SUGGESTION_IMPORT = "suggestion:import"
    SUGGESTION_EXPORT = "suggestion:export"
    CONTACT_REVEAL = "contact:reveal"
    CLUSTER_OBJECT = "cluster:object"
    CLUSTER_SEE_BOARD = "cluster:see_board"
    CLUSTER_REVIEW = "cluster:review"
    CLUSTER_REGROUP = "cluster:regroup"
    DECISION_PROPOSE = "decision:propose"
    DECISION_APPROVE = "decision:approve"
    DECISION_PUBLISH = "decision:publish"
    MAILBOX_MANAGE = "mailbox:manage"
    SURGE_ACT = "surge:act"
    CALENDAR_EDIT = "calendar:edit"
    NUMBERS_SEE = "numbers:see"
    SUPERVISION_SET = "supervision:set"
    AGENCY_MANAGE = "agency:manage"
    PERSON_APPOINT = "person:appoint"
    LEDGER_READ = "ledger:read"
    OPERATIONS_SEE = "operations:see"
    OPERATIONS_ACT = "operations:act"


def agency_of(subject: object) -> Agency | None:
    """The agency that a thing belongs to; None for what belongs to none."""
    match subject:
        case Agency():
            return subject
        case Topic():
            return subject.agency
        case Suggestion() | Cluster() | Decision() | Mailbox():
            return subject.topic.agency
    return None


def signed_in(person: Person | None, subject: object) -> bool:
    """Anybody who is known."""
    return person is not None


def author(person: Person | None, subject: object) -> bool:
    """Whoever wrote the suggestion."""
    return isinstance(subject, Suggestion) and person is not None and subject.author_id == person.id


def not_author(person: Person | None, subject: object) -> bool:
    """Anybody but whoever wrote it."""
    return not author(person, subject)


def not_proposer(person: Person | None, subject: object) -> bool:
    """Anybody but whoever proposed the decision: the second pair of eyes."""
    return not (
        isinstance(subject, Decision) and person is not None and subject.proposed_by_id == person.id
    )


def not_message(person: Person | None, subject: object) -> bool:
    """Anything but a message to a mailbox: who has to do with its case is asked in handling.sight."""
    return not (isinstance(subject, Suggestion) and subject.is_message)


def anonymous_where_allowed(person: Person | None, subject: object) -> bool:
    """Somebody without an account, after a check by telephone or mail, where the topic allows it."""
    if person is None or person.kind is not PersonKind.VERIFIED:
        return True
    topic = subject if isinstance(subject, Topic) else getattr(subject, "topic", None)
    return isinstance(topic, Topic) and topic.allows_anonymous


def holds(*roles: Role) -> Predicate:
    """One of ``roles`` is held in the agency of the subject or one above it.

    Without a subject that has an agency, holding it anywhere is enough.
    """

    def predicate(person: Person | None, subject: object) -> bool:
        if person is None or not person.is_active:
            return False
        agency = agency_of(subject)
        return any(
            appointment.role in roles and (agency is None or agency.is_within(appointment.agency))
            for appointment in person.appointments
        )

    return predicate


drafter = holds(Role.DRAFTER)
analyst = holds(Role.ANALYST)
approver = holds(Role.UNIT_LEADER, Role.ASSIGNER)
administrator = holds(Role.ADMINISTRATOR)
auditor = holds(Role.AUDITOR)
#: Everybody who works on a topic; the administrator is not among them.
working_staff = holds(
    Role.DRAFTER,
    Role.ANALYST,
    Role.HANDLER,
    Role.UNIT_LEADER,
    Role.ASSIGNER,
    Role.SUPERVISOR,
)

RULES: dict[Permission, list[list[Predicate]]] = {
    Permission.TOPIC_DRAFT: [[drafter]],
    Permission.TOPIC_SEE_DRAFT: [[working_staff], [auditor]],
    Permission.TOPIC_PUBLISH: [[drafter]],
    Permission.TOPIC_REPORT: [[drafter], [approver]],
    Permission.SUGGESTION_SUBMIT: [[signed_in, anonymous_where_allowed]],
    Permission.SUGGESTION_CHANGE: [[author]],
    Permission.SUGGESTION_SUPPORT: [[signed_in, not_author, anonymous_where_allowed]],
    Permission.SUGGESTION_REFUSE: [[analyst, not_message]],
    Permission.SUGGESTION_READ_HIDDEN: [[author], [working_staff, not_message]],
    Permission.SUGGESTION_IMPORT: [[drafter], [analyst]],
    Permission.SUGGESTION_EXPORT: [[working_staff], [auditor]],
    Permission.CONTACT_REVEAL: [[holds(Role.ANALYST, Role.HANDLER), not_message]],
    Permission.CLUSTER_OBJECT: [[author]],
    Permission.CLUSTER_SEE_BOARD: [[working_staff], [auditor]],
    Permission.CLUSTER_REVIEW: [[analyst]],
    Permission.CLUSTER_REGROUP: [[analyst]],
    Permission.DECISION_PROPOSE: [[analyst], [holds(Role.HANDLER)]],
    Permission.DECISION_APPROVE: [[approver, not_proposer]],
    Permission.DECISION_PUBLISH: [[approver]],
    Permission.MAILBOX_MANAGE: [[drafter], [holds(Role.ASSIGNER)]],
    Permission.SURGE_ACT: [[holds(Role.ASSIGNER, Role.SUPERVISOR)]],
    Permission.CALENDAR_EDIT: [[administrator], [holds(Role.ASSIGNER)]],
    Permission.NUMBERS_SEE: [
        [holds(Role.HANDLER, Role.UNIT_LEADER, Role.ASSIGNER, Role.SUPERVISOR)],
        [auditor],
    ],
    Permission.SUPERVISION_SET: [[holds(Role.ASSIGNER, Role.SUPERVISOR)]],
    Permission.AGENCY_MANAGE: [[administrator]],
    Permission.PERSON_APPOINT: [[administrator]],
    Permission.LEDGER_READ: [[auditor]],
    Permission.OPERATIONS_SEE: [[administrator], [auditor]],
    Permission.OPERATIONS_ACT: [[administrator]],
}


def can(person: Person | None, permission: Permission, subject: object = None) -> bool:
    """Say whether ``person`` may do this to ``subject``."""
    if person is not None and not person.is_active:
        return False
    return any(all(rule(person, subject) for rule in row) for row in RULES[permission])


def require(person: Person | None, permission: Permission, subject: object = None) -> None:
    """Go on quietly, or raise.

    :raises NotSignedIn: if nobody is signed in and signing in could help.
    :raises NotAllowed: if this person may not.
    """
    if can(person, permission, subject):
        return
    if person is None:
        raise NotSignedIn
    raise NotAllowed
