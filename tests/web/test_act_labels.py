"""What the acts in the ledger are called."""

import ast
from pathlib import Path

import consult.services
from consult.services.records import ledger
from consult.web.act_labels import ACT_LABELS, act_label
from models.person import Role


def recorded():
    """The names of acts that services give to the ledger."""
    for path in Path(consult.services.__path__[0]).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "ledger.record":
                yield from (text.value for text in node.args[1:2] if isinstance(text, ast.Constant))


def test_every_act_that_is_recorded_has_a_name_for_people():
    found = set(recorded())

    assert len(found) > 20, "the services were not found"
    assert found - set(ACT_LABELS) == set()


def test_an_auditor_reads_acts_in_words(pages, session, make, now):
    topic = make.topic()
    ledger.record(session, "cluster.merged", topic, actor=None, now=now)
    auditor = make.staff(Role.AUDITOR, topic.agency)
    session.commit()

    page = pages.speak("en").sign_in(auditor).get("/admin/ledger")

    assert '<option value="cluster.merged">Groups merged</option>' in page
    assert "<span>Groups merged <span" in page


def test_an_act_that_takes_another_back_is_named_after_it(app):
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert str(act_label("cluster.split_undone")) == "Undone: Group split"
        assert act_label("something.new") == "something.new"
