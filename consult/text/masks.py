"""Personal data as others may see it: enough to recognise one's own, too little to use."""

import re

#: Family names of two characters; all others have one.
DOUBLE_SURNAMES = {
    *("欧阳", "司马", "上官", "诸葛", "司徒", "东方", "皇甫", "尉迟", "公孙", "慕容"),
    *("令狐", "宇文", "长孙", "夏侯", "轩辕", "端木", "百里", "呼延", "南宫", "独孤"),
}
#: 小区 and the like are homes, not districts.
DISTRICT = re.compile(r".{0,30}?(?:(?<![小社园校厂片街住])区|县|旗)|.{0,20}?市")
COUNTRY = re.compile(r"\s*(?:\+|00)?86(?=\D*1(?:\D*\d){10}\D*$)")
MOBILE_LENGTH = 11


def hide(text: str, *, first: int, last: int) -> str:
    """Put ``*`` in place of digits and Latin letters but for some at both ends.

    Everything is hidden where nothing would be.
    """
    places = [i for i, character in enumerate(text) if _tells(character)]
    hidden = set(places[first : len(places) - last]) or set(places)
    return "".join("*" if i in hidden else character for i, character in enumerate(text))


def _tells(character: str) -> bool:
    return character.isdigit() or (character.isascii() and character.isalpha())


def mask_name(name: str) -> str:
    """Keep the family name: 张**, 欧阳**, J**. How long the name is stays hidden."""
    kept = name[:2] if name[:2] in DOUBLE_SURNAMES else name[:1]
    return f"{kept}**" if kept else ""


def mask_phone(number: str) -> str:
    """Keep the first three digits and the last four, or the area code and two: 138****5678."""
    country = COUNTRY.match(number)
    prefix, rest = (country[0], number[country.end() :]) if country else ("", number)
    digits = "".join(character for character in rest if character.isdigit())
    if len(digits) == MOBILE_LENGTH and digits[0] == "1":
        return prefix + hide(rest, first=3, last=4)
    area = 0 if not digits.startswith("0") else 3 if digits[1:2] in {"1", "2"} else 4
    return prefix + hide(rest, first=area, last=2)


def mask_email(address: str) -> str:
    """Keep the first character and the host: z***@example.org."""
    person, at, host = address.partition("@")
    return f"{person[:1]}***{at}{host}"


def mask_address(address: str) -> str:
    """Keep the district or county and hide the street: 某省某市某区***."""
    district = DISTRICT.match(address)
    return f"{district[0] if district else ''}***" if address else ""
