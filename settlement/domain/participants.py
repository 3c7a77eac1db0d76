"""Who takes part, and under which terms of the regime."""

from enum import Enum, IntEnum, IntFlag


class Role(IntFlag):
    """What a participant may act as; bits combine. Values are those of ``Role.sol``."""

    SETTLER = 1  #: authorised entity that settles foreign trade for domestic traders
    COUNTERPARTY = 2  #: trader abroad
    EXAMINER = 4  #: examines documents under a credit
    MINER = 8  #: authorised entity that mines and delivers output
    BANK = 16  #: sponsors, issues, confirms, guarantees
    INTERMEDIARY = 32  #: acts abroad for foreign counterparties
    ATTESTOR = 64  #: signs milestones, mining output and deliveries
    ADMINISTRATOR = 128  #: winds down open positions; exits only
    ARBITER = 256  #: decides disputes


class OwnershipClass(IntEnum):
    """Who owns an authorised entity; phases admit classes. Values are those of ``IParticipants``."""

    STATE = 0
    PRIVATE = 1


class LicenceStatus(IntEnum):
    """Standing of a participant's licence. Values are those of ``IParticipants``."""

    NONE = 0
    ACTIVE = 1
    SUSPENDED = 2
    REVOKED = 3


class Screening(IntEnum):
    """Latest screening result; CLEAR and FALSE_POSITIVE pass. Values are those of ``IParticipants``."""

    UNSCREENED = 0
    CLEAR = 1
    POTENTIAL = 2  #: a possible match: value stops until it is cleared
    TRUE_MATCH = 3  #: a listed party: nothing reaches it
    FALSE_POSITIVE = 4  #: a hit that two reviewers cleared


class Stage(IntEnum):
    """Stage of the regime. Values are those of ``IRegime``."""

    DRAFT = 0
    APPROVED = 1
    ACTIVE = 2
    SUSPENDED = 3
    WIND_DOWN = 4
    EXPIRED = 5


class Access(IntEnum):
    """How counterparties of a foreign jurisdiction may be dealt with. Values are those of ``IRegime``."""

    NONE = 0
    VIA_INTERMEDIARY = 1
    DIRECT = 2


class Flow(IntEnum):
    """A typed movement of SU. Values are those of ``IRulebook``."""

    DIRECT = 0
    FUND = 1
    PAY = 2
    REFUND = 3
    ISSUE = 4
    REDEEM = 5
    SEIZE = 6
    NET_LEG = 7
    INTAKE = 8
    CONVERT = 9
    AWARD = 10
    RECOVERY = 11


#: What a refusal may name as tried besides a flow: steps that move no value.
STEPS = (
    "OPEN", "AGREE", "CANCEL", "PRESENT", "ACCEPT", "NOTICE", "DEEM_ACCEPTED", "WAIVE", "RETURN",
    "APPROVE", "FREEZE", "SCREEN", "LICENCE", "KYC", "OWNER", "REGISTER", "ADD_WALLET", "DRAFT",
    "ACTIVATE", "PROPOSE_PHASE", "APPROVE_PHASE", "SUSPEND", "RESUME", "WIND_DOWN", "LOAD",
    "RETIRE_WALLET", "ROTATE_WALLET", "SPONSOR", "INTERMEDIARY", "CAP", "PUBLISH_LIST", "RESOLVE",
    "REGISTER_TRADE", "AMEND_TRADE", "RECORD_TRAVEL", "DESIGNATE", "REGISTER_MODULE", "SET_QUARANTINE",
    "ENTER", "PROPOSE_WITHDRAWAL", "WITHDRAW", "LAPSE", "EXCLUDE", "READMIT", "SWEEP",
    "RELEASE", "CLAIM", "RELEASE_EARMARK", "SELL_COINS", "PROPOSE", "SCHEDULE", "CANCEL_CALL", "WIRE",
    "AMEND", "CANCEL_BY_CONSENT", "HOLD", "BLOCK", "REJECT", "DISPUTE", "OVERDUE", "OFFER", "DEFAULT",
    "FEED", "POST_PRICE", "RESET_BREAKER", "MINT", "BURN", "PAY_DRL", "QUOTE", "DESK_LIMITS", "REGION",
    "RIG", "NETWORK", "ATTEST", "REVOKE", "ORDER",
)  # fmt: skip


class ItemState(IntEnum):
    """State of an item in quarantine. Values are those of ``IQuarantine``."""

    NONE = 0
    HELD = 1
    TO_PAYEE = 2
    TO_PAYER = 3
    CLAIMED = 4


class Instrument(IntEnum):
    """Kind of undertaking; the programme admits each. Values are those of ``ITradeEscrow``."""

    SIGHT = 0  #: paid on acceptance
    DEFERRED = 1  #: paid a tenor after it
    MILESTONE = 2  #: an attestation stands for documents
    ADVANCE = 3  #: part is paid before delivery
    GUARANTEE = 4  #: a standby credit, drawn on by a demand
    COLLECTION = 5  #: documents against payment, unfunded
    OPEN_ACCOUNT = 6  #: paid when due, unfunded


class CreditState(IntEnum):
    """State of a documentary credit. Values are those of ``ITradeEscrow``."""

    NONE = 0
    DRAFT = 1
    ISSUED = 2
    ACTIVE = 3
    CLOSED = 4
    CANCELLED = 5
    EXPIRED = 6
    DISPUTED = 7
    BLOCKED = 8
    WOUND_DOWN = 9


class DrawKind(IntEnum):
    """What a draw is for. Values are those of ``IPresentations.Kind``."""

    DOCUMENTS = 0
    ADVANCE = 1
    DELIVERY = 2  #: shows the delivery that an advance was paid for; draws nothing
    DEMURRAGE = 3


class DrawState(IntEnum):
    """State of a draw under a credit. Values are those of ``IPresentations``."""

    NONE = 0
    PRESENTED = 1
    DISCREPANT = 2
    RETURNED = 3
    ACCEPTED = 4
    PAID = 5
    FINAL = 6


class BillState(IntEnum):
    """State of a bill, an unfunded instrument. Values are those of ``ICollections``."""

    NONE = 0
    OFFERED = 1
    AGREED = 2
    PRESENTED = 3
    PAID = 4
    RETURNED = 5
    DEFAULTED = 6
    CANCELLED = 7


class Office(Enum):
    """Public offices of the regime: they act on the contracts but hold no SU."""

    SUPERVISOR = "supervisor"
    CO_APPROVER = "co-approver"
    COMPLIANCE = "compliance"  #: the first of two reviewers
    SECOND_REVIEWER = "second reviewer"  #: the other one
    RAMP = "ramp"
    CLEARING = "clearing"  #: chooses what the clearing house settles
    SPONSOR = "sponsoring bank"  #: stands behind every entity of a scenario and registers its trades
    TREASURY = "treasury"  #: brings the domestic currency into circulation and takes it out
    DESK = "desk"  #: posts the quotes of the conversion desk
    FEEDER_1 = "feeder 1"  #: feeders tell the oracle what things are worth
    FEEDER_2 = "feeder 2"
    FEEDER_3 = "feeder 3"
    KEEPER = "keeper"  #: calls what the rules let anybody call once a deadline has passed
