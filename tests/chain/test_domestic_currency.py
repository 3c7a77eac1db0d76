"""The domestic currency: residents hold it, its supply is its own, and the regime's stages do not stop it."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    AccessManagedUnauthorized,
    DomesticCurrencyModuleHolds,
    DomesticCurrencyNotSameHolder,
    DomesticCurrencyReferenceUsed,
    DualControlNotProposed,
    ERC20InsufficientAllowance,
    ERC20InsufficientBalance,
    ParticipantsWalletTaken,
    RulebookRefused,
)
from settlement.domain.errors import Refused
from settlement.domain.events import (
    CurrencyBurned,
    CurrencyMinted,
    CurrencyModuleRegistered,
    CurrencyMoved,
    CurrencyRecovered,
)
from settlement.domain.participants import LicenceStatus, Role, Screening
from settlement.domain.reasons import Reason
from tests.chain.expect import ask, call, expects, fact, facts, shown
from tests.chain.money import BANK, MINER, TREASURY, books, drl
from tests.world import COMPLIANCE, END, KEEPER, PARTICIPANTS, RAMP, SUPERVISOR, WIND_DOWN_END, World, profile

BALANCE = drl(1_000)


@pytest.fixture
def world(world: World) -> World:
    """B holds 1,000 DRL."""
    world.system.currency.mint(TREASURY, "B", BALANCE, "opening")
    return world


def moved(actor: str, source: str, destination: str, amount: int) -> tuple[object, ...]:
    return fact(CurrencyMoved, actor, spender=actor, source=source, destination=destination, amount=amount)


def hold(world: World, participant: str) -> None:
    world.system.participants.set_screening(COMPLIANCE, participant, Screening.POTENTIAL)


@pytest.mark.rule("money.domestic")
class TestMintAndBurn:
    def test_treasury_mints(self, world: World) -> None:
        currency = world.system.currency
        assert facts(currency.mint(TREASURY, "C", 5, "m1")) == [
            fact(CurrencyMinted, TREASURY, to="C", amount=5, ref="m1")
        ]
        assert (currency.balance_of("C"), currency.total_supply()) == (5, BALANCE + 5)

    def test_treasury_burns_what_it_was_approved_for(self, world: World) -> None:
        currency = world.system.currency
        currency.approve("B", TREASURY, 7)
        assert facts(currency.burn(TREASURY, "B", 5, "b1")) == [
            fact(CurrencyBurned, TREASURY, holder="B", amount=5, ref="b1")
        ]
        assert (currency.balance_of("B"), currency.total_supply()) == (BALANCE - 5, BALANCE - 5)
        assert currency.allowance("B", TREASURY) == 2
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE):
            currency.burn(TREASURY, "B", 3, "b2")

    def test_inventory_is_burned_without_approval(self, world: World) -> None:
        currency, desk = world.system.currency, world.system.desk
        currency.mint(TREASURY, desk, 5, "m1")
        assert facts(currency.burn(TREASURY, desk, 5, "b1")) == [
            fact(CurrencyBurned, TREASURY, holder="ConversionDesk", amount=5, ref="b1")
        ]
        assert currency.balance_of(desk) == 0

    @pytest.mark.parametrize("ref", ["opening", ""], ids=["used", "empty"])
    def test_references_are_single_use(self, world: World, ref: str) -> None:
        currency = world.system.currency
        currency.approve("B", TREASURY, 5)
        with expects(DomesticCurrencyReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            currency.mint(TREASURY, "B", 5, ref)
        with expects(DomesticCurrencyReferenceUsed, Reason.ALREADY_USED, to_bytes32(ref)):
            currency.burn(TREASURY, "B", 5, ref)

    def test_more_than_is_held_is_not_burned(self, world: World) -> None:
        world.system.currency.approve("B", TREASURY, BALANCE + 1)
        with expects(ERC20InsufficientBalance, Reason.INSUFFICIENT_BALANCE):
            world.system.currency.burn(TREASURY, "B", BALANCE + 1, "b1")

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [SUPERVISOR, RAMP, KEEPER, "B"])
    def test_nobody_else_does(self, world: World, actor: str) -> None:
        currency = world.system.currency
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            currency.mint(actor, "B", 5, "m1")
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            currency.burn(actor, "B", 5, "b1")

    def test_supply_is_apart_from_that_of_su(self, world: World) -> None:
        before = books(world, "B")
        world.system.currency.mint(TREASURY, "B", 5, "m1")
        assert books(world, "B") == before._replace(drl_supply=BALANCE + 5, drl=(BALANCE + 5,))
        world.system.ramp.issue(RAMP, "B", 7, "wire 7")
        after = books(world, "B")
        assert (after.su_supply, after.su[0]) == (before.su_supply + 7, before.su[0] + 7)
        assert (after.drl_supply, after.drl[0]) == (BALANCE + 5, BALANCE + 5)

    def test_it_has_two_decimals_and_its_name(self, world: World) -> None:
        currency = world.system.currency
        assert ask(world, currency, "decimals") == 2
        assert ask(world, currency, "symbol") == "DRL"
        assert ask(world, currency, "name") == "Domestic Currency"


@pytest.mark.rule("money.domestic")
class TestHolders:
    @pytest.mark.parametrize("to", ["C", BANK, MINER])
    def test_residents_pay_each_other(self, world: World, to: str) -> None:
        currency = world.system.currency
        assert facts(currency.transfer("B", to, 5)) == [moved("B", "B", to, 5)]
        assert (currency.balance_of("B"), currency.balance_of(to)) == (BALANCE - 5, 5)

    @pytest.mark.rule("variant.fees")
    def test_an_allowance_pays(self, world: World) -> None:
        currency = world.system.currency
        currency.approve("B", "C", 5)
        assert facts(currency.transfer_from("C", "B", BANK, 5)) == [
            fact(CurrencyMoved, "C", spender="C", source="B", destination=BANK, amount=5)
        ]
        with expects(ERC20InsufficientAllowance, Reason.INSUFFICIENT_ALLOWANCE):
            currency.transfer_from("C", "B", BANK, 1)

    @pytest.mark.parametrize(
        ("to", "reason"),
        [
            ("S", Reason.RESIDENTS_ONLY),
            ("H", Reason.RESIDENTS_ONLY),
            ("U", Reason.PARTICIPANT_UNKNOWN),
            (KEEPER, Reason.PARTICIPANT_UNKNOWN),
        ],
    )
    def test_nobody_else_gets_it(self, world: World, to: str, reason: Reason) -> None:
        currency, before = world.system.currency, books(world, "B")
        assert currency.check_holder(to) is reason
        with expects(RulebookRefused, reason, reason):
            currency.transfer("B", to, 5)
        with expects(RulebookRefused, reason, reason):
            currency.mint(TREASURY, to, 5, "m1")
        assert books(world, "B") == before

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            (lambda world: hold(world, "B"), Reason.SCREENING_HOLD),
            (lambda world: world.list_party("B"), Reason.LISTED_PARTY),
            (
                lambda world: world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2"),
                Reason.WALLET_RETIRED,
            ),
        ],
        ids=["held", "listed", "retired"],
    )
    def test_who_fell_from_grace_neither_pays_nor_is_paid(
        self, world: World, change: Callable[[World], object], reason: Reason
    ) -> None:
        currency = world.system.currency
        currency.mint(TREASURY, "C", 5, "m1")
        change(world)
        assert currency.check_holder("B") is reason
        with expects(RulebookRefused, reason, reason):
            currency.transfer("B", "C", 5)
        with expects(RulebookRefused, reason, reason):
            currency.transfer("C", "B", 5)
        currency.approve("B", TREASURY, 5)
        with expects(RulebookRefused, reason, reason):
            currency.burn(TREASURY, "B", 5, "b1")
        assert currency.balance_of("B") == BALANCE

    def test_unscreened_residents_do_not_hold_it(self, world: World) -> None:
        world.system.participants.register(SUPERVISOR, "U", profile(Role.BANK, "XH"))
        with expects(RulebookRefused, Reason.SCREENING_HOLD):
            world.system.currency.transfer("B", "U", 5)

    def test_licence_and_kyc_do_not_matter(self, world: World) -> None:
        register = world.system.participants
        register.set_licence(SUPERVISOR, "B", LicenceStatus.REVOKED, WIND_DOWN_END)
        register.set_kyc(SUPERVISOR, "B", world.now - 1)
        world.system.currency.transfer("B", "C", 5)
        assert world.system.currency.balance_of("C") == 5

    def test_pitfall_01_an_old_allowance_is_worth_nothing_to_a_spender_on_hold(self, world: World) -> None:
        currency = world.system.currency
        currency.approve("B", "C", BALANCE)
        hold(world, "C")
        with expects(RulebookRefused, Reason.SCREENING_HOLD):
            currency.transfer_from("C", "B", BANK, 5)
        currency.approve("B", "S", BALANCE)
        with expects(RulebookRefused, Reason.RESIDENTS_ONLY):
            currency.transfer_from("S", "B", BANK, 5)
        assert currency.balance_of(BANK) == 0

    @pytest.mark.parametrize("stage", ["suspended", "winding down", "expired"])
    def test_the_regime_does_not_stop_it(self, world: World, stage: str) -> None:
        match stage:
            case "suspended":
                world.system.regime.suspend(SUPERVISOR)
            case "winding down":
                world.advance_to(END + 1)
            case "expired":
                world.advance_to(WIND_DOWN_END + 1)
        world.system.currency.transfer("B", "C", 5)
        assert world.system.currency.balance_of("C") == 5

    @pytest.mark.rule("check.truthful")
    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        source=st.sampled_from(("B", "C", "S", "H", "U", BANK)),
        to=st.sampled_from(("B", "C", "S", "H", "U", BANK, MINER)),
        amount=st.integers(0, BALANCE + 2) | st.sampled_from((BALANCE, BALANCE + 1)),
        held=st.sampled_from(("", "B", "C", BANK)),
    )
    def test_pitfall_16_the_dry_answer_is_ok_if_and_only_if_it_passes(
        self, world: World, source: str, to: str, amount: int, held: str
    ) -> None:
        chain, currency = world.system.chain, world.system.currency
        before = chain.snapshot()
        if held:
            hold(world, held)
        supply, reason = currency.total_supply(), currency.detect_transfer_restriction(source, to, amount)
        happened = Reason.OK
        try:
            currency.transfer(source, to, amount)
        except Refused as refusal:
            happened = refusal.reason
        assert happened is reason
        assert currency.total_supply() == supply
        chain.revert(before)


class TestModules:
    def test_supervisor_registers_and_ends_them(self, world: World) -> None:
        currency, ramp = world.system.currency, world.system.ramp
        assert not currency.is_module(ramp)
        assert currency.check_holder(ramp) is Reason.PARTICIPANT_UNKNOWN
        _, appointed = facts(currency.appoint_module(COMPLIANCE, SUPERVISOR, ramp))
        assert appointed == fact(CurrencyModuleRegistered, SUPERVISOR, module="Ramp", registered=True)
        assert currency.is_module(ramp)
        assert currency.check_holder(ramp) is Reason.OK
        currency.transfer("B", ramp, 5)
        with expects(DomesticCurrencyModuleHolds, Reason.WRONG_STATE):
            currency.appoint_module(COMPLIANCE, SUPERVISOR, ramp, registered=False)
        currency.burn(TREASURY, ramp, 5, "b1")
        currency.appoint_module(COMPLIANCE, SUPERVISOR, ramp, registered=False)
        assert not currency.is_module(ramp)

    @pytest.mark.rule("compliance.two-person")
    @pytest.mark.parametrize("registered", [True, False])
    def test_the_supervisor_alone_does_neither(self, world: World, registered: bool) -> None:
        with expects(DualControlNotProposed, Reason.NOT_PROPOSED):
            world.system.currency.register_module(SUPERVISOR, world.system.ramp, registered)

    @pytest.mark.rule("actor.modules-apart")
    def test_no_wallet_becomes_a_module_nor_a_module_a_wallet(self, world: World) -> None:
        currency, register = world.system.currency, world.system.participants
        people, appoint = (COMPLIANCE, SUPERVISOR), currency.artifact.functions["registerModule"]
        for holder, taken in (("L", True), ("U", False)):
            wallet = world.system.chain.introduce(holder)
            call(world, people[0], currency, "propose", appoint.encode(wallet, True))
            if taken:
                with expects(ParticipantsWalletTaken, Reason.ALREADY_USED, shown(wallet)):
                    call(world, people[1], currency, "registerModule", wallet, True)
            else:
                call(world, people[1], currency, "registerModule", wallet, True)
        with expects(ParticipantsWalletTaken, Reason.ALREADY_USED):
            register.add_wallet(*people, "B", "U")
        with expects(ParticipantsWalletTaken, Reason.ALREADY_USED):
            register.register(SUPERVISOR, "U", PARTICIPANTS["B"])

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [TREASURY, "B", KEEPER])
    def test_nobody_else_does(self, world: World, actor: str) -> None:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.currency.register_module(actor, world.system.ramp)


@pytest.mark.rule("actor.recovery")
class TestRecovery:
    def test_everything_goes_to_another_wallet_of_the_holder(self, world: World) -> None:
        currency = world.system.currency
        world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
        assert facts(currency.recover(SUPERVISOR, "B", "B2")) == [
            fact(CurrencyRecovered, SUPERVISOR, source="B", destination="B2", amount=BALANCE)
        ]
        assert (currency.balance_of("B"), currency.balance_of("B2")) == (0, BALANCE)
        assert currency.total_supply() == BALANCE

    @pytest.mark.parametrize("to", ["C", "B", "U", "S"])
    def test_to_nobody_else(self, world: World, to: str) -> None:
        with expects(DomesticCurrencyNotSameHolder, Reason.PROTECTED_ACCOUNT):
            world.system.currency.recover(SUPERVISOR, "B", to)
        assert world.system.currency.balance_of("B") == BALANCE

    def test_not_from_a_stranger_to_another(self, world: World) -> None:
        with expects(DomesticCurrencyNotSameHolder, Reason.PROTECTED_ACCOUNT):
            world.system.currency.recover(SUPERVISOR, "U", "B2")

    def test_not_while_its_holder_is_on_hold(self, world: World) -> None:
        world.system.participants.add_wallet(COMPLIANCE, SUPERVISOR, "B", "B2")
        hold(world, "B")
        with expects(RulebookRefused, Reason.SCREENING_HOLD):
            world.system.currency.recover(SUPERVISOR, "B", "B2")

    @pytest.mark.rule("actor.office")
    @pytest.mark.parametrize("actor", [TREASURY, "B", KEEPER])
    def test_nobody_else_recovers(self, world: World, actor: str) -> None:
        with expects(AccessManagedUnauthorized, Reason.UNAUTHORISED):
            world.system.currency.recover(actor, "B", "B2")
