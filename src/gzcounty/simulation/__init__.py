"""Teaching data with a known truth, and studies that hold estimators against it.

`simulate_panel` (`panel`) draws counties that do not exist. A study (`study`) draws many samples,
estimates each and counts how often the interval covers the truth.

Simulated counties never mix with real ones: their codes are no adcodes, every row is marked, and
every result estimated from them says so in its notes.
"""

from .panel import is_simulated, neighbour_pairs, simulate_panel

__all__ = ["is_simulated", "neighbour_pairs", "simulate_panel"]
