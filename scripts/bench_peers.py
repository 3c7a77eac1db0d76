"""Measure what others do of the same work, side by side with ours.

Usage: python -m scripts.bench_peers    (makes an environment for each peer in .venv, once)

Transfers: one transfer of the shipped SettlementToken, every check of the rulebook included, over and over
on the state that a whole set-up leaves; calldata is encoded beforehand for all of them. What stands behind
our port moves its clock with each transfer; elsewhere the clock stands, which is cheaper. Payments: a day of
random payments among members, the same for each side. Seconds are of processor time.
"""

import json
import os
import random
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from scripts.bench_engines import ROUNDS, bare_transfer, recorded_transfer
from scripts.bench_rows import Row, rates, show
from scripts.replay import Behind, Call, Engine, RawPyEvm, RawRevm, replay
from scripts.tables import ROOT
from settlement import run
from settlement.chain.engines.backends import open_backend
from settlement.chain.engines.py_evm_backend import Transaction
from settlement.chain.port import GAS_PER_TRANSACTION
from settlement.clearing import Algorithm, Obligation, Participant, Queue, clear
from settlement.scenario import parse_scenario
from tests.world import GENESIS, PARTICIPANTS, STRANGERS

PEERS = {"verbs": "verbs==0.4.1", "titanoboa": "titanoboa==0.2.8", "pssimpy": "PSSimPy==0.1.5"}
#: Members of a day, the greatest payment, and what a member at home holds where payments are to queue.
MEMBERS, MOST, SCARCE = 20, 1_000, 1_500
SCENARIO = """
scenario: day
title: A day of payments
description: The payments of one day.
seed: 1
start: 2027-03-01
end: 2027-03-12
jurisdictions:
  XH: {name: Homeland, calendar: BR}
  XF: {name: Farland, calendar: PT}
regime: {home: XH, start: 2027-03-01, end: 2028-03-01, wind_down: 30 days, direct_payments: true}
"""


class NotInstalled(Exception):
    """A peer cannot be had here; the message says why."""


@dataclass(frozen=True)
class Day:
    """Payments of a day: (payer, payee, amount, minute of the day)."""

    members: dict[str, int]
    payments: list[tuple[str, str, int, int]]

    @classmethod
    def drawn(cls, payments: int, *, queued: bool) -> "Day":
        """At random from a fixed seed, across the border: half of the members are at home and hold SU.

        Plain payments go abroad and are funded; those that queue go both ways, for more than there is.
        """
        chance = random.Random(1)  # noqa: S311 - a benchmark, not a secret
        home, abroad = ([f"{side}{n}" for n in range(MEMBERS // 2)] for side in "HF")

        def payment() -> tuple[str, str, int, int]:
            pair = [chance.choice(home), chance.choice(abroad)]
            if queued:
                chance.shuffle(pair)
            return pair[0], pair[1], chance.randint(1, MOST), chance.randrange(8 * 60, 16 * 60)

        drawn = sorted((payment() for _ in range(payments)), key=lambda paid: paid[3])
        holds = dict.fromkeys(home, SCARCE if queued else MOST * payments)
        return cls(holds | dict.fromkeys(abroad, 0), drawn)

    def queue(self) -> Queue:
        """For our clearing: all of them at once."""
        holders = tuple(Participant(name, holds) for name, holds in self.members.items())
        owed = (
            Obligation(n, payer, payee, amount) for n, (payer, payee, amount, _) in enumerate(self.payments)
        )
        return Queue(holders, tuple(owed))

    def work(self, *, queued: bool, rounds: int) -> dict[str, Any]:
        """For PSSimPy."""
        payments = [(payer, payee, amount, _hour(minute)) for payer, payee, amount, minute in self.payments]
        return {"members": self.members, "payments": payments, "queued": queued, "rounds": rounds}

    def scenario(self, *, queued: bool) -> str:
        """For a run: transfers at their minute, or obligations entered then and cleared in the evening."""
        lines = [SCENARIO.strip(), "participants:"]
        for name, holds in self.members.items():
            kind = "authorised entity" if name[0] == "H" else "counterparty"
            balance = f", balance: {holds} SU" if holds else ""
            who = f"id: {name}, name: Member {name}, kind: {kind}, jurisdiction: X{name[0]}{balance}"
            lines.append(f"  - {{{who}}}")
        if queued:
            lines += ["clearing: {algorithm: fifo, cycles: [2027-03-03 18:00]}", "obligations:"]
        else:
            lines.append("actions:")
        for number, (payer, payee, amount, minute) in enumerate(self.payments):
            at, sum_ = f"2027-03-03 {_hour(minute)}", f"amount: {amount} SU"
            if queued:
                owed = (
                    f"id: O{number}, payer: {payer}, payee: {payee}, {sum_}, enter: {at}, until: 2027-03-05"
                )
            else:
                owed = f"do: transfer, at: {at}, actor: {payer}, to: {payee}, {sum_}"
            lines.append(f"  - {{{owed}}}")
        return "\n".join([*lines, ""])


def transfer_rows(seconds: float, rounds: int) -> list[Row]:
    """Transfers a second on engines with nothing around them."""
    calls = recorded_transfer()
    names = [*PARTICIPANTS, *STRANGERS]
    tester, exact = (Behind(open_backend(name, GENESIS, names)) for name in ("eth-tester", "py-evm"))
    engines: dict[str, Engine] = {"pyrevm": RawRevm(), "eth-tester": tester, "py-evm, our backend": exact}
    ours = {name: bare_transfer(engine, calls) for name, engine in engines.items()}
    gas, standing = exact.apply(calls[-1]).gas_used, _gas_of_standing(calls)
    found = rates(ours, seconds, rounds)
    told = {
        "pyrevm": "no receipt, no logs; gas too low, for nothing ends a transaction; its clock stands",
        "eth-tester": f"signed, a block each, raw logs of the receipt; gas exact, {gas:,}; its clock moves",
        "py-evm, our backend": f"raw logs; gas exact, {gas:,}; its clock moves",
    }
    rows = [Row(f"transfers on {name}", found[name], "/s", note=told[name]) for name in ours]
    work = {
        "calls": [(call.timestamp, call.sender.hex(), call.to.hex(), call.data.hex()) for call in calls],
        "gas": GAS_PER_TRANSACTION,
        "seconds": seconds,
        "rounds": rounds,
    }

    def row(peer: str) -> Row:
        done = asked(peer, work)
        note = f"{done['logs']} raw logs; says gas {done['gas']:,}, exact is {standing:,}"
        return Row(f"transfers on {PEERS[peer]}", tuple(done["values"]), "/s", note=note)

    return [
        *rows,
        *(_or_why(f"transfers on {PEERS[peer]}", partial(row, peer)) for peer in ("verbs", "titanoboa")),
    ]


def _gas_of_standing(calls: list[Call]) -> int:
    """What py-evm says that the last call costs where the clock stands and it was sent before."""
    engine, (sender, to, data) = RawPyEvm(), (calls[-1].sender, calls[-1].to, calls[-1].data)
    replay(engine, calls)
    done = engine.apply(calls[-1])
    return int(done.get_gas_used()) - int(done.get_gas_refund()) + Transaction(sender, to, data).intrinsic_gas


def payment_rows(payments: int, on_chain: int, rounds: int) -> list[Row]:
    """Payments a second, of a day with plenty of money and of one without."""
    found: list[Row] = []
    for queued in (False, True):
        day, small = Day.drawn(payments, queued=queued), Day.drawn(on_chain, queued=queued)
        kind = "queues" if queued else "plain payments"
        algorithm = Algorithm.FIFO if queued else Algorithm.GROSS
        settled = len(clear(day.queue(), algorithm).settled)
        what = f"a day of {kind}, {payments:,} among {MEMBERS}"
        cleared = _each(payments, partial(clear, day.queue(), algorithm), rounds)
        note = f"netted at once, each payer's order kept; {settled:,} settled" if queued else "one by one"
        found += [
            _or_why(f"{what}: {PEERS['pssimpy']}", partial(_pssimpy, day, what, queued, rounds)),
            Row(f"{what}: our clearing by {algorithm.value}", cleared, "/s", note=f"no chain; {note}"),
            _on_chain(small, kind, queued, rounds),
        ]
    return found


def _pssimpy(day: Day, what: str, queued: bool, rounds: int) -> Row:
    done = asked("pssimpy", day.work(queued=queued, rounds=rounds))
    end = f"{done['settled']:,} settled, {done['below']} accounts below zero"
    note = f"one by one in windows of 15 minutes, files written; {end}"
    return Row(f"{what}: {PEERS['pssimpy']}", tuple(done["values"]), "/s", note=note)


def _on_chain(day: Day, kind: str, queued: bool, rounds: int) -> Row:
    text = day.scenario(queued=queued)
    scenario = parse_scenario(text, "day")

    def once() -> None:
        with TemporaryDirectory() as folder:
            run.run_scenario(scenario, text, Path(folder) / "run", backend="revm")

    payments = len(day.payments)
    note = "contracts deployed, each payment checked on the chain, booked and reconciled"
    what = f"a day of {kind}, {payments:,} among {MEMBERS}: a whole run on revm"
    return Row(what, _each(payments, once, rounds), "/s", note=note)


def _each(count: int, work: Callable[[], object], rounds: int) -> tuple[float, ...]:
    """So many a second of processor time, round by round."""

    def rate() -> float:
        started = time.process_time()
        work()
        return count / (time.process_time() - started)

    return tuple(rate() for _ in range(rounds))


def asked(peer: str, work: dict[str, Any]) -> dict[str, Any]:
    """What a peer makes of some work, in its own environment.

    Raises:
        NotInstalled: it does not install here.
    """
    folder = f"bench-{peer}"
    made = subprocess.run(
        ["bash", "scripts/environment.sh", folder, PEERS[peer]], cwd=ROOT, capture_output=True
    )
    if made.returncode:
        lines = made.stderr.decode().strip().splitlines()
        raise NotInstalled(next((line for line in lines if "ERROR" in line), lines[-1]))
    python = ROOT / ".venv" / folder / "bin" / "python"
    done = subprocess.run(
        [python, "-m", "scripts.peers", peer],
        cwd=ROOT,
        # Nothing that ours has set for itself: what hashes, say.
        env={name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        input=json.dumps(work),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _or_why(what: str, measure: Callable[[], Row]) -> Row:
    try:
        return measure()
    except NotInstalled as reason:
        return Row(what, (), "/s", note=f"does not install here: {reason}")


def _hour(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def rows(seconds: float, payments: int, on_chain: int, rounds: int = ROUNDS) -> list[Row]:
    """Both kinds."""
    return [*transfer_rows(seconds, rounds), *payment_rows(payments, on_chain, rounds)]


if __name__ == "__main__":
    show(rows(0.5, 2_000, 100, 2))
