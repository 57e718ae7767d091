"""Pictures of runs of `pathways`, one file a kind of picture; `scripts/plot.py` is their command line.

SPDX-License-Identifier: MIT
"""
