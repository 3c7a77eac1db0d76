"""The base of the contract errors, and the way from revert data to an exception."""

from typing import Any, ClassVar

from settlement.chain.abi import ErrorType
from settlement.chain.port import Receipt
from settlement.domain.errors import BackendError, Refused
from settlement.domain.reasons import Reason

__all__ = [
    "ContractRevert",
    "UnknownRevert",
    "class_name",
    "revert_of",
]


class ContractRevert(Refused):
    """A transaction or call that a contract refused.

    Attributes:
        arguments: the Solidity error's arguments, in order.
        receipt: the reverted transaction's receipt; None when a call reverted.
    """

    by_name: ClassVar[dict[str, type["ContractRevert"]]] = {}
    _reason: ClassVar[Reason | None]

    def __init__(self, arguments: tuple[Any, ...] = (), receipt: Receipt | None = None) -> None:
        super().__init__(self._reason or Reason(arguments[0]), ", ".join(map(_show, arguments)))
        self.args = (arguments, receipt)
        self.arguments = arguments
        self.receipt = receipt

    @property
    def subject(self) -> str:
        """Whom the contract names as the ground of the refusal; empty where it names nobody."""
        return ""

    def __init_subclass__(cls, reason: Reason | None) -> None:
        """Register the class; ``reason`` None means that the error's first argument is the code."""
        cls._reason = reason
        ContractRevert.by_name[cls.__name__] = cls


class UnknownRevert(BackendError):
    """A revert that is none of our contracts' errors: a panic, or out of gas."""

    def __init__(self, operation: str, revert_data: bytes, receipt: Receipt | None = None) -> None:
        super().__init__(operation, revert_data, receipt)
        self.operation = operation
        self.revert_data = revert_data
        self.receipt = receipt

    def __str__(self) -> str:
        """What reverted, and with which bytes."""
        data = self.revert_data.hex() or "no data"
        return f"{self.operation} reverted with {data}, which is no error of ours"


def revert_of(
    operation: str, errors: dict[bytes, ErrorType], revert_data: bytes, receipt: Receipt | None
) -> ContractRevert | UnknownRevert:
    """The exception for ``revert_data``, given the errors that may come up (by selector)."""
    error = errors.get(revert_data[:4])
    if error is None:
        return UnknownRevert(operation, revert_data, receipt)
    return ContractRevert.by_name[class_name(error.name)](error.decode(revert_data), receipt)


def class_name(solidity_name: str) -> str:
    """Name of the Python class of a Solidity error."""
    return solidity_name.replace("_", "")


def _show(argument: object) -> str:
    return "0x" + argument.hex() if isinstance(argument, bytes) else str(argument)
