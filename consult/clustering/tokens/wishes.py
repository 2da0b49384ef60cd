"""Does a title want more of something or less, allow or forbid it? Opposite wishes are not one request."""

from collections.abc import Sequence

from consult.clustering.tokens.words import stem

# fmt: off
#: Words that want something, or more of it.
_FOR = {
    "增加", "增设", "增开", "增派", "增建", "新增", "加开", "加密", "提高", "上调", "涨", "扩大", "扩建", "延长",
    "提前", "允许", "准许", "放开", "放宽", "开放", "开通", "恢复", "保留", "支持", "赞成", "鼓励", "重启",
    *map(stem, (
        "more", "increase", "raise", "expand", "extend", "longer", "higher", "earlier", "allow", "permit",
        "legalise", "legalize", "keep", "restore", "reopen", "open", "support", "introduce", "add",
    )),
}
#: Words that do not want it, or less of it; before another one they turn it round: "不要 取消".
_AGAINST = {
    "减少", "降低", "下调", "降", "缩小", "缩短", "削减", "缩减", "压缩", "推迟", "禁止", "严禁", "禁", "限制", "收紧",
    "取消", "取缔", "关闭", "封闭", "停止", "撤销", "反对", "抵制", "拒绝", "不要", "不应", "不应该", "不该",
    "不能", "勿", "别", "不", "暂停",
    *map(stem, (
        "fewer", "less", "reduce", "cut", "lower", "shorten", "shorter", "later", "ban", "prohibit", "forbid",
        "abolish", "close", "stop", "end", "oppose", "against", "not", "no", "don't", "never", "remove",
        "restrict", "scrap",
    )),
}
# fmt: on
#: A longer text wants many things.
LONGEST = 30
#: So does a longer sentence in Latin script, whose "not" and "more" may argue and not wish.
LONGEST_LATIN = 12


def wish_of(words: Sequence[str]) -> int:
    """Return 1 for a title that wants something or more of it, -1 for the opposite, 0 for neither.

    Two words against make one for: "反对取消" wants to keep. ``words`` are cut by
    :func:`~consult.clustering.tokens.words.words`.

    >>> wish_of(["延长", "图书馆", "开放", "时间"]), wish_of(["缩短", "图书馆", "开放", "时间"])
    (1, -1)
    >>> wish_of(["不要", "取消", "夜班车"]), wish_of(["夜班车", "太", "少"])
    (1, 0)
    """
    if len(words) > LONGEST or (len(words) > LONGEST_LATIN and "".join(words).isascii()):
        return 0
    wishes = [1 if word in _FOR else -1 for word in words if word in _FOR or word in _AGAINST]
    if not wishes:
        return 0
    return -1 if wishes.count(-1) % 2 else 1
