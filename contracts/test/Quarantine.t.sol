// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

/// @notice What is held back, released by two, rescreened, and paid once to whom it was released.
contract QuarantineTest is Fixture {
    function setUp() public override {
        super.setUp();
        _activate(_programme());
        vm.prank(RAMP_OFFICE);
        ramp.issue(MODULE, type(uint64).max, _nextRef());
    }

    /// @dev A payment from the entity to the seller that the seller's hit holds back.
    function _hold(uint56 amount) private returns (uint256 item) {
        _screen(SELLER, IParticipants.Screening.TRUE_MATCH);
        bytes32 trade = _tradeOf(STATE_ENTITY, SELLER);
        vm.prank(MODULE);
        bool arrived = token.payOut(IRulebook.Flow.PAY, STATE_ENTITY, SELLER, amount, "credit", trade);
        item = quarantine.items();
        require(!arrived && quarantine.itemOf(item).state == IQuarantine.ItemState.HELD);
        require(token.balanceOf(address(quarantine)) == amount && token.balanceOf(SELLER) == 0, "held");
    }

    function _releasing(uint256 item, bool toPayer) private pure returns (bytes memory) {
        return abi.encodeCall(IQuarantine.release, (item, toPayer));
    }

    function _release(uint256 item, bool toPayer) private {
        _together(REVIEWER, SECOND_REVIEWER, address(quarantine), _releasing(item, toPayer));
    }

    function _wrongState(uint256 item, IQuarantine.ItemState state) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IQuarantine.Quarantine_WrongState.selector, item, state);
    }

    /// @custom:rule op.quarantine-release compliance.two-person
    function testFuzz_ClaimedOnceAfterTwoReleased(uint56 amount, address anybody, bool first, bool then) public {
        uint256 item = _hold(amount);
        bytes memory claim = abi.encodeCall(IQuarantine.claim, (item));
        _refused(anybody, address(quarantine), claim, _wrongState(item, IQuarantine.ItemState.HELD));
        (bool ok,) = _tryTogether(REVIEWER, REVIEWER, address(quarantine), _releasing(item, first));
        require(!ok, "released by one");
        _release(item, first);
        // Two may think again until it is claimed.
        _release(item, then);
        if (!then) _refused(anybody, address(quarantine), claim, _refusal(Reason.LISTED_PARTY));
        if (!then) _screen(SELLER, IParticipants.Screening.FALSE_POSITIVE);
        // What goes back makes room under the trade, of which something was entered.
        manager.grantRole(THE_RULEBOOK, address(this), 0);
        trades.consume(_tradeOf(STATE_ENTITY, SELLER), amount);
        _passed(anybody, address(quarantine), claim);
        require(token.balanceOf(then ? STATE_ENTITY : SELLER) == amount, "paid");
        require(token.balanceOf(address(quarantine)) == 0, "left");
        require(trades.tradeOf(_tradeOf(STATE_ENTITY, SELLER)).used == (then ? 0 : amount), "headroom");
        _refused(anybody, address(quarantine), claim, _wrongState(item, IQuarantine.ItemState.CLAIMED));
        (ok,) = _tryTogether(REVIEWER, SECOND_REVIEWER, address(quarantine), _releasing(item, then));
        require(!ok, "released after it was claimed");
    }

    /// @dev Nothing reaches a listed party, whoever released it; a new hit stops a claim again.
    /// @custom:rule check.listed
    function testFuzz_Claim_IsRescreened(uint56 amount, bool toPayer, uint8 screening, bool staleList) public {
        uint256 item = _hold(amount);
        _screen(SELLER, IParticipants.Screening.FALSE_POSITIVE);
        manager.grantRole(THE_RULEBOOK, address(this), 0);
        trades.consume(_tradeOf(STATE_ENTITY, SELLER), amount);
        _release(item, toPayer);
        address payee = toPayer ? STATE_ENTITY : SELLER;
        _screen(payee, IParticipants.Screening(1 + screening % 4));
        if (staleList) {
            vm.prank(REVIEWER);
            participants.publishList(2, "list 2");
        }
        uint8 expected = [Reason.OK, Reason.SCREENING_HOLD, Reason.LISTED_PARTY, Reason.OK][screening % 4];
        if (staleList && expected == Reason.OK) expected = Reason.LIST_STALE;
        bytes memory claim = abi.encodeCall(IQuarantine.claim, (item));
        if (expected == Reason.OK) _passed(STRANGER, address(quarantine), claim);
        else _refused(STRANGER, address(quarantine), claim, _refusal(expected));
        require(token.balanceOf(payee) == (expected == Reason.OK ? amount : 0));
    }

    /// @dev Keys change while value waits.
    /// @custom:rule actor.keys
    function testFuzz_Claim_GoesToThePresentWallet(uint56 amount, bool toPayer) public {
        uint256 item = _hold(amount);
        _screen(SELLER, IParticipants.Screening.FALSE_POSITIVE);
        manager.grantRole(THE_RULEBOOK, address(this), 0);
        trades.consume(_tradeOf(STATE_ENTITY, SELLER), amount);
        address payee = toPayer ? STATE_ENTITY : SELLER;
        _rotate(payee, address(0x71));
        _release(item, toPayer);
        _passed(STRANGER, address(quarantine), abi.encodeCall(IQuarantine.claim, (item)));
        require(token.balanceOf(address(0x71)) == amount);
    }

    /// @dev A net leg was owed by the clearing house, which is nobody to go back to.
    function testFuzz_ANetLegHasNoPayer(uint56 amount) public {
        _screen(SELLER, IParticipants.Screening.POTENTIAL);
        vm.prank(MODULE);
        token.payOut(IRulebook.Flow.NET_LEG, MODULE, SELLER, amount, "cycle", 0);
        (bool ok, bytes memory result) =
            _tryTogether(REVIEWER, SECOND_REVIEWER, address(quarantine), _releasing(quarantine.items(), true));
        bytes memory noPayer = abi.encodeWithSelector(IQuarantine.Quarantine_NoPayer.selector, quarantine.items());
        require(!ok && keccak256(result) == keccak256(noPayer));
        _release(quarantine.items(), false);
    }

    function testFuzz_Restricted(address caller, uint256 item, bool toPayer) public {
        bytes memory hold = abi.encodeCall(IQuarantine.hold, (IRulebook.Flow.PAY, SELLER, SELLER, 1, "", 0));
        vm.assume(caller != address(token) && caller != REVIEWER && caller != SECOND_REVIEWER);
        bytes memory expected = abi.encodeWithSelector(IQuarantine.Quarantine_NotToken.selector, caller);
        _refused(caller, address(quarantine), hold, expected);
        expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(quarantine), _releasing(item, toPayer), expected);
    }

    function testFuzz_NoItem(uint256 item, bool toPayer) public {
        if (item > 0 && item < 3) item = 0;
        bytes memory wrong = _wrongState(item, IQuarantine.ItemState.NONE);
        (bool ok, bytes memory result) =
            _tryTogether(REVIEWER, SECOND_REVIEWER, address(quarantine), _releasing(item, toPayer));
        require(!ok && keccak256(result) == keccak256(wrong));
        _refused(STRANGER, address(quarantine), abi.encodeCall(IQuarantine.claim, (item)), wrong);
    }
}
