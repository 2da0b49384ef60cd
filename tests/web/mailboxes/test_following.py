"""Following one's message from sending to closing, and acting on it."""

from io import BytesIO

import pytest

from consult.services.handling import (
    assigning,
    clocks,
    judging_replies,
    passing_time,
    reception,
    replying,
)
from consult.services.handling.replying import Outcome
from consult.services.supervising import exclusions
from models.case import CaseState, ClockKind
from models.reply import Rating, ReturnReason
from models.suggestion import SuggestionStatus
from models.supervision import ExclusionReason
from tests.city import CALENDAR, REPLY
from tests.pages import text_of

MARKS = {"solved": "2", "attitude": "3", "speed": "4"}


def let_pass(city, pages, days):
    """Let days go by; the author signs in again."""
    city.session.commit()
    city.clock.advance(days=days)
    pages.sign_in(city.people.citizen)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.commit()


def progress(pages, case, **asked):
    return text_of(pages.get(f"/messages/{case.no}/progress", **asked))


def test_each_stage_is_told_with_who_acts_next_and_by_when(pages, city, citizen):
    case = city.send()
    assert "等待工作人员审核" in progress(pages, case)
    assert "2026-06-16 前" in progress(pages, case)

    city.act(reception.accept, case, "assigner")
    assert "正在确定承办单位" in progress(pages, case)
    assert "2026-06-30 前" in progress(pages, case)  # ten working days, a holiday among them
    assert "（还剩 10 个工作日）" in progress(pages, case)

    city.act(assigning.assign, case, "assigner", unit=city.lamps)
    assert "您的留言已交灯管处办理" in progress(pages, case)
    city.act(assigning.object_to, case, "handler", words="不归我管：内部原因")
    page = progress(pages, case)
    assert "灯管处提出应由其他单位办理" in page
    assert "内部原因" not in page
    city.act(assigning.reassign, case, "assigner", unit=city.roads, words="归道路处")
    assert "改派道路处办理" in progress(pages, case)
    assert "2026-06-30 前" in progress(pages, case)
    city.act(assigning.take_up, case, "other_handler")
    assert "道路处正在办理" in progress(pages, case)
    city.act(replying.draft, case, "other_handler", text=REPLY, outcome=Outcome.SOLVED)
    assert "已拟出答复，正在审核" in progress(pages, case)
    reply = replying.current(city.session, case)
    city.act(
        replying.send_back, case, "other_leader", reply=reply, code=ReturnReason.TONE, note="语气"
    )
    page = progress(pages, case)
    assert "退回道路处重写" in page
    assert "语气" not in page
    assert REPLY not in page


def test_a_time_that_is_over_is_told_as_such(pages, city, citizen):
    case = city.in_progress()
    let_pass(city, pages, 60)
    assert "应于 2026-06-30 前办理，已超期" in progress(pages, case)


def test_an_extension_is_told_with_its_reason_and_new_day(pages, city, citizen):
    case = city.in_progress()
    city.act(replying.extend, case, "leader", words="等待配件到货")
    page = progress(pages, case)
    assert "等待配件到货" in page
    assert "2026-07-14 前" in page
    assert "已延期至 2026-07-14" in page


def test_every_stage_has_a_page(pages, city, citizen, make):
    case = city.replied()
    for state in CaseState:
        case.state = state
        city.session.commit()
        pages.get(f"/messages/{case.no}/progress")
        pages.get("/account/messages")
        pages.speak("en").get(f"/messages/{case.no}/progress")


def test_the_reply_is_rated_and_the_rating_changed_once(session, pages, city, citizen):
    case = city.replied()
    page = pages.post(f"/messages/{case.no}/rate", **MARKS, words="太慢", asked_for_praise="y")
    assert "感谢您的评价" in page
    rating = session.query(Rating).one()
    assert (rating.solved, rating.attitude, rating.speed) == (2, 3, 4)
    assert (rating.words, rating.asked_for_praise) == ("太慢", True)

    pages.post(f"/messages/{case.no}/rate", **(MARKS | {"solved": "5"}))
    assert (rating.solved, rating.before) == (5, "2,3,4")
    page = pages.post(f"/messages/{case.no}/rate", status=409, **MARKS, words="第三次")
    assert "第三次" in page
    assert rating.solved == 5


@pytest.mark.parametrize(
    "wrong",
    [{"solved": ""}, {"attitude": "6"}, {"speed": "0"}, {"solved": "x"}, {"words": "长" * 2001}],
)
def test_a_rating_with_something_wrong_is_kept_to_be_mended(session, pages, city, citizen, wrong):
    case = city.replied()
    page = pages.post(
        f"/messages/{case.no}/rate", status=422, **(MARKS | {"words": "我的意见"} | wrong)
    )
    assert wrong.get("words", "我的意见")[:4] in page
    assert session.query(Rating).count() == 0


def test_a_rating_after_its_time_is_refused_with_the_words_kept(pages, city, citizen):
    case = city.replied()
    let_pass(city, pages, 15)
    [window] = clocks.running(case, ClockKind.RATING)
    city.clock.now = window.due_at
    page = pages.post(f"/messages/{case.no}/rate", status=409, **MARKS, words="来晚了")
    assert "来晚了" in page


def test_staff_see_no_rating_while_its_window_is_open(pages, city, citizen):
    case = city.replied(publish_text=True)
    pages.post(f"/messages/{case.no}/rate", **MARKS, words="不满意的话")
    assert "不满意的话" in pages.get(f"/messages/{case.no}/progress")
    for who in ("handler", "leader", "assigner", "supervisor"):
        pages.sign_in(getattr(city.people, who))
        assert "不满意的话" not in pages.get(f"/messages/{case.no}")
        pages.get(f"/messages/{case.no}/progress", status=404)
        pages.post(f"/messages/{case.no}/rate", status=404, **MARKS)


def test_what_is_missing_is_added(session, pages, city, citizen):
    case = city.send(facts="灯坏了。")
    city.act(reception.return_for_more, case, "assigner", words="请写明路段")
    assert "请写明路段" in progress(pages, case)
    page = pages.post(f"/messages/{case.no}/supplement", status=422, words=" ")
    assert "请填写内容" in page

    pages.post(f"/messages/{case.no}/supplement", words="东湖路1号到9号")
    assert case.state is CaseState.UNDER_REVIEW
    assert "东湖路1号到9号" in case.suggestion.facts
    page = pages.post(f"/messages/{case.no}/supplement", status=409, words="再补一句")
    assert "再补一句" in page


def test_files_come_with_what_was_missing_and_a_bad_one_holds_it_up(session, pages, city, citizen):
    case = city.send(facts="灯坏了。")
    city.act(reception.return_for_more, case, "assigner", words="请附照片")
    bad = {"words": "东湖路", "files": (BytesIO(b"MZ"), "x.exe")}
    page = pages.post(f"/messages/{case.no}/supplement", status=422, **bad)
    assert "x.exe" in page
    assert "东湖路" in page
    assert case.state is CaseState.RETURNED_FOR_MORE

    good = {"words": "东湖路", "files": (BytesIO(b"hello"), "note.txt")}
    assert "note.txt" in pages.post(f"/messages/{case.no}/supplement", **good)
    assert [file.filename for file in case.suggestion.attachments] == ["note.txt"]


def test_a_refusal_is_objected_to_once(pages, city, citizen):
    case = city.send()
    refuse = {"reason": reception.Refused.NO_MATTER}
    city.act(reception.refuse, case, "assigner", **refuse)
    assert "诉求不明确" in progress(pages, case)
    pages.post(f"/messages/{case.no}/contest", words="诉求是修灯")
    assert case.state is CaseState.UNDER_REVIEW
    city.act(reception.refuse, case, "second_assigner", **refuse)
    assert "不再重复审核" in progress(pages, case)
    assert "还是不服" in pages.post(f"/messages/{case.no}/contest", status=409, words="还是不服")


def test_a_message_is_taken_back(pages, city, citizen):
    case = city.accepted(publish_text=True)
    assert "确认撤回" in pages.get(f"/messages/{case.no}/progress")
    pages.post(f"/messages/{case.no}/withdraw", words="已经修好了")
    assert case.state is CaseState.WITHDRAWN
    assert case.suggestion.status is SuggestionStatus.WITHDRAWN
    pages.post(f"/messages/{case.no}/withdraw", status=409)


def test_a_review_and_then_the_final_one_are_asked_for(pages, city, citizen):
    case = city.replied()
    let_pass(city, pages, 40)
    assert "申请复查" in progress(pages, case)
    pages.post(f"/messages/{case.no}/appeal", status=422, words="")
    pages.post(f"/messages/{case.no}/appeal", words="根本没修")
    assert case.state is CaseState.APPEAL
    assert "市政府正在审查原答复" in progress(pages, case)
    pages.post(f"/messages/{case.no}/appeal", status=409, words="再说一遍")


def test_consents_are_changed_at_any_time(pages, city, citizen):
    case = city.replied(publish_text=True)
    pages.post(f"/messages/{case.no}/consents", publish_name="y")
    assert (case.suggestion.publish_text, case.suggestion.publish_name) == (False, True)
    pages.client.delete_cookie("jisi")
    pages.get(f"/messages/{case.no}", status=404)


@pytest.mark.parametrize("act", ["supplement", "withdraw", "contest", "rate", "appeal", "consents"])
def test_only_the_author_acts(pages, city, act, slug):
    case = city.replied(publish_text=True)
    pages.post(f"/messages/{case.no}/{act}", status=401, words="x")
    for who in ("stranger", "assigner", "handler"):
        pages.sign_in(getattr(city.people, who))
        pages.post(f"/messages/{case.no}/{act}", status=404, words="x", **MARKS)
    assert case.state is CaseState.REPLIED


def test_there_is_no_such_act(pages, city, citizen):
    case = city.replied()
    pages.post(f"/messages/{case.no}/close", status=404, words="x")
    pages.post("/messages/0001-999999/rate", status=404, **MARKS)


def test_a_stale_page_keeps_what_was_typed(app, pages, city, citizen):
    case = city.replied()
    city.session.commit()
    app.config["WTF_CSRF_ENABLED"] = True
    assert "写了很久" in pages.post(
        f"/messages/{case.no}/rate", status=400, **MARKS, words="写了很久"
    )


def test_the_query_code_shows_the_way_but_lets_nobody_act(pages, city, slug):
    case = city.replied(facts="联系我13812345678。")
    city.session.commit()
    page = pages.get(f"/messages/{case.no}/progress?code={case.suggestion.query_code}")
    assert REPLY in page
    assert "13812345678" not in page
    assert f'action="/messages/{case.no}/rate"' not in page
    pages.get(f"/messages/{case.no}/progress?code=WRONG23456", status=404)
    assert "登录" in pages.get(f"/messages/{case.no}/progress")
    pages.get(f"/messages/{case.no}/receipt?code={case.suggestion.query_code}")


def test_a_followed_low_rating_is_told_from_answer_to_closing(pages, city, citizen):
    case = city.rated((2, 2, 2))
    let_pass(city, pages, 30)
    assert "责任单位须跟进处理" in progress(pages, case)
    city.act(judging_replies.reopen, case, "assigner", words="确实没有修好")
    page = progress(pages, case)
    assert "本件已重新办理" in page
    assert "确实没有修好" in page
    city.act(assigning.take_up, case, "handler")
    city.act(replying.draft, case, "handler", text="已换新灯，6月20日。", outcome=Outcome.SOLVED)
    city.publish(case)
    pages.post(f"/messages/{case.no}/rate", solved="5", attitude="5", speed="5")
    let_pass(city, pages, 40)
    page = progress(pages, case)
    assert "本件已办结" in page
    assert REPLY in page
    assert "已换新灯" in page
    assert city.session.query(Rating).filter_by(round=2).one().solved == 5


def test_the_public_page_shows_the_masked_words_and_the_reply(pages, city, slug):
    case = city.replied(facts="联系我13812345678。", publish_text=True)
    page = pages.get(f"/messages/{case.no}")
    assert "138****5678" in page
    assert "13812345678" not in page
    assert REPLY in page
    assert "李四" not in page
    assert f"/messages/{case.no}" in pages.get(f"/mailboxes/{slug}")


def test_my_messages_say_whose_turn_it_is(pages, city, citizen, make):
    case = city.replied()
    other = city.replied(title="别人的留言", author=city.people.stranger, publish_text=True)
    make.support(other.suggestion, citizen)
    page = text_of(pages.get("/account/messages"))
    assert "请您评价" in page
    assert "别人的留言" not in page
    assert case.no in text_of(pages.get("/account/messages?show=waiting"))
    assert case.no not in text_of(pages.get("/account/messages?show=done"))
    assert "别人的留言" in text_of(pages.get("/account/messages?show=followed"))
    pages.get("/account/messages?show=nonsense&page=-3")


def test_the_author_is_told_that_two_people_left_it_out_of_the_rates(pages, city, citizen):
    case = city.replied()
    found = exclusions.propose(
        city.session,
        case=case,
        reason=ExclusionReason.REPEATED,
        words="内部依据第三条",
        actor=city.people.assigner,
        now=city.clock(),
    )
    assert "不计入办理评价比率" not in progress(pages, case)
    said = {"words": "同意", "actor": city.people.supervisor, "now": city.clock()}
    exclusions.decide(city.session, found=found, approved=True, version=found.version, **said)
    page = progress(pages, case)
    assert "不计入办理评价比率" in page
    assert "您的留言照常办理答复" in page
    assert "恢复计入办理评价比率" not in page
    assert "内部依据第三条" not in page
    city.session.flush()
    exclusions.take_back(city.session, found=found, version=found.version, **said)
    assert "恢复计入办理评价比率" in progress(pages, case)
