"""Messages that came at set times, for tests of surges."""

from datetime import timedelta

from models.case import Case
from models.cluster import Membership
from models.mailbox import Domain


def arrive(city, make, *, at, count=1, minutes=3, cluster=None, digest="", **values):
    """So many cases, the first at ``at``, one every few ``minutes``."""
    found = []
    for n in range(count):
        words = {k: values[k] for k in ("title", "facts") if k in values}
        rest = {k: v for k, v in values.items() if k not in words}
        moment = at + timedelta(minutes=minutes * n)
        suggestion = make.suggestion(city.mailbox.topic, created_at=moment, **words)
        suggestion.digest = digest or suggestion.digest
        case = Case(
            topic=city.mailbox.topic,
            mailbox=city.mailbox,
            suggestion=suggestion,
            unit=rest.pop("unit", city.mailbox.topic.agency),
            domain=rest.pop("domain", Domain.OTHER),
            month=f"{moment:%Y-%m}",
            created_at=moment,
            **rest,
        )
        make._add(case)
        if cluster is not None:
            make._add(
                Membership(suggestion_id=suggestion.id, cluster_id=cluster.id, placed_at=moment)
            )
        found.append(case)
    return found


def ordinary_weeks(city, make, now, *, weeks=4, each=2, **values):
    """Some messages on every day before today, by day."""
    city.mailbox.topic.opens_at = now - timedelta(weeks=weeks)
    for day in range(1, weeks * 7 + 1):
        begin = (now - timedelta(days=day)).replace(hour=2)
        arrive(city, make, at=begin, count=each, minutes=150, **values)
