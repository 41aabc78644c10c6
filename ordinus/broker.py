"""The embedded broker: a kombu transport that keeps messages as files, for one machine without Redis.

Kombu's own `filesystem://` lets a reader see a file that is still being written, and two processes that start
together can empty each other's table of queues. Here a message appears by a rename, and whoever unlinks it
has it. Messages only say "sweep": one that dies with its worker is said again ten seconds later.
"""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path
from queue import Empty
from typing import Any
from urllib.parse import quote

from kombu.transport import TRANSPORT_ALIASES, virtual
from kombu.utils.json import dumps, loads

SCHEME = "folder"


class FolderChannel(virtual.Channel):
    """Queues are folders below the transport option `folder`; exchanges are direct ones."""

    do_restore = True

    def _folder(self, queue: str) -> Path:
        folder = Path(self.connection.client.transport_options["folder"]) / quote(queue, safe="")
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def _messages(self, queue: str) -> list[Path]:
        return sorted(self._folder(queue).glob("*.message"))

    def _put(self, queue: str, message: dict[str, Any], **options: Any) -> None:
        draft = self._folder(queue) / f"{time.time_ns()}-{uuid.uuid4().hex}.draft"
        draft.write_text(dumps(message))
        os.replace(draft, draft.with_suffix(".message"))

    def _get(self, queue: str, timeout: float | None = None) -> dict[str, Any]:
        for path in self._messages(queue):
            try:
                message = path.read_text()
                path.unlink()
            except FileNotFoundError:
                continue
            return loads(message)
        raise Empty

    def _size(self, queue: str) -> int:
        return len(self._messages(queue))

    def _purge(self, queue: str) -> int:
        messages = self._messages(queue)
        for path in messages:
            path.unlink(missing_ok=True)
        return len(messages)

    def _delete(self, queue: str, *args: Any, **options: Any) -> None:
        self._purge(queue)


class FolderTransport(virtual.Transport):
    """Polls its folders; set the option `polling_interval` (seconds) to what may pass unnoticed."""

    Channel = FolderChannel
    driver_type = SCHEME
    driver_name = SCHEME

    def driver_version(self) -> str:
        return "1"


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:FolderTransport"
