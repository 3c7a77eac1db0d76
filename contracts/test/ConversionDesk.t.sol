// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IConversionDesk} from "../src/interfaces/IConversionDesk.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {MoneyFixture} from "./MoneyFixture.sol";

/// @notice Both legs or neither, for whatever quote and whatever state; each quote once; nothing lost.
contract ConversionDeskTest is MoneyFixture {
    struct Books {
        uint256 suSupply;
        uint256 drlSupply;
        uint256 suOfEntity;
        uint256 drlOfEntity;
        uint256 suOfDesk;
        uint256 drlOfDesk;
    }

    bytes32 private constant QUOTE = "Q1";

    function _books() private view returns (Books memory) {
        return Books(
            token.totalSupply(),
            currency.totalSupply(),
            token.balanceOf(STATE_ENTITY),
            currency.balanceOf(STATE_ENTITY),
            token.balanceOf(address(desk)),
            currency.balanceOf(address(desk))
        );
    }

    function _same(Books memory a, Books memory b) private pure returns (bool) {
        return keccak256(abi.encode(a)) == keccak256(abi.encode(b));
    }

    function _quote(IConversionDesk.QuoteSide side, uint128 su, uint128 drl, uint64 life) private returns (bool ok) {
        uint64 until = uint64(block.timestamp) + life;
        bytes memory call =
            abi.encodeCall(IConversionDesk.postQuote, (QUOTE, _nameOf(STATE_ENTITY), side, su, drl, until));
        (ok,) = _try(DESK_OFFICE, address(desk), call);
    }

    function _accept() private returns (bool ok) {
        (ok,) = _try(STATE_ENTITY, address(desk), abi.encodeCall(IConversionDesk.accept, (QUOTE)));
    }

    function _approve() private {
        vm.prank(STATE_ENTITY);
        token.approve(address(desk), type(uint256).max);
        vm.prank(STATE_ENTITY);
        currency.approve(address(desk), type(uint256).max);
    }

    /// @dev The spread, written apart from the desk: both sides multiplied out.
    /// @custom:rule money.desk-quote-size
    /// @custom:rule money.desk-quote-expires
    function testFuzz_Quote_KeepsToTheLimits(uint128 su, uint16 off, uint32 life) public {
        su = uint128(_bound(su, 1, 1_200_000e6));
        uint256 market = uint256(su) * SU_PRICE / 1e12;
        uint128 drl = uint128(market * _bound(off, 9_500, 10_500) / 10_000);
        uint64 lasts = uint64(life % 2 hours);
        uint256 exact = uint256(su) * SU_PRICE;
        uint256 distance = uint256(drl) * 1e12 > exact ? uint256(drl) * 1e12 - exact : exact - uint256(drl) * 1e12;
        bool fits = drl > 0 && su <= 1_000_000e6 && lasts <= 1 hours && distance * 10_000 <= exact * SPREAD;
        require(_quote(IConversionDesk.QuoteSide.SELLS_SU, su, drl, lasts) == fits, "limits");
    }

    /// @custom:rule money.desk-atomic
    /// @custom:rule money.desk-quote-once
    function testFuzz_Conversion_MovesBothLegsOrNeither(uint128 su, uint256 seed, bool sells) public {
        _sow(seed);
        su = uint128(_bound(su, 1e6, 1_000_000e6));
        uint128 drl = uint128(uint256(su) * SU_PRICE / 1e12);
        uint128 suHeld = uint128(_pick(4) == 0 ? _pick(su) : su + _pick(su));
        uint256 drlHeld = _pick(4) == 0 ? _pick(drl) : drl + _pick(drl);
        _issue(sells ? address(desk) : STATE_ENTITY, suHeld);
        _mint(sells ? STATE_ENTITY : address(desk), drlHeld);
        bool may = suHeld >= su && drlHeld >= drl;
        if (_pick(8) == 0) may = false;
        else _approve();
        IConversionDesk.QuoteSide side = sells ? IConversionDesk.QuoteSide.SELLS_SU : IConversionDesk.QuoteSide.BUYS_SU;
        require(_quote(side, su, drl, 1 hours), "quote");
        may = may && !_disturb();
        if (_pick(4) == 0) _postAll(SU, uint128(SU_PRICE * 7 / 10));
        Books memory before = _books();
        bool ok = _accept();
        require(ok == may, "accepted");
        Books memory after_ = _books();
        require(before.suSupply == after_.suSupply && before.drlSupply == after_.drlSupply, "supplies");
        if (!ok) {
            require(_same(before, after_), "something moved");
            require(desk.quoteOf(QUOTE).state == IConversionDesk.QuoteState.POSTED, "used");
            return;
        }
        _requireSettled(before, after_, sells, su, drl);
        require(!_accept() && _same(after_, _books()), "twice");
    }

    /// @dev Sometimes a hit, sometimes too late; whether one of them.
    function _disturb() private returns (bool disturbed) {
        if (_pick(8) == 0) {
            _screen(STATE_ENTITY, IParticipants.Screening.POTENTIAL);
            disturbed = true;
        }
        uint256 later = _pick(4) == 0 ? _pick(2 hours) : 0;
        vm.warp(block.timestamp + later);
        if (later > 1 hours) disturbed = true;
    }

    function _requireSettled(Books memory a, Books memory b, bool sells, uint128 su, uint128 drl) private pure {
        if (sells) {
            require(b.suOfEntity == a.suOfEntity + su && b.drlOfEntity + drl == a.drlOfEntity, "entity");
            require(b.suOfDesk + su == a.suOfDesk && b.drlOfDesk == a.drlOfDesk + drl, "desk");
        } else {
            require(b.suOfEntity + su == a.suOfEntity && b.drlOfEntity == a.drlOfEntity + drl, "entity");
            require(b.suOfDesk == a.suOfDesk + su && b.drlOfDesk + drl == a.drlOfDesk, "desk");
        }
    }

    /// @dev The desk bears whatever the price does to a live quote; new ones wait for the breaker.
    /// @custom:rule money.oracle-breaker
    function testFuzz_LiveQuote_IsHonouredAtAnyPrice(uint128 price, bool sells) public {
        uint128 su = 1_000e6;
        uint128 drl = uint128(uint256(su) * SU_PRICE / 1e12);
        _issue(sells ? address(desk) : STATE_ENTITY, su);
        _mint(sells ? STATE_ENTITY : address(desk), drl);
        _approve();
        require(
            _quote(sells ? IConversionDesk.QuoteSide.SELLS_SU : IConversionDesk.QuoteSide.BUYS_SU, su, drl, 1 hours)
        );
        price = uint128(_bound(price, 1, 10 * uint256(SU_PRICE)));
        _postAll(SU, price);
        require(_accept(), "not honoured");
        if (oracle.isFresh(SU)) return;
        bytes memory next = abi.encodeCall(
            IConversionDesk.postQuote,
            ("Q2", _nameOf(STATE_ENTITY), IConversionDesk.QuoteSide.SELLS_SU, su, drl, uint64(block.timestamp))
        );
        (bool ok,) = _try(DESK_OFFICE, address(desk), next);
        require(!ok, "quoted without a price");
    }

    /// @custom:rule regime.suspended-nothing-moves
    function test_Suspension_StopsConversions() public {
        _issue(address(desk), 1_000e6);
        _mint(STATE_ENTITY, 9_000_000);
        _approve();
        require(_quote(IConversionDesk.QuoteSide.SELLS_SU, 1_000e6, 9_000_000, 1 hours));
        vm.prank(SUPERVISOR);
        regime.suspend();
        Books memory before = _books();
        require(!_accept() && _same(before, _books()), "converted");
        vm.prank(STATE_ENTITY);
        currency.transfer(BANK, 1);
        require(currency.balanceOf(BANK) == 1, "the currency itself goes on");
    }
}
