"""Style sheets and scripts: one sheet, addresses that change with the content."""

import re


def test_a_page_names_one_sheet_and_browsers_may_keep_it_for_ever(pages):
    [sheet] = re.findall(r'rel="stylesheet" href="([^"]+)"', pages.get("/about"))

    answer = pages.client.get(sheet)

    assert "immutable" in answer.headers["Cache-Control"]
    assert "@layer tokens, base" in answer.text
    assert "@media print" in answer.text


def test_an_address_of_an_older_release_gets_the_present_sheet_unkept(pages):
    answer = pages.client.get("/assets/000000000000/site.css")

    assert answer.headers["Cache-Control"] == "no-cache"
    assert ".badge" in answer.text


def test_scripts_carry_the_digest_of_their_content(pages):
    [script] = re.findall(r'<script type="module" src="([^"]+)"', pages.get("/about"))

    assert re.search(r"main\.js\?v=[0-9a-f]{12}$", script)
    assert "immutable" in pages.client.get(script).headers["Cache-Control"]


def test_a_file_asked_for_without_its_digest_is_asked_for_anew(pages):
    assert "immutable" not in pages.client.get("/static/js/main.js").headers["Cache-Control"]
