"""Saying the same to the chain and to the model, and comparing what became of it."""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from hypothesis import currently_in_test_context, event
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from settlement.chain.deployment import TIMELOCK
from settlement.domain.errors import Refused
from settlement.domain.programme import Corridor, Programme
from settlement.domain.reasons import Reason
from tests.chain.machine.expected import Key, State
from tests.chain.machine.judge import Judge
from tests.chain.machine.observed import observed
from tests.chain.machine.programmes import changed, drawn_caps
from tests.chain.machine.setting import CO_APPROVER, CORRIDORS, SUPERVISOR, Moment, Setting, opening
from tests.model.system import Model

#: How often, in which machine, each operation came to each answer, over all examples of this process.
TALLY: Counter[tuple[str, str, Reason]] = Counter()

#: Whether a run is long, and may look at everything.
THOROUGH = "MODEL_EXAMPLES" in os.environ

#: How many things that should not have changed are looked at after each step, in turn.
SPOT_CHECKS = 4


class Machine(RuleBasedStateMachine):
    """A regime on the chain, the same regime in the model, and whoever acts on both."""

    model: Model
    setting: Setting
    #: The last answer, and all there were.
    answer: Reason
    met: set[Reason]
    #: Whether both sides are compared within a step already: where no invariants are checked between steps.
    compares_at_once = False
    #: Whether the last comparison was passed; after a failure there is nothing to conclude.
    agreed = False

    #: Changes of the programme with one of which an example begins; ``drawn caps``, or none.
    worlds: ClassVar[tuple[str, ...]] = ("",)

    @initialize(data=st.data())
    def start(self, data: st.DataObject) -> None:
        """Begin with the same regime every time, but for the programme."""
        self.begin()
        world = data.draw(st.sampled_from(self.worlds), label="world")
        if world == "drawn caps":
            caps = data.draw(drawn_caps(), label="programme")
            self.agree_on(SUPERVISOR, caps, CORRIDORS)
        elif world:
            self.agree_on(SUPERVISOR, *changed(self.model.regime, world))
        self.prepare()

    def prepare(self) -> None:
        """What else an example begins with."""

    def begin(self, moment: Moment = "started") -> None:
        """The regime as it was agreed on, or has started."""
        self.setting, self.model = opening(moment)
        self.judge = Judge(self.setting)
        self.known: State = self.expected()
        self.touched: dict[Key, None] = {}
        self.met = set()
        self.serial = 0
        self.turn = 0

    def agree_on(self, drafter: str, programme: Programme, corridors: tuple[Corridor, ...]) -> None:
        """Draft a programme, announce the signature, wait for its time, and sign."""
        terms = programme, corridors
        if self.both("draft", lambda s: s.regime.draft(drafter, *terms)) is not Reason.OK:
            return
        self.both("announce", lambda s: s.regime.announce_approval(CO_APPROVER, *terms))
        self.setting.advance(TIMELOCK)
        self.both("approve programme", lambda s: s.regime.approve(CO_APPROVER, *terms))

    # Saying the same to both

    def both(self, name: str, operation: Callable[[Any], object]) -> Reason:
        """Do it on both sides, which agree on whether it is possible, and why not."""
        self.agreed = False
        self.model.clock.now = self.setting.now
        after, expected = self.model.attempt(operation)
        self.judge.before(self.model)
        real = self._on_chain(operation)
        self._count(name, real)
        assert real is expected, f"{name}: the chain says {real.name}, the model {expected.name}"
        self.model = after
        self.judge.after(self.model, self.setting.new_events())
        if self.compares_at_once:
            self.chain_equals_model()
            self.invariants_hold()
        return real

    def _count(self, name: str, answer: Reason) -> None:
        TALLY[type(self).__name__, name, answer] += 1
        self.answer = answer
        self.met.add(answer)
        if currently_in_test_context():
            event(f"{name}: {answer.name}")

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
        self._count(f"{name}?", real)
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
        self.agreed = True

    @invariant()
    def invariants_hold(self) -> None:
        """What section 8 of the rules promises at any time."""
        self.judge.always(self.model)

    def teardown(self) -> None:
        """In the end everything is looked at that ever changed; in a long run, simply everything."""
        if self.agreed:
            self.conclude()
            expected = self.expected()
            self._compare(expected, list(expected) if THOROUGH else list(self.touched))
            self.judge.close_books(self.setting, self.model)

    def conclude(self) -> None:
        """What is to hold in the end, however an example went."""

    def _compare(self, expected: State, keys: list[Key]) -> None:
        real = {key: observed(self.setting.chain, key) for key in keys}
        differences = [
            f"{' '.join(map(str, key))}: the chain says {real[key]}, the model {expected[key]}"
            for key in keys
            if real[key] != expected[key]
        ]
        assert not differences, "\n".join(differences)


def tally(machine: str) -> str:
    """The counts of a machine, operation by operation, and which reasons it met."""
    rows: defaultdict[str, list[str]] = defaultdict(list)
    met: set[Reason] = set()
    for (of, name, reason), count in sorted(TALLY.items(), key=lambda item: item[0]):
        if of == machine:
            rows[name].append(f"{reason.name} {count}")
            met.add(reason)
    counts = [f"{name}: {', '.join(answers)}" for name, answers in rows.items()]
    reasons = ", ".join(reason.name for reason in sorted(met))
    return "\n".join([*counts, f"{machine} met {len(met)} of {len(Reason)} reasons: {reasons}"])
