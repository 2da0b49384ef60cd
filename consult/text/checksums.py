"""Numbers that prove themselves: identity cards (GB 11643) and bank cards (Luhn)."""

from datetime import date, datetime

#: The first two digits of the region of an identity card (GB/T 2260, and residence permits).
PROVINCES = {
    *("11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37"),
    *("41", "42", "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64"),
    *("65", "71", "81", "82", "83"),
}
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_CHARACTERS = "10X98765432"
FIRST_BIRTH = date(1900, 1, 1)


def is_identity_number(number: str) -> bool:
    """Check the region, the date of birth and the last character of an 18-digit number."""
    body, check = number[:17], number[17:].upper()
    if not (body.isdecimal() and body[:2] in PROVINCES and _is_birth(body[6:14])):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True))
    return CHECK_CHARACTERS[total % 11] == check


def is_old_identity_number(number: str) -> bool:
    """Check the region and the date of birth of a 15-digit number, given until 1999."""
    return number[:2] in PROVINCES and _is_birth("19" + number[6:12])


def passes_luhn(number: str) -> bool:
    """Check the last digit of a card number."""
    digits = [int(digit) for digit in reversed(number)]
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]
    return (sum(digits[::2]) + sum(doubled)) % 10 == 0


def _is_birth(digits: str) -> bool:
    try:
        birth = datetime.strptime(digits, "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        return False
    return birth >= FIRST_BIRTH
