"""A bill of S's on B that tests share, and the steps that it takes."""

from typing import Any

from settlement.chain.twins.collections import Collections
from settlement.domain.participants import Instrument
from settlement.domain.terms import BillTerms
from tests.chain.credits import ANYBODY, MIDNIGHT
from tests.world import DAY, World, su

FACE = su(1_000)
OFFER_UNTIL, DUE, GRACE = MIDNIGHT + 5 * DAY, MIDNIGHT + 30 * DAY, 7 * DAY
COLLECTION, OPEN_ACCOUNT = Instrument.COLLECTION, Instrument.OPEN_ACCOUNT
DOCUMENTS = bytes([7] * 32)


def terms(instrument: Instrument = COLLECTION, **changes: Any) -> BillTerms:
    """Terms of a bill of S's on B over 1,000 SU."""
    usual: dict[str, Any] = {
        "ref": "I1",
        "trade": "T-B-S",
        "drawer": "S",
        "drawee": "B",
        "instrument": instrument,
        "amount": FACE,
        "offer_until": OFFER_UNTIL,
        "due": DUE,
        "grace": GRACE,
    }
    return BillTerms(**(usual | changes))


def take(world: World, steps: str, instrument: Instrument = COLLECTION) -> Collections:
    """Take I1 through its first steps; B has approved what it will pay."""
    bills = world.system.collections
    for step in steps.split():
        match step:
            case "offer":
                bills.offer("S", terms(instrument))
            case "agree":
                bills.agree("B", "I1")
            case "present":
                bills.present("S", "I1", DOCUMENTS)
            case "approve":
                world.system.token.approve("B", bills, FACE)
            case "pay":
                bills.pay("B", "I1")
            case "return":
                bills.return_documents("B", "I1")
            case "cancel":
                bills.cancel("S", "I1")
            case "default":
                world.advance_to(DUE + GRACE + 1)
                bills.declare_default(ANYBODY, "I1")
    return bills
