"""The checker of replies: what it finds, what it leaves alone, and that it never decides."""

import pytest

from consult.clustering import Document, HashingEncoder, load_encoder
from consult.services.handling.reply_checks import Concern, Earlier, Finding, check
from consult.services.handling.reply_privacy import masked
from consult.services.handling.reply_substance import substance

QUESTION = Document("请修复幸福路路灯", "幸福路的路灯坏了一个多星期，晚上很黑，老人不敢出门。")
GOOD = (
    "您好！您反映的问题已收悉。经现场查看，幸福路8号至20号路灯线路老化，6月10日已更换线路并恢复照明。"
    "如再有故障，请拨打0999-1234567。感谢您的支持！"
)

#: Long enough to be compared with others.
LONG = f"{GOOD}今后我处每月巡查一次，发现故障当天维修，逾期未修的可以向市政监督部门投诉。"


def concerns(text, *, question=QUESTION, encoder=None, **values):
    return [one.concern for one in check(text, question=question, encoder=encoder, **values)]


def test_an_answer_with_facts_measures_a_day_and_a_number_gives_no_reason():
    assert concerns(GOOD) == []


@pytest.mark.parametrize(
    "text",
    [
        "您好！您的留言已收悉，感谢您对我们工作的支持！",
        "已收悉",
        "尊敬的网友：您好！您所反映的问题已收到，现回复如下：\n\n市政局\n2026年6月10日",
        "Dear reader, thank you. Your message has been received. Kind regards",
    ],
)
def test_greetings_thanks_and_a_signature_are_no_answer(text):
    assert concerns(text) == [Concern.TOO_SHORT, Concern.NOTHING_CONCRETE]


def test_an_answer_that_shares_a_sentence_with_a_greeting_is_kept():
    text = "网友：您好，转学手续由区教育局办理，请带户口本到二楼窗口，联系电话0999-7654321，感谢您的关注！"

    assert substance(text) == (
        "转学手续由区教育局办理，请带户口本到二楼窗口，联系电话0999-7654321，"
    )


@pytest.mark.parametrize(
    "text",
    [
        "您反映的情况已转相关部门核实、办复。",
        "您好，我们已将您反映的问题转交市城管局处理，处理结果会及时反馈给您，请耐心等待。",
        "该问题领导高度重视，将尽快研究处理，敬请期待。",
        "Your message was forwarded to the responsible department. It will be looked into.",
    ],
)
def test_what_only_passes_the_matter_on_is_a_stock_phrase(text):
    assert Concern.STOCK_PHRASE in concerns(text)


def test_a_stock_phrase_beside_an_answer_is_left_alone():
    text = f"我局高度重视您反映的问题，将尽快处理。{GOOD}"

    assert concerns(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "公交候车亭的站牌正在更换，字号从两厘米加大到五厘米，预计七月底前全部换完，请留意。",
        "开发商须在12月16日前将整改情况上报至我中心，逾期按规定处罚，请业主监督。",
        "因管线迁改未完成，该路段暂不能施工，完成后三个月内铺设路面，费用由财政承担。",
    ],
)
def test_words_that_look_like_passing_on_are_not(text):
    assert concerns(text) == []


def test_talk_without_a_measure_a_ground_a_day_or_a_contact_is_named():
    text = "我们将以群众的期待为动力，不断改进工作作风，努力提升服务水平，为大家创造更加美好的生活环境。"

    assert concerns(text) == [Concern.NOTHING_CONCRETE]


def test_the_same_text_for_another_matter_is_found_with_the_number_of_that_message():
    other = Earlier("0001-000009", LONG.replace("幸福路8号至20号", "平安街3号至9号"))
    found = check(LONG, question=QUESTION, earlier=[other], encoder=None)

    assert found == [Finding(Concern.REUSED, "0001-000009", 1)]


def test_of_many_copies_the_likest_is_named_and_all_are_counted():
    copies = [Earlier(f"0001-{n:06d}", LONG) for n in range(3)]
    far = Earlier(
        "0001-000099", "公交线路调整方案正在公示，请到市交通局网站查看，公示期三十天，到期后实施。"
    )
    [found] = check(LONG, question=QUESTION, earlier=[far, *copies], encoder=None)

    assert (found.concern, found.count) == (Concern.REUSED, 3)


def test_the_same_matter_and_a_like_question_may_have_the_same_answer():
    encoder = HashingEncoder()
    same = Earlier("0001-000009", LONG, same_matter=True)
    like = Earlier("0001-000010", LONG, question=Document("请修复幸福路的路灯", QUESTION.body))

    assert concerns(LONG, earlier=[same, like], encoder=encoder) == []


def test_an_answer_to_another_question_seems_beside_the_point():
    answer = "医保参保缴费标准由省级文件规定，今年为每人每年380元，可在手机上办理，咨询电话12393。"

    assert concerns(answer, encoder=load_encoder("shipped")) == [Concern.BESIDE_THE_POINT]


def test_the_number_of_an_office_is_no_personal_data_and_a_mobile_number_is():
    mobile = f"{GOOD}联系人电话13812345678。"

    assert concerns(mobile) == [Concern.PERSONAL_DATA]
    assert "0999-1234567" in masked(mobile)
    assert "13812345678" not in masked(mobile)


def test_who_wrote_is_not_called_by_name():
    assert concerns(f"{GOOD}信访人黄建设，系我镇村民。") == [Concern.PERSONAL_DATA]
    assert concerns(f"{GOOD}信访人黄某，系我镇村民。") == []
    assert concerns(f"{GOOD}已与郑小满联系。", names=["郑小满"]) == [Concern.PERSONAL_DATA]


def test_a_blank_of_a_template_that_was_left_is_found_and_the_number_of_a_document_is_not():
    assert concerns(f"{GOOD}经查，【核查情况】。") == [Concern.BLANK_LEFT]
    assert concerns(f"{GOOD}依据〔市政发〕【2026】12号文件办理。") == []


def test_nothing_is_said_of_belonging_together_without_an_encoder():
    answer = "医保参保缴费标准由省级文件规定，今年为每人每年380元，可在手机上办理，咨询电话12393。"

    assert concerns(answer, encoder=None) == []
