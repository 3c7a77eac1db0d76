#!/usr/bin/env python3
"""Compile the contracts and write the artifacts that ship with the package.

Usage: build_contracts.py [--check]

Writes ``contracts/src/Reason.sol`` from the table in ``settlement.domain.reasons`` and
``settlement/chain/artifacts/<Contract>.json`` (ABI, creation bytecode, SHA-256 of the sources)
from the Solidity sources. With ``--check`` it writes nothing and fails when a file differs from
its source in one byte. Needs ``npm ci`` under ``contracts/`` and py-solc-x.
"""

import argparse
import hashlib
import json
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from solcx import compile_standard

from settlement.domain.reasons import Reason

ROOT = Path(__file__).resolve().parent.parent
CONTRACTS = ROOT / "contracts"
ARTIFACTS = ROOT / "settlement" / "chain" / "artifacts"
REASONS = CONTRACTS / "src" / "Reason.sol"

#: Libraries' contracts that are deployed as they are.
DEPLOYED_LIBRARIES = {
    "AccessManager": "node_modules/@openzeppelin/contracts/access/manager/AccessManager.sol"
}
OUTPUTS = ("abi", "metadata", "evm.bytecode.object", "evm.deployedBytecode.object")
#: EIP-170, with room for what later versions add.
MAX_RUNTIME_BYTES = 24_576


def render_reasons() -> str:
    """The Rulebook's part of the reason table as a Solidity library."""
    answers = [reason for reason in Reason if reason.is_rule]
    lines = [
        "// SPDX-License-Identifier: MIT",
        "// Written by scripts/build_contracts.py from settlement/domain/reasons.py; do not edit.",
        "pragma solidity ^0.8.37;",
        "",
        "/// @title Stable codes of why an operation is refused",
        "/// @notice The answers of the Rulebook, in the order of its checks.",
        "library Reason {",
    ]
    for reason in answers:
        lines += [
            f"    /// @notice {reason.sentence}",
            f"    uint8 internal constant {reason.name} = {int(reason)};",
            "",
        ]
    lines += [
        "    /// @notice The sentence behind `reason`; empty for a code that no rule has.",
        "    function message(uint8 reason) internal pure returns (string memory) {",
    ]
    for reason in answers:
        lines.append(f'        if (reason == {reason.name}) return "{reason.sentence}";')
    lines += ['        return "";', "    }", "}", ""]
    return "\n".join(lines)


def compile_contracts(
    optimizer: dict[str, Any] | None = None, outputs: Iterable[str] = OUTPUTS
) -> dict[str, Any]:
    """Compile every source under ``contracts/src`` with the settings of ``foundry.toml``.

    Returns the compiler's answer with ``outputs`` and the syntax trees; ``optimizer`` replaces its settings.
    """
    profile = tomllib.loads((CONTRACTS / "foundry.toml").read_text())["profile"]["default"]
    files = [
        *sorted((CONTRACTS / "src").rglob("*.sol")),
        *(CONTRACTS / path for path in DEPLOYED_LIBRARIES.values()),
    ]
    sources = {path.relative_to(CONTRACTS).as_posix(): {"content": path.read_text()} for path in files}
    settings = {
        "optimizer": optimizer or {"enabled": profile["optimizer"], "runs": profile["optimizer_runs"]},
        "evmVersion": profile["evm_version"],
        "viaIR": profile["via_ir"],
        "metadata": {"bytecodeHash": profile["bytecode_hash"], "appendCBOR": profile["cbor_metadata"]},
        "remappings": profile["remappings"],
        "outputSelection": {"*": {"*": list(outputs), "": ["ast"]}},
    }
    request = {"language": "Solidity", "sources": sources, "settings": settings}
    output: dict[str, Any] = compile_standard(request, base_path=CONTRACTS, solc_binary=CONTRACTS / "solc")
    return output


def render_artifacts(output: dict[str, Any]) -> dict[str, str]:
    """The text of each artifact by file name, for every contract that can be deployed."""
    ours = {
        path.stem: f"src/{path.name}" for path in sorted((CONTRACTS / "src").glob("*.sol")) if path != REASONS
    }
    artifacts = {}
    for name, source in {**ours, **DEPLOYED_LIBRARIES}.items():
        contract = output["contracts"][source][name]
        if not (contract["abi"] and contract["evm"]["bytecode"]["object"]):
            continue  # a library whose functions are all inlined, or a base contract
        metadata = json.loads(contract["metadata"])
        size = len(contract["evm"]["deployedBytecode"]["object"]) // 2
        if size > MAX_RUNTIME_BYTES:
            raise SystemExit(f"{name}: {size} bytes of code, at most {MAX_RUNTIME_BYTES} can be deployed")
        artifact = {
            "contract": name,
            "compiler": metadata["compiler"]["version"],
            "sources_sha256": hash_sources(metadata["sources"]),
            "runtime_bytes": size,
            "abi": contract["abi"],
            "bytecode": contract["evm"]["bytecode"]["object"],
        }
        artifacts[f"{name}.json"] = json.dumps(artifact, indent=1, sort_keys=True) + "\n"
    return artifacts


def hash_sources(names: dict[str, Any]) -> str:
    """SHA-256 over the names and texts of all sources a contract was compiled from."""
    digest = hashlib.sha256()
    for name in sorted(names):
        text = (CONTRACTS / name).read_bytes()
        digest.update(f"{name}\0{len(text)}\0".encode() + text)
    return digest.hexdigest()


def write(files: dict[Path, str]) -> None:
    """Write the files and remove artifacts whose contract is gone."""
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for stale in set(ARTIFACTS.glob("*.json")) - set(files):
        stale.unlink()


def drift(files: dict[Path, str]) -> list[str]:
    """Names of the files on disk that are missing, extra or different from ``files``."""
    stale = set(ARTIFACTS.glob("*.json")) - set(files)
    changed = {path for path, text in files.items() if not path.exists() or path.read_text() != text}
    return sorted(str(path.relative_to(ROOT)) for path in stale | changed)


def main() -> int:
    """Write, or with ``--check`` compare; returns the exit code."""
    parser = argparse.ArgumentParser(description="Compile the contracts into settlement/chain/artifacts.")
    parser.add_argument(
        "--check", action="store_true", help="fail when artifacts and sources differ; write nothing"
    )
    check = parser.parse_args().check
    if not (CONTRACTS / "node_modules" / "solc").is_dir():
        print("the compiler is missing; run scripts/test once, or npm ci --ignore-scripts in contracts/")
        return 2
    reasons = {REASONS: render_reasons()}
    if not check:
        write(reasons)
    artifacts = render_artifacts(compile_contracts())
    files = reasons | {ARTIFACTS / name: text for name, text in artifacts.items()}
    if check and (stale := drift(files)):
        print("\n".join(f"{name} differs from its source; run scripts/build_contracts.py" for name in stale))
        return 1
    if not check:
        write(files)
    print(f"{len(artifacts)} artifacts {'match' if check else 'written from'} their sources")
    return 0


if __name__ == "__main__":
    sys.exit(main())
