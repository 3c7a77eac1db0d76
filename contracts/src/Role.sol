// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title What a participant may act as; bits combine
library Role {
    /// @notice Authorised entity that settles foreign trade for domestic traders.
    uint16 internal constant SETTLER = 1;

    /// @notice Trader abroad.
    uint16 internal constant COUNTERPARTY = 2;

    /// @notice Examines documents under a credit.
    uint16 internal constant EXAMINER = 4;

    /// @notice Authorised entity that mines and delivers output.
    uint16 internal constant MINER = 8;

    /// @notice Bank: sponsors, issues, confirms, guarantees.
    uint16 internal constant BANK = 16;

    /// @notice Acts abroad for foreign counterparties.
    uint16 internal constant INTERMEDIARY = 32;

    /// @notice Signs milestones, mining output and deliveries.
    uint16 internal constant ATTESTOR = 64;

    /// @notice Winds down open positions; exits only.
    uint16 internal constant ADMINISTRATOR = 128;

    /// @notice Decides disputes.
    uint16 internal constant ARBITER = 256;

    /// @notice Every role there is.
    uint16 internal constant ALL = 511;
}
