"""What terms of a credit must be: they hang together, lie ahead, and the rulebook passes the parties."""

from settlement.domain.participants import Instrument, Role
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.model.calendar import Calendar
from tests.model.clock import DAY
from tests.model.offices import require
from tests.model.regime import WHOLE
from tests.model.rulebook import Rulebook

#: UCP 600 art. 14b.
EXAMINATION = 5


def maximum(terms: Terms) -> int:
    """The most that may be drawn: the face amount with its tolerance, rounded down."""
    return terms.amount + terms.amount * terms.tolerance // WHOLE


def require_openable(terms: Terms, now: int, rulebook: Rulebook, calendar: Calendar) -> None:
    """They lie ahead, hang together, and everybody named may do what it is named for."""
    ahead = now <= terms.offer_until <= terms.fund_until <= terms.latest_shipment
    require(ahead and terms.ref != "", Reason.TERMS_INVALID)
    _require_consistent(terms, calendar)
    require_permitted(terms, rulebook)
    examines = Role.ATTESTOR if terms.instrument is Instrument.MILESTONE else Role.EXAMINER
    for name, role in (
        (terms.examiner, examines),
        (terms.issuer, Role.BANK),
        (terms.confirmer, Role.BANK),
        (terms.arbiter, Role.ARBITER),
    ):
        if name or role is examines:
            standing = rulebook.check_participant(name, role)
            require(standing is Reason.OK, standing)
    calendar.is_banking_day(terms.banking_place, now)


def require_permitted(terms: Terms, rulebook: Rulebook) -> None:
    """The two may enter such a trade of that size, and will last as long."""
    _require_pass(terms, maximum(terms) + terms.demurrage, rulebook)


def require_amendable(old: Terms, new: Terms, clock: int, rulebook: Rulebook, calendar: Calendar) -> None:
    """Parties, trade, kind, demurrage and plan stay; what has expired is not revived (UCP 600 art. 36)."""
    fixed = (
        *("ref", "trade", "instrument", "demurrage", "offer_until", "fund_until"),
        *("applicant", "issuer", "confirmer", "beneficiary", "examiner", "arbiter"),
        *("instalments", "instalments_until"),
    )
    same = all(getattr(old, name) == getattr(new, name) for name in fixed)
    require(same and old.expiry >= clock and new.expiry >= clock, Reason.TERMS_INVALID)
    _require_consistent(new, calendar)
    _require_pass(new, 0, rulebook)


def _require_pass(terms: Terms, amount: int, rulebook: Rulebook) -> None:
    until = terms.expiry + terms.tenor
    parties = terms.applicant, terms.beneficiary
    answer = rulebook.check_opening(*parties, until, terms.instrument, amount, terms.trade)
    require(answer is Reason.OK, answer)


def _require_consistent(terms: Terms, calendar: Calendar) -> None:
    sound = (
        _amounts(terms) and _times(terms) and _parties(terms) and _fits_instrument(terms) and _is_plan(terms)
    )
    require(sound, Reason.TERMS_INVALID)
    calendar.end_of_banking_day(terms.banking_place, terms.expiry, EXAMINATION)


def _amounts(terms: Terms) -> bool:
    return terms.amount > 0 and terms.tolerance <= WHOLE // 10 and terms.retention < WHOLE


def _times(terms: Terms) -> bool:
    return (
        terms.latest_shipment <= terms.expiry
        and terms.presentation_period > 0
        and 1 <= terms.documents <= 30
        and terms.return_period <= 2 * 365 * DAY
        and terms.waiver_window <= 30 * DAY
        and terms.retention_period <= 2 * 365 * DAY
        and (terms.retention == 0 or terms.retention_period > 0)
        and (terms.arbiter == "" or 0 < terms.award_period <= 90 * DAY)
    )


def _parties(terms: Terms) -> bool:
    """Two sides; who examines or decides is neither, nor is a bank; and the banks are two."""
    sides = {terms.applicant, terms.beneficiary}
    others = {terms.examiner, terms.arbiter, terms.issuer, terms.confirmer}
    banks_differ = terms.issuer == "" or terms.issuer != terms.confirmer
    impartial = terms.arbiter == "" or terms.arbiter not in (terms.examiner, terms.issuer, terms.confirmer)
    return len(sides) == 2 and "" not in sides and not sides & others and banks_differ and impartial


def _fits_instrument(terms: Terms) -> bool:
    if terms.instrument is Instrument.ADVANCE:
        return 0 < terms.advance <= terms.amount and terms.return_period > 0
    if terms.advance or terms.guarantee or terms.return_period:
        return False
    if terms.instrument is Instrument.GUARANTEE:
        return not (terms.tenor or terms.demurrage or terms.retention or terms.instalments)
    return {
        Instrument.SIGHT: terms.tenor == 0,
        Instrument.DEFERRED: terms.tenor > 0,
        Instrument.MILESTONE: True,
    }.get(terms.instrument, False)


def _is_plan(terms: Terms) -> bool:
    """Instalments add up to the face amount, one after the other until expiry."""
    times = terms.instalments_until
    if len(terms.instalments) != len(times) or len(times) > 100:
        return False
    if not times:
        return True
    rising = all(a < b for a, b in zip((0, *times), times, strict=False)) and times[-1] <= terms.expiry
    whole = sum(terms.instalments) == terms.amount and min(terms.instalments) > 0
    return rising and whole and terms.tolerance == 0 and terms.partial_draws
