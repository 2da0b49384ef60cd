"""Numbers as Chinese documents write them."""

import unicodedata

DIGITS = {"零": 0, "〇": 0, "○": 0} | {digit: i for i, digit in enumerate("一二三四五六七八九", 1)}
DIGITS["两"] = 2
UNITS = {"十": 10, "百": 100, "千": 1000}
LARGEST = 10_000

#: Everything that may be part of a number, for use inside of ``[…]``.
HAN_NUMERALS = "".join(DIGITS) + "".join(UNITS)
NUMERALS = HAN_NUMERALS + "0-9０-９"


def parse_number(text: str) -> int:
    """Read ``二十三``, ``一百零五``, ``二〇二六``, ``12`` or ``１２``.

    :raises ValueError: if it is not a number below ten thousand.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.isdecimal():
        return int(plain)
    if plain and all(character in DIGITS for character in plain):
        return int("".join(str(DIGITS[character]) for character in plain))
    total, digit = 0, None
    for character in plain:
        if character in UNITS:
            total += (1 if digit is None else digit) * UNITS[character]
            digit = None
        elif character in DIGITS:
            digit = DIGITS[character] or None
        else:
            raise ValueError(f"not a number: {text!r}")
    if not plain:
        raise ValueError("not a number: nothing")
    return total + (digit or 0)


def in_chinese(number: int) -> str:
    """Write ``number`` (0 to 9999) as articles are numbered: 十二, 二十, 一百零五, 一千零一十.

    :raises ValueError: if it lies outside.
    """
    if not 0 <= number < LARGEST:
        raise ValueError(f"cannot write {number}")
    text, gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            text += ("零" if gap else "") + "一二三四五六七八九"[digit - 1] + name
        gap = bool(text) and not digit
    return (text.removeprefix("一") if text.startswith("一十") else text) or "零"
