"""The operators of conditions: what each makes of a fact that is present.

What fits what, everything else being false (with `!=` and `not_in` too, so that a rule written for the wrong
type matches nobody instead of everybody):

- text with text, ignoring case (`str.casefold`); numbers with numbers; true and false with each other. Text
  made of digits is not a number, true is not 1.
- `> >= < <=`: two numbers, two ISO dates, or two ISO instants with an offset. Other text has no order here.
- `in`, `not_in`: a list of values. On a fact that is a list `in` means any of it, `not_in` none of it.
- `contains`: a part of a text, or an element of a list.
- `starts_with`, `ends_with`, `matches`: text. `matches` searches anywhere in the text with RE2, which takes
  time linear in the text; a text longer than MATCHED_TEXT_LIMIT is not searched and does not match.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

import re2

OPERATORS = (
    "==", "!=", ">", ">=", "<", "<=", "in", "not_in",
    "contains", "starts_with", "ends_with", "matches", "exists", "missing",
)  # fmt: skip
HOLDS_WHEN_MISSING = frozenset({"missing", "!=", "not_in"})

PATTERN_LIMIT = 200
MATCHED_TEXT_LIMIT = 10_000

Predicate = Callable[[Any], bool]


def predicate_of(operator: str, value: Any) -> Predicate:
    """What this operator with this value says of a fact that is present. Prepared once, asked often.

    Neither raises: an unknown operator or a value it cannot use is false for every fact.
    """
    return _TESTS.get(operator, _prepare_never)(value)


def _never(found: Any) -> bool:
    return False


def _prepare_never(value: Any) -> Predicate:
    return _never


def kind_of(value: Any) -> str | None:
    """The kind of a single value: values are compared within a kind only; None for lists and the like."""
    exact = type(value)
    if exact is str or isinstance(value, str):
        return "text"
    if exact is bool:
        return "flag"
    if exact is int or isinstance(value, int):
        return "number"
    if isinstance(value, float):
        return None if math.isnan(value) else "number"
    if isinstance(value, Decimal):
        return None if value.is_nan() else "number"
    return None


def _listed(values: Iterable[Any]) -> Callable[[Any], bool | None]:
    """Tells whether a single value equals one of these; None if it is of no kind that is among them."""
    by_kind: dict[str | None, set[Any]] = {}
    for value in values:
        kind = kind_of(value)
        if kind is not None:
            by_kind.setdefault(kind, set()).add(value.casefold() if kind == "text" else value)
    texts = by_kind.get("text")

    def is_listed(found: Any) -> bool | None:
        if isinstance(found, str):
            return None if texts is None else found.casefold() in texts
        kind = kind_of(found)
        return found in by_kind[kind] if kind in by_kind else None

    return is_listed


def _any_listed(values: Any) -> Callable[[Any], bool | None]:
    """The same for a value that may be a list, of which any element may be the one."""
    if not isinstance(values, tuple):
        return lambda found: None
    if not values:
        return lambda found: False
    is_listed = _listed(values)

    def is_any_listed(found: Any) -> bool | None:
        if not isinstance(found, (list, tuple)):
            return is_listed(found)
        answers = [is_listed(element) for element in found]
        if True in answers:
            return True
        return False if False in answers or not answers else None

    return is_any_listed


def _equals(value: Any) -> Predicate:
    is_value = _listed((value,))
    return lambda found: is_value(found) is True


def _differs(value: Any) -> Predicate:
    is_value = _listed((value,))
    return lambda found: is_value(found) is False


def _in(value: Any) -> Predicate:
    is_any = _any_listed(value)
    return lambda found: is_any(found) is True


def _not_in(value: Any) -> Predicate:
    is_any = _any_listed(value)
    return lambda found: is_any(found) is False


def _contains(value: Any) -> Predicate:
    is_value = _listed((value,))
    folded = value.casefold() if isinstance(value, str) else None

    def test(found: Any) -> bool:
        if isinstance(found, str):
            return folded is not None and folded in found.casefold()
        return isinstance(found, (list, tuple)) and any(is_value(element) for element in found)

    return test


def _affix(method: Callable[[str, str], bool]) -> Callable[[Any], Predicate]:
    def prepare(value: Any) -> Predicate:
        if not isinstance(value, str):
            return _never
        folded = value.casefold()
        return lambda found: isinstance(found, str) and method(found.casefold(), folded)

    return prepare


def _matches(value: Any) -> Predicate:
    if not isinstance(value, str) or pattern_problem(value):
        return _never
    pattern = _compiled(value)

    def test(found: Any) -> bool:
        if not isinstance(found, str) or len(found) > MATCHED_TEXT_LIMIT:
            return False
        try:
            # As bytes: the binding then skips the counting of characters, half of the time
            return pattern.search(found.encode()) is not None
        except UnicodeEncodeError:  # JSON can bring lone surrogates, which RE2's UTF-8 cannot
            return False

    return test


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> Any:
    options = re2.Options()
    options.case_sensitive = False
    options.log_errors = False
    return re2.compile(pattern, options)


def pattern_problem(pattern: str) -> str | None:
    """Why `matches` cannot use this pattern, as a sentence that names the cure; None if it can."""
    if len(pattern) > PATTERN_LIMIT:
        return f"the pattern has {len(pattern)} characters; shorten it to {PATTERN_LIMIT}"
    try:
        _compiled(pattern)
    except (re2.error, UnicodeEncodeError) as error:
        reason = error.args[0].decode() if isinstance(error.args[0], bytes) else "not valid text"
        return f"the pattern cannot be read ({reason}); write it in RE2 syntax, which has no look-around"
    return None


_ISO = re.compile(r"\d{4}-\d\d-\d\d(?P<time>[Tt ]\d\d:\d\d.*)?", re.ASCII | re.DOTALL)


def rank_of(value: Any) -> tuple[str, Any] | None:
    """What an ordered value is, and where it stands among its like; None for what has no order."""
    kind = kind_of(value)
    if kind == "number":
        return kind, value
    shape = _ISO.fullmatch(value) if kind == "text" else None
    if shape is None:
        return None
    try:
        if shape["time"] is None:
            return "date", date.fromisoformat(value)
        instant = datetime.fromisoformat(value)
    except ValueError:
        return None
    return None if instant.tzinfo is None else ("instant", instant)


def _order(compare: Callable[[Any, Any], bool]) -> Callable[[Any], Predicate]:
    def prepare(value: Any) -> Predicate:
        limit = rank_of(value)
        if limit is None:
            return _never

        def test(found: Any) -> bool:
            if type(found) is int and limit[0] == "number":
                return compare(found, limit[1])
            rank = rank_of(found)
            return rank is not None and rank[0] == limit[0] and compare(rank[1], limit[1])

        return test

    return prepare


_TESTS: dict[str, Callable[[Any], Predicate]] = {
    "==": _equals, "!=": _differs, ">": _order(gt), ">=": _order(ge), "<": _order(lt), "<=": _order(le),
    "in": _in, "not_in": _not_in, "contains": _contains, "starts_with": _affix(str.startswith),
    "ends_with": _affix(str.endswith), "matches": _matches, "exists": lambda value: lambda found: True,
    "missing": _prepare_never,
}  # fmt: skip
