"""Mistakes of prices, desk, mined output, clearing, keys and profiles: one problem each, at its place."""

import pytest

from settlement.scenario import parse_scenario, profile_data, shipped_profiles, shipped_text
from tests.scenario.mistakes import Mistake, assert_found, problems_of

MINED, NETTED, STOLEN = (shipped_text(name) for name in ("price-shock", "netting-day", "stolen-key"))
OUT, DESK = shipped_text("corridor-outage"), shipped_text("leg-that-never-comes")

#: Names of mistakes say which file they are made in.
FILES = {"mined": MINED, "netted": NETTED, "stolen": STOLEN, "out": OUT, "desk": DESK}

MISTAKES = {
    "mined: rig of no miner": Mistake(
        "kind: attestor, jurisdiction: XH}",
        "kind: attestor, jurisdiction: XH, rig: {region: R, hashrate: 1, efficiency: 1, tariff: 1 DRL}}",
        "|{region: R",
        "participants[4].rig",
        "this participant does not mine",
        "a miner or a mining entity",
        "remove the rig",
    ),
    "mined: miner abroad": Mistake(
        "kind: miner\n    jurisdiction: XH",
        "kind: miner\n    jurisdiction: XF",
        "|XF",
        "participants[5].jurisdiction",
        "a miner is not at home",
        "the regime's home XH",
        "use XH",
    ),
    "mined: mining entity abroad": Mistake(
        "kind: miner\n    jurisdiction: XH",
        "kind: mining entity\n    jurisdiction: XF",
        "|XF",
        "participants[5].jurisdiction",
        "a mining entity is not at home",
        "the regime's home XH",
        "use XH",
    ),
    "mined: mining entity with SU": Mistake(
        "kind: miner\n",
        "kind: mining entity\n    balance: 5 SU\n",
        "|5 SU",
        "participants[5].balance",
        "this participant cannot start with SU",
        "those that mine start without",
        "remove the balance",
    ),
    "mined: DRL abroad": Mistake(
        "kind: counterparty, jurisdiction: XF}",
        "kind: counterparty, jurisdiction: XF, drl: 5 DRL}",
        "|5 DRL",
        "participants[2].drl",
        "this participant cannot hold DRL",
        "participants of XH only",
        "remove the amount",
    ),
    "mined: no network": Mistake(
        "network: {difficulty: 100000000000000, reward: 3.125 coins}\n",
        "",
        "|- {id: D1",
        "deliveries",
        "there is no network to mine for",
        "a network",
        "add network",
    ),
    "mined: unknown miner": Mistake(
        "{id: D1, miner: M",
        "{id: D1, miner: N",
        "|N, attestor",
        "deliveries[0].miner",
        "no participant 'N' is defined",
        "a participant that the file defines",
    ),
    "mined: miner that does not mine": Mistake(
        "{id: D1, miner: M",
        "{id: D1, miner: T",
        "|T, attestor",
        "deliveries[0].miner",
        "'T' is not a miner or a mining entity",
        "a miner or a mining entity",
    ),
    "mined: miner without a rig": Mistake(
        "    rig: {region: North Plateau, hashrate: 2000000, efficiency: 20, tariff: 300 DRL}\n",
        "",
        "|M, attestor",
        "deliveries[0].miner",
        "miner 'M' has no rig",
        "a miner with a rig",
        "describe its rig",
    ),
    "mined: attestor that is none": Mistake(
        "attestor: T",
        "attestor: E",
        "|E, entity",
        "deliveries[0].attestor",
        "'E' is not an attestor",
        "a participant that is an attestor",
    ),
    "mined: unknown credit": Mistake(
        "credit: C2, coins",
        "credit: C9, coins",
        "|C9",
        "deliveries[0].credit",
        "no credit 'C9' is defined",
        "a credit that the file defines",
    ),
    "mined: credit of somebody else": Mistake(
        "credit: C2, coins",
        "credit: C1, coins",
        "|C1, coins",
        "deliveries[0].credit",
        "credit C1 is not one of 'D'",
        "of which the entity is the applicant",
    ),
    "mined: period that runs backwards": Mistake(
        "mined_to: 2027-03-11",
        "mined_to: 2027-03-01",
        "|2027-03-01, at",
        "deliveries[0].mined_to",
        "mined_to 2027-03-01 is not on or after mined_from 2027-03-02",
        "on or after mined_from",
    ),
    "mined: attested while it is mined": Mistake(
        "mined_to: 2027-03-11",
        "mined_to: 2027-03-12",
        "|2027-03-12 10:00",
        "deliveries[0].at",
        "at 2027-03-12 is not after mined_to 2027-03-12",
        "after mined_to",
    ),
    "mined: before the scenario": Mistake(
        "mined_from: 2027-03-02",
        "mined_from: 2027-02-20",
        "|2027-02-20",
        "deliveries[0].mined_from",
        "2027-02-20 is outside the scenario",
        "a day of the scenario",
    ),
    "mined: quote that is taken": Mistake(
        "id: Q2,",
        "id: Q1,",
        "|Q1,",
        "actions[7].id",
        "id 'Q1' is taken by actions[4]",
        "an id of its own",
    ),
    "mined: unknown quote": Mistake(
        "quote: Q1}",
        "quote: Q7}",
        "|Q7",
        "actions[6].quote",
        "no quote 'Q7' is defined",
        "a quote that the file defines",
    ),
    "mined: unknown delivery": Mistake(
        "  - {do: reset breaker, at: 2027-03-22 11:00, asset: COIN}",
        "  - {do: deliver, at: 2027-03-22 11:00, delivery: D9}",
        "|D9",
        "actions[2].delivery",
        "no delivery 'D9' is defined",
        "a delivery that the file defines",
        "did you mean 'D1'?",
    ),
    "desk: shock of what has no price": Mistake(
        "asset: SU, change: +2 %",
        "asset: COIN, change: +2 %",
        "|COIN",
        "actions[3].asset",
        "there is no price of COIN",
        "feeders start at it",
    ),
    "netted: unknown payer": Mistake(
        "{id: O1, payer: A,",
        "{id: O1, payer: Z,",
        "|Z",
        "obligations[0].payer",
        "no participant 'Z' is defined",
        "a participant that the file defines",
    ),
    "netted: both sides": Mistake(
        "payer: A, payee: X",
        "payer: A, payee: A",
        "payee: |A",
        "obligations[0].payee",
        "'A' is on both sides of the obligation",
        "another party than the payer",
    ),
    "netted: both resident": Mistake(
        "payer: A, payee: X",
        "payer: A, payee: C",
        "payee: |C",
        "obligations[0].payee",
        "'A' and 'C' are both resident",
        "the domestic ban is on",
        "DOMESTIC_PAYMENT",
    ),
    "netted: neither resident": Mistake(
        "payer: A, payee: X",
        "payer: Y, payee: X",
        "payee: |X",
        "obligations[0].payee",
        "neither 'Y' nor 'X' is resident",
        "one resident side",
        "NO_RESIDENT_PARTY",
    ),
    "netted: entered too early": Mistake(
        "enter: 2027-03-10 09:00",
        "enter: 2027-02-10 09:00",
        "|2027-02-10",
        "obligations[0].enter",
        "2027-02-10 is outside the scenario",
        "a day of the scenario",
    ),
    "netted: over before it is entered": Mistake(
        "until: 2027-03-12",
        "until: 2027-03-09",
        "|2027-03-09",
        "obligations[0].until",
        "until 2027-03-09 is not on or after enter 2027-03-10",
        "on or after enter",
    ),
    "netted: life of more than 90 days": Mistake(
        "until: 2027-03-12",
        "until: 2027-06-08",
        "|2027-06-08",
        "obligations[0].until",
        "the obligation lives longer than 90 days",
        "a date up to 2027-06-07",
    ),
    "netted: cycle outside": Mistake(
        "cycles: [2027-03-10 16:00]",
        "cycles: [2027-03-10 16:00, 2027-04-10]",
        "|2027-04-10",
        "clearing.cycles[1]",
        "2027-04-10 is outside the scenario",
        "a day of the scenario",
    ),
    "netted: bypass that is not permitted": Mistake(
        "algorithm: fifo",
        "algorithm: optimal",
        "|optimal",
        "clearing.algorithm",
        "algorithm 'optimal' does not keep to the order of queues",
        "gross or fifo",
        "queue_bypass",
    ),
    "netted: expected of no obligation": Mistake(
        "{O1: SETTLED,",
        "{O9: SETTLED,",
        "|O9",
        "expect.obligations.O9",
        "no obligation 'O9' is defined",
        "an obligation that the file defines",
    ),
    "netted: unknown profile": Mistake(
        "XF: {name: Farland, calendar: PT}",
        "XF: {profile: highland}",
        "|highland",
        "jurisdictions.XF.profile",
        "no profile 'highland' is shipped",
        "one of: delta, highlands, homeland, isles",
        "did you mean 'highlands'",
    ),
    "netted: profile that is no word": Mistake(
        "XF: {name: Farland, calendar: PT}",
        "XF: {profile: High Lands}",
        "|High Lands",
        "jurisdictions.XF.profile",
        "'High Lands' is not a profile",
        "the name of a profile, or the path of a file beside this one or below",
        "in this folder or below: ./, then small letters",
    ),
    "desk: DRL expected of nobody": Mistake(
        "drl: {B: 74_900 DRL}",
        "drl: {C: 74_900 DRL}",
        "|C: 74",
        "expect.drl.C",
        "no participant 'C' is defined",
        "a participant that the file defines",
    ),
    "stolen: recovery without a rotation": Mistake(
        "  - {do: rotate key, at: 2027-03-03 10:00, participant: B}\n",
        "",
        "|B}                          # the freeze",
        "actions[3].participant",
        "no earlier action rotates the key of 'B'",
        "a wallet that was replaced",
        "rotate the key first",
    ),
    "out: outage of a trader": Mistake(
        "participant: I, until",
        "participant: S, until",
        "|S, until",
        "actions[0].participant",
        "'S' is not an intermediary",
        "kind intermediary",
    ),
    "out: outage that ends first": Mistake(
        "until: 2027-03-24 16:00",
        "until: 2027-03-21",
        "|2027-03-21",
        "actions[0].until",
        "the outage ends before it begins",
        "a moment after at",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_problem_at_its_place(name: str) -> None:
    assert_found(MISTAKES[name], FILES[name.partition(":")[0]])


def test_a_desk_is_needed_for_quotes() -> None:
    text = DESK.replace("desk: {su: 500_000 SU, drl: 0 DRL, margin: 0.5 %}\n", "")
    assert text != DESK
    problems = problems_of(text)
    assert [problem.path for problem in problems] == ["actions[0].do", "actions[5].do"]
    assert {problem.message for problem in problems} == {"there is no desk to quote"}


@pytest.mark.parametrize(
    ("asset", "paths"),
    [
        ("SU", ["desk", "deliveries", "actions[5].asset"]),
        ("COIN", ["deliveries", "actions[0].asset", "actions[2].asset"]),
    ],
)
def test_a_price_is_needed_for_whatever_looks_at_it(asset: str, paths: list[str]) -> None:
    text = "".join(line for line in MINED.splitlines(True) if not line.startswith(f"  {asset}: {{start"))
    problems = problems_of(text)
    assert [problem.path for problem in problems] == paths
    assert {problem.message for problem in problems} == {f"there is no price of {asset}"}


@pytest.mark.parametrize(
    ("obligation", "path", "message"),
    [
        ("id: C1, payer: B, payee: S", "id", "id 'C1' is taken by credits[0]"),
        ("id: O1, payer: E, payee: S", "payer", "payer 'E' does not trade"),
        ("id: O1, payer: B, payee: I", "payee", "payee 'I' does not trade"),
    ],
)
def test_an_obligation_between_parties_to_credits(obligation: str, path: str, message: str) -> None:
    entry = f"{{{obligation}, amount: 1 SU, enter: 2027-03-10, until: 2027-03-11}}"
    (problem,) = problems_of(OUT.replace("\nactions:", f"\nobligations: [{entry}]\nactions:"))
    assert (problem.path, problem.message) == (f"obligations[0].{path}", message)


def test_obligations_have_ids_of_their_own_and_end_with_the_regime() -> None:
    (twice, *rest) = problems_of(NETTED.replace("{id: O2,", "{id: O1,"))
    assert (twice.path, twice.message) == ("obligations[1].id", "id 'O1' is taken by obligations[0]")
    assert [problem.path for problem in rest] == ["expect.obligations.O2"]
    late = problems_of(NETTED.replace("end: 2028-03-01", "end: 2027-03-11"))
    assert {problem.message for problem in late} == {"until 2027-03-12 is after the regime's end 2027-03-11"}
    assert [problem.path for problem in late] == [f"obligations[{index}].until" for index in range(4)]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("payer: A, payee: X", "payer: A, payee: C"), "DOMESTIC_PAYMENT"),
        (("payer: A, payee: X", "payer: Y, payee: X"), "NO_RESIDENT_PARTY"),
        (("algorithm: fifo", "algorithm: bypass"), "OUT_OF_ORDER"),
    ],
)
def test_an_expected_refusal_is_no_mistake(change: tuple[str, str], reason: str) -> None:
    expected = f"rejections: [{{actor: A, flow: ENTER, reason: {reason}}}]"
    text = NETTED.replace(*change, 1).replace("rejections: []", expected)
    assert parse_scenario(text, "x").expect.rejections


@pytest.mark.parametrize("name", shipped_profiles())
def test_a_profile_gives_what_is_left_out(name: str) -> None:
    text = DESK.replace("XH: {name: Homeland, calendar: BR}", f"XH: {{profile: {name}}}")
    scenario, profile = parse_scenario(text, "x"), profile_data(name)
    place = scenario.jurisdictions["XH"]
    assert (place.name, place.calendar, str(place.time_zone)) == (
        profile["name"],
        profile["calendar"],
        profile["time_zone"],
    )
    regime = scenario.regime.model_dump(mode="json")
    assert {key: regime[key] for key in profile["regime"]} == profile["regime"]


def test_what_the_file_states_itself_stands_before_the_profile() -> None:
    text = DESK.replace("{name: Homeland, calendar: BR}", "{profile: isles, name: Mainland}")
    scenario = parse_scenario(text.replace("  home: XH", "  home: XH\n  domestic_ban: true"), "x")
    assert (scenario.jurisdictions["XH"].name, scenario.jurisdictions["XH"].calendar) == ("Mainland", "ID")
    assert scenario.regime.domestic_ban
    assert scenario.regime.direct_payments


def test_a_profile_abroad_says_nothing_of_the_regime() -> None:
    text = NETTED.replace("{name: Farland, calendar: PT}", "{profile: isles}")
    assert parse_scenario(text, "x").regime == parse_scenario(NETTED, "x").regime
