"""One English sentence for each event that tells a trade's story."""

from collections.abc import Callable
from datetime import UTC, datetime

from settlement.domain.amounts import Amount, Unit
from settlement.domain.reasons import Reason
from settlement.report.stored import Step

_ONE = Amount.parse("1 SU").minor
_HELD_BACK = ", into quarantine: the payee is held back"


def day(sim_time: int) -> str:
    """A day as people write it: ``Tue 2 Mar 2027``."""
    moment = datetime.fromtimestamp(sim_time, UTC)
    return f"{moment:%a} {moment.day} {moment:%b %Y}"


def su(minor: int) -> str:
    """An amount of SU."""
    return str(Amount(minor))


def drl(minor: int) -> str:
    """An amount of the domestic currency."""
    return str(Amount(minor, Unit.DRL))


def coins(minor: int) -> str:
    """Mined coins, which have 8 decimals."""
    whole, fraction = divmod(minor, 10**8)
    return f"{whole:,}.{fraction:08d}".rstrip("0").rstrip(".") + " coins"


def sentence(step: Step) -> str | None:
    """What ``step.actor`` did; None for an event that another one tells already.

    ``settlement.report.narrator`` gives each step what its sentence needs of the events before it.
    """
    tell = _SENTENCES.get(step.kind)
    return None if tell is None else tell(step)


def _moved(step: Step) -> str | None:
    """Movements under a credit or bill, and those out of quarantine, are told by events of their own."""
    if step.data["source"] == "Quarantine" or step.data["destination"] == "Collections":
        return None
    amount, where = su(step.data["amount"]), ""
    if step.data["destination"] == "Quarantine":
        where = _HELD_BACK
    match step.data["flow"]:
        case "ISSUE":
            return f"issues {amount} to {step.data['destination']}"
        case "REDEEM":
            return f"redeems {amount} of {step.data['source']}"
        case "DIRECT":
            return f"pays {amount} to {step.data['payee']} directly{where}"
        case "SEIZE":
            return f"seizes {amount} of {step.data['payer']} for {step.data['payee']}"
        case "RECOVERY":
            return f"recovers {amount} from the wallet {step.data['source']} to {step.data['destination']}"
        case "NET_LEG":
            debtor = step.data["destination"] == "ClearingHouse"
            party = step.data["source"] if debtor else step.data["payee"]
            return f"has {party} {'pay' if debtor else 'paid'} its net position of {amount}{where}"
    return None


def _domestic(step: Step) -> str | None:
    """The domestic leg of a conversion or a delivery is told by that."""
    if step.data["spender"] in ("ConversionDesk", "MinerIntake") or "ConversionDesk" in step.data["source"]:
        return None
    return f"moves {drl(step.data['amount'])} from {step.data['source']} to {step.data['destination']}"


def _opened(step: Step) -> str:
    data = step.data
    return (
        f"opens credit {data['credit']} for {su(data['amount'])} in favour of {data['beneficiary']}, "
        f"expiring {day(data['expiry'])}"
    )


def _presented(step: Step) -> str:
    data = step.data
    count = len(data["documents"])
    papers = f"{count} document{'s' * (count != 1)}"
    what = {
        "ADVANCE": f"demands an advance of {su(data['amount'])}",
        "DELIVERY": f"presents {papers} to show delivery",
        "DEMURRAGE": f"demands demurrage of {su(data['amount'])}",
    }.get(data["draw_kind"], f"presents {papers} for {su(data['amount'])}")
    return f"{what} as draw {_draw(step)}; five banking days end {day(data['examine_until'])}"


def _accepted(step: Step) -> str:
    if step.data["waived"]:
        return f"waives the discrepancies of draw {_draw(step)}"
    if step.data["deemed"]:
        return f"calls draw {_draw(step)} accepted: the examiner was silent for five banking days"
    return f"accepts draw {_draw(step)}, payable {day(step.data['maturity'])}"


def _paid(step: Step) -> str:
    data = step.data
    rest = f", and {su(data['retention'])} later" if data["retention"] else ", final"
    return f"pays draw {_draw(step)}: {su(data['amount'])}{rest}{_where(step)}"


def _final(step: Step) -> str | None:
    """What retains nothing is told by its payment."""
    retention = step.data["retention"]
    return f"pays the {su(retention)} retained of draw {_draw(step)}{_where(step)}" if retention else None


def _cancelled(step: Step) -> str:
    data = step.data
    if data["refunded"]:
        return f"cancels credit {data['credit']} by consent of all: {_back(step)}"
    return f"cancels credit {data['credit']}, which was never funded"


def _expired(step: Step) -> str:
    data = step.data
    if data.get("refund_arrived", True):
        return f"refunds {su(data['refunded'])} of the expired credit {data['credit']}"
    return f"ends the expired credit {data['credit']}: {_back(step)}"


def _credit_rejected(step: Step) -> str:
    rest = _back(step) if step.data["refunded"] else "nothing was locked"
    return f"rejects credit {step.data['credit']}: {rest}"


def _blocked(step: Step) -> str:
    amount = step.data["amount"]
    rest = f"{_go(amount)} into quarantine" if amount else "nothing was locked"
    return f"blocks credit {step.data['credit']}: {rest}"


def _amended(step: Step) -> str:
    rest = f": {_back(step)}" if step.data["refunded"] else ""
    return f"amends credit {step.data['credit']}, to which every party agreed{rest}"


def _wound_down(step: Step) -> str:
    data = step.data
    paid = "paid" if data.get("paid_arrived", True) else "due and put into quarantine"
    back = "refunded" if data.get("refund_arrived", True) else "left and put into quarantine"
    return f"winds credit {data['credit']} down: {su(data['paid'])} {paid}, {su(data['refunded'])} {back}"


def _back(step: Step) -> str:
    """Where what was left under a credit went."""
    arrived = step.data.get("refund_arrived", True)
    where = "back" if arrived else "into quarantine, for the applicant is held back"
    return f"{_go(step.data['refunded'])} {where}"


def _go(minor: int) -> str:
    """An amount of SU that goes somewhere."""
    return f"{su(minor)} {'goes' if minor == _ONE else 'go'}"


def _cancelled_bill(step: Step) -> str:
    data = step.data
    if data["agreed"]:
        return f"cancels bill {data['bill']}: {data['drawer']} presented nothing by {day(data['due'])}"
    return f"cancels bill {data['bill']}, to which {data['drawee']} has not agreed"


def _where(step: Step) -> str:
    return "" if step.data["arrived"] else _HELD_BACK


def _disputed(step: Step) -> str:
    data = step.data
    source = "retained" if data["from_retention"] else "undrawn"
    until = day(data["award_until"])
    return (
        f"disputes {su(data['amount'])} {source} under credit {data['credit']}; the arbiter has until {until}"
    )


def _awarded(step: Step) -> str:
    data = step.data
    how = "ends the dispute, on which no award came," if data["by_time"] else "decides the dispute"
    shares = (
        f"{su(data[amount])} to the {who}{'' if data.get(arrived, True) else ' (into quarantine)'}"
        for amount, who, arrived in (
            ("to_beneficiary", "beneficiary", "paid_arrived"),
            ("to_applicant", "applicant", "refund_arrived"),
        )
    )
    rest = f", {su(data['returned'])} undrawn again" if data["returned"] else ""
    return f"{how} under credit {data['credit']}: {', '.join(shares)}{rest}"


def _quoted(step: Step) -> str:
    data = step.data
    sells = "sells" if data["side"] == "SELLS_SU" else "buys"
    amounts = f"{su(data['su_amount'])} against {drl(data['drl_amount'])}"
    until = f"{datetime.fromtimestamp(data['valid_until'], UTC):%H:%M}"
    return f"offers {data['entity']} quote {data['quote']}: it {sells} {amounts}, firm until {until}"


def _converted(step: Step) -> str:
    data = step.data
    buys = "buys" if data["side"] == "SELLS_SU" else "sells"
    market = f", worth {drl(data['market'])} at the market" if data["market"] else ""
    amounts = f"{su(data['su_amount'])} against {drl(data['drl_amount'])}"
    return f"accepts quote {data['quote']}: it {buys} {amounts}{market}"


def _tripped(step: Step) -> str:
    # The oracle's prices are minor units of DRL times a million.
    old, new = (drl(step.data[key] // 10**6) for key in ("accepted", "median"))
    return f"trips the breaker of {step.data['asset']}: its price jumps from {old} to {new}"


def _cycle(step: Step) -> str:
    data = step.data
    count = f"{data['obligations']} obligation{'s' * (data['obligations'] != 1)}"
    moved = f"by moving {su(data['net'])}" if data["net"] else "without moving any SU"
    return f"settles {count} worth {su(data['gross'])} in clearing cycle {data['cycle']} {moved}"


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
    "FrozenSet": lambda s: (
        f"freezes {su(s.data['amount'])} of {s.data['participant']}"
        if s.data["amount"]
        else f"has nothing of {s.data['participant']} frozen any more"
    ),
    "CreditOpened": _opened,
    "CreditIssued": lambda s: f"agrees: credit {s.data['credit']} is irrevocable",
    "CreditFunded": lambda s: f"locks {su(s.data['amount'])} under credit {s.data['credit']}",
    "CreditCancelled": _cancelled,
    "CreditExpired": _expired,
    "CreditClosed": lambda s: f"closes credit {s.data['credit']}: nothing is locked any more",
    "DrawPresented": _presented,
    "DrawAccepted": _accepted,
    "DrawDiscrepant": _discrepant,
    "DrawReturned": lambda s: f"has the documents of draw {_draw(s)} returned",
    "DrawPaid": _paid,
    "DrawFinal": _final,
    "OperationRejected": _rejected,
    # Offices and keys
    "CallProposed": lambda s: f"proposes {s.data['contract']}.{s.data['function']}, which takes two people",
    "CallScheduled": lambda s: (
        f"announces {s.data['contract']}.{s.data['function']} for {day(s.data['ready_at'])}"
    ),
    "CallCancelled": lambda s: "cancels what was announced",
    "ListPublished": lambda s: f"publishes screening list {s.data['version']}",
    "SponsorChanged": lambda s: f"records {s.data['sponsor'] or 'no bank'} behind {s.data['participant']}",
    "IntermediaryChanged": lambda s: (
        f"records {s.data['intermediary'] or 'nobody'} as acting for {s.data['participant']}"
    ),
    "CapChanged": lambda s: f"changes the cap in the licence of {s.data['participant']}",
    "WalletRetired": lambda s: f"retires the wallet {s.data['wallet']} of {s.data['participant']}",
    "PrimaryWalletChanged": lambda s: f"has {s.data['participant']} paid at the wallet {s.data['wallet']}",
    # Trades
    "TradeRegistered": lambda s: (
        f"registers trade {s.data['trade']} of {s.data['entity']} with {s.data['counterparty']} "
        f"over {su(s.data['value'])}"
    ),
    "TradeAmended": lambda s: f"amends trade {s.data['trade']} to {su(s.data['value'])}",
    # More of credits and draws
    "CreditAmended": _amended,
    "CreditHeld": lambda s: f"holds credit {s.data['credit']}: no value moves, its clock stands still",
    "CreditReleased": lambda s: f"clears credit {s.data['credit']}",
    "CreditBlocked": _blocked,
    "CreditRejected": _credit_rejected,
    "CreditDisputed": _disputed,
    "CreditAwarded": _awarded,
    "CreditWoundDown": _wound_down,
    "AdvancePaid": lambda s: f"starts the clock of the advance: delivery by {day(s.data['return_until'])}",
    "AdvanceOverdue": lambda s: f"reports the advance under credit {s.data['credit']} overdue: no delivery",
    # Bills
    "BillOffered": lambda s: f"offers bill {s.data['bill']} for {su(s.data['amount'])} to {s.data['drawee']}",
    "BillAgreed": lambda s: f"agrees to bill {s.data['bill']}",
    "BillCancelled": _cancelled_bill,
    "BillPresented": lambda s: f"presents documents for payment of bill {s.data['bill']}",
    "BillPaid": lambda s: f"pays bill {s.data['bill']}: {su(s.data['amount'])}{_where(s)}",
    "BillReturned": lambda s: f"has the unpaid documents of bill {s.data['bill']} returned",
    "BillDefaulted": lambda s: f"states that {s.data['drawee']} defaulted on {su(s.data['amount'])}",
    # Quarantine
    "ItemReleased": lambda s: (
        f"releases item {s.data['item']} of the quarantine to its "
        f"{'payer' if s.data['to_payer'] else 'payee'}"
    ),
    "ItemClaimed": lambda s: f"has item {s.data['item']} of the quarantine paid: {su(s.data['amount'])}",
    # Money in and out
    "BreakerTripped": _tripped,
    "BreakerReset": lambda s: f"resets the breaker of {s.data['asset']} at {drl(s.data['value'] // 10**6)}",
    "CoinsSold": lambda s: f"sells {coins(s.data['coins'])} of the reserve for {su(s.data['proceeds'])}",
    "QuotePosted": _quoted,
    "QuoteAccepted": _converted,
    "OutputAttested": lambda s: (
        f"attests as {s.data['attestation']} {coins(s.data['coins'])} that {s.data['miner']} mined with "
        f"{s.data['energy']:,} kWh"
    ),
    "OutputDelivered": lambda s: (
        f"delivers {coins(s.data['coins'])} to the reserve: {su(s.data['su'])} for {s.data['entity']}, good "
        f"for trade {s.data['trade']} only, and {drl(s.data['payment'])} for {s.data['miner']}"
    ),
    "CurrencyMinted": lambda s: f"creates {drl(s.data['amount'])} for {s.data['to']}",
    "CurrencyBurned": lambda s: f"withdraws {drl(s.data['amount'])} of {s.data['holder']}",
    "CurrencyMoved": _domestic,
    "CurrencyRecovered": lambda s: (
        f"recovers {drl(s.data['amount'])} from the wallet {s.data['source']} to {s.data['destination']}"
    ),
    "CurrencyModuleRegistered": lambda s: f"decides whether {s.data['module']} may hold domestic currency",
    "DeliveryOrdered": lambda s: (
        f"orders {coins(s.data['coins'])} on attestation {s.data['attestation']}, for trade "
        f"{s.data['trade']} and at most {drl(s.data['max_payment'])}"
    ),
    "DeskLimitsChanged": lambda s: "sets the limits of the conversion desk",
    "FeederAdded": lambda s: f"lets {s.data['feeder']} feed prices",
    "FeederRemoved": lambda s: f"lets {s.data['feeder']} feed prices no more",
    "NetworkSet": lambda s: "records difficulty and reward of the mined network",
    "RegionSet": lambda s: f"{'permits' if s.data['permitted'] else 'forbids'} mining in {s.data['region']}",
    "RigRegistered": lambda s: f"registers the rig of {s.data['miner']} in {s.data['region']}",
    "AttestationRevoked": lambda s: "strikes an attestation of mined output",
    # Clearing
    "ObligationEntered": lambda s: (
        f"enters {s.data['trade']} for clearing, as number {s.data['obligation']}: {s.data['payer']} owes "
        f"{s.data['payee']} {su(s.data['amount'])}"
    ),
    "WithdrawalProposed": lambda s: f"asks to withdraw obligation {s.data['obligation']}",
    "ObligationWithdrawn": lambda s: f"agrees to withdraw obligation {s.data['obligation']}",
    "ObligationLapsed": lambda s: f"lets obligation {s.data['obligation']}, past its life, lapse",
    "CycleSettled": _cycle,
    "MemberExcluded": lambda s: f"excludes {s.data['member']} from clearing: {s.data['reason']}",
    "MemberReadmitted": lambda s: f"readmits {s.data['member']} to clearing",
    # Told by another event of the same transaction, or of no interest to a reader
    **dict.fromkeys(
        (
            "CashDeposited",
            "CashWithdrawn",
            "CoinsDeposited",
            "ConsentGiven",
            "DrawWoundDown",
            "Earmarked",
            "ItemHeld",
            "NetPositionSettled",
            "ObligationSettled",
            "PriceAccepted",
            "PricePosted",
            "QuarantineSet",
            "TradeDesignated",
            "TravelRecorded",
            "WaiverGiven",
        ),
        lambda s: None,
    ),
}
