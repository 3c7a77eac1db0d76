"""A sweep before it is run: its grid, what is wrong with it, and the seeds of its replications."""

from pathlib import Path

import pytest

from settlement.domain.errors import UserError
from settlement.scenario import beside, parse_scenario, scenario_text
from settlement.sweep import Plan, plan_sweep
from settlement.sweep.plan import replication_seeds
from tests.commands import Command

TEXT = scenario_text("baseline-bilateral")
#: What reads the profiles beside a shipped scenario: there are none.
NOTHING = beside("baseline-bilateral")


def plan(*vary: tuple[str, object], seeds: int = 1, seed: int | None = None) -> Plan:
    return plan_sweep(TEXT, "mine.yaml", NOTHING, vary, seeds=seeds, seed=seed, evm="py-evm")


def values(path: str, text: str) -> list[str]:
    """The values that a parameter takes, as the file writes them."""
    (parameter,) = plan((path, text)).parameters
    return parameter.written


def test_several_parameters_make_the_full_grid() -> None:
    made = plan(("regime.phase", "1,2"), ("regime.wind_down", ["10 days", "20 days", "30 days"]), seeds=2)
    assert [tuple(point.settings.values()) for point in made.points] == [
        ("1", "10 days"), ("1", "20 days"), ("1", "30 days"),
        ("2", "10 days"), ("2", "20 days"), ("2", "30 days"),
    ]  # fmt: skip
    assert made.size == 12
    last = parse_scenario(made.points[-1].text, "point")
    assert (last.regime.phase, str(last.regime.wind_down)) == (2, "30 days")
    # Whole replications come first, so that a sweep cut short can compare points.
    assert [(t.replication, t.point) for t in made.tasks()][:7] == [(1, n) for n in range(1, 7)] + [(2, 1)]


def test_a_sweep_may_vary_nothing_but_the_seed() -> None:
    (point,) = plan(seeds=3).points
    assert parse_scenario(point.text, "point") == parse_scenario(TEXT, "mine.yaml")


@pytest.mark.parametrize(
    ("path", "text", "written"),
    [
        ("regime.phase", "1..3/3", ["1", "2", "3"]),
        ("regime.phase", "3..1/3", ["3", "2", "1"]),
        ("credits.C1.tolerance", "0..5 %/3", ["0 %", "2.5 %", "5 %"]),
        ("credits.C1.tolerance", "0 %..5 %/2", ["0 %", "5 %"]),
        ("credits.C1.tolerance", "0.25%..0.75%/3", ["0.25%", "0.5%", "0.75%"]),
        ("regime.wind_down", "10..30 days/3", ["10 days", "20 days", "30 days"]),
        ("behaviour.examination", "1..3 banking days/2", ["1 banking day", "3 banking days"]),
        ("regime.state_caps.payment", "1_000..2_000 SU/3", ["1_000 SU", "1_500 SU", "2_000 SU"]),
        ("regime.state_caps.payment", "1.5..2 SU/2", ["1.5 SU", "2 SU"]),
    ],
)  # fmt: skip
def test_a_range_is_so_many_values_evenly_apart(path: str, text: str, written: list[str]) -> None:
    assert values(path, text) == written


def test_a_change_keeps_its_sign() -> None:
    text = scenario_text("price-shock")
    vary = [("actions.0.change", "-30..+30 %/3")]
    base = plan_sweep(text, "mine.yaml", NOTHING, vary, seeds=1, seed=1, evm="revm")
    assert base.parameters[0].written == ["-30 %", "+0 %", "+30 %"]


@pytest.mark.parametrize(
    ("path", "text", "numbers"),
    [
        ("regime.wind_down", "1 day,20 days", ["1", "20"]),
        ("credits.C1.tolerance", "0.25 %,5%", ["0.25", "5"]),
        ("regime.state_caps.payment", "1_000 SU,2_000.50 SU", ["1000", "2000.50"]),
        ("regime.phase", "1,2", ["1", "2"]),
        ("behaviour.examination", "1 day,2 to 4 days", None),
        ("behaviour.examination", "1 day,2 hours", None),
        ("regime.domestic_ban", "true,false", None),
        ("credits.C1.expiry", "2027-05-10,2027-05-11", None),
    ],
)
def test_quantities_of_one_unit_are_numbers(path: str, text: str, numbers: list[str] | None) -> None:
    assert plan((path, text)).parameters[0].numbers == numbers


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        ([("regime.phse", "1")], "--vary regime.phse: unknown key 'phse'"),
        ([("seed", "1,2")], "--vary seed: a seed is not varied"),
        ([("regime.phase", "")], "--vary regime.phase: no values"),
        ([("regime.phase", "1,1")], "1 appears twice"),
        ([("regime.phase", "1..3/1")], "1..3/1 is no range; expected one unit, and from 2 to 10,000 values"),
        ([("regime.wind_down", "1 days..3 hours/2")], "is no range"),
        ([("credits.C1.tolerance", "0..10 %/4")], "a step falls on 10/3, which no decimal is"),
        ([("regime.phase", "1"), ("regime.phase", "2")], "it lies within regime.phase or around it"),
        ([("credits.C1.amount", "1 SU"), ("credits.C1", "1")], "it lies within credits.C1.amount or around"),
        ([("title", f"1..{101}/101"), ("regime.phase", "1..100/100")], "10,100 points; expected 10,000"),
        ([("regime.phase", [None])], "None is no value of a file"),
    ],
)
def test_what_cannot_be_varied_is_told_in_one_line(vary: list[tuple[str, object]], message: str) -> None:
    with pytest.raises(UserError) as error:
        plan(*vary)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_every_mistake_has_a_line() -> None:
    with pytest.raises(UserError) as error:
        plan(("regime.phse", "1"), ("credits.C9.amount", "1 SU"), ("regime.phase", "1"))
    assert [line.split(":")[0] for line in str(error.value).splitlines()] == [
        "--vary regime.phse",
        "--vary credits.C9.amount",
    ]


def test_a_value_that_the_scenario_refuses_is_told_once_with_position_and_value() -> None:
    with pytest.raises(UserError) as error:
        plan(("credits.C1.amount", "5 XX,1_000_000 SU"), ("credits.C1.expiry", "2027-05-10,2027-01-01"))
    unit, expiry = str(error.value).splitlines()
    assert unit.startswith("mine.yaml:50:13: credits[0].amount: unknown unit 'XX'")
    assert unit.endswith("(where credits.C1.amount=5 XX)")
    assert expiry.startswith("mine.yaml:55:13: credits[0].expiry: expiry 2027-01-01 is not on or after")
    assert expiry.endswith("(where credits.C1.expiry=2027-01-01)")


def test_what_is_wrong_only_together_is_told_of_both() -> None:
    made = plan(("credits.C1.latest_shipment", "2027-04-10,2027-04-20"), ("credits.C1.expiry", "2027-05-10"))
    assert made.size == 2
    vary = (
        ("credits.C1.latest_shipment", "2027-04-10,2027-04-20"),
        ("credits.C1.expiry", "2027-04-15,2027-05-10"),
    )
    with pytest.raises(
        UserError, match=r"2027-04-20.*where .*latest_shipment=2027-04-20, .*expiry=2027-04-15"
    ):
        plan(*vary)


def test_a_seed_is_fixed_by_the_base_seed_and_the_number_of_the_replication() -> None:
    ten = replication_seeds(1, 10)
    assert replication_seeds(1, 3) == ten[:3]
    assert ten[0] == 4215923173971654960, "seeds of sweeps that exist have changed"
    assert len({*ten, *replication_seeds(2, 10)}) == 20
    assert all(0 <= seed < 2**63 for seed in ten)


def test_points_share_the_seed_of_a_replication_and_replications_share_none() -> None:
    tasks = list(plan(("regime.phase", "1,2,3"), seeds=4).tasks())
    by_replication = {n: {t.seed for t in tasks if t.replication == n} for n in range(1, 5)}
    assert all(len(seeds) == 1 for seeds in by_replication.values())
    assert len(set().union(*by_replication.values())) == 4
    # Another grid, in which the same point has another number, does not change them.
    other = list(plan(("regime.phase", "3,1"), seeds=4).tasks())
    assert {(t.replication, t.seed) for t in other} == {(t.replication, t.seed) for t in tasks}


def test_the_base_seed_is_the_scenarios_own_unless_told_otherwise() -> None:
    assert (plan().seed, plan(seed=9).seed) == (1, 9)
    assert [t.seed for t in plan(seeds=2).tasks()] == [t.seed for t in plan(seeds=2, seed=1).tasks()]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--vary", "regime.phase"), "--vary regime.phase: no values; expected PATH=VALUES"),
        (("--vary", "regime.phse=1"), "unknown key 'phse'"),
        (("--vary", "regime.phase=0"), "0 is out of range"),
        (("--seeds", "0"), "--seeds does not take this value; expected a whole number from 1"),
        (("--seeds", "2000000"), "2,000,000 runs; expected 1,000,000 at most"),
        (("--evm", "http://127.0.0.1:8545"), "a node, which holds one run; expected an EVM for each"),
        (("--evm", "geth"), "--evm geth: no such EVM"),
        (("--jobs", "2", "--scheduler", "tcp://127.0.0.1:1"), "expected it or --scheduler; remove one"),
        (("--scheduler", "here"), "--scheduler here: not an address"),
    ],
)
def test_a_users_mistake_is_exit_2_and_leaves_nothing(
    settlement: Command, words: tuple[str, ...], message: str
) -> None:
    answer = settlement("sweep", "baseline-bilateral", "--out", "here", *words)
    assert (answer.code, answer.out) == (2, "")
    assert message in answer.err
    assert "Traceback" not in answer.err
    assert list(Path().iterdir()) == []


def test_points_state_what_a_profile_beside_the_file_fills_in(tmp_path: Path) -> None:
    scenario, profile = tmp_path / "mine.yaml", tmp_path / "atoll.yaml"
    text = TEXT.replace("XF: {name: Farland, calendar: PT}", "XF: {profile: ./atoll.yaml}")
    assert text != TEXT
    manifests = []
    for zone in ("UTC+05:00", "UTC+06:00"):
        profile.write_text(f"name: Atoll\ncalendar: MV\ntime_zone: {zone}\n")
        made = plan_sweep(text, str(scenario), beside(scenario), [], seeds=1, seed=1, evm="revm")
        (point,) = made.points
        there = parse_scenario(point.text, "point").jurisdictions["XF"]
        assert (there.name, str(there.time_zone), there.profile) == ("Atoll", zone, None)
        manifests.append(made.manifest())
    # Another profile makes another sweep.
    assert manifests[0] != manifests[1]
