"""Themes on the pages of staff and of the public."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.cluster import Cluster
from models.person import Role
from models.suggestion import Channel
from models.theme import Theme, ThemeStep
from models.topic import TopicState
from tests.queries import counted_queries

PUBLIC, BOARD, THEMES = (
    "/topics/fees/groups",
    "/office/topics/fees/groups",
    "/office/topics/fees/themes",
)


@pytest.fixture
def topic(make):
    return make.topic(state=TopicState.ANALYSING, slug="fees", title="收费办法")


@pytest.fixture
def themes(session, make, topic, now):
    found = [
        Theme(topic=topic, name=name, name_auto=name, created_at=now)
        for name in ("加装电梯", "公交")
    ]
    session.add_all(found)
    session.flush()
    for theme, name in zip(found, ("电梯组", "末班车组"), strict=True):
        make.cluster(make.suggestion(topic, name), name=name, theme_id=theme.id)
    make.cluster(make.suggestion(topic), name="散的组")
    return found


@pytest.fixture
def office(pages, make, topic):
    return pages.speak("en").sign_in(make.staff(Role.ANALYST, topic.agency))


def test_the_public_sees_themes_with_their_counts(pages, themes):
    page = pages.speak("en").get(PUBLIC)

    assert "加装电梯" in page
    assert "Other matters" in page


def test_a_theme_narrows_the_public_list(pages, themes):
    page = pages.get(f"{PUBLIC}?theme={themes[0].id}")

    assert "电梯组" in page
    assert "末班车组" not in page


def test_what_is_in_no_theme_has_a_list_too(pages, themes):
    page = pages.get(f"{PUBLIC}?theme=none")

    assert "散的组" in page
    assert "电梯组" not in page


@pytest.mark.parametrize("key", ["999999", "x", "9" * 40, "-1"])
def test_a_theme_that_is_not_there_finds_nothing(pages, themes, key):
    assert "电梯组" not in pages.get(f"{PUBLIC}?theme={key}").split("filter-theme")[1]


def test_by_theme_groups_stand_under_the_name(pages, themes):
    page = pages.get(f"{PUBLIC}?sort=theme")

    assert page.index("电梯组") < page.index("末班车组") < page.index("散的组")
    assert page.count('class="theme-head"') == 3


def test_the_address_of_a_theme_lives_on(session, pages, themes, now):
    themes[1].retired_at, themes[1].retired_into = now, themes[0]
    session.commit()

    answer = pages.client.get(f"/themes/{themes[1].id}")

    assert answer.location.endswith(f"/topics/fees/groups?theme={themes[0].id}")
    assert pages.client.get("/themes/99999").status_code == HTTPStatus.NOT_FOUND


def test_the_board_filters_and_orders_by_theme(office, themes):
    assert "末班车组" not in office.get(f"{BOARD}?theme={themes[0].id}")
    page = office.get(f"{BOARD}?sort=theme")
    assert page.index("电梯组") < page.index("末班车组") < page.index("散的组")


def test_an_analyst_renames_a_theme(session, office, themes):
    page = office.post(f"/office/themes/{themes[0].id}/name", name="装电梯", version="1")

    assert "Renamed." in page
    session.expire_all()
    assert themes[0].name == "装电梯"


def test_an_empty_name_is_refused_beside_the_list(office, themes):
    page = office.post(
        f"/office/themes/{themes[0].id}/name",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        name=" ",
        version="1",
    )

    assert "Give the theme a name." in page


def test_an_analyst_merges_two_themes(session, office, themes):
    office.post(THEMES, theme=f"{themes[1].id}.1", into=str(themes[0].id))

    session.expire_all()
    assert themes[1].retired_into_id == themes[0].id


def test_a_merger_is_taken_back_on_the_page(session, office, themes):
    page = office.post(THEMES, theme=f"{themes[1].id}.1", into=str(themes[0].id))
    assert "Merged by staff" in page
    step = session.scalars(select(ThemeStep).where(ThemeStep.before.is_not(None))).one()
    address = f"/office/themes/mergers/{step.id}/undo"

    assert "Taken back. The theme has its groups again." in office.post(address)
    session.expire_all()
    assert themes[1].retired_at is None
    assert "This has been taken back already." in office.post(address, status=HTTPStatus.CONFLICT)
    assert address not in office.get(THEMES)


def test_a_merger_that_is_none_is_not_found(office, themes):
    office.post("/office/themes/mergers/999/undo", status=HTTPStatus.NOT_FOUND)


def test_the_page_of_a_consultation_names_its_largest_themes(pages, themes):
    page = pages.speak("en").get("/topics/fees")

    assert "What people talk about" in page
    assert f"/topics/fees/groups?theme={themes[0].id}" in page
    assert "Other matters" not in page


def test_mergers_cost_the_same_however_many(session, office, make, topic, themes, now):
    def asked():
        session.commit()
        session.expire_all()
        with counted_queries(session) as queries:
            office.get(THEMES)
        return queries.count

    office.post(THEMES, theme=f"{themes[1].id}.1", into=str(themes[0].id))
    few = asked()
    for n in range(4):
        theme = Theme(topic=topic, name=f"第{n}", name_auto="", created_at=now)
        make.cluster(make.suggestion(topic), theme=theme)
        session.commit()
        office.post(THEMES, theme=f"{theme.id}.1", into=str(themes[0].id))

    assert asked() == few


def test_a_merge_of_nothing_is_not_found(office, themes):
    office.post(THEMES, status=HTTPStatus.NOT_FOUND, theme="x", into="")


def test_an_analyst_moves_a_group_and_begins_a_theme(session, make, office, topic, themes):
    cluster = make.cluster(make.suggestion(topic), name="要移的")
    address = f"/office/groups/{cluster.id}/theme"

    office.post(address, theme=str(themes[0].id), version=str(cluster.version))
    session.expire_all()
    assert cluster.theme_id == themes[0].id
    office.post(address, theme="new", theme_name="新题", version=str(cluster.version))
    session.expire_all()
    assert cluster.theme.name == "新题"


def test_a_choice_that_is_none_is_refused(make, office, topic, themes):
    cluster = make.cluster(make.suggestion(topic), name="要移的")

    page = office.post(
        f"/office/groups/{cluster.id}/theme",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
        theme="",
        version=str(cluster.version),
    )

    assert "Choose a theme." in page


def test_who_does_not_review_sees_no_forms(pages, make, topic, themes):
    page = pages.speak("en").sign_in(make.staff(Role.HANDLER, topic.agency)).get(THEMES)

    assert "加装电梯" in page
    assert "Rename" not in page


@pytest.mark.parametrize("address", [PUBLIC, f"{PUBLIC}?sort=theme", "/topics/fees"])
def test_themes_cost_the_same_however_many_groups(
    session, pages, make, topic, themes, now, address
):
    def asked():
        session.commit()
        with counted_queries(session) as queries:
            pages.get(address)
        return queries.count

    few = asked()
    for n in range(15):
        make.cluster(make.suggestion(topic), theme_id=themes[n % 2].id)
    for n in range(9):
        theme = Theme(topic=topic, name=f"第{n}", name_auto="", created_at=now)
        make.cluster(make.suggestion(topic), theme=theme)

    assert asked() == few


def test_a_campaign_says_what_it_is_and_that_nothing_was_removed(session, pages, make, topic, now):
    members = [make.suggestion(topic, created_at=now - timedelta(minutes=5 * n)) for n in range(12)]
    cluster: Cluster = make.cluster(
        *members,
        copy_count=12,
        copy_text_count=1,
        copy_people_count=11,
        burst_from=now - timedelta(hours=1),
        burst_to=now,
        burst_count=12,
        burst_expected=0.4,
        copy_channel=Channel.LETTER,
        copy_channel_share=0.75,
    )
    cluster.text_count = 1
    session.commit()

    page = pages.speak("en").get(f"/groups/{cluster.id}")

    assert "Nothing was removed" in page
    assert "12 of the copies came between" in page
    assert "is-burst" in page
    assert "Most often they reached the agency by: Letter (75%)." in page
