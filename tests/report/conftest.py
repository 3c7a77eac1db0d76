"""One run of the baseline, one run folder of everything else: both are made once and only read."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from settlement.report.stored import StoredRun, open_run
from settlement.run import run_scenario
from settlement.scenario import parse_scenario, scenario_text
from tests.report.synthetic import build
from tests.world import EVM


@pytest.fixture(scope="session")
def bilateral_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of the baseline."""
    text = scenario_text("baseline-bilateral")
    folder = tmp_path_factory.mktemp("bilateral") / "run"
    run_scenario(parse_scenario(text, "baseline-bilateral"), text, folder, backend=EVM)
    return folder


@pytest.fixture
def bilateral(bilateral_folder: Path) -> Iterator[StoredRun]:
    """The run of the baseline."""
    with open_run(bilateral_folder) as run:
        yield run


@pytest.fixture(scope="session")
def everything_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of one of everything."""
    return build(tmp_path_factory.mktemp("everything") / "run")


@pytest.fixture
def everything(everything_folder: Path) -> Iterator[StoredRun]:
    """The run of one of everything."""
    with open_run(everything_folder) as run:
        yield run
