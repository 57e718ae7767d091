"""What `scripts/report.py` is made of: answers of the program, words, HTML, sections.

SPDX-License-Identifier: MIT
"""
