import pytest
from sqlalchemy import select

from consult.exceptions import Invalid
from consult.services.people import people
from models.ledger import LedgerEntry
from models.person import Person, PersonKind


@pytest.fixture
def register(session, make, app, now):
    make.person("别人")

    def act(**values):
        defaults = {"name": "王芳", "address": "wang@example.org", "password": "three blue lamps"}
        return people.register(
            session, vault=app.extensions["vault"], locale="en", now=now, **(defaults | values)
        )

    return act


def test_an_account_is_found_by_its_address_however_it_is_written(register, session, app):
    person = register(address="Wang@Example.org")
    found = people.by_address(session, vault=app.extensions["vault"], address=" WANG@example.org ")
    assert found is person


def test_a_mobile_number_is_found_with_and_without_country_code(register, session, app):
    person = register(address="138 0000 1111")
    found = people.by_address(session, vault=app.extensions["vault"], address="+86 13800001111")
    assert found is person
    assert person.address_masked == "138****1111"


def test_the_address_is_kept_sealed_and_the_password_hashed(register, session):
    register()
    row = session.execute(select(Person.__table__).where(Person.name == "王芳")).mappings().one()
    assert not any("wang@example.org" in str(value) for value in row.values())
    assert not any("three blue lamps" in str(value) for value in row.values())
    assert row["password_hash"].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_registering_is_recorded_without_personal_data(register, session):
    person = register()
    entry = session.scalars(select(LedgerEntry)).one()
    assert (entry.act, entry.subject_id) == ("person.registered", person.id)
    assert entry.detail == {"kind": "citizen"}


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least"),
        ("x" * 201, "at most"),
        ("woaini1314520", "Too many people"),
        ("ababababab", "Too many people"),
        ("my-WANG-house", "must not be part"),
    ],
)
def test_a_poor_password_is_refused_with_its_reason(register, password, why):
    with pytest.raises(Invalid, match=why) as caught:
        register(password=password)
    assert caught.value.field == "password"


@pytest.mark.parametrize("address", ["", "wang", "wang@", "12345678901", "1380000111", "a b@c.de"])
def test_what_is_no_address_is_refused(register, address):
    with pytest.raises(Invalid) as caught:
        register(address=address)
    assert caught.value.field == "address"


def test_an_address_belongs_to_one_account(register):
    register()
    with pytest.raises(Invalid, match="There is an account"):
        register(name="别名", address="WANG@example.org")


def test_nobody_registers_over_somebody_who_took_part_by_code(register, make):
    make.person(address="wang@example.org", kind=PersonKind.VERIFIED)
    with pytest.raises(Invalid, match="with a code"):
        register()


def test_whoever_took_part_by_code_keeps_what_they_wrote_when_they_register(register, make):
    visitor = make.person(address="wang@example.org", kind=PersonKind.VERIFIED)
    suggestion = make.suggestion(author=visitor)
    person = register(visitor=visitor)
    assert suggestion.author is person
    assert person.kind is PersonKind.CITIZEN


def test_nobody_registers_as_an_imported_person(register):
    with pytest.raises(Invalid):
        register(kind=PersonKind.IMPORTED)
