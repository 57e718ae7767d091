"""One look for all pictures: colours that colour-blind readers tell apart, question, note and source.

SPDX-License-Identifier: MIT
"""
from __future__ import annotations

import textwrap
from pathlib import Path

import matplotlib
import numpy as np
from PIL import Image  # comes with matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402  the backend must be chosen first
from matplotlib.figure import Figure  # noqa: E402
from matplotlib.transforms import Bbox  # noqa: E402

INK, MUTED, FAINT, GRID = "#1a1a1a", "#5f6368", "#a3a7ab", "#e4e6e8"
ACCENT = "#0b62a8"
DPI = 150
MARGIN = 0.35     # inches
CHAR_WIDTH = 0.52  # of the font size, on average in DejaVu Sans

# Chosen so that any two differ by at least 15 in CIELAB, also for the three kinds of colour blindness
# (Machado et al. 2009): study in colours, work in greys, neither in red.
STRAND_COLOURS = {
    "sixth_form": "#7fb2e5", "university": "#004488", "college": "#aa66aa", "apprenticeship": "#eeb02c",
    "professional": "#3d3d3d", "intermediate": "#8f8f8f", "working": "#c9c0b0", "neet": "#d1495b",
}

# Highest class first, one hue: order is what matters.
CLASS_COLOURS = ("#00305e", "#0b62a8", "#5a9bd4", "#d0a94b", "#b5651d")
# Of several policies, told apart by shape too; any two as far apart as strands are.
POLICY_COLOURS = ("#0b62a8", "#c24a00", "#808080", "#150640", "#8518f2", "#400615")
POLICY_SHAPES = "osD^vP"
SEQUENTIAL = matplotlib.colors.LinearSegmentedColormap.from_list(
    "sequential", ("#f2f6fa", "#b9d4ec", "#6aa6d8", "#1f6fb5", "#0a3a6b"))
DIVERGING = matplotlib.colors.LinearSegmentedColormap.from_list(
    "diverging", ("#8a3d00", "#d97a29", "#f3c79b", "#f4f4f4", "#a9cbe8", "#3c86c4", "#08468c"))


def apply() -> None:
    """Set matplotlib's defaults. Fixed salt: the same run gives the same SVG."""
    matplotlib.rcParams.update({
        "font.family": "DejaVu Sans", "font.size": 9, "text.color": INK, "axes.labelcolor": MUTED,
        "axes.edgecolor": GRID, "axes.linewidth": 0.8, "axes.titlesize": 10, "axes.titleweight": "bold",
        "axes.titlelocation": "left", "axes.spines.top": False, "axes.spines.right": False,
        "xtick.color": MUTED, "ytick.color": MUTED, "xtick.labelsize": 8, "ytick.labelsize": 8,
        "xtick.major.size": 0, "ytick.major.size": 0, "axes.axisbelow": True, "grid.color": GRID,
        "grid.linewidth": 0.7, "legend.frameon": False, "svg.hashsalt": "pathways", "figure.dpi": DPI,
    })


def wrap(text: str, width: float, size: float, is_even: bool = False) -> str:
    """Text in as few lines as fit into `width` inches at a font size; lines of about the same length if asked."""
    most = max(int(width * 72 / (size * CHAR_WIDTH)), 10)
    lines = textwrap.wrap(text, most)
    while is_even and most > 10 and len(textwrap.wrap(text, most - 1)) == len(lines):
        most -= 1
        lines = textwrap.wrap(text, most)
    return "\n".join(lines)


class Page:
    """A figure with a question above, and how to read it, and where it comes from below, measured in inches."""

    def __init__(self, width: float, height: float, title: str, note: str, source: str):
        inner = width - 2 * MARGIN
        self.title, self.note, self.source = title, note, source
        self.num_colours = 192
        title, note, source = wrap(title, inner, 17, is_even=True), wrap(note, inner, 9.8), wrap(source, inner, 7.8)
        title_height = 0.30 * (title.count("\n") + 1)
        note_height = 0.19 * (note.count("\n") + 1)
        source_height = 0.15 * (source.count("\n") + 1)
        self.above = 0.28 + title_height + note_height
        self.below = 0.25 + source_height
        self.width, self.height = width, height + self.above + self.below
        self.figure: Figure = plt.figure(figsize=(self.width, self.height), facecolor="white")
        self.write(MARGIN, 0.22, title, size=15, weight="bold", va="top")
        self.write(MARGIN, 0.24 + title_height, note, size=9.5, color=MUTED, va="top", linespacing=1.35)
        self.write(MARGIN, self.height - 0.16, source, size=7.5, color=MUTED, va="bottom", linespacing=1.35)

    def write(self, x: float, y: float, text: str, **style: object) -> None:
        """Text at inches from the left and from the top."""
        self.figure.text(x / self.width, 1 - y / self.height, text, **style)

    def axes(self, left: float, top: float, width: float, height: float, share: plt.Axes | None = None) -> plt.Axes:
        """Axes at inches from the left, and from the top of the space between note and source."""
        bottom = self.height - self.above - top - height
        return self.figure.add_axes((left / self.width, bottom / self.height, width / self.width,
                                     height / self.height), sharey=share)

    def save_panels(self, path: Path) -> None:
        """Write as SVG without question, note and source, which the text around the picture says."""
        box = Bbox([[0, self.below - 0.02], [self.width, self.height - self.above + 0.08]])
        self.figure.savefig(path, metadata={"Date": None}, bbox_inches=box)
        plt.close(self.figure)

    def save(self, path: Path) -> None:
        """Write and forget. No dates inside, so that the same run gives the same file."""
        if path.suffix == ".png":
            # A palette cannot be told from the full picture and takes a third of the bytes.
            self.figure.set_dpi(DPI)
            self.figure.canvas.draw()
            image = Image.fromarray(np.asarray(self.figure.canvas.buffer_rgba())).convert("RGB")
            image.quantize(self.num_colours, dither=Image.Dither.NONE).save(path, optimize=True, dpi=(DPI, DPI))
        else:
            self.figure.savefig(path, metadata={"Date" if path.suffix == ".svg" else "CreationDate": None})
        plt.close(self.figure)


def is_dark(colour: object) -> bool:
    """Whether white text reads better on a colour than black."""
    red, green, blue = matplotlib.colors.to_rgb(colour)
    return 0.299 * red + 0.587 * green + 0.114 * blue < 0.55


def signed(value: float, _: object = None) -> str:
    """A tick of an axis of differences."""
    return f"{value:+.3g}".replace("-", "\u2212") if abs(value) > 1e-12 else "0"


def as_line(colour: str) -> str:
    """A colour dark enough for thin lines on white."""
    rgb = np.array(matplotlib.colors.to_rgb(colour))
    return matplotlib.colors.to_hex(rgb * (0.8 if rgb.mean() > 0.7 else 1.0))


def bare(axes: plt.Axes) -> None:
    """No frame, no ticks."""
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.set_xticks([])
    axes.set_yticks([])
