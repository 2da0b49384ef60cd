"""A mailbox with one message at each desk, and the addresses of the pages about them."""

from models.case import (
    Assignment,
    Case,
    CaseState,
    CaseStep,
    Clock,
    ClockKind,
)
from models.casework import CaseFile, CaseNote, Meeting, MeetingOutcome
from models.duty import DutyCause, DutyPage
from models.extension import ExtensionRequest
from models.mailbox import TimeUnit
from models.reply import Rating, Reply, ReplyLine, ReplyReview, ReplyStage, ReturnReason, Visit
from models.reply_template import ReplyTemplate
from models.suggestion import SuggestionKind, SuggestionStatus
from tests.web.rules_world import Rules
from tests.web.supervision_world import Supervision
from tests.web.surge_world import Surges


class Board:
    """Of ``agency``; what is written in public comes from ``say``, the rest from ``hidden_say``."""

    def __init__(self, make, agency, *, say, hidden_say, author):
        self.make, self.agency, self.say, self.hidden_say = make, agency, say, hidden_say
        self.mailbox = make.mailbox(agency=agency, guidance=say("guidance"))
        self.mailbox.addressee, self.mailbox.statement = say("addressee"), say("statement")
        self.topic = self.mailbox.topic
        self.topic.title = say("mailbox")
        self.officer = make.person(hidden_say("officer"))
        self.working = self._case(CaseState.IN_PROGRESS)
        self.drafted = self._case(CaseState.REPLY_DRAFTED, ReplyStage.UNIT_LEADER)
        self.replied = self._case(
            CaseState.REPLIED, ReplyStage.PUBLISHED, publish_text=True, author=author
        )
        self.no = self.replied.suggestion.no
        self.report = self._case(
            CaseState.SUBMITTED, kind=SuggestionKind.REPORT, status=SuggestionStatus.CONFIDENTIAL
        )
        self.report.confidential, self.report.named_unit = True, agency
        self._beside()

    def _case(self, state, stage=None, **values):
        """A message in ``state``, with its clock, its steps and (in ``stage``) its reply."""
        make, now = self.make, self.make.clock()
        say = self.say if values.get("publish_text") else self.hidden_say
        suggestion = make.suggestion(
            self.topic,
            say("message title"),
            facts=say("message facts"),
            proposal=say("message proposal"),
            place=say("message place"),
            **{"publish_text": False, "author": make.person(self.hidden_say("message author"))}
            | values,
        )
        case = make._add(
            Case(
                topic=self.topic,
                mailbox=self.mailbox,
                suggestion=suggestion,
                state=state,
                unit=self.agency,
                month="2026-06",
                created_at=now,
            )
        )
        case.clocks.append(
            Clock(
                kind=ClockKind.REPLY,
                turn=1,
                started_at=now,
                due_at=now,
                amount=5,
                unit=TimeUnit.WORKING_DAYS,
            )
        )
        case.assignments.append(
            Assignment(unit=self.agency, assigned_by=self.officer, reason=self.hidden_say("why"))
        )
        case.steps.append(
            CaseStep(
                act="assign",
                state_before=CaseState.ACCEPTED,
                state_after=state,
                round=1,
                actor=self.officer,
                reason=self.hidden_say("step"),
                shown=False,
            )
        )
        if stage is not None:
            self._reply(case, stage, say)
        return case

    def _reply(self, case, stage, say):
        reply = Reply(
            case=case,
            round=1,
            stage=stage,
            unit=self.agency,
            text=say("reply"),
            public_text=say("reply"),
            mail_text=self.hidden_say("letter"),
            outcome="solved",
            drafted_by=self.officer,
            drafted_at=self.make.clock(),
            published_at=self.make.clock() if stage is ReplyStage.PUBLISHED else None,
        )
        reply.reviews.append(
            ReplyReview(
                stage=ReplyStage.UNIT_LEADER,
                reviewer=self.officer,
                passed=False,
                reason=ReturnReason.TONE,
                note=self.hidden_say("review"),
                text=self.hidden_say("reply before"),
            )
        )
        self.make._add(reply)

    def _beside(self):
        add = self.make._add
        self.replied.replied_at = self.make.clock()
        add(
            Rating(
                case=self.replied, round=1, solved=2, attitude=3, speed=4, words=self.say("rating")
            )
        )
        member = self._case(CaseState.MERGED)
        member.joined_to = self.drafted
        add(
            ReplyLine(
                reply_id=self.make.session.query(Reply).filter_by(case_id=self.drafted.id).one().id,
                case=member,
                text=self.hidden_say("line"),
            )
        )
        self.template = add(
            ReplyTemplate(
                mailbox=self.mailbox,
                name=self.hidden_say("template"),
                page_text=self.hidden_say("page text"),
                mail_text=self.hidden_say("mail text"),
                made_by=self.officer,
            )
        )
        add(
            ExtensionRequest(
                case=self.working,
                round=1,
                asked_by=self.officer,
                reason=self.hidden_say("more time"),
            )
        )
        add(
            Visit(
                case=self.replied,
                round=1,
                by_assigner=False,
                person=self.officer,
                result="reached",
                satisfied=False,
                note=self.hidden_say("visit"),
            )
        )

        self._papers()
        self.alarm = self._alarm()
        self.rules = Rules(self.make, self.mailbox, self.officer, say=self.hidden_say)
        self.supervision = Supervision(
            self.make,
            self.agency,
            self.working,
            self.officer,
            say=self.say,
            hidden_say=self.hidden_say,
        )
        self.surges = Surges(
            self.make,
            self.mailbox,
            [self.working, self.replied],
            self.officer,
            say=self.hidden_say,
        )

    def _alarm(self):
        """What waits for somebody to take it in hand, and one that somebody has."""
        about = {"mailbox": self.mailbox, "cause": DutyCause.URGENT_CASE, "level": "danger"}
        add, now = self.make._add, self.make.clock()
        add(
            DutyPage(
                key=f"taken:{self.topic.id}",
                case=self.replied,
                officer=self.officer,
                acknowledged_at=now,
                acknowledged_by=self.officer,
                note=self.hidden_say("what is done"),
                created_at=now,
                **about,
            )
        )
        title = self.hidden_say("alarm")
        return add(DutyPage(key=f"waits:{self.topic.id}", title=title, created_at=now, **about))

    def _papers(self):
        """What offices keep about the case in hand."""
        add, say, case = self.make._add, self.hidden_say, self.working
        add(CaseNote(case=case, text=say("note"), author=self.officer, round=1))
        self.meeting = add(
            Meeting(
                case=case,
                held_on=self.make.clock().date(),
                subject=say("meeting"),
                outcome=MeetingOutcome.AGREED,
                decision=say("agreement"),
                minutes=say("minutes"),
                recorded_by=self.officer,
                round=1,
                units=[self.agency],
            )
        )
        self.case_file = add(
            CaseFile(
                case=case,
                filename=say("case file") + ".txt",
                media_type="text/plain",
                size=3,
                sha256="b" * 64,
                added_by=self.officer,
            )
        )

    def values(self, endpoint):
        """What stands in the places of an address about the board, beside those of the world."""
        if not endpoint.startswith(("handling.", "mailboxes.", "supervising.")):
            return {}
        case = {
            "handling.review": self.drafted,
            "handling.review_reply": self.drafted,
            "handling.visits": self.replied,
        }.get(endpoint, self.working)
        return {
            "slug": self.agency.slug if "annual_report" in endpoint else self.topic.slug,
            "digest_id": self.supervision.digest.id,
            "rule_id": 1,
            "day": "2026-05-01",
            "year": 2026,
            "extension": "csv",
            "case_id": case.id,
            "no": self.no,
            "template_id": self.template.id,
            "meeting_id": self.meeting.id,
            "file_id": self.case_file.id,
            "act": "supplement" if endpoint == "mailboxes.act" else "reassign",
            **({"number": self.alarm.id} if endpoint == "handling.acknowledge" else {}),
            **self.surges.values(endpoint),
        }
