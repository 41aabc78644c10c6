"""Real processes: beat and workers send by themselves, and what kills a worker loses no mail."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from bookings.models import Message
from bookings.tests import organisation
from bookings.tests.mailbox import Mailbox, mail_server
from ordinus.environment import ROOT
from workflows import tasks
from workflows.models import Heartbeat, Timer

pytestmark = [pytest.mark.services, pytest.mark.django_db(transaction=True)]

CELERY = [str(Path(sys.executable).parent / "celery"), "--quiet", "--app", "ordinus"]
WORKER = [*CELERY, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
BEAT = [*CELERY, "beat", "--pidfile="]
LONE_WORKER = [*WORKER, "--pool", "solo"]
PATIENCE = 90
PROMISED = 40
MESSAGES, KILLS = 300, 3


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as mailbox:
        yield mailbox


@pytest.fixture
def environment(process_environment: dict[str, str], mailbox: Mailbox) -> dict[str, str]:
    return process_environment | {"ORDINUS_TEST_EMAIL_URL": mailbox.url}


@contextmanager
def running(program: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A process group of its own, gone when the block ends."""
    process = subprocess.Popen(
        program,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine dies: the process and its children at once."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=PATIENCE)


def wait_until(is_so: Callable[[], bool], seconds: float = PATIENCE) -> float:
    """Seconds that passed until it was so; fails when it does not come about."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() < began + seconds, f"not within {seconds} seconds"
        time.sleep(0.1)
    return time.monotonic() - began


def test_a_reminder_goes_out_by_itself(environment: dict[str, str], mailbox: Mailbox) -> None:
    acme = organisation.build(timezone.now(), reps=1)
    booking = acme.book(acme.submit(), 20)
    Message.objects.update(state=Message.State.WITHDRAWN)
    with running(WORKER, environment), running(BEAT, environment):
        wait_until(Heartbeat.objects.filter(name="sweep").exists)
        reminder = Timer.objects.waiting().filter(purpose="reminder").latest("due_at")
        Timer.objects.filter(pk=reminder.pk).update(due_at=timezone.now() + timedelta(seconds=2))
        assert wait_until(lambda: bool(mailbox.kept)) < PROMISED
        wait_until(lambda: Message.objects.filter(state=Message.State.SENT).exists())
    assert mailbox.kept[0]["To"].addresses[0].addr_spec == booking.lead.email
    assert booking.meeting_type.name in mailbox.subjects[0]


def test_killed_workers_lose_nothing_and_repeat_no_more_than_they_were_killed(
    environment: dict[str, str], mailbox: Mailbox
) -> None:
    write_messages(MESSAGES)
    for share in range(1, KILLS + 1):
        tasks.sweep.apply_async()
        with running(LONE_WORKER, environment) as worker:
            wait_until(lambda share=share: len(mailbox.kept) >= share * MESSAGES // (KILLS + 2))
            kill(worker)
    let_leases_run_out()
    tasks.sweep.apply_async()
    with running(LONE_WORKER, environment):
        wait_until(lambda: not Message.objects.exclude(state=Message.State.SENT).exists())
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SENT}
    came = Counter(str(mail["Message-ID"]) for mail in mailbox.kept)
    assert set(came) == set(Message.objects.values_list("message_id", flat=True))
    assert came.total() - MESSAGES <= KILLS


def write_messages(count: int) -> None:
    """So many mails of one run, all due."""
    now = timezone.now()
    run = organisation.build(now, reps=1).submit(email="ada@school.edu").run
    Message.objects.all().delete()
    Message.objects.bulk_create(
        Message(
            key=f"many:{number}",
            run=run.pk,
            lead=run.lead,
            kind=Message.Kind.CUSTOM,
            audience=Message.Audience.GUEST,
            template="nurture",
            to_address=f"guest-{number}@navy.example",
            due_at=now,
            created_at=now,
        )
        for number in range(count)
    )


def let_leases_run_out() -> None:
    """As two minutes would; the killed workers' mails are anybody's again."""
    ago = timezone.now() - timedelta(seconds=1)
    assert Message.objects.filter(state=Message.State.SENDING).update(lease_until=ago) <= KILLS
