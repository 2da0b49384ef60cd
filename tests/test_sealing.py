"""Personal data at rest: unreadable without the key, and found again without reading it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.sealing import Vault

VAULT = Vault("the platform's own secret")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_sealed_can_be_opened_again(text):
    assert VAULT.open(VAULT.seal(text)) == text


def test_a_seal_shows_nothing_and_is_never_twice_the_same():
    first, second = VAULT.seal("13800000000"), VAULT.seal("13800000000")

    assert b"138" not in first
    assert first != second


def test_another_platform_cannot_open_it():
    with pytest.raises(ValueError, match="another key"):
        Vault("somebody else's secret").open(VAULT.seal("13800000000"))


def test_an_altered_seal_is_refused():
    sealed = bytearray(VAULT.seal("13800000000"))
    sealed[20] ^= 1
    with pytest.raises(ValueError, match="altered"):
        VAULT.open(bytes(sealed))


@pytest.mark.parametrize("written", ["A@Example.org", " a@example.org ", "Ａ@example.org"])
def test_one_address_has_one_digest_however_it_is_written(written):
    assert VAULT.digest(written) == VAULT.digest("a@example.org")


def test_the_digest_of_another_platform_is_another():
    assert Vault("somebody else's secret").digest("a@example.org") != VAULT.digest("a@example.org")


def test_sealing_needs_a_secret():
    with pytest.raises(ValueError, match="needs a secret"):
        Vault("")
