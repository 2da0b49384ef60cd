"""Suggestions come in: once each, whole, with personal data kept from the public."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from consult.clustering import digest
from consult.exceptions import Invalid, NotAllowed, NotInThisPhase, NotSignedIn, TooMany
from consult.services.records import ledger
from consult.services.suggesting import suggestions, taking_in
from consult.services.suggesting.contacts import ContactDetails
from models.person import PersonKind
from models.suggestion import STANDING, Contact, Distinction, Suggestion, SuggestionStatus


@pytest.fixture
def topic(make):
    topic = make.topic()
    make.suggestion(topic)  # noise: somebody else's
    make.suggestion()  # noise: another topic's
    return topic


@pytest.fixture
def author(make):
    return make.person()


@pytest.fixture
def submit(session, app, topic, author, clock):
    def submit(title="增设无障碍电梯", facts="老人上下楼很难。", **values):
        values = {"topic": topic, "author": author, "now": clock()} | values
        return suggestions.submit(
            session, title=title, facts=facts, vault=app.extensions["vault"], **values
        )

    return submit


def count(session, model=Suggestion):
    return session.scalar(select(func.count()).select_from(model))


def test_a_suggestion_gets_a_number_a_code_and_an_entry_in_the_ledger(session, submit, topic):
    suggestion = submit(proposal="每栋楼一部。")

    assert suggestion.no.startswith(f"{topic.id:04d}-")
    assert len(suggestion.query_code) == 10
    entry = ledger.of_subject(session, suggestion)[-1]
    assert entry.act == "suggestion.submitted"
    assert entry.detail == {"digest": digest("增设无障碍电梯老人上下楼很难。每栋楼一部。")}


def test_neither_consent_is_given_unless_it_is_asked_for(submit):
    suggestion = submit()

    assert (suggestion.publish_text, suggestion.publish_name) == (False, False)


def test_the_same_words_by_one_person_count_once(session, submit):
    first = submit()
    before = count(session)

    assert submit(title=" 增设无障碍电梯！") is first
    assert count(session) == before


def test_the_same_words_by_another_person_count_again(submit, make):
    assert submit() is not submit(author=make.person())


def test_the_same_words_count_again_after_the_first_were_withdrawn(session, submit):
    first = submit()
    first.status = SuggestionStatus.WITHDRAWN
    session.flush()

    assert submit() is not first


def test_the_public_reads_masks_and_the_original_is_kept(submit):
    suggestion = submit(facts="请打我电话13800138000。")

    assert suggestion.facts == "请打我电话13800138000。"
    assert "13800138000" not in suggestion.public_facts


PERSONAL = st.one_of(
    st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True),
    st.from_regex(r"[a-z]{3,8}@[a-z]{3,8}\.(com|cn|org)", fullmatch=True),
    st.sampled_from(["11010519491231002X", "6222021234567890128", "京A12345", "微信 tree_2024"]),
)


@given(
    number=PERSONAL,
    before=st.text("请联系我电话是：，。 \n", max_size=12),
    after=st.text("谢谢。，！ \n", max_size=12),
)
@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_nothing_that_was_found_reaches_the_public(submit, number, before, after):
    words = f"{before}{number}{after}"
    suggestion = submit(title=f"充电桩{number}", facts=f"问{words}", proposal=words)

    public = (suggestion.public_title, suggestion.public_facts, suggestion.public_proposal)
    assert number not in "".join(public)
    assert number in suggestion.facts


def test_the_contact_is_sealed_and_shown_masked(session, submit):
    details = ContactDetails(name="张晓明", phone="138 0013 8000", address="澄江市河口区一号院二栋")
    contact = session.get(Contact, submit(contact=details).id)

    assert (contact.name_masked, contact.phone_masked) == ("张**", "138 **** 8000")
    assert contact.address_masked == "澄江市河口区***"
    sealed = contact.name_sealed + contact.phone_sealed + contact.address_sealed
    assert "张晓明".encode() not in sealed


def test_an_empty_contact_leaves_no_row(session, submit):
    submit(contact=ContactDetails(name=" "))

    assert count(session, Contact) == 0


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " \x00\ud800 "}, "title"),
        ({"title": "长" * 61}, "title"),
        ({"facts": "\u200b"}, "facts"),
        ({"facts": "字" * 4001}, "facts"),
        ({"proposal": "字" * 4001}, "proposal"),
        ({"place": "字" * 201}, "place"),
    ],
)
def test_words_missing_or_too_many_are_named_by_their_field(submit, values, field):
    with pytest.raises(Invalid) as refusal:
        submit(**values)

    assert refusal.value.field == field


def test_words_with_emoji_and_broken_characters_are_kept_readable(session, submit):
    suggestion = submit(title="👨‍👩‍👧 公园\x00请\ud83d开放", facts="😀" * 4000)
    session.expire(suggestion)

    assert suggestion.title == "👨‍👩‍👧 公园请开放"
    assert len(suggestion.facts) == 4000


def test_a_closed_topic_takes_nothing(submit, topic, clock):
    clock.advance(days=31)

    with pytest.raises(NotInThisPhase):
        submit(now=clock())


def test_nobody_in_particular_cannot_suggest(submit):
    with pytest.raises(NotSignedIn):
        submit(author=None)


def test_without_an_account_only_where_the_topic_allows_it(submit, make):
    somebody = make.person(kind=PersonKind.VERIFIED)

    with pytest.raises(NotAllowed):
        submit(author=somebody)
    assert submit(author=somebody, topic=make.topic(allows_anonymous=True)).author is somebody


def test_another_topics_clause_or_question_is_refused(submit, make):
    document = make.document(make.topic())
    with pytest.raises(Invalid) as refusal:
        submit(clause=document.clauses[0])
    assert refusal.value.field == "clause"

    with pytest.raises(Invalid) as refusal:
        submit(question=make.question(make.topic()))
    assert refusal.value.field == "question"


def test_those_that_send_very_often_wait(submit, clock):
    for n in range(3):
        submit(title=f"第{n}件事", per_hour=3)

    with pytest.raises(TooMany):
        submit(title="第四件事", per_hour=3)
    assert submit(title="第四件事", per_hour=3, now=clock() + timedelta(minutes=61))


def test_sending_again_is_no_new_suggestion_and_never_too_often(submit):
    first = submit(per_hour=1)

    assert submit(per_hour=1) is first


def test_mine_is_different_is_kept_for_suggestions_of_this_topic_only(session, submit, make, topic):
    seen, foreign = make.suggestion(topic), make.suggestion()
    suggestion = submit(different_from=[seen.id, foreign.id, 987654])

    assert session.scalars(select(Distinction.other_id)).all() == [seen.id]
    assert session.scalar(select(Distinction.suggestion_id)) == suggestion.id


def test_what_only_the_unique_index_sees_still_returns_the_first(session, submit, topic, author):
    first = submit()
    same = {name: getattr(first, name) for name in ("title", "facts", "digest")}
    copy = {
        "topic_id": topic.id,
        "author_id": author.id,
        "query_code": "ANOTHER",
        "public_title": "",
        "public_facts": "",
        **same,
    }

    assert taking_in.insert(session, copy, STANDING) == (first, False)
    assert session.scalar(select(Suggestion).filter_by(query_code="ANOTHER")) is None
