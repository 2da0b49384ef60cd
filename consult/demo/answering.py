"""The demo's staff answer: proposed by one, approved by another, published, enacted."""

from datetime import timedelta

from consult.demo.consultation import Staging
from consult.demo.content import Record
from consult.demo.grouping import cluster_of, clusters_of
from consult.services.answering import decision_exceptions, decisions, enactment, publication
from consult.services.answering.decisions import Answer, Wording
from consult.services.consultations import documents, topics
from models.cluster import Cluster
from models.decision import Outcome, UsedFor
from models.document import Clause, DocumentKind

#: Days between the first approvals and publication.
LEAD = 3


def start_analysis(staging: Staging) -> None:
    """Take the closed consultation into analysis."""
    record = staging.story.topic
    topics.start_analysis(
        staging.session,
        topic=staging.topic,
        actor=staging.town.people[record["drafter"]],
        now=staging.at(record["analysing"], "09:00"),
    )


def propose(staging: Staging) -> None:
    """Put the proposals of ``staff.json`` before the second person."""
    clauses = _clauses(staging, DocumentKind.DRAFT)
    for record in staging.story.staff["proposals"]:
        decisions.propose(
            staging.session,
            cluster=cluster_of(staging, record["group"]),
            answer=_answer(staging, record, clauses),
            actor=staging.town.people[record["by"]],
            now=staging.at(record["day"], record["time"]),
        )


def decide(staging: Staging) -> None:
    """Answer every group and every single suggestion, and publish all at one moment."""
    told = staging.story.decisions
    clauses = _clauses(staging, DocumentKind.DRAFT)
    for record in told["groups"]:
        _decide(staging, cluster_of(staging, record["group"]), record, clauses)
    singles = clusters_of(staging, [record["suggestion"] for record in told["singles"]])
    for record in told["singles"]:
        _decide(staging, singles[record["suggestion"]], record, clauses)
    record = staging.story.topic
    publication.publish(
        staging.session,
        topic=staging.topic,
        actor=staging.town.people[record["approver"]],
        now=staging.at(record["reported"], "10:00"),
    )


def enact(staging: Staging) -> None:
    """Issue the final text and tie its clauses to the voices behind them."""
    session, topic, record = staging.session, staging.topic, staging.story.topic
    actor, now = staging.town.people[record["approver"]], staging.at(record["enacted"], "10:00")
    final = record["final"]
    documents.set_text(
        session,
        topic=topic,
        kind=DocumentKind.FINAL,
        title=final["title"],
        text=staging.story.text("final.txt"),
        actor=actor,
        now=now,
    )
    places = {
        (clause["anchor"], clause["after"].strip()): clause["final_anchor"] or ""
        for entry in (*staging.story.decisions["groups"], *staging.story.decisions["singles"])
        for clause in entry["clauses"]
    }
    tied = {
        change.id: places[(change.clause.anchor if change.clause else None, change.after)]
        for change in enactment.changes(session, topic)
    }
    enactment.place(session, topic=topic, places=tied, actor=actor, now=now)
    enactment.enact(
        session,
        topic=topic,
        number=final["document_number"],
        issued_on=staging.at(final["issued"]).date(),
        actor=actor,
        now=now + timedelta(minutes=5),
    )


def _decide(staging: Staging, cluster: Cluster, record: Record, clauses: dict[str, Clause]) -> None:
    day = staging.story.topic["reported"] - LEAD
    proposer, approver = (staging.town.people[record[key]] for key in ("by", "approved_by"))
    now = staging.at(day, "09:30")
    decision = decisions.propose(
        staging.session,
        cluster=cluster,
        answer=_answer(staging, record, clauses),
        actor=proposer,
        now=now,
    )
    for entry in staging.story.decisions["exceptions"]:
        if clusters_of(staging, [entry["suggestion"]])[entry["suggestion"]] is cluster:
            decision_exceptions.except_member(
                staging.session,
                decision=decision,
                suggestion=staging.suggestions[entry["suggestion"]],
                outcome=Outcome(entry["outcome"]),
                reason=entry["reason"],
                actor=proposer,
                now=now,
            )
    decisions.approve(
        staging.session,
        decision=decision,
        version=decision.version,
        actor=approver,
        now=staging.at(day + 1, "15:00"),
    )


def _answer(staging: Staging, record: Record, clauses: dict[str, Clause]) -> Answer:
    return Answer(
        outcome=Outcome(record["outcome"]),
        reason=record["reason"],
        used_for=UsedFor(record["used_for"]) if record["used_for"] else None,
        unit=staging.town.agencies.get(record["unit"]),
        wordings=[
            Wording(
                clause=clauses[clause["anchor"]] if clause["anchor"] else None,
                after=clause["after"],
                before=clause["before"],
            )
            for clause in record["clauses"]
        ],
    )


def _clauses(staging: Staging, kind: DocumentKind) -> dict[str, Clause]:
    document = documents.of_topic(staging.session, staging.topic, kind)
    return {clause.anchor: clause for clause in document.clauses} if document else {}
