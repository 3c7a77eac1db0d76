"""Money: integers in minor units of a settlement unit or of the domestic leg. Never float."""

import re
from dataclasses import dataclass
from enum import Enum

#: The largest amount a contract accepts; contracts store amounts as uint128.
UINT128_MAX = 2**128 - 1


class Unit(Enum):
    """A unit of account and its number of decimals.

    SU is the allowlisted settlement token, DRL the domestic digital-currency leg;
    they are never fungible with each other.
    """

    SU = 6
    DRL = 2

    @property
    def decimals(self) -> int:
        """How many decimal places one whole unit divides into."""
        return self.value


class AmountError(ValueError):
    """A text that is not an amount; says what was expected and how to mend it."""

    def __init__(self, message: str, expected: str, remedy: str) -> None:
        super().__init__(message)
        self.expected = expected
        self.remedy = remedy


_AMOUNT = re.compile(r"(?P<sign>-?)(?P<whole>\d[\d_]*)(?:\.(?P<fraction>\d+))?\s+(?P<unit>[A-Z]+)")


@dataclass(frozen=True, slots=True, order=True)
class Amount:
    """An exact amount: ``minor`` units (10**-decimals) of ``unit``."""

    minor: int
    unit: Unit = Unit.SU

    @classmethod
    def parse(cls, text: str) -> "Amount":
        """Read an amount such as ``"1_000.50 SU"``.

        Raises:
            AmountError: not of that form, unknown unit, negative, finer than the unit's
                decimals, or above uint128.
        """
        form = 'an amount with its unit, such as "1_000.50 SU"'
        match = _AMOUNT.fullmatch(text.strip())
        if match is None:
            raise AmountError(f"{text!r} is not an amount", form, "write digits, a space and the unit")
        if match["unit"] not in Unit.__members__:
            known = " or ".join(Unit.__members__)
            raise AmountError(f"unknown unit {match['unit']!r}", form, f"use {known}")
        unit, fraction = Unit[match["unit"]], match["fraction"] or ""
        if match["sign"]:
            raise AmountError(f"{text!r} is negative", "an amount of zero or more", "drop the minus sign")
        if len(fraction) > unit.decimals:
            raise AmountError(
                f"{text!r} is finer than a minor unit",
                f"at most {unit.decimals} decimals for {unit.name}",
                f"round it to {unit.decimals} decimals",
            )
        digits = (match["whole"].replace("_", "") + fraction.ljust(unit.decimals, "0")).lstrip("0")
        # Python refuses to convert very long texts; those are too large in any case.
        minor = int(digits or "0") if len(digits) <= 39 else UINT128_MAX + 1
        if minor > UINT128_MAX:
            raise AmountError(
                f"{text!r} is above the largest amount a contract holds",
                f"at most {UINT128_MAX} minor units (uint128)",
                "use a smaller amount",
            )
        return cls(minor, unit)

    def __str__(self) -> str:
        """``1,000.50 SU``: grouped, at least two decimals, no trailing zeros beyond them."""
        sign = "-" if self.minor < 0 else ""
        whole, fraction = divmod(abs(self.minor), 10**self.unit.decimals)
        digits = f"{fraction:0{self.unit.decimals}d}".rstrip("0").ljust(2, "0")
        return f"{sign}{whole:,}.{digits} {self.unit.name}"
