"""Texts stored in this transaction, which an index shared by threads learns after its commit."""

import numpy as np
import numpy.typing as npt
from sqlalchemy.orm import Session, SessionTransaction

from consult.clustering import Document, Index

#: Where a session remembers what it has stored but not committed.
UNCOMMITTED = "vectors stored in this transaction"
#: What waits to be entered (ids, documents, vectors), and what was.
Uncommitted = tuple[list[tuple[list[int], list[Document], npt.NDArray[np.float32]]], Index]


def uncommitted(session: Session) -> dict[int, Uncommitted]:
    """By topic; forgotten when the transaction ends."""
    transaction: SessionTransaction | None = session.get_transaction()
    kept: tuple[SessionTransaction | None, dict[int, Uncommitted]] | None = session.info.get(
        UNCOMMITTED
    )
    if kept is None or kept[0] is not transaction or transaction is None:
        kept = session.info[UNCOMMITTED] = (transaction, {})
    return kept[1]
