"""Why an operation is refused: the one table that contracts, Python and docs share.

Codes below 200 are answers of the Rulebook. Their tens are the position of the check in the order
of the rules (stage 1, flow 2, participant 3, licence 4, role 5, KYC 6, phase 7, residency 8,
corridor 9, intermediary 10, screening hold 11, listed party 12, stale list 13, purpose 14,
travel rule 15, caps 16, exposure and reserve 17, frozen 18, balance 19), so a new check finds its
place without renumbering. Codes from 200 are guards of a single operation.
``scripts/build_contracts.py`` writes ``contracts/src/Reason.sol`` from this table.
"""

from enum import IntEnum


class Reason(IntEnum):
    """A stable code for why not, with one English sentence and one remedy."""

    sentence: str
    remedy: str

    def __new__(cls, code: int, sentence: str = "", remedy: str = "") -> "Reason":
        """Attach the sentence and the remedy to the code."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.sentence = sentence
        member.remedy = remedy
        return member

    @property
    def is_rule(self) -> bool:
        """Whether the Rulebook answers with it (so that the contracts know the code)."""
        return self < 200

    OK = 0, "Every check passes.", "None is needed."

    REGIME_NOT_ACTIVE = (
        10,
        "The regime has not started.",
        "Wait until the programme is approved and activated.",
    )
    REGIME_SUSPENDED = 11, "The regime is suspended; no value moves.", "Wait until the supervisor resumes it."
    REGIME_WINDING_DOWN = 12, "The regime is winding down; only exits pass.", "Settle or refund what is open."
    REGIME_EXPIRED = 13, "The regime has expired; only claims pass.", "Claim what is still locked."
    BEYOND_REGIME = 14, "The term would outlast the regime.", "Choose an expiry and tenor that end before it."

    FLOW_NOT_PERMITTED = (
        20,
        "The programme does not permit this flow.",
        "Settle through a documentary credit.",
    )
    INSTRUMENT_NOT_PERMITTED = (
        21,
        "The programme does not permit this instrument.",
        "Choose one that it permits.",
    )

    PARTICIPANT_UNKNOWN = (
        30,
        "A party is not in the participant registry.",
        "Have the supervisor register it.",
    )
    WALLET_RETIRED = 31, "The wallet is retired.", "Use the participant's present wallet."

    LICENCE_MISSING = 40, "A party has no licence.", "Have the supervisor grant one."
    LICENCE_SUSPENDED = 41, "A party's licence is suspended.", "Wait until the supervisor restores it."
    LICENCE_REVOKED = 42, "A party's licence is revoked.", "Wind down its open positions."
    LICENCE_EXPIRED = 43, "A party's licence ends too early.", "Have the supervisor extend it."
    SPONSOR_MISSING = (
        44,
        "No bank in good standing sponsors the entity.",
        "Find a sponsoring bank and have it recorded.",
    )

    ROLE_MISSING = 50, "A party does not hold the role this flow needs.", "Register the role it acts in."

    KYC_EXPIRED = 60, "A party's KYC ends too early.", "Renew its KYC."

    PHASE_CLOSED = (
        70,
        "The current phase does not admit this ownership class.",
        "Wait for the phase that opens it.",
    )

    DOMESTIC_PAYMENT = 80, "Payer and payee are both resident.", "Pay in the domestic currency."
    NO_RESIDENT_PARTY = (
        81,
        "Neither party is resident.",
        "Only an authorised entity's foreign trade is in scope.",
    )
    RESIDENTS_ONLY = (
        82,
        "The domestic currency is held by participants established at home.",
        "Settle with parties abroad in SU.",
    )

    CORRIDOR_CLOSED = 90, "The programme opens no corridor to that jurisdiction.", "None until it opens one."

    INTERMEDIARY_MISSING = (
        100,
        "The corridor asks for an intermediary; there is none.",
        "Have an authorised intermediary recorded.",
    )
    INTERMEDIARY_UNAUTHORISED = (
        101,
        "The intermediary is not abroad or not in good standing.",
        "Trade through one in good standing.",
    )

    SCREENING_HOLD = 110, "A party is unscreened or on a screening hold.", "Wait for the compliance review."

    LISTED_PARTY = 120, "A party is listed.", "None: nothing may reach it."

    LIST_STALE = (
        130,
        "A party was not screened against a fresh list.",
        "Wait for compliance to screen against a fresh list.",
    )

    PURPOSE_UNREGISTERED = (
        140,
        "The payment names no registered trade.",
        "Have the sponsoring bank register the trade, and name it.",
    )
    PURPOSE_MISMATCH = 141, "The trade is between other parties.", "Name a trade of these two parties."
    GOODS_OUT_OF_SCOPE = (
        142,
        "The programme's scope does not cover the goods.",
        "None: they stay out of scope.",
    )
    PURPOSE_EXPIRED = 143, "The term of the trade has ended.", "Have the sponsoring bank extend it."
    PURPOSE_EXHAUSTED = (
        144,
        "The trade has not so much headroom left.",
        "Have the sponsoring bank amend its value.",
    )

    TRAVEL_DATA_MISSING = (
        150,
        "The trade has no travel-rule record.",
        "Record the hash of the travel-rule data first.",
    )

    CAP_PAYMENT = 160, "The amount is above the cap for one payment.", "Pay less at once."
    CAP_DAILY = (
        161,
        "The entity's cap for any 24 hours would be exceeded.",
        "Wait until the window has moved.",
    )
    CAP_PERIOD = 162, "The entity's cap for any period would be exceeded.", "Wait until the window has moved."
    CAP_ENTITY = (
        163,
        "The cap in the entity's licence would be exceeded.",
        "Wait, or have the supervisor raise it.",
    )
    CAP_CORRIDOR = 164, "The corridor's cap would be exceeded.", "Wait until the window has moved."
    CAP_CLASS = 165, "The ownership class's cap would be exceeded.", "Wait until the window has moved."
    CAP_REGIME = 166, "The regime's cap would be exceeded.", "Wait until the window has moved."

    EXPOSURE_EXCEEDED = (
        170,
        "The entity would hold more SU than it may.",
        "Use or redeem what it holds first.",
    )
    HOLDING_OVERDUE = (
        171,
        "The entity has held SU for longer than it may.",
        "Use or redeem what it holds first.",
    )
    RESERVE_SHORT = 172, "The reserve would not cover the supply.", "Add to the reserve first."
    PRICE_STALE = (
        173,
        "There is no fresh price to rely on.",
        "Wait for the feeders, or have the breaker reset.",
    )

    FROZEN = 180, "The amount is frozen.", "Ask the supervisor to release it."
    EARMARKED = 181, "The amount is earmarked for another trade.", "Pay under the trade it is earmarked for."

    INSUFFICIENT_BALANCE = (
        190,
        "The balance is too small.",
        "Acquire what is missing first: SU through the ramp or the desk, DRL from the treasury or the desk.",
    )
    INSUFFICIENT_ALLOWANCE = 191, "The spender's allowance is too small.", "Approve the amount first."

    UNAUTHORISED = 200, "The caller does not hold the office this needs.", "Call from the office's account."
    NOT_A_PARTY = 201, "The caller is not the party that may do this.", "Call from the party's wallet."
    SAME_PERSON = 202, "The same person proposed it.", "Have the other office approve it."
    NOT_PROPOSED = 203, "Nobody proposed this very act.", "Have the first of the two people propose it."
    WRONG_STATE = 210, "The state does not allow this step.", "Follow the order of the state machine."
    WRONG_PHASE = 211, "Phases open one after the other.", "Propose the next phase, and approve it."
    ON_HOLD = 212, "A compliance hold stops this, or there is none to end.", "Wait for the two reviewers."
    DRAWS_OPEN = 213, "Draws, retention or an advance are still open.", "Settle them, or wait for their time."
    TOO_EARLY = 220, "The time for this step has not come.", "Wait for it."
    TOO_LATE = 221, "The time for this step has passed.", "Use the way out that the state has by time."
    TERMS_INVALID = 230, "The terms contradict themselves or the rules.", "Correct the terms."
    TERMS_CHANGED = (
        231,
        "The terms agreed to are not the terms stored.",
        "Read the stored terms and agree again.",
    )
    AMOUNT_OUT_OF_TERMS = 232, "The amount does not fit the terms.", "Draw within the undrawn amount."
    NOT_IN_TERMS = 233, "The terms do not provide for this, or not now.", "Amend them first."
    INSTALMENT_MISSED = (
        234,
        "The instalment was missed, and with it the later ones, or the one before is under way.",
        "Wait for the one before; what was missed is lost.",
    )
    NOT_GUARANTEED = (
        235,
        "The guarantee behind the advance does not cover it.",
        "Have a guarantee issued that covers it for so long.",
    )
    DOCUMENTS_INCOMPLETE = 240, "The document set is not what the terms ask for.", "Present every document."
    DOCUMENT_REUSED = (
        241,
        "The transport document was presented before.",
        "Present the original of this shipment.",
    )
    CALENDAR_NOT_LOADED = 242, "The holiday calendar does not reach that day.", "Have the supervisor load it."
    ALREADY_USED = 250, "The identifier was used before.", "Use a fresh one."
    SIGNATURE_INVALID = 260, "The signature is not valid.", "Sign again with the holder's key."
    PROTECTED_ACCOUNT = (
        270,
        "A module's or one's own account cannot be seized, recovered or frozen.",
        "Act on the participant.",
    )
    PRICE_BREAKER = (
        280,
        "The price moved too far at once.",
        "Have two people look at it and reset the breaker.",
    )
    PRICE_OUT_OF_SPREAD = (
        281,
        "The price is outside the spread around the market.",
        "Quote closer to the market.",
    )
    IMPLAUSIBLE_OUTPUT = (
        282,
        "The rig, the time and the network do not explain this output.",
        "Attest what the rig can have mined.",
    )
    REGION_CLOSED = 283, "Mining is not permitted in that region.", "None until the supervisor permits it."
    NOT_ORDERED = 284, "The other party did not agree to this delivery.", "Have it order this very delivery."
    OUT_OF_ORDER = (
        290,
        "An earlier obligation of the payer would be left behind.",
        "Choose the front of each payer's queue.",
    )
    MEMBER_EXCLUDED = (
        291,
        "The member is excluded from clearing.",
        "Have it readmitted once the Rulebook passes it.",
    )
    IN_GOOD_STANDING = (
        292,
        "The Rulebook passes the member, so nothing excludes it.",
        "None: it takes part in clearing.",
    )
