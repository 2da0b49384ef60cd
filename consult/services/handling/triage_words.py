"""What the house knows of urgency before an agency says otherwise: words, rules, and their limits.

Tried on some thousands of real messages, where words such as 火灾 mostly stand in sentences about
what might happen, what happened years ago, or grants. So a word of danger counts in full only where
it is the matter itself: in the title, or in a clause that says it is happening; else it is merely
pressing. Longer words in which one means something else, and words that say much only together,
are listed too.
"""

from collections.abc import Iterable, Mapping

from consult.services.handling.triage_judge import Rule, Word
from models.mailbox import Urgency
from models.suggestion import SuggestionKind

_DANGER = (
    *("坍塌", "塌方", "塌陷", "垮塌", "燃气泄漏", "煤气泄漏", "着火", "起火", "火灾", "爆炸"),
    *("触电", "漏电", "电线掉落", "溺水", "中毒", "高空坠物", "被困", "山洪", "泥石流"),
    *("gas leak", "on fire", "collapse", "explosion", "electrocut", "drowning"),
)
#: Counted in full wherever it stands: whoever says this of themselves is in danger.
_LIVES = (
    *("轻生", "想自杀", "要自杀", "不想活", "活不下去", "要跳楼", "想跳楼", "跳楼的心"),
    *("kill myself", "suicidal"),
)
_SUPPLY = (
    *("停水", "断水", "没有水", "没水用", "停电", "断电", "停气", "断气", "停暖", "没有暖气"),
    *("暖气不热", "爆管", "污水倒灌", "no water", "no heating", "power cut", "no electricity"),
)
_PRESSING = (
    *("拖欠工资", "欠薪", "讨薪", "急需", "紧急", "病危", "走失", "失踪", "无家可归", "夜间施工"),
    *("通宵施工", "自杀", "跳楼", "unpaid wages", "urgent", "missing person"),
)
_UNLESS: Mapping[str, tuple[str, ...]] = {
    "着火": ("随着火", "着火车", "趁着火"),
    "起火": ("引起火", "掀起火", "一起火"),
    "爆炸": ("爆炸式", "信息爆炸", "爆炸性新闻"),
    "中毒": ("电脑中毒", "手机中毒"),
    "被困": ("被困扰",),
    "轻生": ("减轻生", "年轻生"),
    "没有水": ("没有水平", "没有水泥", "没有水田", "没有水印"),
    "断气": ("不断气",),
    "停气": ("停气质",),
    "断电": ("断电话", "断电视"),
    "停电": ("停电动", "停电瓶", "停电梯"),
    "跳楼": ("跳楼价",),
    "火灾": ("火灾善后", "火灾保险", "火灾隐患", "防火灾"),
    "溺水": ("防溺水",),
    "塌方": ("塌方补",),
    "urgent": ("insurgent",),
}


def _listed(words: Iterable[str], urgency: Urgency) -> Iterable[Word]:
    return (Word(word, urgency, _UNLESS.get(word, ())) for word in words)


#: What a mailbox begins with; an agency adds to it, or says otherwise of a word.
WORDS: Mapping[str, Word] = {
    one.word: one
    for one in (
        *_listed((*_LIVES, *_DANGER), Urgency.DANGER),
        *_listed(_SUPPLY, Urgency.SUPPLY),
        *_listed(_PRESSING, Urgency.PRESSING),
    )
}

RULES: Mapping[str, Rule] = {
    one.house: one
    for one in (
        Rule(
            "dependent",
            Urgency.DANGER,
            any_of=("呼吸机", "透析", "吸氧", "制氧机", "重症", "ventilator", "dialysis"),
            and_of=("停电", "断电", "停水", "断水", "power cut", "no electricity", "no water"),
            house="dependent",
        ),
        Rule(
            "gas",
            Urgency.DANGER,
            any_of=("煤气", "燃气", "天然气", "液化气"),
            and_of=("泄漏", "泄露", "漏气", "刺鼻", "异味很重"),
            house="gas",
        ),
        Rule(
            "house",
            Urgency.DANGER,
            any_of=("危房", "危楼", "房屋", "围墙", "墙体"),
            and_of=("随时倒塌", "随时会倒", "随时可能倒", "摇摇欲坠", "正在倾斜", "已经倒塌"),
            house="house",
        ),
        Rule(
            "treatment",
            Urgency.PRESSING,
            any_of=("手术", "住院", "透析", "抢救", "surgery"),
            and_of=("没钱", "无钱", "停药", "等钱", "无力支付", "无力承担", "急等", "cannot pay"),
            house="treatment",
        ),
        Rule(
            "school",
            Urgency.PRESSING,
            any_of=("入学", "上学", "学位", "升学"),
            and_of=("即将开学", "马上开学", "开学在即", "报名截止", "无法报名", "没书读"),
            house="school",
        ),
        Rule("praise", Urgency.ROUTINE, kind=SuggestionKind.PRAISE, at_most=True, house="praise"),
    )
}

#: A clause with one of these speaks of what might happen, or of what is over.
SUPPOSING = (
    *("一旦", "如果", "万一", "假如", "倘若", "要是", "若发生", "若是", "引发", "引起", "导致"),
    *("可能", "隐患", "风险", "避免", "防止", "预防", "以防", "杜绝", "生怕", "害怕", "担心"),
    *("会不会", "是否", "容易", "等措施", "高发", "安全知识", "演练", "改造", "保护器", "赔偿"),
    *("曾经", "曾发生", "以前", "去年", "前年", "每年", "历年", "往年", "当年", "善后"),
    *("if ", "could ", "might ", "risk of", "last year"),
)
#: A clause with one of these says that it is happening.
HAPPENING = (
    *("正在", "此刻", "现在", "目前", "刚刚", "刚才", "今天", "今早", "今晚", "昨天", "昨晚"),
    *("仍在", "还在", "已经", "又", "不断", "一直", "小时", "快来", "救命", "求救", "马上"),
    *("now", "today", "tonight", "yesterday", "still", "hours"),
)
#: Counted in full wherever they stand.
ALWAYS = frozenset(_LIVES)
