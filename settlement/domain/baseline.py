"""The baseline: what became of a trade in a chain of correspondent banks."""

from dataclasses import dataclass

__all__ = ["Passage"]


@dataclass(frozen=True, slots=True)
class Passage:
    """One trade's way through correspondent banks; times are epoch seconds, amounts minor units of SU.

    Attributes:
        trade: its name, the same as under the regime.
        instrument: as the trades of a run name it.
        amount: what the buyer was to pay, fees aside.
        ordered: when it was opened, offered or entered.
        documents: when the seller handed the first documents to its bank; None where there are none.
        accepted: when the documents were taken up for the payment that reached the seller last; None where
            there are none, or they went back.
        due: when that payment was ordered or due; None where none ever was.
        paid: when it reached the seller; None where none ever did.
        failed: whether an investigation held a payment up.
        transfer, fx, issuance, confirmation, prefunding: what it cost, by component.
        days: for how long issuance and confirmation were charged: from a credit's opening to its expiry; 0
            where there is no credit.
        nostro: what was kept idle on nostro accounts for it, in the month of its order.
        capital: what idle balances cost, basis points a year.
    """

    trade: str
    instrument: str
    amount: int
    ordered: int
    documents: int | None
    accepted: int | None
    due: int | None
    paid: int | None
    failed: bool
    transfer: int
    fx: int
    issuance: int
    confirmation: int
    prefunding: int
    days: int
    nostro: int
    capital: int
