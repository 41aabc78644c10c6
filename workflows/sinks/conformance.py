"""What every sink adapter has to bear: a suite that tests an adapter of one's own by one import.

Subclass `SinkConformance` in a test module and say which adapter, and what stands for its other side: a real
server on this machine, never a mock. A test that needs what the receiver cannot do (its class does not define
the method) is not collected. `docs/how-to/write-a-sink.md` shows a whole example.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, TypeVar

import pytest

from workflows.core import mapping
from workflows.sinks.base import (
    CRM_FACTS,
    Answer,
    Finding,
    Links,
    Misconfigured,
    Parcel,
    Permanent,
    RateLimited,
    Retry,
    SinkAdapter,
    SinkError,
)

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PERSON = "grace@navy.example"
STRANGER = "nobody@nowhere.example"
PAUSE = 7
PATIENCE = 1.0

Test = TypeVar("Test", bound=Callable[..., None])

FACTS: dict[str, Any] = {
    "lead.email": PERSON,
    "lead.email_domain": "navy.example",
    "lead.name": "Grace Hopper",
    "lead.time_zone": "Europe/Berlin",
    "lead.tags": ["nurture"],
    "segment": "enterprise",
    "pool": "enterprise",
    "rep.email": "ana@acme.example",
    "rep.name": "Ana Silva",
    "form": "demo-request",
    "booking.start": "2026-03-04T09:00:00Z",
    "booking.end": "2026-03-04T09:30:00Z",
    "booking.status": "confirmed",
    "booking.meeting": "Product demo",
}


class Receiver:
    """The other side. Leave out what it cannot do."""

    config: Mapping[str, Any]
    """Settings that reach it, secrets in the clear."""

    def effects(self) -> Any:
        """What it holds now because of what it was told, in a form that can be compared."""
        raise NotImplementedError

    def be_down(self) -> None:
        """From now on nobody answers, or every answer is 500 or above."""
        raise NotImplementedError

    def be_busy(self, seconds: int) -> None:
        """From now on it asks for a pause of so many seconds."""
        raise NotImplementedError

    def swallow(self) -> None:
        """It takes the next thing it is told, and does not answer; after that all is well."""
        raise NotImplementedError

    def refuse_secrets(self) -> None:
        """From now on it takes none of the secrets in `config`."""
        raise NotImplementedError

    def know(self, email: str) -> None:
        """It knows this person, and something that the adapter reads by default."""
        raise NotImplementedError

    def be_slow(self) -> None:
        """From now on every answer takes longer than anybody waits for a look-up."""
        raise NotImplementedError


def parcel(adapter: SinkAdapter, *, key: str = "crm:12:5", is_repeat: bool = False, **more: Any) -> Parcel:
    """A booking that was made, with what the adapter maps and needs; `more` replaces facts."""
    facts = FACTS | more.pop("facts", {})
    body: dict[str, Any] = {
        "type": more.pop("verb", "booking.made"),
        "timestamp": "2026-03-02T09:00:00Z",
        "data": {
            "run": 12,
            "lead": 7,
            "booking": 3,
            "sequence": 5,
            "event": {"start": FACTS["booking.start"], "end": FACTS["booking.end"], "revision": 0},
            "fields": mapping.fill(mapping.rows_of(adapter.mapping), facts),
        },
    }
    if adapter.needs:
        body["facts"] = {name: facts.get(name) for name in adapter.needs}
    return Parcel(body, key, AT, is_repeat, more.pop("links", None) or Links())


def asks(*abilities: str) -> Callable[[Test], Test]:
    """Marks a test that needs the receiver's methods, or the adapter's flags, of these names."""

    def mark(test: Test) -> Test:
        test.abilities = abilities  # type: ignore[attr-defined]
        return test

    return mark


class SinkConformance:
    """The suite. Subclasses name `adapter` and `side`, and give a fixture `receiver` that yields a `side`."""

    adapter: ClassVar[type[SinkAdapter]]
    side: ClassVar[type[Receiver]]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Afterwards pytest finds those tests alone for which adapter and receiver are able."""
        super().__init_subclass__(**kwargs)
        for name in [name for name in dir(cls) if name.startswith("test_")]:
            needed = getattr(getattr(cls, name), "abilities", ())
            if not all(_is_able(cls.adapter, cls.side, ability) for ability in needed):
                setattr(cls, name, None)

    def made(self, receiver: Receiver, **more: Any) -> SinkAdapter:
        return self.adapter({**receiver.config, **more})

    def test_it_says_what_it_is_and_what_can_be_set(self) -> None:
        assert self.adapter.kind and self.adapter.title and self.adapter.help
        assert all(setting.label and setting.help for setting in self.adapter.fields)
        assert set(self.adapter.records.values()) <= {"lead", "run", "booking"}

    def test_a_setting_that_is_missing_is_named(self, receiver: Receiver) -> None:
        for setting in (each for each in self.adapter.fields if each.required):
            with pytest.raises(Misconfigured) as raised:
                self.made(receiver, **{setting.name: ""})
            assert setting.label in raised.value.sentence

    def test_a_fact_is_taken(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        answer = adapter.push(parcel(adapter))
        assert isinstance(answer, Answer) and answer.status
        assert receiver.effects()

    @asks("keeps_keys")
    def test_the_same_fact_again_changes_nothing(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        first = parcel(adapter)
        adapter.push(first)
        held = receiver.effects()
        adapter.push(parcel(adapter, is_repeat=True))
        assert receiver.effects() == held
        adapter.push(parcel(adapter, is_repeat=True, links=first.links))
        assert receiver.effects() == held

    @asks("swallow", "keeps_keys")
    def test_what_was_taken_without_an_answer_is_there_once(self, receiver: Receiver) -> None:
        receiver.swallow()
        with pytest.raises(Retry):
            self.made(receiver).push(parcel(self.made(receiver)))
        self.made(receiver).push(parcel(self.made(receiver), is_repeat=True))
        held = receiver.effects()
        self.made(receiver).push(parcel(self.made(receiver), is_repeat=True))
        assert receiver.effects() == held

    def test_it_keeps_ids_of_records_that_it_declares(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        told = parcel(adapter)
        adapter.push(told)
        assert set(told.links.kept) == set(adapter.records)

    @asks("be_down")
    def test_a_side_that_is_down_is_tried_again(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        receiver.be_down()
        with pytest.raises(Retry) as raised:
            adapter.push(parcel(adapter))
        assert_readable(raised.value, receiver)

    @asks("be_busy")
    def test_the_pause_that_is_asked_for_is_told(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        receiver.be_busy(PAUSE)
        with pytest.raises(RateLimited) as raised:
            adapter.push(parcel(adapter))
        assert raised.value.wait >= timedelta(seconds=PAUSE)

    @asks("refuse_secrets")
    def test_secrets_that_are_refused_are_a_matter_of_the_settings(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        receiver.refuse_secrets()
        with pytest.raises((Misconfigured, Permanent)) as raised:
            adapter.push(parcel(adapter))
        assert_readable(raised.value, receiver)

    def test_a_check_tells_nothing_and_says_how_it_went(self, receiver: Receiver) -> None:
        before = receiver.effects()
        finding = self.made(receiver).check()
        assert isinstance(finding, Finding) and finding.ok, finding.sentence
        assert receiver.effects() == before

    @asks("be_down")
    def test_a_check_of_a_side_that_is_down_says_so(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        receiver.be_down()
        finding = adapter.check()
        assert not finding.ok and finding.sentence.endswith(".")
        assert not any(secret in finding.sentence for secret in secrets_of(adapter))

    @asks("can_look_up", "know")
    def test_a_look_up_answers_facts_of_those_it_knows(self, receiver: Receiver) -> None:
        receiver.know(PERSON)
        adapter = self.made(receiver)
        found = adapter.look_up(PERSON, PERSON.partition("@")[2], timeout=5)
        assert found and set(found) <= set(CRM_FACTS)
        assert adapter.look_up(STRANGER, STRANGER.partition("@")[2], timeout=5) == {}

    @asks("can_look_up", "be_slow")
    def test_a_look_up_ends_in_time(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        receiver.be_slow()
        began = time.monotonic()
        with pytest.raises(SinkError):
            adapter.look_up(PERSON, PERSON.partition("@")[2], timeout=0.3)
        assert time.monotonic() - began < 0.3 + PATIENCE

    @asks("can_read")
    def test_its_fields_are_named_as_its_mapping_names_them(self, receiver: Receiver) -> None:
        fields = self.made(receiver).list_fields()
        names = [field.name for field in fields]
        assert len(names) == len(set(names))
        assert set(self.adapter.default_mapping) <= {field.name for field in fields if field.is_writable}
        assert all(field.label and field.type for field in fields)

    @asks("can_read")
    def test_what_it_wrote_is_what_it_reads(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        told = parcel(adapter)
        adapter.push(told)
        written = {name: value for name, value in told.fields.items() if value is not None}
        assert written
        held = adapter.fetch(told.links.as_dict(), list(written))
        assert held == {name: adapter.as_held(name, value) for name, value in written.items()}

    def test_what_it_cannot_do_it_refuses_for_good(self, receiver: Receiver) -> None:
        adapter = self.made(receiver)
        asked: list[Callable[[], object]] = []
        if not self.adapter.can_look_up:
            asked.append(lambda: adapter.look_up(PERSON, PERSON.partition("@")[2], timeout=1))
        if not self.adapter.can_read:
            asked += [adapter.list_fields, lambda: adapter.fetch({}, [])]
        for ask in asked:
            with pytest.raises(Permanent) as raised:
                ask()
            assert_readable(raised.value, receiver)


def _is_able(adapter: type[SinkAdapter], side: type[Receiver], ability: str) -> bool:
    if hasattr(Receiver, ability):
        return getattr(side, ability) is not getattr(Receiver, ability)
    return bool(getattr(adapter, ability))


def secrets_of(adapter: SinkAdapter) -> Iterable[str]:
    return [
        str(adapter.config[setting.name])
        for setting in adapter.fields
        if setting.type == "secret" and adapter.config.get(setting.name)
    ]


def assert_readable(error: SinkError, receiver: Receiver) -> None:
    assert error.code and error.sentence.endswith(".")
    hidden = [
        value for name, value in receiver.config.items() if value and ("secret" in name or "token" in name)
    ]
    assert not any(str(value) in error.sentence for value in hidden)
