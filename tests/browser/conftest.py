"""A real Chromium before a real server."""

import os
import shutil

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.site import PASSWORD, Site
from tests.browser.visitor import Visitor

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """An agency with its staff; every test adds what it needs by hand."""
    site = Site(tmp_path_factory.mktemp("site"))
    site.consult("db", "upgrade")
    site.consult("add-agency", "housing", "澄江市住房和城乡建设局")
    site.staff("drafter@example.org", "沈起草", "drafter", agency="housing")
    site.staff("analyst@example.org", "何研判", "analyst", agency="housing")
    site.staff("leader@example.org", "顾分管", "unit_leader", agency="housing")
    yield site.start()
    site.stop()


@pytest.fixture(scope="session")
def chromium():
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not path:
        pytest.fail("The browser tests need Chromium: install it, or set CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(site, chromium, tmp_path):
    """Opens a browser of somebody's own: ``visit()`` or ``visit("drafter@example.org")``."""
    visitors = []

    def open_browser(address="", **options):
        visitor = Visitor(site, chromium, tmp_path, **options)
        visitors.append(visitor)
        if address:
            visitor.sign_in(address, PASSWORD)
        return visitor

    yield open_browser
    for visitor in visitors:
        visitor.close()
