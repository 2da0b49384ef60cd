"""What people were told of a generated case: by the table from which the platform tells them."""

from datetime import timedelta

from consult.services.handling import telling_audiences as audiences
from consult.services.handling.telling import TELLS
from models.notice import Notice, NoticeKind

#: What is older was read; of the rest a part.
READ_AFTER = timedelta(days=3)
READ = 0.6
#: Whom an audience comes to, where each unit has a leader and each mailbox an assigner.
REACHED = {
    audiences.authors: "author",
    audiences.everybody_answered: "author",
    audiences.assigners: "assigner",
    audiences.reviewers: "assigner",
    audiences.unit_now: "leader",
    audiences.unit_before: "leader",
    audiences.unit_if_assigned: "leader",
    audiences.leaders: "leader",
    audiences.handler: "handler",
}


class Notices:
    """Writes them beside the rows of a case, all of them mailed or not wanted by mail."""

    def __init__(self, sink, random, now):
        self.sink, self.random, self.now = sink, random, now

    def arrival(self, case, suggestion, topic, author, came):
        """The receipt of a message."""
        about = {"case_id": case, "suggestion_id": suggestion, "topic_id": topic}
        self._add(NoticeKind.CASE_RECEIVED, f"case:{case}", author, came, **about)

    def step(self, number, act, at, people, **about):
        """What a step means to those whom it concerns; ``people`` are known by what they are."""
        for told in TELLS.get(act, ()):
            person = people[REACHED[told.to]]
            if person is not None:
                self._add(told.kind, f"step:{number}", person, at, step_id=number, **about)

    def _add(self, kind, key, person, at, **about):
        read = self.now - at > READ_AFTER or self.random.random() < READ
        self.sink.add(
            Notice,
            id=self.sink.id(Notice),
            person_id=person,
            kind=kind,
            subject_key=key,
            read_at=at + timedelta(minutes=20) if read else None,
            mailed_at=at,
            created_at=at,
            **about,
        )
