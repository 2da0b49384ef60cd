"""A city with two offices, an inspection and the people of all of them; and ways to get far quickly."""

from dataclasses import dataclass
from types import SimpleNamespace
from zoneinfo import ZoneInfo

from consult.services.handling import (
    assigning,
    clocks,
    judging_replies,
    messages,
    reception,
    replying,
)
from consult.services.handling.judging_replies import Stars
from consult.services.handling.messages import Message
from consult.services.handling.replying import Outcome
from consult.services.handling.working_days import Calendar
from models.case import Case
from models.person import Role
from models.suggestion import SuggestionKind

CALENDAR = Calendar(ZoneInfo("Asia/Shanghai"))
REPLY = "经现场查看，路灯线路老化，已于6月10日更换，联系电话0999-1234567。"


@dataclass
class City:
    """Who works where; each act below is done by whom it belongs to."""

    session: object
    clock: object
    people: SimpleNamespace
    lamps: object
    roads: object
    mailbox: object

    def send(self, title="请修路灯", *, author=None, **values) -> Case:
        defaults = {"facts": f"{title}，晚上很黑。", "kind": SuggestionKind.HELP}
        return messages.send(
            self.session,
            mailbox=self.mailbox,
            author=author or self.people.citizen,
            message=Message(title=title, **(defaults | values)),
            vault=None,
            calendar=CALENDAR,
            now=self.clock(),
        )

    def times(self, case):
        return clocks.times(self.session, case, CALENDAR)

    def act(self, service, case, who, **arguments):
        """Let ``who`` do something now, with the version that they see."""
        if service in VERSIONED:
            thing = arguments.get("reply", case)
            arguments.setdefault("version", thing.version)
        return service(
            self.session,
            case=case,
            times=self.times(case),
            actor=getattr(self.people, who) if isinstance(who, str) else who,
            now=self.clock(),
            **arguments,
        )

    def accepted(self, **values):
        case = self.send(**values)
        self.act(reception.accept, case, "assigner")
        return case

    def assigned(self, **values):
        case = self.accepted(**values)
        self.act(assigning.assign, case, "assigner", unit=self.lamps)
        return case

    def in_progress(self, **values):
        case = self.assigned(**values)
        self.act(assigning.take_up, case, "handler")
        return case

    def drafted(self, text=REPLY, **values):
        case = self.in_progress(**values)
        self.act(replying.draft, case, "handler", text=text, outcome=Outcome.SOLVED)
        return case

    def publish(self, case):
        """Let the reply that is drafted go through its reviews."""
        reply = replying.current(self.session, case)
        self.act(replying.let_pass, case, "leader", reply=reply)
        self.act(replying.publish, case, "assigner", reply=reply)
        return reply

    def replied(self, **values):
        case = self.drafted(**values)
        self.publish(case)
        return case

    def rated(self, stars, **values):
        case = self.replied(**values)
        self.act(judging_replies.rate, case, "citizen", stars=Stars(*stars))
        return case


VERSIONED = {
    reception.accept,
    reception.refuse,
    reception.return_for_more,
    reception.transfer_out,
    assigning.assign,
    assigning.object_to,
    assigning.uphold,
    assigning.reassign,
    assigning.take_up,
    replying.draft,
    replying.let_pass,
    replying.send_back,
    replying.publish,
    replying.extend,
}


def build_city(session, make, clock):
    """With noise: another mailbox and a message of somebody else in each."""
    government = make.agency("市政府")
    lamps, roads = make.agency("灯管处", government), make.agency("道路处", government)
    inspection = make.agency("纪检组")
    people = SimpleNamespace(
        citizen=make.person("李四"),
        stranger=make.person("王五"),
        assigner=make.staff(Role.ASSIGNER, government),
        second_assigner=make.staff(Role.ASSIGNER, government),
        inspector=make.staff(Role.ASSIGNER, inspection),
        supervisor=make.staff(Role.SUPERVISOR, government),
        handler=make.staff(Role.HANDLER, lamps),
        leader=make.staff(Role.UNIT_LEADER, lamps),
        other_handler=make.staff(Role.HANDLER, roads),
        other_leader=make.staff(Role.UNIT_LEADER, roads),
    )
    mailbox = make.mailbox(agency=government, report_unit=inspection)
    found = City(session, clock, people, lamps, roads, mailbox)
    found.send("另一件事", author=people.stranger)
    return found
