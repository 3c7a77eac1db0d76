"""What came of a run, and whether it is what the scenario expects."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

from settlement.domain.amounts import Amount, Unit
from settlement.scenario import FlowEnd, Scenario
from settlement.scenario.flow_names import is_guarantee, number_of


@dataclass(frozen=True, slots=True)
class Expectation:
    """One thing the scenario expects, and whether it came true."""

    what: str
    expected: str
    actual: str
    ok: bool


@dataclass(frozen=True)
class Outcome:
    """What came of a run; ``to_json`` is the ``--json`` answer and, with the wall time, ``run.json``."""

    scenario: str
    seed: int
    backend: str
    run_hash: str
    balances: dict[str, dict[str, int]]
    credits: dict[str, str]
    draws: dict[str, str]
    bills: dict[str, str]
    obligations: dict[str, str]
    held: dict[str, int]
    rejections: list[dict[str, str]]
    alerts: list[dict[str, str]]
    expectations: list[Expectation]
    reconciled: bool
    transactions: int
    gas_used: int
    gas: str

    @property
    def ok(self) -> bool:
        """Whether every expectation came true."""
        return all(expectation.ok for expectation in self.expectations)

    def to_json(self) -> dict[str, Any]:
        """JSON values; balances, and what credits and quarantine hold, are minor units."""
        return {**asdict(self), "status": "ok" if self.ok else "failed"}


def judge(scenario: Scenario, outcome: Outcome) -> list[Expectation]:
    """Compare what the scenario expects with what happened."""
    expect, balances, held = scenario.expect, outcome.balances, outcome.held
    pairs = [
        *_amounts("balance", expect.balances, {name: Amount(b["SU"]) for name, b in balances.items()}),
        *_amounts("DRL", expect.drl, {name: Amount(b["DRL"], Unit.DRL) for name, b in balances.items()}),
        *_states("credit", expect.credits, outcome.credits),
        *_states("draw", expect.draws, outcome.draws),
        *_states("bill", expect.bills, outcome.bills),
        *_states("obligation", expect.obligations, outcome.obligations),
    ]
    if expect.quarantine is not None:
        pairs.append(("quarantine", str(expect.quarantine), str(Amount(held["quarantine"]))))
    if expect.locked is not None:
        pairs.append(("locked under credits", str(expect.locked), str(Amount(held["credits"]))))
    if expect.rejections is not None:
        wanted = [f"{r.actor} {r.flow} {r.reason.name}" for r in expect.rejections]
        actual = [f"{r['actor']} {r['flow']} {r['reason']}" for r in outcome.rejections]
        pairs.append(("rejections", _listed(wanted), _listed(actual)))
    if expect.alerts is not None:
        wanted = [f"{a.kind.value} {a.subject}" for a in expect.alerts]
        actual = [f"{a['kind']} {a['subject']}" for a in outcome.alerts]
        pairs.append(("alerts", _listed(wanted), _listed(actual)))
    trades = {flow.id: flow.trades for flow in scenario.flows}
    return [
        *(Expectation(what, expected, actual, expected == actual) for what, expected, actual in pairs),
        *(e for flow, end in expect.flows.items() for e in _tallies(flow, trades[flow], end, outcome)),
    ]


def _tallies(flow: str, trades: int, end: FlowEnd, outcome: Outcome) -> Iterable[Expectation]:
    """How many trades of a flow ended in each state that the file names, against how many should have."""
    for section in type(end).model_fields:
        ends: Mapping[str, str] = getattr(outcome, section)
        own = [state for name, state in ends.items() if _is_of(flow, trades, name.partition("/")[0])]
        for state, tally in getattr(end, section).items():
            found = own.count(state.name)
            actual = f"{found:,} of {len(own):,}"
            if tally.is_share and own:
                actual += f" ({100 * found / len(own):.1f} %)"
            what = f"flow {flow}: {section} {state.name}"
            yield Expectation(what, str(tally), actual, tally.holds(found, len(own)))


def _is_of(flow: str, trades: int, name: str) -> bool:
    number = number_of(flow, name)
    return number is not None and number <= trades and not is_guarantee(name)


def _amounts(
    what: str, expected: Mapping[str, Amount], actual: Mapping[str, Amount]
) -> Iterable[tuple[str, str, str]]:
    return ((f"{what} of {name}", str(amount), str(actual[name])) for name, amount in expected.items())


def _states(
    what: str, expected: Mapping[str, Enum], actual: Mapping[str, str]
) -> Iterable[tuple[str, str, str]]:
    return ((f"{what} {name}", state.name, actual.get(name, "NONE")) for name, state in expected.items())


def _listed(items: list[str]) -> str:
    return ", ".join(items) or "none"
