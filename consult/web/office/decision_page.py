"""What the pages of a decision show around its form."""

from typing import Any

from flask import g, request

from consult.permissions import Permission, can, require
from consult.services.answering import decision_material
from consult.services.answering.decisions import OPEN_STATES
from consult.services.consultations.phases import TopicAct, allows
from consult.services.records import ledger
from consult.text.normalise import tidy_line
from consult.web import current
from consult.web.diffs import parts
from consult.web.office.answer_form import AnswerForm
from consult.web.office.decision_forms import ExceptionForm
from models.cluster import Cluster
from models.decision import Decision, DecisionState

WITHDRAWABLE = OPEN_STATES | {DecisionState.APPROVED}


def around(cluster: Cluster, form: AnswerForm) -> dict[str, Any]:
    """The group, its members' words and the clauses they speak to; fills the choices of ``form``."""
    session = current.session()
    require(current.person(), Permission.CLUSTER_SEE_BOARD, cluster)
    g.topic_slug = cluster.topic.slug  # for the navigation at the side
    clauses = decision_material.clauses(session, cluster)
    form.offer(clauses, decision_material.units(session, cluster.topic))
    return {
        "cluster": cluster,
        "topic": cluster.topic,
        "voices": decision_material.voices(session, cluster),
        "spoken_to": [one for one in clauses if one.count],
    }


def everything(decision: Decision) -> dict[str, Any]:
    """The decision as it reads, what may be done with it, its exceptions and its history."""
    session, person, now = current.session(), current.somebody(), current.now()
    words = tidy_line(request.args.get("q", ""))
    page = max(1, request.args.get("page", 1, type=int))
    may_write = can(person, Permission.DECISION_PROPOSE, decision) and allows(
        decision.topic, TopicAct.PROPOSE, now
    )
    members = decision_material.members(session, decision.cluster, words=words, page=page)
    may_edit = may_write and decision.state in OPEN_STATES
    return {
        "decision": decision,
        "wordings": [
            (change, parts(change.before, change.after)) for change in decision.clause_changes
        ],
        "own": decision.proposed_by_id == person.id,
        "may_edit": may_edit,
        "may_withdraw": may_write and decision.state in WITHDRAWABLE,
        "may_review": decision.state is DecisionState.PROPOSED
        and can(person, Permission.DECISION_APPROVE, decision),
        "words": words,
        "members": members,
        "member_forms": _member_forms(decision, members.items) if may_edit else {},
        "history": ledger.of_subject(session, decision)[::-1],
    }


def _member_forms(decision: Decision, members: Any) -> dict[int, ExceptionForm]:
    return {
        member.id: ExceptionForm(
            formdata=None, prefix=f"member-{member.id}", version=decision.version
        )
        for member in members
    }
