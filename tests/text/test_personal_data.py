"""Personal data in free text. All numbers are made up; those with a proof were made to pass it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.personal_data import PersonalDataKind as Kind
from consult.text.personal_data import find_personal_data, mask
from consult.text.recognisers import MAY_BE, RECOGNISERS

FOUND = [
    (Kind.MOBILE, "请打13812345678联系", "请打138****5678联系"),
    (Kind.MOBILE, "手机138-1234-5678。", "手机138-****-5678。"),
    (Kind.MOBILE, "手机 138 123 45678", "手机 138 *** *5678"),
    (Kind.MOBILE, "＋86 １３８１２３４５６７８", "+86 138****5678"),
    (Kind.MOBILE, "008613812345678", "0086138****5678"),
    (Kind.MOBILE, "138\u200b1234\u200b5678", "138****5678"),
    (Kind.MOBILE, "①13812345678", "①138****5678"),
    (Kind.LANDLINE, "家里0731-84123456", "家里0731-******56"),
    (Kind.LANDLINE, "（010）8412 3456转801", "(010)**** ****转*01"),
    (Kind.LANDLINE, "电话：84123456", "电话：******56"),
    (
        Kind.IDENTITY_CARD,
        "11010519491231002X，男",
        "110*************2X，男",
    ),
    (Kind.IDENTITY_CARD, "110105 19491231 002x", "110*** ******** **2x"),
    (Kind.IDENTITY_CARD, "身份证号：110105194912310021", "身份证号：110*************21"),
    (Kind.IDENTITY_CARD, "身份证110105491231002", "身份证110**********02"),
    (Kind.BANK_CARD, "卡6222 0212 3456 7894", "卡**** **** **** 7894"),
    (Kind.BANK_CARD, "账号：1900 1234 5678 901", "账号：**** **** ***8 901"),
    (Kind.NUMBER_PLATE, "牌号湘A12345违停", "牌号湘A***45违停"),
    (Kind.NUMBER_PLATE, "京AD12345", "京A****45"),
    (Kind.NUMBER_PLATE, "粤B·12345D", "粤B·****5D"),
    (Kind.EMAIL, "写信到zhang.san@example.com吧", "写信到z***@example.com吧"),
    (Kind.WECHAT, "微信号：abc_12345", "微信号：ab*_*****"),
    (Kind.WECHAT, "加微信 tree2026", "加微信 tr******"),
    (Kind.WECHAT, "VX:someone", "VX:so*****"),
    (Kind.QQ, "QQ：123456789", "QQ：12******9"),
    (Kind.PASSPORT, "护照号E12345678", "护照号E******78"),
    (Kind.DOOR, "住在3栋2单元501室。", "住在*栋*单元***室。"),
]

LEFT_ALONE = [
    *(
        "依据国发〔2021〕12号文件",
        "自2026年11月23日起",
        "20261123",
        "2019-2020年度",
        "第十二条第3款",
    ),
    *("投资1380000000元", "共13812345678元", "占地12345.678平方米", "3.14159265358979"),
    *("请拨12345或者110、12315", "客服400-812-3456", "服务热线：0731-84123456", "4008123456"),
    *(
        "统一社会信用代码91430100MA4L123456",
        "信用代码：914301001838123459",
        "（2026）湘01民初1234号",
    ),
    *("订单号：6222021234567894", "增加1000000个车位", "微信100000人使用", "微信公众号上看到"),
    *(
        "10栋460户居民",
        "邮编410000",
        "G107国道",
        "地铁2号线",
        "A市A3区",
        "13812345678901234",
        "川流不息",
    ),
]


@pytest.mark.parametrize(("kind", "text", "masked"), FOUND)
def test_personal_data_are_found_and_masked(kind, text, masked):
    assert [finding.kind for finding in find_personal_data(text)] == [kind]
    assert mask(text) == masked


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_numbers_that_belong_to_nobody_are_left_alone(text):
    assert mask(text) == text


@pytest.mark.parametrize(
    "wrong", ["110105194912310021", "990105194912310020", "110105194902310026"]
)
def test_an_identity_number_that_does_not_prove_itself_is_only_a_number(wrong):
    assert find_personal_data(f"数字{wrong}") == []


def test_findings_stand_where_they_are_in_the_original():
    text = "甲：１３８１２３４５６７８，乙：b@example.org"
    phone, mail = find_personal_data(text)

    assert (text[phone.start : phone.end], phone.masked) == (
        "１３８１２３４５６７８",
        "138****5678",
    )
    assert text[mail.start :] == mail.text == "b@example.org"


def test_a_number_is_found_once_though_it_is_of_two_kinds():
    [finding] = find_personal_data("微信号 13812345678")

    assert (finding.kind, mask("微信号 13812345678")) == (Kind.WECHAT, "微信号 13*********")


CHARACTERS = "甲乙电话微信号：加是qQvVxX 0123456789０１２-—.@a·栋室京A（）*\u200b①"


@given(st.text(CHARACTERS, max_size=60))
def test_findings_are_in_order_apart_and_true_to_the_text(text):
    last = 0
    for finding in find_personal_data(text):
        assert finding.start >= last
        assert text[finding.start : finding.end] == finding.text
        last = finding.end


@given(
    st.text("甲乙，。 ", max_size=9), st.integers(10**8, 10**9 - 1), st.text("丙丁：\n", max_size=9)
)
def test_a_mobile_number_is_never_missed_between_other_words(before, number, after):
    text = f"{before}13{number}{after}"

    assert mask(text) == f"{before}{text[len(before) :][:3]}****{str(number)[-4:]}{after}"


@given(st.sampled_from([text for _, text, _ in FOUND]))
def test_what_is_masked_is_not_found_again(text):
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize("recogniser", RECOGNISERS, ids=lambda one: one.pattern.pattern[:30])
@given(data=st.data())
def test_nothing_that_a_pattern_finds_is_passed_over_beforehand(recogniser, data):
    text = data.draw(st.from_regex(recogniser.pattern))

    assert MAY_BE.search(text)
