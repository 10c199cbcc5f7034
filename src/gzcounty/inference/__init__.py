"""Resampling: the wild cluster bootstrap, randomisation tests, leaving one out, many models."""
