// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title DirectlyManaged
/// @dev Whoever holds an office calls in its own name, never through `AccessManager.execute`, behind which all callers
/// look alike: one person would pass for two, and events would name the manager as their actor.
abstract contract DirectlyManaged is AccessManaged {
    constructor(address authority) AccessManaged(authority) {}

    function _checkCanCall(address caller, bytes calldata data) internal override {
        require(caller != authority(), AccessManagedUnauthorized(caller));
        super._checkCanCall(caller, data);
    }
}
