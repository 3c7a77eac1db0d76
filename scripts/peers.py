"""The same work on what others have made, each in an environment of its own without anything of ours.

Usage: python -m scripts.peers NAME    (reads its work as JSON from standard input, prints figures as JSON)

So this module imports nothing of ours, and each peer only where it is put to work.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

#: A call as scripts/bench_peers.py writes it: epoch seconds, then sender, contract (or nothing) and data.
Call = tuple[int, bytes, bytes, bytes]


def verbs(work: dict[str, Any]) -> dict[str, Any]:
    """verbs: ``execute`` of revm in Rust; a block of its own moves the clock by so many seconds."""
    from verbs.envs import EmptyEnvGasPriority

    calls = list(_calls(work))
    evm = EmptyEnvGasPriority(1)
    # Nothing sets the clock but a snapshot, and code that comes from one is slower; so before there is any.
    block, *rest = evm.export_snapshot()
    genesis = calls[0][0].to_bytes(32, "little")
    evm = EmptyEnvGasPriority(1, snapshot=((*block[:2], genesis, *block[3:]), *rest))
    for sender in sorted({sender for _, sender, _, _ in calls}):
        evm.create_account(sender, 0)

    def now() -> int:
        return int.from_bytes(evm.export_snapshot()[0][2], "little")

    before = now()
    evm.process_block()
    clock, step = now(), now() - before
    for moment, sender, to, data in calls:
        while clock < moment:
            evm.process_block()
            clock += step
        if to:
            evm.execute(sender, to, data, 0)
        else:
            evm.deploy_contract(sender, "", data)
    _, sender, to, data = calls[-1]
    _, logs, gas = evm.execute(sender, to, data, 0)
    values = _rates(lambda: evm.execute(sender, to, data, 0), work)
    return {"values": values, "logs": len(logs), "gas": gas}


def titanoboa(work: dict[str, Any]) -> dict[str, Any]:
    """titanoboa: ``execute_code`` of its environment over py-evm."""
    import boa
    from boa.util.abi import Address

    gas = work["gas"]

    def execute(sender: bytes, to: bytes, data: bytes) -> Any:
        return boa.env.execute_code(to_address=Address(to), sender=Address(sender), data=data, gas=gas)

    for moment, sender, to, data in _calls(work):
        boa.env.evm.patch.timestamp = moment
        if to:
            execute(sender, to, data)
        else:
            boa.env.deploy_code(sender=Address(sender), bytecode=data, gas=gas)
    last = execute(sender, to, data)
    values = _rates(lambda: execute(sender, to, data), work)
    return {"values": values, "logs": len(last.get_log_entries()), "gas": last.get_gas_used()}


def pssimpy(work: dict[str, Any]) -> dict[str, Any]:
    """PSSimPy: a day of payments among banks, paid directly or from a queue, with no credit to be had."""
    from PSSimPy.credit_facilities import AbstractCreditFacility
    from PSSimPy.queues import DirectQueue, FIFOQueue
    from PSSimPy.simulator import BasicSim
    from PSSimPy.transaction import Transaction

    class NoCredit(AbstractCreditFacility):  # type: ignore[misc]  # it ships no types
        def calculate_fee(self, amount: float) -> float:
            return 0

        def lend_credit(self, account: object, amount: float) -> None:
            pass

        def collect_repayment(self, account: object) -> None:
            pass

    members, payments = work["members"], work["payments"]
    names = list(members)
    columns = ("sender_account", "recipient_account", "amount", "time")
    found: dict[str, Any] = {"values": []}
    for _ in range(work["rounds"]):
        Transaction.clear_instances()
        with TemporaryDirectory() as folder:
            started = time.process_time()
            simulation = BasicSim(
                str(Path(folder) / "day"),
                banks={"name": names},
                accounts={"id": names, "owner": names, "balance": list(members.values())},
                transactions=dict(zip(columns, map(list, zip(*payments, strict=True)), strict=True)),
                queue=FIFOQueue() if work["queued"] else DirectQueue(),
                credit_facility=NoCredit(),
            )
            simulation.run()
            found["values"].append(len(payments) / (time.process_time() - started))
        found["settled"] = len(payments) - simulation.queue.get_num_txns()
        found["below"] = sum(account.balance < 0 for account in simulation.accounts.values())
    return found


def _calls(work: dict[str, Any]) -> Iterator[Call]:
    for moment, *parts in work["calls"]:
        sender, to, data = map(bytes.fromhex, parts)
        yield moment, sender, to, data


def _rates(transfer: Callable[[], object], work: dict[str, Any]) -> list[float]:
    """Transfers in a second of processor time, round by round."""
    found = []
    for _ in range(work["rounds"]):
        done, started = 0, time.process_time()
        while (taken := time.process_time() - started) < work["seconds"]:
            transfer()
            done += 1
        found.append(done / taken)
    return found


if __name__ == "__main__":
    peers = {peer.__name__: peer for peer in (verbs, titanoboa, pssimpy)}
    print(json.dumps(peers[sys.argv[1]](json.load(sys.stdin))))
