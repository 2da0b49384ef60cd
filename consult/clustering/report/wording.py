"""The words of the report in Chinese; its English is in the template."""

from collections.abc import Callable

CHINESE = {
    "Groups in %(source)s": "%(source)s 的归类结果",
    "Grouping report": "归类报告",
    "Made on %(moment)s": "生成于 %(moment)s",
    "Skip to the groups": "跳到各组",
    "At a glance": "总览",
    "texts": "条文本",
    "distinct texts": "不同文本",
    "people": "人",
    "groups of two or more": "两条以上的组",
    "texts in groups": "条归入组内",
    "texts alone": "条单独成立",
    "uncertain": "条存疑",
    "A group holds texts that make the same request: the same thing asked, and the same place "
    "where one is named. How alike two texts are is the probability that a person would call "
    "them the same request.": "一组之内是同一诉求：要求的是同一件事，写明地点的，地点也相同。"
    "两条文本的相似度，是人会认为它们是同一诉求的概率。",
    "How large the groups are": "各组大小",
    "Groups by number of texts. The scale is logarithmic.": "按文本条数统计的组数，纵轴为对数。",
    "Texts in a group": "组内条数",
    "Groups": "组数",
    "How alike the compared pairs are": "所比较文本对的相似度",
    "Pairs by the probability of the same request; both scales are logarithmic. Pairs right of "
    "the line are likely enough to join two texts.": "按“同一诉求”的概率统计的文本对数，"
    "两轴均为对数。线右侧的文本对足以归为一组。",
    "Probability of the same request": "“同一诉求”的概率",
    "Pairs": "对数",
    "threshold %(value)s": "阈值 %(value)s",
    "The numbers": "数据表",
    "Contradictions": "相互矛盾的判断",
    "Of these judgements none was applied; everything else holds.": "以下判断均未采用，其余有效。",
    "Many copies of one text": "同文多条",
    "The same words, but for case, width, blanks and punctuation.": "除大小写、全半角、空格和标点外，文字完全相同。",
    "Copies": "条数",
    "People": "人数",
    "Text": "文本",
    "Group": "组",
    "The groups": "各组",
    "All groups of two or more, the largest first.": "两条以上的组，大者在前。",
    "The largest %(shown)s of %(count)s groups; the rest are in the table of results.": "共 %(count)s 组，此处列出最大的 %(shown)s 组，其余见结果表。",
    "No two texts make the same request.": "没有两条文本是同一诉求。",
    "Contents": "目录",
    "%(count)s more groups": "另外 %(count)s 组",
    "%(count)s texts": "%(count)s 条",
    "Most typical: %(id)s": "代表文本：%(id)s",
    "Shared words": "共有词语",
    "Texts": "文本",
    "Distinct texts": "不同文本",
    "Time": "时间",
    "Cohesion": "内聚度",
    "Nearest group": "最近的组",
    "No other group is near.": "没有相近的组。",
    "Members": "成员",
    "%(count)s uncertain": "%(count)s 条存疑",
    "Likeness": "相似度",
    "A slightly different threshold would move it.": "阈值稍有不同，就会归到别处。",
    "%(count)s more members are not shown here; they are in the table of results.": "另有 %(count)s 个成员未在此列出，见结果表。",
    "Alone, but nearly in a group": "单独成立但接近某组",
    "%(count)s texts stand alone. These nearly joined a group; look at them first.": "%(count)s 条单独成立。以下各条险些归入某组，请优先查看。",
    "%(count)s more are not shown here; column “uncertain” of the table of results names them.": "另有 %(count)s 条未在此列出，见结果表的 uncertain 一列。",
    "%(count)s texts stand alone, none of them close to a group.": "%(count)s 条单独成立，均不接近任何组。",
    "What was run": "运行信息",
    "Source": "来源",
    "Model": "模型",
    "Fingerprint of the model": "模型指纹",
    "Engine": "引擎",
    "Weights": "权重",
    "Threshold": "阈值",
    "Threshold applied": "实际采用的阈值",
    "Neighbours compared": "比较的近邻数",
    "Reach of a link": "连接范围",
    "Grouped within": "分栏归类",
    "Judged pairs": "人工判断的文本对",
    "Rows left out": "略去的行",
    "Pairs compared": "比较的文本对",
    "Fingerprint of the texts": "文本指纹",
    "shipped": "随程序提供",
    "(no words)": "（无文字）",
    "Back to the top": "回到顶部",
}


def speaker(language: str) -> Callable[..., str]:
    """Return what turns an English sentence with its parts into ``language``."""

    def say(sentence: str, **parts: object) -> str:
        found = CHINESE.get(sentence, sentence) if language == "zh" else sentence
        return found % parts if parts else found

    return say
