"""What can be done to several cases of a queue at once."""

from consult.services.caseload.queues import Queue
from consult.services.handling.moves import CaseAct

BATCHES: dict[Queue, tuple[CaseAct, ...]] = {
    Queue.REVIEW: (CaseAct.ACCEPT,),
    Queue.TO_ASSIGN: (CaseAct.ASSIGN,),
    Queue.TAKE_UP: (CaseAct.TAKE_UP,),
}


def of_queue(queue: Queue) -> tuple[CaseAct, ...]:
    """The acts that are offered for several cases of ``queue``."""
    return BATCHES.get(queue, ())
