from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from workflows.admin import plots
from workflows.admin.plots import Point, Words

WORDS = Words("Leads by pool", "Leads, last 30 days", rows="Pool")
POINTS = [Point("Enterprise", 40, url="/e/"), Point("General", 10, url="/g/"), Point("Success", 0)]
NASTY = "<script>alert(1)</script>\"'&"


def parsed(figure: str) -> ElementTree.Element:
    """The picture as XML; fails where it is not well formed."""
    return ElementTree.fromstring(re.search(r"<svg.*</svg>", figure, re.DOTALL).group())  # type: ignore[union-attr]


def widths(figure: str) -> list[float]:
    return [float(bar.get("width", "").rstrip("%")) for bar in parsed(figure).iter("rect")]


def test_bars_are_as_long_as_their_numbers_from_zero() -> None:
    longest, shorter, none = widths(plots.bars(WORDS, POINTS))
    assert shorter == pytest.approx(longest / 4, abs=0.01)
    assert none == 0


def test_a_full_bar_can_stand_for_a_given_number() -> None:
    assert widths(plots.bars(WORDS, [Point("Half", 50)], of=100)) == [pytest.approx(36)]


def test_bars_below_zero_go_to_the_left_of_zero() -> None:
    ahead, owed = parsed(plots.bars(WORDS, [Point("Ana", 1), Point("Ben", -1)])).iter("rect")
    assert float(ahead.get("x", "").rstrip("%")) == 36
    assert float(owed.get("x", "").rstrip("%")) == 0


def test_every_number_stands_in_the_table_and_leads_to_what_is_behind_it() -> None:
    figure = plots.bars(WORDS, POINTS)
    table = figure[figure.index("<table") :]
    assert re.findall(r'<a class="ord-link" href="(.*?)">(.*?)</a>', table) == [("/e/", "40"), ("/g/", "10")]
    assert re.findall(r'scope="row">(.*?)<', table) == ["Enterprise", "General", "Success"]


@pytest.mark.parametrize("draw", [plots.bars, plots.columns, plots.line, plots.funnel])
def test_nothing_that_is_shown_can_break_out_of_the_picture(draw) -> None:  # type: ignore[no-untyped-def]
    point = Point(NASTY, 3, text=NASTY, note=NASTY, url=f"/{NASTY}", more=[(NASTY, f"/{NASTY}")])
    figure = draw(Words(NASTY, NASTY, NASTY, NASTY, NASTY, [NASTY]), [point, point])
    assert "<script" not in figure and "style=" not in figure
    links = [link.get("href") for link in parsed(figure).iter("a")]
    assert links and set(links) == {f"/{NASTY}"}


@pytest.mark.parametrize("draw", [plots.bars, plots.columns, plots.line, plots.funnel])
def test_a_picture_is_told_to_those_who_cannot_see_it(draw) -> None:  # type: ignore[no-untyped-def]
    figure = draw(WORDS, POINTS)
    picture = parsed(figure)
    assert picture.findtext("title") == "Leads by pool"
    assert "Enterprise: 40" in (picture.findtext("desc") or "")
    names = (picture.get("aria-labelledby") or "").split()
    assert len(names) == 2 and all(f'id="{name}"' in figure for name in names)
    assert picture.get("role") == "group"
    assert parsed(draw(WORDS, [Point("Alone", 1)])).get("role") == "img"


def test_where_there_is_nothing_a_sentence_says_so() -> None:
    for draw in (plots.bars, plots.columns, plots.line, plots.funnel):
        figure = draw(WORDS, [])
        assert "Nothing to show for this time." in figure and "<svg" not in figure


def test_a_line_breaks_where_nothing_is_known_and_shows_the_period_before() -> None:
    points = [Point("1 May", 2), Point("2 May", None), Point("3 May", 4)]
    figure = plots.line(WORDS, points, name="now", before=[1, 2], before_name="before")
    ways = [path.get("d", "") for path in parsed(figure).iter("path")]
    assert [way.count("M") for way in ways] == [1, 2]
    assert len(list(parsed(figure).iter("circle"))) == 2
    rows = re.findall(r"<tr>\s*<th scope=\"row\">(.*?)</th>\s*<td>(.*?)</td>\s*<td>(.*?)</td>", figure)
    assert rows == [("1 May", "2", "1"), ("2 May", "—", "2"), ("3 May", "4", "—")]


def test_many_columns_name_only_some_so_that_words_do_not_meet() -> None:
    figure = plots.columns(WORDS, [Point(f"{hour}:00", hour) for hour in range(24)])
    assert len(list(parsed(figure).iter("rect"))) == 24
    assert figure.count("ord-plot-label") == 8
    assert "<details" in figure


def test_a_funnel_tells_the_share_of_all_and_of_the_step_before() -> None:
    figure = plots.funnel(WORDS, [Point("Seen", 200), Point("Sent", 50), Point("Booked", 5)])
    assert "25 % of all" in figure and "2.5 % of all" in figure
    before = re.findall(r"of all</td>\s*<td>(.*?)</td>", figure)
    assert before == ["25 %", "10 %"], "of the step before"


def test_shares_are_of_the_step_that_is_all_though_fewer_came_before_it() -> None:
    figure = plots.funnel(WORDS, [Point("Views", 2), Point("Sent", 40), Point("Booked", 10)], whole=1)
    assert set(re.findall(r"[\d.]+ % of all", figure)) == {"25 % of all"}
    assert "2000 %" not in figure, "Sent is no part of the views"


def test_two_figures_of_a_page_have_names_of_their_own() -> None:
    names = {re.search(r'id="(.*?)-title"', plots.bars(WORDS, [Point("A", n)])).group(1) for n in (1, 2)}  # type: ignore[union-attr]
    assert len(names) == 2
