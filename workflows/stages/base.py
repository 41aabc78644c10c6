"""What a stage kind is: the plug-in point between the engine and everything it knows nothing about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from workflows.core import durations
from workflows.core.conditions import Groups
from workflows.core.graph import Problem, StageSpec

if TYPE_CHECKING:
    from workflows.models import Run, Timer


MIGRATED = "migrated"
"""Why a timer was taken back that a run's move to another version made void."""


class NotWaiting(Exception):
    """A signal came that the run's present stage does not wait for."""


@dataclass(frozen=True)
class Setting:
    """One setting of a stage kind: validated in files, edited in the admin, and listed in the reference.

    `type` is one of: duration, durations, number, text, hours, conditions, pool, template, segments, tags,
    outcomes, actions, choice, group, rows.
    Those that name an object (pool, template, segments) are checked against the registered references. A
    `group` is one object and `rows` a list of objects with the settings in `fields`; a row that says nothing
    but its first setting may be written as the value of that alone. A duration that `lasts` is longer than 0.
    """

    name: str
    type: str
    label: str
    help: str
    required: bool = False
    default: Any = None
    choices: tuple[str, ...] = ()
    fields: tuple[Setting, ...] = ()
    lasts: bool = False


@dataclass(frozen=True)
class Done:
    """The stage is finished with this outcome; `carry` joins what the run carries on."""

    outcome: str
    carry: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Wait:
    """The run stays in this stage until a signal or a timer."""

    carry: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Instant:
    """One instant that a run waits for, as `timers.plan` plans it.

    One that is `only_ahead` makes no sense late: a run that comes to it after its time goes without.
    """

    purpose: str
    due_at: datetime
    key: str = ""
    outlives_stage: bool = False
    expires_at: datetime | None = None
    booking: int | None = None
    revision: int | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    only_ahead: bool = False


class CannotMove(Exception):
    """A run cannot be moved to another version; the text is a sentence for people."""


@dataclass(frozen=True)
class Adoption:
    """What changes for a run that a stage of another version takes over as it waits.

    Timers that are taken back, instants planned in their place, what the run carries on; `skipped` are
    instants that the new version would have planned and whose time has passed.
    """

    withdrawn: tuple[Timer, ...] = ()
    planned: tuple[Instant, ...] = ()
    carry: Mapping[str, Any] = field(default_factory=dict)
    skipped: tuple[Instant, ...] = ()


@dataclass(frozen=True)
class End:
    """The run is over."""


Result = Done | Wait | End


@dataclass
class Context:
    """What a stage kind may see and do during one step, inside the engine's transaction.

    In a dry step (`run` is None or `is_dry`) nothing may be written; only `foresee` is called there.
    Names in `carried` that do not begin with an underscore are facts too.
    """

    stage: StageSpec
    now: datetime
    actor: str
    carried: dict[str, Any]
    facts: Mapping[str, Any]
    run: Run | None = None
    frozen: Mapping[str, Any] = field(default_factory=dict)
    payload: dict[str, Any] = field(default_factory=dict)
    prepared: Any = None
    stages: Mapping[str, StageSpec] = field(default_factory=dict)
    is_dry: bool = False
    announce: Callable[..., None] = lambda *args, **kwargs: None
    plan: Callable[[Sequence[Instant]], None] = lambda instants: None
    withdraw: Callable[..., list[Timer]] = lambda *args, **kwargs: []

    @property
    def live_run(self) -> Run:
        """The run that is moving. Raises LookupError in a dry step, where there is nothing to write to."""
        if self.run is None:
            raise LookupError("a dry step has no run")
        return self.run

    @property
    def settings(self) -> Mapping[str, Any]:
        return self.stage.settings

    @property
    def entered_at(self) -> datetime:
        """Since when the run stands in the stage."""
        return self.run.entered_at if self.run else self.now

    def plan_all(self, instants: Sequence[Instant]) -> None:
        """Plan what a stay in the stage waits for, but for what makes no sense late."""
        self.plan([each for each in instants if each.due_at > self.now or not each.only_ahead])


class StageKind:
    """A kind of stage. One subclass a file, registered once; nothing else changes when one is added.

    A kind never calls the engine: it returns `Done`, `Wait` or `End`, and uses `context.announce` for facts,
    `context.plan` or `context.plan_all` for timers and `context.withdraw` to take timers back.
    """

    name: ClassVar[str]
    title: ClassVar[str]
    help: ClassVar[str] = ""
    waits: ClassVar[bool] = False
    ends: ClassVar[bool] = False
    fields: ClassVar[tuple[Setting, ...]] = ()
    outcomes: ClassVar[tuple[str, ...]] = ("done",)
    optional_outcomes: ClassVar[tuple[str, ...]] = ()
    at_once: ClassVar[tuple[str, ...]] = ()
    timed: ClassVar[Mapping[str, str]] = {}

    def required_outcomes(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """Outcomes that must have a branch, given the stage's settings."""
        return frozenset(self.outcomes)

    def further_outcomes(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """Outcomes that may have a branch."""
        return frozenset(self.optional_outcomes)

    def outcomes_at_once(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """Outcomes of a waiting kind that it may take the moment it is entered."""
        return frozenset(self.at_once)

    def outcomes_unwaited(self, settings: Mapping[str, Any]) -> frozenset[str]:
        """Outcomes of a waiting kind that may come without anybody's doing and with no time gone by.

        `timed` names the outcome that each duration of the settings ends the stay with: one of no length does
        not wait.
        """
        return frozenset(
            outcome for name, outcome in self.timed.items() if durations.is_nothing(settings.get(name))
        )

    def problems(self, stage: StageSpec, stages: Sequence[StageSpec]) -> list[Problem]:
        """What publishing must refuse beyond settings and graph. Read-only."""
        return []

    def freeze(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """What publishing keeps with the stage, so that later edits elsewhere do not reach its runs."""
        return {}

    def frozen_in_words(self, frozen: Mapping[str, Any]) -> dict[str, str]:
        """What publishing kept, for people who compare versions: by what it is called, what it says."""
        return {}

    def further_conditions(self, settings: Mapping[str, Any]) -> Mapping[str, Groups]:
        """Conditions that stand neither in branches nor in settings, by where: “The segment “Enterprise””."""
        return {}

    def prepare(self, context: Context) -> Any:
        """Ask the network before the deciding transaction. Must end by itself and never raise for it."""
        return None

    def enter(self, context: Context) -> Result:
        """The run enters the stage. Writes within the engine's transaction; may raise to refuse it all."""
        raise NotImplementedError(self.name)

    def signal(self, context: Context, name: str) -> Result:
        """Somebody acted; `context.payload` tells what. Raises NotWaiting for what it does not take."""
        raise NotWaiting(name)

    def fire(self, context: Context, timer: Timer) -> Result:
        """A timer of this stage, or of the run, is due."""
        return Wait()

    def skip(self, context: Context, timer: Timer, reason: str) -> None:
        """A timer was passed over, because it came too late."""

    def instants(self, context: Context) -> list[Instant] | None:
        """What a stay in the stage waits for, counted from `context.entered_at`; None where `enter` alone knows.

        `enter` plans them with `context.plan_all`. A run that is moved here from another version gets those
        that differ planned anew; without a list its timers stay as they are.
        """
        return None

    def adopt(self, context: Context, places: Mapping[str, str]) -> Adoption:
        """What changes for a run that waits in a stage of this kind in another version and would stand here.

        Writes nothing. `places` gives the names of this version for those of the other that differ. What has
        been done in this stay is not done again. Raises CannotMove.
        """
        instants = self.instants(context)
        return Adoption() if instants is None else differing(context, instants)

    def adopted(self, context: Context, adoption: Adoption) -> None:
        """The run stands here now, its timers are as adopted: tell what has changed."""

    def leave(self, context: Context, outcome: str) -> None:
        """The run leaves the stage; clean up what only a stay in it needed."""

    def foresee(self, context: Context) -> Result:
        """What `enter` would decide, writing nothing. For pickers, test leads and back-tests."""
        return Wait() if self.waits else Done(self.outcomes[0])


def differing(context: Context, instants: Sequence[Instant]) -> Adoption:
    """The timers of the present stay that are to go, and the instants that are to come instead."""
    run = context.live_run
    held = {timer.purpose: timer for timer in run.timers.filter(visit=run.visit).order_by("pk")}
    wanted = {instant.purpose: instant for instant in instants}
    withdrawn = [timer for timer in held.values() if timer.is_waiting and not _is_kept(timer, wanted)]
    going = {timer.purpose for timer in withdrawn}
    planned = [
        instant
        for instant in instants
        if (instant.purpose in going or _is_new(held.get(instant.purpose)))
        and (instant.due_at > context.now or not instant.only_ahead)
    ]
    return Adoption(tuple(withdrawn), tuple(planned))


def _is_new(timer: Timer | None) -> bool:
    """Whether nothing has come of this purpose in this stay, and nobody but a migration has taken it back."""
    return timer is None or timer.reason == MIGRATED


def _is_kept(timer: Timer, wanted: Mapping[str, Instant]) -> bool:
    instant = wanted.get(timer.purpose)
    return instant is not None and (instant.due_at, instant.expires_at) == (timer.due_at, timer.expires_at)
