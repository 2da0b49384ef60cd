"""Regions by their GB/T 2260 codes; the 34 divisions at the level of a province are known here."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.exceptions import N_, Invalid
from models.agency import Region

PROVINCES = {
    "110000": ("北京市", "Beijing"),
    "120000": ("天津市", "Tianjin"),
    "130000": ("河北省", "Hebei"),
    "140000": ("山西省", "Shanxi"),
    "150000": ("内蒙古自治区", "Inner Mongolia"),
    "210000": ("辽宁省", "Liaoning"),
    "220000": ("吉林省", "Jilin"),
    "230000": ("黑龙江省", "Heilongjiang"),
    "310000": ("上海市", "Shanghai"),
    "320000": ("江苏省", "Jiangsu"),
    "330000": ("浙江省", "Zhejiang"),
    "340000": ("安徽省", "Anhui"),
    "350000": ("福建省", "Fujian"),
    "360000": ("江西省", "Jiangxi"),
    "370000": ("山东省", "Shandong"),
    "410000": ("河南省", "Henan"),
    "420000": ("湖北省", "Hubei"),
    "430000": ("湖南省", "Hunan"),
    "440000": ("广东省", "Guangdong"),
    "450000": ("广西壮族自治区", "Guangxi"),
    "460000": ("海南省", "Hainan"),
    "500000": ("重庆市", "Chongqing"),
    "510000": ("四川省", "Sichuan"),
    "520000": ("贵州省", "Guizhou"),
    "530000": ("云南省", "Yunnan"),
    "540000": ("西藏自治区", "Tibet"),
    "610000": ("陕西省", "Shaanxi"),
    "620000": ("甘肃省", "Gansu"),
    "630000": ("青海省", "Qinghai"),
    "640000": ("宁夏回族自治区", "Ningxia"),
    "650000": ("新疆维吾尔自治区", "Xinjiang"),
    "710000": ("台湾省", "Taiwan"),
    "810000": ("香港特别行政区", "Hong Kong"),
    "820000": ("澳门特别行政区", "Macao"),
}
LENGTH = 6


def ensure_region(
    session: Session, code: str, name: str | None = None, name_en: str = ""
) -> Region:
    """The region of ``code``, made with those above it if it is not there yet.

    :raises Invalid: if the code is not six digits, or unknown and given no name.
    """
    found = session.get(Region, code)
    if found:
        return found
    if len(code) != LENGTH or not (code.isascii() and code.isdigit()):
        raise Invalid(N_("A region has a code of six digits."), field="region")
    known = PROVINCES.get(code, (name or "", name_en))
    if not known[0]:
        raise Invalid(N_("This region is not known yet: give its name too."), field="region_name")
    region = Region(code=code, name=known[0], name_en=known[1], parent_code=_parent(session, code))
    session.add(region)
    session.flush()  # those below refer to it by its code
    return region


def load_provinces(session: Session) -> int:
    """Make those of the 34 that are missing, and say how many were."""
    there = set(session.scalars(select(Region.code)))
    missing = [code for code in PROVINCES if code not in there]
    for code in missing:
        ensure_region(session, code)
    return len(missing)


def every(session: Session) -> Sequence[Region]:
    """All regions, in the order of their codes."""
    return session.scalars(select(Region).order_by(Region.code)).all()


def _parent(session: Session, code: str) -> str | None:
    """The nearest region above that is known; a province is made on the way."""
    city, province = f"{code[:4]}00", f"{code[:2]}0000"
    if city != code and session.get(Region, city) is not None:
        return city
    if province == code:
        return None
    if province in PROVINCES:
        return ensure_region(session, province).code
    return None
