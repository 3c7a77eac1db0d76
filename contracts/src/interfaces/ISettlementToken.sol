// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "./IERC7943.sol";
import {IRulebook} from "./IRulebook.sol";

/// @title The settlement unit, SU
/// @notice An ERC-20 whose every movement is a typed flow that the {IRulebook} passed.
/// Adds ERC-2612, ERC-7943 and the ERC-1404 views. Six decimals.
/// @dev Warning: seizure needs a recipient in good standing, whose licence and KYC must outlast the regime
/// if it is to be possible after it.
/// Warning: a module (the escrow) is trusted to name the ultimate payer and payee of what it moves,
/// and its address must never be registered as a participant's wallet.
interface ISettlementToken is IERC20, IERC7943Fungible {
    /// @notice `amount` moved from the account `from` to the account `to` as `flow`.
    /// @param flow The type of the movement.
    /// @param payer Wallet of the ultimate payer; zero for ISSUE.
    /// @param payee Wallet of the ultimate payee; zero for REDEEM.
    /// @param from Account debited; zero for ISSUE.
    /// @param to Account credited; zero for REDEEM.
    /// @param amount Minor units.
    /// @param ref What the movement belongs to: a credit id, or the ramp's reference.
    event Moved(
        IRulebook.Flow indexed flow,
        address indexed payer,
        address indexed payee,
        address from,
        address to,
        uint256 amount,
        bytes32 ref
    );

    /// @notice `actor` froze `amount` of the tokens of `account`; the actor's side of {Frozen}.
    event FrozenBy(address indexed actor, address indexed account, uint256 amount);

    /// @notice `module` may move value in and out of itself from now on; registered by `actor`.
    event ModuleRegistered(address indexed actor, address indexed module);

    /// @notice `ref` was used by the ramp before, or is zero.
    error SettlementToken_ReferenceUsed(bytes32 ref);

    /// @notice `caller` is not a module.
    error SettlementToken_NotModule(address caller);

    /// @notice A module's own account cannot be frozen or seized, nor an account seized to itself;
    /// an account with a freeze cannot become a module.
    error SettlementToken_ProtectedAccount(address account);

    /// @notice Lets a contract of the regime hold value for its participants. Supervisor only.
    function registerModule(address module) external;

    /// @notice Issues SU to an authorised entity. Ramp only.
    /// @param ref Single-use reference of the on-ramp payment.
    function issue(address to, uint128 amount, bytes32 ref) external;

    /// @notice Redeems SU of `holder`, who approved the ramp for the amount. Ramp only.
    /// @param ref Single-use reference of the off-ramp payment.
    function redeem(address holder, uint256 amount, bytes32 ref) external;

    /// @notice Moves `amount` from `payer`, who approved the caller for it, into the caller. Modules only.
    /// @param payee Wallet the value is meant for in the end.
    /// @param ref What the movement belongs to.
    function fund(address payer, address payee, uint256 amount, bytes32 ref) external;

    /// @notice Moves `amount` out of the caller to `payee`. Modules only.
    /// @param payer Wallet that funded it; equal to `payee` makes it a refund.
    /// @param ref What the movement belongs to.
    function payOut(address payer, address payee, uint256 amount, bytes32 ref) external;

    /// @notice Whether a movement would pass now, as a code of {Reason}.
    /// @param from Account the value would leave (ignored for ISSUE).
    function checkFlow(IRulebook.Flow flow, address payer, address payee, address from, uint256 amount)
        external
        view
        returns (uint8 reason);

    /// @notice ERC-1404: code of why `transfer` would be refused; 0 if and only if it would succeed.
    function detectTransferRestriction(address from, address to, uint256 amount) external view returns (uint8);

    /// @notice The same for `transferFrom` by `spender`, whose standing and allowance count too.
    function detectTransferRestrictionFrom(address spender, address from, address to, uint256 amount)
        external
        view
        returns (uint8);

    /// @notice ERC-1404: the sentence behind a code.
    function messageForTransferRestriction(uint8 reason) external view returns (string memory);

    /// @notice Whether `account` is a module.
    function isModule(address account) external view returns (bool);
}
