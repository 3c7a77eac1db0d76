// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITradeEscrow} from "./ITradeEscrow.sol";

/// @title What the terms of a credit must be
/// @notice The escrow's guard over terms, a contract of its own for the size of both. It holds no state.
interface ITermsCheck {
    /// @notice Reverts unless `terms` hang together, lie ahead, and may be offered now.
    function requireOpenable(ITradeEscrow.Terms calldata terms) external view;

    /// @notice Reverts unless the Rulebook lets the parties enter `terms` now.
    function requirePermitted(ITradeEscrow.Terms calldata terms) external view;

    /// @notice Reverts unless `terms` may take the place of `old` at `clock`: parties, trade, instrument, demurrage and
    /// instalments stay, and the rest hangs together.
    function requireAmendable(ITradeEscrow.Terms calldata old, ITradeEscrow.Terms calldata terms, uint64 clock)
        external
        view;
}
