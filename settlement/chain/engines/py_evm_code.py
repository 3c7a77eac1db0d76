"""Contract code, translated to Python where it is hot.

py-evm looks up, charges, type-checks and logs every instruction each time that it runs, and most of them only
move a number. Here code is read by the routes that it takes. A route runs from where it is entered, through
jumps whose destination is known, to an instruction that goes on in one of several places, looks at the gas
that is left, or halts. One that was taken a few times becomes a function. It charges the static gas and
checks the room on the stack for all of the route at its start, moves numbers between variables, and leaves to
py-evm what is not in ``py_evm_instructions``. That comes to the same as one instruction after the other:
whoever runs out of gas or stack loses all gas and all changes, wherever on the route it is.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from eth.exceptions import FullStack, Halt, InsufficientStack, OutOfGas
from eth.vm import opcode_values as op

from settlement.chain.engines import py_evm_instructions as known
from settlement.chain.engines.py_evm_interpreter import MOST_ITEMS, interpret

#: Takes stack, computation and gas meter; returns where to go on.
Route = Callable[[list[int], Any, Any], int]

#: To translate a route costs as much as to take it so many times.
COLD = 16
#: Instructions of the longest route.
LONGEST = 500
#: Contracts of which what was read is kept, last used first.
_KEPT = 256


class Program:
    """A contract's code, and the hot routes through it."""

    def __init__(self, code: bytes) -> None:
        self.code = code
        self.routes: dict[int, Route] = {}
        self.destinations = frozenset(_destinations(code))
        self._taken: Counter[int] = Counter()

    def opcode_at(self, counter: int) -> int:
        """The opcode there; code is followed by STOP without end."""
        return self.code[counter] if counter < len(self.code) else op.STOP

    def take(self, computation: Any, start: int) -> int:
        """Take a route that is not translated yet; returns where to go on."""
        self._taken[start] += 1
        if self._taken[start] > COLD:
            route = self.routes[start] = _Reader(self, start).translate()
            return route(computation._stack.values, computation, computation._gas_meter)
        return interpret(self.code, self.destinations, computation, start)


@lru_cache(_KEPT)
def program_of(code: bytes) -> Program:
    """The program that ``code`` is."""
    return Program(code)


def _one_of(opcode: int, data: int) -> bytes:
    """A pattern of an instruction with so many bytes of data, or fewer at the end of the code."""
    return re.escape(bytes([opcode])) + b".{0,%d}" % data


_PUSH_OR_JUMPDEST = re.compile(
    b"|".join([_one_of(op.JUMPDEST, 0), *(_one_of(op.PUSH0 + size, size) for size in range(1, 33))]),
    re.DOTALL,
)


def _destinations(code: bytes) -> Iterator[int]:
    """Where a JUMPDEST stands that is no part of a PUSH."""
    for found in _PUSH_OR_JUMPDEST.finditer(code):
        if code[found.start()] == op.JUMPDEST:
            yield found.start()


def run(computation: Any) -> None:
    """Run the code of a message from its first instruction until it halts.

    Raises:
        VMError: it fails, or reverts.
    """
    program = program_of(computation.msg.code)
    routes, stack, meter = program.routes, computation._stack.values, computation._gas_meter
    counter = 0
    try:
        while True:
            route = routes.get(counter)
            counter = route(stack, computation, meter) if route else program.take(computation, counter)
    except Halt:
        pass


class _Reader:
    """Reads one route and writes it down as a function.

    ``items`` are those on top of the stack that the route holds in variables or knows, as source text.
    """

    def __init__(self, program: Program, start: int) -> None:
        self.program, self.start, self.counter = program, start, start
        self.gas = self.read = self.names = 0
        self.height = self.lowest = self.highest = 0
        self.items: list[str] = []
        self.lines: list[str] = []
        self.seen: set[int] = set()
        self.scope: dict[str, Any] = {
            **{function.__name__: function for function in known.FUNCTIONS},
            "destinations": program.destinations,
            "out_of_gas": _out_of_gas,
            "misfit": _misfit,
        }

    def translate(self) -> Route:
        """Read the route to its end."""
        ended = False
        while not ended:
            ended = self._read()
        least, most = -self.lowest, MOST_ITEMS - self.highest
        head = [
            "def route(s, c, m):",
            f"if not {least} <= len(s) <= {most}: misfit(len(s) < {least})",
            f"left = m.gas_remaining - {self.gas}",
            f"if left < 0: out_of_gas({self.gas})",
            "m.gas_remaining = left",
        ]
        exec("\n ".join([*head, *self.lines]), self.scope)  # noqa: S102  # text of our own making
        route: Route = self.scope["route"]
        return route

    def _read(self) -> bool:
        """Read one instruction; returns whether the route ends there."""
        if self.counter in self.seen or self.read == LONGEST:
            return self._leave(str(self.counter))
        self.seen.add(self.counter)
        self.read += 1
        opcode = self.program.opcode_at(self.counter)
        self.counter += 1
        if opcode in known.FOREIGN or opcode in known.LAST:
            return self._foreign(opcode)
        instruction = known.instruction(opcode)
        self.gas += instruction.gas_cost
        if op.PUSH0 <= opcode <= op.PUSH32:
            size = opcode - op.PUSH0
            data = self.program.code[self.counter : self.counter + size]
            self.counter += size
            self._give(hex(int.from_bytes(data.ljust(size, b"\0"))))
        elif op.DUP1 <= opcode <= op.DUP16:
            self._give(self._item(opcode - op.DUP1))
        elif op.SWAP1 <= opcode <= op.SWAP16:
            self._swap(opcode - op.SWAP1 + 1)
        elif opcode in known.PURE:
            expression, takes = known.PURE[opcode]
            self._compute(expression, self._take(takes), pure=True)
        elif opcode in known.LOOKING:
            expression, takes = known.LOOKING[opcode]
            self._compute(expression, self._take(takes), pure=False)
        elif opcode == op.MSTORE:
            self.lines.append("mstore(c, {}, {})".format(*self._take(2)))
        elif opcode == op.POP:
            self._take(1)
        elif opcode == op.PC:
            self._give(hex(self.counter - 1))
        elif opcode == op.JUMP:
            return self._jump()
        elif opcode == op.JUMPI:
            destination, condition = self._take(2)
            return self._leave(f"{self._landing(destination)} if {condition} else {self.counter}")
        elif opcode != op.JUMPDEST:
            return self._foreign(opcode)
        return False

    def _jump(self) -> bool:
        whither = self._landing(*self._take(1))
        if _is_literal(whither):
            self.counter = int(whither, 16)
            return False
        return self._leave(whither)

    def _landing(self, destination: str) -> str:
        """Where a jump goes on, known or to be checked when it comes to it."""
        if _is_literal(destination) and int(destination, 16) in self.program.destinations:
            return destination
        return f"landing(destinations, {destination})"

    def _foreign(self, opcode: int) -> bool:
        """Let py-evm run an instruction, which it charges itself."""
        name = f"py_evm_{opcode:x}"
        self.scope[name] = known.instruction(opcode)
        if opcode in known.FOREIGN:
            takes, gives = known.FOREIGN[opcode]
            call = f"foreign({', '.join(['c', name, *self._take(takes)])})"
            self._compute(call, (), pure=False) if gives else self.lines.append(call)
            return False
        takes, gives = known.LAST.get(opcode, (0, 0))
        call = f"foreign({', '.join(['c', name, *self._take(takes)])})"
        self._keep()
        self.lines.append(f"s.append({call})" if gives else call)
        self._move(0, gives)
        return self._leave(str(self.counter))

    def _leave(self, whither: str) -> bool:
        self._keep()
        self.lines.append(f"return {whither}")
        return True

    def _keep(self) -> None:
        """Put what the route holds back onto the stack."""
        if self.items:
            self.lines.append(f"s += ({', '.join(self.items)},)")
        self.items = []

    def _compute(self, expression: str, items: tuple[str, ...], *, pure: bool) -> None:
        written = expression.format(*items)
        if pure and all(map(_is_literal, items)):
            self._give(hex(eval(written)))  # noqa: S307  # literals, and operators of ours
        else:
            self._give(self._name(written))

    def _name(self, expression: str) -> str:
        """A new variable for a value."""
        self.names += 1
        self.lines.append(f"v{self.names} = {expression}")
        return f"v{self.names}"

    def _give(self, item: str) -> None:
        self.items.append(item)
        self._move(0, 1)

    def _take(self, count: int) -> tuple[str, ...]:
        """Items off the stack, the top one first."""
        taken = tuple(self.items.pop() if self.items else self._name("s.pop()") for _ in range(count))
        self._move(count, 0)
        return taken

    def _item(self, depth: int) -> str:
        """The item so deep in the stack, without taking it."""
        self._move(depth + 1, depth + 1)
        if depth < len(self.items):
            return self.items[-1 - depth]
        return self._name(f"s[{len(self.items) - 1 - depth}]")

    def _swap(self, depth: int) -> None:
        self._move(depth + 1, depth + 1)
        while len(self.items) <= depth:
            self.items.insert(0, self._name("s.pop()"))
        self.items[-1], self.items[-1 - depth] = self.items[-1 - depth], self.items[-1]

    def _move(self, takes: int, gives: int) -> None:
        """Note that an instruction takes so many items and then gives so many."""
        self.lowest = min(self.lowest, self.height - takes)
        self.height += gives - takes
        self.highest = max(self.highest, self.height)


def _is_literal(item: str) -> bool:
    return item.startswith("0x")


def _out_of_gas(needed: int) -> None:
    raise OutOfGas(f"{needed} more needed")


def _misfit(too_few: bool) -> None:
    raise InsufficientStack("too few items") if too_few else FullStack("too many items")
