"""Splitting drafts: what a person may point at, and what must stay together."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.clauses import split_into_clauses

RULES = """滨河市公园条例（草案）

（征求意见稿）

第一章　总则

第一条　为了建设公园，制定本条例。

第二条　本条例所称公园，包括：
（一）综合公园；
（二）社区公园。

第二条之一　依照本条例
第一条规定建设的绿地，适用本条例。

第二章　附　则

第一节　施行

第 3 条　本条例自公布之日起施行。
"""

OPINIONS = """关于发展夜市的意见

现提出以下意见。

一、总体要求
方便群众。
（一）基本原则。因地制宜。
1. 明确分工。
2. 加强协作。
（二）工作目标
二、主要任务
（一）优化布局
"""


def anchors(text):
    return [passage.anchor for passage in split_into_clauses(text)]


def test_articles_are_addressed_by_their_own_numbers():
    assert anchors(RULES) == [
        *("title", "preamble", "ch-1", "art-1", "art-2", "art-2-1"),
        *("ch-2", "ch-2-sec-1", "art-3"),
    ]


def test_items_stay_in_their_article_and_a_wrapped_reference_does_not_split_it():
    by_anchor = {passage.anchor: passage for passage in split_into_clauses(RULES)}

    assert by_anchor["art-2"].text.splitlines()[1:] == ["（一）综合公园；", "（二）社区公园。"]
    assert by_anchor["art-2-1"].label == "第二条之一"
    assert by_anchor["art-2-1"].text.endswith("\n第一条规定建设的绿地，适用本条例。")


def test_a_passage_knows_the_way_to_it():
    last = split_into_clauses(RULES)[-1]

    assert (last.heading, last.level) == ("第二章 附则 › 第一节 施行", 3)


def test_numbered_paragraphs_are_nested():
    assert [(p.anchor, p.label, p.level) for p in split_into_clauses(OPINIONS)[2:]] == [
        ("para-1", "一、", 1),
        ("para-1-1", "（一）", 2),
        ("para-1-1-1", "1.", 3),
        ("para-1-1-2", "2.", 3),
        ("para-1-2", "（二）", 2),
        ("para-2", "二、", 1),
        ("para-2-1", "（一）", 2),
    ]


def test_english_articles_are_found_and_references_to_them_are_not():
    text = (
        "Part I General\nArticle 1 Trees\nSee\nArticle 5 of the Act.\n1. an item\nArticle 2A\nMore."
    )

    assert anchors(text) == ["part-1", "art-1", "art-2-1"]


def test_english_sections_are_clauses_unless_articles_lie_below_them():
    assert anchors("Section 1. Trees\nSection 2. Parks") == ["sec-1", "sec-2"]
    assert anchors("Section 1. Trees\nArticle 1.\nPlant them.") == ["sec-1", "art-1"]


def test_decimal_numbers_are_nested_and_amounts_are_not_numbers():
    text = "1. Scope\n1.1 These rules cost\n3.5 million.\n1.2 More\n2. Terms\n2.1 Last"

    assert anchors(text) == ["para-1", "para-1-1", "para-1-2", "para-2", "para-2-1"]


def test_markdown_headings_without_numbers_lead_to_paragraphs():
    passages = split_into_clauses(
        "# Plan\n\n## Why\n\nBecause\nof trees.\n\nAnd parks.\n\n## What\n\n- a"
    )

    assert [(p.anchor, p.heading, p.text) for p in passages if p.kind.is_clause] == [
        ("head-1-text-1", "Why", "Because\nof trees."),
        ("head-1-text-2", "Why", "And parks."),
        ("head-2-text-1", "What", "- a"),
    ]


def test_an_amendment_is_split_by_its_own_numbers_and_not_by_those_it_quotes():
    text = "一、将第三条修改为：\n“第三条 甲。\n第四条 乙。”\n二、增加一条：“第五条 丙。”"

    assert anchors(text) == ["para-1", "para-2"]


def test_an_article_is_found_although_a_quotation_before_it_was_never_closed():
    assert anchors("第一条 所称“甲。\n第二条 乙。") == ["art-1", "art-2"]


def test_a_table_of_contents_is_one_passage():
    text = (
        "目 录\n第一章 总则……1\n第二章 附则……3\n第一章 总则\n第一条 甲。\n第二章 附则\n第二条 乙。"
    )

    assert anchors(text) == ["contents", "ch-1", "art-1", "ch-2", "art-2"]


def test_annexes_have_articles_of_their_own():
    text = "第一条 甲。\n第二条 乙。\n附件1：收费办法\n第一条 丙。"

    assert anchors(text) == ["art-1", "art-2", "annex-1", "annex-1-art-1"]


def test_the_headings_of_courts_are_headings():
    passages = split_into_clauses("一、案件受理\n第一条 甲。\n二、其他\n第二条 乙。")

    assert [p.heading for p in passages if p.kind == "article"] == ["一、案件受理", "二、其他"]


def test_a_number_given_twice_by_mistake_still_gives_two_addresses():
    assert anchors("第一条 甲。\n第二条 乙。\n第二条 丙。") == ["art-1", "art-2", "art-2_2"]


@pytest.mark.parametrize("text", ["第一条为了甲。\n第二条乙。", "**第一条** 甲。\n**第二条** 乙。"])
def test_articles_are_found_without_a_blank_and_in_bold(text):
    assert anchors(text) == ["art-1", "art-2"]


@pytest.mark.parametrize(
    ("text", "expected"), [("", []), (" \n\u3000\n", []), ("只有一行", ["text-1"])]
)
def test_little_text_is_no_harm(text, expected):
    assert anchors(text) == expected


PIECES = st.sampled_from(
    [
        *(
            "第一条 甲。",
            "第二条之一 乙",
            "第五条规定",
            "第一章 总则",
            "## 第二节 己",
            "# 标题",
            "- a",
        ),
        *(
            "一、丙",
            "（二）丁；",
            "1. x",
            "1.2 y",
            "附件1",
            "目录",
            "“引",
            "言”",
            "",
            "| a |",
            "Article 1",
        ),
    ]
)


@given(
    st.lists(st.one_of(PIECES, st.text("第一二条章节（）、.1附“” 甲a", max_size=12)), max_size=30)
)
def test_nothing_is_lost_and_every_address_is_unique(lines):
    passages = split_into_clauses("\n".join(lines))

    kept = "".join(passage.label + passage.text for passage in passages)
    plain = "\n".join(re.sub(r"^\s*#{1,6}\s+", "", line) for line in lines)
    assert "".join(kept.split()) == "".join(plain.split())
    found = [passage.anchor for passage in passages]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch(r"[a-z0-9_-]+", anchor) for anchor in found)
