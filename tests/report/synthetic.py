"""A run folder made of chosen events: what no shipped scenario brings together, without a chain.

One day of everything: clearing, conversion, mined output, prices, a hold, a quarantined payout, refusals,
notes, and a baseline of correspondent banks. Amounts are given in thousands of SU.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from settlement.domain import events
from settlement.domain.baseline import Passage
from settlement.domain.events import Event
from settlement.domain.notes import Note, NoteKind
from settlement.domain.participants import (
    Access,
    DrawKind,
    Flow,
    Instrument,
    LicenceStatus,
    OwnershipClass,
    Role,
    Screening,
    Stage,
)
from settlement.domain.programme import NO_CAP, ClassCaps, Corridor, Programme
from settlement.domain.quotes import QuoteSide
from settlement.domain.reasons import Reason
from settlement.domain.travel import Person, Side, record_hash, travel_record, travel_salt
from settlement.ledger.store import Store

THOUSAND = 1_000 * 10**6
HOUR, DAY = 3_600, 86_400
MONDAY = date(2027, 3, 1)
ZERO = int(datetime(2027, 3, 1, tzinfo=UTC).timestamp())

PARTIES = {
    "A": (Role.SETTLER, "XH", ""),
    "C": (Role.SETTLER, "XH", ""),
    "X": (Role.COUNTERPARTY, "XF", "I"),
    "Y": (Role.COUNTERPARTY, "XG", ""),
    "I": (Role.INTERMEDIARY, "XF", ""),
    "M": (Role.MINER, "XH", ""),
}
SIDES = {
    "A": Side(Person("A", "Aurora Imports", "XH"), "A", None),
    "C": Side(Person("C", "Cobalt Trading", "XH"), "C", None),
    "X": Side(Person("X", "Xenon Exports", "XF"), "X", Person("I", "Isthmus Agency", "XF")),
}
OBLIGATIONS = (("N1", "A", "X", 100), ("N2", "X", "C", 80), ("N3", "C", "Y", 90), ("N4", "Y", "A", 70))

SCENARIO = """\
scenario: one-of-everything
title: Two credits, a clearing cycle and a fall of the price
start: 2027-03-01
end: 2027-03-12
jurisdictions:
  XH: {name: Homeland, calendar: BR}
  XF: {name: Farland, calendar: PT}
  XG: {name: Greenland Sea, calendar: PT}
regime: {home: XH, start: 2027-03-01, end: 2028-03-01, wind_down: 30 days, direct_payments: true}
participants:
  - {id: A, name: Aurora Imports, kind: authorised entity, jurisdiction: XH}
  - {id: C, name: Cobalt Trading, kind: authorised entity, jurisdiction: XH}
  - {id: X, name: Xenon Exports, kind: counterparty, jurisdiction: XF, intermediary: I}
  - {id: Y, name: Yarrow Goods, kind: counterparty, jurisdiction: XG}
  - {id: I, name: Isthmus Agency, kind: intermediary, jurisdiction: XF}
  - {id: M, name: Mistral Mining, kind: miner, jurisdiction: XH}
"""

Made = tuple[type[Event], dict[str, Any]]


class Script:
    """Transactions at hours since Monday, told in any order and booked in that of time."""

    def __init__(self) -> None:
        self._told: list[tuple[int, str, tuple[Made, ...]]] = []
        self.lines: list[str] = []
        self.blocks = 0

    def __call__(self, hour: float, actor: str, *made: Made) -> None:
        """One transaction, and what it logged."""
        self._told.append((ZERO + int(hour * HOUR), actor, made))

    def book(self, store: Store, closes: Sequence[date]) -> None:
        """Write everything to ``store``, with a close at six on each of these days."""
        due = [(int(datetime(d.year, d.month, d.day, 18, tzinfo=UTC).timestamp()), d) for d in closes]
        for at, actor, made in sorted(self._told, key=lambda told: told[0]):
            while due and due[0][0] < at:
                store.keep_close(due[0][1], due.pop(0)[0])
            self._append(store, at, actor, made)
        for at, day in due:
            store.keep_close(day, at)

    def _append(self, store: Store, at: int, actor: str, made: tuple[Made, ...]) -> None:
        self.blocks += 1
        own = [
            kind(sim_time=at, actor=actor, block=self.blocks, log_index=index, **fields)
            for index, (kind, fields) in enumerate(made)
        ]
        reason = next((e.reason for e in own if isinstance(e, events.OperationRejected)), Reason.OK)
        store.append(self.blocks, at, actor, own[0].kind, reason, 100_000, own)
        self.lines += [event.canonical() for event in own]


def moved(flow: Flow, source: str, to: str, amount: int, **more: str) -> Made:
    """A movement of SU, in thousands."""
    fields = {
        "payer": source,
        "payee": to,
        "source": source,
        "destination": to,
        "ref": "",
        "trade": "",
        **more,
    }
    return events.Moved, {"flow": flow, "amount": amount * THOUSAND, **fields}


def credit(name: str, amount: int, payer: str = "A", payee: str = "X", **more: Any) -> dict[str, Any]:
    """The fields of a credit's opening."""
    return {
        "credit": name, "trade": name, "applicant": payer, "issuer": "", "confirmer": "", "beneficiary":
        payee, "examiner": "I", "arbiter": "", "instrument": Instrument.SIGHT, "amount": amount * THOUSAND,
        "tolerance": 0, "advance": 0, "guarantee": "", "return_period": 0, "demurrage": 0, "retention": 0,
        "retention_period": 0, "offer_until": 0, "fund_until": 0, "latest_shipment": 0, "expiry": 0,
        "presentation_period": 0, "tenor": 0, "waiver_window": 0, "award_period": 0, "banking_place": "XH",
        "documents": 1, "partial_draws": True, "instalments": (), "instalments_until": (), "terms_hash":
        "00",
        **more,
    }  # fmt: skip


def _constitute(say: Script) -> None:
    caps = ClassCaps(payment=1_000 * 100_000, daily=2_000 * 100_000)
    programme = Programme(
        start=ZERO, end=ZERO + 300 * DAY, wind_down_end=ZERO + 330 * DAY, home="XH", private_from_phase=2,
        domestic_ban=True, direct_payments=True, regime_cap=2_500 * 100_000, state_caps=caps,
    )  # fmt: skip
    fields = {slot: getattr(programme, slot) for slot in Programme.__slots__}
    corridors = (Corridor("XF", Access.DIRECT, 800 * 100_000), Corridor("XG", Access.DIRECT))
    say(-24, "supervisor", (events.ProgrammeDrafted, {**fields, "corridors": corridors}))
    for name, (roles, jurisdiction, intermediary) in PARTIES.items():
        say(-23, "supervisor", (events.ParticipantRegistered, {
            "participant": name, "wallet": name, "roles": roles, "ownership": OwnershipClass.STATE,
            "jurisdiction": jurisdiction, "owner_jurisdiction": jurisdiction, "licence": LicenceStatus.ACTIVE,
            "licence_until": 0, "kyc_until": 0, "sponsor": "", "intermediary": intermediary,
            "cap": 700 * 100_000 if name == "C" else NO_CAP,
        }))  # fmt: skip
    for trade, entity, other in (("C1", "A", "X"), ("C2", "C", "X")):
        terms = {"entity": entity, "counterparty": other, "value": 1, "until": 1, "chapter": 84}
        say(-22, "sponsoring bank", (events.TradeRegistered, {"trade": trade, **terms}))
        # The record of C2 is not the one that its hash is of.
        record = travel_record(SIDES[entity], SIDES[other if trade == "C1" else entity])
        hashed = record_hash(record, travel_salt(1, trade)).hex()
        say(-22, entity, (events.TravelRecorded, {"trade": trade, "travel_record": hashed}))
    say(0, "supervisor", (events.StageChanged, {"stage": Stage.ACTIVE}))


def _issue(say: Script) -> None:
    for name, amount in (("A", 900), ("C", 400), ("X", 50), ("Y", 50)):
        say(1, "ramp", (events.CashDeposited, {"amount": amount * THOUSAND, "ref": name}),
            moved(Flow.ISSUE, "issuance", name, amount, ref=name))  # fmt: skip
    for asset, value in (("COIN", 60_000 * 100 * 10**6), ("SU", 100 * 10**6)):
        say(2, "feeder 1", (events.PriceAccepted, {"asset": asset, "value": value}))
    say(3, "M", (events.OutputAttested, {
        "attestation": "O1", "miner": "M", "start": 0, "end": 0, "coins": 2 * 10**8, "energy": 500_000,
        "difficulty": 1,
    }))  # fmt: skip
    say(4, "M", (events.CoinsDeposited, {"coins": 2 * 10**8, "ref": "O1"}),
        moved(Flow.INTAKE, "issuance", "A", 114, ref="O1"))  # fmt: skip
    say(30, "feeder 1", (events.PriceAccepted, {"asset": "COIN", "value": 42_000 * 100 * 10**6}))
    say(31, "A", (events.QuoteAccepted, {
        "quote": "Q1", "entity": "A", "side": QuoteSide.SELLS_SU, "su_amount": 10 * THOUSAND,
        "drl_amount": 1_005_000, "market": 1_000_000,
    }))  # fmt: skip


def _clear(say: Script) -> None:
    for number, (trade, payer, payee, amount) in enumerate(OBLIGATIONS, 1):
        say(8 + number, payer, (events.ObligationEntered, {
            "obligation": number, "payer": payer, "payee": payee, "amount": amount * THOUSAND, "priority": 0,
            "trade": trade, "until": ZERO + 30 * DAY,
        }))  # fmt: skip
    settled = [(events.ObligationSettled, {"obligation": number, "cycle": 1}) for number in range(1, 5)]
    legs = [
        moved(Flow.NET_LEG, "A", "ClearingHouse", 30),
        moved(Flow.NET_LEG, "C", "ClearingHouse", 10),
        moved(Flow.NET_LEG, "ClearingHouse", "X", 20),
        moved(Flow.NET_LEG, "ClearingHouse", "Y", 20),
    ]
    total = {"cycle": 1, "obligations": 4, "gross": 340 * THOUSAND, "net": 40 * THOUSAND}
    say(16, "clearing", *settled, *legs, (events.CycleSettled, total))


def _trade(
    say: Script, name: str, hour: float, amount: int, wait: float, payer: str = "A", held: int = 0
) -> None:
    """A credit from opening to payment, which comes ``wait`` hours after acceptance.

    Its clock, on which it matures, is behind by the ``held`` seconds for which it stood still before.
    """
    step = {"credit": name, "draw": 1}
    say(hour, payer, (events.CreditOpened, credit(name, amount, payer)))
    say(hour + 24, "X", (events.CreditIssued, {"credit": name}))
    say(hour + 48, payer, (events.CreditFunded, {"credit": name, "amount": amount * THOUSAND}),
        moved(Flow.FUND, payer, "TradeEscrow", amount, payee="X", ref=name, trade=name))  # fmt: skip
    say(hour + 96, "X", (events.DrawPresented, {
        **step, "draw_kind": DrawKind.DOCUMENTS, "amount": amount * THOUSAND, "shipped_at": 0,
        "documents": ("d",), "examine_until": 0,
    }))  # fmt: skip
    accepted = hour + 120
    maturity = ZERO + int(accepted * HOUR) - held
    say(
        accepted, "I", (events.DrawAccepted, {**step, "maturity": maturity, "deemed": False, "waived": False})
    )
    say(accepted + wait, "keeper",
        moved(Flow.PAY, "TradeEscrow", "X", amount, payer=payer, ref=name, trade=name),
        (events.DrawPaid, {**step, "amount": amount * THOUSAND, "retention": 0, "arrived": True}),
        (events.CreditClosed, {"credit": name}))  # fmt: skip


def _comply(say: Script) -> None:
    say(20, "compliance", (events.CreditHeld, {"credit": "C2"}))
    say(44, "second reviewer", (events.CreditReleased, {"credit": "C2", "tolled": DAY}))
    for hour, screening in (
        (50, Screening.POTENTIAL),
        (53, Screening.POTENTIAL),
        (56, Screening.FALSE_POSITIVE),
    ):
        fields = {"participant": "Y", "screening": screening, "list_version": 2}
        say(hour, "compliance", (events.ScreeningChanged, fields))
    for hour, reason in ((60, Reason.DOMESTIC_PAYMENT), (61, Reason.CAP_DAILY), (62, Reason.CAP_DAILY)):
        say(hour, "A", (events.OperationRejected, {"flow": "DIRECT", "reason": reason, "subject": "C"}))
    fields = {"item": 1, "payer": "A", "payee": "Y", "amount": 5 * THOUSAND, "ref": "d1"}
    say(63, "A", moved(Flow.DIRECT, "A", "Quarantine", 5, payee="Y", ref="d1", trade="d1"),
        (events.ItemHeld, fields))  # fmt: skip


def _begins(day: date) -> int:
    return ZERO + (day - MONDAY).days * DAY


def _baseline() -> Iterator[Passage]:
    for trade, days in (("C1", 11), ("C2", 14)):
        yield Passage(
            trade=trade, instrument="SIGHT", amount=200 * THOUSAND, ordered=ZERO, documents=ZERO + 5 * DAY,
            accepted=None, due=ZERO + (days - 1) * DAY, paid=ZERO + days * DAY, failed=trade == "C2",
            transfer=3 * THOUSAND, fx=THOUSAND, issuance=360 * 10**6, confirmation=280 * 10**6,
            prefunding=THOUSAND // 4, days=73, nostro=40 * THOUSAND, capital=600,
        )  # fmt: skip


def tell(say: Script, first_credit: int = 200) -> None:
    """Tell all that happens."""
    for part in (_constitute, _issue, _clear, _comply):
        part(say)
    _trade(say, "C1", 5, first_credit, 0.5)
    _trade(say, "C2", 10, 300, 30, payer="C", held=DAY)


def build(folder: Path, first_credit: int = 200) -> Path:
    """A complete run folder of this script, with closes on the banking days of two weeks."""
    folder.mkdir(parents=True)
    say = Script()
    tell(say, first_credit)
    days = [MONDAY + timedelta(days=days) for days in range(12)]
    with closing(Store.create(folder / "run.duckdb")) as store:
        say.book(store, [day for day in days if day.weekday() < 5])
        store.keep_banking_days((day, _begins(day)) for day in days if day.weekday() < 5)
        store.keep_baseline(_baseline())
        store.note(
            Note(ZERO + 60 * HOUR, "supervisor", NoteKind.INCIDENT, "A", "A tried to pay C, a resident.")
        )
    (folder / "scenario.yaml").write_text(SCENARIO)
    (folder / "events.jsonl").write_text("".join(f"{line}\n" for line in say.lines))
    digest = hashlib.sha256((folder / "events.jsonl").read_bytes()).hexdigest()
    summary = {
        "scenario": "one-of-everything", "seed": 1, "backend": "synthetic", "run_hash": digest,
        "status": "ok", "balances": {}, "credits": {"C1": "CLOSED", "C2": "CLOSED"}, "draws": {},
        "bills": {}, "obligations": {}, "held": {"credits": 0, "quarantine": 0}, "rejections": [],
        "alerts": [], "expectations": [], "reconciled": True, "transactions": say.blocks,
        "gas_used": say.blocks * 100_000, "gas": "exact", "wall_seconds": 0.1,
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(summary))
    return folder
