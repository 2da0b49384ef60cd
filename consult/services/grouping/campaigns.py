"""Campaigns 刷屏: many copies of few texts. Shown as such, never removed, never counted less."""

from sqlalchemy import and_, or_

from models.cluster import Cluster

#: Fewer copies than this are neighbours who agree.
FEWEST = 10
#: So many suggestions for each distinct text.
COPIES = 3

#: Or so much of the group are copies of one text, each with its blanks filled in anew.
SHARE = 0.5

IS_CAMPAIGN = and_(
    Cluster.suggestion_count >= FEWEST,
    or_(
        Cluster.suggestion_count >= COPIES * Cluster.text_count,
        and_(
            Cluster.copy_count >= FEWEST,
            Cluster.copy_count >= SHARE * Cluster.suggestion_count,
        ),
    ),
)


def is_campaign(cluster: Cluster) -> bool:
    """Say whether ``cluster`` has at least ten suggestions, and mostly of few wordings.

    That is three or more for each distinct text, or half of them copies of one form.
    """
    if cluster.suggestion_count < FEWEST:
        return False
    copies = cluster.copy_count or 0
    return cluster.suggestion_count >= COPIES * cluster.text_count or (
        copies >= FEWEST and copies >= SHARE * cluster.suggestion_count
    )
