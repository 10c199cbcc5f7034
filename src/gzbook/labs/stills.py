"""How a still is marked: what the website knows it by, and where its parts meet."""

STILL = "<!-- gz-lab -->"
"""Stands in front of the chart."""
PARTS = "<!-- gz-lab-words -->"
"""Stands between the chart and the words."""
