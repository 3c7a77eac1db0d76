"""A stored run for other tools, by the name of the format."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from settlement.domain.errors import UserError
from settlement.ledger.folder import run_folder

if TYPE_CHECKING:
    from settlement.report.stored import StoredRun

__all__ = ["FORMATS", "export_run"]

#: Each format and the module that writes it; ``write(run, folder)`` answers what it wrote, in words.
FORMATS = {
    "parquet": "files",
    "csv": "files",
    "iso20022": "iso20022",
    "ivms101": "ivms101",
    "beancount": "beancount",
}


def export_run(run: "StoredRun", form: str, out: Path) -> str:
    """Write ``run`` in the format ``form`` into the new folder ``out``; returns what was written, in words.

    Raises:
        UserError: no such format, the folder is taken or cannot be made, or a library is missing.
    """
    if form not in FORMATS:
        raise UserError(f"no format {form!r}; expected one of {', '.join(FORMATS)}; choose one of them")
    module = import_module(f"settlement.report.exports.{FORMATS[form]}")
    write: Callable[[StoredRun, Path, str], str] = module.write
    with run_folder(out) as partial:
        return write(run, partial, form)
