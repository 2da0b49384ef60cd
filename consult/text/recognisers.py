"""What personal data look like. All patterns expect text in plain shape (see ``folding``)."""

import re
from collections.abc import Callable

from consult.text.checksums import is_identity_number, is_old_identity_number, passes_luhn
from consult.text.masks import hide, mask_email, mask_phone
from consult.text.recogniser import PersonalDataKind, Recogniser

FEWEST_CARD_DIGITS = 13
FEWEST_PLATE_DIGITS = 3


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def _hiding(first: int, last: int) -> Callable[[str], str]:
    return lambda text: hide(text, first=first, last=last)


def _is_bank_card(compact: str) -> bool:
    return len(compact) >= FEWEST_CARD_DIGITS and passes_luhn(compact)


def _is_plate(compact: str) -> bool:
    return sum(character.isdigit() for character in compact) >= FEWEST_PLATE_DIGITS


REGIONS = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

#: What may stand between a word such as 微信号 and the number itself. Blanks are bounded
#: everywhere: three unbounded runs in a row take hours over a page of blanks.
IS = r"\s{0,4}(?:号码|号|id|no\.?)?\s{0,4}(?:[:;,]|是|为|就是)?\s{0,4}"
#: Numbers of orders, contracts, permits and files are nobody's card.
OF_A_FILE = re.compile(
    r"(?:单号|编号|(?<!身份)证号?|同号|代码|注册号|案号|订单|流水号|发票)(?:号码)?\s*[:是为]?\s*$"
)
#: Telephones that an office offers to everybody.
OF_A_SERVICE = re.compile(
    r"(?:热线|举报|投诉|咨询|监督|客服|服务|值班|报警|维修)(?:电话|号码|热线)*\s*[:是为]?\s*$"
)

#: Area codes: 010, 02x, 03xx to 09xx.
AREA = r"0(?:10|2\d|[3-9]\d{2})"

_WECHAT_WORD = r"(?:微信|威信|薇信|weixin|wechat|(?<![a-z0-9])(?:vx|wx)|(?<![a-z0-9])v信?(?=号|:))"
_WECHAT_ID = r"(?P<it>[a-z][-_a-z0-9]{5,19}|[1-9]\d{5,10})(?![a-z0-9_@.-])"
_WECHAT_ID_WITH_DIGIT = rf"(?=[-_a-z]{{0,20}}\d){_WECHAT_ID}(?!\s?[余多万亿元人个名位次年月])"

#: What every pattern below needs to be found at all: most texts have nothing of it.
MAY_BE = _compiled(
    rf"@|\d{{3}}|[-_a-z0-9]{{6}}|[{REGIONS}][a-z]|\d(?:栋|幢|号楼|座)",
)

_K = PersonalDataKind
RECOGNISERS = (
    Recogniser(
        _K.EMAIL,
        _compiled(
            r"(?<![a-z0-9._%+-])(?P<it>[a-z0-9._%+-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,18})"
        ),
        mask_email,
    ),
    Recogniser(
        _K.IDENTITY_CARD,
        _compiled(r"(?<![a-z0-9])(?P<it>[1-9]\d{5}[ -]?(?:19|20)\d{6}[ -]?\d{3}[\dx])(?![a-z0-9])"),
        _hiding(3, 2),
        is_identity_number,
    ),
    Recogniser(  # somebody who names it and mistypes one digit has still told nearly all of it
        _K.IDENTITY_CARD,
        _compiled(
            r"身份证(?:件)?(?:号码|号)?\s{0,4}[:是为]?\s{0,4}(?P<it>\d{17}[\dx])(?![a-z0-9])"
        ),
        _hiding(3, 2),
    ),
    Recogniser(
        _K.IDENTITY_CARD,
        _compiled(r"(?<![a-z0-9])(?P<it>[1-9]\d{14})(?![a-z0-9])"),
        _hiding(3, 2),
        is_old_identity_number,
        unless=OF_A_FILE,
    ),
    Recogniser(
        _K.PASSPORT,
        _compiled(rf"(?:护照|通行证|passport){IS}(?P<it>[a-z]{{1,2}}\d{{7,8}})(?![a-z0-9])"),
        _hiding(1, 2),
    ),
    Recogniser(
        _K.WECHAT,
        _compiled(rf"{_WECHAT_WORD}\s{{0,4}}(?:号码?|id|[:是为加])[\s:是为]{{0,6}}{_WECHAT_ID}"),
        _hiding(2, 0),
    ),
    Recogniser(
        _K.WECHAT, _compiled(rf"{_WECHAT_WORD}\s{{0,4}}{_WECHAT_ID_WITH_DIGIT}"), _hiding(2, 0)
    ),
    Recogniser(
        _K.WECHAT,
        _compiled(
            rf"加(?:我|个|下)?(?:微信?|薇信?|v信?(?![a-z]))\s{{0,4}}:?\s{{0,4}}{_WECHAT_ID_WITH_DIGIT}"
        ),
        _hiding(2, 0),
    ),
    Recogniser(
        _K.QQ,
        _compiled(rf"(?:(?<![a-z0-9])qq|扣扣|企鹅号){IS}(?P<it>[1-9]\d{{4,10}})(?![\d@])"),
        _hiding(2, 1),
    ),
    Recogniser(
        _K.BANK_CARD,
        _compiled(
            r"(?<![a-z0-9.-])(?P<it>[3-69]\d{3}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?)"
            r"(?![a-z0-9]|\.\d)"
        ),
        _hiding(0, 4),
        _is_bank_card,
        unless=OF_A_FILE,
    ),
    Recogniser(
        _K.MOBILE,
        _compiled(
            r"(?<![\d.])(?P<it>(?:(?:\+|00)?86[ -]?)?"
            r"1[3-9]\d(?:[ -]?\d{4}[ -]?\d{4}|[ -]?\d{3}[ -]?\d{5}|\d[ -]\d{3}[ -]\d{4}))"
            r"(?!\d|\.\d|[万亿]?元)"
        ),
        mask_phone,
    ),
    Recogniser(
        _K.LANDLINE,
        _compiled(
            rf"(?<![\d.])(?P<it>(?:{AREA}[- ]{{0,3}}|\({AREA}\)\s?)[2-8]\d{{2,3}}[ -]?\d{{4}}"
            r"(?:[- ]?(?:转|ext\.?)\s?\d{1,6}|-\d{1,4})?)(?!\d)"
        ),
        mask_phone,
        unless=OF_A_SERVICE,
    ),
    Recogniser(
        _K.LANDLINE,
        _compiled(
            r"(?:电话|座机|tel)(?:号码?)?\s{0,4}[:是为.]?\s{0,4}(?P<it>[2-8]\d{2,3}[ -]?\d{4})(?![\d-])"
        ),
        mask_phone,
        unless=OF_A_SERVICE,
    ),
    Recogniser(  # passbooks and accounts of firms have no check digit
        _K.BANK_CARD,
        _compiled(
            r"(?:卡号|账号|帐号|账户|帐户)\s{0,4}[:是为]?\s{0,4}(?P<it>\d{4}(?:[ -]?\d{4}){2,3}(?:[ -]?\d{1,3})?)(?!\d)"
        ),
        _hiding(0, 4),
    ),
    Recogniser(
        _K.NUMBER_PLATE,
        _compiled(
            rf"(?P<it>[{REGIONS}][a-hj-np-z][·• .]?"
            r"(?:[df][a-hj-np-z0-9]\d{4}|\d{5}[df]|[a-hj-np-z0-9]{5}|[a-hj-np-z0-9]{4}[挂学警港澳]))"
            r"(?![a-z0-9])"
        ),
        _hiding(1, 2),
        _is_plate,
    ),
    Recogniser(
        _K.DOOR,
        _compiled(
            r"(?P<it>(?<![\da-z])[a-z]?\d{1,3}(?:栋|幢|号楼|座)\s?"
            r"(?:[\da-z]{1,3}(?:单元|门)\s?\d{2,4}(?:室|房|号|户)?|\d{2,4}(?:室|房|号房)))(?!\d)"
        ),
        _hiding(0, 0),
    ),
)
