"""Campaigns 刷屏: many copies of few texts. Shown as such, never removed, never counted less."""

from sqlalchemy import and_

from models.cluster import Cluster

#: Fewer copies than this are neighbours who agree.
FEWEST = 10
#: So many suggestions for each distinct text.
COPIES = 3

IS_CAMPAIGN = and_(
    Cluster.suggestion_count >= FEWEST, Cluster.suggestion_count >= COPIES * Cluster.text_count
)


def is_campaign(cluster: Cluster) -> bool:
    """Say whether ``cluster`` has at least ten suggestions, three or more for each distinct text."""
    copies = cluster.suggestion_count >= COPIES * cluster.text_count
    return cluster.suggestion_count >= FEWEST and copies
