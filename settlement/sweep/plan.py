"""A sweep before it is run: its points, the seeds of its replications, and the manifest that names it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import numpy as np

from settlement.chain.engines.backends import BACKENDS, engine_of, is_node
from settlement.domain.errors import UserError
from settlement.scenario import VariableScenario
from settlement.scenario.profiles import Beside
from settlement.sweep.grid import Parameter, Point, grid, parameters_of

#: More runs than any machine finishes.
MOST_RUNS = 1_000_000


@dataclass(frozen=True, slots=True)
class Task:
    """One run of a sweep, for whichever process does it: the scenario of its point, and its own seed."""

    point: int
    replication: int
    seed: int
    settings: tuple[tuple[str, str], ...]
    text: str
    evm: str
    version: str


@dataclass(frozen=True)
class Plan:
    """Every parameter point, replicated ``seeds`` times from the base ``seed``."""

    source: str
    text: str
    profiles: Mapping[str, str]
    title: str
    parameters: tuple[Parameter, ...]
    points: tuple[Point, ...]
    seed: int
    seeds: int
    evm: str

    @property
    def size(self) -> int:
        """How many runs it has."""
        return len(self.points) * self.seeds

    def manifest(self) -> dict[str, Any]:
        """What makes it this sweep and no other, as JSON values."""
        return {
            "settlement": metadata.version("settlement"),
            "source": self.source,
            "title": self.title,
            "evm": self.evm,
            "seed": self.seed,
            "seeds": self.seeds,
            "vary": [
                {"path": p.path, "values": list(p.values), "numbers": p.numbers} for p in self.parameters
            ],
            "points": len(self.points),
            "scenario": self.text,
            "profiles": dict(self.profiles),
        }

    def tasks(self) -> Iterator[Task]:
        """Its runs: the first replication of every point, then the second of every point, and so on.

        So a sweep that is cut short has whole replications to compare points by.
        """
        version = metadata.version("settlement")
        for number, seed in enumerate(replication_seeds(self.seed, self.seeds), 1):
            for point in self.points:
                settings = tuple(point.settings.items())
                yield Task(point.number, number, seed, settings, point.text, self.evm, version)


def replication_seeds(seed: int, count: int) -> list[int]:
    """The seeds of replications 1, 2, …: independent streams that depend on ``seed`` and the number alone.

    They are the first words of the children that numpy's SeedSequence spawns, without their sign bit. Every
    parameter point uses the same ones (common random numbers: A. M. Law, Simulation Modeling and Analysis,
    5th ed. 2015, section 11.2), and within a run each actor draws from a stream of its own name, which keeps
    the points synchronised: what differs between two points is what was varied, not the luck of the draw.
    """
    children = np.random.SeedSequence(seed).spawn(count)
    return [int(child.generate_state(1, np.uint64)[0]) >> 1 for child in children]


def plan_sweep(
    text: str,
    source: str,
    beside: Beside,
    vary: Iterable[tuple[str, Any]],
    *,
    seeds: int,
    seed: int | None,
    evm: str,
) -> Plan:
    """The sweep of the scenario file ``text`` over every combination of the values of ``vary``.

    ``beside`` reads the profiles beside the file.

    Raises:
        UserError: the scenario, a path or a value is wrong, there are too many runs, or ``evm`` is a node.
    """
    if seeds < 1:
        raise UserError(f"--seeds {seeds}: no replication; expected one at least; ask for more")
    if is_node(evm):
        raise UserError(
            f"--evm {evm}: a node, which holds one run; expected an EVM for each: {', '.join(BACKENDS)};"
            " choose one"
        )
    base = VariableScenario(text, source, beside)
    parameters = parameters_of(base, vary)
    points = grid(base, parameters, source)
    if len(points) * seeds > MOST_RUNS:
        raise UserError(
            f"--seeds {seeds}: {len(points) * seeds:,} runs; expected {MOST_RUNS:,} at most; ask for fewer"
        )
    chosen = base.scenario.seed if seed is None else seed
    scenario = base.scenario
    return Plan(
        source,
        text,
        scenario.profiles,
        scenario.title,
        tuple(parameters),
        tuple(points),
        chosen,
        seeds,
        engine_of(evm),
    )
