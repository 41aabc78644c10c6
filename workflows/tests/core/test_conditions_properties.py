from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.core.conditions import (
    OPERATORS,
    Condition,
    compile_groups,
    groups_from,
    groups_to,
    holds,
    judge,
    judge_groups,
    problems,
)

SINGLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.decimals()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(
        ["a", "A", "ab", "(", "^a", "2026-12-24", "0001-01-01T00:00+14:00", "2026-12-24T09:00Z"]
    )
)
ANYTHING = SINGLE | st.lists(SINGLE | st.lists(SINGLE, max_size=1), max_size=3) | st.just({"a": 1})
NAMES = st.sampled_from(["answers.a", "answers.b", "form"])
CONDITIONS = st.builds(Condition, NAMES, st.sampled_from([*OPERATORS, "~"]), ANYTHING)
GROUPS = st.lists(st.lists(CONDITIONS, max_size=3).map(tuple), max_size=3).map(tuple)
FACTS = st.dictionaries(NAMES, ANYTHING)


@settings(max_examples=300, deadline=None)
@given(GROUPS, FACTS)
def test_nothing_raises_and_the_three_ways_to_ask_agree(groups, facts):
    answer = holds(groups, facts)

    assert judge_groups(groups, facts).holds is answer
    assert compile_groups(groups)(facts) is answer
    assert answer is (not groups or any(all(judge(each, facts).holds for each in group) for group in groups))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([("==", "!="), ("in", "not_in")]), ANYTHING, FACTS)
def test_a_condition_and_its_negation_never_hold_together(pair, value, facts):
    one, other = (judge(Condition("answers.a", operator, value), facts) for operator in pair)

    assert not (one.holds and other.holds)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([">", ">=", "<", "<="]), st.integers(-9, 9), st.integers(-9, 9) | st.floats(-9, 9))
def test_order_is_that_of_the_numbers(operator, value, found):
    expected = {">": found > value, ">=": found >= value, "<": found < value, "<=": found <= value}[operator]

    assert judge(Condition("answers.a", operator, value), {"answers.a": found}).holds is expected


@settings(max_examples=200, deadline=None)
@given(CONDITIONS)
def test_problems_are_sentences_whatever_was_configured(condition):
    assert all(isinstance(problem, str) and problem for problem in problems(condition))


@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(st.builds(Condition, NAMES, st.sampled_from(OPERATORS), st.text() | st.integers()))))
def test_groups_survive_the_way_to_their_shape_and_back(groups):
    frozen = tuple(tuple(group) for group in groups)

    assert groups_from(groups_to(frozen)) == frozen
