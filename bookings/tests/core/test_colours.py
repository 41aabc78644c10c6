from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bookings.core.colours import (
    BLACK,
    DARK,
    ENOUGH,
    ENOUGH_OF_A_SHAPE,
    LIGHT,
    WHITE,
    contrast,
    legible,
    mixed,
    normalised,
    palette,
    text_on,
)

colours = st.integers(min_value=0, max_value=0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_black_on_white_has_the_largest_contrast() -> None:
    assert contrast(BLACK, WHITE) == pytest.approx(21)
    assert contrast("#777777", WHITE) == pytest.approx(4.48, abs=0.01)


@given(colours)
@settings(max_examples=200)
def test_text_on_any_colour_can_be_read(colour: str) -> None:
    assert contrast(text_on(colour), colour) >= ENOUGH


@given(colours, colours)
@settings(max_examples=200)
def test_a_legible_shade_reaches_the_contrast_where_black_or_white_does(colour: str, surface: str) -> None:
    shade = legible(colour, surface)
    assert contrast(shade, surface) >= ENOUGH or shade in (BLACK, WHITE)


@pytest.mark.parametrize("surface", ["#ffffff", "#f6f7f9", "#171a21", "#0f1115"])
def test_a_pale_and_a_deep_brand_become_legible_on_every_surface_of_ours(surface: str) -> None:
    for brand in ("#ffe600", "#e6f0ff", "#10002b", "#ff0000", "#2f5bd7"):
        assert contrast(legible(brand, surface), surface) >= ENOUGH


def test_a_colour_that_can_be_read_already_is_left_alone() -> None:
    assert legible("#3538cd", WHITE) == "#3538cd"


@pytest.mark.parametrize(
    ("given_colour", "meant"),
    [
        ("#3538CD", "#3538cd"),
        ("3538cd", "#3538cd"),
        (" #fa0 ", "#ffaa00"),
        ("red;}", "#111111"),
        ("", "#111111"),
    ],
)
def test_a_colour_is_read_in_its_usual_spellings_and_nothing_else(given_colour: str, meant: str) -> None:
    assert normalised(given_colour, "#111111") == meant


def test_a_mix_of_nothing_is_the_colour_and_of_everything_the_other() -> None:
    assert mixed("#102030", "#ffffff", 0) == "#102030"
    assert mixed("#102030", "#ffffff", 1) == "#ffffff"


@pytest.mark.parametrize("surfaces", [LIGHT, DARK])
@given(brand=colours)
@settings(max_examples=100)
def test_every_text_of_a_palette_can_be_read_where_it_stands(surfaces: tuple[str, ...], brand: str) -> None:
    shades = palette(brand, surfaces)
    assert contrast(shades["on-brand"], shades["brand"]) >= ENOUGH
    assert contrast(shades["on-brand-strong"], shades["brand-strong"]) >= ENOUGH
    assert contrast(shades["brand-edge"], surfaces[0]) >= ENOUGH_OF_A_SHAPE
    for surface in (shades["brand-tint"], *surfaces):
        assert contrast(shades["brand-ink"], surface) >= ENOUGH


@pytest.mark.parametrize(("surfaces", "theme"), [(LIGHT, 0), (DARK, 1)])
def test_the_surfaces_are_those_of_the_stylesheet(surfaces: tuple[str, ...], theme: int) -> None:
    tokens = (Path(__file__).parents[3] / "static" / "ordinus" / "tokens.css").read_text()
    part = tokens.split("@media (prefers-color-scheme: dark)")[theme]
    for name, colour in zip(("surface", "page", "sunken"), surfaces, strict=True):
        assert f"--{name}: {colour};" in part
