"""The citizen's journey: says it once, supports what was said already, and follows it to its group."""

import re

import pytest
from sqlalchemy import select

from models.agency import Agency
from tests.browser.site import PASSWORD
from tests.browser.visitor import NARROW

SLUG = "lamps"
CLAUSES = ("路灯故障应当在七日内修复。", "新建道路应当同步安装路灯。")


@pytest.fixture(scope="module", autouse=True)
def consultation(site):
    """An open consultation on a draft, with four suggestions of others; two ask the same."""

    def open_topic(session, make):
        agency = session.scalar(select(Agency).filter_by(slug="housing"))
        title = "关于《澄江市路灯管理办法》的意见征集"
        topic = make.topic(agency=agency, slug=SLUG, title=title, allows_anonymous=True)
        make.document(topic, *CLAUSES)
        make.suggestion(
            topic, "松林路的路灯坏了半个月没人修", facts="松林路东段整排路灯不亮，晚上摔了人。"
        )
        make.suggestion(topic, "请尽快维修松林路不亮的路灯", facts="松林路路灯不亮，走夜路害怕。")
        make.suggestion(topic, "公园里应当多装长椅", facts="老人走累了没有地方坐。")
        make.suggestion(topic, "路灯太亮影响睡眠", facts="窗外的路灯直射卧室。")

    site.arrange(open_topic)
    site.consult("run-jobs", "placement")  # nobody rang for rows that no service wrote


def register(visit, name, **options):
    visitor = visit(**options).go("/account/register")
    visitor.look("register")
    visitor.fill(
        name=name, address=f"{abs(hash(name))}@example.org", password=PASSWORD, again=PASSWORD
    )
    visitor.page.locator("main form button[type=submit]:not(.visually-hidden)").last.click()
    visitor.page.wait_for_url(lambda url: "/register" not in url)
    return visitor


def begin(visitor, title):
    visitor.go(f"/topics/{SLUG}/suggest?clause=art-1")
    visitor.page.locator("[name=title]").press_sequentially(title, delay=15)
    return visitor


def finish(visitor, **fields):
    visitor.fill(**fields)
    visitor.page.locator("[name=publish_text]").check()
    visitor.page.locator("[name=go][value=send]").click()
    visitor.page.wait_for_load_state()
    return visitor


def test_a_citizen_sends_a_suggestion_and_follows_it_into_its_group(visit):
    citizen = register(visit, "陈桂兰")
    begin(citizen, "松林路的路灯不亮了请修理")
    similar = citizen.page.locator("[data-similar-list] li")
    similar.first.wait_for()
    citizen.look("suggest-similar")
    assert "松林路" in similar.first.inner_text()

    citizen.page.locator("[data-similar-different]").click()
    finish(citizen, facts="松林路西段路灯不亮，我的电话是13912345678。", proposal="请三天内修好。")
    citizen.sees("139****5678").look("suggest-personal-data")
    citizen.page.locator("[name=go][value=masked]").click()
    citizen.page.wait_for_url("**/receipts/*")
    citizen.look("receipt")
    code = citizen.page.url.rsplit("/", 1)[1]

    stranger = visit(size=NARROW).go("/lookup")
    stranger.fill(code=code)
    stranger.page.locator("main form button[type=submit]:not(.visually-hidden)").last.click()
    stranger.page.wait_for_url("**/journeys/*")
    for _attempt in range(20):  # the background work looks once a second
        if "同类" in stranger.text and "松林路" in stranger.text:
            break
        stranger.page.wait_for_timeout(500)
        stranger.page.reload()
    stranger.look("journey-390")
    assert "13912345678" not in stranger.page.content()


def test_a_citizen_supports_what_was_said_already_and_takes_it_back(visit):
    citizen = register(visit, "张一帆")
    begin(citizen, "松林路路灯坏了没人修")
    first = citizen.page.locator("[data-similar-list] li").first
    button = first.locator("[data-button]")
    button.click()
    citizen.page.wait_for_function(
        "b => b.getAttribute('aria-pressed') === 'true'", arg=button.element_handle()
    )

    citizen.go("/account/suggestions?show=supported").sees("松林路").look("supported")
    citizen.press("松林路")
    pressed = citizen.page.locator("[data-support] button[value=no]").first.element_handle()
    pressed.click()
    citizen.page.wait_for_function("b => b.value === 'yes'", arg=pressed)
    citizen.go("/account/suggestions?show=supported")
    assert "松林路" not in citizen.text


def test_without_script_the_similar_ones_are_a_step_of_the_form(visit):
    citizen = register(visit, "无脚本", script=False)
    citizen.go(f"/topics/{SLUG}/suggest").fill(title="请维修松林路的路灯", facts="晚上太黑。")
    citizen.page.locator("[name=go][value=similar]").click()
    citizen.sees("松林路的路灯坏了半个月没人修")
    citizen.page.locator("[name=go][value=details], [name=go][value=different]").first.click()
    finish(citizen, facts="晚上太黑，请维修。")
    citizen.page.wait_for_url("**/receipts/*")


def test_the_same_words_sent_twice_count_once(visit):
    citizen = register(visit, "两次")
    codes = set()
    for _time in range(2):
        begin(citizen, "希望公园早点开门")
        finish(citizen, facts="早上六点就有人锻炼。")
        citizen.page.wait_for_url("**/receipts/*")
        codes.add(citizen.page.url)
    assert len(codes) == 1


def test_somebody_without_an_account_takes_part_by_a_mailed_code(site, visit):
    somebody = visit().go(f"/topics/{SLUG}/suggest").look("suggest-who")
    somebody.page.locator("main a[href*='take-part']").first.click()
    somebody.look("take-part").fill(address="passer-by@example.org")
    somebody.page.locator("main form button[type=submit]:not(.visually-hidden)").last.click()
    [code] = re.findall(r"\b\d{6}\b", site.wait_for_letter("passer-by@example.org"))
    somebody.fill(code=code)
    somebody.page.locator("[name=code]").press("Enter")
    somebody.page.wait_for_url("**/suggest*")

    somebody.fill(title="希望公交站牌夜里也看得清")
    finish(somebody, facts="站牌没有灯。")
    somebody.page.wait_for_url("**/receipts/*")
    somebody.look("receipt-without-account")
