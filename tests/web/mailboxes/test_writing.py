"""Writing to a mailbox, step by step; nothing that was typed is ever lost."""

import re
from io import BytesIO

import pytest
from sqlalchemy import select

from consult.extensions import indexes
from consult.services.grouping import placement
from consult.services.handling import mailboxes, reception
from models.attachment import Attachment
from models.case import Case, CaseState
from models.mailbox import Domain
from models.person import PersonKind, Role
from models.suggestion import Distinction, Suggestion, SuggestionKind, Support
from tests.pages import text_of

TITLE, FACTS = "东湖路的路灯晚上不亮", "从小学到菜市场的路灯三天不亮了。"
TYPED = {"title": TITLE, "facts": FACTS, "domain": "urban", "kind": "help"}


def sent(session, title=TITLE):
    return session.scalar(select(Case).join(Suggestion).where(Suggestion.title == title))


def hidden(page):
    pairs = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)
    return {name: value for name, value in pairs if name != "csrf_token"}


@pytest.fixture
def earlier(city, app):
    """An answered message and one in hand, both placed and searchable."""
    stranger = city.people.stranger
    answered = city.replied(title="东湖路的路灯不亮", publish_text=True, author=stranger)
    waiting = city.in_progress(title="东湖路的路灯坏了", publish_text=True, author=stranger)
    placement.place_pending(
        city.session, topic=city.mailbox.topic, indexes=indexes(), now=city.clock()
    )
    city.session.commit()
    return answered, waiting


def test_from_the_title_over_what_was_answered_to_the_receipt(
    session, pages, citizen, slug, earlier
):
    answered, waiting = earlier
    page = pages.post(f"/mailboxes/{slug}/write", go="similar", title=TITLE)
    text = text_of(page)
    assert "以下留言已经答复，是否解答了您的问题？" in text
    assert "2026-06-15 答复" in text
    assert f"/messages/{answered.no}" in page
    assert f'value="follow:{waiting.suggestion_id}"' in page
    assert f'value="follow:{answered.suggestion_id}"' not in page

    page = pages.post(f"/mailboxes/{slug}/write", **(hidden(page) | {"go": "details"}))
    assert TITLE in page

    page = pages.post(f"/mailboxes/{slug}/write", **(hidden(page) | TYPED | {"go": "send"}))
    case = sent(session)
    assert case.no in page
    assert "留言已收到" in page
    # The 19th is a holiday (端午).
    assert "2026-06-23 前告知您是否受理" in text_of(page)
    assert case.domain is Domain.URBAN
    different = set(session.scalars(select(Distinction.other_id)))
    assert different == {answered.suggestion_id, waiting.suggestion_id}


def test_one_in_hand_is_followed_on_the_way_and_left_again(session, pages, citizen, slug, earlier):
    _answered, waiting = earlier
    number = waiting.suggestion_id
    page = pages.post(f"/mailboxes/{slug}/write", go=f"follow:{number}", **TYPED)
    assert session.scalars(select(Support.person_id)).all() == [citizen.id]
    assert "已关注" in page
    assert hidden(page)["facts"] == FACTS

    pages.post(f"/mailboxes/{slug}/write", go=f"follow:off-{number}", **TYPED)
    assert session.scalars(select(Support.person_id)).all() == []
    assert sent(session) is None


def test_following_what_is_not_there_says_so_and_keeps_the_words(pages, citizen, slug, earlier):
    for number in ("999999", "nonsense", ""):
        page = pages.post(f"/mailboxes/{slug}/write", go=f"follow:{number}", **TYPED)
        assert hidden(page)["facts"] == FACTS


def test_with_nothing_similar_it_goes_straight_on(pages, citizen, slug):
    page = pages.post(f"/mailboxes/{slug}/write", go="similar", title="一件从没有人说过的事")
    assert "目前没有相近的留言" in page
    assert 'name="facts"' in page


def test_everything_arrives_where_it_belongs(session, pages, citizen, slug, make):
    make.region("110000", "北京市")
    pages.post(
        f"/mailboxes/{slug}/write",
        **TYPED,
        proposal="换灯",
        place="东湖路",
        region="110000",
        publish_text="y",
        name="陈思远",
        phone="13812345678",
        hidden_note="晚上方便",
    )
    case = sent(session)
    suggestion = case.suggestion
    assert (case.region_code, case.state) == ("110000", CaseState.SUBMITTED)
    assert (suggestion.kind, suggestion.publish_text) == (SuggestionKind.HELP, True)
    assert (suggestion.place, suggestion.proposal) == ("东湖路", "换灯")
    assert suggestion.contact.phone_masked == "138****5678"


def test_personal_data_is_shown_before_anything_is_sent(session, pages, citizen, slug):
    typed = TYPED | {"facts": "联系我13812345678。"}
    page = pages.post(f"/mailboxes/{slug}/write", **typed, go="send")
    assert "138****5678" in page
    assert sent(session) is None

    pages.post(f"/mailboxes/{slug}/write", **(hidden(page) | {"go": "masked"}))
    assert "138****5678" in sent(session).suggestion.public_facts


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"title": ""}, "请填写留言标题"),
        ({"title": "长" * 61}, "60"),
        ({"facts": ""}, "请先填写主要事由"),
        ({"facts": "长" * 4001}, "4000"),
        ({"domain": ""}, "请选择留言所属领域"),
        ({"domain": "nonsense"}, ""),
        ({"kind": "report"}, ""),
        ({"region": "999999"}, "该地区不在本信箱受理范围内"),
        ({"phone": "1" * 41}, ""),
    ],
)
def test_what_is_wrong_is_named_and_the_rest_is_kept(
    session, pages, citizen, slug, wrong, sentence
):
    page = pages.post(f"/mailboxes/{slug}/write", status=422, **(TYPED | {"place": "东湖"} | wrong))
    assert sentence in text_of(page)
    assert 'value="东湖"' in page
    assert "请更正" in text_of(page) or "error" in page
    assert session.query(Case).count() == 1  # the noise


def test_sent_twice_it_is_one_message(session, pages, citizen, slug, city):
    pages.post(f"/mailboxes/{slug}/write", **TYPED)
    city.clock.advance(minutes=1)
    page = pages.post(f"/mailboxes/{slug}/write", **TYPED)
    assert sent(session).no in page
    assert session.query(Case).count() == 2


def test_files_come_along_and_bad_ones_are_named(session, pages, citizen, slug):
    page = pages.post(
        f"/mailboxes/{slug}/write", status=422, **TYPED, files=(BytesIO(b"MZ\x90\0"), "x.exe")
    )
    assert "x.exe" in page
    assert TITLE in page

    pages.post(f"/mailboxes/{slug}/write", **TYPED, files=(BytesIO(b"hello"), "note.txt"))
    [file] = session.scalars(select(Attachment))
    assert (file.filename, file.suggestion_id) == ("note.txt", sent(session).suggestion_id)


def test_too_many_in_an_hour_are_put_off_with_the_words_kept(app, pages, citizen, slug):
    app.config["SUGGESTIONS_PER_HOUR"] = 1
    pages.post(f"/mailboxes/{slug}/write", **TYPED)
    page = pages.post(f"/mailboxes/{slug}/write", status=429, **(TYPED | {"title": "另一件"}))
    assert "另一件" in page


def test_who_is_not_signed_in_is_led_there_and_back(pages, slug):
    page = pages.get(f"/mailboxes/{slug}/write")
    assert f"next=/mailboxes/{slug}/write" in page
    page = pages.post(f"/mailboxes/{slug}/write", status=401, **TYPED)
    assert FACTS in page


def test_who_was_checked_by_a_code_only_writes_where_that_is_allowed(city, make, pages, slug):
    pages.sign_in(make.person(kind=PersonKind.VERIFIED))
    assert "本信箱须注册账号" in pages.get(f"/mailboxes/{slug}/write")
    city.mailbox.topic.allows_anonymous = True
    assert 'name="title"' in pages.get(f"/mailboxes/{slug}/write")


def test_a_stale_page_gives_the_words_back(app, pages, citizen, slug, session):
    app.config["WTF_CSRF_ENABLED"] = True
    page = pages.post(f"/mailboxes/{slug}/write", status=400, **TYPED)
    assert FACTS in page
    assert sent(session) is None


def test_a_closed_mailbox_takes_nothing_and_gives_the_words_back(
    session, pages, city, slug, citizen
):
    mailboxes.close(session, mailbox=city.mailbox, actor=city.people.assigner, now=city.clock())
    pages.get(f"/mailboxes/{slug}/write", status=409)
    assert FACTS in pages.post(f"/mailboxes/{slug}/write", status=409, **TYPED)
    assert "本信箱已关闭" in pages.get(f"/mailboxes/{slug}")
    assert slug not in pages.get("/mailboxes")


def test_an_unknown_mailbox_is_not_found(pages, citizen, make):
    consultation = make.topic(slug="lifts")
    for slug in ("nowhere", consultation.slug):
        for page in ("", "/write", "/report", "/answered"):
            pages.get(f"/mailboxes/{slug}{page}", status=404)


# 举报


REPORT = {"title": "举报科长", "facts": "办事时索要烟酒，电话13812345678。", "domain": "government"}


def test_a_report_goes_to_the_receiving_unit_and_is_never_public(
    session, pages, city, slug, citizen
):
    page = pages.get(f"/mailboxes/{slug}/report")
    assert "举报只送纪检组" in text_of(page)
    assert 'name="publish_text"' not in page

    page = pages.post(
        f"/mailboxes/{slug}/report", **REPORT, named_unit=str(city.lamps.id), publish_text="y"
    )
    case = sent(session, "举报科长")
    assert "举报已收到" in page
    assert (case.confidential, case.named_unit, case.unit) == (
        True,
        city.lamps,
        city.mailbox.report_unit,
    )
    assert case.suggestion.publish_text is False
    assert case.suggestion.kind is SuggestionKind.REPORT


@pytest.mark.parametrize(
    ("named", "sentence"),
    [("", "请选择被举报单位"), ("999999", "请从列表中选择单位"), ("x", "请从列表中选择单位")],
)
def test_a_report_names_a_unit_from_the_list(session, pages, city, slug, citizen, named, sentence):
    page = pages.post(f"/mailboxes/{slug}/report", status=422, **REPORT, named_unit=named)
    assert sentence in text_of(page)
    assert "索要烟酒" in page
    assert sent(session, "举报科长") is None


def test_a_report_on_the_receiving_unit_is_sent_higher_up(session, pages, city, slug, citizen):
    page = pages.post(
        f"/mailboxes/{slug}/report",
        status=422,
        **REPORT,
        named_unit=str(city.mailbox.report_unit_id),
    )
    assert "索要烟酒" in page
    assert sent(session, "举报科长") is None


def test_nobody_but_author_and_receiver_finds_a_report(pages, city, slug, make, session):
    case = city.send(
        title="举报科长",
        kind=SuggestionKind.REPORT,
        named_unit=city.lamps,
        author=city.people.citizen,
    )
    session.commit()
    everybody = [None, make.person(), *(getattr(city.people, who) for who in NOT_FOR)]
    for person in everybody:
        if person is not None:
            pages.sign_in(person)
        for address in (f"/messages/{case.no}", f"/suggestions/{case.suggestion_id}"):
            assert "举报科长" not in pages.client.get(address, follow_redirects=True).text
        pages.get(f"/messages/{case.no}", status=404)
        for page in (f"/mailboxes/{slug}", f"/mailboxes/{slug}/answered?q=举报", "/mailboxes"):
            assert "举报科长" not in pages.get(page)
    pages.sign_in(city.people.citizen)
    assert "举报科长" in pages.get(f"/messages/{case.no}/progress")
    assert "举报科长" in pages.get("/account/messages")


NOT_FOR = ("handler", "leader", "assigner", "supervisor", "other_handler", "stranger")


def test_an_administrator_finds_no_report_by_right_of_the_role(pages, city, make, session):
    case = city.send(title="举报科长", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    admin = make.staff(Role.ADMINISTRATOR, city.mailbox.topic.agency)
    session.commit()
    pages.sign_in(admin).get(f"/messages/{case.no}", status=404)


def test_the_review_s_reason_is_told_in_the_reader_s_language(pages, city, citizen, session):
    case = city.send()
    city.act(
        reception.refuse,
        case,
        "assigner",
        reason=reception.Refused.OTHER_AGENCY,
        channel="街道办",
        words="请向街道反映",
    )
    session.commit()
    assert "请通过以下途径反映：街道办" in text_of(pages.get(f"/messages/{case.no}/progress"))
    pages.speak("en")
    assert "Another agency is responsible" in text_of(pages.get(f"/messages/{case.no}/progress"))
