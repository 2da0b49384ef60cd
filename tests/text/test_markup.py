"""Markdown on pages with a strict policy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consult.text.markup import render_markdown


def test_headings_begin_below_those_of_the_page():
    assert (
        render_markdown("# 一\n\n## 二\n\n###### 六") == "<h3>一</h3>\n<h4>二</h4>\n<h6>六</h6>\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        *(
            "<script>alert(1)</script>",
            "<p onclick=x>",
            "[x](javascript:alert(1))",
            "<style>p{}</style>",
        ),
        *(
            "![x](https://elsewhere.example/pixel.png)",
            "![x](//elsewhere.example/p)",
            "[x](vbscript:x)",
        ),
        *(
            "| a |\n|-:|\n| b |",
            "[x](data:text/html,y)",
            "<svg/onload=x>",
            "![x](data:image/png;base64,x)",
        ),
    ],
)
def test_nothing_dangerous_comes_through(source):
    html = render_markdown(source)

    for danger in (
        "<script",
        "<style",
        "style=",
        "<svg",
        "<img",
        "<p on",
        'href="javascript',
        'href="data',
    ):
        assert danger not in html


def test_a_picture_from_elsewhere_becomes_its_description_and_ours_stays():
    html = render_markdown("![地图](https://elsewhere.example/x.png) ![图](/files/1.png)")

    assert html == '<p>地图 <img src="/files/1.png" alt="图"></p>\n'


def test_links_tell_search_engines_nothing():
    assert 'rel="nofollow noopener"' in render_markdown("[x](https://example.org)")


def test_tables_and_line_breaks_are_shown():
    html = render_markdown("| 甲 |\n|---|\n| 乙 |\n\n一\n二")

    assert "<th>甲</th>" in html
    assert "一<br>\n二" in html


@given(st.text("<>&\"'#*`[]()!|-\n a:/x", max_size=80))
def test_only_the_tags_we_allow_come_out(source):
    html = render_markdown(source)

    assert "<x" not in html
    assert "<a:" not in html
