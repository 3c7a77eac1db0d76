"""Backends by the name a user chooses, each loaded only when it is opened."""

import platform
import sys
from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec

from settlement.chain.port import Address, Backend
from settlement.domain.errors import UserError
from settlement.domain.participants import Office


def _auto(genesis_time: int, names: list[str]) -> Backend:
    return BACKENDS[engine_of("auto")](genesis_time, names)


def _py_evm(genesis_time: int, names: list[str]) -> Backend:
    from settlement.chain.engines.py_evm_backend import PyEvmBackend

    return PyEvmBackend(genesis_time, _addresses(names))


def _revm(genesis_time: int, names: list[str]) -> Backend:
    from settlement.chain.engines.revm_backend import RevmBackend

    return RevmBackend(genesis_time, _addresses(names))


def _revm_fast(genesis_time: int, names: list[str]) -> Backend:
    from settlement.chain.engines.revm_backend import FastRevmBackend

    return FastRevmBackend(genesis_time, _addresses(names))


def _eth_tester(genesis_time: int, names: list[str]) -> Backend:
    from settlement.chain.accounts import account_of
    from settlement.chain.engines.eth_tester_backend import EthTesterBackend

    return EthTesterBackend(genesis_time, map(account_of, names))


def _addresses(names: Iterable[str]) -> Iterable[Address]:
    from settlement.chain.accounts import address_of

    return map(address_of, names)


#: How to open each at a time (epoch seconds) for accounts by name; the first is the default.
BACKENDS: Mapping[str, Callable[[int, list[str]], Backend]] = {
    "auto": _auto,
    "py-evm": _py_evm,
    "revm": _revm,
    "revm-fast": _revm_fast,
    "eth-tester": _eth_tester,
}
DEFAULT_BACKEND = next(iter(BACKENDS))
#: Those that pyrevm is installed for. It has wheels for these Pythons at most.
_OF_PYREVM, _NEWEST_PYTHON = ("revm", "revm-fast"), (3, 12)


def engine_of(name: str) -> str:
    """The backend that a name means: ``auto`` is the fastest with exact gas that is installed."""
    if name != "auto":
        return name
    return "revm" if find_spec("pyrevm") else "py-evm"


def is_node(name: str) -> bool:
    """Whether ``name`` means a node, by its address or the path of its socket, and not an EVM of ours."""
    return "/" in name or name.endswith(".ipc")


def require_backend(name: str, *, attach: bool = False) -> None:
    """Refuse the name of no backend, or of one that is not installed, and to ``attach`` to what is no node.

    Raises:
        UserError: there is no such backend here, the node is not on this machine, or it is none.
    """
    if is_node(name):
        from settlement.chain.engines.loopback import line_to

        line_to(name)
        return
    if name not in BACKENDS:
        choices = ", ".join([*BACKENDS, "http://127.0.0.1:PORT of a local node"])
        raise UserError(f"--evm {name}: no such EVM; expected one of {choices}; choose one, or leave it out")
    if attach:
        raise UserError(
            f"--attach: {engine_of(name)} is a fresh chain in every run; expected --evm with the address of a"
            " node; add it, or leave --attach out"
        )
    if name in _OF_PYREVM and find_spec("pyrevm") is None:
        machine = f"{platform.system()} {platform.machine()}"
        raise UserError(f"--evm {name}: {_without_pyrevm(sys.version_info[:2], machine)}")


def _without_pyrevm(python: tuple[int, int], machine: str) -> str:
    """What is missing, what was expected, and what to do about it, in a Python of that version there."""
    if python > _NEWEST_PYTHON or (machine.startswith("Linux") and not machine.endswith("x86_64")):
        return (
            f"pyrevm has no wheel for Python {python[0]}.{python[1]} on {machine}; expected Python 3.11 or"
            " 3.12, on Linux for x86-64; install settlement[fast] there, or choose another EVM"
        )
    return (
        "pyrevm is not installed; expected settlement[fast]; run pip install 'settlement[fast]', or choose"
        " another EVM"
    )


def open_backend(name: str, genesis_time: int, accounts: Iterable[str], *, attach: bool = False) -> Backend:
    """Start the backend ``name`` at ``genesis_time`` (epoch seconds), or begin on the node of that name.

    The offices and ``accounts`` (by name) can send transactions on it. ``attach`` allows for a node that
    holds a deployment of ours already.

    Raises:
        UserError: there is no such backend, it is not installed, or the node is not what it has to be.
    """
    require_backend(name, attach=attach)
    names = [*(office.value for office in Office), *accounts]
    if is_node(name):
        from settlement.chain.engines.json_rpc_backend import JsonRpcBackend

        return JsonRpcBackend(name, genesis_time, names, attach=attach)
    return BACKENDS[name](genesis_time, names)
