"""Opening, agreeing to and ending an unfunded credit: terms, parties, roles, what the Rulebook asks."""

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from settlement.chain.accounts import address_of
from settlement.chain.chain import to_bytes32
from settlement.chain.reverts import (
    BusinessCalendarNotLoaded,
    RulebookRefused,
    TradeEscrowCreditExists,
    TradeEscrowInvalidTerms,
    TradeEscrowNotParty,
    TradeEscrowTermsChanged,
    TradeEscrowTooEarly,
    TradeEscrowTooLate,
)
from settlement.domain.events import CreditCancelled, CreditIssued, CreditOpened
from settlement.domain.participants import CreditState, Instrument, LicenceStatus
from settlement.domain.reasons import Reason
from settlement.domain.terms import Terms
from tests.chain.credits import AGREED, ANYBODY, FACE, FUND_UNTIL, OFFER_UNTIL, OFFERED, arrive, money
from tests.chain.expect import ask, call, expects, fact, facts, shown
from tests.world import COMPLIANCE, DAY, END, PROGRAMME, START, SUPERVISOR, WIND_DOWN_END, World, su

EVERYTHING: dict[str, Any] = {
    "issuer": "K",
    "confirmer": "N",
    "arbiter": "R",
    "instrument": Instrument.DEFERRED,
    "tolerance": 500,
    "demurrage": su(50),
    "retention": 1_000,
    "retention_period": 90 * DAY,
    "tenor": 30 * DAY,
    "award_period": 30 * DAY,
    "documents": 3,
}


@pytest.mark.rule("credit.draft")
def test_offer_stores_the_terms_and_tells_all_of_them(world: World) -> None:
    escrow = world.system.escrow
    terms = world.terms(**EVERYTHING)
    opened = escrow.open("B", terms)
    said = {f.name: getattr(terms, f.name) for f in fields(terms) if f.name != "ref"}
    said |= {"instrument": "DEFERRED", "instalments": [], "instalments_until": []}
    assert facts(opened) == [
        fact(CreditOpened, "B", credit="C1", **said, terms_hash=escrow.hash_of(terms).hex())
    ]
    assert escrow.terms_of("C1") == terms
    assert escrow.credit_of("C1").state is CreditState.DRAFT
    assert escrow.funding_of("C1") == terms.funding == su(1_100)
    assert escrow.credits() == ("C1",)
    assert money(world) == {}


@pytest.mark.rule("credit.draft", "actor.keys")
@pytest.mark.parametrize("actor", ["S", "C", "E", ANYBODY])
def test_only_the_applicant_offers(world: World, actor: str) -> None:
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        world.system.escrow.open(actor, world.terms())


@pytest.mark.rule("credit.draft")
def test_nobody_is_no_applicant(world: World) -> None:
    """A wallet that is nobody's is not that of an applicant without a name."""
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(ANYBODY))):
        world.system.escrow.open(ANYBODY, world.terms(applicant=""))


@pytest.mark.rule("actor.keys")
def test_retired_wallet_offers_nothing_and_the_new_one_does(world: World) -> None:
    world.system.participants.rotate_wallet(COMPLIANCE, SUPERVISOR, "B", "B", "B2")
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY):
        world.system.escrow.open("B", world.terms())
    world.system.escrow.open("B2", world.terms())
    assert world.system.escrow.credit_of("C1").state is CreditState.DRAFT


@pytest.mark.rule("credit.draft")
def test_reference_is_used_once_by_each_applicant(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    with expects(TradeEscrowCreditExists, Reason.ALREADY_USED):
        escrow.open("B", world.terms())
    escrow.open("C", world.terms(applicant="C"))
    assert escrow.credits() == ("C1", "C:C1")


@pytest.mark.rule("credit.draft")
def test_pitfall_07_ids_of_credits_and_bills_do_not_collide(world: World) -> None:
    system = world.system
    names = to_bytes32("B"), to_bytes32("C1")
    credit = ask(world, system.escrow, "creditId", *names)
    assert credit == keccak(encode(["bytes32", "bytes32"], names))
    ids = {
        credit,
        ask(world, system.escrow, "creditId", *reversed(names)),
        ask(world, system.escrow, "creditId", to_bytes32("BC"), to_bytes32("1")),
        ask(world, system.collections, "billId", *names),
    }
    assert len(ids) == 4


Invalid = dict[str, Any] | Callable[[Terms], dict[str, Any]]
PLAN = {
    "instalments": (su(400), su(600)),
    "instalments_until": (OFFER_UNTIL + 9 * DAY, OFFER_UNTIL + 19 * DAY),
}
ADVANCE = {"instrument": Instrument.ADVANCE, "advance": su(300), "return_period": 30 * DAY}
INVALID: dict[str, Invalid] = {
    "no reference": {"ref": ""},
    "offer has lapsed": {"offer_until": START - 1},
    "funding before the offer's end": {"fund_until": OFFER_UNTIL - 1},
    "shipment before funding": {"latest_shipment": FUND_UNTIL - 1},
    "expiry before shipment": lambda t: {"expiry": t.latest_shipment - 1},
    "nothing to pay": {"amount": 0},
    "amount beyond arithmetic": {"amount": 2**120},
    "demurrage beyond arithmetic": {"demurrage": 2**120},
    "tolerance above ten per cent": {"tolerance": 1_001},
    "everything retained": {"retention": 10_000, "retention_period": DAY},
    "retention without period": {"retention": 1_000},
    "retention for ever": {"retention": 1_000, "retention_period": 2 * 365 * DAY + 1},
    "no time to present": {"presentation_period": 0},
    "no documents": {"documents": 0},
    "more documents than a set has": {"documents": 31},
    "waiver for ever": {"waiver_window": 30 * DAY + 1},
    "arbiter without time": {"arbiter": "R"},
    "arbiter for ever": {"arbiter": "R", "award_period": 90 * DAY + 1},
    "examiner is the beneficiary": {"examiner": "S"},
    "examiner is the applicant": {"examiner": "B"},
    "arbiter is the beneficiary": {"arbiter": "S", "award_period": DAY},
    "arbiter is the applicant": {"arbiter": "B", "award_period": DAY},
    "arbiter is the examiner": {"arbiter": "E", "award_period": DAY},
    "arbiter is the issuer": {"arbiter": "R", "issuer": "R", "award_period": DAY},
    "arbiter is the confirmer": {"arbiter": "R", "confirmer": "R", "award_period": DAY},
    "issuer is the applicant": {"issuer": "B"},
    "issuer is the beneficiary": {"issuer": "S"},
    "confirmer is the applicant": {"confirmer": "B"},
    "confirmer is the beneficiary": {"confirmer": "S"},
    "issuer confirms itself": {"issuer": "K", "confirmer": "K"},
    "applicant pays itself": {"beneficiary": "B"},
    "nobody is paid": {"beneficiary": ""},
    "sight with a tenor": {"tenor": 1},
    "deferred without a tenor": {"instrument": Instrument.DEFERRED},
    "advance outside an advance credit": {"advance": 1},
    "guarantee outside an advance credit": {"guarantee": "G1"},
    "return period outside an advance credit": {"return_period": 1},
    "advance credit without an advance": ADVANCE | {"advance": 0},
    "advance above the amount": ADVANCE | {"advance": FACE + 1},
    "advance without a return period": ADVANCE | {"return_period": 0},
    "return for ever": ADVANCE | {"return_period": 2 * 365 * DAY + 1},
    "guarantee with a tenor": {"instrument": Instrument.GUARANTEE, "tenor": 1},
    "guarantee with demurrage": {"instrument": Instrument.GUARANTEE, "demurrage": 1},
    "guarantee with retention": {"instrument": Instrument.GUARANTEE, "retention": 1, "retention_period": 1},
    "guarantee in instalments": PLAN | {"instrument": Instrument.GUARANTEE},
    "collection is no credit": {"instrument": Instrument.COLLECTION},
    "open account is no credit": {"instrument": Instrument.OPEN_ACCOUNT},
    "instalments without times": PLAN | {"instalments_until": ()},
    "instalments that do not add up": PLAN | {"instalments": (su(400), su(601))},
    "instalment of nothing": PLAN | {"instalments": (0, FACE)},
    "instalments out of order": lambda t: PLAN | {"instalments_until": PLAN["instalments_until"][::-1]},
    "instalment after expiry": lambda t: PLAN | {"instalments_until": (t.expiry, t.expiry + 1)},
    "instalments with a tolerance": PLAN | {"tolerance": 1},
    "instalments drawn at once": PLAN | {"partial_draws": False},
    "more instalments than draws": {
        "instalments": (1,) * 100 + (FACE - 100,),
        "instalments_until": tuple(range(OFFER_UNTIL, OFFER_UNTIL + 101)),
    },
}


@pytest.mark.rule("actor.neutral", "op.open")
@pytest.mark.parametrize("case", INVALID)
def test_invalid_terms_are_refused(world: World, case: str) -> None:
    changes = INVALID[case]
    terms = world.terms()
    with expects(TradeEscrowInvalidTerms, Reason.TERMS_INVALID):
        world.system.escrow.open("B", replace(terms, **(changes(terms) if callable(changes) else changes)))


VALID: dict[str, dict[str, Any]] = {
    "everything at its bound": {
        "tolerance": 1_000,
        "retention": 9_999,
        "retention_period": 2 * 365 * DAY,
        "waiver_window": 30 * DAY,
        "arbiter": "R",
        "award_period": 90 * DAY,
        "documents": 30,
    },
    "deadlines on one second": {
        "offer_until": START + DAY,
        "fund_until": START + DAY,
        "latest_shipment": START + DAY,
        "expiry": START + DAY,
    },
    "instalments": PLAN,
    "advance of everything": ADVANCE | {"advance": FACE, "return_period": 2 * 365 * DAY},
    "milestone by an attestor": {"instrument": Instrument.MILESTONE, "examiner": "A"},
    "no window to waive": {"waiver_window": 0},
}


@pytest.mark.rule("op.open", "variant.tolerance", "variant.instalments", "variant.milestone")
@pytest.mark.parametrize("case", VALID)
def test_terms_at_their_bounds_are_accepted(world: World, case: str) -> None:
    terms = world.terms(**VALID[case])
    world.system.escrow.open("B", terms)
    assert world.system.escrow.terms_of("C1") == terms


@pytest.mark.rule("check.role", "check.participant", "check.residency-owner", "check.corridor")
@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"examiner": "A"}, Reason.ROLE_MISSING),
        ({"examiner": ""}, Reason.PARTICIPANT_UNKNOWN),
        ({"examiner": "nobody"}, Reason.PARTICIPANT_UNKNOWN),
        ({"instrument": Instrument.MILESTONE}, Reason.ROLE_MISSING),
        ({"issuer": "E"}, Reason.ROLE_MISSING),
        ({"confirmer": "E"}, Reason.ROLE_MISSING),
        ({"arbiter": "K", "award_period": DAY}, Reason.ROLE_MISSING),
        ({"beneficiary": "C"}, Reason.DOMESTIC_PAYMENT),
        ({"beneficiary": "H"}, Reason.DOMESTIC_PAYMENT),
        ({"beneficiary": "L"}, Reason.LISTED_PARTY),
        ({"beneficiary": "Z"}, Reason.CORRIDOR_CLOSED),
        ({"beneficiary": "E", "examiner": "A"}, Reason.ROLE_MISSING),
        ({"trade": "T-B-T"}, Reason.PURPOSE_MISMATCH),
        ({"trade": "nothing"}, Reason.PURPOSE_UNREGISTERED),
        ({"expiry": END + 1}, Reason.BEYOND_REGIME),
        ({"instrument": Instrument.DEFERRED, "tenor": 400 * DAY}, Reason.BEYOND_REGIME),
    ],
)
def test_rulebook_refuses_an_offer(world: World, changes: dict[str, Any], reason: Reason) -> None:
    terms = world.terms(beneficiary=changes.get("beneficiary", "S"))
    with expects(RulebookRefused, reason):
        world.system.escrow.open("B", replace(terms, **changes))


@pytest.mark.rule("op.open", "check.purpose")
def test_offer_needs_headroom_for_everything_that_is_locked(world: World) -> None:
    system, terms = world.system, world.terms(tolerance=500, demurrage=su(50))
    system.trades.amend("K", "T-B-S", su(1_100) - 1, WIND_DOWN_END)
    with expects(RulebookRefused, Reason.PURPOSE_EXHAUSTED):
        system.escrow.open("B", terms)
    system.trades.amend("K", "T-B-S", su(1_100), WIND_DOWN_END)
    system.escrow.open("B", terms)


@pytest.mark.rule("op.open", "check.licence", "check.kyc")
def test_files_must_outlast_expiry_and_tenor(world: World) -> None:
    system = world.system
    terms = world.terms(instrument=Instrument.DEFERRED, tenor=30 * DAY)
    last = terms.expiry + terms.tenor
    system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.ACTIVE, last - 1)
    with expects(RulebookRefused, Reason.LICENCE_EXPIRED):
        system.escrow.open("B", terms)
    system.participants.set_licence(SUPERVISOR, "S", LicenceStatus.ACTIVE, last)
    system.participants.set_kyc(SUPERVISOR, "B", last - 1)
    with expects(RulebookRefused, Reason.KYC_EXPIRED):
        system.escrow.open("B", terms)
    system.participants.set_kyc(SUPERVISOR, "B", last)
    system.escrow.open("B", terms)


@pytest.mark.rule("regime.programme-instruments")
def test_programme_admits_instruments(world: World) -> None:
    world.change_programme(replace(PROGRAMME, instruments=1 << Instrument.DEFERRED))
    with expects(RulebookRefused, Reason.INSTRUMENT_NOT_PERMITTED):
        world.system.escrow.open("B", world.terms())
    world.system.escrow.open("B", world.terms(instrument=Instrument.DEFERRED, tenor=DAY))


@pytest.mark.rule("regime.suspended-nothing-moves", "check.stage")
def test_suspended_regime_refuses_an_offer_and_an_agreement(world: World) -> None:
    system = arrive(world, OFFERED)
    system.regime.suspend(SUPERVISOR)
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.escrow.open("B", world.terms(ref="C2"))
    with expects(RulebookRefused, Reason.REGIME_SUSPENDED):
        system.escrow.issue("S", "C1")


@pytest.mark.rule("variant.banking-days")
def test_calendar_must_reach_beyond_the_last_examination(world: World) -> None:
    with expects(BusinessCalendarNotLoaded, Reason.CALENDAR_NOT_LOADED):
        world.system.escrow.open("B", world.terms(banking_place="XN"))


@pytest.mark.rule("credit.draft-issued")
def test_beneficiary_agrees(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    assert facts(escrow.issue("S", "C1")) == [fact(CreditIssued, "S", credit="C1")]
    assert escrow.credit_of("C1").state is CreditState.ISSUED


@pytest.mark.rule("credit.draft-issued")
@pytest.mark.parametrize("actor", ["B", "T", "E", ANYBODY])
def test_only_the_beneficiary_agrees(world: World, actor: str) -> None:
    escrow = arrive(world, OFFERED).escrow
    with expects(TradeEscrowNotParty, Reason.NOT_A_PARTY, shown(address_of(actor))):
        escrow.issue(actor, "C1")


@pytest.mark.rule("credit.draft-issued")
def test_agreement_is_to_the_stored_terms_only(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    others = escrow.hash_of(replace(escrow.terms_of("C1"), amount=FACE + 1))
    with expects(TradeEscrowTermsChanged, Reason.TERMS_CHANGED, escrow.hash_of(escrow.terms_of("C1"))):
        call(world, "S", escrow, "issue", world.system.chain.id_of("C1"), others)


@pytest.mark.rule("credit.draft-issued")
def test_agreement_is_in_time_to_the_second(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    snapshot = world.system.chain.snapshot()
    world.advance_to(OFFER_UNTIL + 1)
    with expects(TradeEscrowTooLate, Reason.TOO_LATE, OFFER_UNTIL):
        escrow.issue("S", "C1")
    world.system.chain.revert(snapshot)
    world.advance_to(OFFER_UNTIL)
    escrow.issue("S", "C1")


@pytest.mark.rule("op.open", "check.listed")
def test_agreement_asks_the_rulebook_again(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    world.list_party("S")
    with expects(RulebookRefused, Reason.LISTED_PARTY):
        escrow.issue("S", "C1")


@pytest.mark.rule("credit.draft-cancelled")
@pytest.mark.parametrize("actor", ["B", "S"])
def test_either_side_ends_an_offer(world: World, actor: str) -> None:
    escrow = arrive(world, OFFERED).escrow
    assert facts(escrow.cancel(actor, "C1")) == [fact(CreditCancelled, actor, credit="C1", refunded=0)]
    assert escrow.credit_of("C1").state is CreditState.CANCELLED


@pytest.mark.rule("credit.draft-cancelled")
def test_pitfall_07_others_end_an_offer_only_after_it_lapsed(world: World) -> None:
    escrow = arrive(world, OFFERED).escrow
    world.advance_to(OFFER_UNTIL)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, OFFER_UNTIL):
        escrow.cancel(ANYBODY, "C1")
    escrow.cancel(ANYBODY, "C1")
    assert escrow.credit_of("C1").state is CreditState.CANCELLED


@pytest.mark.rule("credit.issued-cancelled")
@pytest.mark.parametrize("actor", ["B", "S", ANYBODY])
def test_pitfall_07_agreed_credit_ends_only_when_it_was_not_funded_in_time(world: World, actor: str) -> None:
    escrow = arrive(world, AGREED).escrow
    world.advance_to(FUND_UNTIL)
    with expects(TradeEscrowTooEarly, Reason.TOO_EARLY, FUND_UNTIL):
        escrow.cancel(actor, "C1")
    assert facts(escrow.cancel(actor, "C1")) == [fact(CreditCancelled, actor, credit="C1", refunded=0)]
