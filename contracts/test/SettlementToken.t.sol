// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
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

    /// @dev A module takes net legs without an allowance: who appoints one could seize alone.
    function test_TheSupervisorAloneAppointsNoModuleThatSeizes() public {
        _activate(_programme());
        bytes memory data = abi.encodeCall(ISettlementToken.registerModule, (STRANGER, _flow(IRulebook.Flow.NET_LEG)));
        bytes memory alone = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(data));
        _refused(SUPERVISOR, address(token), data, alone);
        _passed(SUPERVISOR, address(token), abi.encodeCall(IDualControl.propose, (data)));
        bytes memory same = abi.encodeWithSelector(IDualControl.DualControl_SamePerson.selector, SUPERVISOR);
        _refused(SUPERVISOR, address(token), data, same);
        _together(CO_APPROVER, SUPERVISOR, address(token), data);
    }
}
