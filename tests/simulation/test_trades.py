"""Trades of every kind end as their rules say: each text is a variation of one, and one run."""

from pathlib import Path

import pytest

from tests.simulation.trading import HEAD, credit, refusals, run, su, told


def test_credits_of_every_form(tmp_path: Path) -> None:
    """Milestone; retention; advance and delivery; demurrage; a waiver that takes applicant and issuer."""
    drawn = "    presentations:\n      - {amount: 100 SU, shipped: 2027-03-10}"
    text = f"{HEAD}credits:\n" + "".join(
        (
            credit("milestone", 100, f"    form: milestone\n{drawn}", "M"),
            credit("retained", 100, f"    retention: 10 %\n    retention_period: 30 days\n{drawn}"),
            credit(
                "advance",
                100,
                "    form: advance\n    advance: 60 SU\n    return_period: 30 days\n    presentations:\n"
                "      - {amount: 60 SU, shipped: 2027-03-08, of: advance}\n"
                "      - {amount: 0 SU, shipped: 2027-03-25, of: delivery}\n"
                "      - {amount: 40 SU, shipped: 2027-03-26}",
            ),
            credit(
                "demurrage",
                100,
                f"    demurrage: 20 SU\n{drawn}\n"
                "      - {amount: 5 SU, shipped: 2027-03-12, of: demurrage}",
            ),
            credit(
                "issued",
                100,
                "    issuer: K\n    presentations:\n      - {amount: 100 SU, shipped: 2027-03-10, "
                "discrepancies: [late invoice], waived: true, examination: 1 banking day}",
            ),
        )
    )
    outcome = run(tmp_path, text)
    assert outcome.credits == {
        "milestone": "CLOSED",
        "retained": "CLOSED",
        "advance": "CLOSED",
        "demurrage": "EXPIRED",
        "issued": "CLOSED",
    }
    assert set(outcome.draws.values()) == {"FINAL"}
    assert (su(outcome, "B"), su(outcome, "S")) == (495, 505)
    assert outcome.held["credits"] == 0
    assert (refusals(outcome), outcome.alerts) == ([], [])
    (paid,) = (e for e in told(tmp_path, "DrawPaid") if e["data"]["credit"] == "retained")
    (final,) = (e for e in told(tmp_path, "DrawFinal") if e["data"]["retention"])
    assert final["sim_time"] == paid["sim_time"] + 30 * 86_400
    (waived,) = (e for e in told(tmp_path, "DrawAccepted") if e["data"]["credit"] == "issued")
    assert waived["data"]["waived"]
    assert waived["actor"] == "K"


@pytest.mark.parametrize("award", [True, False])
def test_disputes_are_decided_by_award_or_by_time(award: bool, tmp_path: Path) -> None:
    step = "  - {do: award, at: 2027-03-20, actor: R, credit: C1, to_beneficiary: 30 SU}\n" if award else ""
    text = (
        f"{HEAD}credits:\n"
        + credit("C1", 100, "    arbiter: R\n    award_period: 10 days")
        + "actions:\n  - {do: dispute, at: 2027-03-15, actor: S, credit: C1, amount: 50 SU}\n"
        + step
    )
    outcome = run(tmp_path, text)
    (awarded,) = told(tmp_path, "CreditAwarded")
    assert awarded["data"]["by_time"] is not award
    assert su(outcome, "S") == (30 if award else 0)
    assert outcome.credits == {"C1": "EXPIRED"}
    assert outcome.held["credits"] == 0


def bill(name: str, kind: str, rest: str = "") -> str:
    return (
        f"  - {{id: {name}, kind: {kind}, seller: S, buyer: B, amount: 100 SU, offer: 2027-03-02, "
        f"offer_until: 2027-03-12, due: 2027-04-15{rest}}}\n"
    )


def test_bills_end_as_their_parties_behave(tmp_path: Path) -> None:
    text = f"{HEAD}bills:\n" + "".join(
        (
            bill("paid", "collection", ", shipped: 2027-03-20"),
            bill("unpaid", "collection", ", shipped: 2027-03-20, paid: false"),
            bill("unshipped", "collection"),
            bill("settled", "open account"),
            bill("owed", "open account", ", paid: false"),
        )
    )
    outcome = run(tmp_path, f"{text}expect: {{bills: {{unshipped: CANCELLED}}}}\n")
    assert outcome.bills == {
        "paid": "PAID",
        "unpaid": "RETURNED",
        "unshipped": "CANCELLED",
        "settled": "PAID",
        "owed": "DEFAULTED",
    }
    assert su(outcome, "S") == 200
    assert [(a["kind"], a["subject"]) for a in outcome.alerts] == [("default", "B")]
    times = {event["data"]["bill"]: event["sim_time"] for event in told(tmp_path, "BillPaid")}
    due = told(tmp_path, "BillOffered")[0]["data"]["due"]
    assert due - 2 * 86_400 < times["settled"] < due


def test_bill_nobody_agrees_to_lapses(tmp_path: Path) -> None:
    text = HEAD.replace("agreement: 1", "agreement: 20") + f"bills:\n{bill('A1', 'open account')}"
    outcome = run(tmp_path, text)
    assert outcome.bills == {"A1": "CANCELLED"}
    assert refusals(outcome) == []


def test_suspension_puts_the_deadline_of_a_bill_off(tmp_path: Path) -> None:
    stop = "actions:\n  - {do: suspend, at: 2027-04-10}\n  - {do: resume, at: 2027-04-13}\n"
    run(tmp_path, f"{HEAD}bills:\n{bill('A1', 'open account', ', paid: false')}{stop}")
    (defaulted,) = told(tmp_path, "BillDefaulted")
    offered = told(tmp_path, "BillOffered")[0]["data"]
    assert defaulted["sim_time"] == offered["due"] + offered["grace"] + 1 + 3 * 86_400


def test_amendment_puts_the_expiry_off(tmp_path: Path) -> None:
    amend = "actions:\n  - {do: amend, at: 2027-03-15, credit: C1, amount: 80 SU, expiry: 2027-05-20}\n"
    outcome = run(tmp_path, f"{HEAD}credits:\n{credit('C1', 100, '')}{amend}")
    (amended,), (expired,) = told(tmp_path, "CreditAmended"), told(tmp_path, "CreditExpired")
    assert amended["data"]["refunded"] == 20 * 10**6
    assert expired["data"]["refunded"] == 80 * 10**6
    assert expired["sim_time"] == amended["data"]["terms"]["expiry"] + 1
    assert refusals(outcome) == []


def test_what_a_cap_stops_is_tried_again_on_the_next_banking_day(tmp_path: Path) -> None:
    text = HEAD.replace("direct_payments: true", "direct_payments: true, state_caps: {daily: 100 SU}")
    text = text.replace("  review:", "  retries: 2\n  review:")
    outcome = run(tmp_path, f"{text}credits:\n{credit('C1', 100, '')}{credit('C2', 100, '')}")
    assert refusals(outcome) == ["B FUND CAP_DAILY"]
    one, other = (event["sim_time"] for event in told(tmp_path, "CreditFunded"))
    assert other - one >= 86_400
    assert outcome.credits == {"C1": "EXPIRED", "C2": "EXPIRED"}


def test_nobody_tries_for_ever(tmp_path: Path) -> None:
    text = HEAD.replace("direct_payments: true", "direct_payments: true, state_caps: {daily: 50 SU}")
    text = text.replace("  review:", "  retries: 2\n  review:")
    outcome = run(tmp_path, f"{text}credits:\n{credit('C1', 100, '')}")
    assert refusals(outcome) == ["B FUND CAP_DAILY"] * 3
    assert outcome.credits == {"C1": "CANCELLED"}


@pytest.mark.parametrize(("who", "state"), [("B", "CANCELLED"), ("S", "EXPIRED"), ("E", "CLOSED")])
def test_insolvent_participant_takes_no_step(who: str, state: str, tmp_path: Path) -> None:
    """Without a buyer nothing is funded, without a seller nothing presented; silence is acceptance."""
    at = {"B": "2027-03-03 18:00", "S": "2027-03-08", "E": "2027-03-12 18:00"}[who]
    shipped = "    presentations:\n      - {amount: 100 SU, shipped: 2027-03-10}"
    fall = f"actions:\n  - {{do: insolvency, at: {at}, participant: {who}}}\n"
    outcome = run(tmp_path, f"{HEAD}credits:\n{credit('C1', 100, shipped)}{fall}")
    assert outcome.credits == {"C1": state}
    assert refusals(outcome) == []
