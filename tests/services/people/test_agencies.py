import pytest

from consult.exceptions import Conflict, Invalid, NotAllowed, NotFound
from consult.services.people import agencies, regions
from models.person import Role


@pytest.fixture
def city(make):
    return make.agency("市政府", slug="city")


@pytest.fixture
def administrator(make, city):
    return make.staff(Role.ADMINISTRATOR, city)


@pytest.fixture
def edit(session, administrator, now):
    def act(agency, **values):
        unchanged = {"name": agency.name, "name_en": "", "about": "", "region": agency.region}
        agencies.edit(
            session,
            agency=agency,
            actor=administrator,
            now=now,
            **{"parent": agency.parent, **unchanged, **values},
        )
        session.flush()
        session.expire_all()

    return act


def add(session, actor, now, **values):
    defaults = {"slug": "housing", "name": "住建局"}
    return agencies.add(session, actor=actor, now=now, **(defaults | values))


def test_an_agency_lies_below_its_parent(session, administrator, city, now):
    bureau = add(session, administrator, now, parent=city)
    assert bureau.is_within(city)
    assert not city.is_within(bureau)


@pytest.mark.parametrize("slug", ["", "Housing", "住建局", "a--b", "-a", "a b", "x" * 81])
def test_a_short_name_that_fits_no_address_is_refused(session, administrator, city, now, slug):
    with pytest.raises(Invalid) as caught:
        add(session, administrator, now, parent=city, slug=slug)
    assert caught.value.field == "slug"


def test_a_short_name_stands_for_one_agency(session, administrator, city, now):
    with pytest.raises(Invalid, match="already"):
        add(session, administrator, now, parent=city, slug="city")


def test_an_administrator_adds_agencies_only_below(make, session, city, now):
    local = make.staff(Role.ADMINISTRATOR, make.agency(parent=city))
    with pytest.raises(NotAllowed):
        add(session, local, now, parent=city)


def test_moved_in_the_tree_an_agency_takes_along_what_lies_below(make, city, edit):
    old, new = make.agency("旧", parent=city), make.agency("新", parent=city)
    moved = make.agency("局", parent=old)
    office = make.agency("科", parent=moved)
    beside = make.agency("别的局", parent=old)
    edit(moved, parent=new)
    assert office.is_within(new)
    assert not office.is_within(old)
    assert beside.path == f"{old.path}{beside.id}/"


def test_an_agency_never_lies_below_itself(make, city, edit):
    bureau = make.agency(parent=city)
    below = make.agency(parent=bureau)
    with pytest.raises(Conflict):
        edit(bureau, parent=below)


def test_the_tree_goes_from_the_roots_down(make, session, city):
    bureau = make.agency("住建局", parent=city)
    make.agency("物业科", parent=bureau)
    make.agency("公安局", parent=city)
    shown = [(agency.name, depth) for agency, depth in agencies.tree(session)]
    assert shown == [("市政府", 0), ("住建局", 1), ("物业科", 2), ("公安局", 1)]


def test_an_unknown_agency_is_named_in_the_refusal(session):
    with pytest.raises(NotFound, match="nowhere"):
        agencies.by_slug(session, "nowhere")


def test_the_34_provinces_are_known_by_their_codes(session):
    assert regions.load_provinces(session) == 34
    assert regions.load_provinces(session) == 0
    assert regions.ensure_region(session, "530000").name == "云南省"


def test_a_region_below_brings_its_province_along(session):
    county = regions.ensure_region(session, "320106", "鼓楼区")
    assert county.parent.name == "江苏省"


def test_a_city_already_there_lies_between(session):
    regions.ensure_region(session, "320100", "南京市")
    assert regions.ensure_region(session, "320106", "鼓楼区").parent.name == "南京市"


@pytest.mark.parametrize("code", ["", "32", "32010x", "３２０１００", "3201000"])
def test_a_code_that_is_none_is_refused(session, code):
    with pytest.raises(Invalid):
        regions.ensure_region(session, code, "某地")


def test_an_unknown_region_needs_its_name(session):
    with pytest.raises(Invalid, match="name"):
        regions.ensure_region(session, "320106")
