"""What goes into quarantine is told as such, in sentences, tables and on the page, whichever way it went."""

from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from settlement.report.measures import CreditLine, Step, StoredRun, open_run
from settlement.report.narrator import narrated
from settlement.report.page import render_page
from settlement.report.terminal import show_run
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.simulation.running import changed, without_expectations
from tests.sweep.running import EVM

SU = 10**6
Changes = tuple[tuple[str, str], ...]


def listed(participant: str, at: str) -> str:
    """An action by which a participant is held back."""
    return f"do: screen, at: {at}, participant: {participant}, result: true match"


def simulated(base: str, changes: Changes, actions: tuple[str, ...], folder: Path) -> Path:
    """The folder of a changed scenario's run."""
    text = without_expectations(scenario_text(base)).partition("\nactions:")[0] + "\n"
    text = changed(text, *changes)
    if actions:
        text += "actions:\n" + "".join(f"  - {{{action}}}\n" for action in actions)
    run_scenario(parse_scenario(text, "test"), text, folder, backend=EVM)
    return folder


#: The buyer is the listed party and not the seller.
BUYER_LISTED = (
    ("    balance: 1_500_000 SU\n", "    balance: 1_500_000 SU\n    listed: true\n"),
    (
        "    listed: true                 # it truly is the party on the list; the reviewers will find out\n",
        "",
    ),
    ("Sundra Exports Company", "Borealis Import Houses"),
)
RETAINED = (
    (
        "    amount: 1_000_000 SU\n",
        "    amount: 1_000_000 SU\n    retention: 10 %\n    retention_period: 20 days\n",
    ),
)
ARBITER = (
    ("credits:\n", "  - {id: R, name: Court, kind: arbiter, jurisdiction: XH}\n\ncredits:\n"),
    ("    examiner: E\n", "    examiner: E\n    arbiter: R\n    award_period: 30 days\n"),
)
DISPUTE = "do: dispute, at: 2027-04-05 10:00, actor: B, credit: C1, amount: 500_000 SU"
AWARD = "do: award, at: 2027-04-12 10:00, actor: R, credit: C1, to_beneficiary: 300_000 SU"

#: A way out of a credit, the sentence that ends it, and what was paid, refunded and quarantined in the end,
#: in thousands of SU.
WAYS: dict[str, tuple[str, Changes, tuple[str, ...], str, tuple[int, int, int]]] = {
    "draw": (
        "baseline-bilateral",
        (),
        (listed("S", "2027-03-25 10:00"),),
        "pays draw C1/1: 1,000,000.00 SU, final, into quarantine: the payee is held back",
        (0, 0, 1_000),
    ),
    "retention": (
        "baseline-bilateral",
        RETAINED,
        (listed("S", "2027-04-05 10:00"),),
        "pays the 100,000.00 SU retained of draw C1/1, into quarantine: the payee is held back",
        (900, 0, 100),
    ),
    "rejection": (
        "hit-rejected",
        BUYER_LISTED,
        (),
        "rejects credit C1: 1,000,000.00 SU go into quarantine, for the applicant is held back",
        (0, 0, 1_000),
    ),
    "rejection that arrives": (
        "hit-rejected",
        (),
        (),
        "rejects credit C1: 1,000,000.00 SU go back",
        (0, 1_000, 0),
    ),
    "block": ("hit-blocked", (), (), "blocks credit C1: 1,000,000.00 SU go into quarantine", (0, 0, 1_000)),
    "expiry": (
        "nothing-presented",
        (),
        (listed("B", "2027-05-01 10:00"),),
        "ends the expired credit C1: 1,000,000.00 SU go into quarantine, for the applicant is held back",
        (0, 0, 1_000),
    ),
    "expiry, claimed since": (
        "nothing-presented",
        (),
        (
            listed("B", "2027-05-01 10:00"),
            "do: screen, at: 2027-05-20 10:00, participant: B, result: clear",
        ),
        "ends the expired credit C1: 1,000,000.00 SU go into quarantine, for the applicant is held back",
        (0, 1_000, 0),
    ),
    "award to the seller": (
        "nothing-presented",
        ARBITER,
        (listed("S", "2027-04-08 10:00"), DISPUTE, AWARD),
        "300,000.00 SU to the beneficiary (into quarantine), 200,000.00 SU to the applicant",
        (0, 700, 300),
    ),
    "award to the buyer": (
        "nothing-presented",
        ARBITER,
        (listed("B", "2027-04-08 10:00"), DISPUTE, AWARD),
        "300,000.00 SU to the beneficiary, 200,000.00 SU to the applicant (into quarantine)",
        (300, 0, 700),
    ),
    "wind-down, the seller": (
        "regime-expires",
        (),
        (listed("S", "2027-05-05 10:00"),),
        "winds credit C1 down: 600,000.00 SU due and put into quarantine, 400,000.00 SU refunded",
        (0, 400, 600),
    ),
    "wind-down, the buyer": (
        "regime-expires",
        (),
        (listed("B", "2027-05-05 10:00"),),
        "winds credit C1 down: 600,000.00 SU paid, 400,000.00 SU left and put into quarantine",
        (600, 0, 400),
    ),
}


def view_of(run: StoredRun) -> str:
    """The terminal view, on one line."""
    console = Console(width=250, record=True, force_terminal=False)
    show_run(console, run)
    return " ".join(console.export_text().split())


@pytest.mark.parametrize("way", WAYS)
def test_every_way_out_of_a_credit_says_where_the_value_went(way: str, tmp_path: Path) -> None:
    base, changes, actions, told, amounts = WAYS[way]
    paid, refunded, quarantined = (amount * 1_000 * SU for amount in amounts)
    with open_run(simulated(base, changes, actions, tmp_path / "run")) as run:
        (line,) = run.credits()
        assert line == CreditLine("C1", line.state, 1_000_000 * SU, paid, refunded, quarantined)
        assert quarantined == run.summary["held"]["quarantine"]
        assert any(words and told in words for _, words in narrated(run.steps()))
        view, page = view_of(run), render_page(run)
    assert told in view
    assert told in page
    for shown in (
        view.partition("Credits")[2],
        page.partition("<h2>Trades</h2>")[2].partition("</table>")[0],
    ):
        assert ("quarantined" in shown) is bool(quarantined)
        if quarantined:
            assert f"{quarantined // SU:,}.00" in shown


def movement(flow: str, amount: int, ref: str, source: str, destination: str = "Quarantine") -> Step:
    """A movement of SU between B and S."""
    parties = {"payer": "B", "payee": "S", "source": source, "destination": destination}
    return Step(0, "B", "Moved", {"flow": flow, "amount": amount, "ref": ref, "trade": ref, **parties})


def told_of(*steps: Step) -> str | None:
    """The sentence of the last step."""
    *_, (_, words) = narrated(steps)
    return words


BACK = "go into quarantine, for the applicant is held back"


@pytest.mark.parametrize(
    ("kind", "fields", "arrives", "told"),
    [
        ("CreditCancelled", {"refunded": 2 * SU}, True, "by consent of all: 2.00 SU go back"),
        ("CreditCancelled", {"refunded": SU}, True, "by consent of all: 1.00 SU goes back"),
        ("CreditCancelled", {"refunded": 2 * SU}, False, f"by consent of all: 2.00 SU {BACK}"),
        ("CreditAmended", {"refunded": 0}, True, "every party agreed"),
        ("CreditAmended", {"refunded": 2 * SU}, True, "every party agreed: 2.00 SU go back"),
        (
            "CreditAmended",
            {"refunded": SU},
            False,
            "1.00 SU goes into quarantine, for the applicant is held back",
        ),
        ("CreditRejected", {"refunded": 0}, True, "rejects credit C1: nothing was locked"),
        (
            "CreditRejected",
            {"refunded": SU},
            False,
            "1.00 SU goes into quarantine, for the applicant is held back",
        ),
    ],
)
def test_what_goes_back_is_told_whether_it_arrives(
    kind: str, fields: dict[str, Any], arrives: bool, told: str
) -> None:
    to = "B" if arrives else "Quarantine"
    moved = [movement("REFUND", fields["refunded"], "C1", "TradeEscrow", to)] * bool(fields["refunded"])
    words = told_of(*moved, Step(0, "B", kind, {"credit": "C1", **fields}))
    assert words is not None
    assert words.endswith(told)


@pytest.mark.parametrize(
    ("amount", "told"),
    [(0, "nothing was locked"), (SU, "1.00 SU goes into quarantine"), (2 * SU, "2.00 SU go into quarantine")],
)
def test_a_block_says_what_was_locked(amount: int, told: str) -> None:
    step = Step(0, "reviewer", "CreditBlocked", {"credit": "C1", "amount": amount})
    assert told_of(movement("PAY", amount, "C1", "TradeEscrow"), step) == f"blocks credit C1: {told}"


def test_a_wind_down_of_a_held_credit_puts_what_is_due_into_quarantine_and_the_rest_back() -> None:
    words = told_of(
        movement("PAY", 3 * SU, "C1", "TradeEscrow"),
        Step(0, "keeper", "DrawWoundDown", {"credit": "C1", "draw": 1, "due": 3 * SU}),
        movement("REFUND", 2 * SU, "C1", "TradeEscrow", "B"),
        Step(0, "keeper", "CreditWoundDown", {"credit": "C1", "paid": 3 * SU, "refunded": 2 * SU}),
    )
    assert words == "winds credit C1 down: 3.00 SU due and put into quarantine, 2.00 SU refunded"


def test_one_credits_quarantine_is_not_anothers_nor_a_later_ends() -> None:
    paid = {"draw": 1, "amount": SU, "retention": 0, "arrived": False}
    steps = [
        movement("PAY", SU, "C1", "TradeEscrow"),
        movement("REFUND", SU, "C2", "TradeEscrow"),
        Step(0, "keeper", "DrawPaid", {"credit": "C1", **paid}),
        movement("REFUND", SU, "C1", "TradeEscrow", "B"),
    ]
    ends = [Step(0, "keeper", "CreditExpired", {"credit": name, "refunded": SU}) for name in ("C1", "C2")]
    assert told_of(*steps, ends[0]) == "refunds 1.00 SU of the expired credit C1"
    assert "into quarantine" in str(told_of(*steps, *ends))


def test_a_bills_payment_is_told_once_and_says_whether_it_arrives() -> None:
    steps = [
        movement("DIRECT", SU, "A1", "B", "Collections"),
        movement("PAY", SU, "A1", "Collections"),
        Step(0, "B", "BillPaid", {"bill": "A1", "amount": SU, "arrived": False}),
    ]
    assert [words for _, words in narrated(steps)] == [
        None,
        None,
        "pays bill A1: 1.00 SU, into quarantine: the payee is held back",
    ]


@pytest.mark.parametrize(
    ("to", "held"), [("S", ""), ("Quarantine", ", into quarantine: the payee is held back")]
)
def test_a_net_position_is_its_payees_wherever_it_goes(to: str, held: str) -> None:
    told = told_of(movement("NET_LEG", SU, "cycle 1", "ClearingHouse", to))
    assert told == f"has S paid its net position of 1.00 SU{held}"


def test_what_leaves_the_quarantine_is_told_by_its_claim() -> None:
    assert told_of(movement("NET_LEG", SU, "cycle 1", "Quarantine", "S")) is None


def test_a_bill_whose_payment_is_held_back_shows_it(everything: StoredRun) -> None:
    """A direct payment of this run was held back, and no credit's."""
    assert "pays 5,000.00 SU to Y directly, into quarantine: the payee is held back" in view_of(everything)
    assert [line.quarantined for line in everything.credits()] == [0, 0]
