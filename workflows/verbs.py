"""The verbs of the engine: what each fact means, for the reference and for people."""

from __future__ import annotations

VERBS = {
    "stage.entered": "The run entered a stage. data: kind, visit, returned (true after an undo)",
    "stage.left": "The run left a stage. data: outcome, branch (number of the branch taken), next",
    "run.completed": "The run reached an end stage, or was ended early. data: end (the stage), reason (if early)",
    "run.superseded": "A newer enquiry of the same lead took this run's place. data: by (run)",
    "run.failed": "A step could not be done after all tries, or the run never waits. data: timer, code",
    "run.migrated": "The run was moved to another version. data: from, to (numbers of versions), stage, kind",
    "event.pushed": "An action pushed an event to the sinks that take it, under its own name. data: event",
    "delivery.delivered": "A sink took a fact. data: delivery, sink, verb, sequence, attempt",
    "delivery.failed": "A sink did not take a fact, finally. data: delivery, sink, verb, sequence, attempt, code",
    "delivery.discarded": "A delivery was given up by staff or erasure. data: delivery, sink, verb, sequence, reason",
    "sink.held_back": "A sink failed again and again and is left in peace for a while. data: sink, what (deliveries or "
    "look_ups), failures, code",
    "sink.released": "A sink that was held back is reached again. data: sink, what",
    "audit.anchored": "Seals the heads of chains; in no chain, for sinks that name it. data: number, at, root, heads, "
    "previous, hash",
    "evidence.erased": "What changes of the configuration were based on was removed with a person it named. data: "
    "sequences (of the events it belonged to)",
    "workflow.published": "A version became the one new leads enter. data: workflow, version, previous",
    "config.changed": "Something ops manage was changed. data: object, field, old, new; evidence: private values",
}
