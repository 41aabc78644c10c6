"""Every reason that code writes for a timer, a message or a delivery has words of its own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import bookings
import workflows
from bookings.stages.meeting import MeetingKind
from bookings.story import tell, unsent
from bookings.tests.story.tale import NAMES, Happened
from workflows.outbound import ErrorKind
from workflows.sinks import slack

WRITERS = [
    *(Path(bookings.__file__).parent / f"{name}.py" for name in (
        "sending", "reminding", "mail", "placing", "reassigning", "attendance", "undoing", "scheduling", "erasing",
        "reconfirming", "stages/meeting", "core/reminders")),
    *(Path(workflows.__file__).parent / f"{name}.py" for name in (
        "timers", "engine", "delivering", "enqueuing", "migrating", "moving", "sweeping")),
]  # fmt: skip
TAKES_A_REASON = {
    "withdraw", "_withdraw", "withdraw_reminders", "withdraw_all", "take_back", "settle", "skip", "skipped", "close",
    "discard", "_finish", "_cut_short", "update", "_tell", "facts",
}  # fmt: skip
OF_TURNS = {"release", "charge", "give_back", "carry_over", "credit"}
"""Writers of the ledger, whose reasons are told by the pages of fairness."""
NO_REASON = {"reminder"}


def test_each_has_words() -> None:
    written = {code for path in WRITERS for code in _reasons_in(ast.parse(path.read_text()))}
    assert {"past_at_booking", "same_time", "quiet_hours", "condition", "reassigned", "undone", "left", "migrated",
            "erased", "superseded", "too_late", "too_many_an_hour", "newer_due"} <= written  # fmt: skip
    written |= {
        *MeetingKind.outcomes,
        *MeetingKind.optional_outcomes,
    }  # a stage left takes back its reminders
    assert written - set(unsent.REASONS) == set()


@pytest.mark.parametrize("code", sorted(unsent.REASONS))
def test_each_makes_a_sentence(code: str) -> None:
    for verb, data in (
        ("reminder.withdrawn", {"offset": "2h"}),
        ("reminder.skipped", {"offset": "2h"}),
        ("delivery.discarded", {"sink": "hook", "verb": "booking.made"}),
    ):
        sentence = tell(Happened(verb, {**data, "reason": code}), NAMES)
        clause = sentence.partition(", because ")[2]
        assert clause == f"{unsent.REASONS[code]}."
        assert clause.split()[0] in {
            "a",
            "another",
            "the",
            "its",
            "it",
            "quiet",
            "what",
        }  # a clause with its subject


RAISED = re.compile(r'(?:Permanent|Retry|RateLimited)\(\s*"([a-z_0-9]+)"')


def test_each_code_of_a_failed_mail_or_delivery_has_words() -> None:
    sinks = Path(workflows.__file__).parent / "sinks"
    files = [*sinks.glob("*.py"), sinks.parent / "delivering.py"]
    raised = {code for path in files for code in RAISED.findall(path.read_text())}
    assert {"gone", "refused", "timeout", "adapter_fault", "status_429"} <= raised
    raised |= {*get_args(ErrorKind), slack.UNANSWERED, "connection", "refused", "smtp_550", "status_503"}
    assert {code for code in raised if unsent.fault(code) == code.replace("_", " ")} == set()
    told = tell(Happened("message.failed", {"kind": "reminder", "code": "smtp_550"}), NAMES)
    assert told == "The message “reminder” could not be sent (the mail server answered 550)."


def _reasons_in(tree: ast.Module) -> Iterator[str]:
    known = dict(_constants(tree))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _given(node, known)
        elif isinstance(node, ast.Dict):
            pairs = zip(node.keys, node.values, strict=True)
            yield from _codes(
                known, *(v for k, v in pairs if isinstance(k, ast.Constant) and k.value == "reason")
            )
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("_why"):
            yield from _codes(known, *(each.value for each in ast.walk(node) if isinstance(each, ast.Return)))
        elif isinstance(node, ast.Assign):
            yield from _assigned(node, known)


def _given(call: ast.Call, known: dict[str, str]) -> Iterator[str]:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    if name in OF_TURNS:
        return
    named = [each.value for each in call.keywords if each.arg in ("reason", "skipped")]
    placed = call.args if name in TAKES_A_REASON else []
    yield from (
        code for code in _codes(known, *named, *placed) if code not in NO_REASON and not _is_verb(code)
    )


def _is_verb(code: str) -> bool:
    return "." in code


def _assigned(node: ast.Assign, known: dict[str, str]) -> Iterator[str]:
    for target in node.targets:
        if isinstance(target, ast.Name) and target.id == "reason":
            yield from _codes(known, node.value)
        elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
            for part, value in zip(target.elts, node.value.elts, strict=True):
                if isinstance(part, ast.Attribute) and part.attr == "reason":
                    yield from _codes(known, value)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names of texts that the module gives or imports, by what they stand for."""
    yield "MIGRATED", "migrated"
    for node in tree.body:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                names = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value]
                for name, value in zip(names, values, strict=False):
                    if (
                        isinstance(name, ast.Name)
                        and isinstance(value, ast.Constant)
                        and isinstance(value.value, str)
                    ):
                        yield name.id, value.value


def _codes(known: dict[str, str], *nodes: ast.expr | None) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
            yield node.value
        elif isinstance(node, ast.Name) and node.id in known:
            yield known[node.id]
        elif isinstance(node, ast.IfExp):
            yield from _codes(known, node.body, node.orelse)
