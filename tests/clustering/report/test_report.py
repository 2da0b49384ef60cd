"""The page that shows a grouping."""

import re
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest

from consult.clustering import Clusterer, Document, HashingEncoder
from consult.clustering.report import Material, page, render, wording
from tests.clustering.texts import ALL

WHEN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
VOID = {"meta", "br", "hr", "img", "input", "link"}


class Checked(HTMLParser):
    """Finds what is not closed, what is there twice, and what is fetched from elsewhere."""

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.links, self.tags = [], [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"]] if "id" in given else []
        self.links += [given[name] for name in ("href", "src") if name in given]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def material(documents, **more):
    grouping = Clusterer(HashingEncoder()).cluster(documents)
    ids = [f"m{n}" for n in range(len(documents))]
    return Material("messages.csv", documents, ids, grouping, WHEN, **more)


@pytest.fixture
def shown():
    return render(material(ALL), language="en")


def test_it_is_one_whole_page_that_fetches_nothing(shown):
    checked = Checked(shown)

    assert checked.open == []
    assert "script" not in checked.tags
    assert all(link.startswith("#") for link in checked.links)
    assert "url(" not in shown
    assert "@import" not in shown


def test_every_anchor_leads_somewhere_and_no_name_is_there_twice(shown):
    checked = Checked(shown)

    assert len(checked.ids) == len(set(checked.ids))
    assert {link[1:] for link in checked.links} <= set(checked.ids)


def test_pictures_have_a_title_a_description_and_their_numbers(shown):
    for svg in re.findall("<svg.*?</svg>", shown, re.DOTALL):
        assert "<title" in svg
        assert "<desc" in svg
    assert shown.count("<svg") == shown.count('class="numbers"') == 2


def test_groups_are_shown_with_what_they_are_of(shown):
    grouping = material(ALL).grouping
    first = grouping.groups[0]

    assert f"Most typical: m{first.representative}" in shown
    assert ALL[first.representative].title in shown
    assert all(word in shown for word in first.keywords)


def test_texts_cannot_smuggle_in_anything():
    nasty = Document("<script>alert(1)</script>", "\" onload='x' \ud800 \0 &amp;")
    shown = render(material([nasty, nasty]), language="en")

    assert "<script>" not in shown
    assert "\0" not in shown
    shown.encode()
    Checked(shown)


def test_three_counts_are_told_where_people_are_known():
    documents = [Document("请修路灯")] * 3 + [Document("请修路灯！")]
    shown = render(
        material(documents, users=["a", "a", "b", ""], times=["2020/1/3", "", "2020-01-11", "x"]),
        language="en",
    )

    assert re.search(r"<dt>People</dt><dd>2</dd>", shown)
    assert re.search(r"<dt>Distinct texts</dt><dd>1</dd>", shown)
    assert "2020-01-03 – 2020-01-11" in shown
    assert "Many copies of one text" in shown


def test_contradictions_are_told():
    shown = render(material(ALL, contradictions=["line 2 and line 3 & more"]), language="en")

    assert "line 2 and line 3 &amp; more" in shown


@pytest.mark.parametrize("documents", [[], [Document("")], [Document("a"), Document("b")]])
def test_little_is_shown_as_well(documents):
    shown = render(material(documents))

    Checked(shown)
    assert "No two texts make the same request." in shown


def test_what_is_not_shown_is_counted(monkeypatch):
    monkeypatch.setattr(page, "MOST_GROUPS", 1)
    monkeypatch.setattr(page, "MOST_MEMBERS", 1)
    monkeypatch.setattr(page, "MOST_UNSURE", 0)
    shown = render(material(ALL), language="en")

    Checked(shown)
    assert re.search(r"The largest 1 of \d+ groups", shown)
    assert "more members are not shown here" in shown


def test_it_speaks_the_language_of_the_texts():
    assert '<html lang="zh-Hans">' in render(material(ALL))
    assert '<html lang="en">' in render(material([Document("lower the rents")] * 2))


def test_every_sentence_has_its_chinese():
    template = (page.HERE / "report.html.jinja").read_text(encoding="utf-8")
    said = set(re.findall(r"(?:say|fact|figure)\((?:[^'()]*, )?'((?:[^'])+)'", template))

    assert {one for one in said if one not in wording.CHINESE} == set()
    assert len(said) > 40


def test_parts_of_a_sentence_are_the_same_in_both_languages():
    for english, chinese in wording.CHINESE.items():
        assert set(re.findall(r"%\(\w+\)s", english)) == set(re.findall(r"%\(\w+\)s", chinese))
