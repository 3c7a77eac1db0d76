"""The words that stand for values of the domain: kinds, states, flows, reasons."""

from typing import Annotated

from settlement.domain.notes import NoteKind
from settlement.domain.obligations import Algorithm, ObligationState
from settlement.domain.participants import (
    STEPS,
    Access,
    BillState,
    CreditState,
    DrawKind,
    DrawState,
    Flow,
    Instrument,
    LicenceStatus,
    OwnershipClass,
    Role,
    Screening,
)
from settlement.domain.quotes import QuoteSide
from settlement.domain.reasons import Reason
from settlement.scenario.flow_terms import LONGEST_DAYS
from settlement.scenario.forms import choice_form

FlowWord = Annotated[str, choice_form("a flow or step", {w: w for w in (*Flow.__members__, *STEPS)})]
Kind = Annotated[
    Role,
    choice_form(
        "a kind of participant",
        {
            "authorised entity": Role.SETTLER,
            "mining entity": Role.SETTLER | Role.MINER,
            "miner": Role.MINER,
            "counterparty": Role.COUNTERPARTY,
            "intermediary": Role.INTERMEDIARY,
            "examiner": Role.EXAMINER,
            "bank": Role.BANK,
            "attestor": Role.ATTESTOR,
            "arbiter": Role.ARBITER,
            "administrator": Role.ADMINISTRATOR,
        },
    ),
]
Ownership = Annotated[
    OwnershipClass,
    choice_form("an ownership class", {"state": OwnershipClass.STATE, "private": OwnershipClass.PRIVATE}),
]
ScreeningResult = Annotated[
    Screening,
    choice_form(
        "a screening result",
        {"clear": Screening.CLEAR, "potential": Screening.POTENTIAL, "true match": Screening.TRUE_MATCH},
    ),
]
Standing = Annotated[
    LicenceStatus,
    choice_form(
        "a licence status",
        {
            "active": LicenceStatus.ACTIVE,
            "suspended": LicenceStatus.SUSPENDED,
            "revoked": LicenceStatus.REVOKED,
        },
    ),
]
CreditEnd = Annotated[
    CreditState,
    choice_form("a credit state", {s.name: s for s in CreditState if s is not CreditState.NONE}),
]
DrawEnd = Annotated[
    DrawState, choice_form("a draw state", {s.name: s for s in DrawState if s is not DrawState.NONE})
]
Refusal = Annotated[Reason, choice_form("a reason", {r.name: r for r in Reason if r is not Reason.OK})]
BillEnd = Annotated[
    BillState, choice_form("a bill state", {s.name: s for s in BillState if s is not BillState.NONE})
]
ObligationEnd = Annotated[
    ObligationState,
    choice_form("an obligation state", {s.name: s for s in ObligationState if s is not ObligationState.NONE}),
]
AccessWord = Annotated[
    Access,
    choice_form(
        "an interaction level",
        {"none": Access.NONE, "via intermediary": Access.VIA_INTERMEDIARY, "direct": Access.DIRECT},
    ),
]
_INSTRUMENTS = {instrument.name.lower().replace("_", " "): instrument for instrument in Instrument}
InstrumentWord = Annotated[Instrument, choice_form("an instrument", _INSTRUMENTS)]
CreditForm = Annotated[
    Instrument,
    choice_form(
        "a form of credit",
        {
            "documentary": Instrument.SIGHT,
            "milestone": Instrument.MILESTONE,
            "advance": Instrument.ADVANCE,
            "guarantee": Instrument.GUARANTEE,
        },
    ),
]
BillKind = Annotated[
    Instrument,
    choice_form(
        "a kind of bill", {"collection": Instrument.COLLECTION, "open account": Instrument.OPEN_ACCOUNT}
    ),
]
DrawWord = Annotated[DrawKind, choice_form("a kind of draw", {kind.name.lower(): kind for kind in DrawKind})]
Side = Annotated[QuoteSide, choice_form("a side", {"buys": QuoteSide.SELLS_SU, "sells": QuoteSide.BUYS_SU})]
#: What a flow may draw; clearing stands for an obligation.
InstrumentName = Annotated[
    str,
    choice_form(
        "an instrument of a flow",
        {w: w for w in LONGEST_DAYS},
    ),
]
AlgorithmName = Annotated[str, choice_form("an algorithm", {a.value: a.value for a in Algorithm})]
MatchPolicy = Annotated[str, choice_form("a policy", {w: w for w in ("block", "reject")})]
AssetName = Annotated[str, choice_form("an asset", {"SU": "SU", "COIN": "COIN"})]
AlertWord = Annotated[NoteKind, choice_form("a kind of alert", {kind.value: kind for kind in NoteKind})]
