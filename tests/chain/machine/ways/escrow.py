"""Ways to reasons on the machine ``Escrow``."""

from dataclasses import replace

from settlement.domain.participants import DrawKind
from tests.chain.machine.programmes import changed
from tests.chain.machine.setting import COMPLIANCE, SUPERVISOR, su
from tests.chain.machine.whole import Escrow
from tests.model.clock import DAY

#: Steps of a credit until then; ``PAID`` but for its retention.
OPENED, FUNDED, PRESENTED, ACCEPTED, PAID, FINAL = 1, 3, 4, 5, 6, 7


def credit(m: Escrow, kind: str, steps: int) -> str:
    """A credit that has come so far."""
    terms = m.terms("BS", kind)
    m.carry(terms, steps)
    return terms.ref


def ok(m: Escrow) -> None:
    """From the offer to the last of the retention."""
    credit(m, "retention", FINAL)


def beyond_regime(m: Escrow) -> None:
    """It expires after the regime."""
    m.offer("BS", "sight", "beyond the regime", flawed=True)


def instrument_not_permitted(m: Escrow) -> None:
    """The programme permits other instruments."""
    m.agree_on(SUPERVISOR, *changed(m.model.regime, "fewer instruments"))
    m.offer("BS", "sight", "nothing", flawed=False)


def terms_invalid(m: Escrow) -> None:
    """It is over nothing."""
    m.offer("BS", "sight", "nothing", flawed=True)


def calendar_not_loaded(m: Escrow) -> None:
    """Nobody knows the holidays of that year."""
    m.offer("BS", "sight", "beyond the calendar", flawed=True)


def on_hold(m: Escrow) -> None:
    """A draw is examined during a hold."""
    name = credit(m, "sight", PRESENTED)
    m.both("hold credit", lambda s: s.escrow.hold(COMPLIANCE, name))
    m.on_draw("accept", "E", name, 1)


def draws_open(m: Escrow) -> None:
    """It is to end while a draw is under way."""
    name = credit(m, "sight", PRESENTED)
    m.consent("B", name, None)


def too_early(m: Escrow) -> None:
    """It is to expire before its time."""
    name = credit(m, "sight", FUNDED)
    m.both("expire", lambda s: s.escrow.expire("U", name))


def too_late(m: Escrow) -> None:
    """S agrees after the offer."""
    name = credit(m, "sight", OPENED)
    m.setting.advance(4 * DAY)
    m.both("issue credit", lambda s: s.escrow.issue("S", name))


def amount_out_of_terms(m: Escrow) -> None:
    """A draw over more than there is."""
    name = credit(m, "sight", FUNDED)
    m.present_as(name, DrawKind.DOCUMENTS, m.credits[name].undrawn + 1, flaw=0)


def not_in_terms(m: Escrow) -> None:
    """Delivery is shown where nothing was advanced."""
    name = credit(m, "sight", FUNDED)
    m.present_as(name, DrawKind.DELIVERY, 0, flaw=0)


def instalment_missed(m: Escrow) -> None:
    """The time of the first instalment has passed."""
    name = credit(m, "instalments", FUNDED)
    m.setting.advance(13 * DAY)
    m.present_as(name, DrawKind.DOCUMENTS, su(400), flaw=0)


def not_guaranteed(m: Escrow) -> None:
    """The guarantee behind an advance was never funded."""
    guarantee = credit(m, "guarantee", OPENED)
    terms = replace(m.terms("BS", "advance"), guarantee=guarantee)
    m.carry(terms, FUNDED)
    m.present_as(terms.ref, DrawKind.ADVANCE, su(300), flaw=0)


def documents_incomplete(m: Escrow) -> None:
    """A document is missing."""
    name = credit(m, "sight", FUNDED)
    m.present_as(name, DrawKind.DOCUMENTS, su(1), flaw=4)


def document_reused(m: Escrow) -> None:
    """A transport document is presented again."""
    name = credit(m, "sight", PRESENTED)
    m.present_as(name, DrawKind.DOCUMENTS, su(1), flaw=3)
