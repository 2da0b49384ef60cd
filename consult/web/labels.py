"""What the members of our enumerations are called on a page."""

from enum import StrEnum

from flask_babel import LazyString, get_locale
from flask_babel import lazy_gettext as _l

from consult.services.grouping.boards import BoardFilter, BoardSort
from consult.services.grouping.clusters import GroupSort
from consult.services.people.appointments import BlockReason
from consult.services.suggesting.contacts import RevealReason
from consult.services.suggesting.my_suggestions import Standing
from consult.services.suggesting.stages import Stage
from consult.services.suggesting.suggestion_lists import Sort
from consult.services.suggesting.suggestions import RefusalReason
from consult.text.personal_data import PersonalDataKind
from consult.web.case_labels import CASE_LABELS
from consult.web.reply_labels import REPLY_LABELS
from consult.web.supervision_labels import SUPERVISION_LABELS
from models.agency import Agency, Region
from models.cluster import ClusterActKind, Verdict
from models.decision import DecisionState, Outcome, UsedFor
from models.notice import NoticeKind
from models.person import PersonKind, Role
from models.run import LineageEvent, RunCause, RunState
from models.suggestion import Channel, SuggestionKind, SuggestionStatus
from models.surge import Level, SurgeAbout, SurgeVerdict
from models.topic import TopicKind, TopicMode, TopicState, WindowChangeKind
from models.transfer import TransferKind, TransferState

#: Pairs, not a dict: members of two enumerations may be equal as strings.
LABELS: list[tuple[StrEnum, LazyString]] = [
    (TopicMode.CONSULTATION, _l("Consultation")),
    (TopicMode.MAILBOX, _l("Standing mailbox")),
    (TopicMode.CAMPAIGN, _l("Campaign")),
    (TopicKind.LAW, _l("Law")),
    (TopicKind.ADMINISTRATIVE_REGULATION, _l("Administrative regulation")),
    (TopicKind.RULE, _l("Government rule")),
    (TopicKind.NORMATIVE_DOCUMENT, _l("Normative document")),
    (TopicKind.MAJOR_DECISION, _l("Major administrative decision")),
    (TopicKind.PLAN, _l("Plan")),
    (TopicKind.LIVELIHOOD, _l("Livelihood project")),
    (TopicKind.OTHER, _l("Other")),
    (TopicState.DRAFT, _l("Draft")),
    (TopicState.PLANNED, _l("Planned")),
    (TopicState.OPEN, _l("Open")),
    (TopicState.CLOSED, _l("Closed")),
    (TopicState.ANALYSING, _l("Under consideration")),
    (TopicState.REPORTED, _l("Reported")),
    (TopicState.ENACTED, _l("Enacted")),
    (TopicState.EVALUATED, _l("Evaluated")),
    (WindowChangeKind.EXTENDED, _l("Extended")),
    (WindowChangeKind.CLOSED_EARLY, _l("Closed early")),
    (SuggestionKind.ADVICE, _l("Suggestion")),
    (SuggestionKind.QUESTION, _l("Question")),
    (SuggestionKind.HELP, _l("Request for help")),
    (SuggestionKind.COMPLAINT, _l("Complaint")),
    (SuggestionKind.REPORT, _l("Report of wrongdoing")),
    (SuggestionKind.PRAISE, _l("Thanks")),
    (SuggestionStatus.RECEIVED, _l("Received")),
    (SuggestionStatus.CONFIDENTIAL, _l("Received in confidence")),
    (SuggestionStatus.NOT_ACCEPTED, _l("Not accepted")),
    (SuggestionStatus.WITHDRAWN, _l("Withdrawn")),
    (Channel.WEB, _l("Web")),
    (Channel.TELEPHONE, _l("Telephone")),
    (Channel.LETTER, _l("Letter")),
    (Channel.MAIL, _l("E-mail")),
    (Channel.VISIT, _l("Visit")),
    (Channel.MEETING, _l("Meeting")),
    (Channel.IMPORT, _l("Import")),
    (Channel.API, _l("Interface")),
    (PersonKind.CITIZEN, _l("Citizen")),
    (PersonKind.ORGANISATION, _l("Organisation")),
    (PersonKind.VERIFIED, _l("Checked by phone or mail")),
    (PersonKind.IMPORTED, _l("Imported")),
    (Role.DRAFTER, _l("Drafter")),
    (Role.ANALYST, _l("Analyst")),
    (Role.HANDLER, _l("Handler")),
    (Role.UNIT_LEADER, _l("Unit leader")),
    (Role.ASSIGNER, _l("Assigner")),
    (Role.SUPERVISOR, _l("Supervisor")),
    (Role.AUDITOR, _l("Auditor")),
    (Role.ADMINISTRATOR, _l("Administrator")),
    (Outcome.ADOPTED, _l("Adopted")),
    (Outcome.PARTLY_ADOPTED, _l("Partly adopted")),
    (Outcome.NOT_ADOPTED, _l("Not adopted")),
    (Outcome.IN_PLACE, _l("Already in place")),
    (Outcome.NOTED, _l("Noted for later")),
    (Outcome.OUT_OF_SCOPE, _l("Out of scope")),
    (UsedFor.LIVELIHOOD, _l("A measure for people's livelihood")),
    (UsedFor.BETTER_WORK, _l("Better work")),
    (UsedFor.LEGISLATION, _l("Making or amending law")),
    (UsedFor.CONGRESS_OVERSIGHT, _l("Oversight by the People's Congress")),
    (UsedFor.DEPUTY_MOTION, _l("A deputy's motion")),
    (UsedFor.DECISION_REFERENCE, _l("Reference for decisions")),
    (UsedFor.OTHER, _l("Other use")),
    (DecisionState.PROPOSED, _l("Awaiting approval")),
    (DecisionState.RETURNED, _l("Returned")),
    (DecisionState.APPROVED, _l("Approved")),
    (DecisionState.PUBLISHED, _l("Published")),
    (DecisionState.WITHDRAWN, _l("Decision withdrawn")),
    (ClusterActKind.RENAME, _l("Renamed")),
    (ClusterActKind.CONFIRM, _l("Confirmed")),
    (ClusterActKind.MOVE, _l("Member moved")),
    (ClusterActKind.MERGE, _l("Merged")),
    (ClusterActKind.SPLIT, _l("Split")),
    (ClusterActKind.PAIR, _l("Pair judged")),
    (Verdict.SAME, _l("The same")),
    (Verdict.DIFFERENT, _l("Not the same")),
    (BoardSort.SIZE, _l("Most suggestions")),
    (BoardSort.SUPPORT, _l("Most people")),
    (BoardSort.GROWTH, _l("Growing fastest")),
    (BoardSort.NEWEST, _l("Newest")),
    (BoardSort.UNDECIDED, _l("Undecided first")),
    (BoardSort.UNCERTAIN, _l("Most uncertain")),
    (BoardSort.THEME, _l("By theme")),
    (BoardFilter.CONFIRMED, _l("Confirmed")),
    (BoardFilter.UNCONFIRMED, _l("Not confirmed")),
    (BoardFilter.DECIDED, _l("Decided")),
    (BoardFilter.UNDECIDED, _l("Without a decision")),
    (BoardFilter.SEVERAL, _l("More than one suggestion")),
    (BoardFilter.CAMPAIGN, _l("Campaigns")),
    (BoardFilter.OBJECTIONS, _l("With objections")),
    (GroupSort.SUPPORT, _l("Most people")),
    (GroupSort.SIZE, _l("Most suggestions")),
    (GroupSort.NEWEST, _l("Newest")),
    (GroupSort.THEME, _l("By theme")),
    (RunCause.MANUAL, _l("By hand")),
    (RunCause.GROWTH, _l("By growth")),
    (RunCause.NIGHTLY, _l("By night")),
    (RunCause.IMPORT, _l("After an import")),
    (RunCause.ROLLBACK, _l("Roll-back")),
    (RunState.QUEUED, _l("Waiting its turn")),
    (RunState.RUNNING, _l("Running")),
    (RunState.FINISHED, _l("Finished")),
    (RunState.FAILED, _l("Failed")),
    (TransferKind.IMPORT, _l("Import")),
    (TransferKind.EXPORT, _l("Export")),
    (TransferState.QUEUED, _l("Waiting its turn")),
    (TransferState.RUNNING, _l("Running")),
    (TransferState.FINISHED, _l("Finished")),
    (TransferState.FAILED, _l("Failed")),
    (TransferState.CANCELLED, _l("Cancelled")),
    (LineageEvent.BORN, _l("Began")),
    (LineageEvent.GREW, _l("Grew")),
    (LineageEvent.SHRANK, _l("Shrank")),
    (LineageEvent.SPLIT, _l("Split off")),
    (LineageEvent.MERGED, _l("Merged in")),
    (LineageEvent.RETIRED, _l("Retired")),
    (LineageEvent.REVIVED, _l("Revived")),
    (NoticeKind.DECIDED, _l("Decision published")),
    (NoticeKind.ENACTED, _l("Policy enacted")),
    (NoticeKind.OBJECTION_SETTLED, _l("Correction answered")),
    (NoticeKind.INVITED, _l("Invitation to a consultation")),
    (BlockReason.ABUSE, _l("Abuse of others")),
    (BlockReason.SPAM, _l("Advertising or flooding")),
    (BlockReason.IMPERSONATION, _l("Passes for somebody else")),
    (BlockReason.SECURITY, _l("The account may be in strange hands")),
    (BlockReason.LEFT, _l("Has left the service")),
    (BlockReason.OWN_WISH, _l("At their own request")),
    (Level.NONE, _l("No alarm")),
    (Level.BLUE, _l("Blue")),
    (Level.YELLOW, _l("Yellow")),
    (Level.ORANGE, _l("Orange")),
    (Level.RED, _l("Red")),
    (SurgeAbout.MAILBOX, _l("Whole mailbox")),
    (SurgeAbout.DOMAIN, _l("Domain")),
    (SurgeAbout.REGION, _l("Region")),
    (SurgeAbout.UNIT, _l("Handling unit")),
    (SurgeAbout.GROUP, _l("Group of like messages")),
    (SurgeVerdict.REAL, _l("A real surge")),
    (SurgeVerdict.EXPLAINED, _l("Explained by something known")),
    (SurgeVerdict.FALSE, _l("A false alarm")),
    (Sort.NEWEST, _l("Newest first")),
    (Sort.OLDEST, _l("Oldest first")),
    (Sort.SUPPORTED, _l("Most supported first")),
    (Standing.STANDING, _l("Counting")),
    (Standing.WITHDRAWN, _l("Withdrawn")),
    (Standing.NOT_ACCEPTED, _l("Not accepted")),
    (Stage.WITHDRAWN, _l("Withdrawn")),
    (Stage.NOT_ACCEPTED, _l("Not accepted")),
    (Stage.RECEIVED, _l("Received")),
    (Stage.GROUPED, _l("Grouped")),
    (Stage.DECIDED, _l("Answered")),
    (Stage.ENACTED, _l("Enacted")),
    (PersonalDataKind.EMAIL, _l("E-mail address")),
    (PersonalDataKind.IDENTITY_CARD, _l("Identity card number")),
    (PersonalDataKind.PASSPORT, _l("Passport number")),
    (PersonalDataKind.WECHAT, _l("WeChat name")),
    (PersonalDataKind.QQ, _l("QQ number")),
    (PersonalDataKind.MOBILE, _l("Mobile number")),
    (PersonalDataKind.LANDLINE, _l("Telephone number")),
    (PersonalDataKind.BANK_CARD, _l("Bank card number")),
    (PersonalDataKind.NUMBER_PLATE, _l("Number plate")),
    (PersonalDataKind.DOOR, _l("Home address")),
    (RevealReason.ASK_MORE, _l("To ask for more detail")),
    (RevealReason.CHECK_FACTS, _l("To check the facts")),
    (RevealReason.REPLY, _l("To reply")),
    (RevealReason.VISIT, _l("To visit")),
    (RefusalReason.OFF_TOPIC, _l("It is not about this consultation")),
    (
        RefusalReason.OTHER_CHANNEL,
        _l("It is a matter for another channel, such as a petition or 12345"),
    ),
    (RefusalReason.EMPTY, _l("It makes no request that could be understood")),
    (RefusalReason.ABUSIVE, _l("It insults people")),
    (RefusalReason.OTHERS_PRIVACY, _l("It discloses other people's private affairs")),
    (RefusalReason.ADVERTISING, _l("It is advertising")),
    (RefusalReason.UNLAWFUL, _l("Its content is unlawful")),
    *CASE_LABELS,
    *REPLY_LABELS,
    *SUPERVISION_LABELS,
]
_BY_TYPE = {(type(member), member.value): text for member, text in LABELS}


def label(member: StrEnum) -> LazyString | str:
    """What ``member`` is called; its value if nobody has named it."""
    return _BY_TYPE.get((type(member), member.value), member.value)


def refusal_reason(code: str) -> LazyString | str:
    """The sentence for a stored reason; one that came with an import is a sentence already."""
    return label(RefusalReason(code)) if code in set(RefusalReason) else code


def named(thing: Agency | Region) -> str:
    """The name of an agency or a region in the reader's language, where it has one."""
    reads_english = str(get_locale()).startswith("en")
    return (thing.name_en if reads_english else "") or thing.name


def choices(members: type[StrEnum]) -> list[tuple[str, LazyString | str]]:
    """Value and label of each member, for a select field."""
    return [(member.value, label(member)) for member in members]
