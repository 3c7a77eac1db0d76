"""What others have published about the speed and price of cross-border payments, to print beside a result."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from markupsafe import Markup

from settlement.report.measures import Figure


@dataclass(frozen=True, slots=True)
class Yardstick:
    """One published figure, who says so, and the measures of a run to read beside it.

    ``figures`` are pairs of a measure and a key; the model has no fee of the regime to read beside those of
    banks. ``least`` or ``most`` is what the first of them is held
    to, where the yardstick is a target.
    """

    text: str
    source: str
    figures: tuple[tuple[str, str], ...]
    least: Fraction | None = None
    most: Fraction | None = None

    def verdict(self, figures: Mapping[tuple[str, str], Figure]) -> str:
        """``met`` or ``missed``; empty where it is no target, or nothing was paid."""
        figure = figures.get(self.figures[0]) if self.figures else None
        if figure is None or figure.value is None or (self.least is None and self.most is None):
            return ""
        low = self.least is None or figure.value >= self.least
        high = self.most is None or figure.value <= self.most
        return "met" if low and high else "missed"


_G20 = "G20 target for wholesale cross-border payments by the end of 2027 (public)"
_GPI = "observations of the gpi era (public)"
_VENDORS = "vendor figures, a year of the face amount: vary them"

YARDSTICKS = (
    Yardstick(
        "75 % within one hour",
        _G20,
        (("due_to_final", "within 1 hour"), ("baseline_due", "within 1 hour")),
        least=Fraction(3, 4),
    ),
    Yardstick(
        "the rest within one business day",
        _G20,
        (("due_to_final", "within 1 banking day"), ("baseline_due", "within 1 banking day")),
        least=Fraction(1),
    ),
    Yardstick(
        "a median under two hours",
        _GPI,
        (("due_to_final", "median"), ("baseline_due", "median")),
        most=Fraction(7_200),
    ),
    Yardstick(
        "routes from five minutes to over two days, most delay at the beneficiary's bank",
        _GPI,
        (("due_to_final", "max"), ("baseline_due", "max")),
    ),
    Yardstick(
        "a documentary credit costs 0.65 to 1.2 % a year for issuance",
        _VENDORS,
        (("documentary_fees", "issuance"),),
    ),
    Yardstick("and 0.4 to 0.95 % a year for confirmation", _VENDORS, (("documentary_fees", "confirmation"),)),
)


def verdict(figures: Mapping[tuple[str, str], Figure], show: Callable[[str], object]) -> Markup:
    """Whether the regime was faster, in words, whatever the answer; ``show`` marks up a figure by its key."""

    def value(key: str) -> int | Fraction:
        figure = figures.get(("against_baseline", key))
        return figure.value or 0 if figure else 0

    faster, slower = value("faster"), value("slower")
    if not value("trades compared"):
        return Markup(
            "This run holds no trade that correspondent banks carried too, so it cannot say whether the "
            "regime is faster than they are; the yardsticks below are what others have published."
        )
    return Markup(
        "From documents to the seller's account the regime was <strong>{}</strong>: faster in {} and slower "
        "in {} of {} trades, with a median of {} against {} through correspondent banks. Trade by trade, the "
        "median gain is {}."
    ).format(
        _word(faster - slower, value(_THEIRS) - value(_OURS)),
        *map(show, ("faster", "slower", "trades compared", _OURS, _THEIRS, "median gain")),
    )


def _word(more: int | Fraction, gain: int | Fraction) -> str:
    """In a word, where the count (``more`` faster trades than slower) and the medians (``gain``) agree."""
    if more > 0 and gain > 0:
        return "faster"
    return "slower" if more < 0 and gain < 0 else "neither clearly faster nor clearly slower"


_OURS, _THEIRS = "median here", "median through correspondents"
