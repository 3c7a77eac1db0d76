// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Two people, one call, word for word, once, within a week: shown with the register's resolution of a hit.
contract DualControlTest is Fixture {
    uint256 private constant LIFE = 7 days;

    function setUp() public override {
        super.setUp();
        address[3] memory them = [SELLER, SHELL, LISTED];
        for (uint256 i = 0; i < 3; ++i) {
            _screen(them[i], IParticipants.Screening.POTENTIAL);
        }
    }

    function _resolution(address wallet, bool listed) private pure returns (bytes memory) {
        IParticipants.Screening result =
            listed ? IParticipants.Screening.TRUE_MATCH : IParticipants.Screening.FALSE_POSITIVE;
        return abi.encodeCall(IParticipants.resolveScreening, (_nameOf(wallet), result));
    }

    function _propose(address proposer, bytes memory data) private {
        vm.prank(proposer);
        participants.propose(data);
    }

    /// @custom:rule compliance.two-person
    function testFuzz_AnotherPersonMakesTheVeryCallInTime(
        bool firstProposes,
        bool firstCalls,
        uint8 proposed,
        uint8 called,
        uint256 later
    ) public {
        later %= LIFE * 2;
        if (called % 5 > 0) later = LIFE - 1 + later % 3;
        address[3] memory them = [SELLER, SHELL, LISTED];
        if (called % 3 > 0) called = proposed;
        bytes memory proposal = _resolution(them[proposed % 3], proposed % 2 == 0);
        bytes memory call = _resolution(them[called % 3], called % 2 == 0);
        address proposer = firstProposes ? REVIEWER : SECOND_REVIEWER;
        address caller = firstCalls ? REVIEWER : SECOND_REVIEWER;
        uint256 lapsesAt = block.timestamp + LIFE;
        _propose(proposer, proposal);
        vm.warp(block.timestamp + later);

        bytes memory expected;
        if (keccak256(call) != keccak256(proposal)) {
            expected = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(call));
        } else if (caller == proposer) {
            expected = abi.encodeWithSelector(IDualControl.DualControl_SamePerson.selector, caller);
        } else if (block.timestamp > lapsesAt) {
            expected = abi.encodeWithSelector(IDualControl.DualControl_Lapsed.selector, lapsesAt);
        }
        if (expected.length > 0) {
            _refused(caller, address(participants), call, expected);
            require(
                _profileOf(them[called % 3]).screening == IParticipants.Screening.POTENTIAL, "resolved all the same"
            );
            return;
        }
        _passed(caller, address(participants), call);
        expected = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(call));
        _refused(caller, address(participants), call, expected);
        _refused(proposer, address(participants), call, expected);
    }

    /// @dev Whoever proposes last is the first person; the week starts again.
    function testFuzz_ProposingAgainReplaces(bool bySame, uint256 wait) public {
        wait = 1 + wait % (2 * LIFE);
        bytes memory call = _resolution(SELLER, true);
        _propose(REVIEWER, call);
        vm.warp(block.timestamp + wait);
        address proposer = bySame ? REVIEWER : SECOND_REVIEWER;
        _propose(proposer, call);
        vm.warp(block.timestamp + LIFE);
        bytes memory same = abi.encodeWithSelector(IDualControl.DualControl_SamePerson.selector, proposer);
        _refused(proposer, address(participants), call, same);
        _passed(bySame ? SECOND_REVIEWER : REVIEWER, address(participants), call);
    }

    function testFuzz_OfficeOnly(address anybody, bool proposes) public {
        if (anybody == REVIEWER || anybody == SECOND_REVIEWER) anybody = SUPERVISOR;
        bytes memory call = _resolution(SELLER, true);
        _propose(REVIEWER, call);
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, anybody);
        bytes memory data = proposes ? abi.encodeCall(IDualControl.propose, (call)) : call;
        _refused(anybody, address(participants), data, expected);
    }

    /// @dev Of two alternatives that were proposed for one hit, the other one does not serve one person for the next.
    /// @custom:rule compliance.two-person
    function test_WhatIsLeftOverOfADecisionIsVoid() public {
        bytes memory cleared = _resolution(SELLER, false);
        bytes memory confirmed = _resolution(SELLER, true);
        _propose(REVIEWER, cleared);
        _propose(REVIEWER, confirmed);
        _passed(SECOND_REVIEWER, address(participants), confirmed);
        _void(cleared);
    }

    /// @dev Nor when the next decision is due in just the state of the last one.
    /// @custom:rule compliance.two-person
    function test_WhatIsLeftOverIsVoidForTheSameStateLater() public {
        bytes memory confirmed = _resolution(SELLER, true);
        _propose(REVIEWER, _resolution(SELLER, false));
        _propose(REVIEWER, confirmed);
        _passed(SECOND_REVIEWER, address(participants), _resolution(SELLER, false));
        _screen(SELLER, IParticipants.Screening.POTENTIAL);
        _void(confirmed);
        _propose(REVIEWER, confirmed);
        _passed(SECOND_REVIEWER, address(participants), confirmed);
    }

    /// @custom:rule compliance.two-person compliance.new-list
    function test_AProposalIsVoidOnceANewerListIsOut() public {
        bytes memory cleared = _resolution(SELLER, false);
        _propose(REVIEWER, cleared);
        vm.prank(SECOND_REVIEWER);
        participants.publishList(2, "list 2");
        _void(cleared);
        _propose(REVIEWER, cleared);
        _passed(SECOND_REVIEWER, address(participants), cleared);
    }

    function _void(bytes memory call) private {
        bytes memory notProposed =
            abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(call));
        _refused(SECOND_REVIEWER, address(participants), call, notProposed);
    }
}
