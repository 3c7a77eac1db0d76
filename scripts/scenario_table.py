#!/usr/bin/env python
"""Write the table of shipped scenarios in ``settlement/scenario/README.md`` from the files themselves.

``--check`` writes nothing and fails where the table is not what it would be.
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from settlement.domain.amounts import Amount
from settlement.scenario import Expectations, Scenario, library

README = Path(__file__).resolve().parent.parent / "settlement" / "scenario" / "README.md"
START, END = "<!-- library: scripts/scenario_table.py -->", "<!-- end of library -->"


def table() -> str:
    """The table, in the order of the titles' numbers."""
    lines = ["| # | file | what it shows | expected end |", "|--:|---|---|---|"]
    for scenario in library():
        name = scenario.scenario
        number, _, shows = scenario.title.partition(". ")
        file = f"[{name}](library/{name}.yaml)"
        lines.append(f"| {number} | {file} | {shows} | {'; '.join(_end(scenario))} |")
    return "\n".join(lines)


def _end(scenario: Scenario) -> Iterator[str]:
    """What the file expects, in short: what people hold, how things end, what is refused."""
    expect: Expectations = scenario.expect
    if expect.balances:
        yield _pairs(expect.balances) + " SU"
    if expect.drl:
        yield _pairs(expect.drl) + " DRL"
    for place in ("quarantine", "locked"):
        held = getattr(expect, place)
        if held is not None:
            yield f"{place} {_figure(held)} SU"
    states = {**expect.credits, **expect.draws, **expect.bills, **expect.obligations}
    if states:
        yield ", ".join(f"{name} {state.name}" for name, state in states.items())
    if expect.rejections:
        yield "refused: " + ", ".join(dict.fromkeys(r.reason.name for r in expect.rejections))
    if expect.alerts:
        yield "noted: " + ", ".join(dict.fromkeys(alert.kind.value for alert in expect.alerts))


def _pairs(amounts: Mapping[str, Amount]) -> str:
    return ", ".join(f"{name} {_figure(amount)}" for name, amount in amounts.items())


def _figure(amount: Amount) -> str:
    """An amount without its unit, and without decimals where they are zero."""
    return str(amount).partition(" ")[0].removesuffix(".00")


def renewed(text: str) -> str:
    """The README with its table as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the table, or check it."""
    text = README.read_text(encoding="utf-8")
    if renewed(text) == text:
        print(f"{len(library())} scenarios are as their files say")
    elif "--check" in sys.argv[1:]:
        sys.exit(f"{README}: the table of scenarios is out of date; run: python -m scripts.scenario_table")
    else:
        README.write_text(renewed(text), encoding="utf-8")
        print(f"{README}: written")


if __name__ == "__main__":
    main()
