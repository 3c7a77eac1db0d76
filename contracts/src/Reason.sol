// SPDX-License-Identifier: MIT
// Written by scripts/build_contracts.py from settlement/domain/reasons.py; do not edit.
pragma solidity ^0.8.37;

/// @title Stable codes of why an operation is refused
/// @notice The answers of the Rulebook, in the order of its checks.
library Reason {
    /// @notice Every check passes.
    uint8 internal constant OK = 0;

    /// @notice The regime has not started.
    uint8 internal constant REGIME_NOT_ACTIVE = 10;

    /// @notice The regime is suspended; no value moves.
    uint8 internal constant REGIME_SUSPENDED = 11;

    /// @notice The regime is winding down; only exits pass.
    uint8 internal constant REGIME_WINDING_DOWN = 12;

    /// @notice The regime has expired; only claims pass.
    uint8 internal constant REGIME_EXPIRED = 13;

    /// @notice The term would outlast the regime.
    uint8 internal constant BEYOND_REGIME = 14;

    /// @notice The programme does not permit this flow.
    uint8 internal constant FLOW_NOT_PERMITTED = 20;

    /// @notice The programme does not permit this instrument.
    uint8 internal constant INSTRUMENT_NOT_PERMITTED = 21;

    /// @notice A party is not in the participant registry.
    uint8 internal constant PARTICIPANT_UNKNOWN = 30;

    /// @notice The wallet is retired.
    uint8 internal constant WALLET_RETIRED = 31;

    /// @notice A party has no licence.
    uint8 internal constant LICENCE_MISSING = 40;

    /// @notice A party's licence is suspended.
    uint8 internal constant LICENCE_SUSPENDED = 41;

    /// @notice A party's licence is revoked.
    uint8 internal constant LICENCE_REVOKED = 42;

    /// @notice A party's licence ends too early.
    uint8 internal constant LICENCE_EXPIRED = 43;

    /// @notice No bank in good standing sponsors the entity.
    uint8 internal constant SPONSOR_MISSING = 44;

    /// @notice A party does not hold the role this flow needs.
    uint8 internal constant ROLE_MISSING = 50;

    /// @notice A party's KYC ends too early.
    uint8 internal constant KYC_EXPIRED = 60;

    /// @notice The current phase does not admit this ownership class.
    uint8 internal constant PHASE_CLOSED = 70;

    /// @notice Payer and payee are both resident.
    uint8 internal constant DOMESTIC_PAYMENT = 80;

    /// @notice Neither party is resident.
    uint8 internal constant NO_RESIDENT_PARTY = 81;

    /// @notice The domestic currency is held by participants established at home.
    uint8 internal constant RESIDENTS_ONLY = 82;

    /// @notice The programme opens no corridor to that jurisdiction.
    uint8 internal constant CORRIDOR_CLOSED = 90;

    /// @notice The corridor asks for an intermediary; there is none.
    uint8 internal constant INTERMEDIARY_MISSING = 100;

    /// @notice The intermediary is not abroad or not in good standing.
    uint8 internal constant INTERMEDIARY_UNAUTHORISED = 101;

    /// @notice A party is unscreened or on a screening hold.
    uint8 internal constant SCREENING_HOLD = 110;

    /// @notice A party is listed.
    uint8 internal constant LISTED_PARTY = 120;

    /// @notice A party was not screened against a fresh list.
    uint8 internal constant LIST_STALE = 130;

    /// @notice The payment names no registered trade.
    uint8 internal constant PURPOSE_UNREGISTERED = 140;

    /// @notice The trade is between other parties.
    uint8 internal constant PURPOSE_MISMATCH = 141;

    /// @notice The programme's scope does not cover the goods.
    uint8 internal constant GOODS_OUT_OF_SCOPE = 142;

    /// @notice The term of the trade has ended.
    uint8 internal constant PURPOSE_EXPIRED = 143;

    /// @notice The trade has not so much headroom left.
    uint8 internal constant PURPOSE_EXHAUSTED = 144;

    /// @notice The trade has no travel-rule record.
    uint8 internal constant TRAVEL_DATA_MISSING = 150;

    /// @notice The amount is above the cap for one payment.
    uint8 internal constant CAP_PAYMENT = 160;

    /// @notice The entity's cap for any 24 hours would be exceeded.
    uint8 internal constant CAP_DAILY = 161;

    /// @notice The entity's cap for any period would be exceeded.
    uint8 internal constant CAP_PERIOD = 162;

    /// @notice The cap in the entity's licence would be exceeded.
    uint8 internal constant CAP_ENTITY = 163;

    /// @notice The corridor's cap would be exceeded.
    uint8 internal constant CAP_CORRIDOR = 164;

    /// @notice The ownership class's cap would be exceeded.
    uint8 internal constant CAP_CLASS = 165;

    /// @notice The regime's cap would be exceeded.
    uint8 internal constant CAP_REGIME = 166;

    /// @notice The entity would hold more SU than it may.
    uint8 internal constant EXPOSURE_EXCEEDED = 170;

    /// @notice The entity has held SU for longer than it may.
    uint8 internal constant HOLDING_OVERDUE = 171;

    /// @notice The reserve would not cover the supply.
    uint8 internal constant RESERVE_SHORT = 172;

    /// @notice There is no fresh price to rely on.
    uint8 internal constant PRICE_STALE = 173;

    /// @notice The amount is frozen.
    uint8 internal constant FROZEN = 180;

    /// @notice The amount is earmarked for another trade.
    uint8 internal constant EARMARKED = 181;

    /// @notice The balance is too small.
    uint8 internal constant INSUFFICIENT_BALANCE = 190;

    /// @notice The spender's allowance is too small.
    uint8 internal constant INSUFFICIENT_ALLOWANCE = 191;

    /// @notice The sentence behind `reason`; empty for a code that no rule has.
    function message(uint8 reason) internal pure returns (string memory) {
        if (reason == OK) return "Every check passes.";
        if (reason == REGIME_NOT_ACTIVE) return "The regime has not started.";
        if (reason == REGIME_SUSPENDED) return "The regime is suspended; no value moves.";
        if (reason == REGIME_WINDING_DOWN) return "The regime is winding down; only exits pass.";
        if (reason == REGIME_EXPIRED) return "The regime has expired; only claims pass.";
        if (reason == BEYOND_REGIME) return "The term would outlast the regime.";
        if (reason == FLOW_NOT_PERMITTED) return "The programme does not permit this flow.";
        if (reason == INSTRUMENT_NOT_PERMITTED) return "The programme does not permit this instrument.";
        if (reason == PARTICIPANT_UNKNOWN) return "A party is not in the participant registry.";
        if (reason == WALLET_RETIRED) return "The wallet is retired.";
        if (reason == LICENCE_MISSING) return "A party has no licence.";
        if (reason == LICENCE_SUSPENDED) return "A party's licence is suspended.";
        if (reason == LICENCE_REVOKED) return "A party's licence is revoked.";
        if (reason == LICENCE_EXPIRED) return "A party's licence ends too early.";
        if (reason == SPONSOR_MISSING) return "No bank in good standing sponsors the entity.";
        if (reason == ROLE_MISSING) return "A party does not hold the role this flow needs.";
        if (reason == KYC_EXPIRED) return "A party's KYC ends too early.";
        if (reason == PHASE_CLOSED) return "The current phase does not admit this ownership class.";
        if (reason == DOMESTIC_PAYMENT) return "Payer and payee are both resident.";
        if (reason == NO_RESIDENT_PARTY) return "Neither party is resident.";
        if (reason == RESIDENTS_ONLY) return "The domestic currency is held by participants established at home.";
        if (reason == CORRIDOR_CLOSED) return "The programme opens no corridor to that jurisdiction.";
        if (reason == INTERMEDIARY_MISSING) return "The corridor asks for an intermediary; there is none.";
        if (reason == INTERMEDIARY_UNAUTHORISED) return "The intermediary is not abroad or not in good standing.";
        if (reason == SCREENING_HOLD) return "A party is unscreened or on a screening hold.";
        if (reason == LISTED_PARTY) return "A party is listed.";
        if (reason == LIST_STALE) return "A party was not screened against a fresh list.";
        if (reason == PURPOSE_UNREGISTERED) return "The payment names no registered trade.";
        if (reason == PURPOSE_MISMATCH) return "The trade is between other parties.";
        if (reason == GOODS_OUT_OF_SCOPE) return "The programme's scope does not cover the goods.";
        if (reason == PURPOSE_EXPIRED) return "The term of the trade has ended.";
        if (reason == PURPOSE_EXHAUSTED) return "The trade has not so much headroom left.";
        if (reason == TRAVEL_DATA_MISSING) return "The trade has no travel-rule record.";
        if (reason == CAP_PAYMENT) return "The amount is above the cap for one payment.";
        if (reason == CAP_DAILY) return "The entity's cap for any 24 hours would be exceeded.";
        if (reason == CAP_PERIOD) return "The entity's cap for any period would be exceeded.";
        if (reason == CAP_ENTITY) return "The cap in the entity's licence would be exceeded.";
        if (reason == CAP_CORRIDOR) return "The corridor's cap would be exceeded.";
        if (reason == CAP_CLASS) return "The ownership class's cap would be exceeded.";
        if (reason == CAP_REGIME) return "The regime's cap would be exceeded.";
        if (reason == EXPOSURE_EXCEEDED) return "The entity would hold more SU than it may.";
        if (reason == HOLDING_OVERDUE) return "The entity has held SU for longer than it may.";
        if (reason == RESERVE_SHORT) return "The reserve would not cover the supply.";
        if (reason == PRICE_STALE) return "There is no fresh price to rely on.";
        if (reason == FROZEN) return "The amount is frozen.";
        if (reason == EARMARKED) return "The amount is earmarked for another trade.";
        if (reason == INSUFFICIENT_BALANCE) return "The balance is too small.";
        if (reason == INSUFFICIENT_ALLOWANCE) return "The spender's allowance is too small.";
        return "";
    }
}
