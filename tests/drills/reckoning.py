"""What must hold in the database, whatever was killed: each check counts what is wrong, so 0 is well.

Written against the tables, not with the services that filled them.
"""

from collections import Counter

import sqlalchemy as sa
from sqlalchemy import func, select

from consult.services.records import ledger, recounting
from models.cluster import Cluster, Membership
from models.job import JobReport
from models.ledger import LedgerEntry
from models.notice import Letter, Notice
from models.run import Run, RunState
from models.suggestion import Suggestion, SuggestionStatus, Support
from models.topic import Topic, TopicState

VALID = Suggestion.status == SuggestionStatus.RECEIVED


def undone(session, now):
    """What the jobs have still to do."""
    unplaced = (
        select(func.count())
        .select_from(Suggestion)
        .outerjoin(Membership, Membership.suggestion_id == Suggestion.id)
        .where(VALID, Membership.cluster_id.is_(None))
    )
    due = select(func.count()).where(
        ((Topic.state == TopicState.PLANNED) & (Topic.opens_at <= now))
        | ((Topic.state == TopicState.OPEN) & (Topic.closes_at <= now))
    )
    return {
        "suggestions not placed": session.scalar(unplaced),
        "consultations not opened": session.scalar(due),
        "notices not mailed": count(session, Notice.mailed_at.is_(None)),
        "letters not sent": count(session, Letter.sent_at.is_(None)),
        "runs not ended": count(session, Run.state.in_((RunState.QUEUED, RunState.RUNNING))),
    }


def inconsistent(session):
    """Counts that are not what a fresh count says, and entries of the ledger without their rows."""
    return {
        "ledger broken": int(ledger.first_broken(session) is not None),
        "suggestions without one entry": _without_entry(session),
        "supports unlike the ledger": _unlike_the_ledger(session),
        "support counts wrong": _support_counts(session),
        "groups counted wrong": _group_counts(session),
        "people of groups counted wrong": _people_counts(session),
        "counts unlike a recount": len(recounting.differences(session)),
    }


def errors(session):
    """The last error of each job that has one, for the one who reads the report."""
    query = select(JobReport.name, JobReport.error).where(JobReport.error != "")
    return {name: error[:200] for name, error in session.execute(query)}


def count(session, condition):
    return session.scalar(select(func.count()).where(condition))


def _without_entry(session):
    """Submitted suggestions that the ledger names not at all or twice."""
    entries = Counter(_subjects(session, "suggestion.submitted"))
    ids = set(session.scalars(select(Suggestion.id)))
    twice = sum(1 for number in entries.values() if number != 1)
    sent = set(entries)
    return twice + len(sent - ids) + len(_sent_by_people(session) - sent)


def _sent_by_people(session):
    """Those that came through the site; the drill itself arranges rows without entries before."""
    arranged = Suggestion.query_code.like("CODE0%")  # see tests/factories.py
    return set(session.scalars(select(Suggestion.id).where(~arranged)))


def _unlike_the_ledger(session):
    """Pairs whose support stands without the ledger saying so, or the other way round."""
    said = Counter()
    acts = {"suggestion.supported": 1, "suggestion.support_taken_back": -1}
    query = select(LedgerEntry.act, LedgerEntry.subject_id, LedgerEntry.actor_id).where(
        LedgerEntry.act.in_(acts)
    )
    for act, subject, actor in session.execute(query):
        said[subject, actor] += acts[act]
    rows = {
        (row[0], row[1])
        for row in session.execute(select(Support.suggestion_id, Support.person_id))
    }
    standing = {pair for pair, number in said.items() if number == 1}
    odd = sum(1 for number in said.values() if number not in {0, 1})
    return odd + len(rows ^ standing)


def _support_counts(session):
    fresh = (
        select(func.count())
        .where(Support.suggestion_id == Suggestion.id)
        .correlate(Suggestion)
        .scalar_subquery()
    )
    return count(session, Suggestion.support_count != fresh)


def _group_counts(session):
    fresh = dict(
        session.execute(
            select(Membership.cluster_id, func.count())
            .join(Suggestion, Suggestion.id == Membership.suggestion_id)
            .where(VALID)
            .group_by(Membership.cluster_id)
        ).all()
    )
    query = select(Cluster.id, Cluster.suggestion_count).where(Cluster.retired_at.is_(None))
    return sum(fresh.get(number, 0) != stored for number, stored in session.execute(query))


def _people_counts(session):
    members = (
        select(Membership.cluster_id, Suggestion.id, Suggestion.author_id)
        .join(Suggestion, Suggestion.id == Membership.suggestion_id)
        .where(VALID)
        .subquery()
    )
    everybody = sa.union(
        select(members.c.cluster_id, members.c.author_id.label("person")),
        select(members.c.cluster_id, Support.person_id).join(
            Support, Support.suggestion_id == members.c.id
        ),
    ).subquery()
    fresh = dict(
        session.execute(
            select(everybody.c.cluster_id, func.count()).group_by(everybody.c.cluster_id)
        ).all()
    )
    query = select(Cluster.id, Cluster.people_count).where(Cluster.retired_at.is_(None))
    return sum(fresh.get(number, 0) != stored for number, stored in session.execute(query))


def _subjects(session, act):
    return session.scalars(select(LedgerEntry.subject_id).where(LedgerEntry.act == act))
