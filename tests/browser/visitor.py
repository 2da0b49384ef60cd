"""Somebody in front of a browser; every page they see is looked at by axe."""

import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe

AXE = Axe()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


class Visitor:
    """A browser context: cookies of its own, a language, a width, with or without JavaScript."""

    def __init__(self, site, chromium, folder, *, language="zh-CN", size=WIDE, script=True):
        self.site, self.folder = site, folder
        self.context = chromium.new_context(
            base_url=site.url, locale=language, viewport=size, java_script_enabled=script
        )
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.script = script
        self.errors = []
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda message: message.type == "error" and self.errors.append(message.text),
        )

    def go(self, path):
        self.page.goto(path)
        return self

    def sign_in(self, address, password):
        self.go("/account/sign-in")
        self.page.locator("input[name=address]").fill(address)
        self.page.locator("input[name=password]").fill(password)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_load_state()
        assert "/sign-in" not in self.page.url, self.text
        return self

    @property
    def text(self):
        return self.page.locator("main").inner_text()

    def sees(self, *words):
        for word in words:
            self.page.locator("main").get_by_text(word).first.wait_for()
        return self

    def look(self, name=""):
        """Let axe look at the page, and keep a picture where JISI_PICTURES says."""
        if self.script:
            found = AXE.run(self.page, options=RULES).response["violations"]
            faults = [f"{v['id']}: {v['nodes'][0]['html'][:200]}" for v in found]
            assert not faults, f"{self.page.url}: {faults}"
        assert not self.errors, self.errors
        sideways = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        if self.script:
            assert self.page.evaluate(sideways) <= 0, f"{self.page.url} scrolls sideways"
        if (folder := os.environ.get("JISI_PICTURES")) and name:
            self.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
        return self

    def press(self, name, within="main"):
        """Press the button or link of that name and wait for the page that follows."""
        things = self.page.locator(within).locator("button:not(.visually-hidden), a, summary")
        things.filter(has_text=name).first.click()
        self.page.wait_for_load_state()
        return self

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)
        return self

    def close(self):
        self.context.close()
