"""Altair charts that need no kernel: they take tables and results, and know nothing of files."""

from gzcounty.charts import display

display.use()
