"""Tasks on the workers of a Dask cluster, on as many machines as it has."""

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from threadpoolctl import threadpool_limits

from consult.clustering.bulk import mirrors
from consult.clustering.bulk.folder import Folder
from consult.clustering.bulk.measures import Watch
from consult.clustering.bulk.workers import Calls, Task, give, in_order, timed
from consult.clustering.errors import ClusteringError

if TYPE_CHECKING:
    from distributed import Client, Future, Worker

#: Bytes of a file that are sent at a time.
CHUNK = 1 << 23
#: A task is tried again on another worker so often, beside those whose worker was lost.
RETRIES = 2
#: Seconds to find the scheduler, and a first worker.
PATIENCE = 30
GIVEN = "given"
WITHOUT_DASK = (
    "Grouping on several machines needs dask.distributed: pip install -r requirements-cluster.txt, "
    "here and on every worker."
)


class NoCluster(ClusteringError):  # noqa: N818 - the name says what is the matter
    """The scheduler, or the library, is not there; the message says what to do."""


class DaskCrew:
    """Workers that ask this process for the files they need, and send back those they make.

    Each worker needs the same version of this library, room on its disk for a copy of the working folder
    (some 3 kB a text) and memory as a local process does; no disk is shared. Where one is, at
    the same path everywhere, ``shared_disk`` saves the copies. A lost worker's tasks are done by others.

    Parameters
    ----------
    address
        Of the scheduler, as ``tcp://10.0.0.1:8786``.
    work
        The working folder of the run.
    """

    def __init__(
        self, address: str, work: Folder, watch: Watch, *, shared_disk: bool, **given: object
    ) -> None:
        self._client = _client(address)
        self._work, self._watch = work, watch
        self._limits = threadpool_limits(1)
        self._token = uuid.uuid4().hex
        work.keep(GIVEN, given)
        give(given)
        self._files = None if shared_disk else _Files(self._client, work.path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._limits.restore_original_limits()
        self._client.run(_clear, self._token, on_error="ignore")
        if self._files:
            self._files.close()
        self._client.close()

    def map(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do a task for each tuple of arguments, and yield what it returns."""
        source = self._files.address if self._files else None

        def submit(*call: object) -> "Future[Any]":
            return self._client.submit(
                perform, self._token, source, task, call, pure=False, retries=RETRIES
            )

        most = 2 * max(1, len(self._client.nthreads()))
        yield from in_order(submit, self._result, calls, most)

    def map_here(self, task: Task, calls: Calls) -> Iterator[Any]:
        """Do a task in this process."""
        return (task(*call) for call in calls)

    def _result(self, future: "Future[Any]") -> Any:
        (value, seconds, _process), files = future.result()
        future.release()
        for name, data in files.items():
            self._work.put(name, data)
        self._watch.cpu_elsewhere += seconds
        return value


class _Files:
    """Lets workers read the files of a folder, over the connections that Dask makes (with its TLS)."""

    def __init__(self, client: "Client", folder: Path) -> None:
        from distributed.core import Server  # noqa: PLC0415 - optional

        self._client, self._folder = client, folder.resolve()
        self._server = Server(
            {"piece": self.piece},
            connection_args=client.security.get_connection_args("client"),
        )
        client.sync(self._listen)
        self.address: str = self._server.address

    async def _listen(self) -> None:
        from distributed.comm.addressing import get_address_host  # noqa: PLC0415 - optional

        scheduler: Any = self._client.scheduler_comm
        scheduler = scheduler.comm
        host = get_address_host(scheduler.local_address)
        protocol = scheduler.peer_address.split("://")[0]
        listen = self._client.security.get_listen_args("worker")
        await self._server.listen(f"{protocol}://{host}:0", **listen)

    def piece(self, name: str, start: int) -> dict[str, Any]:
        """Give a part of a file, and its size; -1: there is none."""
        path = (self._folder / name).resolve()
        if not path.is_relative_to(self._folder) or not path.is_file():
            return {"size": -1, "data": b""}
        with path.open("rb") as stream:
            stream.seek(start)
            return {"size": path.stat().st_size, "data": stream.read(CHUNK)}

    def close(self) -> None:
        """Give no more."""
        self._client.sync(self._server.close)


def perform(
    token: str, source: str | None, task: Task, call: tuple[Any, ...]
) -> tuple[tuple[Any, float, int], dict[str, bytes]]:
    """Do a task on a worker; return what :func:`timed` does, and the files that it wrote."""
    from distributed import get_worker  # noqa: PLC0415 - optional

    worker = get_worker()
    place = _place(worker, token, source) if source else None
    arguments = [place if place and isinstance(one, Path) else one for one in call]
    folder = next((one for one in arguments if isinstance(one, Path)), place)
    if folder is not None:
        give(Folder(folder).kept(GIVEN))
    written = mirrors.listen()
    found = timed(task, *arguments)
    files = {name: (place / name).read_bytes() for name in written} if place else {}
    return found, files


def _place(worker: "Worker", token: str, source: str) -> Path:
    """Return the copy of the working folder that this worker keeps."""
    place = Path(worker.local_directory) / f"grouping-{token}-{os.getpid()}"
    if not place.exists():
        threadpool_limits(1)
        place.mkdir(parents=True, exist_ok=True)
        mirrors.mirror(place, lambda name: _fetch(worker, source, place, name))
    return place


def _fetch(worker: "Worker", source: str, place: Path, name: str) -> bool:
    """Copy a file from where the run was begun."""
    beginning = place / f"{name}.coming"
    beginning.parent.mkdir(parents=True, exist_ok=True)
    start = 0
    with beginning.open("wb") as stream:
        while True:
            found = _asked(worker, source, name, start)
            if found["size"] < 0:
                break
            start += stream.write(found["data"])
            if start >= found["size"]:
                break
    if found["size"] < 0:
        beginning.unlink()
        return False
    beginning.replace(place / name)
    return True


def _asked(worker: "Worker", source: str, name: str, start: int) -> dict[str, Any]:
    from distributed.utils import sync  # noqa: PLC0415 - optional

    async def ask() -> dict[str, Any]:
        found: dict[str, Any] = await worker.rpc(source).piece(name=name, start=start)
        return found

    answer: dict[str, Any] = sync(worker.loop, ask)
    return answer


def _clear(token: str, dask_worker: "Worker") -> None:
    for place in Path(dask_worker.local_directory).glob(f"grouping-{token}-*"):
        mirrors.forget(place)
        shutil.rmtree(place, ignore_errors=True)


def _client(address: str) -> "Client":
    try:
        from distributed import Client  # noqa: PLC0415 - optional
    except ImportError as error:
        raise NoCluster(WITHOUT_DASK) from error
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
        client.wait_for_workers(1, timeout=PATIENCE)
    except (OSError, TimeoutError) as error:
        raise NoCluster(
            f"No scheduler with a worker was found at {address} within {PATIENCE} s: {error}. Begin one "
            "with `dask scheduler`, and on each machine `dask worker ADDRESS --nthreads 1`."
        ) from error
    return client
