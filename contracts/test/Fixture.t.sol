// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice What the other tests start from is what it says it is.
contract FixtureTest is Fixture {
    function test_TheCastTradesAsTheCorridorsAllow() public {
        _activate(_programme());
        _give(STATE_ENTITY, 100);
        _give(PRIVATE_ENTITY, 100);
        address[5] memory payees = [SELLER, BUYER_ABROAD, CUT_OFF, SHELL, LISTED];
        uint8[5] memory expected = [Reason.OK, Reason.OK, Reason.CORRIDOR_CLOSED, Reason.DOMESTIC_PAYMENT, Reason.OK];
        for (uint256 i = 0; i < 5; ++i) {
            require(token.detectTransferRestriction(STATE_ENTITY, payees[i], 10) == expected[i], "state");
            require(token.detectTransferRestriction(PRIVATE_ENTITY, payees[i], 10) == Reason.PHASE_CLOSED, "closed");
        }
        _openPhaseTwo();
        for (uint256 i = 0; i < 5; ++i) {
            require(token.detectTransferRestriction(PRIVATE_ENTITY, payees[i], 10) == expected[i], "private");
        }
        vm.prank(STATE_ENTITY);
        token.transfer(SELLER, 10);
        require(token.balanceOf(SELLER) == 10 && token.detectTransferRestriction(SELLER, STATE_ENTITY, 10) == 0);
    }

    function test_EverybodyStandsInTheirRole() public {
        _activate(_programme());
        address[8] memory cast =
            [BANK, INTERMEDIARY, STATE_ENTITY, MINING, EXAMINING, ARBITER, ATTESTING, ADMINISTRATOR];
        uint16[8] memory roles = [
            Role.BANK,
            Role.INTERMEDIARY,
            Role.SETTLER,
            Role.MINER,
            Role.EXAMINER,
            Role.ARBITER,
            Role.ATTESTOR,
            Role.ADMINISTRATOR
        ];
        for (uint256 i = 0; i < 8; ++i) {
            require(rulebook.checkParticipant(_nameOf(cast[i]), roles[i]) == Reason.OK, "stands not");
            uint16 others = Role.ALL - roles[i];
            require(rulebook.checkParticipant(_nameOf(cast[i]), others) == Reason.ROLE_MISSING, "stands for more");
        }
        require(token.moduleFlows(MODULE) >> uint8(IRulebook.Flow.RECOVERY) & 1 == 1);
    }
}
