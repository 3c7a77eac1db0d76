// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IDomesticCurrency} from "../src/interfaces/IDomesticCurrency.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {MoneyFixture} from "./MoneyFixture.sol";

/// @notice Who holds DRL, that the dry answer is true, and that its supply is its own.
contract DomesticCurrencyTest is MoneyFixture {
    address[6] private _holders = [BANK, STATE_ENTITY, MINING, SELLER, STRANGER, address(0)];

    function _randomCast(uint256 seed) private {
        _sow(seed);
        _holders[5] = address(desk);
        for (uint256 i = 0; i < 4; ++i) {
            if (_pick(2) == 0) _mint(_holders[i % 3], 1 + _pick(1e9));
        }
        for (uint256 i = 0; i < 4; ++i) {
            if (_pick(3) == 0) _screen(_holders[i], IParticipants.Screening.POTENTIAL);
        }
        if (_pick(3) == 0) {
            _rotate(STATE_ENTITY, address(0x4001));
        }
    }

    /// @dev Who may hold it, written apart from the contract.
    function _mayHold(address account) private view returns (bool) {
        if (account == address(desk)) return true;
        IParticipants.Profile memory profile = participants.profileOf(participants.participantOf(account));
        return profile.jurisdiction == HOME && !participants.isRetired(account)
            && profile.screening == IParticipants.Screening.CLEAR;
    }

    /// @custom:rule money.domestic
    /// @custom:rule check.truthful
    function testFuzz_DryAnswer_IsTrue(uint256 seed, uint256 amount) public {
        _randomCast(seed);
        address from = _holders[_pick(6)];
        address to = _holders[_pick(6)];
        amount = amount % 2e9;
        uint8 reason = currency.detectTransferRestriction(from, to, amount);
        bool may = _mayHold(from) && _mayHold(to) && amount <= currency.balanceOf(from);
        require((reason == Reason.OK) == may, "rule");
        (bool ok,) = _try(from, address(currency), abi.encodeCall(IERC20.transfer, (to, amount)));
        require(ok == may, "dry answer");
    }

    /// @dev Pitfall 1: an allowance does not outlast the standing of its spender.
    function testFuzz_Spender_NeedsStanding(uint256 seed) public {
        _mint(BANK, 10);
        _randomCast(seed);
        address spender = _holders[_pick(6)];
        if (!_mayHold(BANK) || !_mayHold(MINING)) return;
        vm.prank(BANK);
        currency.approve(spender, type(uint256).max);
        (bool ok,) = _try(spender, address(currency), abi.encodeCall(IERC20.transferFrom, (BANK, MINING, 10)));
        require(ok == _mayHold(spender), "spender");
    }

    /// @custom:rule money.domestic
    function testFuzz_Supply_IsWhatIsHeldAndItsOwn(uint256 seed) public {
        _sow(seed);
        _issue(STATE_ENTITY, 5e6);
        uint256 supply;
        for (uint256 step = 0; step < 20; ++step) {
            address who = _holders[_pick(3)];
            uint256 amount = _pick(1e6);
            if (_pick(2) == 0) {
                _mint(who, amount);
                supply += amount;
            } else {
                vm.prank(who);
                currency.approve(TREASURY, amount);
                bytes memory call = abi.encodeCall(IDomesticCurrency.burn, (who, amount, _nextRef()));
                (bool ok,) = _try(TREASURY, address(currency), call);
                if (ok) supply -= amount;
            }
            address to = _holders[_pick(3)];
            _try(who, address(currency), abi.encodeCall(IERC20.transfer, (to, _pick(1e6))));
        }
        uint256 held = currency.balanceOf(BANK) + currency.balanceOf(STATE_ENTITY) + currency.balanceOf(MINING);
        require(currency.totalSupply() == supply && held == supply, "supply");
        require(token.totalSupply() == 5e6, "SU");
    }

    function testFuzz_Recovery_StaysWithItsHolder(uint256 amount, bool retired) public {
        amount = _bound(amount, 1, 1e18);
        _mint(STATE_ENTITY, amount);
        address key = address(0x4001);
        if (retired) {
            _rotate(STATE_ENTITY, key);
            vm.prank(SUPERVISOR);
            currency.recover(STATE_ENTITY, key);
            require(currency.balanceOf(key) == amount && currency.balanceOf(STATE_ENTITY) == 0, "recovered");
        }
        bytes memory other = abi.encodeCall(IDomesticCurrency.recover, (retired ? key : STATE_ENTITY, BANK));
        (bool ok,) = _try(SUPERVISOR, address(currency), other);
        require(!ok && currency.balanceOf(BANK) == 0, "to somebody else");
    }

    function test_Refusals_AreStable() public {
        _mint(STATE_ENTITY, 100);
        _refused(STATE_ENTITY, address(currency), _pay(SELLER), _refusal(Reason.RESIDENTS_ONLY));
        _refused(STATE_ENTITY, address(currency), _pay(STRANGER), _refusal(Reason.PARTICIPANT_UNKNOWN));
        _register(address(0x4002), _sound(Role.BANK, HOME));
        _screen(address(0x4002), IParticipants.Screening.POTENTIAL);
        _refused(STATE_ENTITY, address(currency), _pay(address(0x4002)), _refusal(Reason.SCREENING_HOLD));
    }

    function _pay(address to) private pure returns (bytes memory) {
        return abi.encodeCall(IERC20.transfer, (to, 1));
    }
}
