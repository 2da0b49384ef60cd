"""The drafter's journey: from an empty desk to a consultation that the public can speak to."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.agency import Agency

DRAFT = """澄江市共享单车停放管理办法（征求意见稿）

第一章　总则

第一条　为了规范共享单车停放，保障道路畅通，制定本办法。

第二条　本市行政区域内共享单车的停放管理，适用本办法。

第二章　停放

第三条　共享单车应当停放在划定的停放点内。
（一）不得占用盲道；
（二）不得占用消防通道。

第四条　运营企业应当在两小时内清理违规停放的车辆。
"""


def local(**after):
    moment = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(**after)
    return moment.strftime("%Y-%m-%dT%H:%M")


def test_a_drafter_opens_a_consultation_and_extends_it(visit):
    drafter = visit("drafter@example.org").go("/office/topics/new")
    drafter.page.select_option("[name=kind]", "rule")
    drafter.fill(
        title="关于《澄江市共享单车停放管理办法（征求意见稿）》公开征求意见的公告",
        summary="单车该停哪里、乱停了谁来管，请您说说。",
        explanation="## 背景\n\n单车乱停占道，群众反映强烈。\n\n<script>alert(1)</script>",
        opens_at=local(minutes=-5),
        closes_at=local(days=14),
    )
    drafter.page.locator("[name=question][value=more]").click()
    drafter.fill(**{"questions-0": "您家附近最缺停放点的地方在哪里？"})
    drafter.look("drafter-form").press("保存")

    topic = drafter.page.url
    drafter.go(f"{topic}/publish").sees(
        "征集期限少于 30 日的理由"
    )  # so short a window needs a reason first
    drafter.go(f"{topic}/edit").fill(short_window_reason="学期开始前须施行。").press("保存")
    drafter.go(f"{topic}/document").fill(text=DRAFT).press("查看拆分结果")
    drafter.sees("art-3", "art-4").look("drafter-clauses").press("保存")
    drafter.go(f"{topic}/publish").look("drafter-publish").press("公布")

    citizen = visit().go(topic.replace("/office", ""))
    citizen.sees("第三条", "您家附近最缺停放点的地方在哪里？", "学期开始前须施行。")
    assert "<script" not in citizen.page.locator(".prose").first.inner_html()
    citizen.look("topic-open").go(f"{topic.replace('/office', '')}/clauses/art-3")
    citizen.sees("不得占用盲道").look("clause")

    drafter.go(f"{topic}/extend").fill(closes_at=local(days=40), reason="来信较多，延长征集。")
    drafter.press("延长期限")
    citizen.go(topic.replace("/office", "")).sees("来信较多，延长征集。")


def test_a_drafter_closes_early_and_takes_it_into_analysis(site, visit):
    def open_topic(session, make):
        agency = session.scalar(select(Agency).filter_by(slug="housing"))
        make.topic(agency=agency, slug="closing", title="关于路灯改造的意见征集")

    site.arrange(open_topic)
    drafter = visit("drafter@example.org").go("/office/topics/closing/close")
    drafter.fill(reason="方案调整，重新征集。").press("立即结束")

    visit().go("/topics/closing").sees("方案调整，重新征集。")
    drafter.go("/office/topics/closing/analysis").press("开始研究")
    drafter.go("/office/topics/closing").sees("研究处理")
