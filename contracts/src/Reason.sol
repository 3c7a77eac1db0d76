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

    /// @notice A party is not in the participant registry.
    uint8 internal constant PARTICIPANT_UNKNOWN = 30;

    /// @notice A party has no licence.
    uint8 internal constant LICENCE_MISSING = 40;

    /// @notice A party's licence is suspended.
    uint8 internal constant LICENCE_SUSPENDED = 41;

    /// @notice A party's licence is revoked.
    uint8 internal constant LICENCE_REVOKED = 42;

    /// @notice A party's licence ends too early.
    uint8 internal constant LICENCE_EXPIRED = 43;

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

    /// @notice A party is unscreened or on a screening hold.
    uint8 internal constant SCREENING_HOLD = 110;

    /// @notice A party is listed.
    uint8 internal constant LISTED_PARTY = 120;

    /// @notice The amount is frozen.
    uint8 internal constant FROZEN = 180;

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
        if (reason == PARTICIPANT_UNKNOWN) return "A party is not in the participant registry.";
        if (reason == LICENCE_MISSING) return "A party has no licence.";
        if (reason == LICENCE_SUSPENDED) return "A party's licence is suspended.";
        if (reason == LICENCE_REVOKED) return "A party's licence is revoked.";
        if (reason == LICENCE_EXPIRED) return "A party's licence ends too early.";
        if (reason == ROLE_MISSING) return "A party does not hold the role this flow needs.";
        if (reason == KYC_EXPIRED) return "A party's KYC ends too early.";
        if (reason == PHASE_CLOSED) return "The current phase does not admit this ownership class.";
        if (reason == DOMESTIC_PAYMENT) return "Payer and payee are both resident.";
        if (reason == NO_RESIDENT_PARTY) return "Neither party is resident.";
        if (reason == SCREENING_HOLD) return "A party is unscreened or on a screening hold.";
        if (reason == LISTED_PARTY) return "A party is listed.";
        if (reason == FROZEN) return "The amount is frozen.";
        if (reason == INSUFFICIENT_BALANCE) return "The balance is too small.";
        if (reason == INSUFFICIENT_ALLOWANCE) return "The spender's allowance is too small.";
        return "";
    }
}
