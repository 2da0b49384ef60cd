"""Analyst and approver: from the machine's groups to "your idea became clause 1"."""

import pytest
from sqlalchemy import select

from consult.services.people import passwords
from models.agency import Agency
from models.cluster import Cluster
from models.topic import TopicState
from tests.browser.site import PASSWORD
from tests.browser.visitor import NARROW

SLUG = "cycling"
DRAFT = "第一条　共享单车应当停放在停放点内。\n第二条　本办法自公布之日起施行。"
FINAL = "第一条　共享单车应当停放在停放点内，不得占用盲道。\n第二条　本办法自公布之日起施行。"


@pytest.fixture(scope="module", autouse=True)
def consultation(site):
    """A consultation under analysis whose one request the machine has in two groups."""

    def analyse(session, make):
        agency = session.scalar(select(Agency).filter_by(slug="housing"))
        topic = make.topic(
            agency=agency,
            slug=SLUG,
            title="关于共享单车停放的意见征集",
            state=TopicState.ANALYSING,
            opens=-50,
            closes=-10,
        )
        draft = make.document(topic, "共享单车应当停放在停放点内。", "本办法自公布之日起施行。")
        author = make.person("梁文静", address="author@example.org")
        author.password_hash = passwords.hashed(PASSWORD)
        first = make.suggestion(topic, "单车不能停在盲道上", author=author, clause=draft.clauses[0])
        second = make.suggestion(topic, "盲道被共享单车占了请管管", facts="盲人没法走路。")
        other = make.suggestion(topic, "希望单车押金当天退还", facts="退押金要等半个月。")
        make.support(second)
        for member in (first, second, other):
            make.cluster(member)

    site.arrange(analyse)


def boxes(visitor, *names):
    for name in names:
        row = visitor.page.locator("[data-board] li, [data-board] article, .board-row").filter(
            has_text=name
        )
        row.locator("input[type=checkbox][name=id]").first.check()
    return visitor


def group_called(site, name):
    found = []

    def look(session, make):
        query = select(Cluster.id).where(Cluster.name == name, Cluster.retired_at.is_(None))
        found.append(session.scalar(query))

    site.arrange(look)
    return found[0]


def test_two_people_answer_and_everyone_learns_what_became_of_it(site, visit):
    analyst = visit("analyst@example.org").go(f"/office/topics/{SLUG}/groups").look("board")
    boxes(analyst, "单车不能停在盲道上", "盲道被共享单车占了请管管")
    analyst.page.locator("button[name=act][value=merge]").first.click()
    analyst.page.wait_for_load_state()
    analyst.look("board-merged")
    blind = group_called(site, "单车不能停在盲道上") or group_called(
        site, "盲道被共享单车占了请管管"
    )
    analyst.go(f"/office/groups/{blind}").sees(
        "盲道被共享单车占了请管管", "单车不能停在盲道上"
    ).look("group")

    propose(analyst, blind, outcome="adopted")
    deposit = group_called(site, "希望单车押金当天退还")
    analyst.go(f"/office/groups/{deposit}/decision")
    analyst.page.locator("[name=outcome][value=out_of_scope]").check()
    analyst.page.locator("[name=act][value=save]").click()
    analyst.page.wait_for_load_state()
    assert "422" not in analyst.page.url
    analyst.fill(reason="押金由企业与用户约定，不在本办法范围。")
    analyst.page.locator("[name=act][value=save]").click()
    analyst.page.wait_for_url("**/office/decisions/*")

    leader = visit("leader@example.org").go(f"/office/topics/{SLUG}/decisions?tab=proposed")
    leader.look("decisions-proposed")
    for box in leader.page.locator("input[type=checkbox][name=id]").all():
        box.check()
    leader.page.locator("button[name=act][value=approve]").first.click()
    leader.page.wait_for_load_state()
    leader.go(f"/office/topics/{SLUG}/decisions").press("统一发布全部处理意见")
    leader.look("decisions-publish").page.locator(".confirm-body button").first.click()
    leader.page.wait_for_load_state()

    letter = site.wait_for_letter("梁文静")
    assert "关于共享单车停放的意见征集" in letter
    public = visit(size=NARROW).go(f"/topics/{SLUG}/outcome")
    public.sees("押金由企业与用户约定").look("outcome-390")

    enact(leader)
    author = visit("author@example.org").go("/account/notices")
    author.look("notices")
    author.go("/account/suggestions").press("单车不能停在盲道上")
    author.sees("不得占用盲道").look("journey-enacted")
    public.go(f"/topics/{SLUG}/final/art-1").sees("盲道被共享单车占了请管管").look(
        "final-clause-390"
    )


def propose(analyst, group, *, outcome):
    """Adopt it, with new words for the first clause."""
    analyst.go(f"/office/groups/{group}/decision")
    analyst.page.locator(f"[name=outcome][value={outcome}]").check()
    analyst.page.locator("[name=add]").select_option(index=0)
    analyst.page.locator("[name=clause][value=add]").click()
    analyst.page.wait_for_load_state()
    analyst.page.locator("textarea[name$=after]").fill("共享单车应当停放在停放点内，不得占用盲道。")
    analyst.look("propose")
    analyst.page.locator("[name=act][value=save]").click()
    analyst.page.wait_for_url("**/office/decisions/*")


def enact(leader):
    """Enter the final text, tie it, enact it."""
    leader.go(f"/office/topics/{SLUG}/enact").fill(text=FINAL)
    leader.page.locator("[name=act][value=save]").first.click()
    leader.page.wait_for_load_state()
    leader.look("enact").fill(number="澄政发〔2026〕8号", issued_on="2026-11-01")
    leader.page.locator("details.confirm summary").last.click()
    leader.page.locator("details.confirm[open] button").last.click()
    leader.page.wait_for_load_state()
