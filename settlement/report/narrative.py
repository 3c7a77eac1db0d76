"""One English sentence for each event that tells a trade's story."""

from collections.abc import Callable
from datetime import UTC, datetime

from settlement.domain.amounts import Amount
from settlement.domain.reasons import Reason
from settlement.report.measures import Step


def day(sim_time: int) -> str:
    """A day as people write it: ``Tue 2 Mar 2027``."""
    moment = datetime.fromtimestamp(sim_time, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def su(minor: int) -> str:
    """An amount of SU."""
    return str(Amount(minor))


def sentence(step: Step) -> str | None:
    """What ``step.actor`` did; None for an event that another one tells already."""
    tell = _SENTENCES.get(step.kind)
    return None if tell is None else tell(step)


def _moved(step: Step) -> str | None:
    """Movements under a credit are told by the credit's own events."""
    amount = su(step.data["amount"])
    match step.data["flow"]:
        case "ISSUE":
            return f"issues {amount} to {step.data['payee']}"
        case "REDEEM":
            return f"redeems {amount} of {step.data['payer']}"
        case "DIRECT":
            return f"pays {amount} to {step.data['payee']} directly"
        case "SEIZE":
            return f"seizes {amount} of {step.data['payer']} for {step.data['payee']}"
    return None


def _opened(step: Step) -> str:
    data = step.data
    return (
        f"opens credit {data['credit']} for {su(data['amount'])} in favour of {data['beneficiary']}, "
        f"expiring {day(data['expiry'])}"
    )


def _presented(step: Step) -> str:
    data = step.data
    return (
        f"presents {len(data['documents'])} documents for {su(data['amount'])} as draw {_draw(step)}; "
        f"five banking days end {day(data['examine_until'])}"
    )


def _accepted(step: Step) -> str:
    if step.data["waived"]:
        return f"waives the discrepancies of draw {_draw(step)}"
    if step.data["deemed"]:
        return f"calls draw {_draw(step)} accepted: the examiner was silent for five banking days"
    return f"accepts draw {_draw(step)}, payable {day(step.data['maturity'])}"


def _discrepant(step: Step) -> str:
    faults = "; ".join(step.data["discrepancies"])
    return f"gives notice on draw {_draw(step)}: {faults} (waiver until {day(step.data['waive_until'])})"


def _rejected(step: Step) -> str:
    reason = Reason[step.data["reason"]]
    subject = f" ({step.data['subject']})" if step.data["subject"] else ""
    return f"is refused {step.data['flow']}{subject}: {reason.name}. {reason.sentence} {reason.remedy}"


def _draw(step: Step) -> str:
    return f"{step.data['credit']}/{step.data['draw']}"


_SENTENCES: dict[str, Callable[[Step], str | None]] = {
    "ProgrammeDrafted": lambda s: (
        f"drafts the programme of {s.data['home']}, {day(s.data['start'])} to {day(s.data['end'])}"
    ),
    "ProgrammeApproved": lambda s: "co-signs the programme",
    "PhaseProposed": lambda s: f"proposes phase {s.data['phase']}",
    "PhaseOpened": lambda s: f"opens phase {s.data['phase']}",
    "StageChanged": lambda s: f"turns the regime {s.data['stage'].replace('_', ' ')}",
    "ParticipantRegistered": lambda s: f"registers {s.data['participant']} of {s.data['jurisdiction']}",
    "WalletAdded": lambda s: f"gives {s.data['participant']} another wallet",
    "LicenceChanged": lambda s: f"sets the licence of {s.data['participant']} to {s.data['licence']}",
    "KycChanged": lambda s: f"renews the KYC file of {s.data['participant']}",
    "OwnerChanged": lambda s: (
        f"records that {s.data['participant']} is owned from {s.data['owner_jurisdiction']}"
    ),
    "ScreeningChanged": lambda s: f"screens {s.data['participant']}: {s.data['screening'].replace('_', ' ')}",
    "CalendarLoaded": lambda s: f"loads the banking days of {s.data['jurisdiction']}",
    "ModuleRegistered": lambda s: f"lets {s.data['module']} hold value for participants",
    "Moved": _moved,
    "FrozenSet": lambda s: f"freezes {su(s.data['amount'])} of {s.data['participant']}",
    "CreditOpened": _opened,
    "CreditIssued": lambda s: f"agrees: credit {s.data['credit']} is irrevocable",
    "CreditFunded": lambda s: f"locks {su(s.data['amount'])} under credit {s.data['credit']}",
    "CreditCancelled": lambda s: f"cancels credit {s.data['credit']}, which was never funded",
    "CreditExpired": lambda s: f"refunds {su(s.data['refunded'])} of the expired credit {s.data['credit']}",
    "CreditClosed": lambda s: f"closes credit {s.data['credit']}: nothing is locked any more",
    "DrawPresented": _presented,
    "DrawAccepted": _accepted,
    "DrawDiscrepant": _discrepant,
    "DrawReturned": lambda s: f"has the documents of draw {_draw(s)} returned",
    "DrawPaid": lambda s: f"pays draw {_draw(s)}: {su(s.data['amount'])}, final",
    "OperationRejected": _rejected,
}
