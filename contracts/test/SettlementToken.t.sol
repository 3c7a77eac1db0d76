// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Fixture} from "./Fixture.sol";

/// @notice What attacks on the token met.
contract SettlementTokenTest is Fixture {
    function test_AFreezeOfEverythingDoesNotStopARecovery() public {
        _activate(_programme());
        _give(STATE_ENTITY, 100);
        _freeze(STATE_ENTITY, type(uint256).max);
        _freeze(STATE_ENTITY_2, 1);
        vm.prank(SUPERVISOR);
        token.recover(STATE_ENTITY, STATE_ENTITY_2, new bytes32[](0));
        require(token.balanceOf(STATE_ENTITY_2) == 100, "not recovered");
        require(token.getFrozenTokens(STATE_ENTITY_2) == type(uint256).max, "thawed");
    }
}
