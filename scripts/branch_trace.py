"""A pytest plugin that notes which blocks of the contracts' code run.

The contracts are deployed as ``scripts/branch_coverage.py`` compiled them (``BRANCH_TRACE`` names the
folder), without the optimizer, so that every branch of the source is one jump of its own. That code is larger
and dearer than the real one: the limits on it are lifted here.
"""

import json
import os
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from unittest.mock import patch

import eth.vm.forks.shanghai.computation as shanghai
import eth.vm.forks.spurious_dragon.computation as spurious_dragon
from eth.vm import opcode_values
from eth.vm.forks.prague.opcodes import PRAGUE_OPCODES
from eth.vm.logic.flow import jumpi
from eth_abi.abi import encode

from scripts.branch_coverage import digest
from settlement.chain import abi
from settlement.chain.engines.py_evm_state import Computation

FOLDER = Path(os.environ["BRANCH_TRACE"])
#: What a mark says of the instruction at ``mark >> 2``.
ENTERED, PASSED, JUMPED = 0, 1, 2

_NO_LIMIT = 2**24


class Trace:
    """Marks by the code they belong to."""

    def __init__(self) -> None:
        self._marks: dict[bytes, set[int]] = {}

    def of(self, computation: Any) -> set[int]:
        """The marks of the code that ``computation`` runs."""
        marks: set[int] | None = computation.__dict__.get("marks")
        if marks is None:
            marks = computation.marks = self._marks.setdefault(bytes(computation.code._raw_code_bytes), set())
        return marks

    def jumpdest(self, computation: Any) -> None:
        """Note that a block was entered."""
        self.of(computation).add((computation.code.program_counter - 1) << 2 | ENTERED)

    def jumpi(self, computation: Any) -> None:
        """Note which way a branch went."""
        after = computation.code.program_counter
        jumpi(computation)
        jumped = JUMPED if computation.code.program_counter != after else PASSED
        self.of(computation).add((after - 1) << 2 | jumped)

    def by_code(self, contracts: dict[str, dict[str, Any]]) -> dict[str, list[int]]:
        """Marks by the ``digest`` of the code as it was compiled."""
        found: dict[str, set[int]] = {}
        for code, marks in self._marks.items():
            for contract in contracts.values():
                creation, runtime = contract["creation"]["code"], contract["runtime"]["code"]
                if code.startswith(bytes.fromhex(creation)):
                    found.setdefault(digest(creation), set()).update(marks)
                if _without_immutables(code, contract["runtime"]) == runtime:
                    found.setdefault(digest(runtime), set()).update(marks)
        return {name: sorted(marks) for name, marks in found.items()}


def _without_immutables(code: bytes, runtime: dict[str, Any]) -> str:
    """Runtime code with zeros where the constructor wrote values."""
    if 2 * len(code) != len(runtime["code"]):
        return ""
    blank = bytearray(code)
    for start, length in runtime["immutables"]:
        blank[start : start + length] = bytes(length)
    return blank.hex()


TRACE = Trace()
CONTRACTS: dict[str, dict[str, Any]] = json.loads((FOLDER / "contracts.json").read_text())


def _creation_code(artifact: abi.Artifact, *arguments: Any) -> bytes:
    """The code to measure, where there is one for the contract."""
    traced = CONTRACTS.get(artifact.contract)
    bytecode = bytes.fromhex(traced["creation"]["code"]) if traced else artifact.bytecode
    constructors = [entry for entry in artifact.abi if entry["type"] == "constructor"]
    types = [abi._type(parameter) for entry in constructors for parameter in entry["inputs"]]
    return bytecode + encode(types, arguments)


def pytest_configure() -> None:
    """Put the traced opcodes and the contracts in place."""
    opcodes: dict[int, Any] = PRAGUE_OPCODES
    opcodes[opcode_values.JUMPDEST].logic_fn = TRACE.jumpdest
    opcodes[opcode_values.JUMPI].logic_fn = TRACE.jumpi
    # Our own way to run code would run past them: py-evm's is inherited.
    delattr(Computation, "apply_computation")
    # For as long as the process lasts.
    patch.object(spurious_dragon, "EIP170_CODE_SIZE_LIMIT", _NO_LIMIT).start()
    patch.object(shanghai, "MAX_INITCODE_SIZE", _NO_LIMIT).start()
    patch.object(abi.Artifact, "creation_code", _creation_code).start()


def pytest_unconfigure() -> None:
    """Write what was noted into a file of this process, beside those that are there already."""
    with NamedTemporaryFile("w", dir=FOLDER, prefix="trace-", suffix=".json", delete=False) as file:
        json.dump(TRACE.by_code(CONTRACTS), file)
