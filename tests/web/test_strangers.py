"""Every address of the platform, asked for by those whom it does not concern."""

import pytest
from sqlalchemy import select

from consult.extensions import db
from models.ledger import LedgerEntry
from models.person import PersonKind, Role
from models.topic import TopicState
from tests.web.world import ROLES, World, addresses, ask, plain, staff

#: Open to everybody, or to whoever is signed in, whatever hangs on them.
OPEN_TO_ALL = {
    "public.home",
    "public.about",
    "public.topics",
    "public.lookup",
    "probes.livez",
    "probes.numbers",
    "probes.readyz",
    "probes.ready_for_pages",
    "static",
    "stylesheet",
    "office.home",
    "office.new_topic",
    "handling.mailboxes",
    "handling.new_mailbox",
    "handling.calendar",
    "handling.clear_day",
    "handling.duty",
}
#: What everybody reads of a mailbox, which is public from its first day.
BOARD = {
    "mailboxes.annual_report",
    "mailboxes.annual_report_file",
    "mailboxes.annual_reports",
    "mailboxes.answered",
    "mailboxes.index",
    "mailboxes.mailbox",
    "mailboxes.message",
    "mailboxes.mine",
    "mailboxes.number_rows",
    "mailboxes.number_rows_file",
    "mailboxes.numbers",
    "mailboxes.numbers_file",
    "mailboxes.report",
    "mailboxes.write",
}
#: Lists of what one's own roles reach: for others they open, and are empty of this world.
OWN_LISTS = {
    "handling.queues",
    "supervising.annual",
    "supervising.annual_file",
    "supervising.digests",
    "supervising.exclusions",
    "supervising.make_digest",
    "supervising.months",
    "supervising.numbers",
    "supervising.numbers_file",
    "supervising.rows",
    "supervising.rows_file",
    "supervising.supervision",
    "supervising.surges",
}
#: Every text of this world ends so.
OURS = plain("").encode()
#: Everybody may choose a region.
REGION = plain("region").encode()
#: About a published consultation; the world of these tests is a draft, or hidden by its author.
PUBLIC = {"public.group", "public.clause", "public.topic", "public.groups", "public.suggestions"}
#: One's own pages: nothing of somebody else's is named in their address.
OWN = "account."
NOT_OURS = {"account.read_notice", "account.end_session", "account.reset"}
#: What a form might carry that gets past the first check of any of them.
FORM = {
    "version": "1",
    "reason": "left",
    "words": "x",
    "answer": "x",
    "verdict": "decline",
    "outcome": "noted",
    "name": "renamed",
    "role": "analyst",
    "format": "csv",
    "go": "send",
    "threshold": "0.4",
    "title": "x",
    "facts": "x",
    "text": "第一条 x",
    "publish_text": "y",
}
ACTS = {"office.group_members": "split", "office.enact": "save", "office.publish_final": "enact"}


def concerns_others(endpoint):
    return endpoint in NOT_OURS or not (endpoint in OPEN_TO_ALL | BOARD or endpoint.startswith(OWN))


@pytest.fixture
def world(make):
    return World(make, TopicState.DRAFT)


def form_for(endpoint, world):
    first, second = world.shown.id, world.hidden.id
    return FORM | {
        "act": ACTS.get(endpoint, "confirm"),
        "id": f"{world.group.id}.{world.group.version}" if "board" in endpoint else str(second),
        "first": str(first),
        "second": str(second),
        "into": str(world.other.id),
        "agency": world.agency.slug,
    }


def acts(session):
    return session.scalars(select(LedgerEntry.act)).all()


def refused(answer):
    """Nothing of it was shown or done: refused, or sent to sign in."""
    if answer.status_code == 302:
        return "/account/sign-in" in answer.location
    return 400 <= answer.status_code < 500


#: Who may most elsewhere walks in every run, and everybody in the long one.
EVERYBODY = [False, pytest.param(True, marks=pytest.mark.slow)]
BUSIEST = (Role.ASSIGNER, Role.ADMINISTRATOR)


def visitors(make, other, *, everybody):
    yield "nobody", None
    yield "citizen", make.person()
    if everybody:
        yield "somebody without an account", make.person(kind=PersonKind.VERIFIED)
    for role in ROLES if everybody else BUSIEST:
        yield f"{role} of another agency", make.staff(role, other)


def walk(app, pages, make, world, method, *, everybody, beginning="/", skip=frozenset()):
    """What was not refused, by visitor and address."""
    let_in = []
    for name, person in visitors(make, make.agency(), everybody=everybody):
        pages.client = app.test_client()
        if person is not None:
            pages.sign_in(person)
        for endpoint, address in addresses(app, world, method, beginning=beginning):
            if not concerns_others(endpoint) or endpoint in skip:
                continue
            form = form_for(endpoint, world) if method == "POST" else None
            answer = ask(pages, method, address, form)
            if endpoint in OWN_LISTS and OURS not in answer.data.replace(REGION, b""):
                continue
            if not refused(answer):
                let_in.append((name, address, answer.status_code))
    return let_in


@pytest.mark.parametrize("everybody", EVERYBODY)
def test_strangers_see_no_page_of_what_is_not_public(app, pages, make, world, everybody):
    skip = frozenset({"public.edit_suggestion"})
    found = walk(app, pages, make, world, "GET", everybody=everybody, skip=skip)

    # Administration is of the whole platform, save for what it changes; tested below.
    assert [one for one in found if "/admin" not in one[1]] == []
    assert {name for name, address, _status in found if "/admin" in address} <= {
        "administrator of another agency"
    }


@pytest.mark.parametrize("everybody", EVERYBODY)
def test_strangers_change_nothing(app, pages, make, world, session, everybody):
    pages.sign_in(world.author)  # whose session they try to end
    before = acts(session)
    skip = frozenset({"admin.ledger_verify"})
    found = walk(app, pages, make, world, "POST", everybody=everybody, skip=skip)

    administrators_own = ("/admin/operations/jobs", "/admin/regions")
    assert [one for one in found if not one[1].startswith(administrators_own)] == []
    # An assigner makes the digest of their own agency.
    made = {"job.run_again", "region.added", "digest.made"}
    assert set(acts(session)[len(before) :]) <= made


@pytest.mark.parametrize("everybody", EVERYBODY)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_staff_of_another_agency_stay_outside_a_published_consultation(
    app, pages, make, world, method, everybody
):
    world.topic.state = TopicState.ANALYSING
    make.session.commit()

    found = walk(app, pages, make, world, method, everybody=everybody, beginning="/office")
    assert found == []


def test_the_staff_of_its_agency_get_in_everywhere(app, pages, make, world):
    world.topic.state = TopicState.ANALYSING
    pages.sign_in(
        staff(make, (Role.ANALYST, Role.DRAFTER, Role.UNIT_LEADER, Role.ASSIGNER), world.agency)
    )

    shut = [
        address
        for endpoint, address in addresses(app, world, "GET", beginning="/office")
        if ask(pages, "GET", address).status_code not in {200, 302, 409}
    ]
    gone = ("/bad-rows", "/result")  # of a table without a bad row, of a batch that was not sent
    assert [address for address in shut if not address.endswith(gone)] == []


def test_whoever_is_blocked_is_nobody(app, pages, make, world):
    person = make.staff(Role.ANALYST, world.agency)
    pages.sign_in(person)
    person.blocked_at = make.clock()
    make.session.commit()

    for endpoint, address in addresses(app, world, "GET"):
        if concerns_others(endpoint):
            assert refused(ask(pages, "GET", address)), address


def test_every_form_asks_for_its_token(app, pages, make, world, session):
    roles = (Role.ANALYST, Role.DRAFTER, Role.UNIT_LEADER, Role.ADMINISTRATOR)
    pages.sign_in(staff(make, roles, world.agency))
    app.config["WTF_CSRF_ENABLED"] = True
    before = acts(session)

    for endpoint, address in addresses(app, world, "POST"):
        answer = ask(pages, "POST", address, form_for(endpoint, world))
        assert 400 <= answer.status_code < 500, address
    assert acts(session) == before
    assert not db.session.dirty
