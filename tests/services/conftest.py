"""What the tests of services share."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from consult.extensions import db, reading


@pytest.fixture
def at_once(app, session):
    """Runs an act for each argument in a thread and transaction of its own, all at the same moment."""

    def run(act, arguments):
        session.commit()
        gate = threading.Barrier(len(arguments))

        def one(argument):
            with app.app_context():
                reading.set(False)
                gate.wait()
                result = act(db.session(), argument)
                db.session.commit()
                db.session.remove()
                return result

        with ThreadPoolExecutor(len(arguments)) as pool:
            results = list(pool.map(one, arguments))
        session.expire_all()
        return results

    return run
