"""`consult recount`: what differs is named, and mended if asked for."""

import pytest
from sqlalchemy import delete, func, select, update

from consult.services.supervising import tallying
from models.cluster import Cluster
from models.suggestion import Suggestion
from models.supervision import CaseTally
from models.tally import Tally, Voice
from tests.city import CALENDAR

DAMAGE = [
    update(Tally).where(Tally.name == "valid").values(amount=7),
    delete(Tally).where(Tally.name == "arrived"),
    delete(Voice),
    update(Suggestion).values(support_count=9),
    update(Cluster).values(people_count=99),
]


@pytest.mark.parametrize("statement", DAMAGE, ids=str)
def test_a_wrong_number_is_found_named_and_mended(command, make, session, statement):
    said = make.suggestion(make.topic())
    make.support(said)
    make.cluster(said)
    session.execute(update(Cluster).values(people_count=2))
    session.commit()
    assert command("recount").exit_code == 0

    session.execute(statement)
    session.commit()

    found = command("recount")
    assert (found.exit_code, "kept" in found.output) == (1, True)
    assert command("recount", "--repair").exit_code == 0
    assert "Every count is what the rows say." in command("recount").output
    assert session.scalar(select(func.count()).select_from(Voice)) == 3


def test_wrong_figures_of_the_message_board_are_found_and_made_again(command, city, session):
    city.replied()
    while tallying.work_off(session, zone=CALENDAR.zone):
        pass
    session.execute(update(CaseTally).values(replied=7))
    session.commit()

    found = command("recount")
    assert (found.exit_code, "replied of 2026-06" in found.output) == (1, True)
    assert command("recount", "--repair").exit_code == 0
    assert command("recount").exit_code == 0
