"""The embedded broker: nothing is lost, nothing is delivered twice, whoever reads beside whom."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

import ordinus.broker  # noqa: F401  (registers the scheme)

MESSAGES = 200


def connect(folder: Path) -> Connection:
    return Connection("folder://", transport_options={"folder": str(folder), "polling_interval": 0.01})


def write(folder: Path, numbers: range) -> None:
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        for number in numbers:
            queue.put({"number": number})


def read(folder: Path, patience: float = 1.0) -> list[int]:
    """Every message's number until none has come for `patience` seconds."""
    found = []
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        while True:
            try:
                message = queue.get(timeout=patience)
            except Empty:
                return found
            found.append(message.payload["number"])
            message.ack()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "broker"


def test_messages_come_in_the_order_they_were_put(folder: Path) -> None:
    write(folder, range(20))
    assert read(folder, patience=0.1) == list(range(20))


def test_each_message_reaches_exactly_one_of_several_processes(folder: Path) -> None:
    with ProcessPoolExecutor(4) as pool:
        readers = [pool.submit(read, folder) for _ in range(2)]
        writers = [pool.submit(write, folder, range(start, MESSAGES, 2)) for start in range(2)]
        for writer in writers:
            writer.result()
        found = [number for reader in readers for number in reader.result()]
    assert sorted(found) == list(range(MESSAGES))


def test_a_message_that_is_still_being_written_is_not_read(folder: Path) -> None:
    write(folder, range(1))
    finished = next((folder / "work").glob("*.message"))
    finished.rename(finished.with_suffix(".draft"))
    assert read(folder, patience=0.1) == []


def test_what_a_worker_had_not_acknowledged_goes_back_when_it_stops(folder: Path) -> None:
    write(folder, range(1))
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        queue.get(timeout=1)
    assert read(folder, patience=0.1) == [0]


def test_a_purged_queue_is_empty(folder: Path) -> None:
    write(folder, range(3))
    with connect(folder) as connection, connection.SimpleQueue("work") as queue:
        assert queue.qsize() == 3
        queue.clear()
    assert read(folder, patience=0.1) == []


def test_a_queue_s_name_never_leaves_the_folder(folder: Path) -> None:
    with connect(folder) as connection, connection.SimpleQueue("../outside") as queue:
        queue.put({"number": 1})
    assert [path.name for path in folder.parent.iterdir()] == ["broker"]
