"""The kinds of numerals that Word knows, as far as Chinese and English drafts use them."""

from collections.abc import Callable

from consult.text.numerals import in_chinese

CHINESE = {
    *("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"),
    *("taiwaneseCountingThousand", "ideographDigital", "japaneseDigitalTenThousand"),
}
ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L")),
    *((40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
STEMS = "甲乙丙丁戊己庚辛壬癸"
LARGEST = 9999
LAST_CIRCLED = 20


def write_number(number: int, numerals: str) -> str:
    """Write ``number`` in one of Word's kinds of numerals; unknown kinds are written 1, 2, 3."""
    if numerals in {"none", "bullet"}:
        return ""
    if not 0 < number <= LARGEST:
        return str(number)
    if numerals in CHINESE:
        return in_chinese(number)
    return WRITERS.get(numerals, str)(number)


def _roman(number: int) -> str:
    text = ""
    for worth, letters in ROMAN:
        times, number = divmod(number, worth)
        text += letters * times
    return text


def _letters(number: int) -> str:
    """Write A to Z, then AA to ZZ, as Word does."""
    times, position = divmod(number - 1, 26)
    return chr(ord("A") + position) * (times + 1)


def _full_width(number: int) -> str:
    return "".join(chr(ord(digit) + 0xFEE0) for digit in str(number))


def _circled(number: int) -> str:
    return chr(ord("①") + number - 1) if number <= LAST_CIRCLED else str(number)


def _stem(number: int) -> str:
    return STEMS[(number - 1) % len(STEMS)]


WRITERS: dict[str, Callable[[int], str]] = {
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": _letters,
    "lowerLetter": lambda number: _letters(number).lower(),
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _full_width,
    "decimalFullWidth2": _full_width,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "ideographTraditional": _stem,
}
