"""Suggestions with known groups, as many as wanted: places times matters, in changing words."""

from dataclasses import dataclass
from random import Random

#: Matter → ways to put it; {p} is the place.
MATTERS = [
    ["{p}路灯坏了大半个月没人修", "请维修{p}不亮的路灯", "{p}晚上一片漆黑，路灯要修"],
    [
        "建议在{p}增设电动汽车充电桩",
        "{p}充电难，请多装几个充电桩",
        "电车没处充电，{p}能不能建充电站",
    ],
    ["{p}小区电梯老是出故障", "请检修{p}的电梯", "{p}电梯三天两头停运，老人上不了楼"],
    ["{p}路口没有红绿灯太危险", "请给{p}路口装信号灯", "{p}路口经常出事故，该设红绿灯了"],
    ["{p}垃圾没人清运", "{p}垃圾堆成山，请尽快清理", "请增加{p}的垃圾清运次数"],
    ["{p}早高峰公交太少", "建议{p}增加早班公交车次", "{p}等公交要四十分钟，能加车吗"],
    ["{p}夜间施工噪声扰民", "{p}工地半夜施工，睡不着", "请管一管{p}凌晨还在响的工地"],
    ["{p}自来水发黄有异味", "{p}水质有问题，请检测", "{p}的水龙头放出黄水"],
    ["{p}学校门口拥堵", "接送孩子时{p}堵得水泄不通", "请疏导{p}学校门前的交通"],
    ["{p}违章搭建没人管", "请拆除{p}的违建", "{p}一楼私自搭建占了通道"],
    ["{p}盲道被占用", "{p}的盲道停满了车", "请清理{p}盲道上的障碍"],
    ["{p}缺少儿童游乐设施", "希望在{p}建一个小游园", "{p}孩子没有玩的地方"],
]
FACTS = [
    "我在{p}住了{n}年，情况一直没有改变，邻居们也都有意见。",
    "上周{n}号我又去看过，和去年一样。打过电话，答复说在研究。",
    "家里有{n}位老人，出行实在不便，每天提心吊胆。",
    "这件事群里{n}多户都在说，大家盼着有人来管。",
    "本人是{p}的租户，工作{n}个月以来天天遇到。",
]
PROPOSALS = ["请尽快处理并公布时间。", "建议纳入今年的民生实事。", "希望有关单位到现场看看。", ""]
NAMES = [
    "临江",
    "望山",
    "柳湾",
    "松涛",
    "春柳",
    "御虹",
    "棉坊",
    "江枫",
    "澄园",
    "桂苑",
    "南塘",
    "北岭",
    "西桥",
    "东湖",
    "云栖",
    "竹海",
]
KINDS = ["花园", "家园", "小区", "新村", "广场", "大道", "街", "里", "苑", "公寓"]


@dataclass(frozen=True)
class Made:
    """One generated suggestion and the group it belongs to."""

    title: str
    facts: str
    proposal: str
    place: str
    group: int


def generate(count, *, seed=7):
    """``count`` suggestions whose groups grow by a power law; the same for the same seed."""
    random = Random(seed)
    requests = [
        (matter, f"{name}{kind}{phase}")
        for phase in ("", "一期", "二期", "三期")
        for kind in KINDS
        for name in NAMES
        for matter in range(len(MATTERS))
    ]
    random.shuffle(requests)
    for _ in range(count):
        group = min(int(random.paretovariate(0.6)) - 1, len(requests) - 1)
        if group < 40:  # the heads of the power law are spread, so that no group eats the rest
            group = random.randrange(min(len(requests), max(40, count // 4)))
        matter, place = requests[group]
        facts = " ".join(random.sample(FACTS, k=random.randint(1, 3)))
        yield Made(
            title=random.choice(MATTERS[matter]).format(p=place),
            facts=facts.format(p=place, n=random.randint(2, 30)),
            proposal=random.choice(PROPOSALS),
            place=place,
            group=group,
        )
