// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SettlementToken} from "../src/SettlementToken.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Anything, svm, vm} from "./Symbolic.sol";

/// @title Conservation: what one account loses another gains, or the supply does
/// @notice The real token, every word of its storage arbitrary but for what is assumed: that any two accounts hold no
/// more than the supply. Each proof makes one call, with any arguments, by any caller, whatever the Rulebook answers,
/// and shows that two accounts and the supply change by amounts that cancel out, and no third account at all. So the
/// balances add up to the supply after every call if they did before it; at deployment all are zero.
contract SettlementTokenProof {
    /// @dev Where {SettlementToken} stores the quarantine.
    bytes32 private constant QUARANTINE_SLOT = bytes32(uint256(10));

    SettlementToken private _token;
    address private _caller;
    address private _quarantine;

    struct Holdings {
        address first;
        address second;
        address third;
        uint256 ofFirst;
        uint256 ofSecond;
        uint256 ofThird;
        uint256 supply;
    }

    function setUp() public {
        address anything = address(new Anything());
        _quarantine = address(new Anything());
        _token = new SettlementToken(anything, IRulebook(anything), IRegime(anything), IParticipants(anything));
        svm.enableSymbolicStorage(address(_token));
        vm.assume(_token.authority() == anything);
        vm.store(address(_token), QUARANTINE_SLOT, bytes32(uint256(uint160(_quarantine))));
        _caller = svm.createAddress("caller");
        vm.warp(svm.createUint(64, "now"));
    }

    modifier conserves(address first, address second) {
        Holdings memory before = _holdings(first, second, svm.createAddress("third"));
        vm.assume(first != before.third && second != before.third && _addsUp(before));
        vm.prank(_caller);
        _;
        Holdings memory then = _holdings(first, second, before.third);
        assert(then.ofThird == before.ofThird);
        assert(_addsUp(then));
        // What the others hold; no difference is below zero, as both add up.
        unchecked {
            assert(then.supply - _sum(then) == before.supply - _sum(before));
        }
    }

    modifier movesNothing() {
        Holdings memory before = _holdings(address(0), address(0), svm.createAddress("third"));
        vm.prank(_caller);
        _;
        assert(_token.balanceOf(before.third) == before.ofThird);
        assert(_token.totalSupply() == before.supply);
    }

    function check_Transfer(address to, uint256 amount) external conserves(_caller, to) {
        _token.transfer(to, amount);
    }

    function open_TransferFrom(address from, address to, uint256 amount) external conserves(from, to) {
        _token.transferFrom(from, to, amount);
    }

    function check_Issue(address to, uint128 amount, bytes32 ref) external conserves(to, to) {
        _token.issue(to, amount, ref);
    }

    function check_Redeem(address holder, uint256 amount, bytes32 ref) external conserves(holder, holder) {
        _token.redeem(holder, amount, ref);
    }

    function check_Intake(address miner, address entity, uint128 amount, bytes32 ref, bytes32 trade)
        external
        conserves(entity, entity)
    {
        _token.intake(miner, entity, amount, ref, trade);
    }

    function open_Take(uint8 flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        conserves(payer, _caller)
    {
        _token.take(IRulebook.Flow(flow), payer, payee, amount, ref, trade);
    }

    function open_PayOut_Arrived(uint8 flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        conserves(_caller, payee)
    {
        vm.assume(_token.payOut(IRulebook.Flow(flow), payer, payee, amount, ref, trade));
    }

    function check_PayOut_HeldBack(uint8 flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        conserves(_caller, _quarantine)
    {
        vm.assume(!_token.payOut(IRulebook.Flow(flow), payer, payee, amount, ref, trade));
    }

    function check_Impound(uint8 flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        conserves(_caller, _quarantine)
    {
        _token.impound(IRulebook.Flow(flow), payer, payee, amount, ref, trade);
    }

    function open_Recover(address from, address to, bytes32 trade) external conserves(from, to) {
        bytes32[] memory trades = new bytes32[](1);
        trades[0] = trade;
        _token.recover(from, to, trades);
    }

    function open_ForcedTransfer(address from, address to, uint256 amount) external conserves(from, to) {
        _token.forcedTransfer(from, to, amount);
    }

    function check_SetFrozenTokens(address account, uint256 amount) external movesNothing {
        _token.setFrozenTokens(account, amount);
    }

    function check_ReleaseEarmark(address account, bytes32 trade) external movesNothing {
        _token.releaseEarmark(account, trade);
    }

    function check_RegisterModule(address module, uint16 flows) external movesNothing {
        _token.registerModule(module, flows);
    }

    function check_Approve(address spender, uint256 amount) external movesNothing {
        _token.approve(spender, amount);
    }

    function _holdings(address first, address second, address third) private view returns (Holdings memory) {
        return Holdings({
            first: first,
            second: second,
            third: third,
            ofFirst: _token.balanceOf(first),
            ofSecond: _token.balanceOf(second),
            ofThird: _token.balanceOf(third),
            supply: _token.totalSupply()
        });
    }

    /// @dev What the accounts hold, one that is named twice counted once; it overflows nowhere that {_addsUp}.
    function _sum(Holdings memory h) private pure returns (uint256) {
        unchecked {
            return h.first == h.second ? h.ofFirst : h.ofFirst + h.ofSecond;
        }
    }

    function _addsUp(Holdings memory h) private pure returns (bool) {
        return h.ofFirst <= h.supply && _sum(h) >= h.ofFirst && _sum(h) <= h.supply;
    }
}
