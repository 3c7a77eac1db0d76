"""The register of participants: what is recorded, by whom, and what it refuses to record."""

from dataclasses import replace
from typing import Any

import pytest

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.port import ZERO_ADDRESS
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DualControlNotProposed,
    ParticipantsAlreadyRegistered,
    ParticipantsInvalidProfile,
    ParticipantsNotItsWallet,
    ParticipantsSponsorMissing,
    ParticipantsUnknown,
    ParticipantsWalletTaken,
)
from settlement.chain.twins.participants import Participants, Profile
from settlement.domain.events import (
    CapChanged,
    IntermediaryChanged,
    KycChanged,
    LicenceChanged,
    OwnerChanged,
    ParticipantRegistered,
    PrimaryWalletChanged,
    SponsorChanged,
    WalletAdded,
    WalletRetired,
)
from settlement.domain.participants import LicenceStatus, OwnershipClass, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import call, expects, fact, facts, shown
from tests.world import COMPLIANCE, PARTICIPANTS, SUPERVISOR, WIND_DOWN_END, World

#: Nothing in it is a default or equal to another field.
NEWCOMER = Profile(
    roles=Role.SETTLER | Role.EXAMINER,
    ownership=OwnershipClass.PRIVATE,
    jurisdiction="XH",
    owner_jurisdiction="XQ",
    licence=LicenceStatus.SUSPENDED,
    licence_until=1_900_000_001,
    kyc_until=1_900_000_002,
    sponsor="K",
    intermediary="G",
    cap=1_900_000_003,
)


class TestRegister:
    def test_register(self, world: World) -> None:
        register = world.system.participants
        assert facts(register.register(SUPERVISOR, "X", NEWCOMER)) == [
            fact(
                ParticipantRegistered,
                SUPERVISOR,
                participant="X",
                wallet="X",
                roles=(Role.SETTLER | Role.EXAMINER).name,
                ownership="PRIVATE",
                jurisdiction="XH",
                owner_jurisdiction="XQ",
                licence="SUSPENDED",
                licence_until=1_900_000_001,
                kyc_until=1_900_000_002,
                sponsor="K",
                intermediary="G",
                cap=1_900_000_003,
            )
        ]
        assert register.profile_of("X") == NEWCOMER
        assert (register.participant_of("X"), register.wallet_of("X")) == ("X", "X")

    def test_with_a_wallet_of_another_name(self, world: World) -> None:
        register = world.system.participants
        register.register(SUPERVISOR, "X", NEWCOMER, account="U")
        assert (register.participant_of("U"), register.wallet_of("X")) == ("X", "U")

    def test_nobody_is_registered_by_default(self, world: World) -> None:
        assert world.system.participants.participant_of("U") == ""
        nobody = world.system.participants.profile_of("U")
        assert (nobody.roles, nobody.licence) == (Role(0), LicenceStatus.NONE)

    def test_registered_twice_is_refused(self, world: World) -> None:
        with expects(ParticipantsAlreadyRegistered, Reason.ALREADY_USED, to_bytes32("B")):
            world.system.participants.register(SUPERVISOR, "B", PARTICIPANTS["B"])

    @pytest.mark.rule("actor.no-retail")
    @pytest.mark.parametrize(
        "fault",
        [
            {"roles": Role(0)},
            {"roles": 512},
            {"jurisdiction": ""},
            {"owner_jurisdiction": ""},
            {"screening": Screening.CLEAR},
            {"screening": Screening.POTENTIAL},
            {"screening": Screening.TRUE_MATCH},
            {"screening": Screening.FALSE_POSITIVE},
            {"list_version": 1},
        ],
        ids=str,
    )
    def test_incomplete_or_prejudged_profile_is_refused(self, world: World, fault: dict[str, Any]) -> None:
        with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
            world.system.participants.register(SUPERVISOR, "X", replace(NEWCOMER, **fault))

    def test_nameless_participant_is_refused(self, world: World) -> None:
        with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
            world.system.participants.register(SUPERVISOR, "", NEWCOMER, account="U")

    @pytest.mark.rule("actor.roles-combine")
    def test_roles_combine(self, world: World) -> None:
        both = replace(PARTICIPANTS["B"], roles=Role.SETTLER | Role.MINER)
        world.system.participants.register(SUPERVISOR, "X", both)
        assert world.system.participants.profile_of("X").roles == Role.SETTLER | Role.MINER


@pytest.mark.rule("actor.sponsor")
class TestSponsor:
    """An authorised entity or a miner has a licence only with a bank behind it."""

    @pytest.mark.parametrize("roles", [Role.SETTLER, Role.MINER, Role.SETTLER | Role.MINER], ids=str)
    @pytest.mark.parametrize("sponsor", ["", "U", "S", "C"], ids=["none", "unknown", "no bank", "an entity"])
    def test_no_active_licence_without_a_bank(self, world: World, roles: Role, sponsor: str) -> None:
        register = world.system.participants
        alone = replace(PARTICIPANTS["B"], roles=roles, sponsor=sponsor)
        with expects(ParticipantsSponsorMissing, Reason.SPONSOR_MISSING, to_bytes32("X")):
            register.register(SUPERVISOR, "X", alone)
        register.register(SUPERVISOR, "X", replace(alone, licence=LicenceStatus.NONE))
        with expects(ParticipantsSponsorMissing, Reason.SPONSOR_MISSING, to_bytes32("X")):
            register.set_licence(SUPERVISOR, "X", LicenceStatus.ACTIVE, WIND_DOWN_END)
        register.set_sponsor(SUPERVISOR, "X", "K")
        register.set_licence(SUPERVISOR, "X", LicenceStatus.ACTIVE, WIND_DOWN_END)
        assert register.profile_of("X").licence is LicenceStatus.ACTIVE

    @pytest.mark.parametrize(
        ("licence", "lasts"),
        [(LicenceStatus.SUSPENDED, 100), (LicenceStatus.REVOKED, 100), (LicenceStatus.ACTIVE, -1)],
        ids=["suspended", "revoked", "expired"],
    )
    def test_bank_must_be_in_good_standing(self, world: World, licence: LicenceStatus, lasts: int) -> None:
        register = world.system.participants
        register.set_licence(SUPERVISOR, "K", licence, world.now + lasts)
        with expects(ParticipantsSponsorMissing, Reason.SPONSOR_MISSING, to_bytes32("B")):
            register.set_licence(SUPERVISOR, "B", LicenceStatus.ACTIVE, WIND_DOWN_END)
        # Taking a licence away needs no bank.
        register.set_licence(SUPERVISOR, "B", LicenceStatus.SUSPENDED, WIND_DOWN_END)

    def test_others_need_none(self, world: World) -> None:
        register = world.system.participants
        register.register(SUPERVISOR, "X", replace(PARTICIPANTS["B"], roles=Role.COUNTERPARTY, sponsor=""))
        assert register.profile_of("X").licence is LicenceStatus.ACTIVE


@pytest.mark.rule("actor.keys")
class TestWallets:
    def test_add(self, world: World) -> None:
        register = world.system.participants
        assert facts(register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2"))[1:] == [
            fact(WalletAdded, SUPERVISOR, participant="B", wallet="B2")
        ]
        assert [register.participant_of(wallet) for wallet in ("B", "B2")] == ["B", "B"]
        assert register.wallet_of("B") == "B"

    @pytest.mark.rule("compliance.two-person")
    def test_the_supervisor_alone_gives_out_no_key(self, world: World) -> None:
        """Else it could recover to a key of its own what somebody holds."""
        register = world.system.participants
        new = to_bytes32("B"), address_of("B2")
        rotation = to_bytes32("B"), address_of("B"), address_of("B2")
        for function, arguments in (("addWallet", new), ("rotateWallet", rotation)):
            with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
                call(world, SUPERVISOR, register, function, *arguments)
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            register.add_wallet(SUPERVISOR, SUPERVISOR, "B", "B2")
        assert register.participant_of("B2") == ""

    @pytest.mark.parametrize("holder", ["B", "S"])
    def test_wallet_belongs_to_one_participant_for_ever(self, world: World, holder: str) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        for retired in (False, True):
            if retired:
                register.retire_wallet(SUPERVISOR, "B", "B2")
            with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(address_of("B2"))):
                register.add_wallet(COMPLIANCE, SUPERVISOR, holder, "B2")

    def test_newcomer_cannot_take_a_wallet(self, world: World) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "X")
        with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(address_of("X"))):
            register.register(SUPERVISOR, "X", NEWCOMER)
        assert register.profile_of("X").roles == Role(0)

    def test_zero_address_is_no_wallet(self, world: World) -> None:
        register = world.system.participants
        register.propose(COMPLIANCE, "addWallet", to_bytes32("B"), ZERO_ADDRESS)
        with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(ZERO_ADDRESS)):
            call(world, SUPERVISOR, register, "addWallet", to_bytes32("B"), ZERO_ADDRESS)
        with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(ZERO_ADDRESS)):
            call(world, SUPERVISOR, register, "register", to_bytes32("X"), ZERO_ADDRESS, NEWCOMER.to_abi())

    def test_retire(self, world: World) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        assert facts(register.retire_wallet(SUPERVISOR, "B", "B2")) == [
            fact(WalletRetired, SUPERVISOR, participant="B", wallet="B2")
        ]
        assert (register.is_retired("B2"), register.is_retired("B")) == (True, False)
        assert register.participant_of("B2") == "B"

    @pytest.mark.parametrize(
        ("participant", "wallet"),
        [("B", "B"), ("B", "S"), ("B", "U"), ("S", "B2"), ("", "U")],
        ids=["the primary one", "another's primary", "nobody's", "another's", "nobody's, of nobody"],
    )
    def test_only_a_secondary_wallet_of_its_own_is_retired(
        self, world: World, participant: str, wallet: str
    ) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        args = to_bytes32(participant), shown(address_of(wallet))
        with expects(ParticipantsNotItsWallet, Reason.NOT_A_PARTY, *args):
            register.retire_wallet(SUPERVISOR, participant, wallet)

    def test_wallet_is_retired_once(self, world: World) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        register.retire_wallet(SUPERVISOR, "B", "B2")
        with expects(ParticipantsNotItsWallet, Reason.NOT_A_PARTY):
            register.retire_wallet(SUPERVISOR, "B", "B2")

    def test_rotate_to_a_new_key(self, world: World) -> None:
        register = world.system.participants
        assert facts(register.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2"))[1:] == [
            fact(WalletAdded, SUPERVISOR, participant="B", wallet="B2"),
            fact(PrimaryWalletChanged, SUPERVISOR, participant="B", wallet="B2"),
            fact(WalletRetired, SUPERVISOR, participant="B", wallet="B"),
        ]
        assert (register.wallet_of("B"), register.is_retired("B")) == ("B2", True)
        assert register.participant_of("B") == "B"

    def test_rotate_to_a_key_it_has(self, world: World) -> None:
        register = world.system.participants
        register.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        assert facts(register.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2"))[1:] == [
            fact(PrimaryWalletChanged, SUPERVISOR, participant="B", wallet="B2"),
            fact(WalletRetired, SUPERVISOR, participant="B", wallet="B"),
        ]

    @pytest.mark.parametrize(
        ("old", "new"),
        [("B", "S"), ("S", "B2"), ("B", "B"), ("U", "B2")],
        ids=["to another's", "from another's", "to itself", "from nobody's"],
    )
    def test_keys_of_others_are_not_rotated(self, world: World, old: str, new: str) -> None:
        with expects(ParticipantsNotItsWallet, Reason.NOT_A_PARTY):
            world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", old, new)
        assert world.system.participants.wallet_of("B") == "B"

    def test_retired_key_does_not_come_back(self, world: World) -> None:
        register = world.system.participants
        register.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        with expects(ParticipantsNotItsWallet, Reason.NOT_A_PARTY):
            register.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B2", "B")


#: Each single change: how it is made, its event, and the profile after.
CHANGES: dict[str, tuple[Any, tuple[Any, ...], Any, dict[str, Any], dict[str, Any]]] = {
    "licence": (
        Participants.set_licence,
        (LicenceStatus.REVOKED, 5),
        LicenceChanged,
        {"licence": "REVOKED", "licence_until": 5},
        {"licence": LicenceStatus.REVOKED, "licence_until": 5},
    ),
    "KYC": (Participants.set_kyc, (5,), KycChanged, {"kyc_until": 5}, {"kyc_until": 5}),
    "owner": (
        Participants.set_owner,
        ("XF",),
        OwnerChanged,
        {"owner_jurisdiction": "XF"},
        {"owner_jurisdiction": "XF"},
    ),
    "sponsor": (Participants.set_sponsor, ("",), SponsorChanged, {"sponsor": ""}, {"sponsor": ""}),
    "intermediary": (
        Participants.set_intermediary,
        ("G",),
        IntermediaryChanged,
        {"intermediary": "G"},
        {"intermediary": "G"},
    ),
    "cap": (Participants.set_cap, (5,), CapChanged, {"cap": 5}, {"cap": 5}),
}


@pytest.mark.rule("actor.supervisor")
@pytest.mark.parametrize("what", CHANGES)
def test_one_thing_is_changed_and_nothing_else(world: World, what: str) -> None:
    change, values, event, told, after = CHANGES[what]
    register = world.system.participants
    before = register.profile_of("B")
    assert facts(change(register, SUPERVISOR, "B", *values)) == [
        fact(event, SUPERVISOR, participant="B", **told)
    ]
    assert register.profile_of("B") == replace(before, **after)


@pytest.mark.parametrize("licence", LicenceStatus, ids=lambda licence: licence.name)
def test_licence_takes_every_standing(world: World, licence: LicenceStatus) -> None:
    register = world.system.participants
    register.set_licence(SUPERVISOR, "S", licence, 1_900_000_000)
    profile = register.profile_of("S")
    assert (profile.licence, profile.licence_until) == (licence, 1_900_000_000)


def test_owner_resides_somewhere(world: World) -> None:
    with expects(ParticipantsInvalidProfile, Reason.TERMS_INVALID):
        world.system.participants.set_owner(SUPERVISOR, "B", "")


def _add_wallet(register: Participants, actor: str, *values: str) -> None:
    register.add_wallet(COMPLIANCE, actor, *values)


def _rotate_wallet(register: Participants, actor: str, *values: str) -> None:
    register.rotate_wallet(COMPLIANCE, actor, *values)


@pytest.mark.parametrize(
    ("function", "actor", "values"),
    [
        (_add_wallet, SUPERVISOR, ("B2",)),
        (_rotate_wallet, SUPERVISOR, ("U", "B2")),
        (Participants.set_licence, SUPERVISOR, (LicenceStatus.ACTIVE, 1_900_000_000)),
        (Participants.set_kyc, SUPERVISOR, (1_900_000_000,)),
        (Participants.set_owner, SUPERVISOR, ("XF",)),
        (Participants.set_sponsor, SUPERVISOR, ("K",)),
        (Participants.set_intermediary, SUPERVISOR, ("G",)),
        (Participants.set_cap, SUPERVISOR, (1,)),
        (Participants.set_screening, COMPLIANCE, (Screening.CLEAR,)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_nothing_is_recorded_of_the_unknown(
    world: World, function: Any, actor: str, values: tuple[Any, ...]
) -> None:
    with expects(ParticipantsUnknown, Reason.PARTICIPANT_UNKNOWN, to_bytes32("U")):
        function(world.system.participants, actor, "U", *values)
