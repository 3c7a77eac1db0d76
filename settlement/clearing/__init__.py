"""Netting solvers: pure functions."""
