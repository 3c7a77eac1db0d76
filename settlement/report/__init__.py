"""Measures of a stored run, and how they are shown. Never needs the chain."""
