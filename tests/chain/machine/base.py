"""Saying the same to the chain and to the model, and comparing what became of it."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from hypothesis import event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from settlement.domain.errors import Refused
from settlement.domain.reasons import Reason
from tests.chain.machine.judge import Judge
from tests.chain.machine.setting import Setting, opening
from tests.chain.machine.state import Key, State, observed
from tests.model.system import Model

#: How often each operation came to each answer, over all examples of this process.
TALLY: Counter[tuple[str, Reason]] = Counter()

#: Whether a run is long, and may look at everything.
THOROUGH = "MODEL_EXAMPLES" in os.environ

#: How many things that should not have changed are looked at after each step, in turn.
SPOT_CHECKS = 4


class Machine(RuleBasedStateMachine):
    """A regime on the chain, the same regime in the model, and whoever acts on both."""

    model: Model
    setting: Setting

    @initialize()
    def start(self) -> None:
        """Begin with the same regime every time."""
        self.setting, self.model = opening()
        self.judge = Judge(self.setting)
        self.known: State = self.expected()
        self.touched: dict[Key, None] = {}
        self.serial = 0
        self.turn = 0

    # Saying the same to both

    def both(self, name: str, operation: Callable[[Any], object]) -> Reason:
        """Do it on both sides, which agree on whether it is possible, and why not."""
        self.model.clock.now = self.setting.now
        after, expected = self.model.attempt(operation)
        self.judge.before(self.model)
        real = self._on_chain(operation)
        TALLY[name, real] += 1
        event(f"{name}: {real.name}")
        assert real is expected, f"{name}: the chain says {real.name}, the model {expected.name}"
        self.model = after
        self.judge.after(self.model, self.setting.new_events())
        return real

    def _on_chain(self, operation: Callable[[Any], object]) -> Reason:
        try:
            operation(self.setting.chain)
        except Refused as refusal:
            return refusal.reason
        return Reason.OK

    def agree(self, name: str, question: Callable[[Any], Reason]) -> Reason:
        """Ask both sides the dry question."""
        self.model.clock.now = self.setting.now
        expected, real = question(self.model), question(self.setting.chain)
        TALLY[f"{name}?", real] += 1
        assert real is expected, f"{name}?: the chain says {real.name}, the model {expected.name}"
        return real

    def fresh(self, prefix: str) -> str:
        """A reference that nothing has yet."""
        self.serial += 1
        return f"{prefix}{self.serial}"

    def pick(self, data: st.DataObject, options: Iterable[Any]) -> Any:
        """One of what there is."""
        return data.draw(st.sampled_from(sorted(options)))

    def aim(
        self, data: st.DataObject, candidates: Iterable[Any], question: Callable[[Any, Any], Reason]
    ) -> Any:
        """One of the candidates, so that each answer of the model is as likely, and OK half of the time."""
        self.model.clock.now = self.setting.now
        by_answer: defaultdict[Reason, list[Any]] = defaultdict(list)
        for candidate in candidates:
            by_answer[question(self.model, candidate)].append(candidate)
        answers = sorted(by_answer)
        if Reason.OK in by_answer:
            answers = [Reason.OK] * max(1, len(answers) - 1) + answers
        answer = data.draw(st.sampled_from(answers), label="aim")
        return data.draw(st.sampled_from(by_answer[answer]), label="case")

    def more_edges(self) -> list[int]:
        """Deadlines that other parts of the machine know of, as times of the world."""
        return []

    # After every step

    def expected(self) -> State:
        """All that the model says of what can be looked at on the chain."""
        self.model.clock.now = self.setting.now
        return self.setting.expected(self.model)

    @invariant()
    def chain_equals_model(self) -> None:
        """What the model says has changed has changed so, and of the rest a few things in turn have not."""
        expected = self.expected()
        changed = [key for key, value in expected.items() if self.known.get(key) != value]
        self.touched.update(dict.fromkeys(changed))
        keys = list(expected)
        self.turn += SPOT_CHECKS
        spots = [keys[(self.turn + offset) % len(keys)] for offset in range(SPOT_CHECKS)]
        self._compare(expected, [*changed, *spots])
        self.known = expected

    @invariant()
    def invariants_hold(self) -> None:
        """What section 8 of the rules promises at any time."""
        self.judge.always(self.model)

    def teardown(self) -> None:
        """In the end everything is looked at that ever changed; in a long run, simply everything."""
        if hasattr(self, "model"):
            expected = self.expected()
            self._compare(expected, list(expected) if THOROUGH else list(self.touched))
            self.judge.close_books(self.setting, self.model)

    def _compare(self, expected: State, keys: list[Key]) -> None:
        real = {key: observed(self.setting.chain, key) for key in keys}
        differences = [
            f"{' '.join(map(str, key))}: the chain says {real[key]}, the model {expected[key]}"
            for key in keys
            if real[key] != expected[key]
        ]
        assert not differences, "\n".join(differences)


def tally() -> str:
    """The counts, operation by operation."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    for (name, reason), count in sorted(TALLY.items(), key=lambda item: (item[0][0], item[0][1])):
        rows[name].append(f"{reason.name} {count}")
    return "\n".join(f"{name}: {', '.join(answers)}" for name, answers in rows.items())
