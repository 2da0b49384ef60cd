"""What everybody reads of a mailbox: its answers, how fast they came, and nothing that is not for them."""

import pytest

from consult.exceptions import Gone, NotFound, NotSignedIn
from consult.extensions import indexes
from consult.services.caseload import answered, mailbox_pages, message_pages
from consult.services.caseload.answered import Wish
from consult.services.caseload.public_states import PublicStatus, codes_within, status_of
from consult.services.grouping import placement
from consult.services.handling import (
    assigning,
    joining,
    judging_replies,
    passing_time,
    reception,
    replying,
)
from consult.services.handling.judging_replies import Stars
from consult.services.handling.replying import Outcome
from consult.services.supervising import tallying
from models.case import CaseState
from models.mailbox import Domain
from models.suggestion import SuggestionKind
from tests.city import CALENDAR, REPLY
from tests.queries import counted_queries


def titles(page):
    return [one.face.title for one in page.items]


def searched(city, reader=None, page=1, **wish):
    return answered.search(city.session, city.mailbox, Wish(**wish), reader=reader, page=page)


def placed(city, app):
    placement.place_pending(
        city.session, topic=city.mailbox.topic, indexes=indexes(), now=city.clock()
    )
    city.session.commit()


@pytest.mark.parametrize("state", CaseState)
def test_every_stage_is_told_in_public_or_in_none(city, state):
    case = city.send()
    case.state = state
    hidden = {"submitted", "under_review", "returned_for_more", "not_accepted", "withdrawn"}
    assert (status_of(case) is None) is (state in hidden)


def test_what_was_answered_is_listed_newest_answer_first(city):
    first = city.replied(title="先来的", publish_text=True)
    city.clock.advance(days=1)
    city.replied(title="后来的", publish_text=True)
    city.in_progress(title="还在办", publish_text=True)

    found = searched(city)

    assert titles(found) == ["后来的", "先来的"]
    assert (found.items[1].answer.text, found.items[1].answer.unit) == (REPLY, city.lamps)
    assert found.items[1].status is PublicStatus.REPLIED
    assert first.replied_at == found.items[1].answer.at


def test_words_that_are_not_for_everybody_are_in_no_list(city):
    city.replied(title="不同意公开", publish_text=False)
    city.send(title="还没审核", publish_text=True)
    taken_back = city.accepted(title="撤回的", publish_text=True)
    city.act(reception.withdraw, taken_back, "citizen")
    report = city.send(
        title="举报路灯处", kind=SuggestionKind.REPORT, named_unit=city.lamps, publish_text=True
    )
    report.suggestion.publish_text, report.state = True, CaseState.REPLIED  # even if it were
    report.replied_at = city.clock()
    city.session.flush()

    assert titles(searched(city)) == []
    for status in PublicStatus:
        assert titles(searched(city, status=status)) == []
    assert titles(searched(city, words="举报")) == []


@pytest.mark.parametrize(
    ("wish", "found"),
    [
        ({"words": "路灯"}, ["请修路灯"]),
        ({"words": "路灯 不存在"}, []),
        ({"domain": Domain.URBAN}, ["请修路灯"]),
        ({"kind": SuggestionKind.QUESTION}, ["何时通车"]),
        ({"region_code": "329900"}, ["何时通车", "请修路灯"]),
        ({"region_code": "329901"}, ["请修路灯"]),
        ({"region_code": "110000"}, []),
        ({"status": PublicStatus.IN_HAND}, ["公交改线"]),
        ({"status": PublicStatus.REPLIED}, ["何时通车", "请修路灯"]),
        ({"status": PublicStatus.CLOSED}, []),
    ],
)
def test_messages_are_found_by_words_domain_region_kind_and_status(city, make, wish, found):
    make.region("329900", "澄江市")
    district = make.region("329901", "东湖区", parent_code="329900")
    other = make.region("329902", "西山区", parent_code="329900")
    city.replied(title="请修路灯", publish_text=True, domain=Domain.URBAN, region=district)
    city.clock.advance(days=1)
    city.replied(title="何时通车", publish_text=True, kind=SuggestionKind.QUESTION, region=other)
    city.in_progress(title="公交改线", publish_text=True, domain=Domain.TRANSPORT)

    assert titles(searched(city, **wish)) == found


def test_a_region_reaches_those_below_it():
    assert codes_within("330000") == ("330000", "339999")
    assert codes_within("330100") == ("330100", "330199")
    assert codes_within("330102") == ("330102", "330102")


def test_a_filed_case_without_an_answer_was_handed_on(city):
    case = city.accepted(publish_text=True)
    city.act(reception.transfer_out, case, "assigner", receiver="省电力公司")
    assert titles(searched(city, status=PublicStatus.HANDED_ON)) == ["请修路灯"]
    case.state = CaseState.ARCHIVED
    city.session.flush()
    assert titles(searched(city, status=PublicStatus.HANDED_ON)) == ["请修路灯"]
    assert titles(searched(city, status=PublicStatus.CLOSED)) == []


def test_a_list_asks_as_much_for_many_as_for_few(city):
    city.replied(title="第一件", publish_text=True)
    city.session.commit()
    with counted_queries(city.session) as few:
        searched(city)
    for n in range(6):
        city.replied(title=f"又一件{n}", publish_text=True)
    city.session.commit()
    city.session.expire_all()
    with counted_queries(city.session) as many:
        assert len(searched(city).items) == 7
    assert many.count <= few.count + 1  # the mailbox itself is read anew


def test_joined_messages_wear_the_answer_of_their_case_once_it_is_given(city):
    lead = city.accepted(title="主件", publish_text=True)
    member = city.accepted(
        title="并入的", author=city.people.stranger, publish_text=True, facts="同样的事。"
    )
    joining.join(
        city.session,
        lead=lead,
        others=[member],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    assert member.id not in answered.answers(city.session, [member])

    city.act(assigning.assign, lead, "assigner", unit=city.lamps)
    city.act(assigning.take_up, lead, "handler")
    city.act(
        replying.draft,
        lead,
        "handler",
        text=REPLY,
        outcome=Outcome.SOLVED,
        lines={member.id: "您家门口的电话13812345678已记下。"},
    )
    city.publish(lead)

    assert answered.answers(city.session, [member])[member.id].text == REPLY
    shown = message_pages.public(city.session, member.no, reader=None)
    assert [one.text for one in shown.answers] == [REPLY]
    assert "13812345678" not in shown.line
    assert shown.line
    assert message_pages.public(city.session, lead.no, reader=None).line == ""


def test_similar_ones_tell_what_was_answered_and_what_is_in_hand(city, app):
    city.replied(title="东湖路的路灯不亮", publish_text=True)
    city.in_progress(title="东湖路的路灯坏了", publish_text=True, author=city.people.stranger)
    city.send(title="东湖路路灯都不亮", publish_text=True, author=city.people.second_assigner)
    placed(city, app)

    found = answered.similar(
        city.session, city.mailbox, indexes=indexes(), title="东湖路的路灯不亮了"
    )

    by_title = {one.message.face.title: one.message for one in found}
    assert set(by_title) == {"东湖路的路灯不亮", "东湖路的路灯坏了"}
    assert by_title["东湖路的路灯不亮"].answer.text == REPLY
    assert by_title["东湖路的路灯坏了"].answer is None


def test_of_those_that_one_case_answers_the_likeliest_stands_for_all(city, app):
    lead = city.in_progress(title="东湖路的路灯不亮", publish_text=True)
    other = city.in_progress(
        title="东湖路的路灯全都不亮", publish_text=True, author=city.people.stranger
    )
    joining.join(
        city.session,
        lead=lead,
        others=[other],
        times=city.times(lead),
        actor=city.people.assigner,
        now=city.clock(),
    )
    placed(city, app)

    found = answered.similar(
        city.session, city.mailbox, indexes=indexes(), title="东湖路的路灯全都不亮"
    )

    assert [one.message.face.title for one in found] == ["东湖路的路灯全都不亮"]


# How long answers take


def pace(city):
    asked = [city.mailbox.topic_id]
    [found] = mailbox_pages.paces(
        city.session, asked, zone=CALENDAR.zone, now=city.clock()
    ).values()
    return found


def count_all(city):
    while tallying.work_off(city.session, zone=CALENDAR.zone):
        pass


def test_the_pace_is_that_of_the_last_90_days_and_of_no_report(city):
    came_long_ago = city.drafted(title="早就来了")
    city.replied(title="很久以前答复")
    city.clock.advance(days=100)
    for days in (1, 2, 6):
        case = city.drafted(title=f"用了{days}天")
        city.clock.advance(days=days)
        city.publish(case)
    city.publish(came_long_ago)
    report = city.send(title="举报处长", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    report.replied_at, report.days_taken = city.clock(), 99
    city.clock.advance(days=1)
    city.session.flush()
    before_it_is_counted = pace(city)

    count_all(city)

    found = pace(city)
    assert found == before_it_is_counted
    assert (found.received, found.replied, found.on_time) == (3, 4, 3)
    assert sorted(found.days.values()) in ([1, 1, 2], [1, 1, 1, 1])
    assert max(found.days) == came_long_ago.days_taken
    assert 99 not in found.days


@pytest.mark.parametrize(("days", "counted"), [(89, 1), (90, 0), (91, 0)])
def test_a_reply_counts_for_90_days(city, days, counted):
    city.replied()
    count_all(city)
    city.clock.advance(days=days)

    found = pace(city)

    shown = (found.received, found.replied, sum(found.days.values()))
    assert shown == (2 * counted, counted, counted)  # somebody else wrote, too


def test_a_day_ends_where_the_offices_are(city):
    """At half past eleven in the evening it is still the same day there, and soon another one."""
    city.clock.advance(hours=11, minutes=30)
    city.replied(title="夜里十一点半")
    city.clock.advance(days=89)
    assert pace(city).replied == 1
    city.clock.advance(minutes=30)
    assert pace(city).replied == 0


def test_what_was_answered_again_counts_by_its_last_reply(city):
    case = city.rated((1, 1, 1))
    count_all(city)
    city.clock.advance(days=60)
    case.replied_at = city.clock()
    city.session.flush()
    count_all(city)
    city.clock.advance(days=60)

    found = pace(city)

    assert (found.received, found.replied) == (0, 1)
    assert tallying.differences(city.session, zone=CALENDAR.zone) == []


def test_the_paces_of_several_mailboxes_are_told_apart_and_none_beside_them(city, make):
    other = make.mailbox()
    city.replied()
    count_all(city)
    asked = [other.topic_id, city.mailbox.topic_id]
    ways = {"zone": CALENDAR.zone, "now": city.clock()}

    found = mailbox_pages.paces(city.session, asked, **ways)

    assert [found[one].replied for one in asked] == [0, 1]
    assert list(mailbox_pages.paces(city.session, asked[:1], **ways)) == asked[:1]
    assert mailbox_pages.paces(city.session, [], **ways) == {}


def test_without_answers_there_is_no_pace(city):
    found = pace(city)
    assert (found.median_days, found.nearly_all, found.on_time_rate) == (None, None, None)


def test_a_rating_counts_when_its_window_has_closed(city):
    city.rated((5, 5, 5))
    count_all(city)
    assert pace(city).rated == 0

    city.clock.advance(days=30)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.flush()
    assert (pace(city).rated, pace(city).satisfied) == (1, 1)
    count_all(city)
    assert (pace(city).rated, pace(city).satisfied) == (1, 1)


def test_what_two_people_left_out_of_rates_is_not_in_the_pace(city):
    case = city.replied()
    count_all(city)
    case.excluded_at = city.clock()
    city.session.flush()
    for _once_more in range(2):
        found = pace(city)
        assert (found.replied, found.excluded_replied) == (1, 1)
        assert (found.on_time, found.median_days) == (0, None)
        count_all(city)


def test_mailboxes_are_found_by_name_and_closed_ones_are_left_out(city, make):
    other = make.mailbox()
    other.topic.title, other.addressee = "教育局信箱", "局长 100%"
    closed = make.mailbox()
    closed.closed_at = city.clock()
    city.session.flush()

    everyone = mailbox_pages.every(city.session)
    assert {one.topic_id for one in everyone.items} == {city.mailbox.topic_id, other.topic_id}
    assert mailbox_pages.every(city.session, words="教育").items == [other]
    assert mailbox_pages.every(city.session, words="100%").items == [other]
    assert mailbox_pages.every(city.session, words="%").items == [other]


def test_a_form_offers_the_region_of_the_mailbox_and_those_below(city, make):
    make.region("320000", "江苏省")
    make.region("329900", "澄江市")
    make.region("329901", "东湖区", parent_code="329900")
    make.region("110000", "北京市")
    assert {one.code for one in mailbox_pages.regions_of(city.session, city.mailbox)} >= {"110000"}

    city.mailbox.topic.region_code = "329900"
    assert [one.code for one in mailbox_pages.regions_of(city.session, city.mailbox)] == [
        "329900",
        "329901",
    ]


# One message


def test_a_message_is_public_once_it_is_accepted(city):
    case = city.send(publish_text=True)
    with pytest.raises(NotFound):
        message_pages.public(city.session, case.no, reader=None)

    city.act(reception.accept, case, "assigner")
    assert message_pages.public(city.session, case.no, reader=None).shows_words


@pytest.mark.parametrize("no", ["", "x", "0001", "0001-999999", "9999-000001", "0001-" + "9" * 12])
def test_an_unknown_number_is_not_found(city, no):
    with pytest.raises(NotFound):
        message_pages.by_no(city.session, no)


def test_the_number_must_name_the_mailbox_too(city):
    case = city.replied(publish_text=True)
    with pytest.raises(NotFound):
        message_pages.public(city.session, f"9999-{case.no[5:]}", reader=None)


def test_of_one_that_was_public_it_is_told_that_it_was_taken_back(city):
    case = city.accepted(publish_text=True)
    city.act(reception.withdraw, case, "citizen")
    with pytest.raises(Gone):
        message_pages.public(city.session, case.no, reader=None)

    never = city.send(title="没公开过", publish_text=True)
    city.act(reception.withdraw, never, "citizen")
    with pytest.raises(NotFound):
        message_pages.public(city.session, never.no, reader=None)


@pytest.mark.parametrize(
    "who", ["stranger", "assigner", "handler", "leader", "supervisor", "other_handler"]
)
def test_a_report_is_nowhere_for_the_unit_it_names_nor_for_other_offices(city, who):
    case = city.send(title="举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    person = getattr(city.people, who)
    code = "WRONG" + case.suggestion.query_code[5:]

    for ask in (
        lambda: message_pages.public(city.session, case.no, reader=person),
        lambda: message_pages.own(city.session, case.no, person=person),
        lambda: message_pages.followed(city.session, case.no, person=person, code=code),
    ):
        with pytest.raises(NotFound) as refusal:
            ask()
        assert refusal.value.message == "There is no message with this number."


def test_the_author_of_a_report_sees_it_and_whoever_receives_it(city):
    case = city.send(title="举报", kind=SuggestionKind.REPORT, named_unit=city.lamps)
    assert message_pages.public(city.session, case.no, reader=city.people.citizen).is_own
    assert message_pages.public(city.session, case.no, reader=city.people.inspector).is_in_office
    assert message_pages.own(city.session, case.no, person=city.people.citizen) is case


def test_the_query_code_opens_it_without_an_account(city):
    case = city.send()
    code = case.suggestion.query_code
    found = message_pages.followed(
        city.session, case.no, person=None, code=f"{code[:5]}-{code[5:]}".lower()
    )
    assert found is case
    with pytest.raises(NotFound):
        message_pages.followed(city.session, case.no, person=None, code="ＷＲＯＮＧ")
    with pytest.raises(NotSignedIn):
        message_pages.followed(city.session, case.no, person=None, code="")


def test_a_stranger_learns_nothing_of_a_number_without_signing_in(city):
    for no in (city.send().no, "0001-999999"):
        with pytest.raises(NotSignedIn):
            message_pages.own(city.session, no, person=None)


def test_a_rating_is_shown_when_its_window_has_closed(city):
    case = city.replied(publish_text=True)
    city.act(judging_replies.rate, case, "citizen", stars=Stars(5, 4, 3), words="谢谢，13812345678")
    assert message_pages.public(city.session, case.no, reader=None).rating is None

    city.clock.advance(days=30)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.session.flush()
    shown = message_pages.public(city.session, case.no, reader=None)
    assert (shown.rating.solved, shown.rating.speed) == (5, 3)
    assert "13812345678" not in shown.rating_words


def test_every_reply_of_a_case_that_was_opened_again_is_shown(city):
    case = city.rated((2, 2, 2), publish_text=True)
    city.clock.advance(days=30)
    passing_time.end_what_is_over(city.session, calendar=CALENDAR, now=city.clock())
    city.act(judging_replies.reopen, case, "assigner", words="没有解决")
    city.act(assigning.take_up, case, "handler")
    city.clock.advance(days=1)
    city.act(
        replying.draft, case, "handler", text="已再次更换，6月20日完成。", outcome=Outcome.SOLVED
    )
    city.publish(case)

    shown = message_pages.public(city.session, case.no, reader=None)
    assert [one.text for one in shown.answers] == [REPLY, "已再次更换，6月20日完成。"]
    assert answered.answers(city.session, [case])[case.id].text.startswith("已再次")
