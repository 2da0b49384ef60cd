"""A consultation with one of everything, and the address of every page about it."""

from flask import g

from models.attachment import Attachment
from models.cluster import ClusterAct, ClusterActKind, Objection
from models.decision import ClauseChange, DecisionException, DecisionState, Outcome
from models.document import DocumentKind
from models.notice import Notice, NoticeKind
from models.origin import TopicOrigin
from models.person import Appointment, Role
from models.run import LineageEvent, Run, RunCause, RunState
from models.suggestion import Contact, SuggestionKind
from models.theme import Theme, ThemeStep
from models.topic import TopicState, WindowChange, WindowChangeKind
from models.transfer import Transfer, TransferKind
from tests.web.board_world import Board

ROLES = [role for role in Role if role is not Role.AUDITOR]


def plain(name):
    """What a text is called when nobody cares what it says."""
    return f"{name}的文字"


class World:
    """A topic in ``state`` with all that can hang on it; ``say(name)`` gives every text."""

    def __init__(self, make, state=TopicState.ANALYSING, say=plain, hidden=plain):
        self.make, self.say, self.hidden_say = make, say, hidden
        region = make.region("329901", say("region"))
        self.agency = make.agency(say("agency"), about=say("about"), region=region)
        self.topic = make.topic(
            agency=self.agency,
            state=state,
            region=region,
            title=say("topic"),
            summary=say("summary"),
            explanation=say("explanation"),
            short_window_reason=say("short window"),
            created_by=make.staff(Role.DRAFTER, self.agency, name=say("drafter")),
        )
        self.question = make.question(self.topic, say("question"))
        self._documents()
        self._suggestions()
        self._groups()
        self._rest()
        self.board = Board(make, self.agency, say=say, hidden_say=hidden, author=self.author)
        origin = TopicOrigin(
            topic=self.topic,
            cluster=self.board.surges.group,
            person=self.board.officer,
            invited_at=make.clock(),  # its people were told when it opened
        )
        make._add(origin)
        make.session.commit()

    def _documents(self):
        make, say = self.make, self.say
        self.draft = make.document(self.topic, say("clause"), say("second clause"))
        self.final = make.document(self.topic, say("final clause"), kind=DocumentKind.FINAL)
        for clause in (*self.draft.clauses, *self.final.clauses):
            clause.label, clause.heading = say("label"), say("heading")
        self.final.number, self.final.url = say("number"), "https://example.org/"

    def _suggestions(self):
        make = self.make
        self.author = make.person(self.say("author"))
        self.shown = self._suggestion(self.say, author=self.author, publish_name=True)
        self.hidden = self._suggestion(self.hidden_say, publish_text=False)
        self.report = self._suggestion(
            self.hidden_say, publish_text=False, kind=SuggestionKind.REPORT
        )
        vault = make.vault
        for one in (self.shown, self.hidden):
            one.contact = Contact(
                name_sealed=vault.seal("name"),
                name_masked=self.hidden_say("contact"),
                phone_sealed=vault.seal("13800138000"),
                phone_masked="138****8000",
            )
        make.support(self.shown, make.person(self.say("supporter")))

    def _suggestion(self, say, **values):
        values.setdefault("author", self.make.person(self.hidden_say("author")))
        return self.make.suggestion(
            self.topic,
            say("title"),
            facts=say("facts"),
            proposal=say("proposal"),
            place=say("place"),
            clause=self.draft.clauses[0],
            question=self.question,
            **values,
        )

    def _groups(self):
        make, say = self.make, self.say
        self.group = make.cluster(
            self.shown, self.hidden, name=say("group"), keywords=[say("word"), say("word two")]
        )
        self.other = make.cluster(self.report, name="№ 7")
        published = self.topic.state in {TopicState.REPORTED, TopicState.ENACTED}
        self.decision = make.decision(
            self.group,
            Outcome.PARTLY_ADOPTED,
            state=DecisionState.PUBLISHED if published else DecisionState.PROPOSED,
            reason=say("reason"),
            unit=self.agency,
            return_reason=say("return reason"),
            published_at=make.clock() if published else None,
        )
        self.decision.clause_changes.append(
            ClauseChange(
                clause=self.draft.clauses[0],
                before=say("before"),
                after=say("after"),
                final_clause=self.final.clauses[0],
            )
        )
        self.decision.exceptions.append(
            DecisionException(
                suggestion=self.hidden, outcome=Outcome.NOTED, reason=self.say("exception")
            )
        )

    def _rest(self):
        add, now, topic = self.make._add, self.make.clock(), self.topic
        drafter = topic.created_by
        self.run = add(Run(topic=topic, number=1, cause=RunCause.MANUAL, state=RunState.FINISHED))
        self.transfer = add(
            Transfer(topic=topic, kind=TransferKind.IMPORT, filename=self.say("table") + ".csv")
        )
        self.act = add(
            ClusterAct(
                topic_id=topic.id,
                cluster=self.group,
                kind=ClusterActKind.RENAME,
                person=drafter,
                before={"name": self.say("name before"), "after": self.say("name after")},
            )
        )
        self.objection = add(
            Objection(
                topic_id=topic.id,
                suggestion=self.hidden,
                cluster=self.group,
                words=self.hidden_say("objection"),
            )
        )
        self.theme, self.merged = (
            add(Theme(topic=topic, name=self.say(name), name_auto=""))
            for name in ("theme", "merged theme")
        )
        self.group.theme = self.theme
        self.merged.retired_at, self.merged.retired_into = now, self.theme
        self.merger = add(
            ThemeStep(
                theme=self.merged,
                event=LineageEvent.RETIRED,
                other=self.theme,
                person=drafter,
                before={"groups": [], "named_by": None, "name": ""},
            )
        )
        self.file = add(_file(topic_id=topic.id, filename=self.say("file") + ".txt"))
        self.hidden_file = add(
            _file(suggestion_id=self.hidden.id, filename=self.hidden_say("file") + ".txt")
        )
        self.notice = add(
            Notice(
                person=self.author,
                kind=NoticeKind.DECIDED,
                topic=topic,
                subject_key="decision:1",
                decision=self.decision,
                suggestion=self.shown,
            )
        )
        add(
            WindowChange(
                topic_id=topic.id,
                kind=WindowChangeKind.EXTENDED,
                closes_before=now,
                closes_after=now,
                reason=self.say("extension"),
                person_id=drafter.id,
            )
        )

    def values(self, endpoint):
        """What stands in the places of an address; of the hidden suggestion where it is one."""
        suggestion = self.hidden.id
        return {
            "slug": self.agency.slug if endpoint == "admin.agency" else self.topic.slug,
            "id": {
                "public.group": self.group.id,
                "public.theme": self.theme.id,
                "office.decision": self.decision.id,
                "office.approve": self.decision.id,
                "office.return_decision": self.decision.id,
                "office.withdraw_decision": self.decision.id,
                "office.except_member": self.decision.id,
                "office.drop_exception": self.decision.id,
            }.get(endpoint, suggestion),
            "number": {
                "public.attachment": self.hidden_file.id,
                "office.remove_attachment": self.file.id,
                "office.run": self.run.number,
                "office.roll_back": self.run.number,
                "office.stop_run": self.run.number,
                "office.transfer": self.transfer.id,
                "office.bad_rows": self.transfer.id,
                "office.fetch_transfer": self.transfer.id,
                "office.cancel_transfer": self.transfer.id,
                "office.run_transfer_again": self.transfer.id,
                "account.read_notice": self.notice.id,
                "admin.dismiss": self.topic.created_by.appointments[0].id,
                "account.end_session": 1,
                "admin.operations_send_again": 1,
            }.get(endpoint, self.topic.created_by_id),
            "part": self.topic.id,
            "cluster_id": self.group.id,
            "other_id": self.other.id,
            "suggestion_id": suggestion,
            "act_id": self.act.id,
            "theme_id": self.theme.id,
            "step_id": self.merger.id,
            "objection_id": self.objection.id,
            "secret": "guessed",
            "code": "GUESSED234",
            "anchor": "art-1",
            "token": "guessed",
            "name": "letters",
            "kind": "csv",
            "version": "1",
            "filename": "css/base.css",
        } | self.board.values(endpoint)


def _file(**values):
    return Attachment(media_type="text/plain", size=3, sha256="a" * 64, **values)


def addresses(app, world, method, *, beginning="/"):
    """Endpoint and address of every page that takes ``method``, filled in from ``world``."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in rule.methods and rule.rule.startswith(beginning):
            known = world.values(rule.endpoint)
            values = {name: known[name] for name in rule.arguments}
            yield rule.endpoint, adapter.build(rule.endpoint, values, method)


def staff(make, roles, agency):
    """One person who holds all of ``roles``."""
    person = make.staff(roles[0], agency)
    person.appointments += [Appointment(role=role, agency=agency) for role in roles[1:]]
    return make._add(person)


def ask(pages, method, address, form=None):
    """The bare answer, without following where it leads."""
    for name in list(g):
        g.pop(name)  # the test's context outlives each request
    pages.session.commit()
    # Read to its end: what streams would otherwise be ended in the middle of a later request.
    return pages.client.open(address, method=method, data=form, buffered=True)
