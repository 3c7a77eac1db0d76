// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Two people for one act
/// @notice One person proposes the exact call, with every argument; another one, who holds the office that the
/// function needs, then makes that very call. A proposal is used once, lapses after seven days, and is void once that
/// which the call decides on (a participant, a credit, an item in quarantine, an account, an asset) has changed, or two
/// people have decided on it in whatever way.
interface IDualControl {
    /// @notice `actor` proposed the call `data`, whose hash is `call`.
    event CallProposed(address indexed actor, bytes32 indexed call, bytes data);

    /// @notice Nobody proposed this call as things stand, or it was made already.
    error DualControl_NotProposed(bytes32 call);

    /// @notice `actor` proposed the call and cannot also make it.
    error DualControl_SamePerson(address actor);

    /// @notice The proposal lapsed at `time`.
    error DualControl_Lapsed(uint256 time);

    /// @notice Proposes a call of this contract: selector and arguments, as they will be sent.
    /// Proposing again replaces the earlier proposal of the same call.
    function propose(bytes calldata data) external;
}
