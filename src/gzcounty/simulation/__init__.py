"""Teaching data with a known truth, and the studies that hold the estimators against it.

`simulate_panel` draws counties that do not exist (`panel`; who enters the programme when, and what
that is worth, in `programme`). A study draws many such samples, estimates each and counts how often
the interval covers the truth (`study`); there is one module of studies a family of estimators. Each
study returns a table.

Simulated counties never mix with real ones: their codes are no adcodes, every row is marked, and
every result estimated from them says so in its notes.
"""

from gzcounty.simulation.panel import is_simulated, neighbour_pairs

from .panel import simulate_panel

__all__ = ["is_simulated", "neighbour_pairs", "simulate_panel"]
