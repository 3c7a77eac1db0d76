"""Simulated participants and offices, one file per kind."""
