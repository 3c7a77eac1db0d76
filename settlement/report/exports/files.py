"""Every table of a run as Parquet or CSV, written by DuckDB."""

from pathlib import Path

from settlement.report.dataset import table_of, tables_of
from settlement.report.stored import StoredRun


def write(run: StoredRun, folder: Path, form: str) -> str:
    """One file for each table; amounts as DECIMAL(38, 0) in Parquet, as digits in CSV."""
    names = tables_of(run)
    for name in names:
        if form == "parquet":
            table_of(run, name).write(folder / f"{name}.parquet", "PARQUET")
        else:
            table_of(run, name, "text").write(folder / f"{name}.csv", "CSV")
    return f"{len(names)} tables"
