"""Conditions as lines of text: ``segment is enterprise``. All lines hold together; ``or`` begins another choice."""

from __future__ import annotations

from django.core.exceptions import ValidationError

from workflows.admin import condition_values
from workflows.admin.condition_values import OPERATOR_WORDS
from workflows.admin.fields import Lines, WrittenField
from workflows.admin.naming import NoSuchObject, with_slugs
from workflows.core import conditions
from workflows.core.conditions import Condition, Groups

OR = "or"
EXAMPLE = "answers.employees is at least 500"
HELP = "One condition a line; all of them must hold. A line with only “or” begins another choice."
_SPELLINGS = sorted(
    [*((words, name) for name, words in OPERATOR_WORDS.items()), *((name, name) for name in OPERATOR_WORDS)],
    key=lambda spelling: -len(spelling[0]),
)


class BadCondition(ValueError):
    """A line that is no condition; its text is a sentence for people."""


def lines_to(groups: Groups) -> str:
    """The groups as text that `lines_from` reads again."""
    return f"\n{OR}\n".join("\n".join(_line(condition) for condition in group) for group in groups)


def _line(condition: Condition) -> str:
    words = OPERATOR_WORDS.get(condition.operator, condition.operator)
    value = condition_values.value_to(condition.operator, condition.value)
    return f"{condition.fact} {words} {value}".rstrip()


def lines_from(text: str) -> Groups:
    """The groups that the lines spell; no lines, no groups. Raises BadCondition naming the line."""
    groups: list[list[Condition]] = [[]]
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip().lower() == OR:
            groups.append([])
        elif line.strip():
            groups[-1].append(_condition(number, line.strip()))
    return tuple(tuple(group) for group in groups if group)


def _condition(number: int, line: str) -> Condition:
    fact, _, rest = line.partition(" ")
    for spelling, operator in _SPELLINGS:
        if rest.lower() == spelling or rest.lower().startswith(spelling + " "):
            value = condition_values.value_from(operator, rest[len(spelling) :].strip())
            return _sound(number, Condition(fact, operator, value))
    known = ", ".join(OPERATOR_WORDS.values())
    raise BadCondition(f"Line {number}: write a fact, how it is compared, and a value, such as “{EXAMPLE}”. "
                       f"Comparisons: {known}.")  # fmt: skip


def _sound(number: int, condition: Condition) -> Condition:
    if not conditions.known_fact(condition.fact):
        raise BadCondition(f"Line {number}: there is no fact “{condition.fact}”.")
    for problem in conditions.problems(condition):
        raise BadCondition(f"Line {number}: {problem}.")
    try:
        return with_slugs(condition)
    except NoSuchObject as problem:
        raise BadCondition(f"Line {number}: {problem}.") from None


class ConditionsField(WrittenField):
    """Conditions kept in the shape of the configuration file, written one a line."""

    widget = Lines(EXAMPLE, rows=2)

    def prepare_value(self, value: object) -> object:
        return lines_to(conditions.groups_from(value)) if isinstance(value, list | tuple) else value

    def read(self, text: str) -> list[list[dict[str, object]]]:
        try:
            return conditions.groups_to(lines_from(text))
        except BadCondition as problem:
            raise ValidationError(str(problem)) from None
