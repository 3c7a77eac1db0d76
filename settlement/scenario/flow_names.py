"""What the trades of a flow go by: ``Q-1``, ``Q-2`` and so on; ``Q-7-G`` is the guarantee behind ``Q-7``."""

import re

_GUARANTEE = "-G"


def trade_name(flow: str, number: int) -> str:
    """The name of the n-th trade of a flow."""
    return f"{flow}-{number}"


def guarantee_name(trade: str) -> str:
    """The name of the guarantee that secures the advance of a trade."""
    return trade + _GUARANTEE


def number_of(flow: str, name: str) -> int | None:
    """Which trade of a flow goes by a name, or has the guarantee of that name; None where none can."""
    match = re.fullmatch(f"{re.escape(flow)}-([1-9][0-9]{{0,17}})({_GUARANTEE})?", name)
    return int(match[1]) if match else None


def is_guarantee(name: str) -> bool:
    """Whether a name of a flow is that of a guarantee behind a trade."""
    return name.endswith(_GUARANTEE)
