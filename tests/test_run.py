"""Runs of the shipped scenarios: their ends, their hashes, their books."""

import hashlib
import json
from pathlib import Path

import pytest

from settlement.outcome import Outcome
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.commands import start
from tests.world import EVM


def run(folder: Path, text: str, seed: int | None = None, evm: str = EVM) -> Outcome:
    return run_scenario(parse_scenario(text, "test"), text, folder, seed=seed, backend=evm)


@pytest.mark.parametrize(
    ("name", "seller"),
    [
        ("true match lifted", 1_000),
        ("beneficiary held at payment, then cleared", 1_000),
        ("beneficiary listed at payment", 0),
    ],
)
def test_what_was_held_back_is_paid_once_two_reviewers_release_it(
    name: str, seller: int, tmp_path: Path
) -> None:
    changes, *_ = VARIANTS[name]
    text = BASELINE
    for old, new in changes:
        text = text.replace(old, new)
    outcome = run(tmp_path / "run", text)
    assert outcome.balances["S"]["SU"] == seller * 1_000 * 10**6


def test_a_suspension_puts_off_what_was_not_yet_due(tmp_path: Path) -> None:
    changes, *_ = VARIANTS["suspended under examination"]
    text = BASELINE
    for old, new in changes:
        text = text.replace(old, new)
    run(tmp_path / "run", text)
    events = [json.loads(line) for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines()]
    (presented,) = (e for e in events if e["kind"] == "DrawPresented")
    (accepted,) = (e for e in events if e["kind"] == "DrawAccepted")
    assert accepted["data"]["deemed"]
    suspended = 3 * 86_400
    assert accepted["sim_time"] == presented["data"]["examine_until"] + 1 + suspended


def test_baseline_moves_the_price_and_nothing_else(tmp_path: Path) -> None:
    outcome = run(tmp_path / "run", scenario_text("baseline-bilateral"))
    thousand_su = 1_000 * 10**6
    assert outcome.balances == {
        "B": {"SU": 500 * thousand_su, "DRL": 0},
        "S": {"SU": 1_000 * thousand_su, "DRL": 0},
        "E": {"SU": 0, "DRL": 0},
    }
    assert (outcome.credits, outcome.draws) == ({"C1": "CLOSED"}, {"C1/1": "FINAL"})


def test_same_seed_gives_the_same_events_byte_for_byte(tmp_path: Path) -> None:
    text = scenario_text("baseline-bilateral")
    first, second = run(tmp_path / "1", text, seed=7), run(tmp_path / "2", text, seed=7)
    assert first == second
    events = (tmp_path / "1" / "events.jsonl").read_bytes()
    assert events == (tmp_path / "2" / "events.jsonl").read_bytes()
    assert first.run_hash == hashlib.sha256(events).hexdigest()


def test_another_seed_changes_only_what_is_random(tmp_path: Path) -> None:
    text = scenario_text("baseline-bilateral")
    first, second = run(tmp_path / "1", text, seed=1), run(tmp_path / "2", text, seed=2)
    assert first.run_hash != second.run_hash
    assert (first.balances, first.credits, first.draws) == (second.balances, second.credits, second.draws)

    def story(folder: str) -> list[tuple[str, str]]:
        lines = (tmp_path / folder / "events.jsonl").read_text().splitlines()
        return [(event["kind"], event["actor"]) for event in map(json.loads, lines)]

    assert story("1") == story("2")


def test_events_say_nothing_of_the_backend(tmp_path: Path) -> None:
    run(tmp_path / "run", scenario_text("baseline-bilateral"))
    for line in (tmp_path / "run" / "events.jsonl").read_text().splitlines():
        event = json.loads(line)
        assert set(event) == {"actor", "data", "kind", "sim_time"}
        assert not {"block", "log_index", "gas_used", "address"} & set(event["data"])
        assert "0x" not in line


def test_run_folder_holds_what_it_promises(tmp_path: Path) -> None:
    text = scenario_text("domestic-payment")
    outcome = run(tmp_path / "run", text)
    names = {path.name for path in (tmp_path / "run").iterdir()}
    assert names == {"scenario.yaml", "run.duckdb", "events.jsonl", "run.json"}
    assert (tmp_path / "run" / "scenario.yaml").read_text() == text
    summary = json.loads((tmp_path / "run" / "run.json").read_text())
    assert summary.pop("wall_seconds") > 0
    assert summary == json.loads(json.dumps(outcome.to_json()))


BASELINE = scenario_text("baseline-bilateral").partition("# The run fails when")[0]
EXACT = [("presentation: 2 to 4", "presentation: 2"), ("examination: 2 to 4", "examination: 3")]


def actions(*lines: str) -> tuple[str, str]:
    """A replacement that adds actions to the baseline."""
    return "\nbehaviour:", "\nactions:\n" + "".join(f"  - {{{line}}}\n" for line in lines) + "behaviour:"


#: Changes to the baseline, the credit's end, the draws' ends, B's balance in thousand SU, refusals.
VARIANTS = {
    "examiner silent": (
        [("examination: 2 to 4", "examination: 8")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "discrepancies waived": (
        [("discrepancies: []", "discrepancies: [late invoice]\n        waived: true")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "presented on the last day": (
        [("presentation: 2 to 4 banking", "presentation: 21")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "presented a day too late": (
        [("presentation: 2 to 4 banking", "presentation: 22")],
        "EXPIRED", [], 1_500, ["S PRESENT TOO_LATE"],
    ),
    "waived too late": (
        [("discrepancies: []", "discrepancies: [late invoice]\n        waived: true"),
         ("examination: 2 to 4", "waiver: 9 banking days\n  examination: 2 to 4")],
        "EXPIRED", ["RETURNED"], 1_500, [],
    ),
    "true match lifted": (
        [*EXACT, actions(
            "do: screen, at: 2027-03-23, participant: S, result: true match",
            "do: screen, at: 2027-04-12, participant: S, result: clear",
        )],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "entity sells where there is no ban": (
        [("domestic_ban: true ", "domestic_ban: false "), ("kind: counterparty ", "kind: authorised entity "),
         ("jurisdiction: XF\n", "jurisdiction: XH\n")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "nothing presented": (
        [("    presentations:", "    presentations: []\n#"), ("      - am", "#"),
         ("        shipped", "#"), ("        disc", "#")],
        "EXPIRED", [], 1_500, [],
    ),
    "two parts of three": (
        [("- amount: 1_000_000", "- {amount: 400_000 SU, shipped: 2027-03-10}\n      - amount: 350_000")],
        "EXPIRED", ["FINAL", "FINAL"], 750, [],
    ),
    "shipped too late": (
        [("shipped: 2027-03-18", "shipped: 2027-04-12")],
        "EXPIRED", [], 1_500, ["S PRESENT TOO_LATE"],
    ),
    "suspended, resumed in time": (
        [actions("do: suspend, at: 2027-03-02 10:00", "do: resume, at: 2027-03-08")],
        "CLOSED", ["FINAL"], 500, ["S AGREE REGIME_SUSPENDED"],
    ),
    "suspended beyond the offer, whose clock stood still": (
        [actions("do: suspend, at: 2027-03-02 10:00", "do: resume, at: 2027-03-15")],
        "CLOSED", ["FINAL"], 500, ["S AGREE REGIME_SUSPENDED"],
    ),
    "suspended under examination": (
        [*EXACT, ("examination: 3", "examination: 12"),
         actions("do: suspend, at: 2027-03-23", "do: resume, at: 2027-03-26")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "beneficiary held at payment, then cleared": (
        [*EXACT, actions(
            "do: screen, at: 2027-03-23, participant: S, result: potential",
            "do: screen, at: 2027-04-12, participant: S, result: clear",
        )],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "beneficiary listed at payment": (
        [*EXACT, actions("do: screen, at: 2027-03-23, participant: S, result: true match")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "funds frozen": (
        [actions("do: freeze, at: 2027-03-02 12:00, participant: B, amount: 600_000 SU")],
        "CANCELLED", [], 1_500, ["B FUND FROZEN"],
    ),
    "licence revoked after the offer": (
        [actions("do: licence, at: 2027-03-02 12:00, participant: B, status: revoked")],
        "CANCELLED", [], 1_500, ["S AGREE LICENCE_REVOKED"],
    ),
    "private entity in phase 1": (
        [("ownership: state", "ownership: private")],
        None, [], 0, ["ramp ISSUE PHASE_CLOSED", "B OPEN PHASE_CLOSED"],
    ),
    "private entity funded once its phase opens": (
        [("ownership: state", "ownership: private"), ("    balance: 1_500_000 SU", "#"), actions(
            "do: open phase, at: 2027-03-02 08:00, phase: 2",
            "do: issue, at: 2027-03-02 08:30, participant: B, amount: 1_500_000 SU",
        )],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "phases out of order": (
        [actions("do: open phase, at: 2027-03-02, phase: 5")],
        "CLOSED", ["FINAL"], 500, ["supervisor PROPOSE_PHASE WRONG_PHASE"],
    ),
    "freeze lifted in time": (
        [actions(
            "do: freeze, at: 2027-03-02 12:00, participant: B, amount: 600_000 SU",
            "do: freeze, at: 2027-03-02 13:00, participant: B, amount: 0 SU",
        )],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "private entity in phase 2": (
        [("ownership: state", "ownership: private"), ("phase: 1 ", "phase: 2 ")],
        "CLOSED", ["FINAL"], 500, [],
    ),
    "direct payment where none is permitted": (
        [actions("do: transfer, at: 2027-03-02 12:00, actor: B, to: S, amount: 1 SU")],
        "CLOSED", ["FINAL"], 500, ["B DIRECT FLOW_NOT_PERMITTED"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_of_the_baseline_end_as_the_rules_say(name: str, tmp_path: Path) -> None:
    changes, credit, draws, thousand, refusals = VARIANTS[name]
    text = BASELINE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    outcome = run(tmp_path / "run", text)
    assert outcome.credits.get("C1") == credit
    assert list(outcome.draws.values()) == draws
    assert outcome.balances["B"]["SU"] == thousand * 1_000 * 10**6
    assert [f"{r['actor']} {r['flow']} {r['reason']}" for r in outcome.rejections] == refusals
    assert outcome.reconciled


def test_nothing_of_the_machine_shows_in_the_events(tmp_path: Path) -> None:
    hashes = set()
    for number, zone in enumerate(("UTC", "Pacific/Kiritimati"), 1):
        environment = {"PYTHONHASHSEED": str(number), "TZ": zone, "LC_ALL": "C"}
        process = start(
            "run", "baseline-bilateral", "--json", "--out", number, cwd=tmp_path, environment=environment
        )
        out, _ = process.communicate(timeout=60)
        hashes.add(json.loads(out)["run_hash"])
    assert len(hashes) == 1


@pytest.mark.parametrize("tenor", [0, 30])
def test_draws_are_paid_when_they_fall_due(tmp_path: Path, tenor: int) -> None:
    text = BASELINE.replace("tenor: 0 days", f"tenor: {tenor} days")
    run(tmp_path / "run", text)
    lines = map(json.loads, (tmp_path / "run" / "events.jsonl").read_text().splitlines())
    events = {event["kind"]: event for event in lines}
    accepted, paid = events["DrawAccepted"], events["DrawPaid"]
    assert accepted["data"]["maturity"] == accepted["sim_time"] + tenor * 86_400
    assert paid["sim_time"] == max(accepted["data"]["maturity"], accepted["sim_time"] + 1)


@pytest.mark.parametrize("seed", range(4))
def test_draws_are_numbered_in_the_order_of_the_file(tmp_path: Path, seed: int) -> None:
    both = "{amount: 400_000 SU, shipped: 2027-03-18, discrepancies: [late invoice]}\n      - amount: 350_000"
    text = BASELINE.replace("- amount: 1_000_000", f"- {both}").replace("2 to 4 banking", "1 to 8 banking", 1)
    outcome = run(tmp_path / "run", text, seed=seed)
    assert outcome.draws == {"C1/1": "RETURNED", "C1/2": "FINAL"}
