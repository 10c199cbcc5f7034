"""Teaching data with a known truth.

Simulated counties never mix with real ones: their codes are no adcodes, every row is marked, and
every result estimated from them says so in its notes.
"""

from .panel import neighbour_pairs, simulate_panel

__all__ = ["neighbour_pairs", "simulate_panel"]
