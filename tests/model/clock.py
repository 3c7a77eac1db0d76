"""The time that every part of the model reads."""

from dataclasses import dataclass

DAY = 86_400


@dataclass
class Clock:
    """Epoch seconds of the next transaction."""

    now: int
