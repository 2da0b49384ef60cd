"""What the page of a group shows beside it where its members are messages to a mailbox."""

from typing import Any

from consult.permissions import Permission, can
from consult.services.grouping.group_pages import GroupPage
from consult.services.handling import joining_groups, origins
from consult.services.handling.parties import holds
from consult.web import current
from models.person import Role
from models.topic import TopicMode


def answering(page: GroupPage) -> dict[str, Any]:
    """The cases of the members, who answers several of them, and consultations opened on it."""
    cluster, session, reader = page.cluster, current.session(), current.somebody()
    if cluster.topic.mode is not TopicMode.MAILBOX:
        return {"of_mailbox": False}
    assigns = holds(reader, Role.ASSIGNER, cluster.topic.agency)
    return {
        "of_mailbox": True,
        "offer": joining_groups.of_group(session, cluster, actor=reader) if assigns else None,
        "consultations": origins.of_cluster(session, cluster),
        "may_consult": can(reader, Permission.TOPIC_DRAFT, cluster.topic)
        and cluster.retired_at is None,
        "cases": joining_groups.cases_of(
            session, [one.suggestion_id for one in page.members.items], reader=reader
        ),
    }
