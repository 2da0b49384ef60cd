"""The numbers on top of the board of groups, against the groups themselves."""

from consult.services.grouping import boards
from consult.services.grouping.boards import BoardFilter, Wish
from models.decision import DecisionState
from models.person import Role
from models.suggestion import SuggestionStatus


def test_the_numbers_on_top_are_those_of_the_groups_that_live(session, make, clock):
    topic, other = make.topic(), make.topic()
    several, single, gone = (
        make.cluster(*[make.suggestion(topic) for _ in range(size)]) for size in (3, 1, 2)
    )
    make.cluster(make.suggestion(other))
    make.suggestion(topic)
    make.suggestion(topic, status=SuggestionStatus.WITHDRAWN)
    several.confirmed_at = gone.confirmed_at = gone.retired_at = clock()
    make.decision(single, state=DecisionState.PUBLISHED)
    make.decision(several, state=DecisionState.PROPOSED)
    session.flush()

    found = boards.totals(session, topic)

    assert (found.suggestions, found.groups, found.single) == (7, 2, 1)
    assert (found.confirmed, found.decided, found.waiting) == (1, 1, 3)


def test_a_board_says_how_many_groups_it_has_narrowed_or_not(session, make):
    topic = make.topic()
    for size in (3, 1, 2):
        make.cluster(*[make.suggestion(topic) for _ in range(size)])
    session.flush()
    analyst = make.staff(Role.ANALYST, topic.agency)

    whole = boards.board(session, topic, Wish(), reader=analyst)
    larger = boards.board(session, topic, Wish(filters=(BoardFilter.SEVERAL,)), reader=analyst)

    assert [row.cluster.suggestion_count for row in whole.items] == [3, 2, 1]
    assert (whole.total, larger.total) == (3, 2)
