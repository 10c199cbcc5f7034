"""Measures made from the tables: exposure, change, and the honest name of a sample."""
