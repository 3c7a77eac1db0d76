"""Shares, coins, times of day and time zones: whole numbers that the file writes with their unit.

Each is an ``int`` of a class of its own, so that a bare number in the file is never taken for one.
"""

import re
from dataclasses import dataclass

from settlement.domain.amounts import Amount
from settlement.scenario.faults import NotOfForm
from settlement.scenario.forms import DIGITS, number_of

__all__ = ["COIN", "AmountRange", "BasisPoints", "CoinAmount", "Offset", "Tally", "TimeOfDay"]

#: Minor units of a whole coin.
COIN = 10**8


class BasisPoints(int):
    """A share in hundredths of a per cent; ``5 %`` is 500. Negative in a change only."""

    @classmethod
    def parse(cls, text: str) -> "BasisPoints | None":
        """Read ``5 %`` or ``0.25 %``; None when it is not of that form."""
        match = re.fullmatch(r"([0-9]{1,6}|[0-9]{1,3}_[0-9]{3})(?:\.([0-9]{1,2}))? ?%", text)
        return cls(number_of(match[1]) * 100 + int((match[2] or "").ljust(2, "0"))) if match else None

    @classmethod
    def parse_change(cls, text: str) -> "BasisPoints | None":
        """Read ``-30 %`` or ``+5 %``; None when it is not of that form."""
        size = cls.parse(text[1:]) if text[:1] in ("+", "-") else None
        return cls(-size) if size is not None and text[0] == "-" else size

    def __str__(self) -> str:
        """As the file writes it."""
        whole, rest = divmod(abs(self), 100)
        fraction = f".{rest:02d}".rstrip("0") if rest else ""
        return f"{'-' if self < 0 else ''}{whole}{fraction} %"


class CoinAmount(int):
    """Coins in minor units, 10**-8; ``10 coins``."""

    @classmethod
    def parse(cls, text: str) -> "CoinAmount | None":
        """Read ``10 coins`` or ``3.125 coins``; None when it is not of that form."""
        match = re.fullmatch(r"([0-9][0-9_]{0,15})(?:\.([0-9]{1,8}))? coins?", text)
        if match is None:
            return None
        return cls(number_of(match[1]) * COIN + int((match[2] or "").ljust(8, "0")))

    def __str__(self) -> str:
        """As the file writes it."""
        whole, rest = divmod(self, COIN)
        fraction = f".{rest:08d}".rstrip("0") if rest else ""
        return f"{whole}{fraction} coin{'s' * (self != COIN)}"


class TimeOfDay(int):
    """Seconds after midnight; ``16:30``."""

    @classmethod
    def parse(cls, text: str) -> "TimeOfDay | None":
        """Read hours and minutes; None when it is not of that form.

        Raises:
            NotOfForm: no day has that time.
        """
        match = re.fullmatch(r"([0-9]{2}):([0-9]{2})", text)
        if match is None:
            return None
        hours, minutes = int(match[1]), int(match[2])
        if hours > 23 or minutes > 59:
            raise NotOfForm(f"there is no time {text}", "00:00 to 23:59", "correct hours or minutes")
        return cls(hours * 3_600 + minutes * 60)

    def __str__(self) -> str:
        """As the file writes it."""
        return f"{self // 3_600:02d}:{self % 3_600 // 60:02d}"


class Offset(int):
    """A time zone: seconds ahead of UTC; ``UTC-03:00``. Fictional countries have no summer time."""

    @classmethod
    def parse(cls, text: str) -> "Offset | None":
        """Read an offset from UTC, or UTC alone; None when it is not of that form."""
        match = re.fullmatch(r"UTC(?:([+-])(0[0-9]|1[0-4]):([0-5][0-9]))?", text)
        if match is None or match[1] is None:
            return cls(0) if match else None
        size = int(match[2]) * 3_600 + int(match[3]) * 60
        return cls(size if match[1] == "+" else -size)

    def __str__(self) -> str:
        """As the file writes it."""
        minutes = abs(self) // 60
        return f"UTC{'-' if self < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" if self else "UTC"


@dataclass(frozen=True, slots=True)
class AmountRange:
    """Amounts of SU from ``low`` to ``high``, minor units, both included; ``10_000 to 50_000 SU``."""

    low: int
    high: int

    @classmethod
    def parse(cls, text: str) -> "AmountRange | None":
        """Read one amount or a range of them; None when it is not of that form, or runs backwards.

        Raises:
            AmountError: one of the amounts is none.
        """
        first, to, second = text.removesuffix(" SU").partition(" to ")
        low = Amount.parse(f"{first} SU").minor
        high = Amount.parse(f"{second} SU").minor if to else low
        return cls(low, high) if text.endswith(" SU") and 0 < low <= high else None

    def __str__(self) -> str:
        """As the file writes it."""
        low, high = (str(Amount(minor)).replace(",", "_") for minor in (self.low, self.high))
        return high if self.low == self.high else f"{low.removesuffix(' SU')} to {high}"


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of a whole, ``12`` or ``10 to 20``, or which share of it, ``90 to 100 %``.

    ``low`` and ``high`` are both included; shares are basis points.
    """

    low: int
    high: int
    is_share: bool = False

    @classmethod
    def parse(cls, text: str) -> "Tally | None":
        """Read a number, a share or a range; None when it is not of that form, or runs backwards."""
        is_share = text.endswith("%")
        first, to, second = text.removesuffix("%").rstrip(" ").partition(" to ")
        ends = [_number(end, is_share) for end in (first, second if to else first)]
        low, high = (-1 if end is None else end for end in ends)
        fits = 0 <= low <= high and not (is_share and high > 10_000)
        return cls(low, high, is_share) if fits else None

    def holds(self, part: int, whole: int) -> bool:
        """Whether ``part`` of ``whole`` is so many, or such a share of it; of nothing there is no share."""
        if self.is_share:
            return whole > 0 and self.low * whole <= part * 10_000 <= self.high * whole
        return self.low <= part <= self.high

    def __str__(self) -> str:
        """As the file writes it."""
        low, high = ((str(BasisPoints(e)) if self.is_share else str(e)) for e in (self.low, self.high))
        return high if self.low == self.high else f"{low.removesuffix(' %')} to {high}"


def _number(text: str, is_share: bool) -> int | None:
    if is_share:
        return BasisPoints.parse(f"{text} %")
    return number_of(text) if re.fullmatch(DIGITS, text) else None
