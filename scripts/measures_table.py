"""Write the table of measures in ``settlement/report/README.md`` from the measures' docstrings.

``--check`` writes nothing and fails where the table is not what it would be.
"""

from scripts.tables import ROOT, Written, between, write_or_check
from settlement.report.measures import GROUPS, MEASURES

README = ROOT / "settlement" / "report" / "README.md"
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
    return between(text, START, END, table())


def readme() -> Written:
    """The README, renewed."""
    text = renewed(README.read_text(encoding="utf-8"))
    return Written(README, text, f"{len(MEASURES)} measures are as their docstrings say")


if __name__ == "__main__":
    write_or_check("measures_table", "Write the table of measures into settlement/report/README.md.", readme)
