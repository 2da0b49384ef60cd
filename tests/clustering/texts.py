"""Requests written for these tests: three matters told by several people, and noise between them."""

from consult.clustering import Document

LAMP = [
    Document(
        "青松路路灯坏了三个月没人修",
        "青松路从小学到菜场一段的路灯全部不亮，孩子放学要摸黑走，请尽快维修。",
    ),
    Document(
        "请修复青松路的路灯", "青松路小学门口的路灯三个月不亮了，晚上孩子们摸黑回家，很不安全。"
    ),
    Document("青松路晚上一片漆黑", "青松路菜场到小学的路灯都坏了，反映多次没有人来维修。"),
]
LIFT = [
    Document(
        "银杏苑加装电梯补贴怎么申请",
        "银杏苑是九十年代的老小区，六楼老人下楼困难，想问加装电梯的财政补贴如何申请。",
    ),
    Document(
        "咨询银杏苑老楼加装电梯的补贴",
        "我们银杏苑三号楼想加装电梯，请问财政补贴的标准和申请办法是什么？",
    ),
]
BUS = [
    Document(
        "Bus 17 should run on Sundays",
        "There is no bus 17 to the hospital on Sundays, so visitors must walk from the station.",
    ),
    Document(
        "Please run bus 17 on Sunday",
        "Visitors of the hospital cannot come on Sundays because bus 17 does not run.",
    ),
]
NOISE = [
    Document(
        "白桦街路口应该加装信号灯", "白桦街和环城路交叉口车速很快，行人过街危险，建议安装红绿灯。"
    ),
    Document("建议公园延长开放时间", "夏天晚上人们喜欢散步，云溪公园九点就关门太早了。"),
    Document("幼儿园学费上涨太快", "城东民办幼儿园今年学费涨了三成，希望物价部门管一管。"),
    Document(
        "Plant more trees at the market",
        "The market square is too hot in summer; some trees would help.",
    ),
    Document("河道垃圾没人清理", "清水河两岸堆满生活垃圾，夏天臭气很大，请环卫部门处理。"),
]
ALL = [*LAMP, *LIFT, *BUS, *NOISE]


def sets(grouping, documents):
    """The groups as sets of titles, whatever the order."""
    return {frozenset(documents[member].title for member in group.members) for group in grouping}


def titles(*documents):
    return frozenset(document.title for document in documents)
