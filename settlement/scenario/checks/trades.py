"""What trades refer to, and what credits consist of: advances, guarantees, instalments, presentations."""

from collections.abc import Iterator
from itertools import pairwise

from settlement.domain.faults import Loc
from settlement.domain.participants import DrawKind, Instrument, Office
from settlement.domain.reasons import Reason
from settlement.scenario.checks.days import outside
from settlement.scenario.checks.expectations import expects
from settlement.scenario.checks.names import ids, unknown
from settlement.scenario.faults import Fault
from settlement.scenario.model import Credit, Part, Presentation, Scenario
from settlement.scenario.validation import has

#: Bounds of the escrow contract.
MOST_TOLERANCE = 1_000
LONGEST_AWARD_DAYS = 90


def check_trades(scenario: Scenario) -> Iterator[Fault]:
    """Names, amounts and dates within and between the trades."""
    yield from _trade_ids(scenario)
    yield from _references(scenario)
    if has(scenario, "credits"):
        for index, credit in enumerate(scenario.credits):
            loc: Loc = ("credits", index)
            yield from _guarantee(scenario, credit, loc)
            if not expects(scenario, Reason.TERMS_INVALID):
                yield from _advance(credit, loc)
                yield from _instalments(credit, loc)
                yield from _shares(credit, loc)
            yield from _presentations(scenario, credit, loc)


def _trade_ids(scenario: Scenario) -> Iterator[Fault]:
    """The trade behind each of them goes by its id, so that no two of whatever kind share one."""
    taken: dict[str, tuple[str, int]] = {}
    for section in ("credits", "bills", "obligations"):
        parts = getattr(scenario, section) if has(scenario, section) else ()
        for index, part in enumerate(parts):
            first = taken.setdefault(part.id, (section, index)) if has(part, "id") else (section, index)
            if first == (section, index) or first[0] == section == "credits":
                continue
            message = f"id {part.id!r} is taken by {first[0]}[{first[1]}]"
            yield Fault((section, index, "id"), message, "an id of its own", "choose another id")


def _references(scenario: Scenario) -> Iterator[Fault]:
    participants, credits = (ids(scenario, section) for section in ("participants", "credits"))
    parties = {
        "participants": ("sponsor", "intermediary"),
        "credits": ("issuer", "confirmer", "arbiter"),
        "bills": ("seller", "buyer"),
    }
    for section, fields in parties.items():
        yield from _named(scenario, section, fields, "participant", participants)
    yield from _named(scenario, "credits", ("guarantee",), "credit", credits)
    yield from _named(scenario, "actions", ("credit",), "credit", credits)
    if not has(scenario, "expect"):
        return
    if participants is not None and has(scenario.expect, "alerts"):
        # Losses and gridlock are about an office.
        subjects = [*participants, *(office.value for office in Office)]
        for index, alert in enumerate(scenario.expect.alerts or ()):
            if has(alert, "subject"):
                loc = ("expect", "alerts", index, "subject")
                yield from unknown(loc, alert.subject, "participant", subjects)


def _named(
    scenario: Scenario, section: str, fields: tuple[str, ...], what: str, known: list[str] | None
) -> Iterator[Fault]:
    if known is None or not has(scenario, section):
        return
    parts: tuple[Part, ...] = getattr(scenario, section)
    for index, part in enumerate(parts):
        for field in fields:
            name = getattr(part, field, None) if has(part, field) else None
            if name is not None:
                yield from unknown((section, index, field), name, what, known)


def _guarantee(scenario: Scenario, credit: Credit, loc: Loc) -> Iterator[Fault]:
    """What secures an advance is a guarantee in favour of whoever pays it."""
    if not has(credit, "guarantee", "applicant") or credit.guarantee is None:
        return
    named = [c for c in scenario.credits if has(c, "id", "form", "beneficiary") and c.id == credit.guarantee]
    here, expected = (*loc, "guarantee"), f"a credit of form guarantee in favour of {credit.applicant}"
    for guarantee in named[:1]:
        if guarantee.form is not Instrument.GUARANTEE:
            yield Fault(here, f"credit {guarantee.id} is no guarantee", expected, "name a guarantee")
        elif guarantee.beneficiary != credit.applicant:
            message = f"guarantee {guarantee.id} is in favour of {guarantee.beneficiary!r}"
            yield Fault(here, message, expected, "name another guarantee or correct its beneficiary")


def _advance(credit: Credit, loc: Loc) -> Iterator[Fault]:
    """An advance credit says how much and by when; others say nothing of it."""
    if not has(credit, "form", "advance", "amount", "return_period", "guarantee"):
        return
    if credit.form is Instrument.ADVANCE:
        if not 0 < credit.advance.minor <= credit.amount.minor:
            message = f"an advance of {credit.advance} under a credit of {credit.amount}"
            expected = f"an amount above zero, up to {credit.amount}"
            yield Fault((*loc, "advance"), message, expected, "say how much may be drawn before delivery")
        if credit.return_period.count < 1:
            message, remedy = "no time to show delivery in", "say within how many days"
            yield Fault((*loc, "return_period"), message, "1 day or more", remedy)
        return
    for field in ("advance", "return_period", "guarantee"):
        said = {"advance": credit.advance.minor, "return_period": credit.return_period.count}
        if said.get(field, credit.guarantee):
            message, remedy = "only an advance credit has this", "write form: advance or remove it"
            yield Fault((*loc, field), message, "form: advance", remedy)


def _instalments(credit: Credit, loc: Loc) -> Iterator[Fault]:
    """Instalments add up to the face amount and follow each other until expiry (UCP 600 article 32)."""
    if not has(credit, "instalments", "amount", "expiry") or not credit.instalments:
        return
    if not all(has(instalment, "amount", "until") for instalment in credit.instalments):
        return
    here = (*loc, "instalments")
    total = sum(instalment.amount.minor for instalment in credit.instalments)
    if total != credit.amount.minor:
        amount = type(credit.amount)(total)
        message, expected = (
            f"the instalments add up to {amount}",
            f"{credit.amount}, the amount of the credit",
        )
        yield Fault(here, message, expected, "correct one of the amounts")
    for index, (one, other) in enumerate(pairwise(credit.instalments), 1):
        if other.until <= one.until:
            expected = f"a date after {one.until}"
            message = f"{other.until} is not after the instalment before, {one.until}"
            yield Fault((*here, index, "until"), message, expected, "put them in order")
    last = credit.instalments[-1].until
    if last > credit.expiry:
        message, expected = f"{last} is after the expiry {credit.expiry}", f"a date up to {credit.expiry}"
        yield Fault((*here, len(credit.instalments) - 1, "until"), message, expected, "move one of the two")


def _shares(credit: Credit, loc: Loc) -> Iterator[Fault]:
    """Bounds that the contracts set."""
    if has(credit, "tolerance") and credit.tolerance > MOST_TOLERANCE:
        message, expected = f"a tolerance of {credit.tolerance}", "10 % at most (UCP 600 article 30)"
        yield Fault((*loc, "tolerance"), message, expected, "lower it")
    if has(credit, "retention", "retention_period") and credit.retention:
        if credit.retention_period.count < 1:
            message, remedy = "the retention has no end", "say for how many days"
            yield Fault((*loc, "retention_period"), message, "1 day or more", remedy)
        if credit.retention >= 10_000:
            message, remedy = "nothing would be paid before the retention ends", "lower it"
            yield Fault((*loc, "retention"), message, "less than 100 %", remedy)
    has_arbiter = has(credit, "arbiter", "award_period") and credit.arbiter is not None
    if has_arbiter and not 1 <= credit.award_period.count <= LONGEST_AWARD_DAYS:
        message = f"the arbiter has {credit.award_period} for an award"
        expected = f"1 to {LONGEST_AWARD_DAYS} days"
        yield Fault((*loc, "award_period"), message, expected, "give it some weeks")


def _presentations(scenario: Scenario, credit: Credit, loc: Loc) -> Iterator[Fault]:
    if not has(credit, "presentations"):
        return
    for index, presentation in enumerate(credit.presentations):
        here = (*loc, "presentations", index)
        yield from _drawn(credit, presentation, here)
        if has(presentation, "at") and presentation.at is not None:
            day = presentation.at.date()
            yield from outside(scenario, day, (*here, "at"))
            if has(presentation, "shipped") and day < presentation.shipped:
                message = f"presented {day}, before the shipment {presentation.shipped}"
                expected = f"a moment on or after {presentation.shipped}"
                yield Fault((*here, "at"), message, expected, "move one of the two")


def _drawn(credit: Credit, presentation: Presentation, here: Loc) -> Iterator[Fault]:
    """Delivery draws nothing, everything else something, and only what the terms provide for."""
    if not has(presentation, "of", "amount"):
        return
    if presentation.of is DrawKind.DELIVERY and presentation.amount.minor:
        message, expected = f"{presentation.amount} for showing delivery", "0 SU: it draws nothing"
        yield Fault((*here, "amount"), message, expected, "draw the amount with another presentation")
    elif presentation.of is not DrawKind.DELIVERY and not presentation.amount.minor:
        yield Fault((*here, "amount"), "nothing is drawn", "an amount above 0 SU", "write the amount")
    for_advance = presentation.of in (DrawKind.ADVANCE, DrawKind.DELIVERY)
    if for_advance and has(credit, "form") and credit.form is not Instrument.ADVANCE:
        word = presentation.of.name.lower()
        expected = "documents or demurrage, or a credit of form advance"
        yield Fault(
            (*here, "of"), f"the credit provides for no {word}", expected, "correct it, or the credit's form"
        )
    if presentation.of is DrawKind.DEMURRAGE and has(credit, "demurrage") and not credit.demurrage.minor:
        expected = "a credit with a demurrage reserve"
        yield Fault((*here, "of"), "the credit has no demurrage reserve", expected, "give it one")
