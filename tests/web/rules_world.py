"""What is set up for a mailbox: its catalogue, words, rules and limits, and days of the calendar."""

from datetime import date

from models.mailbox import (
    CalendarDay,
    ClockRule,
    DispatchModel,
    DispatchRule,
    Domain,
    TimeUnit,
    TriageRule,
    TriageWord,
    Urgency,
)

DAY = date(2026, 6, 16)


class Rules:
    """Of ``mailbox``, made by ``officer``; ``say(name)`` gives every text."""

    def __init__(self, make, mailbox, officer, *, say):
        add, number, now = make._add, mailbox.topic_id, make.clock()
        made = {"mailbox_id": number, "made_by_id": officer.id}
        unit = mailbox.topic.agency
        self.ended = add(
            DispatchRule(
                **made,
                domain=Domain.RURAL,
                unit=unit,
                note=say("ended note"),
                ended_at=now,
                ended_by_id=officer.id,
            )
        )
        add(DispatchRule(**made, domain=Domain.RURAL, unit=unit, note=say("dispatch note")))
        add(TriageWord(**made, word=say("word")[:40], urgency=Urgency.DANGER))
        self.rule = add(
            TriageRule(
                **made,
                name=say("rule")[:80],
                any_of=say("any of")[:40],
                and_of=say("and of")[:40],
                none_of=say("none of")[:40],
                urgency=Urgency.PRESSING,
            )
        )
        add(ClockRule(**made, name="review", amount=2, unit=TimeUnit.WORKING_DAYS))
        add(
            DispatchModel(
                mailbox_id=number,
                made_at=now,
                method="another",
                last_assignment_id=1,
                cases=40,
                tried=8,
                first_right=6,
                among_three=8,
                weights=b"",
            )
        )
        add(CalendarDay(day=DAY, works=False, note=say("day"), made_by_id=officer.id))

    def values(self, endpoint):
        """What stands in the places of an address about them."""
        found = {"year": DAY.year, "day": DAY.isoformat(), "rule_id": self.rule.id}
        names = {"handling.drop_allowance": "review", "handling.switch_off_triage_rule": "praise"}
        return found | ({"name": names[endpoint]} if endpoint in names else {})
