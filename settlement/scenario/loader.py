"""The doors of the room: a shipped name, a path or a text → a ``Scenario``, or every problem of it."""

import io
import os
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from ruamel.yaml import YAML

from settlement.domain.errors import Problem, ScenarioError, UserError
from settlement.domain.faults import listed, nearest, shown
from settlement.scenario.checks import check_scenario
from settlement.scenario.document import Document, read_document
from settlement.scenario.faults import Fault
from settlement.scenario.model import Scenario
from settlement.scenario.profiles import Beside, fill_in
from settlement.scenario.validation import validate

__all__ = [
    "beside",
    "library",
    "load_scenario",
    "parse_scenario",
    "scenario_text",
    "scenario_yaml",
    "shipped_scenarios",
    "shipped_text",
]

_SUFFIX = ".yaml"


def load_scenario(source: str | os.PathLike[str]) -> Scenario:
    """The scenario of a shipped name such as ``baseline-bilateral``, or of a YAML file.

    Raises:
        ScenarioError: the file is wrong; it holds every problem with its position.
        UserError: there is no such scenario or file, or it cannot be read.
    """
    return parse_scenario(scenario_text(source), os.fspath(source), beside(source))


def scenario_text(source: str | os.PathLike[str]) -> str:
    """The text of a shipped scenario, or of a YAML file.

    Raises:
        ScenarioError: the file is not UTF-8 text.
        UserError: there is no such scenario or file, or it cannot be read.
    """
    if isinstance(source, str) and source in shipped_scenarios():
        return shipped_text(source)
    return _read(source)


def beside(source: str | os.PathLike[str]) -> Beside:
    """What reads the profiles beside a scenario's file; nothing is beside a shipped one."""
    if isinstance(source, str) and source in shipped_scenarios():
        return _nothing
    folder = Path(source).parent

    def read(path: str) -> str | None:
        try:
            return (folder / path).read_bytes().decode("utf-8-sig")
        except (FileNotFoundError, NotADirectoryError):
            return None

    return read


def _nothing(path: str) -> str | None:
    return None


def parse_scenario(text: str, source: str, beside: Beside = _nothing) -> Scenario:
    """The scenario that ``text`` describes; ``source`` names it in problems.

    ``beside`` reads the profiles beside it: that of a file, or ``Scenario.profiles.get``.

    Raises:
        ScenarioError: the text is wrong; it holds every problem with its position.
    """
    return judged(read_document(text), source, beside)


def judged(document: Document, source: str, beside: Beside) -> Scenario:
    """The scenario that a document holds; ``source`` and ``beside`` are those of ``parse_scenario``.

    Raises:
        ScenarioError: it is wrong; it holds every problem with its position.
    """
    problems = document.problems
    if isinstance(document.data, dict):
        profiles, unfilled = fill_in(document, beside)
        scenario, faults = validate(document)
        problems += [document.locate(fault) for fault in (*unfilled, *faults, *check_scenario(scenario))]
        if not problems:
            return scenario.filled_from(profiles)
    elif not problems:
        fault = Fault(
            (), f"{shown(document.data)} is not a scenario", "a mapping", "start with 'scenario: name'"
        )
        problems.append(document.locate(fault))
    raise ScenarioError(source, _once(problems))


def scenario_yaml(scenario: Scenario, in_full: bool = False) -> str:
    """A loaded scenario, changed or not, as the text of a file that loads as the same.

    ``in_full`` has it name no profile, for it states all that was filled in from one.
    """
    left_out = {"jurisdictions": {"__all__": {"profile"}}} if in_full else None
    text = io.StringIO()
    yaml = YAML(pure=True)
    yaml.default_flow_style = False
    yaml.dump(scenario.model_dump(mode="json", exclude_unset=True, exclude=left_out), text)
    return text.getvalue()


def shipped_scenarios() -> list[str]:
    """Names of the scenarios that come with the package, in alphabetical order."""
    names = (entry.name for entry in _library().iterdir())
    return sorted(name.removesuffix(_SUFFIX) for name in names if name.endswith(_SUFFIX))


def library() -> list[Scenario]:
    """The scenarios that come with the package, in the order of the numbers that their titles begin with."""

    def place(scenario: Scenario) -> tuple[int, str]:
        number = scenario.title.partition(". ")[0]
        return int(number.rstrip("abc")), number

    return sorted(map(load_scenario, shipped_scenarios()), key=place)


def shipped_text(name: str) -> str:
    """The text of a shipped scenario.

    Raises:
        UserError: there is none of that name.
    """
    if name not in shipped_scenarios():
        raise _no_such_scenario(name)
    return (_library() / f"{name}{_SUFFIX}").read_text(encoding="utf-8")


def _library() -> Traversable:
    return resources.files("settlement.scenario") / "library"


def _once(problems: list[Problem]) -> list[Problem]:
    return list(dict.fromkeys(problems))


def _no_such_scenario(name: str) -> UserError:
    if name.endswith((".yaml", ".yml")) or Path(name).name != name:
        return UserError(f"{name}: no such file; expected a scenario file; correct the path")
    shipped = shipped_scenarios()
    remedy = nearest(name, shipped, "use one of these or a path to a file")
    return UserError(f"no scenario or file {shown(name)}; shipped are {listed(shipped, most=40)}; {remedy}")


def _read(source: str | os.PathLike[str]) -> str:
    try:
        return Path(source).read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        raise _no_such_scenario(os.fspath(source)) from None
    except IsADirectoryError:
        path = os.fspath(source)
        raise UserError(f"{path}: a folder; expected a scenario file; name the YAML file in it") from None
    except UnicodeDecodeError as error:
        raise ScenarioError(os.fspath(source), [Problem.of_bytes(error)]) from None
    except (OSError, ValueError) as error:
        # A ValueError is a path that no file system takes.
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise UserError(f"{shown(os.fspath(source))} cannot be read: {why}; check the path") from None
