"""What others see of a person."""

import pytest

from consult.text.masks import mask_address, mask_email, mask_name, mask_phone


@pytest.mark.parametrize(
    ("name", "seen"),
    [("张三", "张**"), ("张三丰", "张**"), ("欧阳修", "欧阳**"), ("John", "J**"), ("", "")],
)
def test_the_family_name_stays_and_the_length_is_hidden(name, seen):
    assert mask_name(name) == seen


@pytest.mark.parametrize(
    ("number", "seen"),
    [
        ("13812345678", "138****5678"),
        ("+86 138 1234 5678", "+86 138 **** 5678"),
        ("8613812345678", "86138****5678"),
        ("010-84123456", "010-******56"),
        ("84123456", "******56"),
        ("12", "**"),
        ("0", "*"),
    ],
)
def test_a_telephone_keeps_its_ends(number, seen):
    assert mask_phone(number) == seen


def test_an_address_for_mail_keeps_its_host():
    assert mask_email("zhang@example.org") == "z***@example.org"


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("云山省滨河市东城区解放路1号3栋", "云山省滨河市东城区***"),
        ("滨河市解放路1号小区", "滨河市***"),
        ("解放路1号", "***"),
        ("", ""),
    ],
)
def test_an_address_ends_at_the_district(address, seen):
    assert mask_address(address) == seen
