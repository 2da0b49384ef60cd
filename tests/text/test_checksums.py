"""Numbers that prove themselves."""

import pytest

from consult.text.checksums import is_identity_number, is_old_identity_number, passes_luhn


@pytest.mark.parametrize("number", ["11010519491231002X", "11010519491231002x"])
def test_an_identity_number_proves_itself(number):
    assert is_identity_number(number)


@pytest.mark.parametrize(
    "number",
    ["110105194912310021", "110105194913310020", "110105180001010010", "1101051949123100XX", "12"],
)
def test_a_wrong_digit_or_date_does_not(number):
    assert not is_identity_number(number)


@pytest.mark.parametrize(
    ("number", "proves"), [("110105491231002", True), ("110105491331002", False)]
)
def test_an_old_number_has_a_region_and_a_date(number, proves):
    assert is_old_identity_number(number) is proves


@pytest.mark.parametrize(
    ("number", "proves"), [("4111111111111111", True), ("4111111111111112", False)]
)
def test_a_card_number_proves_itself(number, proves):
    assert passes_luhn(number) is proves
