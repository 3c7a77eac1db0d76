"""The one place that decides: who is looked at for which movement, from both sides of it."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.domain.participants import Access, LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.programme import Corridor
from settlement.domain.reasons import Reason
from tests.chain.traders import (
    ALL,
    AMOUNT,
    QUESTIONS,
    TRADE,
    TRADERS,
    answers,
    ask,
    enter,
    only,
    open_,
    open_trade,
)
from tests.world import (
    COMPLIANCE,
    CORRIDORS,
    DAY,
    PROGRAMME,
    SECOND_REVIEWER,
    START,
    SUPERVISOR,
    WIND_DOWN_END,
    World,
)

#: Whose standing (licence, role, KYC, phase) is looked at.
STANDING = {
    "payer": TRADE | {"NET_LEG in", "INTAKE"},
    "payee": TRADE | {"ISSUE", "INTAKE", "CONVERT in", "SEIZE"},
}
#: Whose ramp must be open.
RAMPS = {"payer": {"REDEEM", "CONVERT out"}, "payee": {"ISSUE", "INTAKE", "CONVERT in"}}
#: Whom screening looks at: who enters, and who gets something out.
SCREENED = {
    "payer": STANDING["payer"] | RAMPS["payer"],
    "payee": STANDING["payee"] | {"PAY", "AWARD", "REFUND", "NET_LEG out", "RECOVERY"},
}
KNOWN = {"payer": SCREENED["payer"] | {"PAY", "AWARD"}, "payee": SCREENED["payee"]}

# One party at fault, whichever side it is on

STANDING_FAULTS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.LICENCE_MISSING, {"licence": LicenceStatus.NONE}),
    (Reason.LICENCE_SUSPENDED, {"licence": LicenceStatus.SUSPENDED}),
    (Reason.LICENCE_REVOKED, {"licence": LicenceStatus.REVOKED}),
    (Reason.LICENCE_EXPIRED, {"licence_until": START - 1}),
    (Reason.KYC_EXPIRED, {"kyc_until": START - 1}),
    (Reason.PHASE_CLOSED, {"ownership": OwnershipClass.PRIVATE}),
]
SCREENING_FAULTS: list[tuple[Reason, dict[str, Any]]] = [
    (Reason.SCREENING_HOLD, {"screening": Screening.UNSCREENED}),
    (Reason.SCREENING_HOLD, {"screening": Screening.POTENTIAL}),
    (Reason.LISTED_PARTY, {"screening": Screening.TRUE_MATCH}),
]


def at_fault(world: World, side: str, **fault: Any) -> tuple[str, str]:
    """Put a newcomer with a fault on one side, with a trade; returns both sides."""
    if side == "payer":
        sides, terms = ("X", "Q"), TRADERS["P"]
    else:
        sides, terms = ("P", "Y"), TRADERS["Q"]
    enter(world, sides[0] if side == "payer" else sides[1], replace(terms, **fault))
    open_trade(world, *sides)
    return sides


@pytest.mark.rule("check.licence", "check.kyc", "check.phase")
@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize(("reason", "fault"), STANDING_FAULTS, ids=lambda value: getattr(value, "name", ""))
def test_standing(traders: World, side: str, reason: Reason, fault: dict[str, Any]) -> None:
    sides = at_fault(traders, side, **fault)
    party = sides[side == "payee"]
    assert answers(traders, *sides) == only(reason, STANDING[side])
    assert open_(traders, *sides) is reason
    assert traders.system.rulebook.check_obligation(*sides, AMOUNT, f"T-{sides[0]}-{sides[1]}") is reason
    assert traders.system.rulebook.check_party(party) is reason
    assert traders.system.rulebook.check_participant(party, ALL) is reason


@pytest.mark.rule("check.screening-hold", "check.listed")
@pytest.mark.parametrize("side", ["payer", "payee"])
@pytest.mark.parametrize(("reason", "fault"), SCREENING_FAULTS, ids=lambda value: getattr(value, "name", ""))
def test_screening(traders: World, side: str, reason: Reason, fault: dict[str, Any]) -> None:
    sides = at_fault(traders, side, **fault)
    assert answers(traders, *sides) == only(reason, SCREENED[side])
    assert open_(traders, *sides) is reason
    assert traders.system.rulebook.check_party(sides[side == "payee"]) is reason


@pytest.mark.rule("check.list-stale")
@pytest.mark.parametrize("side", ["payer", "payee"])
def test_stale_result(traders: World, side: str) -> None:
    register = traders.system.participants
    register.publish_list(COMPLIANCE, 2, bytes(32))
    register.set_screening(COMPLIANCE, "Q" if side == "payer" else "P", Screening.CLEAR)
    assert answers(traders) == only(Reason.LIST_STALE, SCREENED[side])


@pytest.mark.rule("check.role")
@pytest.mark.parametrize("side", ["payer", "payee"])
def test_role(traders: World, side: str) -> None:
    sides = at_fault(traders, side, roles=Role.EXAMINER)
    # Anybody with a role will do where value is seized for it.
    assert answers(traders, *sides) == only(Reason.ROLE_MISSING, STANDING[side] - {"SEIZE"})
    assert open_(traders, *sides) is Reason.ROLE_MISSING
    party = sides[side == "payee"]
    rulebook = traders.system.rulebook
    assert rulebook.check_party(party) is Reason.OK
    assert rulebook.check_participant(party, Role.EXAMINER | Role.BANK) is Reason.OK
    assert rulebook.check_participant(party, Role.SETTLER) is Reason.ROLE_MISSING


@pytest.mark.rule("actor.sponsor-lost")
@pytest.mark.parametrize("side", ["payer", "payee"])
def test_lost_bank_closes_the_ramps(traders: World, side: str) -> None:
    sides = at_fault(traders, side, sponsor="")
    assert answers(traders, *sides) == only(Reason.SPONSOR_MISSING, RAMPS[side])
    assert open_(traders, *sides) is Reason.OK


@pytest.mark.rule("actor.sponsor-lost")
def test_bank_in_bad_standing_is_none(traders: World) -> None:
    traders.system.participants.set_licence(SUPERVISOR, "K", LicenceStatus.SUSPENDED, WIND_DOWN_END)
    assert answers(traders) == only(Reason.SPONSOR_MISSING, RAMPS["payer"] | RAMPS["payee"])


@pytest.mark.rule("check.participant")
@pytest.mark.parametrize("side", ["payer", "payee"])
def test_unknown_party(traders: World, side: str) -> None:
    sides = ("U", "Q") if side == "payer" else ("P", "U")
    expected = only(Reason.PARTICIPANT_UNKNOWN, KNOWN[side])
    if side == "payer":
        # The trade of the unknown with Q is not there; with what is left, it is none of the payee's business.
        expected["REFUND"] = Reason.OK
    got = answers(traders, *sides)
    # A wallet that is nobody's looks like a contract of the regime; the token names no such payer or payee.
    for question in ("NET_LEG in", "CONVERT out", "CONVERT in"):
        got.pop(question), expected.pop(question)
    assert got == expected
    assert open_(traders, *sides) is Reason.PARTICIPANT_UNKNOWN
    rulebook = traders.system.rulebook
    assert rulebook.check_party("U") is Reason.PARTICIPANT_UNKNOWN
    assert rulebook.check_participant("U", ALL) is Reason.PARTICIPANT_UNKNOWN


@pytest.mark.rule("check.participant", "actor.keys")
@pytest.mark.parametrize("end", ["from", "to"])
def test_retired_wallet(traders: World, end: str) -> None:
    party = "B" if end == "from" else "Q"
    traders.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, party, party, "U")
    if end == "from":
        # Enforcement and recovery reach what lies there.
        touched = set(QUESTIONS) - {"ISSUE", "INTAKE", "SEIZE", "RECOVERY"}
    else:
        touched = set(QUESTIONS) - {"REDEEM", "NET_LEG in", "CONVERT out"}
    assert answers(traders) == only(Reason.WALLET_RETIRED, touched)
    assert traders.system.rulebook.check_party(party) is Reason.WALLET_RETIRED
    assert traders.system.rulebook.check_party("U") is Reason.OK


@pytest.mark.parametrize(
    ("payer", "payee", "expected"),
    [
        (Role.SETTLER, Role.COUNTERPARTY, Reason.OK),
        (Role.COUNTERPARTY, Role.COUNTERPARTY, Reason.ROLE_MISSING),
        (Role.SETTLER, Role.SETTLER, Reason.ROLE_MISSING),
        (Role.SETTLER, Role.EXAMINER, Reason.ROLE_MISSING),
    ],
)
@pytest.mark.rule("check.role")
def test_residents_trade_as_authorised_entities_and_others_as_counterparties(
    traders: World, payer: Role, payee: Role, expected: Reason
) -> None:
    for name, side, roles in (("X", "P", payer), ("Y", "Q", payee)):
        enter(traders, name, replace(TRADERS[side], roles=roles))
    trade = open_trade(traders, "X", "Y")
    sides = (("X", "Y"), ("Y", "X"))
    assert {ask(traders, flow, *s, trade=trade) for flow in TRADE for s in sides} == {expected}
    assert open_(traders, "X", "Y") is expected


@pytest.mark.rule("check.residency", "check.residency-owner", "compliance.owner")
@pytest.mark.parametrize(
    ("payer", "payee", "expected"),
    [
        (("XH", "XH"), ("XF", "XF"), Reason.OK),
        (("XF", "XF"), ("XH", "XH"), Reason.OK),
        (("XH", "XH"), ("XH", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XH", "XH"), ("XF", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XF", "XH"), ("XF", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XH", "XF"), ("XH", "XH"), Reason.DOMESTIC_PAYMENT),
        (("XF", "XH"), ("XF", "XF"), Reason.OK),
        (("XF", "XF"), ("XF", "XF"), Reason.NO_RESIDENT_PARTY),
        (("XF", "XF"), ("XQ", "XQ"), Reason.NO_RESIDENT_PARTY),
    ],
)
def test_residency_is_that_of_party_or_owner(
    traders: World, payer: tuple[str, str], payee: tuple[str, str], expected: Reason
) -> None:
    for name, (jurisdiction, owner) in (("X", payer), ("Y", payee)):
        home: dict[str, Any] = {"jurisdiction": jurisdiction, "owner_jurisdiction": owner}
        enter(traders, name, replace(TRADERS["P"], **home))
    open_trade(traders, "X", "Y")
    assert answers(traders, "X", "Y") == only(expected, TRADE | {"PAY", "AWARD"})
    assert open_(traders, "X", "Y") is expected


@pytest.mark.rule("actor.roles-combine")
def test_miner_does_not_sell_to_itself(traders: World) -> None:
    assert ask(traders, "INTAKE", "P", "P") is Reason.DOMESTIC_PAYMENT


# The way abroad


@pytest.mark.parametrize("party_abroad_pays", [False, True], ids=["to abroad", "from abroad"])
class TestCorridor:
    def asked(self, world: World, party_abroad_pays: bool, **abroad: Any) -> Reason:
        """The answer for Y abroad; the same wherever trade is entered, and OK for anything else."""
        enter(world, "Y", replace(TRADERS["Q"], **abroad))
        trade = open_trade(world, "P", "Y")
        sides = ("Y", "P") if party_abroad_pays else ("P", "Y")
        got = {question: ask(world, question, *sides, trade=trade) for question in QUESTIONS}
        reason = got["DIRECT"]
        assert got == only(reason, TRADE)
        assert open_(world, *sides, trade=trade) is reason
        return reason

    @pytest.mark.rule("check.corridor")
    @pytest.mark.parametrize("jurisdiction", ["XN", "XQ"], ids=["closed", "not named"])
    def test_closed(self, traders: World, party_abroad_pays: bool, jurisdiction: str) -> None:
        owner = {"jurisdiction": jurisdiction, "owner_jurisdiction": jurisdiction}
        assert self.asked(traders, party_abroad_pays, **owner) is Reason.CORRIDOR_CLOSED

    @pytest.mark.rule("check.intermediary")
    @pytest.mark.parametrize(
        ("intermediary", "expected"),
        [
            ("", Reason.INTERMEDIARY_MISSING),
            ("G", Reason.OK),
            ("U", Reason.INTERMEDIARY_UNAUTHORISED),
            ("S", Reason.INTERMEDIARY_UNAUTHORISED),
        ],
        ids=["none", "authorised", "unknown", "a mere counterparty"],
    )
    def test_through_an_intermediary(
        self, traders: World, party_abroad_pays: bool, intermediary: str, expected: Reason
    ) -> None:
        terms: dict[str, Any] = {"jurisdiction": "XV", "owner_jurisdiction": "XV"}
        terms["intermediary"] = intermediary
        enter(traders, "Y", replace(TRADERS["Q"], **terms))
        trade = open_trade(traders, "P", "Y")
        sides = ("Y", "P") if party_abroad_pays else ("P", "Y")
        assert {ask(traders, flow, *sides, trade=trade) for flow in TRADE} == {expected}
        assert open_(traders, *sides, trade=trade) is expected

    @pytest.mark.rule("check.intermediary")
    @pytest.mark.parametrize("what", ["revoked", "expired", "KYC expired", "owned at home"])
    def test_intermediary_in_bad_standing(self, traders: World, party_abroad_pays: bool, what: str) -> None:
        register = traders.system.participants
        match what:
            case "revoked":
                register.set_licence(SUPERVISOR, "G", LicenceStatus.REVOKED, WIND_DOWN_END)
            case "expired":
                register.set_licence(SUPERVISOR, "G", LicenceStatus.ACTIVE, START)
            case "KYC expired":
                register.set_kyc(SUPERVISOR, "G", START)
            case "owned at home":
                register.set_owner(SUPERVISOR, "G", "XH")
        terms = {"jurisdiction": "XV", "owner_jurisdiction": "XV", "intermediary": "G"}
        assert self.asked(traders, party_abroad_pays, **terms) is Reason.INTERMEDIARY_UNAUTHORISED


@pytest.mark.rule("check.intermediary")
def test_direct_corridor_asks_for_no_intermediary(traders: World) -> None:
    traders.change_programme(PROGRAMME, [*CORRIDORS[:1], Corridor("XV", Access.DIRECT)])
    enter(traders, "Y", replace(TRADERS["Q"], jurisdiction="XV", owner_jurisdiction="XV"))
    open_trade(traders, "P", "Y")
    assert ask(traders, "DIRECT", "P", "Y") is Reason.OK


@pytest.mark.rule("check.screening-hold", "check.listed")
def test_intermediary_is_screened_with_its_client(traders: World) -> None:
    terms: dict[str, Any] = {"jurisdiction": "XV", "owner_jurisdiction": "XV", "intermediary": "G"}
    enter(traders, "Y", replace(TRADERS["Q"], **terms))
    open_trade(traders, "P", "Y")
    register = traders.system.participants
    register.set_screening(COMPLIANCE, "G", Screening.POTENTIAL)
    assert answers(traders, "P", "Y") == only(Reason.SCREENING_HOLD, SCREENED["payee"])
    register.resolve_screening(COMPLIANCE, SECOND_REVIEWER, "G", Screening.TRUE_MATCH)
    assert answers(traders, "P", "Y") == only(Reason.LISTED_PARTY, SCREENED["payee"])


@pytest.mark.rule("check.phase")
@pytest.mark.parametrize(
    ("roles", "ownership", "expected"),
    [
        (Role.SETTLER, OwnershipClass.STATE, Reason.OK),
        (Role.SETTLER, OwnershipClass.PRIVATE, Reason.PHASE_CLOSED),
        (Role.MINER | Role.EXAMINER, OwnershipClass.PRIVATE, Reason.PHASE_CLOSED),
        (Role.COUNTERPARTY, OwnershipClass.PRIVATE, Reason.OK),
        (Role.EXAMINER, OwnershipClass.PRIVATE, Reason.OK),
    ],
)
def test_phase_admits_authorised_entities_by_ownership(
    traders: World, roles: Role, ownership: OwnershipClass, expected: Reason
) -> None:
    enter(traders, "X", replace(TRADERS["P"], roles=roles, ownership=ownership))
    rulebook = traders.system.rulebook
    assert rulebook.check_participant("X", roles) is expected
    traders.open_phase(2)
    assert rulebook.check_participant("X", roles) is Reason.OK


# To the second


@pytest.mark.parametrize(
    ("setting", "reason"),
    [
        pytest.param("licence_until", Reason.LICENCE_EXPIRED, marks=pytest.mark.rule("check.licence")),
        pytest.param("kyc_until", Reason.KYC_EXPIRED, marks=pytest.mark.rule("check.kyc")),
    ],
)
def test_files_last_through_their_last_second(traders: World, setting: str, reason: Reason) -> None:
    last = START + DAY
    sides = at_fault(traders, "payer", **{setting: last})
    assert open_(traders, *sides, until=last) is Reason.OK
    assert open_(traders, *sides, until=last + 1) is reason
    traders.advance_to(last)
    assert ask(traders, "FUND", *sides) is Reason.OK
    traders.advance_to(last + 1)
    assert ask(traders, "FUND", *sides) is reason
