// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The one place that decides whether value may move
/// @notice Answers the dry question and guards the real operation with the same function:
/// a code of {Reason} OK if and only if the operation passes. Codes and their order: see {Reason}.
interface IRulebook {
    /// @notice A typed movement of SU.
    /// @dev DIRECT: holder to holder without a credit. FUND: into a credit. PAY: out of a credit to its
    /// payee. REFUND: back to the original payer. ISSUE, REDEEM: supply. SEIZE: enforcement,
    /// to somebody in good standing.
    enum Flow {
        DIRECT,
        FUND,
        PAY,
        REFUND,
        ISSUE,
        REDEEM,
        SEIZE
    }

    /// @notice What is to be decided on.
    /// @param flow The type of the movement.
    /// @param payer Wallet of the ultimate payer (REFUND: equal to `payee`; ISSUE: zero).
    /// @param payee Wallet of the ultimate payee (REDEEM: zero).
    /// @param amount Minor units of SU.
    /// @param balance Balance of the account the value leaves (ISSUE: `amount`).
    /// @param frozen Frozen amount of that account.
    struct Movement {
        Flow flow;
        address payer;
        address payee;
        uint256 amount;
        uint256 balance;
        uint256 frozen;
    }

    /// @notice The Rulebook refuses with the code `reason` of {Reason}.
    error Rulebook_Refused(uint8 reason);

    /// @notice Whether `movement` may happen now: OK or the first reason why not.
    function check(Movement calldata movement) external view returns (uint8 reason);

    /// @notice Whether a credit may be opened between two wallets and run until `until`.
    /// @param applicant Wallet of the applicant's side.
    /// @param beneficiary Wallet of the beneficiary's side.
    /// @param until Expiry plus tenor, epoch seconds: licences, KYC and the regime must last so long.
    function checkOpening(address applicant, address beneficiary, uint256 until) external view returns (uint8 reason);

    /// @notice Whether the holder of `wallet` is in good standing by itself, whatever it wants to do.
    function checkParty(address wallet) external view returns (uint8 reason);

    /// @notice Whether the holder of `wallet` is in good standing and may examine documents.
    function checkExaminer(address wallet) external view returns (uint8 reason);
}
