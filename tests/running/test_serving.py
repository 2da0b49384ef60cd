"""A server as it is started in earnest: quick to answer, small, and gone without losing anybody."""

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
from pathlib import Path

import pytest

from tests.drills.waiting import until
from tests.running.server import Server, processor_seconds
from tests.running.walker import Walker

#: What a process that serves pages must not carry along: seconds to load, hundreds of megabytes.
HEAVY = {"torch", "sentence_transformers", "transformers", "sklearn", "scipy", "pandas"}
#: Runs the command, and writes down what a worker has loaded by its end.
TELLING = """
import json, os, sys
from consult import serving
end = serving.worker_exit
def worker_exit(server, worker):
    with open(os.environ["MODULES"], "w") as file:
        json.dump(sorted(sys.modules), file)
    end(server, worker)
serving.worker_exit = worker_exit
from consult.cli.main import main
main()
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("platform")
    Server(folder).consult("db", "upgrade")
    return folder


@pytest.fixture
def server(folder):
    server = Server(folder)
    yield server
    server.stop()


@pytest.fixture
def told(folder):
    """A server that tells what it loaded, without background work in it."""
    server = Server(folder, JISI_EMBEDDED_JOBS=0, MODULES=folder / "modules.json")
    server.start(command=[sys.executable, "-c", TELLING, "serve", "--port", str(server.port)])
    server.wait()
    yield server
    server.stop()


def loaded(server):
    server.stop()
    modules = json.loads(Path(server.environment["MODULES"]).read_text())
    return {name.partition(".")[0] for name in modules}


class Load:
    """Readers who ask without a pause, each on a connection of its own; remembers what failed."""

    def __init__(self, urls, path="/about", readers=4):
        self.urls, self.path, self.failures, self.answers = urls, path, [], 0
        self.ended = threading.Event()
        self.threads = [threading.Thread(target=self._ask) for _ in range(readers)]

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error):
        self.ended.set()
        for thread in self.threads:
            thread.join()

    def _ask(self):
        while not self.ended.is_set():
            server = self.urls()
            try:
                status, _headers, body = server.get(self.path)
                if status != 200 or b"</html>" not in body:
                    self.failures.append(status)
            except OSError as error:
                self.failures.append(error)
            self.answers += 1


def test_pages_are_answered_soon_and_say_when_all_is_well(server):
    server.start().wait("/about")

    assert processor_seconds(server.process.pid) < 6, "a second or two on a machine of today"
    status, parts = server.parts()
    assert status == 200, parts
    assert {"database", "migrations", "model", "disk", "serving", "queue"} <= set(parts)


def test_a_killed_server_makes_room_for_its_successor_though_readers_hold_the_line(server, folder):
    server.start().wait("/about")
    line, ended = http.client.HTTPConnection("127.0.0.1", server.port), threading.Event()
    line.auto_open = False
    line.connect()
    reader = threading.Thread(target=lambda: keep_asking(line, ended))
    reader.start()
    try:
        time.sleep(1)
        server.process.kill()
        server.process.wait()
        time.sleep(2)  # until its processes have noticed
        successor = Server(folder, port=server.port)
        began = time.monotonic()
        until(lambda: comes_up(successor), seconds=60, every=0.2)
    finally:
        ended.set()
        reader.join()
        successor.stop()

    assert time.monotonic() - began < 15, "as long as a request may take to be answered"


def keep_asking(line, ended):
    while not ended.wait(0.01):
        try:
            line.request("GET", "/about")
            line.getresponse().read()
        except (OSError, http.client.HTTPException):
            return


def comes_up(server):
    """Started again whenever it ends, as a service manager does."""
    if server.process is None or server.process.poll() is not None:
        server.start()
    try:
        return server.get("/livez")[0] == 200
    except OSError:
        return False


def test_each_process_computes_in_one_thread(server):
    server.environment.pop("OMP_NUM_THREADS", None)
    server.start().wait()

    [worker] = server.workers()
    names = [path.read_text() for path in Path(f"/proc/{worker}/task").glob("*/comm")]
    environment = Path(f"/proc/{worker}/maps").read_text()
    assert "openblas" in environment.lower(), "numpy is in the shared part"
    assert len(names) < 12, "eight threads for requests, some for jobs, none for arithmetic"


def test_a_web_process_never_loads_what_only_workers_need(told):
    walker = Walker(told.url)
    walker.crawl()
    told.get("/api/topics/x/similar?title=%E8%B7%AF%E7%81%AF")
    told.get("/readyz")

    assert walker.statuses.keys() == {200}
    assert HEAVY & loaded(told) == set()


@pytest.mark.slow
def test_nor_does_it_after_a_walk_through_everything(tmp_path):
    server = Server(tmp_path, JISI_EMBEDDED_JOBS=0, MODULES=tmp_path / "modules.json")
    server.consult("db", "upgrade")
    server.consult("demo")
    server.start(command=[sys.executable, "-c", TELLING, "serve", "--port", str(server.port)])
    server.wait()
    pages = 0
    for address in ("", "zhang.yifan@example.org", "he.ningyuan@example.org"):
        walker = Walker(server.url)
        if address:
            walker.sign_in(address, "jisi-demo-2026")
        pages += walker.crawl() + walker.crawl("/office")
        assert not [path for status in walker.statuses if status >= 500 for path in [status]]

    assert pages > 400
    assert HEAVY & loaded(server) == set()


def test_what_is_in_hand_is_answered_before_the_end(server):
    server.start().wait()
    with socket.create_connection(("127.0.0.1", server.port)) as line:
        line.sendall(b"POST /lookup HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nword")
        time.sleep(0.3)
        server.terminate()
        time.sleep(0.5)
        line.sendall(b"s=abc")
        answer = line.recv(4096)

    assert answer.startswith(b"HTTP/1.1 422"), "no such code, but read to the end"
    server.process.wait(30)


def test_before_the_end_readyz_sends_readers_elsewhere(server):
    server.environment["JISI_DRAIN_SECONDS"] = "3"
    server.start().wait()
    server.terminate()
    time.sleep(0.7)

    status, parts = server.parts()
    assert (status, parts["serving"]) == (503, {"ok": False, "detail": "draining"})
    assert server.get("/about")[0] == 200
    assert server.process.wait(15) == 0


def test_a_new_release_takes_over_the_socket_and_no_reader_notices(server):
    server.start("--workers", "2").wait()
    old = server.process.pid
    with Load(lambda: server) as load:
        time.sleep(0.5)
        server.process.send_signal(signal.SIGUSR2)
        new = _successor(server, old)
        server.terminate()
        server.process.wait(40)
        time.sleep(1)

    try:
        assert load.failures == []
        assert load.answers > 50
        assert server.get("/about")[0] == 200, "the new one serves on"
    finally:
        subprocess.run(["kill", str(new)], check=True)


def _successor(server, old):
    """Wait until the new first process has workers that answer."""
    deadline = time.monotonic() + 40
    while time.monotonic() < deadline:
        for pid in server.workers():
            children = Path(f"/proc/{pid}/task/{pid}/children")
            if children.exists() and children.read_text().strip():
                time.sleep(0.5)
                return pid
        time.sleep(0.1)
    raise AssertionError(server.log.read_text())


@pytest.mark.slow
def test_of_two_servers_behind_a_proxy_one_may_be_replaced_at_a_time(folder):
    """The proxy is the test: it asks readyz every half second, as docs/operations.md has it."""
    servers = [Server(folder, JISI_DRAIN_SECONDS=3) for _ in range(2)]
    for server in servers:
        server.start()
    for server in servers:
        server.wait("/readyz")
    ready, turn = list(servers), iter(range(10**9))
    watched = threading.Event()

    def watch():
        while not watched.wait(0.5):
            ready[:] = [one for one in servers if _is_ready(one)]

    threading.Thread(target=watch, daemon=True).start()
    try:
        with Load(lambda: ready[next(turn) % len(ready)]) as load:
            for server in servers:
                server.terminate()
                server.process.wait(40)
                server.start().wait("/readyz")
                time.sleep(1)
    finally:
        watched.set()
        for server in servers:
            server.stop()

    assert load.failures == []
    assert load.answers > 50


def _is_ready(server):
    try:
        return server.parts()[0] == 200
    except OSError:
        return False


@pytest.mark.slow
def test_gunicorn_alone_serves_the_same(server):
    server.environment["JISI_BIND"] = f"127.0.0.1:{server.port}"
    gunicorn = [sys.executable, "-m", "gunicorn", "-c", "python:consult.serving", "wsgi:app"]
    server.start(command=gunicorn).wait("/about")

    assert server.parts()[0] == 200
    assert any(line["event"] == "request" for line in server.lines())


PHONE = "13912345678"


def test_no_log_holds_what_a_person_typed(server):
    server.start().wait()
    walker = Walker(server.url)
    walker.fill("/account/sign-in", address=PHONE, password="secret of mine")
    walker.fill("/account/register", name="王小明", address=PHONE, password="a b c")
    walker.get(f"/topics?words={PHONE}")
    walker.get("/receipts/" + urllib.parse.quote("ABCD-2345"))
    walker.post("/lookup", query_code=PHONE)

    text = server.log.read_text()
    assert len(server.lines()) > 5
    assert not [word for word in (PHONE, "王小明", "secret of mine", "ABCD-2345") if word in text]


def test_a_line_tells_route_status_and_time_under_the_number_of_the_answer(server):
    server.start().wait()
    _status, headers, _body = server.get("/about?from=me")
    number = headers["X-Request-ID"]
    time.sleep(0.3)

    [line] = [line for line in server.lines() if line.get("request_id") == number]
    assert (line["route"], line["method"], line["status"]) == ("/about", "GET", 200)
    assert line["seconds"] > 0
    assert "from=me" not in json.dumps(line)


@pytest.mark.slow
def test_all_workers_count_together(server):
    server.start("--workers", "2").wait()
    with Load(lambda: server, readers=3):
        time.sleep(1)
    time.sleep(0.3)
    asked = sum(line["event"] == "request" for line in server.lines())

    text = server.get("/metrics")[2].decode()
    [counted] = [
        line
        for line in text.splitlines()
        if line.startswith('jisi_requests_total{method="GET",route="/about"')
    ]
    assert float(counted.split()[-1]) == asked
    assert 'jisi_part_well{part="database"} 1.0' in text
    assert "jisi_job_oldest_seconds" in text


def test_numbers_are_for_this_machine_or_who_has_the_token(server):
    server.start().wait()
    assert server.get("/metrics")[0] == 200
    assert server.get("/metrics", **{"X-Forwarded-For": "203.0.113.9"})[0] == 404
    server.stop()

    server.environment["JISI_METRICS_TOKEN"] = "a token of the monitor"
    server.start().wait()
    assert server.get("/metrics")[0] == 404
    assert server.get("/metrics", Authorization="Bearer a token of the monitor")[0] == 200
