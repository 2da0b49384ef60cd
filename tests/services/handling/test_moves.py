"""The table of moves: what docs/cases.md says of it, and what must be so in any such table."""

import re

import pytest

from config import ROOT
from consult.exceptions import Conflict
from consult.services.handling.clocks import RUNS
from consult.services.handling.moves import TABLE, CaseAct, Party, acts_of, move
from models.case import CaseState

PAGE = ROOT / "docs" / "cases.md"


def described():
    """The table as the page has it: state → act → (who, where to)."""
    rows = re.findall(
        r"^\| (\w+) \| (\w+) \| ([\w, ]+) \| (\w+) \|$", PAGE.read_text(), re.MULTILINE
    )
    found = {}
    for state, act, who, to in rows:
        found.setdefault(state, {})[act] = (set(who.split(", ")), to)
    return found


def test_the_page_says_what_the_table_says():
    assert described() == {
        state.value: {
            act.value: ({party.value for party in found.by}, found.to.value)
            for act, found in moves.items()
        }
        for state, moves in TABLE.items()
        if moves
    }


def test_every_state_has_its_row():
    assert set(TABLE) == set(CaseState)


def test_every_state_is_reached_from_the_first():
    reached, waiting = set(), [CaseState.SUBMITTED]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting.extend(found.to for found in TABLE[state].values())
    assert reached == set(CaseState)


def test_every_act_is_taken_somewhere():
    assert {act for moves in TABLE.values() for act in moves} == set(CaseAct)


def test_a_case_that_is_not_over_has_a_clock():
    over = {
        CaseState.NOT_ACCEPTED,
        CaseState.ARCHIVED,
        CaseState.TRANSFERRED,
        CaseState.WITHDRAWN,
    }
    assert set(CaseState) - over == {state for state, kinds in RUNS.items() if kinds}


def test_no_state_is_left_by_staff_for_the_rating():
    rated = [found.by for moves in TABLE.values() for act, found in moves.items() if act == "rate"]
    assert set(rated) == {frozenset({Party.AUTHOR})}


def test_an_illegal_move_is_refused_with_a_sentence():
    with pytest.raises(Conflict, match=r"\w+ \w+"):
        move(CaseState.ARCHIVED, CaseAct.ASSIGN)


def test_what_a_handler_may_do_with_a_case_that_was_assigned():
    found = list(acts_of(CaseState.ASSIGNED, [Party.HANDLER]))
    assert found == [CaseAct.TAKE_UP, CaseAct.OBJECT]
