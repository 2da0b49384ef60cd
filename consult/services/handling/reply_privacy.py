"""Personal data in the words of an office: its own telephone number is none."""

import re
from collections.abc import Collection

from consult.text.personal_data import Finding, PersonalDataKind, find_personal_data

#: In a reply a landline says whom to call. In what citizens write it may be anybody's.
OF_THE_OFFICE = frozenset({PersonalDataKind.LANDLINE})
#: A shorter name is a word as well.
SHORTEST_NAME = 2
#: An account that everybody may follow is nobody's own.
PUBLIC_ACCOUNT, BEFORE = "公众号", 16
#: Family names, without those that are words of every sentence as well (于, 向, 和, 方 …).
_FAMILY = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁余叶蒋杜苏魏程吕丁"
    "沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱侯邹熊孟秦尹薛雷龙陶贺郝龚毛万段覃武莫孔汤黎欧易乔"
    "颜殷倪庄章鲁岳翟聂左尤卞柳"
)
#: Who wrote, called by name: "信访人张某某" is fine, the whole name is not.
NAMED = re.compile(
    rf"(?:信访人|投诉人|举报人|来信人|反映人|上访人|申诉人|信访者)[：:“\"\s]{{0,2}}([{_FAMILY}][一-龥]{{1,2}})"
    r"(?=[，。、；：（(“”\"\s系的与等家户向于反在]|$)"
)
HIDDEN = re.compile(r"[某xX×*＊]")


def personal_data(text: str) -> list[Finding]:
    """What of a reply is personal: everything but how to reach an office."""
    return [one for one in find_personal_data(text) if not _of_an_office(text, one)]


def masked(text: str) -> str:
    """The reply as the public reads it: whom to call stays readable."""
    pieces, last = [], 0
    for finding in personal_data(text):
        pieces += [text[last : finding.start], finding.masked]
        last = finding.end
    return "".join([*pieces, text[last:]])


def disclosed(text: str, *, names: Collection[str] = ()) -> list[str]:
    """The words that disclose something: personal data, and who wrote, called by name."""
    known = [one for one in names if len(one) >= SHORTEST_NAME and one in text]
    called = [one for one in NAMED.findall(text) if not HIDDEN.search(one)]
    return list(dict.fromkeys([*known, *called, *(one.text for one in personal_data(text))]))


def _of_an_office(text: str, finding: Finding) -> bool:
    before = text[max(0, finding.start - BEFORE) : finding.start]
    return finding.kind in OF_THE_OFFICE or PUBLIC_ACCOUNT in before
