// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRamp} from "../src/interfaces/IRamp.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The ramp office alone reaches what it issued to the desk, and nothing that modules hold for others.
contract RampReachTest is Fixture {
    address private constant CUSTODY = address(0x3002);

    function setUp() public override {
        super.setUp();
        _module(CUSTODY, _flow(IRulebook.Flow.FUND) | _flow(IRulebook.Flow.PAY));
        _activate(_programme());
    }

    function test_RampDoesNotRedeemWhatAModuleHoldsForOthers() public {
        _give(STATE_ENTITY, 100);
        _approveFor(STATE_ENTITY, CUSTODY, 100);
        vm.prank(CUSTODY);
        token.take(IRulebook.Flow.FUND, STATE_ENTITY, SELLER, 100, "credit", _tradeOf(STATE_ENTITY, SELLER));
        _refusedTo(CUSTODY, abi.encodeCall(IRamp.redeem, (CUSTODY, 100, _nextRef())));
        require(token.balanceOf(CUSTODY) == 100, "reached");
    }

    function test_RampDoesNotIssueToAModuleThatHoldsForOthers() public {
        _refusedTo(CUSTODY, abi.encodeCall(IRamp.issue, (CUSTODY, 100, _nextRef())));
        _refusedTo(address(quarantine), abi.encodeCall(IRamp.issue, (address(quarantine), 100, _nextRef())));
    }

    function _refusedTo(address account, bytes memory data) private {
        bytes memory isProtected =
            abi.encodeWithSelector(ISettlementToken.SettlementToken_ProtectedAccount.selector, account);
        _refused(RAMP_OFFICE, address(ramp), data, isProtected);
    }
}
