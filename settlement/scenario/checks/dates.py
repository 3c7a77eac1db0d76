"""Dates: each in its order, and inside the days they belong to."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise

from settlement.domain.faults import Loc
from settlement.domain.reasons import Reason
from settlement.scenario.calendars import calendar_of
from settlement.scenario.checks.expectations import expects
from settlement.scenario.faults import Fault
from settlement.scenario.model import Credit, Regime, Scenario
from settlement.scenario.validation import has

#: The law behind the regime allows this many years.
LONGEST_REGIME_YEARS = 3
#: The escrow contract allows no longer waiver window.
LONGEST_WAIVER_DAYS = 30

Days = tuple[date, date]


def check_dates(scenario: Scenario) -> Iterator[Fault]:
    """Order of the scenario's, the regime's and each credit's dates; everything within its days."""
    window = None
    if has(scenario, "start", "end"):
        if scenario.end > scenario.start:
            window = (scenario.start, scenario.end)
        else:
            yield too_early(("end",), "the end", scenario.end, "after the start", scenario.start)
    regime = scenario.regime if has(scenario, "regime") else None
    if regime is not None:
        yield from _regime_dates(regime, window)
    if has(scenario, "credits"):
        for index, credit in enumerate(scenario.credits):
            yield from _credit_dates(scenario, credit, ("credits", index), window)
    if window is not None and has(scenario, "actions"):
        for index, action in enumerate(scenario.actions):
            if has(action, "at"):
                yield from _outside(("actions", index, "at"), action.at.date(), window)
    yield from _calendar_years(scenario, window)


def too_early(loc: Loc, what: str, day: date, must_be: str, other: date) -> Fault:
    """That ``what`` comes before the ``other`` day that it must be after, or on."""
    return Fault(
        loc, f"{what} {day} is not {must_be} {other}", f"a date {must_be} {other}", "move one of the two"
    )


def _outside(loc: Loc, day: date, window: Days) -> Iterator[Fault]:
    start, end = window
    if not start <= day <= end:
        expected = f"a day of the scenario, {start} to {end}"
        yield Fault(
            loc, f"{day} is outside the scenario", expected, "move it, or the scenario's start or end"
        )


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _term(regime: Regime) -> Days | None:
    """First and last day of the regime; None when they are unknown or out of order."""
    if not has(regime, "start", "end") or regime.end <= regime.start:
        return None
    return regime.start, regime.end


def _regime_dates(regime: Regime, window: Days | None) -> Iterator[Fault]:
    if window is not None and has(regime, "start"):
        yield from _outside(("regime", "start"), regime.start, window)
    if not has(regime, "start", "end"):
        return
    if _term(regime) is None:
        yield too_early(("regime", "end"), "the regime's end", regime.end, "after its start", regime.start)
        return
    # The years end with the day before the anniversary.
    latest = _years_after(regime.start, LONGEST_REGIME_YEARS) - timedelta(days=1)
    if regime.end > latest:
        message = f"the regime lasts longer than {LONGEST_REGIME_YEARS} years"
        yield Fault(("regime", "end"), message, f"a date up to {latest}", "end the regime earlier")
    if has(regime, "wind_down") and regime.wind_down.count < 1:
        message, remedy = "the regime has no time to wind down", "give it a few weeks"
        yield Fault(("regime", "wind_down"), message, "1 day or more", remedy)


def _credit_dates(scenario: Scenario, credit: Credit, loc: Loc, window: Days | None) -> Iterator[Fault]:
    term = _term(scenario.regime) if has(scenario, "regime") else None
    misplaced = list(_opening(credit, loc, window, term))
    yield from misplaced
    yield from _credit_order(credit, loc, with_opening=not misplaced)
    yield from _periods(credit, loc)
    if term is not None and not expects(scenario, Reason.BEYOND_REGIME):
        yield from _beyond_regime(credit, loc, term[1])
    if window is not None and has(credit, "presentations"):
        for index, presentation in enumerate(credit.presentations):
            if has(presentation, "shipped"):
                yield from _outside((*loc, "presentations", index, "shipped"), presentation.shipped, window)


def _opening(credit: Credit, loc: Loc, window: Days | None, term: Days | None) -> Iterator[Fault]:
    if not has(credit, "open"):
        return
    day, here = credit.open.date(), (*loc, "open")
    outside = list(_outside(here, day, window)) if window is not None else []
    yield from outside
    if not outside and term is not None and day < term[0]:
        yield too_early(here, "the opening", day, "on or after the regime's start", term[0])


def _credit_order(credit: Credit, loc: Loc, *, with_opening: bool) -> Iterator[Fault]:
    dates: list[tuple[str, date]] = []
    if with_opening and has(credit, "open"):
        dates.append(("open", credit.open.date()))
    for field in ("offer_until", "fund_until", "latest_shipment", "expiry"):
        if has(credit, field):
            dates.append((field, getattr(credit, field)))
    for (earlier, before), (later, day) in pairwise(dates):
        if day < before:
            yield too_early((*loc, later), later, day, f"on or after {earlier}", before)


def _periods(credit: Credit, loc: Loc) -> Iterator[Fault]:
    """Bounds that the contracts set."""
    if has(credit, "presentation_period") and credit.presentation_period.count < 1:
        message = "documents could be presented on the day of shipment only"
        yield Fault((*loc, "presentation_period"), message, "1 day or more", "21 days is the rule")
    if has(credit, "waiver_window") and credit.waiver_window.count > LONGEST_WAIVER_DAYS:
        message = f"a silent applicant could hold a draw open for {credit.waiver_window}"
        expected = f"{LONGEST_WAIVER_DAYS} days at most"
        yield Fault((*loc, "waiver_window"), message, expected, "shorten it")


def _beyond_regime(credit: Credit, loc: Loc, end: date) -> Iterator[Fault]:
    if not has(credit, "expiry"):
        return
    expected = f"expiry and tenor to end by {end}, the regime's end"
    if credit.expiry > end:
        message = f"expiry {credit.expiry} is after the regime's end {end}"
        yield Fault((*loc, "expiry"), message, expected, "move the expiry or the regime's end")
    elif has(credit, "tenor") and credit.expiry + credit.tenor.elapsed() > end:
        matures = credit.expiry + credit.tenor.elapsed()
        message = f"a draw at expiry would mature {matures}, after the regime's end {end}"
        yield Fault((*loc, "tenor"), message, expected, "shorten the tenor or move the expiry")


def _calendar_years(scenario: Scenario, window: Days | None) -> Iterator[Fault]:
    """Calendars must cover every year that the run or the regime's wind-down touches."""
    if window is None or not has(scenario, "jurisdictions"):
        return
    first, last = window
    term = _term(scenario.regime) if has(scenario, "regime") else None
    if term is not None and has(scenario.regime, "wind_down"):
        last = max(last, term[1] + scenario.regime.wind_down.elapsed())
    for code, jurisdiction in scenario.jurisdictions.items():
        if has(jurisdiction, "calendar"):
            known = calendar_of(jurisdiction.calendar)
            if first.year < known.start_year or last.year > known.end_year:
                message = f"calendar {jurisdiction.calendar} does not cover {first.year} to {last.year}"
                expected = f"years from {known.start_year} to {known.end_year}"
                loc = ("jurisdictions", code, "calendar")
                yield Fault(loc, message, expected, "move the dates or choose another calendar")
