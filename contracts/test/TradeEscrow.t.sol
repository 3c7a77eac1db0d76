// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Role} from "../src/Role.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {CreditFixture} from "./CreditFixture.sol";

/// @notice What attacks on credits met.
contract TradeEscrowTest is CreditFixture {
    /// @dev Ten per cent are retained of each draw for thirty days.
    function _withRetention() private returns (bytes32 credit, uint256 draw) {
        ITradeEscrow.Terms memory terms = _terms("retention");
        (terms.retention, terms.retentionPeriod) = (1_000, 30 days);
        credit = _fund(terms);
        draw = _draw(credit, 600e6);
    }

    function test_APendingDisputeDoesNotShieldTheRetention() public {
        (bytes32 credit, uint256 draw) = _withRetention();
        _dispute(credit, 1e6);
        vm.prank(STATE_ENTITY);
        presentations.disputeRetention(credit, draw);
        ITradeEscrow.Credit memory c = escrow.creditOf(credit);
        require(c.disputed == 61e6 && c.fromRetention == 60e6 && c.retained == 0, "not added up");

        uint256 paid = token.balanceOf(SELLER);
        vm.prank(ARBITER);
        escrow.award(credit, 11e6);
        require(token.balanceOf(SELLER) == paid + 11e6 && token.balanceOf(STATE_ENTITY) == 50e6, "not as awarded");
    }

    function test_TheRetentionsOfTwoDrawsAreDisputedTogether() public {
        (bytes32 credit, uint256 draw) = _withRetention();
        uint256 second = _draw(credit, 200e6);
        vm.prank(STATE_ENTITY);
        presentations.disputeRetention(credit, draw);
        vm.prank(STATE_ENTITY);
        presentations.disputeRetention(credit, second);
        require(escrow.creditOf(credit).disputed == 80e6, "not both");
    }

    function test_WithoutAnAwardOnlyTheRetentionGoesToTheBeneficiary() public {
        (bytes32 credit, uint256 draw) = _withRetention();
        _dispute(credit, 100e6);
        vm.prank(STATE_ENTITY);
        presentations.disputeRetention(credit, draw);
        uint256 paid = token.balanceOf(SELLER);
        vm.warp(escrow.creditOf(credit).awardUntil + 1);
        escrow.awardByTime(credit);
        require(token.balanceOf(SELLER) == paid + 60e6 && token.balanceOf(STATE_ENTITY) == 0, "not by origin");
        require(escrow.undrawnOf(credit) == 400e6, "not undrawn again");
    }

    /// @dev Whichever side disputes how much how often, what was promised is there to be drawn.
    /// @custom:rule credit.irrevocable credit.dispute
    function testFuzz_OneSideAloneDisputesNothing(uint128 amount, bool byBeneficiary) public {
        bytes32 credit = _fund(_terms("irrevocable"));
        amount = 1 + amount % FACE;
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(byBeneficiary ? SELLER : STATE_ENTITY);
            escrow.dispute(credit, amount);
        }
        require(escrow.creditOf(credit).state == ITradeEscrow.CreditState.ACTIVE, "disputed");
        _draw(credit, FACE);
    }

    /// @dev Some of it with the arbiter, who is silent: all of it can be drawn in the end.
    /// @custom:rule credit.irrevocable credit.award-by-time
    function testFuzz_SilenceRevokesNothing(uint128 amount, uint256 after_) public {
        bytes32 credit = _fund(_terms("silence"));
        amount = 1 + amount % FACE;
        vm.warp(block.timestamp + after_ % 60 days);
        _dispute(credit, amount);
        vm.warp(escrow.creditOf(credit).awardUntil + 1);
        escrow.awardByTime(credit);
        require(escrow.undrawnOf(credit) == FACE && token.balanceOf(STATE_ENTITY) == 0, "went back");
    }

    function test_AnArbiterIsNobodyElseUnderTheCredit() public {
        ITradeEscrow.Terms memory terms = _terms("arbiter");
        IParticipants.Profile memory profile = _sound(Role.BANK | Role.ARBITER | Role.EXAMINER, ABROAD);
        _register(address(0x2010), profile);
        terms.arbiter = _nameOf(address(0x2010));
        for (uint256 i = 0; i < 3; ++i) {
            ITradeEscrow.Terms memory bad = abi.decode(abi.encode(terms), (ITradeEscrow.Terms));
            if (i == 0) bad.issuer = terms.arbiter;
            if (i == 1) bad.confirmer = terms.arbiter;
            if (i == 2) bad.examiner = terms.arbiter;
            bytes memory invalid = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_InvalidTerms.selector);
            _refused(STATE_ENTITY, address(escrow), abi.encodeCall(ITradeEscrow.open, (bad)), invalid);
        }
        _fund(terms);
    }

    /// @dev Hold and suspension overlap in any way; each second of either counts once.
    /// forge-config: default.fuzz.runs = 128
    function testFuzz_TheClockStandsStillWhileHeldOrSuspended(uint256 seed) public {
        _sow(seed);
        if (_oneIn(2)) {
            _suspend();
            vm.warp(block.timestamp + 1 + _pick(5 days));
            _resume();
        }
        bytes32 credit = _fund(_terms("clock"));
        uint256 expected = block.timestamp;
        bool held;
        bool suspended;
        for (uint256 i = 0; i < 20; ++i) {
            uint256 step = _pick(3 days);
            vm.warp(block.timestamp + step);
            if (!held && !suspended) expected += step;
            require(escrow.clockOf(credit) == expected, "clock");
            if (_oneIn(2)) {
                if (suspended) _resume();
                else _suspend();
                suspended = !suspended;
            } else {
                if (held) _together(REVIEWER, SECOND_REVIEWER, address(escrow), _release(credit));
                else _hold(credit);
                held = !held;
            }
            require(escrow.clockOf(credit) == expected, "jump");
        }
        if (!suspended) return;
        vm.prank(SUPERVISOR);
        regime.windDown();
        require(escrow.clockOf(credit) == expected, "jump in wind-down");
    }

    function _release(bytes32 credit) private pure returns (bytes memory) {
        return abi.encodeCall(ITradeEscrow.release, (credit));
    }

    /// @dev What was proposed for one hold does not serve one person for the next.
    function test_AProposalIsForThePresentHold() public {
        bytes32 credit = _fund(_terms("hold"));
        bytes memory reject = abi.encodeCall(ITradeEscrow.rejectCredit, (credit));
        _hold(credit);
        vm.prank(REVIEWER);
        escrow.propose(reject);
        vm.warp(block.timestamp + 1 hours);
        _together(REVIEWER, SECOND_REVIEWER, address(escrow), _release(credit));
        _hold(credit);
        bytes memory notProposed =
            abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(reject));
        _refused(SECOND_REVIEWER, address(escrow), reject, notProposed);
        _together(REVIEWER, SECOND_REVIEWER, address(escrow), reject);
    }
}
