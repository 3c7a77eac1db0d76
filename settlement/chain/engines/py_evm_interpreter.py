"""Contract code that is not hot: one instruction after the other, until a route may end.

py-evm's own loop spends more on types, checks and logging than on most instructions. Here they work on a
stack of integers, and only what is not in ``py_evm_instructions`` is left to py-evm.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from eth.exceptions import FullStack, InsufficientStack, OutOfGas
from eth.vm import opcode_values as op

from settlement.chain.engines import py_evm_instructions as known

#: Items that a stack has room for.
MOST_ITEMS = 1024

_PUSHES = range(op.PUSH0, op.PUSH32 + 1)
_DUPS = range(op.DUP1, op.DUP16 + 1)
_SWAPS = range(op.SWAP1, op.SWAP16 + 1)
_OTHERS = (op.JUMPDEST, op.JUMP, op.JUMPI, op.POP, op.MSTORE)
#: Instructions that are not left to py-evm, and the gas that each costs at least.
_GAS = {
    opcode: int(known.instruction(opcode).gas_cost)
    for opcode in (*_PUSHES, *_DUPS, *_SWAPS, *_OTHERS, *known.PURE, *known.LOOKING)
}


def interpret(code: bytes, destinations: frozenset[int], computation: Any, start: int) -> int:
    """Run ``code`` from ``start`` to where a route may end; returns where to go on.

    Raises:
        VMError: it fails, which costs all gas and undoes all changes; or it halts.
    """
    stack, meter, counter = computation._stack.values, computation._gas_meter, start
    try:
        while True:
            # Code is followed by STOP without end.
            opcode = code[counter] if counter < len(code) else op.STOP
            counter += 1
            gas = _GAS.get(opcode)
            if gas is None:
                counter = _by_py_evm(computation, opcode, counter)
                if opcode in known.LAST:
                    return counter
                continue
            left = meter.gas_remaining - gas
            if left < 0:
                raise OutOfGas(f"{-left} more needed")
            meter.gas_remaining = left
            if opcode in _PUSHES:
                size = opcode - op.PUSH0
                stack.append(int.from_bytes(code[counter : counter + size].ljust(size, b"\0")))
                counter += size
            elif opcode == op.JUMP:
                return known.landing(destinations, stack.pop())
            elif opcode == op.JUMPI:
                destination, condition = stack.pop(), stack.pop()
                return known.landing(destinations, destination) if condition else counter
            else:
                _step_of(opcode)(stack, computation)
            if len(stack) > MOST_ITEMS:
                raise FullStack("too many items")
    except IndexError:
        raise InsufficientStack("too few items") from None


def _by_py_evm(computation: Any, opcode: int, counter: int) -> int:
    """Let py-evm run an instruction, which it charges itself; returns where to go on."""
    stack, code = computation._stack.values, computation.code
    code.program_counter = counter
    known.instruction(opcode)(computation=computation)
    if stack and isinstance(stack[-1], bytes):
        stack[-1] = int.from_bytes(stack[-1])
    return int(code.program_counter)


@cache
def _step_of(opcode: int) -> Callable[[list[int], Any], None]:
    """What an instruction does to the stack, and with the computation."""
    scope: dict[str, Any] = {function.__name__: function for function in known.FUNCTIONS}
    exec(f"def step(s, c):\n {_source_of(opcode)}", scope)  # noqa: S102  # text of our own making
    step: Callable[[list[int], Any], None] = scope["step"]
    return step


def _source_of(opcode: int) -> str:
    if opcode in _DUPS:
        return f"s.append(s[-{opcode - op.DUP1 + 1}])"
    if opcode in _SWAPS:
        other = f"s[-{opcode - op.SWAP1 + 2}]"
        return f"s[-1], {other} = {other}, s[-1]"
    if opcode == op.JUMPDEST:
        return "pass"
    if opcode == op.POP:
        return "s.pop()"
    if opcode == op.MSTORE:
        return "mstore(c, s.pop(), s.pop())"
    expression, takes = known.PURE.get(opcode) or known.LOOKING[opcode]
    names = [f"v{number}" for number in range(takes)]
    return "; ".join([*(f"{name} = s.pop()" for name in names), f"s.append({expression.format(*names)})"])
