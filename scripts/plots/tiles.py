"""Outcomes by place on a tile-grid map of England: one tile a place, whatever its area.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Colormap, Normalize
from matplotlib.patches import Rectangle

import significance
from plots import style
from plots.words import name_of, scale_of, source_line, span_text
from run_file import NUM_GROUPS, Estimate, NoPictureError, Run, estimate, estimate_difference

GRID = Path(__file__).with_name("tile_grid.csv")
EDGE = 0.94  # of a tile, of the distance between tiles
FEWEST = 30  # people-years of a place, without which it stays blank
TILE = 0.43  # inches


@dataclass(frozen=True)
class Grid:
    """Where each place lies, and what is written on its tile."""

    cells: np.ndarray  # [place, 2] column and row
    names: list[str]  # [place] of one or two lines


def read_grid(codes: Sequence[str]) -> Grid:
    """The tiles of places, by their official codes."""
    with open(GRID, encoding="utf-8", newline="") as file:
        rows = {row["code"]: row for row in csv.DictReader(line for line in file if not line.startswith("#"))}
    absent = [code for code in codes if code not in rows]
    if absent:
        raise NoPictureError(f"the tile grid has no place {', '.join(absent[:3])}: it is of England's 151 authorities")
    cells = np.array([(int(rows[code]["column"]), int(rows[code]["row"])) for code in codes])
    return Grid(cells, [rows[code]["short"].replace("/", "\n") for code in codes])


def draw_region_borders(axes: Axes, grid: Grid, regions: np.ndarray) -> None:
    """A line between tiles of two regions, and around the country."""
    at = {tuple(cell): region for cell, region in zip(grid.cells.tolist(), regions.tolist())}
    for (column, row), region in at.items():
        for (d_column, d_row), ends in (((1, 0), ((1, 0), (1, 1))), ((0, 1), ((0, 1), (1, 1)))):
            if at.get((column + d_column, row + d_row), region) != region:
                axes.plot(
                    [column + ends[0][0] - 0.03, column + ends[1][0] - 0.03],
                    [row + ends[0][1] - 0.03, row + ends[1][1] - 0.03],
                    color=style.MUTED,
                    linewidth=1.3,
                )


def draw_tiles(axes: Axes, grid: Grid, faces: np.ndarray, dots: np.ndarray) -> None:
    """Tiles with names, and a dot where asked for. faces: [place, RGBA]"""
    for (column, row), face, name, has_dot in zip(grid.cells, faces, grid.names, dots):
        axes.add_patch(Rectangle((column, row), EDGE, EDGE, facecolor=face, linewidth=0))
        ink = "white" if style.is_dark(face) else style.INK
        axes.text(
            column + EDGE / 2, row + EDGE / 2, name, ha="center", va="center", size=5.5, color=ink, linespacing=1.05
        )
        if has_dot:
            axes.plot(column + EDGE - 0.13, row + 0.13, "o", markersize=3.2, color=ink)
    style.bare(axes)
    axes.set_aspect("equal")
    axes.set_xlim(-0.1, grid.cells[:, 0].max() + 1.1)
    axes.set_ylim(grid.cells[:, 1].max() + 1.1, -0.1)


def level_faces(level: np.ndarray, limits: tuple[float, float]) -> np.ndarray:
    """Colours of levels; white without people."""
    faces = style.SEQUENTIAL((level - limits[0]) / ((limits[1] - limits[0]) or 1.0))
    faces[np.isnan(level)] = (1, 1, 1, 1)
    return faces


def difference_faces(change: Estimate, most: float, is_less_better: bool) -> np.ndarray:
    """Blue is better, brown worse; pale where the interval holds zero."""
    at = np.nan_to_num(change.value / most).clip(-1, 1) * (-1 if is_less_better else 1)
    return style.DIVERGING(0.5 + 0.5 * np.where(change.is_marked, at, 0.35 * at))


def draw_key(
    page: style.Page, left: float, top: float, colours: Colormap, ends: tuple[float, float], label: str
) -> None:
    """A bar of colours with its numbers."""
    axes = page.axes(left, top, 2.3, 0.13)
    bar = page.figure.colorbar(
        ScalarMappable(Normalize(*ends), colours.resampled(11)), cax=axes, orientation="horizontal"
    )
    bar.outline.set_visible(False)
    bar.solids.set_rasterized(False)
    if ends[0] < 0:
        axes.xaxis.set_major_formatter(style.signed)
    axes.tick_params(labelsize=7.5)
    axes.set_title(label, size=8, weight="normal", color=style.MUTED, pad=4)


def keep_enough(parts: np.ndarray, whole: Estimate) -> Estimate:
    """NaN for places with hardly anybody."""
    few = parts[..., 1].sum(axis=-1) < FEWEST
    return Estimate(np.where(few, np.nan, whole.value), np.where(few, np.nan, whole.error))


def draw_level_map(page: style.Page, left: float, run: Run, measure: str, grid: Grid) -> None:
    """One measure of a run."""
    show = scale_of(run.measure_about(measure)[1])
    parts = run.place_parts(measure, run.span)
    level = show.factor * keep_enough(parts, estimate(parts, run.measure_scale(measure))).value
    limits = float(np.nanmin(level)), float(np.nanmax(level))
    axes = map_axes(page, left, grid)
    draw_tiles(axes, grid, level_faces(level, limits), np.zeros(len(grid.cells), dtype=bool))
    draw_region_borders(axes, grid, run.place_regions())
    page.write(
        left,
        page.above + 0.12,
        style.wrap(name_of(run, measure), map_width(grid), 11.5),
        size=10,
        weight="bold",
        va="top",
    )
    draw_key(page, left + map_width(grid) - 2.5, 0.95, style.SEQUENTIAL, limits, show.unit)


def draw_difference_map(page: style.Page, left: float, runs: tuple[Run, Run], measure: str, grid: Grid) -> int:
    """Policy less base; returns how many places stand out."""
    base, policy = runs
    show = scale_of(base.measure_about(measure)[1])
    before, after = (run.place_parts(measure, base.span) for run in runs)
    change = keep_enough(before, estimate_difference(before, after, base.measure_scale(measure)))
    stands_out = significance.stands_out(change.value, change.error, NUM_GROUPS - 1)
    most = float(np.nanmax(np.abs(change.value))) or 1.0
    is_less_better = base.is_less_better(measure)
    axes = map_axes(page, left, grid)
    draw_tiles(axes, grid, difference_faces(change, most, is_less_better), stands_out)
    draw_region_borders(axes, grid, base.place_regions())
    acts = policy.places_with_policy()
    if is_framed(acts):
        for column, row in grid.cells[acts]:
            axes.add_patch(
                Rectangle(
                    (column + 0.02, row + 0.02),
                    EDGE - 0.04,
                    EDGE - 0.04,
                    fill=False,
                    edgecolor=style.INK,
                    linewidth=0.9,
                )
            )
    page.write(
        left,
        page.above + 0.12,
        style.wrap(name_of(base, measure), map_width(grid), 11.5),
        size=10,
        weight="bold",
        va="top",
    )
    colours = style.DIVERGING.reversed() if is_less_better else style.DIVERGING
    draw_key(
        page,
        left + map_width(grid) - 2.5,
        0.95,
        colours,
        (-show.factor * most, show.factor * most),
        show.difference_unit,
    )
    return int(stands_out.sum())


def is_framed(acts: np.ndarray) -> bool:
    """Whether the places where a policy acts are framed: not when it acts in nearly all."""
    return bool(0 < acts.sum() < 0.75 * len(acts))


def map_width(grid: Grid) -> float:
    """Inches."""
    return TILE * (grid.cells[:, 0].max() + 1.2)


def map_axes(page: style.Page, left: float, grid: Grid) -> Axes:
    """Room for one map."""
    return page.axes(left, 0.5, map_width(grid), TILE * (grid.cells[:, 1].max() + 1.2))


def plot_tile_map(base: Run, policy: Run | None, measures: Sequence[str]) -> style.Page:
    """A map a measure: levels, or what a policy changes."""
    grid = read_grid(base.axis("place_code"))
    width = map_width(grid)
    title = (
        "Where does the policy change young people's chances?"
        if policy
        else "Where do young people have which chances?"
    )
    note = (
        f"Average of {span_text(base.span)}. One tile a place (upper-tier authority), placed near its neighbours; lines"
        " between regions; the layout is our own. "
    )
    if policy:
        note += (
            f"{policy.title}, less baseline: blue is better, brown is worse, pale where the 95 % interval "
            "holds zero. A dot: told apart from zero among all places (false discovery rate 5 %). "
            "Framed: the policy acts here. A place has few simulated people: read regions before tiles."
        )
    else:
        note += f"A place has few of the {base.number('persons'):,} simulated people; `places` shows the intervals."
    page = style.Page(
        2 * style.MARGIN + width * len(measures) + 0.5 * (len(measures) - 1),
        0.6 + TILE * (grid.cells[:, 1].max() + 1.2),
        title,
        note,
        source_line(base, policy),
    )
    page.num_colours = 256
    for k, measure in enumerate(measures):
        left = style.MARGIN + k * (width + 0.5)
        if policy:
            draw_difference_map(page, left, (base, policy), measure, grid)
        else:
            draw_level_map(page, left, base, measure, grid)
    return page
