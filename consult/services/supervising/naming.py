"""What figures are told apart by, as things that have a name."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consult.services.supervising.scopes import By
from models.agency import Agency, Region
from models.topic import Topic

MODELS: Mapping[By, tuple[Any, str]] = {
    By.UNIT: (Agency, "id"),
    By.TOPIC: (Topic, "id"),
    By.REGION: (Region, "code"),
}


def things(session: Session, by: By, keys: Collection[Any]) -> Mapping[Any, Any]:
    """Key → agency, topic or region; by anything else keys name themselves. One query at most."""
    if by not in MODELS:
        return {key: key for key in keys}
    model, name = MODELS[by]
    column = getattr(model, name)
    rows = session.scalars(select(model).where(column.in_(keys)))
    return {getattr(row, name): row for row in rows}
