"""A file of facts, one JSON object a line (NDJSON): for warehouses that load files, and for trying things out."""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import stat
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings

from workflows.core import chain
from workflows.sinks.base import Answer, Finding, Misconfigured, Parcel, Retry, SinkAdapter
from workflows.stages.base import Setting

PATIENCE = 30.0
"""Seconds after which a first attempt looks for its line too: its lease may have run out meanwhile."""


class FileSink(SinkAdapter):
    """Appends each fact as a line of exactly the bytes that a webhook gets, once.

    Writers take turns by a lock on the file, and a line counts when it is on the disk. A repeated attempt
    first looks for its line, which is the same bytes; a file that was moved away (rotated) in between holds
    it out of sight, and the line is written again.
    """

    kind = "file"
    title = "File"
    help = "Appends each fact as a line of JSON to a file on this machine."
    fields = (
        Setting(
            "path",
            "path",
            "Path",
            "The file; a relative path begins at the folder of the installation. Folders are made.",
            required=True,
        ),
    )

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__(config)
        self.path = Path(settings.BASE_DIR, str(config["path"]))
        self._begun = time.monotonic()

    def push(self, delivery: Parcel) -> Answer:
        line = chain.canonical(delivery.body) + b"\n"
        try:
            with self._locked() as file:
                if self._may_be_there(delivery) and holds_line(file, line):
                    return Answer("present", "The line was there already.", self._spent)
                mend_tail(file)
                append(file, line)
        except (FileExistsError, IsADirectoryError, NotADirectoryError, PermissionError) as error:
            raise Misconfigured("not_writable", f"The file cannot be written: {error.strerror}.") from error
        except OSError as error:
            raise Retry("disk", f"The file was not written: {error.strerror}.") from error
        return Answer("written", "", self._spent)

    def check(self) -> Finding:
        """Looks at the file, or the nearest folder above it that exists; makes nothing."""
        place = self.path
        while not os.path.exists(place):
            place = place.parent
        if place == self.path and not os.path.isfile(place):
            return Finding(False, "There is something at this path that is not a file.")
        if place != self.path and not os.path.isdir(place):
            return Finding(False, "A folder of this path is not a folder.")
        if not os.access(place, os.W_OK):
            return Finding(False, "The file cannot be written: permission denied.")
        return Finding(True, "The file is there." if place == self.path else "The file can be made.")

    @property
    def _spent(self) -> float:
        return time.monotonic() - self._begun

    def _may_be_there(self, delivery: Parcel) -> bool:
        return delivery.is_repeat or self._spent > PATIENCE

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The file, open and locked; made if need be, and still the one that the path leads to."""
        while True:
            file = self._open()
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if self._is_in_place(file):
                    yield file
                    return
            finally:
                os.close(file)

    def _is_in_place(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _open(self) -> int:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not self.path.exists()
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640)
        if not stat.S_ISREG(os.fstat(file).st_mode):
            os.close(file)
            raise Misconfigured("not_a_file", "There is something at this path that is not a file.")
        if is_new:
            _sync_folder(self.path.parent)
        return file


def holds_line(file: int, line: bytes) -> bool:
    """Whether the file has exactly this line somewhere."""
    if not os.fstat(file).st_size:
        return False
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as content:
        place = content.find(line)
        while place > 0 and content[place - 1 : place] != b"\n":
            place = content.find(line, place + 1)
        return place >= 0


def mend_tail(file: int) -> None:
    """Afterwards the file ends with a whole line: what a crash left half written goes, what is whole stays."""
    size = os.fstat(file).st_size
    if not size or os.pread(file, 1, size - 1) == b"\n":
        return
    with mmap.mmap(file, 0, access=mmap.ACCESS_READ) as content:
        start = content.rfind(b"\n") + 1
        tail = content[start:]
    if _is_json(tail):
        os.write(file, b"\n")
    else:
        os.ftruncate(file, start)


def append(file: int, line: bytes) -> None:
    """Afterwards the line is at the end of the file and on the disk; on an error nothing of it is there."""
    size = os.fstat(file).st_size
    try:
        written = 0
        while written < len(line):
            written += os.write(file, line[written:])
        os.fsync(file)
    except OSError:
        os.ftruncate(file, size)
        raise


def _is_json(text: bytes) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _sync_folder(folder: Path) -> None:
    """Without this a new file's name may be lost with the power, though its content is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
