// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";

/// @title Arithmetic of a credit's terms; amounts are minor units of SU, shares basis points
library CreditTerms {
    uint16 internal constant WHOLE = 10_000;

    /// @notice The most that may be drawn: the face amount with its tolerance.
    function maximum(ITradeEscrow.Terms memory terms) internal pure returns (uint128) {
        return withTolerance(terms.amount, terms.tolerance);
    }

    /// @notice The least that a single draw of everything may be.
    function minimum(ITradeEscrow.Terms memory terms) internal pure returns (uint128) {
        return terms.amount - share(terms.amount, terms.tolerance);
    }

    /// @notice `amount` with `tolerance` on top.
    function withTolerance(uint128 amount, uint16 tolerance) internal pure returns (uint128) {
        return amount + share(amount, tolerance);
    }

    /// @notice `points` of `amount`, rounded down.
    function share(uint128 amount, uint16 points) internal pure returns (uint128) {
        return uint128(uint256(amount) * points / WHOLE);
    }
}
