"""Templates of replies: whose they are, what is filled in, and what is refused."""

from zoneinfo import ZoneInfo

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import reply_templates
from consult.services.handling.reply_templates import Wording
from models.case import CaseState
from models.mailbox import Domain

ZONE = ZoneInfo("Asia/Shanghai")
PAGE = "关于{编号}号留言《{标题}》：{承办单位}于{今日}答复，{办理期限}前办结。【核查情况】"


def kept(city, who="assigner", **values):
    wording = {"name": "路灯答复", "state": CaseState.REPLIED, "page_text": PAGE} | values
    return reply_templates.make(
        city.session,
        mailbox=city.mailbox,
        wording=Wording(**wording),
        actor=getattr(city.people, who),
        now=city.clock(),
    )


def filled(city, template, case):
    return reply_templates.filled(template, case, zone=ZONE, now=city.clock())


def test_places_are_filled_in_and_blanks_are_left_for_a_person(city):
    case = city.in_progress()
    found = filled(city, kept(city, mail_text="来信日期{来信日期}"), case)

    assert found.page_text == (
        f"关于{case.no}号留言《请修路灯》：灯管处于2026年6月15日答复，2026年6月30日前办结。【核查情况】"
    )
    assert found.mail_text == "来信日期2026年6月15日"


def test_places_have_english_names_and_days_in_the_language_of_the_mailbox(city):
    city.mailbox.topic.language = "en"
    found = filled(city, kept(city, page_text="No. { no }, {today}"), city.in_progress())

    assert found.page_text.endswith("2026-06-15")


def test_words_in_a_message_are_no_places(city):
    case = city.in_progress(title="请处理{承办单位}")
    found = filled(city, kept(city, page_text="{标题}"), case)

    assert found.page_text == "请处理{承办单位}"


def test_personal_data_of_the_title_is_masked(city):
    case = city.in_progress(title="请联系13812345678修路灯")

    assert "13812345678" not in filled(city, kept(city, page_text="{标题}"), case).page_text


def test_those_of_the_domain_come_first_and_retired_ones_are_not_offered(city):
    case = city.in_progress()
    case.domain = Domain.URBAN
    every, own = kept(city, name="通用"), kept(city, name="城建", domain=Domain.URBAN)
    kept(city, name="教育", domain=Domain.EDUCATION)
    gone = kept(city, name="旧的")
    reply_templates.retire(
        city.session,
        template=gone,
        version=gone.version,
        actor=city.people.assigner,
        now=city.clock(),
    )

    assert list(reply_templates.fitting(city.session, case)) == [own, every]


def test_another_mailbox_has_its_own(city, make):
    other = make.mailbox()
    template = kept(city)
    with pytest.raises(NotFound):
        reply_templates.by_id(city.session, template.id, mailbox=other)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"page_text": ""}, "page_text"),
        ({"page_text": "长" * 4001}, "page_text"),
        ({"mail_text": "{作者姓名}"}, "mail_text"),
        ({"state": CaseState.ARCHIVED}, "state"),
    ],
)
def test_what_is_wrong_is_named_at_its_field(city, values, field):
    with pytest.raises(Invalid) as refused:
        kept(city, **values)
    assert refused.value.field == field


@pytest.mark.parametrize("who", ["handler", "leader", "citizen", "supervisor"])
def test_only_who_looks_after_the_mailbox_writes_them(city, who):
    with pytest.raises(NotAllowed):
        kept(city, who)


def test_a_stale_change_is_refused_and_a_second_retiring_too(city):
    template = kept(city)
    change = {"template": template, "actor": city.people.assigner, "now": city.clock()}
    with pytest.raises(StaleVersion):
        reply_templates.edit(
            city.session,
            wording=Wording("新名", CaseState.REPLIED, "新文"),
            version=99,
            **change,
        )
    with pytest.raises(Conflict):
        reply_templates.restore(city.session, version=template.version, **change)
    reply_templates.retire(city.session, version=template.version, **change)
    city.session.flush()
    with pytest.raises(Conflict):
        reply_templates.retire(city.session, version=template.version, **change)
    reply_templates.restore(city.session, version=template.version, **change)
    assert template.retired_at is None
