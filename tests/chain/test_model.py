"""Random operations by anybody, in any order, on the contracts and on the model (``tests/model``) at once.

After every step both sides agree on whether it was possible and why not, and on what became of it;
the invariants of the rules hold; in the end the books kept from events equal the balances.

A run is short and the same every time. For a long one, say how long, and print the counts::

    MODEL_EXAMPLES=500 MODEL_STEPS=80 MODEL_SEED=7 python -m pytest -s tests/chain/test_model.py

A failure prints the shortest sequence of steps it was found to take.
"""

import os
import re

import pytest
from hypothesis import HealthCheck, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.chain.machine.base import Machine, tally
from tests.chain.machine.whole import MACHINES

EXAMPLES, STEPS = int(os.environ.get("MODEL_EXAMPLES", "4")), int(os.environ.get("MODEL_STEPS", "20"))


@pytest.mark.filterwarnings("ignore:The recursion limit")
@pytest.mark.parametrize("machine", MACHINES)
def test_contracts_do_what_the_model_does(machine: type[Machine]) -> None:
    """Every operation comes to the same on both sides."""
    fixed = "MODEL_SEED" not in os.environ
    limits = settings(
        max_examples=EXAMPLES,
        stateful_step_count=STEPS,
        derandomize=fixed,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
    )
    factory = machine if fixed else seed(int(os.environ["MODEL_SEED"]))(machine)
    run_state_machine_as_test(factory, settings=limits)
    told = tally(machine.__name__)
    print(told)
    # A machine whose every operation was refused would have compared next to nothing.
    assert re.search(r"\bOK [1-9]", told)
