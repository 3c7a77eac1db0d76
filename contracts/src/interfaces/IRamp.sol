// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title On- and off-ramp at par
/// @notice Cash into the reserve and SU out, or SU back and cash out, each in one transaction.
interface IRamp {
    /// @notice Takes in cash worth `amount` and issues as much SU to `to`, an authorised entity or a module for its
    /// own inventory. Ramp office only.
    /// @param ref Single-use reference of the payment.
    function issue(address to, uint128 amount, bytes32 ref) external;

    /// @notice Redeems `amount` of `holder`, who approved this contract for it, and pays the cash out. Ramp office only.
    /// @param ref Single-use reference of the payment.
    function redeem(address holder, uint256 amount, bytes32 ref) external;
}
