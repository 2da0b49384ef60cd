"""Urgency: what words and rules say, what is only mentioned, and what an agency says instead."""

from dataclasses import replace

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound
from consult.services.handling import triage, triage_rules, triage_trying
from consult.services.handling.triage_judge import By, Rule, listed
from consult.services.handling.triage_words import RULES
from models.case import CaseStep
from models.mailbox import Domain, TriageRule, Urgency
from models.person import Role
from models.suggestion import SuggestionKind
from tests.queries import counted_queries


@pytest.fixture
def judge(city):
    return triage_rules.judge_of(city.session, city.mailbox)


@pytest.fixture
def setting(city):
    """What every change of words and rules is told: the mailbox, who, when."""
    return {"mailbox": city.mailbox, "actor": city.people.assigner, "now": city.clock()}


@pytest.mark.parametrize(
    ("title", "text", "urgency"),
    [
        ("丹枫苑燃气泄漏", "", Urgency.DANGER),
        ("求助", "楼上正在着火，浓烟很大", Urgency.DANGER),
        ("求助", "欠债太多，我不想活了", Urgency.DANGER),
        ("家里停电", "父亲在家靠呼吸机维持", Urgency.DANGER),
        ("小区停水三天", "", Urgency.SUPPLY),
        ("Gas leak in our stairwell", "", Urgency.DANGER),
        ("老板拖欠工资", "", Urgency.PRESSING),
    ],
)
def test_what_is_the_matter_counts_in_full(judge, title, text, urgency):
    assert judge.judge(title, text).urgency is urgency


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("消防通道堵塞", "一旦发生火灾，消防车进不来"),
        ("请加强管理", "2013年那栋楼着火过"),
        ("电线老化", "容易引起触电，请检修"),
        ("希望修路", "以前这里塌方过"),
    ],
)
def test_what_might_happen_or_is_long_over_is_pressing_and_no_more(judge, title, text):
    verdict = judge.judge(title, text)
    assert verdict.urgency is Urgency.PRESSING
    assert verdict.fired[0].by is By.MENTIONED


@pytest.mark.parametrize(
    "title",
    ["随着火车站开通，希望增加公交", "擅自关停电梯", "手机跳楼价促销是否合规", "建议多种树"],
)
def test_a_word_within_another_says_nothing(judge, title):
    assert judge.judge(title) == judge.judge("无关")


def test_thanks_are_not_urgent_whatever_they_tell_of(judge):
    verdict = judge.judge("感谢消防员，昨晚着火及时扑灭", kind=SuggestionKind.PRAISE)
    assert verdict.urgency is Urgency.ROUTINE
    assert verdict.fired[0].by is By.LIMIT


def test_a_rule_needs_all_that_it_asks_for(judge):
    rule = Rule("x", Urgency.DANGER, ("食堂",), ("腹泻",), ("演练",), domain=Domain.EDUCATION)
    one = replace(judge, words=[], rules=[rule])
    said = "食堂饭后多人腹泻"
    assert one.judge(said, domain=Domain.EDUCATION).urgency is Urgency.DANGER
    assert one.judge(said, domain=Domain.HEALTH).urgency is Urgency.ROUTINE
    assert one.judge("食堂饭菜太咸", domain=Domain.EDUCATION).urgency is Urgency.ROUTINE
    assert one.judge(f"{said}应急演练", domain=Domain.EDUCATION).urgency is Urgency.ROUTINE


def test_a_mailbox_adds_a_word_with_exceptions(city, setting):
    triage_rules.set_word(
        city.session,
        word=" 电梯 ",
        urgency=Urgency.PRESSING,
        unless="电梯广告\n观光电梯",
        **setting,
    )
    assert city.send("电梯坏了").urgency is Urgency.PRESSING
    assert city.send("电梯广告太多").urgency is Urgency.ROUTINE


def test_a_word_of_the_house_speaks_again_when_the_mailbox_drops_its_own(city, setting):
    triage_rules.set_word(city.session, word="停水", urgency=Urgency.ROUTINE, **setting)
    triage_rules.drop_word(city.session, word="停水", **setting)
    assert city.send("小区停水").urgency is Urgency.SUPPLY
    with pytest.raises(NotFound):
        triage_rules.drop_word(city.session, word="停水", **setting)


@pytest.mark.parametrize(
    ("word", "unless", "field"),
    [("", "", "word"), ("长" * 41, "", "word"), ("停水", "停电通知", "unless")],
)
def test_a_word_that_is_none_is_refused(city, setting, word, unless, field):
    with pytest.raises(Invalid) as refused:
        triage_rules.set_word(
            city.session, word=word, urgency=Urgency.DANGER, unless=unless, **setting
        )
    assert refused.value.field == field


def test_a_changed_rule_takes_the_place_of_the_one_before_which_is_kept(city, setting):
    row = triage_rules.set_rule(
        city.session, rule=Rule("校园", Urgency.PRESSING, ("校园",)), **setting
    )
    city.session.flush()
    triage_rules.set_rule(
        city.session, rule=Rule("校园", Urgency.DANGER, ("校园",), id=row.id), **setting
    )
    rows = city.session.query(TriageRule).order_by(TriageRule.id).all()
    assert [(one.urgency, one.ended_at is None) for one in rows] == [
        (Urgency.PRESSING, False),
        (Urgency.DANGER, True),
    ]
    assert city.send("校园里有蛇").urgency is Urgency.DANGER


def test_a_rule_that_somebody_else_changed_meanwhile_is_not_overwritten(city, setting):
    row = triage_rules.set_rule(city.session, rule=Rule("甲", Urgency.DANGER, ("甲",)), **setting)
    city.session.flush()
    triage_rules.end_rule(city.session, rule_id=row.id, **setting)
    with pytest.raises(Conflict):
        triage_rules.set_rule(
            city.session, rule=Rule("乙", Urgency.DANGER, ("乙",), id=row.id), **setting
        )


def test_a_rule_of_the_house_is_switched_off_and_on_again(city, setting):
    off = replace(RULES["praise"], urgency=Urgency.ROUTINE, at_most=False)
    row = triage_rules.set_rule(city.session, rule=off, **setting)
    city.session.flush()
    assert city.send("感谢，楼上着火扑灭了", kind=SuggestionKind.PRAISE).urgency is Urgency.DANGER
    triage_rules.end_rule(city.session, rule_id=row.id, **setting)
    again = city.send("感谢，隔壁着火扑灭了", kind=SuggestionKind.PRAISE)
    assert again.urgency is Urgency.ROUTINE


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule("", Urgency.DANGER, ("甲",)), "name"),
        (Rule("什么都不问", Urgency.DANGER), "any_of"),
        (Rule("长", Urgency.DANGER, ("长" * 41,)), "any_of"),
    ],
)
def test_a_rule_that_is_none_is_refused(city, setting, rule, field):
    with pytest.raises(Invalid) as refused:
        triage_rules.set_rule(city.session, rule=rule, **setting)
    assert refused.value.field == field


def test_words_are_listed_once_whatever_parts_them():
    assert listed(" 甲\n乙，甲、 Gas  leak ;;") == ("甲", "乙", "gas leak")


def test_who_does_not_look_after_the_mailbox_changes_no_word(city, setting):
    setting["actor"] = city.people.handler
    with pytest.raises(NotAllowed):
        triage_rules.set_word(city.session, word="电梯", urgency=Urgency.DANGER, **setting)


def test_trying_shows_what_would_change_and_no_report(city, make, judge):
    city.send("电梯故障", author=make.person())
    city.send(
        "举报电梯受贿", author=make.person(), kind=SuggestionKind.REPORT, named_unit=city.roads
    )
    instead = replace(judge, rules=[*judge.rules, Rule("电梯", Urgency.PRESSING, ("电梯",))])
    tried = triage_trying.on_recent(
        city.session,
        mailbox=city.mailbox,
        judge=judge,
        instead=instead,
        person=city.people.assigner,
    )
    assert [one.case.suggestion.title for one in tried if one.differs] == ["电梯故障"]
    assert not any(one.case.confidential for one in tried)


def test_trying_shows_messages_only_to_who_may_read_them(city, make, judge):
    for person in (city.people.handler, make.staff(Role.DRAFTER, city.mailbox.topic.agency)):
        with pytest.raises(NotAllowed):
            triage_trying.on_recent(city.session, mailbox=city.mailbox, judge=judge, person=person)


def test_what_waits_is_what_seems_urgent_until_a_person_says_so(city, judge):
    case = city.send("小区停水")
    reader = {"mailbox": city.mailbox, "judge": judge, "person": city.people.assigner}
    assert [one.case for one in triage_trying.waiting(city.session, **reader).items] == [case]
    city.act(triage.confirm, case, "assigner", urgency=Urgency.ROUTINE)
    city.session.flush()
    assert triage_trying.waiting(city.session, **reader).items == []
    assert city.session.query(CaseStep).filter_by(case_id=case.id, act="triage").count() == 1


def test_trying_takes_as_many_queries_however_many_messages_there_are(city, make, judge):
    def asked():
        city.session.commit()
        with counted_queries(city.session) as queries:
            triage_trying.on_recent(
                city.session, mailbox=city.mailbox, judge=judge, person=city.people.assigner
            )
        return queries.count

    few = asked()
    for n in range(12):
        city.send(f"路灯{n}", author=make.person())
    assert asked() == few
