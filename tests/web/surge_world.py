"""An alarm with all that hangs on it, and the group of messages that it is about."""

from datetime import timedelta

from models.duty import DutyCause, DutyPage
from models.surge import Level, SurgeAbout, SurgeAlarm, SurgeCount, SurgeStep, SurgeVerdict


class Surges:
    """Of ``mailbox``, about the group of ``cases``; none of it is public."""

    def __init__(self, make, mailbox, cases, officer, *, say):
        add, now = make._add, make.clock()
        self.group = make.cluster(
            *[case.suggestion for case in cases], name=say("group of messages"), keywords=[say("k")]
        )
        values = {
            "topic_id": mailbox.topic_id,
            "hours": 24,
            "count": 30,
            "expected": 1.5,
            "chance": 1e-9,
            "seen_at": now,
        }
        self.alarm = add(
            SurgeAlarm(
                about=SurgeAbout.GROUP,
                key=str(self.group.id),
                level=Level.RED,
                peak=Level.RED,
                raised_by=["alike", "negative"],
                joint_case=cases[0],
                created_at=now,
                **values,
            )
        )
        add(
            SurgeAlarm(
                about=SurgeAbout.MAILBOX,
                key="",
                level=Level.ORANGE,
                peak=Level.ORANGE,
                part_of=self.alarm,
                ended_at=now,
                ended_by=officer,
                verdict=SurgeVerdict.REAL,
                created_at=now,
                **values,
            )
        )
        add(
            SurgeStep(
                alarm=self.alarm,
                act="settled",
                level=Level.RED,
                hours=24,
                count=30,
                expected=1.5,
                actor=officer,
                words=say("verdict"),
            )
        )
        add(
            SurgeCount(
                topic_id=mailbox.topic_id,
                about=SurgeAbout.MAILBOX,
                key="",
                hour=now - timedelta(days=20),
                count=1,
            )
        )
        add(
            DutyPage(
                key=f"surge:{self.alarm.id}:red",
                mailbox=mailbox,
                cause=DutyCause.SURGE,
                level="red",
                title=say("surge"),
                officer=officer,
                acknowledged_at=now,
                acknowledged_by=officer,
                note=say("in hand"),
            )
        )

    def values(self, endpoint):
        """What stands in the places of an address about a surge or a group of messages."""
        group = endpoint.startswith("handling.")
        return {"alarm_id": self.alarm.id, **({"cluster_id": self.group.id} if group else {})}
