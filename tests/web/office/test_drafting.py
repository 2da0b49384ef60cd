"""A drafter's consultation, from the first words to the analysis, on pages."""

from http import HTTPStatus

import pytest
from sqlalchemy import select

from models.person import Role
from models.topic import Topic, TopicState
from tests.pages import text_of


@pytest.fixture
def agency(make):
    return make.agency("住建局", slug="housing", region=make.region())


@pytest.fixture
def drafter(make, agency):
    return make.staff(Role.DRAFTER, agency)


@pytest.fixture
def desk(pages, drafter):
    """The drafter's browser."""
    return pages.sign_in(drafter).speak("en")


@pytest.fixture
def draft(make, agency, drafter, session):
    topic = make.topic(
        agency=agency, created_by=drafter, state=TopicState.DRAFT, opens=1, title="停车办法"
    )
    topic.explanation = "为什么要改。"
    session.commit()
    return topic


def words_of(html):
    return " ".join(text_of(html).split())


def form(**values):
    return {
        "title": "养犬办法",
        "kind": "rule",
        "language": "zh_Hans_CN",
        "region_code": "",
        "summary": "文明养犬",
        "explanation": "为什么。",
        "opens_at": "2026-06-20T09:00",
        "closes_at": "2026-07-31T00:00",
        "short_window_reason": "",
    } | values


def test_a_consultation_is_begun(session, desk, agency):
    html = desk.post(
        "/office/topics/new", **form(agency="housing", slug="dogs", allows_anonymous="y")
    )

    topic = session.scalars(select(Topic).filter_by(slug="dogs")).one()
    assert (topic.title, topic.state, topic.agency) == ("养犬办法", TopicState.DRAFT, agency)
    assert topic.region_code == "329900"
    assert topic.allows_anonymous
    assert "All that is needed is there." in html


def test_times_are_those_of_shanghai(session, desk):
    desk.post("/office/topics/new", **form(agency="housing", slug="dogs"))

    topic = session.scalars(select(Topic).filter_by(slug="dogs")).one()
    assert topic.opens_at.isoformat() == "2026-06-20T01:00:00+00:00"
    assert topic.closes_at.isoformat() == "2026-07-30T16:00:00+00:00"
    assert 'value="2026-07-31T00:00"' in desk.get("/office/topics/dogs/edit")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"title": " "}, "Give it a title."),
        ({"closes_at": "2026-06-20T09:00"}, "The closing time must be after the opening time."),
        ({"closes_at": "0001-01-01T00:00"}, "Choose a year between 2000 and 2099."),
        ({"closes_at": "soon"}, "Not a valid datetime value."),
        ({"slug": "Not An Address"}, "Use small letters, digits and single hyphens."),
        ({"kind": "nonsense"}, "Not a valid choice."),
        ({"agency": "elsewhere"}, "Not a valid choice."),
        ({"summary": "字" * 301}, "Keep this under 300 characters."),
    ],
)
def test_a_mistake_comes_back_with_all_that_was_typed(session, desk, values, sentence):
    typed = form(agency="housing") | values
    html = desk.post("/office/topics/new", status=HTTPStatus.UNPROCESSABLE_ENTITY, **typed)

    assert sentence in words_of(html)
    assert "为什么。" in html
    assert session.scalars(select(Topic)).all() == []


def questions(html):
    return words_of(html.partition("Questions")[2])


def test_questions_are_added_moved_and_removed_without_script(session, desk, draft):
    url = f"/office/topics/{draft.slug}/edit"
    typed = form(version=str(draft.version)) | {"questions-0": "甲问", "questions-1": "乙问"}

    assert desk.post(url, question="more", **typed).count('name="questions-') == 3
    moved = desk.post(url, question="up-1", **typed)
    assert moved.index("乙问") < moved.index("甲问")
    removed = desk.post(url, question="remove-0", **typed)
    assert "甲问" not in removed
    assert 'value="养犬办法"' in removed
    assert (draft.title, draft.questions) == ("停车办法", [])


def test_questions_are_saved_in_their_order(session, desk, draft):
    typed = {"questions-0": "甲问", "questions-1": "", "questions-2": "丙问"}
    desk.post(f"/office/topics/{draft.slug}/edit", **form(version=str(draft.version)), **typed)

    assert [question.text for question in draft.questions] == ["甲问", "丙问"]


def test_a_stale_edit_keeps_what_was_typed_beside_what_is_saved(session, desk, draft):
    url, seen = f"/office/topics/{draft.slug}/edit", str(draft.version)
    desk.post(url, **form(version=seen, title="别人的标题"))
    html = desk.post(url, status=HTTPStatus.CONFLICT, **form(version=seen, title="我的标题"))

    assert 'value="我的标题"' in html
    assert "别人的标题" in words_of(html)
    assert draft.title == "别人的标题"
    assert f'name="version" type="hidden" value="{draft.version}"' in html


def test_after_the_warning_the_same_form_is_saved(session, desk, draft):
    url, seen = f"/office/topics/{draft.slug}/edit", str(draft.version)
    desk.post(url, **form(version=seen, title="别人的标题"))
    desk.post(url, **form(version=str(draft.version), title="合并的标题"))

    assert draft.title == "合并的标题"


@pytest.mark.parametrize("version", ["", "x", "1e9"])
def test_a_version_that_is_no_number_counts_as_stale(desk, draft, version):
    desk.post(
        f"/office/topics/{draft.slug}/edit", status=HTTPStatus.CONFLICT, **form(version=version)
    )


PAGES = [
    "",
    "/preview",
    "/edit",
    "/document",
    "/files",
    "/publish",
    "/extend",
    "/close",
    "/analysis",
]


@pytest.mark.parametrize("page", PAGES)
def test_another_agencys_drafter_is_refused_everywhere(make, pages, draft, page):
    pages.sign_in(make.staff(Role.DRAFTER, make.agency()))

    pages.get(f"/office/topics/{draft.slug}{page}", status=HTTPStatus.FORBIDDEN)


@pytest.mark.parametrize("page", ["", "/preview", "/document", "/files"])
def test_an_analyst_of_the_agency_may_look(make, pages, agency, draft, page):
    pages.sign_in(make.staff(Role.ANALYST, agency))

    pages.get(f"/office/topics/{draft.slug}{page}")


def test_an_analyst_may_not_write(make, pages, agency, draft):
    pages.sign_in(make.staff(Role.ANALYST, agency))

    pages.get("/office/topics/new", status=HTTPStatus.FORBIDDEN)
    pages.post(
        f"/office/topics/{draft.slug}/document",
        status=HTTPStatus.FORBIDDEN,
        text="第一条 改。",
        act="save",
        version=str(draft.version),
    )


def test_a_citizen_has_no_desk(make, pages):
    pages.sign_in(make.person())

    pages.get("/office/", status=HTTPStatus.FORBIDDEN)


def test_an_unknown_consultation_is_not_found(desk):
    desk.get("/office/topics/nowhere", status=HTTPStatus.NOT_FOUND)


def test_the_preview_is_the_public_page_with_a_banner(desk, draft):
    words = words_of(desk.get(f"/office/topics/{draft.slug}/preview"))

    assert "This is a preview" in words
    assert "为什么要改。" in words


def test_the_desk_shows_what_waits_and_the_shelves(make, session, desk, agency, draft):
    make.topic(agency=agency, title="到期的办法", closes=-1)
    make.topic(title="别处的办法", closes=-1)
    session.commit()

    home = words_of(desk.get("/office/?shelf=drafts"))
    assert "has closed: begin the analysis 到期的办法" in home
    assert "停车办法" in home
    assert "别处的办法" not in home


@pytest.mark.parametrize("query", ["shelf=xyz", "shelf=answered", "page=-3", "page=x"])
def test_nonsense_in_the_address_of_the_desk_is_passed_over(desk, query):
    desk.get(f"/office/?{query}")
