"""A node of one's own with a regime on it: to act on at once, or to watch a scenario being played there."""

from settlement.devnet.node import set_up
from settlement.devnet.stage import play

__all__ = ["play", "set_up"]
