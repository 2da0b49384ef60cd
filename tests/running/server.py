"""A server as it is started in earnest, and what the machine says of its processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).parents[2]
CONSULT = [sys.executable, "-m", "consult.cli.main"]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """`consult serve` in a folder of its own; ``settings`` go into its environment."""

    def __init__(self, folder, *, port=None, database=None, **settings):
        self.folder, self.port = Path(folder), port or free_port()
        self.folder.mkdir(parents=True, exist_ok=True)
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = self.folder / f"server-{self.port}.log"
        self.environment = os.environ | {
            "JISI_DATA_DIR": str(self.folder),
            "DATABASE_URL": database or f"sqlite:///{self.folder / 'jisi.sqlite3'}",
            "JISI_MAIL": "file",
            "JISI_PUBLIC_URL": self.url,
            "JISI_LOG_FORM": "json",
            "PYTHONPATH": str(ROOT),
            **{name: str(value) for name, value in settings.items()},
        }
        self.process = None

    def consult(self, *arguments, status=0):
        ran = subprocess.run(
            [*CONSULT, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == status, ran.stdout + ran.stderr
        return ran.stdout

    def start(self, *options, command=None):
        """Start it, without waiting for an answer."""
        command = command or [*CONSULT, "serve", "--port", str(self.port), *options]
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.environment, stdout=log, stderr=subprocess.STDOUT
            )
        return self

    def wait(self, path="/livez", *, seconds=60):
        """Wait for an answer, and say how long it took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            assert self.process.poll() is None, self.log.read_text()
            try:
                self.get(path)
            except (OSError, urllib.error.URLError):
                time.sleep(0.02)
            else:
                return time.monotonic() - began
        raise AssertionError(self.log.read_text())

    def get(self, path, **headers):
        """Status, headers and body of a page, whatever the status."""
        asked = urllib.request.Request(self.url + path, headers=headers)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.headers, answer.read()
        except urllib.error.HTTPError as refusal:
            return refusal.code, refusal.headers, refusal.read()

    def parts(self):
        """What `readyz` says: its status, and each part."""
        status, _headers, body = self.get("/readyz")
        return status, json.loads(body)

    def workers(self):
        """The processes that serve, by their first one."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def lines(self):
        """What it logged, line by line."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)

    def stop(self):
        if self.process and self.process.poll() is None:
            self.terminate()
            try:
                self.process.wait(40)
            except subprocess.TimeoutExpired:
                self.process.kill()


def shared_out(pid):
    """Megabytes of a process, what it shares counted in parts (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("the kernel does not say")


def memory(first, workers):
    """Megabytes (PSS) of a server: the same rows in every benchmark; the last is what a machine gives."""
    parent, children = shared_out(first), sum(map(shared_out, workers))
    return {
        "two workers (MiB)": round(children),
        "first process, which holds what they share (MiB)": round(parent),
        "all processes of the server (MiB)": round(parent + children),
    }


def processor_seconds(pid):
    """Processor time of a process and of its children that ended."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
