"""The register of participants: what is recorded, by whom, and what it refuses to record."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.participants import Participants, Profile
from settlement.chain.port import ZERO_ADDRESS
from settlement.chain.reverts import (
    ParticipantsAlreadyRegistered,
    ParticipantsInvalidProfile,
    ParticipantsUnknown,
    ParticipantsWalletTaken,
)
from settlement.domain.events import (
    KycChanged,
    LicenceChanged,
    OwnerChanged,
    ParticipantRegistered,
    ScreeningChanged,
    WalletAdded,
)
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.world import COMPLIANCE, PARTICIPANTS, SUPERVISOR, World

#: Nothing in it is a default or equal to another field.
NEWCOMER = Profile(
    roles=Role.SETTLER | Role.EXAMINER,
    ownership=OwnershipClass.PRIVATE,
    jurisdiction="XH",
    owner_jurisdiction="XQ",
    licence=LicenceStatus.SUSPENDED,
    licence_until=1_900_000_001,
    kyc_until=1_900_000_002,
)


def test_register(world: World) -> None:
    register = world.system.participants
    assert facts(register.register(SUPERVISOR, "N", NEWCOMER)) == [
        fact(
            ParticipantRegistered,
            SUPERVISOR,
            participant="N",
            roles=(Role.SETTLER | Role.EXAMINER).name,
            ownership="PRIVATE",
            jurisdiction="XH",
            owner_jurisdiction="XQ",
            licence="SUSPENDED",
            licence_until=1_900_000_001,
            kyc_until=1_900_000_002,
        )
    ]
    assert register.profile_of("N") == NEWCOMER
    assert register.participant_of("N") == "N"


def test_nobody_is_registered_by_default(world: World) -> None:
    assert world.system.participants.participant_of("U") == ""
    nobody = world.system.participants.profile_of("U")
    assert (nobody.roles, nobody.licence) == (Role(0), LicenceStatus.NONE)


def test_registered_twice_is_refused(world: World) -> None:
    with expects(ParticipantsAlreadyRegistered, Reason.ALREADY_USED, to_bytes32("B")):
        world.system.participants.register(SUPERVISOR, "B", PARTICIPANTS["B"])


@pytest.mark.parametrize(
    "fault",
    [
        {"roles": Role(0)},
        {"roles": 8},
        {"jurisdiction": ""},
        {"owner_jurisdiction": ""},
        {"screening": Screening.CLEAR},
        {"screening": Screening.POTENTIAL},
        {"screening": Screening.TRUE_MATCH},
    ],
    ids=str,
)
def test_incomplete_or_prejudged_profile_is_refused(world: World, fault: dict[str, Any]) -> None:
    with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
        world.system.participants.register(SUPERVISOR, "N", replace(NEWCOMER, **fault))


def test_nameless_participant_is_refused(world: World) -> None:
    with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
        world.system.participants.register(SUPERVISOR, "", NEWCOMER)


def test_add_wallet(world: World) -> None:
    register = world.system.participants
    assert facts(register.add_wallet(SUPERVISOR, "B", "B2")) == [
        fact(WalletAdded, SUPERVISOR, participant="B")
    ]
    assert [register.participant_of(wallet) for wallet in ("B", "B2")] == ["B", "B"]


@pytest.mark.parametrize("holder", ["B", "S"])
def test_wallet_belongs_to_one_participant_for_ever(world: World, holder: str) -> None:
    register = world.system.participants
    register.add_wallet(SUPERVISOR, "B", "B2")
    with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(address_of("B2"))):
        register.add_wallet(SUPERVISOR, holder, "B2")


def test_newcomer_cannot_take_a_wallet(world: World) -> None:
    register = world.system.participants
    register.add_wallet(SUPERVISOR, "B", "N")
    with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(address_of("N"))):
        register.register(SUPERVISOR, "N", NEWCOMER)
    assert register.profile_of("N").roles == Role(0)


def test_zero_address_is_no_wallet(world: World) -> None:
    register = world.system.participants
    with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(ZERO_ADDRESS)):
        call(world, SUPERVISOR, register, "addWallet", to_bytes32("B"), ZERO_ADDRESS)
    with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(ZERO_ADDRESS)):
        call(world, SUPERVISOR, register, "register", to_bytes32("N"), ZERO_ADDRESS, NEWCOMER.to_abi())


@pytest.mark.parametrize("licence", LicenceStatus, ids=lambda licence: licence.name)
def test_set_licence(world: World, licence: LicenceStatus) -> None:
    register = world.system.participants
    before = register.profile_of("B")
    assert facts(register.set_licence(SUPERVISOR, "B", licence, 1_900_000_000)) == [
        fact(LicenceChanged, SUPERVISOR, participant="B", licence=licence.name, licence_until=1_900_000_000)
    ]
    assert register.profile_of("B") == replace(before, licence=licence, licence_until=1_900_000_000)


def test_set_kyc(world: World) -> None:
    register = world.system.participants
    before = register.profile_of("B")
    assert facts(register.set_kyc(SUPERVISOR, "B", 1_900_000_000)) == [
        fact(KycChanged, SUPERVISOR, participant="B", kyc_until=1_900_000_000)
    ]
    assert register.profile_of("B") == replace(before, kyc_until=1_900_000_000)


def test_set_owner(world: World) -> None:
    register = world.system.participants
    before = register.profile_of("S")
    assert facts(register.set_owner(SUPERVISOR, "S", "XH")) == [
        fact(OwnerChanged, SUPERVISOR, participant="S", owner_jurisdiction="XH")
    ]
    assert register.profile_of("S") == replace(before, owner_jurisdiction="XH")


def test_nowhere_is_no_residence_of_an_owner(world: World) -> None:
    with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
        world.system.participants.set_owner(SUPERVISOR, "S", "")


@pytest.mark.parametrize("screening", Screening, ids=lambda screening: screening.name)
def test_set_screening(world: World, screening: Screening) -> None:
    register = world.system.participants
    before = register.profile_of("S")
    assert facts(register.set_screening(COMPLIANCE, "S", screening)) == [
        fact(ScreeningChanged, COMPLIANCE, participant="S", screening=screening.name)
    ]
    assert register.profile_of("S") == replace(before, screening=screening)


@pytest.mark.parametrize(
    ("function", "actor", "values"),
    [
        (Participants.add_wallet, SUPERVISOR, ("B2",)),
        (Participants.set_licence, SUPERVISOR, (LicenceStatus.ACTIVE, 1_900_000_000)),
        (Participants.set_kyc, SUPERVISOR, (1_900_000_000,)),
        (Participants.set_owner, SUPERVISOR, ("XF",)),
        (Participants.set_screening, COMPLIANCE, (Screening.CLEAR,)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_nothing_is_recorded_of_the_unknown(
    world: World, function: Any, actor: str, values: tuple[Any, ...]
) -> None:
    with expects(ParticipantsUnknown, Reason.PARTICIPANT_UNKNOWN, to_bytes32("U")):
        function(world.system.participants, actor, "U", *values)
