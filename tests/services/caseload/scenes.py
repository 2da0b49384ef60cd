"""Cases at every desk of the city, for tests of what lies on whose."""

from consult.services.handling import appeals, assigning, joining, passing_time, reception
from models.suggestion import SuggestionKind
from tests.city import CALENDAR


def pass_time(city, **by):
    city.clock.advance(**by)
    while passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock()):
        pass


def closed(city, title="办结的"):
    case = city.replied(title=title)
    pass_time(city, days=40)
    return case


def appealed(city, title="申请复查的"):
    case = closed(city, title)
    city.act(appeals.ask, case, "citizen", words="没有修好")
    return case


def reported(city, title="举报灯管处"):
    return city.send(title, kind=SuggestionKind.REPORT, named_unit=city.lamps)


def objected(city, title="有异议的"):
    case = city.assigned(title=title)
    city.act(assigning.object_to, case, "handler", words="不归我们管")
    return case


def rated_low(city, title="评价低的"):
    """Rated two stars, and the window is over."""
    case = city.rated((2, 3, 3), title=title)
    pass_time(city, days=40)
    return case


def joined(city):
    """The case that answers another, and the other."""
    lead, other = city.in_progress(title="牵头的"), city.assigned(title="并入的")
    joining.join(
        city.session,
        lead=lead,
        others=[other],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    return lead, other


def every_desk(city):
    """One of each, by what it is; what takes long first."""
    found = {"appealed": appealed(city), "low": rated_low(city), "closed": closed(city)}
    found |= {
        "sent": city.send("刚提交的"),
        "accepted": city.accepted(title="受理的"),
        "assigned": city.assigned(title="交办的"),
        "objected": objected(city),
        "in_hand": city.in_progress(title="在办的"),
        "drafted": city.drafted(title="拟稿的"),
        "replied": city.replied(title="答复的"),
        "just_rated": city.rated((1, 1, 1), title="刚评价的"),
        "report": reported(city),
    }
    found["lead"], found["member"] = joined(city)
    moved = found["moved"] = city.assigned(title="改派的")
    city.act(
        assigning.reassign,
        moved,
        "assigner",
        unit=city.roads,
        co_units=[city.lamps],
        words="归道路处",
    )
    found["withdrawn"] = city.send("撤回的")
    city.act(reception.withdraw, found["withdrawn"], "citizen")
    city.session.flush()
    return found
