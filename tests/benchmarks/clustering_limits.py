"""Where the engine is wrong, on pairs of our own: `python -m tests.benchmarks.clustering_limits`.

Prints the table of docs/clustering.md. Each pair is grouped and scored among a dozen other
suggestions. What is expected is what a person says.
"""

from typing import NamedTuple

from consult.clustering import Clusterer, Document, encode_documents, explain, load_encoder
from consult.clustering.tokens.corpus import Corpus
from consult.clustering.vectors import centre_of
from tests.clustering.texts import ALL


class Pair(NamedTuple):
    """Two suggestions, whether they make the same request, and what is hard about them."""

    hard: str
    first: Document
    second: Document
    same: bool


def pair(hard, first, second, *, same):
    documents = (text if isinstance(text, Document) else Document(text) for text in (first, second))
    return Pair(hard, *documents, same)


LAMPS = "从小学到菜场一段的路灯全部不亮，孩子放学要摸黑走，请尽快维修。"
PAIRS = [
    pair("the same in other words", "老人下楼难，能不能装部电梯", "六楼没有垂直升降设备，腿脚不便的居民出不了门", same=True),
    pair("the same in other words", "Rents are too high for young people", "Housing has become unaffordable for those starting out", same=True),
    pair("another language", "Please repair the street lights in Qingsong Road", "请修复青松路的路灯", same=True),
    pair("traditional characters", "請修復青松路的路燈", "请修复青松路的路灯", same=True),
    pair("a mistaken character", "东湖花园二期漏水", "东胡花园二期漏水", same=True),
    pair("a name told by one only", Document("请维修路灯", f"青松路{LAMPS}"), Document("青松路路灯坏了", LAMPS), same=True),
    pair("the opposite wish", "请允许小区养狗", "请禁止小区养狗", same=False),
    pair("the opposite wish", "建议公园延长开放时间", "建议公园缩短开放时间", same=False),
    pair("the opposite wish", "Run more buses at night", "Run fewer buses at night", same=False),
    pair("the same form, another road", Document("青松路路灯坏了", LAMPS), Document("丹枫路路灯坏了", LAMPS), same=False),
    pair("another phase", "请检修东湖花园一期的电梯", "请检修东湖花园二期的电梯", same=False),
    pair("another line", "地铁3号线延长到云溪公园", "地铁8号线延长到云溪公园", same=False),
    pair("the same place, another matter", "银杏苑物业不修电梯", "银杏苑物业乱收停车费", same=False),
    pair("the same sentence, another thing", "请加快建设国家医学中心", "请加快建设国家金融中心", same=False),
]  # fmt: skip


def main() -> None:
    encoder = load_encoder()
    print(
        "| what is hard | one | other | a person | the engine | score |\n|---|---|---|---|---|---|"
    )
    for hard, first, second, same in PAIRS:
        texts = [*ALL, first, second]
        vectors = encode_documents(encoder, texts)
        corpus, centre = Corpus(), centre_of(vectors.sum(axis=0), len(texts))
        corpus.add_all(texts)
        labels = Clusterer(encoder).cluster(texts, vectors=vectors).labels
        score = explain(first, second, encoder, corpus, centre).score
        said = ["apart", "together"]
        found = said[labels[-1] == labels[-2]]
        mark = f"**{found}**" if found != said[same] else found
        print(f"| {hard} | {first.title} | {second.title} | {said[same]} | {mark} | {score:.2f} |")


if __name__ == "__main__":
    main()
