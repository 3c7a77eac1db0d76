"""The journal as text for beancount, which checks that it balances and that every close is met.

Wallets, credits, contracts and the reserve are assets, issuance is a liability, and what lies outside is
equity.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from settlement.report.stored import StoredRun

_DECIMALS = {"SU": 6, "DRL": 2, "CASH": 6, "COIN": 8}
_ROOTS = {
    "wallet": "Assets:Wallet",
    "credit": "Assets:Credit",
    "contract": "Assets:Contract",
    "reserve": "Assets:Reserve",
    "issuance": "Liabilities:Issuance",
    "outside": "Equity:Outside",
}

_POSTINGS = """
SELECT e.entry, e.sim_time, e.flow, e.ref, p.account, p.unit, p.amount
FROM entries e JOIN postings p USING (entry) ORDER BY e.entry, p.rowid
"""

#: Balances of each close after which nothing moved on that day: beancount asserts at midnight.
_CLOSES = """
SELECT day, account, unit, balance FROM closes c
WHERE NOT EXISTS (SELECT 1 FROM entries e WHERE e.sim_time > c.sim_time
                  AND make_timestamp(e.sim_time * 1000000)::DATE = c.day)
ORDER BY sim_time, account, unit
"""


def write(run: StoredRun, folder: Path, _form: str) -> str:
    """One file, ``journal.beancount``, that ``bean-check`` accepts."""
    names = Accounts()
    days: defaultdict[date, list[str]] = defaultdict(list)
    entries = 0
    opened: dict[str, date] = {}
    for moment, head, lines in _entries(run, names):
        entries += 1
        days[moment.date()] += [head, *lines, ""]
        for line in lines:
            if line.startswith("  ") and ":" in line and not line.startswith("  time"):
                opened.setdefault(line.split()[0], moment.date())
    asserted = 0
    for day, account, unit, balance in run.store.query(_CLOSES):
        name = names.of(account)
        if name in opened and opened[name] <= day:  # what nothing moved on yet is not open
            asserted += 1
            days[day + timedelta(days=1)].append(
                f"{day + timedelta(days=1)} balance {name}  {number(int(balance), unit)} {unit}"
            )
    text = [f'option "title" "{quoted(run.scenario.title)}"', "", *names.openings(opened), ""]
    for day in sorted(days):
        text += days[day]
    (folder / "journal.beancount").write_text("\n".join(text) + "\n", encoding="utf-8")
    return f"{entries} entries, {asserted} balance assertions"


def _entries(run: StoredRun, names: "Accounts") -> Iterator[tuple[datetime, str, list[str]]]:
    current, lines, head, moment = None, list[str](), "", datetime.now(UTC)
    for entry, at, flow, ref, account, unit, amount in run.store.query(_POSTINGS):
        if entry != current:
            if current is not None:
                yield moment, head, lines
            moment = datetime.fromtimestamp(at, UTC)
            current, head = entry, f'{moment.date()} * "{quoted(flow)}" "{quoted(ref)}"'
            lines = [f'  time: "{moment:%H:%M:%S}"']
        lines.append(f"  {names.of(account)}  {number(int(amount), unit)} {unit}")
    if current is not None:
        yield moment, head, lines


class Accounts:
    """Names of the ledger's accounts as beancount writes them; no two share one."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def of(self, account: str) -> str:
        """The name of a ledger account such as ``wallet:B``: ``Assets:Wallet:B``."""
        if account not in self._names:
            kind, _, rest = account.partition(":")
            name = f"{_ROOTS[kind]}:{self._part(rest)}" if rest else _ROOTS[kind]
            taken = set(self._names.values())
            number = 2
            unique = name
            while unique in taken:
                unique, number = f"{name}-{number}", number + 1
            self._names[account] = unique
        return self._names[account]

    def openings(self, opened: dict[str, date]) -> list[str]:
        """An ``open`` for each account, with its name in the ledger."""
        ledger = {name: account for account, name in self._names.items()}
        return [
            f'{day} open {name}\n  account: "{quoted(ledger[name])}"'
            for name, day in sorted(opened.items(), key=lambda item: (item[1], item[0]))
        ]

    @staticmethod
    def _part(name: str) -> str:
        """Letters, digits and dashes, the first a capital or a digit."""
        plain = re.sub(r"[^A-Za-z0-9-]", "-", name)
        return plain if re.match(r"[A-Z0-9]", plain) else f"X-{plain}"


def number(minor: int, unit: str) -> str:
    """Minor units as a decimal number of whole units, exactly."""
    decimals = _DECIMALS[unit]
    whole, rest = divmod(abs(minor), 10**decimals)
    return f"{'-' if minor < 0 else ''}{whole}.{rest:0{decimals}d}"


def quoted(text: str) -> str:
    """Text for between quotation marks."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
