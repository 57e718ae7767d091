#!/usr/bin/python3
"""Ways from 16 to 30 of one birth cohort, by the parents' class: every life a line, and the shares of its states.

    sequence_index.py RUN.h5 [-o PICTURE.png] [--births 2030-2034]

An example to copy: it reads the run file as it is, with h5py and numpy, and uses nothing else of this project.
It also prints the shares at each age, by which it can be compared with sequence_index.R.
Needs Debian's python3-h5py and python3-matplotlib. SPDX-License-Identifier: MIT
"""
import argparse
from pathlib import Path

import h5py
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend must be chosen first

FIRST_AGE, LAST_AGE = 16, 30
AGES = np.arange(FIRST_AGE, LAST_AGE + 1)
LINES = 500  # lives drawn of each group, evenly spaced in their order: more would be thinner than a pixel

# What is drawn, from bottom to top. Colours differ for colour-blind readers too: study in colours, work in greys.
STRANDS = {
    "University": "#004488", "School sixth form": "#7fb2e5", "College": "#aa66aa", "Apprenticeship": "#eeb02c",
    "Professional work": "#3d3d3d", "Intermediate work": "#8f8f8f", "Working-class work": "#c9c0b0",
    "Neither work nor study": "#d1495b",
}
STRAND_OF_STATE = {
    "school": "School sixth form", "sixth_form": "School sixth form", "further_education": "College",
    "adult_education": "College", "apprenticeship_intermediate": "Apprenticeship",
    "apprenticeship_advanced": "Apprenticeship", "apprenticeship_higher": "Apprenticeship",
    "university_home": "University", "university_away": "University", "postgraduate": "University",
    "unemployed": "Neither work nor study", "inactive": "Neither work nor study", "retired": "Neither work nor study",
}  # "employed" is told apart by class; who is in none of these is not here
STRAND_OF_CLASS = {
    "higher_professional": "Professional work", "lower_professional": "Professional work",
    "intermediate": "Intermediate work", "higher_working": "Working-class work", "lower_working": "Working-class work",
}
ORIGINS = {
    "Parents in working-class jobs": ("lower_working", "higher_working"),
    "Parents in professional jobs": ("lower_professional", "higher_professional"),
}


def meanings(dataset):
    """What the codes of a dataset stand for, from 0."""
    return dataset.attrs["flag_meanings"].split()


def read_cohort(path, births):
    """Strand of each person at each age (-1: not here), class of the parents, years of birth, title of the run."""
    with h5py.File(path) as file:
        # People are in order of birth, the same rows in /persons and in /trajectories: a cohort is a slice of both.
        birth_year = file["persons/birth_year"][:]
        first_year, last_year = file["trajectories/year"][0], file["trajectories/year"][-1]
        first_birth, last_birth = births or (last_year - LAST_AGE - 4, last_year - LAST_AGE)
        if first_birth + FIRST_AGE < first_year or last_birth + LAST_AGE > last_year:
            raise SystemExit(f"{path}: trajectories go from {first_year} to {last_year}: choose --births from "
                             f"{first_year - FIRST_AGE} to {last_year - LAST_AGE}")
        rows = slice(*np.searchsorted(birth_year, (first_birth, last_birth + 1)))
        birth_year = birth_year[rows].astype(int)
        columns = birth_year[:, None] + AGES - first_year  # the year in which each person has each age
        state = np.take_along_axis(file["trajectories/state"][rows], columns, axis=1)
        job = np.take_along_axis(file["trajectories/class"][rows], columns, axis=1)
        state_names, class_names = meanings(file["trajectories/state"]), meanings(file["trajectories/class"])
        origin = np.array(class_names)[file["persons/origin_class"][rows]]
        title = file.attrs["title"]

    number = {name: k for k, name in enumerate(STRANDS)}
    by_state = np.array([number.get(STRAND_OF_STATE.get(name), -1) for name in state_names])
    by_class = np.array([number.get(STRAND_OF_CLASS.get(name), -1) for name in class_names])
    strand = np.where(state == state_names.index("employed"), by_class[job], by_state[state])
    return strand, origin, (first_birth, last_birth), title


def shares(strand):
    """Share of people in each strand at each age: [age, strand]"""
    return (strand[:, :, None] == np.arange(len(STRANDS))).mean(axis=0)


def draw(groups, births, title, source, output):
    """groups: the lives of each origin, [person, age]"""
    plt.rcParams.update({"font.family": "DejaVu Sans", "font.size": 9, "axes.spines.top": False,
                         "axes.spines.right": False, "axes.edgecolor": "#e4e6e8", "xtick.color": "#5f6368",
                         "ytick.color": "#5f6368", "axes.labelcolor": "#5f6368"})
    figure, axes = plt.subplots(2, len(groups), figsize=(9.2, 8.6), sharex=True, height_ratios=(3, 2))
    colours = list(STRANDS.values())
    edges = np.append(AGES, LAST_AGE + 1) - 0.5
    for k, (name, strand) in enumerate(groups.items()):
        # In the order of the states at 16, then 17, and so on: the last key sorts first.
        order = np.lexsort(strand[:, ::-1].T)
        order = order[np.linspace(0, len(order) - 1, min(LINES, len(order))).round().astype(int)]
        lines = np.linspace(0, 100, len(order) + 1)
        axes[0, k].pcolormesh(edges, lines, strand[order], cmap=matplotlib.colors.ListedColormap(colours), vmin=-0.5,
                              vmax=len(colours) - 0.5, rasterized=True)
        axes[0, k].set_title(f"{name} ({len(strand):,} people)", loc="left", fontsize=10, fontweight="bold")
        axes[1, k].stackplot(edges, *np.repeat(100 * shares(strand), [1] * (len(AGES) - 1) + [2], axis=0).T,
                             step="post", colors=colours)
        for row in axes[:, k]:
            row.set(xlim=(edges[0], edges[-1]), ylim=(0, 100), xticks=AGES[::2])
            row.tick_params(length=0)
        axes[1, k].set_xlabel("age at the end of the year")
    axes[0, 0].set_ylabel("lives, sorted by the state at 16, then 17, ... [%]")
    axes[1, 0].set_ylabel("people in each state [%]")
    figure.suptitle("Which ways do young people take from 16 to 30,\nand how much does their parents' class decide?",
                    x=0.065, y=0.985, ha="left", fontsize=15, fontweight="bold")
    figure.legend([plt.Rectangle((0, 0), 1, 1, color=colour) for colour in colours], list(STRANDS), ncols=4,
                  loc="upper left", bbox_to_anchor=(0.055, 0.925), frameon=False)
    figure.text(0.065, 0.012, f"{title}: people born {births[0]} to {births[1]} who live in England from 16 to 30. "
                f"Above, each line is one life ({LINES} evenly spaced of each group);\nbelow, the shares of all. "
                f"Simulated by pathways, not observed. Source: {Path(source).name}", fontsize=7.5, color="#5f6368", va="bottom")
    figure.subplots_adjust(left=0.075, right=0.985, top=0.83, bottom=0.105, hspace=0.07, wspace=0.12)
    figure.savefig(output, dpi=150)


def main():
    """Read, print, draw."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("run")
    parser.add_argument("-o", "--output", default="sequence_index.png")
    parser.add_argument("--births", help="years of birth, 2030-2034; when not given, the last five that reach 30")
    options = parser.parse_args()
    births = tuple(int(year) for year in options.births.split("-")) if options.births else None
    strand, origin, births, title = read_cohort(options.run, births)
    is_here = (strand >= 0).all(axis=1)
    groups = {name: strand[is_here & np.isin(origin, classes)] for name, classes in ORIGINS.items()}
    print("parents,people,age," + ",".join(STRANDS))
    for name, lives in groups.items():
        for age, row in zip(AGES, shares(lives)):
            print(f"{name},{len(lives)},{age}," + ",".join(f"{share:.4f}" for share in row))
    draw(groups, births, title, options.run, options.output)


if __name__ == "__main__":
    main()
