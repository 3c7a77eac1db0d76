"""Measure what every operation costs and write contracts/GAS.md.

Usage: python -m scripts.gas_table [--check]

Plays the day in ``scripts/gas_day.py`` on the in-process EVM, where gas is exact, and notes the least and the
most that each operation took. It fails when an operation of a contract that an account may call is not
played, or when a contract has no room left below the limit on code; with ``--check`` also, writing nothing,
when the table is stale.
"""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scripts.gas_day import BATCHES, play
from scripts.tables import ROOT, Written, write_or_check
from settlement.chain.chain import Transaction
from settlement.domain.reasons import Reason

TABLE = ROOT / "contracts" / "GAS.md"
ARTIFACTS = ROOT / "settlement" / "chain" / "artifacts"
#: EIP-170, and what a contract may take of it here.
LIMIT, MOST = 24_576, 24_000
#: What a block of the chains we know of holds.
BLOCK_GAS = 30_000_000
#: Operations that only a contract of the regime calls, within another one that is measured.
WITHIN = {
    "Participants": {"bar"},
    "TradeRegistry": {"consume", "release", "useDocument", "freeDocument"},
    "Reserve": {"depositCash", "withdrawCash", "depositCoins"},
    "Rulebook": {"pass", "enterObligation", "leaveObligation"},
    "SettlementToken": {"issue", "redeem", "intake", "take", "payOut", "impound"},
    "Quarantine": {"hold"},
    "TradeEscrow": {
        "reserve",
        "unreserve",
        "payDraw",
        "payRetention",
        "closeAdvance",
        "closeIfEmpty",
        "disputeRetention",
        "windDown",
    },
}
#: Of OpenZeppelin: the AccessManager alone may call it, or only ever through ``fundWithPermit``.
NOT_OURS = {"setAuthority", "permit"}


@dataclass(frozen=True)
class Cost:
    """Gas of an operation over a day."""

    times: int
    least: int
    most: int


def costs(transactions: Iterable[Transaction]) -> dict[str, Cost]:
    """Cost by operation, of those that succeeded."""
    gas: dict[str, list[int]] = defaultdict(list)
    for transaction in transactions:
        if transaction.reason is Reason.OK:
            gas[transaction.operation].append(transaction.gas_used)
    return {name: Cost(len(used), min(used), max(used)) for name, used in sorted(gas.items())}


def artifacts() -> dict[str, dict[str, Any]]:
    """What the build says of each contract that has code of its own."""
    read = {path.stem: json.loads(path.read_text()) for path in sorted(ARTIFACTS.glob("*.json"))}
    return {name: artifact for name, artifact in read.items() if artifact["abi"]}


def unplayed(contracts: dict[str, dict[str, Any]], played: Iterable[str]) -> list[str]:
    """Operations that an account may call and the day does not."""
    changing = {
        f"{name}.{entry['name']}"
        for name, artifact in contracts.items()
        if name != "AccessManager"
        for entry in artifact["abi"]
        if entry["type"] == "function"
        and entry["stateMutability"] not in ("view", "pure")
        and entry["name"] not in WITHIN.get(name, set()) | NOT_OURS
    }
    return sorted(changing - set(played))


def render(contracts: dict[str, dict[str, Any]], by_operation: dict[str, Cost], batches: str) -> str:
    """The table as Markdown."""
    lines = [
        "# Gas and sizes",
        "",
        "Written by `python -m scripts.gas_table` from a day on the in-process EVM, where gas is exact; its",
        "`--check`, part of the gate, fails when a figure has changed.",
        "",
        "## Contracts",
        "",
        f"At most {LIMIT:,} bytes of code can be deployed (EIP-170); these contracts stay below {MOST:,}.",
        "",
        "| contract | bytes | room | gas of its deployment |",
        "|---|--:|--:|--:|",
    ]
    for name, artifact in contracts.items():
        size, cost = artifact["runtime_bytes"], by_operation.get(f"{name}.constructor")
        lines.append(f"| {name} | {size:,} | {LIMIT - size:,} | {f'{cost.most:,}' if cost else '–'} |")
    lines += ["", "## Operations", "", "| operation | times | least | most |", "|---|--:|--:|--:|"]
    for operation, cost in by_operation.items():
        if not operation.endswith(".constructor"):
            lines.append(f"| {operation} | {cost.times} | {cost.least:,} | {cost.most:,} |")
    return "\n".join([*lines, "", batches, ""])


def render_batches(gas: dict[int, int]) -> str:
    """What a settlement of so many obligations takes."""
    lines = [
        "## Settlement",
        "",
        f"`ClearingHouse.settle` of a queue among {BATCHES.members} members, in a block of {BLOCK_GAS:,}:",
        "",
        "| obligations | gas | for each | of a block |",
        "|--:|--:|--:|--:|",
    ]
    for count, used in gas.items():
        lines.append(f"| {count} | {used:,} | {used // count:,} | {used / BLOCK_GAS:.1%} |")
    return "\n".join(lines)


def measured() -> Written:
    """The table, and which operations or contracts are not as they should be."""
    contracts, day = artifacts(), play()
    by_operation = costs(day.transactions)
    faults = [f"{name} is not measured" for name in unplayed(contracts, by_operation)]
    faults += [
        f"{name} has {artifact['runtime_bytes']:,} bytes of code, more than {MOST:,}"
        for name, artifact in contracts.items()
        if artifact["runtime_bytes"] > MOST
    ]
    table = render(contracts, by_operation, render_batches(day.batches))
    return Written(TABLE, table, f"{len(by_operation)} operations measured", faults)


if __name__ == "__main__":
    write_or_check("gas_table", "Measure what every operation costs and write contracts/GAS.md.", measured)
