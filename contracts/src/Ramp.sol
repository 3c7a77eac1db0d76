// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {IRamp} from "./interfaces/IRamp.sol";
import {IReserve} from "./interfaces/IReserve.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title Ramp
contract Ramp is IRamp, DirectlyManaged {
    ISettlementToken private immutable TOKEN;
    IReserve private immutable RESERVE;

    constructor(address authority, ISettlementToken token, IReserve reserve) DirectlyManaged(authority) {
        TOKEN = token;
        RESERVE = reserve;
    }

    /// @inheritdoc IRamp
    function issue(address to, uint128 amount, bytes32 ref) external restricted {
        RESERVE.depositCash(amount, ref);
        TOKEN.issue(to, amount, ref);
    }

    /// @inheritdoc IRamp
    function redeem(address holder, uint256 amount, bytes32 ref) external restricted {
        TOKEN.redeem(holder, amount, ref);
        RESERVE.withdrawCash(amount, ref);
    }
}
