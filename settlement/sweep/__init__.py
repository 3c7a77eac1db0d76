"""Many runs of a scenario: over a grid of parameters, each point replicated with seeds of its own."""

from settlement.sweep.plan import Plan, plan_sweep
from settlement.sweep.sweep import run_sweep

__all__ = ["Plan", "plan_sweep", "run_sweep"]
