"""The pages of the dispatch catalogue: rows, history, tables in and out, the proposal tried."""

import io
import re
from http import HTTPStatus

import pytest
from sqlalchemy import select

from consult.services.handling import dispatching
from consult.tables import read_table
from models.mailbox import DispatchRule, Domain
from models.person import Role
from tests.pages import text_of


@pytest.fixture
def office(pages, city):
    city.session.commit()
    return pages.speak("en").sign_in(city.people.assigner)


@pytest.fixture
def base(city):
    return f"/office/mailboxes/{city.mailbox.topic.slug}/dispatch"


def holding(city):
    rules = city.session.scalars(select(DispatchRule).filter_by(ended_at=None))
    return {(rule.domain, rule.region_code): rule.unit for rule in rules}


def name(city, unit, **values):
    dispatching.set_unit(
        city.session,
        mailbox=city.mailbox,
        unit=unit,
        **{"domain": Domain.URBAN, "actor": city.people.assigner, "now": city.clock()} | values,
    )
    city.session.commit()


def test_a_unit_is_named_changed_and_ended_with_all_of_it_in_the_history(office, city, base):
    form = {"domain": "urban", "region": "", "note": "市容"}
    office.post(base + "/rule", seen="0", unit=city.lamps.slug, **form)
    first = city.session.scalar(select(DispatchRule))
    office.post(base + "/rule", seen=str(first.id), unit=city.roads.slug, **form)
    assert holding(city) == {(Domain.URBAN, ""): city.roads}
    second = city.session.scalar(select(DispatchRule).filter_by(ended_at=None))
    office.post(base + "/end", domain="urban", region="", seen=str(second.id))
    history = text_of(office.get(base + "/history?domain=urban"))
    assert "灯管处" in history
    assert "道路处" in history
    assert "Holds now" not in history


def test_what_somebody_else_named_meanwhile_is_shown_before_it_is_replaced(office, city, base):
    name(city, city.lamps)
    form = {"domain": "urban", "region": "", "unit": city.roads.slug, "note": "我的说明"}
    page = office.post(base + "/rule", status=HTTPStatus.CONFLICT, seen="0", **form)
    assert "There holds now: 灯管处" in text_of(page)
    assert "我的说明" in page
    [seen] = re.findall(r'name="seen" type="hidden" value="(\d+)"', page)
    office.post(base + "/rule", **form | {"seen": seen})
    assert holding(city) == {(Domain.URBAN, ""): city.roads}


@pytest.mark.parametrize(
    "wrong", [{"unit": ""}, {"unit": "nobody"}, {"domain": "moon"}, {"note": "长" * 501}]
)
def test_a_row_that_is_none_is_refused_and_stays_in_the_form(office, city, base, wrong):
    form = {"seen": "0", "domain": "urban", "region": "", "unit": city.roads.slug, "note": "说明"}
    page = office.post(base + "/rule", status=HTTPStatus.UNPROCESSABLE_ENTITY, **form | wrong)
    assert (form | wrong)["note"] in page
    assert holding(city) == {}


def test_the_end_of_a_row_that_is_gone_is_refused(office, city, base):
    office.post(base + "/end", status=HTTPStatus.NOT_FOUND, domain="urban", region="", seen="1")
    office.post(base + "/end", status=HTTPStatus.NOT_FOUND, domain="moon", region="", seen="1")
    name(city, city.lamps)
    office.post(base + "/end", status=HTTPStatus.CONFLICT, domain="urban", region="", seen="999")


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
@pytest.mark.parametrize("language", ["zh-Hans-CN", "en"])
def test_what_was_exported_is_taken_in_again_without_a_change(
    office, city, base, make, tmp_path, kind, language
):
    name(city, city.lamps, note="=1+1")
    name(city, city.roads, region=make.region("329901", "东山区"))
    office.speak(language)
    address = f"/office/mailboxes/{city.mailbox.topic.slug}/dispatch.{kind}"
    city.session.commit()
    data = office.client.get(address).get_data()
    path = tmp_path / f"kept.{kind}"
    path.write_bytes(data)
    assert len(list(read_table(path))) == 2
    page = office.post(base + "/import", file=(io.BytesIO(data), path.name))
    assert "catalogue says this already" in page or "与现行派单目录一致" in page


def upload(office, base, text, **status):
    return office.post(base + "/import", file=(io.BytesIO(text.encode()), "目录.csv"), **status)


def hidden(page):
    return dict(re.findall(r'name="(token|stamp)" type="hidden" value="([^"]+)"', page))


def test_a_table_is_looked_at_before_anything_is_done_and_then_done_whole(office, city, base):
    name(city, city.lamps)
    page = upload(office, base, "领域,承办单位\n城建,道路处\n三农,道路处\n")
    assert holding(city) == {(Domain.URBAN, ""): city.lamps}
    assert "灯管处" in page
    done = office.post(base + "/import/apply", **hidden(page))
    assert "2 rows of the catalogue were changed." in done
    assert holding(city) == {(Domain.URBAN, ""): city.roads, (Domain.RURAL, ""): city.roads}


def test_wrong_lines_are_named_by_their_numbers(office, city, base):
    page = upload(
        office,
        base,
        "领域,承办单位\n城建,道路处\n水利,道路处\n三农,<b>无</b>\n",
        status=HTTPStatus.UNPROCESSABLE_ENTITY,
    )
    said = text_of(page)
    assert "There is no domain “水利”." in said
    assert re.search(r"4\s+There is no agency “<b>无</b>”", said)
    assert "Change the catalogue" not in page
    assert hidden(page) == {}, "there is nothing to be confirmed"
    assert holding(city) == {}


def test_a_catalogue_changed_between_looking_and_doing_is_shown_anew(office, city, base):
    page = upload(office, base, "领域,承办单位\n城建,道路处\n")
    name(city, city.lamps)
    again = office.post(base + "/import/apply", status=HTTPStatus.CONFLICT, **hidden(page))
    assert "灯管处" in again
    office.post(base + "/import/apply", **hidden(again))
    assert holding(city) == {(Domain.URBAN, ""): city.roads}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "empty"),
        ("甲,乙\n1,2\n", "needs a column for the domain"),
        ("领域,领域\n城建,城建\n", "Two columns are called"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(office, base, text, says):
    page = upload(office, base, text, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    assert says in text_of(page)


def test_a_file_of_another_mailbox_cannot_be_taken_in(office, city, make, base):
    other = make.mailbox(agency=city.mailbox.topic.agency)
    city.session.commit()
    page = upload(
        office, f"/office/mailboxes/{other.topic.slug}/dispatch", "领域,承办单位\n城建,道路处\n"
    )
    office.post(base + "/import/apply", status=HTTPStatus.GONE, **hidden(page))
    assert holding(city) == {}


def test_the_list_is_narrowed_down_by_what_it_names(office, city, base, make):
    name(city, city.lamps)
    name(city, city.roads, region=make.region("329901", "东山区"))
    rows = "Change<"
    assert office.get(base + "?region=329901").count(rows) == 1
    assert office.get(base + "?region=all").count(rows) == 1
    assert office.get(f"{base}?unit={city.lamps.id}").count(rows) == 1
    assert "No row of the catalogue fits" in office.get(base + "?domain=rural")
    assert office.get(base + "?domain=nonsense&unit=x&page=x").count(rows) == 2


def test_trying_before_anything_was_learned_says_so(office, base):
    page = office.post(base + "/try", text="路灯不亮", domain="urban", region="")
    assert "Nothing was learned yet" in page
    assert "路灯不亮" in page


def test_somebody_of_another_agency_finds_no_catalogue(pages, city, base, make):
    pages.sign_in(make.staff(Role.ASSIGNER, make.agency()))
    for page in ("", "/history", "/rule", "/import", "/try"):
        pages.get(base + page, status=HTTPStatus.NOT_FOUND)
