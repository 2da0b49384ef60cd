"""The letter that brings a reply: words of its own, which the page does not say."""

import pytest
from sqlalchemy import select

from consult.jobs.notices import deliver
from consult.jobs.runner import Runner
from consult.services.handling import joining, replying
from consult.services.handling.replying import Outcome
from models.notice import Letter
from tests.city import REPLY

OWN = "工作人员周三上午到您家门口检查，请留人。"


@pytest.fixture
def letters(app, session, city):
    """What the letters of a person say, after the jobs came by."""

    def act(person):
        session.commit()
        Runner(app).run_due(["case_notices"])
        deliver(session, city.clock())
        vault = app.extensions["vault"]
        address = vault.open(person.address_sealed)
        found = session.scalars(select(Letter).order_by(Letter.id))
        return [
            vault.open(one.body_sealed) for one in found if vault.open(one.to_sealed) == address
        ]

    return act


def answered(city, case, **values):
    form = {"text": REPLY, "outcome": Outcome.SOLVED} | values
    city.act(replying.draft, case, "handler", **form)
    return city.publish(case)


def test_the_author_gets_the_words_for_the_letter_and_the_page_does_not_say_them(city, letters):
    case = city.in_progress()
    reply = answered(city, case, mail_text=OWN)

    assert any(OWN in body for body in letters(city.people.citizen))
    assert OWN not in reply.public_text


def test_without_words_of_its_own_the_letter_says_where_the_reply_is(city, letters):
    case = city.replied()
    bodies = letters(city.people.citizen)

    assert case.no in bodies[-1]
    assert f"/messages/{case.no}" in bodies[-1]
    assert not any(REPLY in body for body in bodies)


def test_who_was_joined_gets_the_line_of_their_own_and_nobody_elses(city, make, session, letters):
    case = city.in_progress()
    one, other = make.person(), make.person()
    joined = [city.accepted(title=f"路灯{n}", author=who) for n, who in enumerate((one, other))]
    joining.join(
        session,
        lead=case,
        others=joined,
        times=city.times(case),
        actor=city.people.assigner,
        now=city.clock(),
    )
    answered(city, case, lines={joined[0].id: OWN})

    assert any(OWN in body for body in letters(one))
    assert not any(OWN in body for body in letters(other))
