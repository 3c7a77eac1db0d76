#!/usr/bin/env python
"""Write the table of measures in ``settlement/report/README.md`` from the measures' docstrings.

``--check`` writes nothing and fails where the table is not what it would be.
"""

import sys
from pathlib import Path

from settlement.report.measures import GROUPS, MEASURES

README = Path(__file__).resolve().parent.parent / "settlement" / "report" / "README.md"
START, END = "<!-- measures: scripts/measures_table.py -->", "<!-- end of measures -->"


def table() -> str:
    """The table, in the order of the report."""
    lines = ["| measure | what it is |", "|---|---|"]
    for group in GROUPS:
        lines.append(f"| **{group}** | |")
        members = (measure for measure in MEASURES.values() if measure.group == group)
        lines += [f"| `{measure.name}` | {measure.definition} |" for measure in members]
    return "\n".join(lines)


def renewed(text: str) -> str:
    """The README with its table as it should be."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}\n{table()}\n{END}{after}"


def main() -> None:
    """Write the table, or check it."""
    text = README.read_text(encoding="utf-8")
    if renewed(text) == text:
        print(f"{len(MEASURES)} measures are as their docstrings say")
    elif "--check" in sys.argv[1:]:
        sys.exit(f"{README}: the table of measures is out of date; run: python -m scripts.measures_table")
    else:
        README.write_text(renewed(text), encoding="utf-8")
        print(f"{README}: written")


if __name__ == "__main__":
    main()
