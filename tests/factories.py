"""One maker per model. What a test does not name is plain and different each time."""

from datetime import timedelta
from itertools import count

from consult.clustering import digest
from models.agency import Agency, Region
from models.cluster import Cluster, Membership
from models.decision import Decision, DecisionState, Outcome
from models.document import Clause, Document, DocumentKind
from models.mailbox import Mailbox
from models.person import Appointment, Person, PersonKind, Role
from models.suggestion import Suggestion, Support
from models.topic import Question, Topic, TopicKind, TopicMode, TopicState


class Factory:
    """Adds rows and flushes them; ``now`` is called for the moment."""

    def __init__(self, session, *, vault, now, first=1):
        self.session, self.vault, self.clock = session, vault, now
        self.numbers = count(first)

    def _add(self, row):
        self.session.add(row)
        self.session.flush()
        return row

    def region(self, code="329900", name="澄江市", **values):
        return self.session.get(Region, code) or self._add(Region(code=code, name=name, **values))

    def agency(self, name="", parent=None, **values):
        n = next(self.numbers)
        values.setdefault("slug", f"agency-{n}")
        agency = self._add(Agency(name=name or f"第{n}局", parent=parent, **values))
        agency.path = f"{parent.path if parent else '/'}{agency.id}/"
        return self._add(agency)

    def person(self, name="", *, address="", **values):
        n = next(self.numbers)
        address = address or f"person{n}@example.org"
        return self._add(
            Person(
                name=name or f"市民{n}",
                address_digest=self.vault.digest(address),
                address_sealed=self.vault.seal(address),
                address_masked=f"p***{n}@example.org",
                created_at=self.clock(),
                **{"kind": PersonKind.CITIZEN, **values},
            )
        )

    def staff(self, role, agency, **values):
        person = self.person(**values)
        person.appointments.append(Appointment(role=Role(role), agency=agency))
        return self._add(person)

    def topic(self, *, agency=None, state=TopicState.OPEN, opens=-5, closes=30, **values):
        n, now = next(self.numbers), self.clock()
        agency = agency or self.agency()
        author = values.pop("created_by", None) or self.staff(Role.DRAFTER, agency)
        defaults = {
            "slug": f"topic-{n}",
            "kind": TopicKind.NORMATIVE_DOCUMENT,
            "title": f"第{n}号办法（征求意见稿）",
            "opens_at": now + timedelta(days=opens),
            "closes_at": now + timedelta(days=closes),
            "published_at": None if state is TopicState.DRAFT else now + timedelta(days=opens),
            "created_at": now,
        }
        return self._add(
            Topic(agency=agency, state=state, created_by=author, **(defaults | values))
        )

    def question(self, topic, text="您怎么看？"):
        return self._add(Question(topic=topic, position=len(topic.questions) + 1, text=text))

    def document(self, topic, *texts, kind=DocumentKind.DRAFT, **values):
        document = Document(
            topic=topic, kind=kind, title=topic.title, source="\n".join(texts), **values
        )
        for n, text in enumerate(texts or ("第一条 为了规范管理，制定本办法。",), start=1):
            document.clauses.append(
                Clause(position=n, anchor=f"art-{n}", label=f"第{n}条", text=text)
            )
        return self._add(document)

    def suggestion(self, topic=None, title="", *, author=None, **values):
        n = next(self.numbers)
        topic = topic or self.topic()
        defaults = {
            "query_code": f"CODE{n:06d}",
            "title": title or f"建议在第{n}小区增设充电桩",
            "facts": f"第{n}小区没有充电桩，居民很不方便。",
            "proposal": "",
            "publish_text": True,
            "created_at": self.clock(),
        } | values
        words = " ".join(defaults[key] for key in ("title", "facts", "proposal"))
        for key in ("title", "facts", "proposal"):
            defaults.setdefault(f"public_{key}", defaults[key])
        return self._add(
            Suggestion(
                topic=topic, author=author or self.person(), digest=digest(words), **defaults
            )
        )

    def support(self, suggestion, person=None):
        row = self._add(
            Support(suggestion_id=suggestion.id, person_id=(person or self.person()).id)
        )
        suggestion.support_count += 1
        self.session.flush()
        return row

    def cluster(self, *members, name="", **values):
        topic = members[0].topic
        cluster = self._add(
            Cluster(
                topic=topic,
                name=name or members[0].title,
                representative=members[0],
                suggestion_count=len(members),
                text_count=len({member.digest for member in members}),
                people_count=len({member.author_id for member in members}),
                newest_at=self.clock(),
                created_at=self.clock(),
                **values,
            )
        )
        for member in members:
            self._add(
                Membership(suggestion_id=member.id, cluster_id=cluster.id, placed_at=self.clock())
            )
        return cluster

    def decision(self, cluster, outcome=Outcome.ADOPTED, *, state=DecisionState.PROPOSED, **values):
        defaults = {"reason": "理由充分。", "proposed_at": self.clock(), "created_at": self.clock()}
        proposer = values.pop("proposed_by", None) or self.staff(Role.ANALYST, cluster.topic.agency)
        return self._add(
            Decision(
                topic=cluster.topic,
                cluster=cluster,
                outcome=outcome,
                state=state,
                proposed_by=proposer,
                **(defaults | values),
            )
        )

    def mailbox(self, *, agency=None, report_unit=None, **values):
        """An open mailbox; reports go to an agency of their own."""
        n = next(self.numbers)
        agency = agency or self.agency()
        topic = self.topic(
            agency=agency,
            mode=TopicMode.MAILBOX,
            kind=TopicKind.OTHER,
            title=f"第{n}号信箱",
            closes=365_000,
        )
        unit = report_unit or self.agency()
        return self._add(Mailbox(topic=topic, addressee="局长", report_unit=unit, **values))
