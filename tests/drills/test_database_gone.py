"""The database is killed, or stands still, and comes back: honest answers, nothing acknowledged lost."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select

from consult.services.records import ledger
from models.suggestion import Suggestion
from tests.drills.conftest import Site, send


@pytest.fixture
def site(server, tmp_path):
    site = Site(tmp_path, server.create(f"jisi_{time.monotonic_ns()}"))
    yield site
    server.start()
    site.close()


def stored(site):
    return site.count(select(func.count(Suggestion.id)))


def test_while_it_is_gone_everything_says_when_to_come_again(site, server):
    slug, [citizen] = site.citizens(1)
    assert send(citizen, slug, 1).status_code == 302
    server.kill()

    answers = [
        citizen.get(f"/topics/{slug}"),
        citizen.get("/topics", headers={"Accept": "application/json"}),
        send(citizen, slug, 2),
    ]

    assert [one.status_code for one in answers] == [503] * 3
    assert {one.headers["Retry-After"] for one in answers} == {"30"}
    assert citizen.get("/readyz").status_code == 503
    assert citizen.get("/livez").status_code == 200


def test_when_it_is_back_the_same_process_goes_on_and_nothing_is_lost_or_doubled(site, server):
    slug, [citizen, other] = site.citizens(2)
    send(citizen, slug, 1)
    before = stored(site)
    server.kill()
    assert send(citizen, slug, 2).status_code == 503
    server.start()

    again = [send(citizen, slug, number) for number in (1, 2, 2)]

    assert [one.status_code for one in again] == [302] * 3
    assert other.get(f"/topics/{slug}").status_code == 200
    assert stored(site) == before + 1  # the first was kept, the second came in once
    with site.rows() as (session, _make):
        assert ledger.first_broken(session) is None


@pytest.mark.slow
def test_killed_in_the_midst_of_a_crowd_it_has_all_that_was_acknowledged(site, server):
    slug, citizens = site.citizens(6)
    gone, receipts = threading.Event(), []

    def keep_sending(number):
        for turn in range(40):
            answer = send(citizens[number], slug, 100 * number + turn)
            if answer.status_code == 302:
                receipts.append(answer.location.rpartition("/")[2])
            else:
                assert answer.status_code == 503
                gone.set()
                return

    with ThreadPoolExecutor(6) as pool:
        crowd = [pool.submit(keep_sending, number) for number in range(6)]
        gone.wait(0.6)
        server.kill()
        for one in crowd:
            one.result()
    server.start()

    with site.rows() as (session, _make):
        kept = set(session.scalars(select(Suggestion.query_code)))
        assert ledger.first_broken(session) is None
    assert gone.is_set()
    assert receipts
    assert set(receipts) <= kept


@pytest.mark.slow
def test_standing_still_delays_a_write_and_does_not_double_it(site, server):
    slug, [citizen] = site.citizens(1)
    before = stored(site)
    server.pause()
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(send, citizen, slug, 1)
        time.sleep(1)
        server.go_on()

        first = answer.result(20).status_code

    assert first in {302, 503}
    assert send(citizen, slug, 1).status_code == 302
    assert stored(site) == before + 1
