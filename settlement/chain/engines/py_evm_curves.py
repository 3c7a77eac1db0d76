"""Precompiled contracts on elliptic curves, loaded by the first call of one instead of with py-evm.

They bring a library that computes pairings while it is imported, for longer than a small run takes, and no
contract of ours calls one.
"""

import sys
from collections.abc import Callable
from functools import cache, partial
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from types import ModuleType
from typing import Any

_PACKAGE = "eth.precompiles"

#: What py-evm takes, while it is imported, from each module of its precompiled contracts that needs curves.
_CURVES = {
    f"{_PACKAGE}.ecadd": ("ecadd",),
    f"{_PACKAGE}.ecmul": ("ecmul",),
    f"{_PACKAGE}.ecpairing": ("ecpairing",),
    f"{_PACKAGE}.bls12_381": (
        "bls12_g1_add",
        "bls12_g1_msm",
        "bls12_map_fp_to_g1",
        "bls12_g2_add",
        "bls12_g2_msm",
        "bls12_map_fp2_to_g2",
        "bls12_pairing_check",
    ),
}


def put_off_curves() -> None:
    """Have py-evm, where it is not imported yet, load no curve before a contract calls for it."""
    if _PACKAGE in sys.modules:
        return
    for name, contracts in _CURVES.items():
        stand_in = ModuleType(name)
        vars(stand_in).update({contract: _late(name, contract) for contract in contracts})
        sys.modules[name] = stand_in


def _late(module: str, contract: str) -> Callable[..., Any]:
    """A precompiled contract of a module that is loaded when it is called."""

    def call(*computation: Any, **costs: int) -> Any:
        if not computation:  # forks name their costs first, as of the curried function that this stands for
            return partial(call, **costs)
        return getattr(_loaded(module), contract)(*computation, **costs)

    return call


@cache
def _loaded(name: str) -> ModuleType:
    """The module itself, in the place of what stood in for it."""
    spec = PathFinder.find_spec(name, sys.modules[_PACKAGE].__path__)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(f"py-evm has no module {name}", name=name)
    module = sys.modules[name] = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
