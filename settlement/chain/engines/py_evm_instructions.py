"""Instructions of the EVM as expressions of Python, for ``py_evm_code`` to put together.

An expression's ``{0}`` is the item on top of the stack, ``{1}`` the one below; ``c`` is the computation. All
items are integers. Static gas is charged by whoever puts them together; these charge the rest.
"""

from typing import Any

from eth.exceptions import InvalidJumpDestination
from eth.vm import opcode_values as op
from eth.vm.forks.berlin.constants import COLD_SLOAD_COST, WARM_STORAGE_READ_COST
from eth.vm.forks.prague.opcodes import PRAGUE_OPCODES
from eth.vm.logic.invalid import InvalidOpcode

from settlement.domain.keccak import keccak256

_WORD, _SIGN = hex(2**256 - 1), hex(2**255)

#: Those that need nothing but their items, and give one: the expression, and how many it takes.
PURE = {
    op.ADD: (f"{{0}} + {{1}} & {_WORD}", 2),
    op.MUL: (f"{{0}} * {{1}} & {_WORD}", 2),
    op.SUB: (f"{{0}} - {{1}} & {_WORD}", 2),
    op.DIV: ("{0} // {1} if {1} else 0", 2),
    op.MOD: ("{0} % {1} if {1} else 0", 2),
    op.ADDMOD: ("({0} + {1}) % {2} if {2} else 0", 3),
    op.MULMOD: ("{0} * {1} % {2} if {2} else 0", 3),
    op.LT: ("1 if {0} < {1} else 0", 2),
    op.GT: ("1 if {0} > {1} else 0", 2),
    op.SLT: (f"1 if {{0}} ^ {_SIGN} < {{1}} ^ {_SIGN} else 0", 2),
    op.SGT: (f"1 if {{0}} ^ {_SIGN} > {{1}} ^ {_SIGN} else 0", 2),
    op.EQ: ("1 if {0} == {1} else 0", 2),
    op.ISZERO: ("0 if {0} else 1", 1),
    op.AND: ("{0} & {1}", 2),
    op.OR: ("{0} | {1}", 2),
    op.XOR: ("{0} ^ {1}", 2),
    op.NOT: (f"{{0}} ^ {_WORD}", 1),
    op.SHL: (f"{{1}} << {{0}} & {_WORD} if {{0}} < 256 else 0", 2),
    op.SHR: ("{1} >> {0} if {0} < 256 else 0", 2),
}
#: Those that look at the message, or at memory.
LOOKING = {
    op.MLOAD: ("mload(c, {0})", 1),
    op.SHA3: ("keccak(c, {0}, {1})", 2),
    op.SLOAD: ("sload(c, {0})", 1),
    op.CALLDATALOAD: ("calldata(c, {0})", 1),
    op.CALLDATASIZE: ("len(c.msg.data)", 0),
    op.CALLVALUE: ("c.msg.value", 0),
    op.CALLER: ("int.from_bytes(c.msg.sender)", 0),
    op.ADDRESS: ("int.from_bytes(c.msg.storage_address)", 0),
    op.TIMESTAMP: ("c.state.timestamp", 0),
    op.RETURNDATASIZE: ("len(c.return_data)", 0),
}
#: Those left to py-evm: how many they take and give.
FOREIGN = {
    op.SDIV: (2, 1), op.SMOD: (2, 1), op.EXP: (2, 1), op.SIGNEXTEND: (2, 1), op.BYTE: (2, 1), op.SAR: (2, 1),
    op.BALANCE: (1, 1), op.ORIGIN: (0, 1), op.CALLDATACOPY: (3, 0), op.CODESIZE: (0, 1), op.CODECOPY: (3, 0),
    op.GASPRICE: (0, 1), op.EXTCODESIZE: (1, 1), op.EXTCODECOPY: (4, 0), op.RETURNDATACOPY: (3, 0),
    op.EXTCODEHASH: (1, 1), op.BLOCKHASH: (1, 1), op.COINBASE: (0, 1), op.NUMBER: (0, 1),
    op.PREVRANDAO: (0, 1), op.GASLIMIT: (0, 1), op.CHAINID: (0, 1), op.SELFBALANCE: (0, 1),
    op.BASEFEE: (0, 1), op.BLOBHASH: (1, 1), op.BLOBBASEFEE: (0, 1), op.MSTORE8: (2, 0),
    op.MSIZE: (0, 1), op.TLOAD: (1, 1), op.TSTORE: (2, 0), op.MCOPY: (3, 0),
    op.LOG0: (2, 0), op.LOG1: (3, 0), op.LOG2: (4, 0), op.LOG3: (5, 0), op.LOG4: (6, 0),
}  # fmt: skip
#: Of those, the ones that look at the gas that is left, or after which nothing runs.
LAST = {
    op.GAS: (0, 1), op.SSTORE: (2, 0), op.CREATE: (3, 1), op.CREATE2: (4, 1), op.CALL: (7, 1),
    op.CALLCODE: (7, 1), op.DELEGATECALL: (6, 1), op.STATICCALL: (6, 1),
    op.STOP: (0, 0), op.RETURN: (2, 0), op.REVERT: (2, 0), op.SELFDESTRUCT: (1, 0),
}  # fmt: skip


def instruction(opcode: int) -> Any:
    """py-evm's own."""
    return PRAGUE_OPCODES.get(opcode) or InvalidOpcode(opcode)


def _grow(computation: Any, end: int) -> None:
    """Let memory reach up to ``end``, and charge it."""
    memory = computation._memory._bytes
    before, after = len(memory) // 32, (end + 31) // 32
    computation.consume_gas(3 * (after - before) + after * after // 512 - before * before // 512, "memory")
    memory += bytes(32 * (after - before))


def mload(computation: Any, start: int) -> int:
    """The word of memory at ``start``."""
    memory, end = computation._memory._bytes, start + 32
    if end > len(memory):
        _grow(computation, end)
    return int.from_bytes(memory[start:end])


def mstore(computation: Any, start: int, value: int) -> None:
    """Write a word to memory."""
    memory, end = computation._memory._bytes, start + 32
    if end > len(memory):
        _grow(computation, end)
    memory[start:end] = value.to_bytes(32)


def keccak(computation: Any, start: int, size: int) -> int:
    """The hash of a part of memory."""
    memory, end = computation._memory._bytes, start + size
    computation.consume_gas(6 * ((size + 31) // 32), "SHA3")
    if size and end > len(memory):
        _grow(computation, end)
    return int.from_bytes(keccak256(memory[start:end]))


def sload(computation: Any, slot: int) -> int:
    """What a slot holds."""
    value, was_cold = computation.state.load(computation.msg.storage_address, slot)
    computation.consume_gas(COLD_SLOAD_COST if was_cold else WARM_STORAGE_READ_COST, "SLOAD")
    return int(value)


def calldata(computation: Any, start: int) -> int:
    """A word of the message's data, which is followed by zeros without end."""
    return int.from_bytes(computation.msg.data[start : start + 32].ljust(32, b"\0"))


def foreign(computation: Any, of_py_evm: Any, *items: int) -> int:
    """Let py-evm take ``items``, the top one first; returns what it gives, if it gives something."""
    stack = computation._stack.values
    height = len(stack)
    stack.extend(reversed(items))
    of_py_evm(computation=computation)
    if len(stack) == height:
        return 0
    given = stack.pop()
    return int.from_bytes(given) if isinstance(given, bytes) else int(given)


def landing(destinations: frozenset[int], destination: int) -> int:
    """Where a jump goes on.

    Raises:
        InvalidJumpDestination: nothing to land on.
    """
    if destination not in destinations:
        raise InvalidJumpDestination(f"there is no JUMPDEST at {destination}")
    return destination


#: What expressions, and routes made of them, call.
FUNCTIONS = (mload, mstore, keccak, sload, calldata, foreign, landing)
