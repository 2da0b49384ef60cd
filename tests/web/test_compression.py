"""What is the same for everybody goes in fewer bytes; what is somebody's own does not."""

import gzip
import re

import brotli
import pytest

PACKED = {"Accept-Encoding": "gzip, br"}


def test_a_public_page_is_the_same_page_in_fewer_bytes(pages):
    plain = pages.client.get("/about")
    packed = pages.client.get("/about", headers=PACKED)

    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in plain.vary
    assert "Accept-Encoding" in packed.vary
    assert packed.content_length == len(packed.data)


@pytest.mark.parametrize(
    ("accepts", "way"), [("gzip", "gzip"), ("br;q=0", None), ("identity", None), ("", None)]
)
def test_only_what_the_browser_takes_is_sent(pages, accepts, way):
    answer = pages.client.get("/about", headers={"Accept-Encoding": accepts})

    assert answer.headers.get("Content-Encoding") == way
    page = gzip.decompress(answer.data) if way else answer.data
    assert b"</html>" in page


def test_a_page_known_by_its_tag_is_not_sent_again_compressed_or_not(pages):
    tag = pages.client.get("/about", headers=PACKED).headers["ETag"]

    assert tag.startswith('W/"')
    again = pages.client.get("/about", headers={"If-None-Match": tag, **PACKED})
    assert (again.status_code, again.data) == (304, b"")


def test_sheets_and_scripts_are_compressed_for_whoever_is_signed_in_too(pages, make, session):
    [sheet] = re.findall(r'rel="stylesheet" href="([^"]+)"', pages.get("/about"))
    pages.sign_in(make.person())

    for address in (sheet, "/static/js/components/similar.js?v=1"):
        plain, packed = (pages.client.get(address, headers=way) for way in ({}, PACKED))
        assert packed.headers["Content-Encoding"] == "br"
        assert brotli.decompress(packed.data) == plain.data
        assert "immutable" in packed.headers["Cache-Control"]


def test_a_page_of_somebody_signed_in_tells_nothing_by_its_length(pages, make, session):
    pages.sign_in(make.person())

    answer = pages.client.get("/about", headers=PACKED)
    assert "Content-Encoding" not in answer.headers


def test_a_page_with_a_form_token_is_not_compressed_with_what_an_address_brings(pages):
    answer = pages.client.get("/account/sign-in?next=/about", headers=PACKED)

    assert b"csrf_token" in answer.data
    assert "Content-Encoding" not in answer.headers


def test_what_fits_into_one_packet_is_left_as_it_is(pages):
    answer = pages.client.get("/static/images/seal.svg", headers=PACKED)

    assert "Content-Encoding" not in answer.headers
    assert b"</svg>" in answer.data
