// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRulebook} from "./IRulebook.sol";

/// @title Supervised quarantine
/// @notice Holds what was due to somebody whom screening or the residency rule holds back. Two reviewers release an
/// item, to its payee or back to its payer; then anybody may have it paid there, and the Rulebook checks once more.
/// @dev Warning: an item whose payee stays listed stays here; that is the purpose.
interface IQuarantine {
    /// @notice State of an item.
    /// @dev HELD: nobody gets it. TO_PAYEE, TO_PAYER: released, to be claimed. CLAIMED: paid.
    enum ItemState {
        NONE,
        HELD,
        TO_PAYEE,
        TO_PAYER,
        CLAIMED
    }

    /// @notice What is held.
    /// @param state See {ItemState}.
    /// @param flow As what it was to be paid.
    /// @param payer Wallet of the ultimate payer, or the clearing house.
    /// @param payee Wallet of the ultimate payee.
    /// @param amount Minor units of SU.
    /// @param ref What the movement belonged to.
    /// @param trade Number of the trade; zero where there is none.
    struct Item {
        ItemState state;
        IRulebook.Flow flow;
        address payer;
        address payee;
        uint256 amount;
        bytes32 ref;
        bytes32 trade;
    }

    /// @notice `item` was taken in: `amount` due to `payee`.
    event ItemHeld(uint256 indexed item, address indexed payer, address indexed payee, uint256 amount, bytes32 ref);

    /// @notice `actor`, the second of two reviewers, released `item`.
    event ItemReleased(address indexed actor, uint256 indexed item, bool toPayer);

    /// @notice `item` was paid; `actor` asked for it.
    event ItemClaimed(address indexed actor, uint256 indexed item, uint256 amount);

    /// @notice Only the token puts items here.
    error Quarantine_NotToken(address caller);

    /// @notice The item is in `state`.
    error Quarantine_WrongState(uint256 item, ItemState state);

    /// @notice The item has no participant as its payer to go back to.
    error Quarantine_NoPayer(uint256 item);

    /// @notice Takes an item in. Token only, which moved the value here.
    function hold(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external;

    /// @notice Releases an item to its payee or back to its payer; may be changed until it is claimed. Two reviewers.
    function release(uint256 item, bool toPayer) external;

    /// @notice Has a released item paid, to the present wallet of whom it was released to. Anybody.
    function claim(uint256 item) external;

    /// @notice An item.
    function itemOf(uint256 item) external view returns (Item memory);

    /// @notice How many items were ever taken in; they are numbered from 1.
    function items() external view returns (uint256);
}
