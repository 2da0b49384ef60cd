"""Finding replies that say nearly the same: by an index, within what a reader may know of."""

import pytest
from sqlalchemy import func, select

from consult.services.caseload import reply_pages
from consult.services.grouping import placement
from consult.services.grouping.similarity import TopicIndexes
from consult.services.handling import reply_similar, replying
from consult.services.handling.reply_checks import Concern
from consult.services.handling.reply_similar import bands
from consult.services.handling.replying import Outcome
from models.case import CaseState
from models.reply import ReplyBand, ReturnReason
from models.suggestion import SuggestionKind
from tests.city import REPLY
from tests.queries import counted_queries

FORM = (
    "经现场查看，{place}路灯线路老化，已于6月10日更换线路并恢复照明，今后每月巡查一次，"
    "发现故障当天维修，监督电话0999-1234567。"
)


@pytest.fixture
def indexes():
    return TopicIndexes("hashing")


def drafted(city, make, place, *, author=None, **values):
    """A message of somebody else about ``place``, with the form as its reply."""
    author = author or make.person()
    return city.drafted(FORM.format(place=place), title=f"{place}不亮", author=author, **values)


def nos(city, case, text):
    return [one.no for one in reply_similar.near(city.session, case=case, text=text)]


def test_texts_that_share_most_of_their_words_share_a_band():
    one, other = (bands(FORM.format(place=place)) for place in ("幸福路", "平安街东段"))

    assert len(one) == 16
    assert set(one) & set(other)


def test_texts_that_share_nothing_share_no_band():
    other = "公交线路调整方案正在公示，请到市交通局网站查看，公示期三十天，到期后按批复实施，欢迎提出意见。"

    assert not set(bands(FORM)) & set(bands(other))


@pytest.mark.parametrize("text", ["", "您好！感谢您的留言！", "已更换。", "\ud800"])
def test_a_text_with_little_to_compare_has_no_bands(text):
    assert bands(text) == ()


def test_a_reply_is_found_by_another_with_the_place_changed_and_not_by_itself(city, make):
    first = drafted(city, make, "幸福路")
    second = city.in_progress(title="平安街不亮", author=make.person())

    assert nos(city, second, FORM.format(place="平安街")) == [first.no]
    assert nos(city, first, FORM.format(place="幸福路")) == []


def test_the_words_of_now_are_found_and_not_those_before(city, make, session):
    case = drafted(city, make, "幸福路")
    reply = replying.current(session, case)
    city.act(replying.send_back, case, "leader", reply=reply, code=ReturnReason.SAME_AS_OTHERS)
    city.act(replying.draft, case, "handler", text="另一番话" * 20, outcome=Outcome.EXPLAINED)
    other = city.in_progress(title="平安街不亮", author=make.person())

    assert nos(city, other, FORM.format(place="平安街")) == []
    assert nos(city, other, "另一番话" * 20) == [case.no]


def test_the_reply_to_a_report_is_found_by_nobody(city, make, session):
    report = city.send(
        "举报", author=make.person(), kind=SuggestionKind.REPORT, named_unit=city.roads
    )
    report.state = CaseState.IN_PROGRESS
    session.flush()
    replying.keep(
        session,
        case=report,
        version=report.version,
        text=FORM.format(place="幸福路"),
        actor=make.staff("handler", city.mailbox.report_unit),
        now=city.clock(),
    )
    reply = replying.current(session, report)
    reply_similar.index(session, case=report, reply=reply)
    other = city.in_progress(title="平安街不亮", author=make.person())

    assert session.scalar(select(func.count()).select_from(ReplyBand)) == 0
    assert nos(city, other, FORM.format(place="平安街")) == []


def test_another_mailbox_is_not_searched(city, make, session):
    case = drafted(city, make, "幸福路")
    other = city.in_progress(title="平安街不亮", author=make.person())
    other.mailbox = make.mailbox(agency=city.mailbox.topic.agency)
    session.flush()

    assert nos(city, other, FORM.format(place="平安街")) == []
    assert case.mailbox_id != other.mailbox_id


def test_messages_of_one_group_or_one_author_are_the_same_matter(city, make):
    author = make.person()
    first, third = drafted(city, make, "幸福路"), drafted(city, make, "幸福路口", author=author)
    second = city.in_progress(title="幸福路又不亮了", author=author)
    make.cluster(first.suggestion, second.suggestion)
    found = reply_similar.near(city.session, case=second, text=FORM.format(place="幸福路"))

    assert {one.no: one.same_matter for one in found} == {first.no: True, third.no: True}


def test_the_search_asks_no_more_as_replies_grow(city, make, session):
    case = city.in_progress(title="平安街不亮", author=make.person())
    text = FORM.format(place="平安街")
    asked = []
    for places in (("甲路",), ("乙路", "丙路", "丁路", "戊路")):
        for place in places:
            drafted(city, make, place)
        session.expire_all()
        case.suggestion.author_id, case.mailbox_id  # noqa: B018 - loaded before it is counted
        with counted_queries(session) as queries:
            reply_similar.near(session, case=case, text=text)
        asked.append(queries.count)

    assert asked[0] == asked[1] <= 3


def test_of_a_form_that_many_share_only_the_newest_are_read(city, make, session, monkeypatch):
    monkeypatch.setattr(reply_similar, "OF_A_BAND", 2)
    monkeypatch.setattr(reply_similar, "CANDIDATES", reply_similar.sharing_a_band())
    cases = [drafted(city, make, f"第{n}街") for n in range(4)]
    case = city.in_progress(title="平安街不亮", author=make.person())
    found = nos(city, case, FORM.format(place="第0街"))

    assert cases[-1].no in found
    assert len(found) < len(cases)


def test_a_reader_sees_the_other_reply_only_if_they_may(city, make, indexes):
    """The finding names the number; the words are shown to who may read them."""
    first = drafted(city, make, "幸福路")
    second = city.in_progress(title="平安街积水严重", author=make.person())

    def look(who):
        return reply_pages.look(
            city.session,
            second,
            text=FORM.format(place="平安街"),
            indexes=indexes,
            reader=getattr(city.people, who),
        )

    mine, others = look("handler"), look("other_handler")
    assert {one.detail for one in mine.findings if one.concern is Concern.REUSED} == {first.no}
    assert mine.repeats.no == first.no
    assert others.repeats is None


def test_like_questions_bring_their_published_answers_and_no_report(city, make, indexes):
    answered = city.replied(
        text=REPLY, title="幸福路路灯坏了", author=make.person(), publish_text=True
    )
    city.replied(text=REPLY, title="幸福路路灯坏了呀", author=make.person())
    case = city.in_progress(title="幸福路的路灯坏了", author=make.person())
    placement.place_pending(city.session, topic=case.topic, indexes=indexes, now=city.clock())
    city.session.commit()  # what is not committed is in no shared index
    found = reply_pages.like(city.session, case, indexes=indexes, reader=city.people.handler)

    assert [one.no for one in found] == [answered.no]
    assert found[0].outcome is Outcome.SOLVED
