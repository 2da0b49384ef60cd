"""What supervision keeps about a mailbox: an exclusion, a digest, the report of a year."""

from datetime import timedelta

from models.supervision import (
    AnnualWords,
    Digest,
    DigestLine,
    Exclusion,
    ExclusionReason,
    Rhythm,
    SupervisionPlan,
)


class Supervision:
    """Of ``agency``, about ``case``; the report is public, the rest is not."""

    def __init__(self, make, agency, case, officer, *, say, hidden_say):
        add, now = make._add, make.clock()
        case.accepted_at = now
        add(
            Exclusion(
                case=case,
                reason=ExclusionReason.REPEATED,
                words=hidden_say("exclusion"),
                proposed_by=officer,
            )
        )
        add(
            Exclusion(
                case=case,
                reason=ExclusionReason.OTHER,
                words=hidden_say("earlier exclusion"),
                proposed_by=officer,
                approved=False,
                decided_by=officer,
                decision=hidden_say("decision on it"),
                decided_at=now,
                ended_at=now,
                ended_by=officer,
                end_words=hidden_say("end of it"),
            )
        )
        self.digest = add(
            Digest(agency=agency, since=now - timedelta(days=7), until=now, number=1, figures={})
        )
        add(
            DigestLine(
                digest=self.digest,
                case=case,
                position=1,
                reasons=[["overdue", 3], ["low_rating", 1]],
                state="in_progress",
                unit_id=agency.id,
            )
        )
        add(SupervisionPlan(agency=agency, rhythm=Rhythm.MONTHLY, day=1, next_at=now))
        add(
            AnnualWords(
                agency=agency,
                year=2026,
                proposals=say("proposals"),
                other=say("other words"),
                released_at=now,
            )
        )
