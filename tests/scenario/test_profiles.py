"""Profiles: where they are found, what is wrong with them, and that a run folder keeps them."""

from pathlib import Path

import pytest

import settlement as package
from settlement.domain.errors import ScenarioError
from settlement.scenario import Scenario, load_scenario, profiles, shipped_text
from tests.commands import Command

TEXT = shipped_text("domestic-payment")
HOME, ABROAD = "XH: {name: Homeland, calendar: BR}", "XF: {name: Farland, calendar: PT}"
ATOLL = "name: Atoll\ncalendar: MV\ntime_zone: UTC+05:00\n"


def write(folder: Path, profile: str, *, text: str = TEXT, **files: str) -> Path:
    """A scenario with its home in ``profile``, and files beside it by their path without its ending."""
    assert HOME in text
    scenario = folder / "mine.yaml"
    scenario.write_text(text.replace(HOME, f"XH: {{profile: {profile}}}"))
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{path}.yaml").write_text(content)
    return scenario


def names(scenario: Scenario) -> list[str]:
    """What the jurisdictions are called, home first."""
    return [place.name for place in scenario.jurisdictions.values()]


def problems(scenario: Path) -> list[str]:
    """What the file is refused for, a line each."""
    with pytest.raises(ScenarioError) as caught:
        load_scenario(scenario)
    return str(caught.value).replace(f"{scenario.parent}/", "").splitlines()


@pytest.mark.parametrize("path", ["./atoll.yaml", "./lands/far/atoll.yaml"])
def test_a_path_leads_to_a_file_beside_the_scenario(tmp_path: Path, path: str) -> None:
    place = path.removeprefix("./")
    scenario = load_scenario(write(tmp_path, path, **{place.removesuffix(".yaml"): ATOLL}))
    assert names(scenario)[0] == "Atoll"
    assert scenario.profiles == {place: ATOLL}


def test_a_name_leads_beside_the_scenario_before_it_leads_to_a_shipped_profile(tmp_path: Path) -> None:
    assert names(load_scenario(write(tmp_path, "isles")))[0] != "Atoll"
    assert names(load_scenario(write(tmp_path, "isles", **{"profiles/isles": ATOLL})))[0] == "Atoll"
    assert names(load_scenario(write(tmp_path, "atoll", **{"profiles/atoll": ATOLL})))[0] == "Atoll"


@pytest.mark.parametrize(
    "path",
    ["../atoll.yaml", "./../atoll.yaml", "/etc/atoll.yaml", "./a//b.yaml", "./.atoll.yaml", "./atoll.txt",
     "file:./atoll.yaml", "atoll.yaml", "./"],
)  # fmt: skip
def test_a_path_stays_in_the_folder(tmp_path: Path, path: str) -> None:
    (told,) = problems(write(tmp_path, f"'{path}'"))
    assert f"jurisdictions.XH.profile: '{path}' is not a profile; expected the name of a profile" in told


def test_a_profile_cannot_go_by_the_name_that_the_scenario_has_in_a_run_folder(tmp_path: Path) -> None:
    (told,) = problems(write(tmp_path, "./scenario.yaml", scenario=ATOLL))
    assert "'./scenario.yaml' is reserved" in told


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        ("- Atoll\n", "1:1: a list is no part of a profile"),
        ("name: Atoll\ncalendar: MV\nregime: none\n", "3:9: regime: 'none' is no part of a profile"),
        ("name: Atoll\nname: Atoll\ncalendar: MV\n", "2:1: name: key 'name' appears twice"),
        ("name: Atoll\n  calendar: MV\n", "2:11: not YAML"),
        ("name: Atoll\ncalendar: Mv\n", "2:11: calendar: no holiday calendar 'Mv' is known"),
        ("name: Atoll\ncalender: MV\n", "2:1: calender: unknown key 'calender'"),
        (f"{ATOLL}regime:\n  access: sometimes\n", "5:11: regime.access: 'sometimes' is not"),
        (f"{ATOLL}regime:\n  goods: [84, 100]\n", "5:15: regime.goods[1]: 100 is out of range"),
        (f"{ATOLL}regime:\n  phase: 1_00x\n", "5:10: regime.phase: '1_00x' is not a whole number"),
        (f"profile: isles\n{ATOLL}", "1:1: profile: a profile names a profile"),
    ],
)
def test_what_is_wrong_in_a_profile_is_told_at_its_own_place(tmp_path: Path, profile: str, told: str) -> None:
    (line,) = problems(write(tmp_path, "./lands/atoll.yaml", **{"lands/atoll": profile}))
    assert line.startswith(f"lands/atoll.yaml:{told}")


def test_mistakes_of_scenario_and_profile_are_told_together(tmp_path: Path) -> None:
    text = TEXT.replace("seed: 1", "seed: one").replace(ABROAD, "XF: {profile: ./atoll.yaml}")
    told = problems(write(tmp_path, "./atoll.yaml", text=text, atoll="name: Atoll\ntime_zone: east\n"))
    assert [line.partition(": ")[0] for line in told] == [
        "mine.yaml:" + place for place in (f"{line_of(text, 'seed: one')}:7", f"{line_of(text, 'XH: ')}:7",
                                           f"{line_of(text, 'XF: ')}:7")
    ] + ["atoll.yaml:2:12"]  # fmt: skip
    assert "required key 'calendar' is missing" in told[1]


def line_of(text: str, mark: str) -> int:
    return text[: text.index(mark)].count("\n") + 1


def test_a_profile_that_cannot_be_read_is_told_where_it_is_named(tmp_path: Path) -> None:
    (told,) = problems(write(tmp_path, "./nowhere.yaml"))
    assert "XH.profile: no profile './nowhere.yaml' is beside this file; expected the path of a file" in told
    (tmp_path / "folder.yaml").mkdir()
    (told,) = problems(write(tmp_path, "./folder.yaml"))
    assert "profile './folder.yaml' cannot be read: Is a directory" in told
    (tmp_path / "latin.yaml").write_bytes("name: Größe\n".encode("latin-1"))
    (told,) = problems(write(tmp_path, "./latin.yaml"))
    assert "profile './latin.yaml' cannot be read: it is not UTF-8 text" in told


def test_a_run_folder_gives_the_same_run_whatever_becomes_of_its_profiles(
    settlement: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = TEXT.replace(ABROAD, "XF: {profile: ./lands/atoll.yaml}")
    # Whether the payment between residents passes is for the profile to say.
    text = text.replace("  domestic_ban: true\n", "").replace("  direct_payments: true ", "  # ")
    scenario = write(tmp_path, "isles", text=text, **{"lands/atoll": ATOLL})
    first = settlement("run", scenario, "--out", "first", "--json").json
    assert Path("first/scenario.yaml").read_text() == scenario.read_text()
    assert Path("first/lands/atoll.yaml").read_text() == ATOLL
    kept = Path("first/profiles/isles.yaml").read_text()

    (tmp_path / "package").mkdir()
    (tmp_path / "package" / "isles.yaml").write_text(
        kept.replace("domestic_ban: false", "domestic_ban: true")
    )
    monkeypatch.setattr(profiles, "_folder", lambda: tmp_path / "package")
    (tmp_path / "lands" / "atoll.yaml").write_text("name: Moved\ncalendar: PT\n")
    assert settlement("run", scenario, "--out", "changed", "--json").json["run_hash"] != first["run_hash"]

    again = settlement("run", "first/scenario.yaml", "--out", "again", "--json").json
    assert again["run_hash"] == first["run_hash"]
    with package.open_run("first") as run:
        assert names(run.scenario) == ["Thousand Isles", "Atoll"]
        assert run.scenario == load_scenario("again/scenario.yaml")


def test_a_scenario_from_python_brings_its_profiles_along(tmp_path: Path) -> None:
    scenario = load_scenario(write(tmp_path, "./atoll.yaml", atoll=ATOLL))
    (tmp_path / "atoll.yaml").unlink()
    with package.run_scenario(scenario, out=tmp_path / "run") as run:
        assert run.scenario == scenario
    assert (tmp_path / "run" / "atoll.yaml").read_text() == ATOLL
