"""Where the processes of one server count together; to be called before anything is counted."""

import os
import tempfile

#: prometheus_client looks here when it is imported.
FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def share_between_processes() -> None:
    """Have all processes that are forked from this one count in files of one folder.

    A successor on the same socket (SIGUSR2) goes on counting there.
    """
    if not os.environ.get(FOLDER):
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="jisi-metrics-")
