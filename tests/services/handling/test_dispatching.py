"""派单目录: kept with its history, in and out as a table."""

import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from consult.services.handling import dispatching, dispatching_lists, dispatching_tables
from consult.services.handling.dispatching_lists import Wanted
from consult.tables import read_table
from models.mailbox import Domain
from tests.queries import counted_queries


@pytest.fixture
def setting(city):
    """What every change of the catalogue is told: the mailbox, who, when."""
    return {"mailbox": city.mailbox, "actor": city.people.assigner, "now": city.clock()}


@pytest.fixture
def region(make):
    return make.region("329901", "东山区")


@pytest.fixture
def noise(city, make, setting):
    """Another mailbox says otherwise of everything."""
    other = make.mailbox(agency=city.mailbox.topic.agency)
    for domain in Domain:
        dispatching.set_unit(
            city.session, **setting | {"mailbox": other}, domain=domain, unit=city.roads
        )


def holding(city):
    city.session.flush()
    return {
        (rule.domain, rule.region_code): rule.unit
        for rule in dispatching.catalogue(city.session, city.mailbox)
    }


def test_another_unit_takes_over_and_who_it_was_before_can_be_read(city, setting, noise):
    first = dispatching.set_unit(
        city.session, **setting, domain=Domain.URBAN, unit=city.lamps, note="路灯"
    )
    dispatching.set_unit(
        city.session, **setting, domain=Domain.URBAN, unit=city.roads, seen=first.id
    )
    assert holding(city) == {(Domain.URBAN, ""): city.roads}
    rows = dispatching.history(city.session, mailbox=city.mailbox, domain=Domain.URBAN)
    assert [(row.unit, row.note, row.ended_by) for row in rows] == [
        (city.roads, "", None),
        (city.lamps, "路灯", city.people.assigner),
    ]


def test_the_note_alone_can_be_changed_and_the_same_said_twice_is_refused(city, setting):
    said = {"domain": Domain.URBAN, "unit": city.lamps}
    dispatching.set_unit(city.session, **setting, **said)
    dispatching.set_unit(city.session, **setting, **said, note="市容")
    with pytest.raises(Conflict):
        dispatching.set_unit(city.session, **setting, **said, note=" 市容 ")


def test_what_somebody_else_set_meanwhile_is_not_overwritten(city, setting):
    dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)
    with pytest.raises(StaleVersion):
        dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.roads, seen=0)
    with pytest.raises(StaleVersion):
        dispatching.end(city.session, **setting, domain=Domain.URBAN, seen=1_000)
    assert holding(city) == {(Domain.URBAN, ""): city.lamps}


def test_an_ended_row_leaves_a_gap(city, setting, noise):
    for domain in Domain:
        dispatching.set_unit(city.session, **setting, domain=domain, unit=city.lamps)
    city.session.flush()
    assert dispatching.gaps(city.session, city.mailbox) == []
    dispatching.end(city.session, **setting, domain=Domain.RURAL)
    city.session.flush()
    assert dispatching.gaps(city.session, city.mailbox) == [Domain.RURAL]
    with pytest.raises(NotFound):
        dispatching.end(city.session, **setting, domain=Domain.RURAL)


def test_who_only_handles_cases_changes_nothing(city, setting):
    setting["actor"] = city.people.handler
    with pytest.raises(NotAllowed):
        dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)


def test_the_list_is_narrowed_down(city, setting, region, noise):
    dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)
    dispatching.set_unit(
        city.session, **setting, domain=Domain.URBAN, region=region, unit=city.roads
    )
    city.session.flush()

    def units(**wanted):
        found = dispatching_lists.standing(city.session, city.mailbox, Wanted(**wanted))
        return [rule.unit for rule in found.items]

    assert units() == [city.lamps, city.roads]
    assert units(region_code=region.code) == [city.roads]
    assert units(region_code="") == [city.lamps]
    assert units(unit_id=city.lamps.id) == [city.lamps]
    assert units(domain=Domain.RURAL) == []


def table(tmp_path, text, name="catalogue.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_text(text, encoding=encoding)
    return read_table(path)


def plan(city, table):
    return dispatching_tables.plan(
        city.session, mailbox=city.mailbox, table=table, names={"Urban development": Domain.URBAN}
    )


def carry_out(city, setting, plan, *, end_missing=False, stamp=None):
    return dispatching_tables.carry_out(
        city.session,
        **setting,
        plan=plan,
        stamp=plan.stamp if stamp is None else stamp,
        end_missing=end_missing,
    )


def test_a_table_says_what_it_would_change_and_does_just_that(
    city, setting, region, noise, tmp_path
):
    dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)
    dispatching.set_unit(city.session, **setting, domain=Domain.RURAL, unit=city.lamps)
    dispatching.set_unit(city.session, **setting, domain=Domain.HEALTH, unit=city.lamps)
    said = "领域,地区,承办单位,备注\n城建,,道路处,\n三农,全部,灯管处,\n交通,329901,道路处,公交\n"
    found = plan(city, table(tmp_path, said, encoding="gbk"))

    assert (len(found.new), len(found.changed), found.same) == (1, 1, 1)
    assert [rule.domain for rule in found.missing] == [Domain.HEALTH]
    assert carry_out(city, setting, found) == 2
    assert holding(city) == {
        (Domain.URBAN, ""): city.roads,
        (Domain.RURAL, ""): city.lamps,
        (Domain.HEALTH, ""): city.lamps,
        (Domain.TRANSPORT, region.code): city.roads,
    }


def test_rows_that_the_file_does_not_name_end_only_if_that_was_asked_for(
    city, setting, noise, tmp_path
):
    dispatching.set_unit(city.session, **setting, domain=Domain.HEALTH, unit=city.lamps)
    found = plan(city, table(tmp_path, "领域,承办单位\n城建,道路处\n"))
    carry_out(city, setting, found, end_missing=True)
    assert holding(city) == {(Domain.URBAN, ""): city.roads}


def test_each_wrong_line_is_named_and_nothing_is_done(city, setting, make, tmp_path):
    make.agency("灯管处")  # another of that name
    said = (
        "领域,地区,承办单位,备注\n"
        "水利,,道路处,\n"
        "城建,月球,道路处,\n"
        "城建,,无此单位,\n"
        "三农,,灯管处,\n"
        "交通,,道路处,\n"
        "交通,*,道路处,\n"
        "教育,,,\n"
        "医疗\n"
        f"就业,,道路处,{'长' * 501}\n"
    )
    found = plan(city, table(tmp_path, said))
    assert [fault.line for fault in found.faults] == [2, 3, 4, 5, 7, 8, 9, 10]
    with pytest.raises(Invalid):
        carry_out(city, setting, found)
    assert holding(city) == {}


def test_a_plan_made_before_somebody_changed_the_catalogue_is_not_carried_out(
    city, setting, tmp_path
):
    before = plan(city, table(tmp_path, "领域,承办单位\n城建,道路处\n")).stamp
    dispatching.set_unit(city.session, **setting, domain=Domain.URBAN, unit=city.lamps)
    now = plan(city, table(tmp_path, "领域,承办单位\n城建,道路处\n"))
    with pytest.raises(StaleVersion):
        carry_out(city, setting, now, stamp=before)


@pytest.mark.parametrize("head", ["地区,备注", "领域,备注", "承办单位,备注"])
def test_a_table_without_the_columns_that_matter_is_refused(city, tmp_path, head):
    with pytest.raises(Invalid) as refused:
        plan(city, table(tmp_path, f"{head}\n甲,乙\n"))
    assert refused.value.field == "file"


def test_reading_a_table_takes_as_many_queries_however_long_it_is(city, tmp_path):
    def asked(lines):
        city.session.commit()
        one = table(tmp_path, "领域,承办单位\n" + "城建,道路处\n" * lines)
        with counted_queries(city.session) as queries:
            plan(city, one)
        return queries.count

    assert asked(1) == asked(200)


def test_a_reader_of_english_names_domains_in_english(city, setting, tmp_path):
    found = plan(city, table(tmp_path, "domain,unit\nUrban Development,道路处\nrural,道路处\n"))
    assert [line.domain for line in found.new] == [Domain.URBAN, Domain.RURAL]
    assert not found.faults
