// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Trades: registered by the entity's bank alone, paid under by their parties alone, never beyond their value.
contract TradeRegistryTest is Fixture {
    address private constant OTHER_BANK = address(0x4001);
    bytes32 private constant TRADE = "a trade";

    function setUp() public override {
        super.setUp();
        _register(OTHER_BANK, _sound(Role.BANK, HOME));
    }

    function _someCaller() private returns (address) {
        address[8] memory them = [BANK, BANK, BANK, OTHER_BANK, STATE_ENTITY, SELLER, SUPERVISOR, STRANGER];
        return them[_pick(8)];
    }

    function _bankStands(address caller, bytes32 entity) private view returns (bool) {
        bytes32 bank = participants.participantOf(caller);
        IParticipants.Profile memory p = participants.profileOf(bank);
        bool licensed = p.licence == IParticipants.LicenceStatus.ACTIVE && p.licenceUntil >= block.timestamp;
        return bank != 0 && participants.profileOf(entity).sponsor == bank && licensed && p.roles / 16 % 2 == 1
            && !participants.isRetired(caller);
    }

    function _upsetBank() private {
        uint256 way = _pick(8);
        if (way == 0) _license(BANK, IParticipants.LicenceStatus(_pick(4)), FAR);
        if (way == 1) _license(BANK, IParticipants.LicenceStatus.ACTIVE, uint64(block.timestamp - 1 + _pick(3)));
        if (way == 2) _sponsor(STATE_ENTITY, [_nameOf(OTHER_BANK), 0][_pick(2)]);
        if (way == 3) {
            _rotate(BANK, address(0x4002));
        }
    }

    /// @custom:rule compliance.trade-registered
    function testFuzz_Register(uint256 seed, bytes32 trade, uint128 value, uint64 until, uint8 chapter) public {
        _sow(seed);
        _upsetBank();
        address caller = _someCaller();
        bytes32 entity = [_nameOf(STATE_ENTITY), _nameOf(SELLER), "nobody"][_oneIn(3) ? _pick(3) : 0];
        bytes32 counterparty = [_nameOf(SELLER), entity, 0][_oneIn(4) ? _pick(3) : 0];
        if (_oneIn(10)) trade = [bytes32(0), _tradeOf(STATE_ENTITY, SELLER)][_pick(2)];
        if (_oneIn(2)) until = uint64(block.timestamp - 1 + _pick(3));
        if (_oneIn(8)) value = 0;
        if (!_oneIn(4)) chapter = uint8(_pick(102));
        bytes memory expected;
        if (trade == 0 || trades.tradeOf(trade).entity != 0) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_NumberTaken.selector, trade);
        } else if (!_bankStands(caller, entity)) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_NotEntitled.selector, caller);
        } else if (
            counterparty == 0 || counterparty == entity || value == 0 || until < block.timestamp || chapter == 0
                || chapter > 99
        ) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_InvalidTrade.selector);
        }
        bytes memory data =
            abi.encodeCall(ITradeRegistry.register, (trade, entity, counterparty, value, until, chapter));
        if (expected.length > 0) {
            _refused(caller, address(trades), data, expected);
            return;
        }
        _passed(caller, address(trades), data);
        ITradeRegistry.Trade memory t = trades.tradeOf(trade);
        ITradeRegistry.Trade memory whole = ITradeRegistry.Trade(entity, counterparty, value, 0, until, chapter, 0);
        require(keccak256(abi.encode(t)) == keccak256(abi.encode(whole)), "another trade");
    }

    /// @dev Value never below what was entered; nothing else changes.
    /// @custom:rule compliance.trade-registered
    function testFuzz_Amend(uint256 seed, uint128 value, uint64 until, uint128 used) public {
        _sow(seed);
        bytes32 trade = _tradeOf(STATE_ENTITY, SELLER);
        manager.grantRole(THE_RULEBOOK, address(this), 0);
        used %= PLENTY + 1;
        trades.consume(trade, used);
        _upsetBank();
        address caller = _someCaller();
        if (_oneIn(2)) value = uint128(used + _pick(3) - (used > 0 ? 1 : 0));
        if (_oneIn(12)) trade = "nowhere";
        ITradeRegistry.Trade memory t = trades.tradeOf(trade);
        bytes memory expected;
        if (t.entity == 0) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_Unknown.selector, trade);
        } else if (!_bankStands(caller, t.entity)) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_NotEntitled.selector, caller);
        } else if (value < used || value == 0) {
            expected = abi.encodeWithSelector(ITradeRegistry.TradeRegistry_InvalidTrade.selector);
        }
        bytes memory data = abi.encodeCall(ITradeRegistry.amend, (trade, value, until));
        if (expected.length > 0) {
            _refused(caller, address(trades), data, expected);
        } else {
            _passed(caller, address(trades), data);
            (t.value, t.until) = (value, until);
        }
        require(keccak256(abi.encode(trades.tradeOf(trade))) == keccak256(abi.encode(t)), "another trade");
    }

    /// @custom:rule compliance.travel-hash
    function testFuzz_PartiesOnly(uint256 seed, address anybody, bytes32 record, bool designates) public {
        _sow(seed);
        address[6] memory them = [STATE_ENTITY, STATE_ENTITY_2, SELLER, SELLER_2, BANK, anybody];
        address caller = them[_pick(6)];
        if (_oneIn(4)) {
            vm.prank(SUPERVISOR);
            participants.retireWallet(_nameOf(SELLER), SELLER_2);
        }
        vm.prank(BANK);
        trades.register(TRADE, _nameOf(STATE_ENTITY), _nameOf(SELLER), 1, FAR, CHAPTER);
        bytes32 self = participants.participantOf(caller);
        bool isParty = (self == _nameOf(STATE_ENTITY) || self == _nameOf(SELLER)) && !participants.isRetired(caller);
        bytes memory data = designates
            ? abi.encodeCall(ITradeRegistry.designate, (TRADE))
            : abi.encodeCall(ITradeRegistry.recordTravel, (TRADE, record));
        bytes32 before = trades.designated(_nameOf(STATE_ENTITY), _nameOf(SELLER));
        bytes32 other = trades.designated(_nameOf(SELLER), _nameOf(STATE_ENTITY));
        if (!isParty) {
            bytes4 selector = ITradeRegistry.TradeRegistry_NotEntitled.selector;
            _refused(caller, address(trades), data, abi.encodeWithSelector(selector, caller));
        } else if (!designates && record == 0) {
            bytes4 selector = ITradeRegistry.TradeRegistry_InvalidTrade.selector;
            _refused(caller, address(trades), data, abi.encodeWithSelector(selector));
        } else {
            _passed(caller, address(trades), data);
            if (!designates) require(trades.tradeOf(TRADE).travelRecord == record, "record");
            // Each side chooses for itself.
            if (designates && self == _nameOf(STATE_ENTITY)) before = TRADE;
            if (designates && self == _nameOf(SELLER)) other = TRADE;
        }
        require(trades.designated(_nameOf(STATE_ENTITY), _nameOf(SELLER)) == before, "straight");
        require(trades.designated(_nameOf(SELLER), _nameOf(STATE_ENTITY)) == other, "back");
    }

    function testFuzz_UnknownTrade(bytes32 trade, bool designates) public {
        vm.assume(trades.tradeOf(trade).entity == 0);
        bytes memory data = designates
            ? abi.encodeCall(ITradeRegistry.designate, (trade))
            : abi.encodeCall(ITradeRegistry.recordTravel, (trade, "record"));
        bytes4 selector = ITradeRegistry.TradeRegistry_Unknown.selector;
        _refused(STATE_ENTITY, address(trades), data, abi.encodeWithSelector(selector, trade));
    }

    /// @dev Direct payments use up the headroom of the trade that the payer chose, to the last unit.
    /// @custom:rule check.purpose
    function testFuzz_HeadroomIsUsedToTheLastUnit(uint48 value, uint48 paid, uint48 returned) public {
        _activate(_programme());
        vm.assume(value > 0);
        paid %= value;
        vm.prank(BANK);
        trades.register(TRADE, _nameOf(STATE_ENTITY), _nameOf(SELLER), value, FAR, CHAPTER);
        _passed(SELLER, address(trades), abi.encodeCall(ITradeRegistry.recordTravel, (TRADE, "record")));
        _passed(STATE_ENTITY, address(trades), abi.encodeCall(ITradeRegistry.designate, (TRADE)));
        _give(STATE_ENTITY, type(uint64).max);
        vm.prank(STATE_ENTITY);
        token.transfer(SELLER, paid);
        uint256 left = value - paid;
        require(token.detectTransferRestriction(STATE_ENTITY, SELLER, left) == Reason.OK, "to the last unit");
        require(
            token.detectTransferRestriction(STATE_ENTITY, SELLER, left + 1) == Reason.PURPOSE_EXHAUSTED, "no further"
        );
        // Another trade is used on the way back.
        returned = uint48(returned % (uint256(paid) + 1));
        vm.prank(SELLER);
        token.transfer(STATE_ENTITY, returned);
        require(trades.tradeOf(TRADE).used == paid, "used by the other side's choice");
        require(trades.tradeOf(_tradeOf(STATE_ENTITY, SELLER)).used == returned, "the other trade");
    }

    function testFuzz_RulebookOnly(address caller, bool consumes) public {
        vm.assume(caller != address(rulebook));
        bytes32 trade = _tradeOf(STATE_ENTITY, SELLER);
        bytes memory data = consumes
            ? abi.encodeCall(ITradeRegistry.consume, (trade, 1))
            : abi.encodeCall(ITradeRegistry.release, (trade, 1));
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(trades), data, expected);
    }
}
