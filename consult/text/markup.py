"""Markdown into HTML that is safe to show beside our own."""

from collections.abc import Iterable

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

#: A page has its own h1 and h2.
FIRST_HEADING = 3
LAST_HEADING = 6

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "a", "img", "table", "thead", "tbody", "tr", "th", "td"),
}
ATTRIBUTES = {"a": {"href", "title"}, "img": {"src", "alt", "title"}, "ol": {"start"}}
SCHEMES = {"http", "https", "mailto", "tel"}

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable(
    ["table", "strikethrough"]
)


def render_markdown(source: str) -> str:
    """Render Markdown; HTML in it is shown as text.

    Headings begin at h3, a line break is one, links tell search engines
    nothing, and a picture from another host becomes its description: loading
    it would tell that host who reads the page.
    """
    tokens = _parser.parse(source)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            level = int(token.tag[1:]) + FIRST_HEADING - 1
            token.tag = f"h{min(level, LAST_HEADING)}"
        if token.children:
            token.children = list(_own_pictures(token.children))
    html = _parser.renderer.render(tokens, _parser.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel="nofollow noopener",
    )


def _own_pictures(tokens: Iterable[Token]) -> Iterable[Token]:
    for token in tokens:
        source = str(token.attrGet("src") or "")
        if token.type == "image" and (source[:1] != "/" or source[1:2] == "/"):
            yield Token("text", "", 0, content=token.content)
        else:
            yield token
