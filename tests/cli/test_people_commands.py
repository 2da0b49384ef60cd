import pytest

from consult.services.people import passwords, people
from models.agency import Agency
from models.person import PersonKind, Role


def agency(session, slug):
    return session.query(Agency).filter_by(slug=slug).one()


@pytest.fixture
def person(session, app):
    def find(address):
        return people.by_address(session, vault=app.extensions["vault"], address=address)

    return find


def test_the_first_agency_brings_its_province_along(command, session):
    done = command("add-agency", "jiangsu", "江苏省人民政府", "--region", "320000")
    assert done.exit_code == 0
    assert agency(session, "jiangsu").region.name == "江苏省"


def test_an_agency_lies_below_the_one_named(command, session, make):
    make.agency(slug="city")
    command("add-agency", "housing", "住建局", "--parent", "city")
    assert agency(session, "housing").is_within(agency(session, "city"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["Housing", "住建局"], "small letters"),
        (["housing", "住建局", "--parent", "nowhere"], "no agency called nowhere"),
        (["housing", "住建局", "--region", "32"], "six digits"),
        (["housing", "住建局", "--region", "320106"], "give its name"),
    ],
)
def test_a_bad_agency_is_refused_in_one_sentence(command, session, arguments, sentence):
    done = command("add-agency", *arguments)
    assert done.exit_code == 1
    assert sentence in done.output
    assert len(done.output.strip().splitlines()) == 1
    assert session.query(Agency).count() == 0


def test_a_password_is_made_up_and_shown_once(command, person, make):
    make.agency(slug="city")
    arguments = ["--name", "林兆和", "--role", "administrator", "--agency", "city"]
    done = command("add-person", "lin@example.org", *arguments)
    shown = done.output.split("(shown this once): ")[1].split()[0]
    lin = person("lin@example.org")
    assert passwords.matches(lin, shown)
    assert [held.role for held in lin.appointments] == [Role.ADMINISTRATOR]


def test_a_password_can_come_from_standard_input(command, person):
    done = command(
        "add-person",
        "lin@example.org",
        "--name",
        "林",
        "--password-stdin",
        input="three blue lamps\n",
    )
    assert "three blue lamps" not in done.output
    assert passwords.matches(person("lin@example.org"), "three blue lamps")


def test_somebody_with_an_account_is_only_given_the_role(command, person, make):
    make.agency(slug="city")
    kept = make.person(address="lin@example.org", password_hash="kept").password_hash
    command("add-person", "lin@example.org", "--role", "analyst", "--agency", "city")
    assert person("lin@example.org").password_hash == kept
    assert person("lin@example.org").is_staff


def test_somebody_who_took_part_by_code_gets_an_account(command, person, make):
    before = make.person(address="lin@example.org", kind=PersonKind.VERIFIED)
    command("add-person", "lin@example.org", "--name", "林")
    assert person("lin@example.org").id == before.id
    assert before.kind is PersonKind.CITIZEN


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["lin@example.org"], 1, "needs a name"),
        (["lin", "--name", "林"], 1, "e-mail address"),
        (["lin@example.org", "--name", "林", "--role", "analyst"], 2, "go together"),
        (["lin@example.org", "--name", "林", "--role", "king", "--agency", "a"], 2, "king"),
        (["lin@example.org", "--name", "林", "--role", "analyst", "--agency", "a"], 1, "called a"),
    ],
)
def test_a_bad_person_is_refused_and_nothing_is_kept(command, person, arguments, code, sentence):
    done = command("add-person", *arguments)
    assert done.exit_code == code
    assert sentence in done.output
    assert person("lin@example.org") is None
