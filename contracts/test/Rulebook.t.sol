// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Worlds} from "./Worlds.sol";

/// @notice The Rulebook against a reference without order and with books of its own, in random worlds.
contract RulebookTest is Worlds {
    /// @custom:rule check.order
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Check_EqualsTheReference(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 6; ++i) {
            IRulebook.Movement memory m = _randomMovement();
            _requireSame(rulebook.check(m), _expected(m));
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_CheckObligation_EqualsTheReference(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (bytes32 payer, bytes32 payee) = _oneIn(2) ? (_nameOf(A), _nameOf(B)) : (_nameOf(B), _nameOf(A));
            if (_oneIn(20)) payee = payer;
            uint256 amount = 1 + _pick(300);
            bytes32 trade = _oneIn(20) ? bytes32("another") : TRADE;
            uint8 expected = _expectedObligation(payer, payee, amount, trade);
            _requireSame(rulebook.checkObligation(payer, payee, amount, trade), expected);
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_CheckOpening_EqualsTheReference(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (bytes32 x, bytes32 y) = _oneIn(2) ? (_nameOf(A), _nameOf(B)) : (_nameOf(B), _nameOf(A));
            uint256 until = _oneIn(3) ? END - 1 + _pick(3) : block.timestamp + _pick(100 days);
            if (_oneIn(3) && _knownA) _renewKyc(A, uint64(until - 1 + _pick(3)));
            if (_oneIn(6)) _renewKyc(INTERMEDIARY, uint64(until - 1 + _pick(3)));
            (uint8 instrument, uint256 amount) = (uint8(_pick(7)), _pick(1_000));
            uint8 expected = _expectedOpening(x, y, until, instrument, amount, TRADE);
            _requireSame(rulebook.checkOpening(x, y, until, instrument, amount, TRADE), expected);
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_CheckParty_EqualsTheReference(uint256 seed, uint16 roles) public {
        _world(seed);
        roles %= Role.ALL + 1;
        address[5] memory wallets = [A, A2, B, BANK, STRANGER];
        for (uint256 i = 0; i < 5; ++i) {
            _requireSame(rulebook.checkParty(wallets[i]), _expectedParty(wallets[i]));
            bytes32 name = participants.participantOf(wallets[i]);
            _requireSame(rulebook.checkParticipant(name, roles), _expectedParticipant(name, roles));
        }
    }

    /// @dev What the Rulebook metered is the sum of the entries, over any window; what it holds the sum of the lots.
    /// @custom:rule check.cap-sliding check.cap-once
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Used_EqualsTheEntries(uint256 seed, uint256 window) public {
        _world(seed);
        for (uint256 i = 0; i < 3; ++i) {
            if (i == 0) window %= 40 days;
            // Exactly as far back as an entry, and a second further.
            if (i > 0 && _entries.length > 0) window = block.timestamp - _entries[_pick(_entries.length)].time + i - 1;
            bytes32 entity = _nameOf(_oneIn(2) ? A : B);
            require(rulebook.usedByEntity(entity, window) == _sumOver(entity, ANY_CLASS, 0, window), "entity");
            uint8 class = uint8(_pick(2));
            require(rulebook.usedByClass(class, window) == _sumOver(0, class, 0, window), "class");
            bytes2 abroad = _oneIn(2) ? ABROAD : ELSEWHERE;
            require(rulebook.usedByCorridor(abroad, window) == _sumOver(0, ANY_CLASS, abroad, window), "corridor");
            require(rulebook.usedByRegime(window) == _sumOver(0, ANY_CLASS, 0, window), "regime");
        }
        require(rulebook.exposureOf(_nameOf(B)) == token.balanceOf(B), "exposure");
        require(rulebook.exposureOf(_nameOf(A)) == token.balanceOf(A) + token.balanceOf(A2), "exposure of two wallets");
        require(trades.tradeOf(TRADE).used == _entered[TRADE], "headroom");
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_EveryRefusalHasASentence(uint256 seed) public {
        _world(seed);
        require(bytes(token.messageForTransferRestriction(rulebook.check(_randomMovement()))).length > 0);
    }

    /// @dev The worlds are no desert: a fair share of movements passes, and every code of the table turns up.
    /// @custom:rule check.codes
    function test_WorldsAreVaried() public {
        uint256 start = vm.snapshotState();
        uint256 passed;
        // Those of other contracts: of the domestic currency, of the reserve's coins, of spenders.
        uint256 seen = 1 << Reason.RESIDENTS_ONLY | 1 << Reason.PRICE_STALE | 1 << Reason.INSUFFICIENT_ALLOWANCE;
        uint256 worlds;
        for (uint256 all = _codes(); seen & all != all; ++worlds) {
            require(worlds < 1_000, "a code never turns up");
            _world(worlds);
            for (uint256 i = 0; i < 30; ++i) {
                uint8 reason = rulebook.check(_randomMovement());
                seen |= 1 << reason;
                if (reason == Reason.OK) ++passed;
            }
            seen |= 1 << rulebook.checkOpening(_nameOf(A), _nameOf(B), END + worlds % 2, uint8(worlds % 7), 1, TRADE);
            require(vm.revertToState(start));
        }
        require(passed > worlds * 5, "too few pass");
    }

    /// @dev Those below 200 are the Rulebook's.
    function _codes() private view returns (uint256 all) {
        for (uint8 code = 0; code < 200; ++code) {
            if (bytes(token.messageForTransferRestriction(code)).length > 0) all |= 1 << code;
        }
    }

    /// @dev A shell abroad with a resident owner is resident, on either side and in every flow between two.
    /// @custom:rule check.residency
    function testFuzz_ForeignShellOfAResidentIsResident(bool swap, uint8 flowSeed, bool ban) public {
        IRegime.Programme memory programme = _programme();
        programme.domesticBan = ban;
        _activate(programme);
        IRulebook.Movement memory m;
        m.flow = [IRulebook.Flow.DIRECT, IRulebook.Flow.FUND, IRulebook.Flow.PAY, IRulebook.Flow.AWARD][flowSeed % 4];
        (m.payer, m.payee) = swap ? (SHELL, STATE_ENTITY) : (STATE_ENTITY, SHELL);
        (m.from, m.to, m.amount, m.balance) = (m.payer, m.payee, 1, 1);
        m.trade = _tradeOf(STATE_ENTITY, SHELL);
        require(rulebook.check(m) == (ban ? Reason.DOMESTIC_PAYMENT : Reason.OK), "with the entity");
        _own(SHELL, ABROAD);
        require(rulebook.check(m) == Reason.OK, "owned abroad");
        _own(STATE_ENTITY, ABROAD);
        require(rulebook.check(m) == Reason.OK, "at home, owned abroad");
    }

    /// @dev Only the token moves and meters; only the clearing house enters obligations.
    function testFuzz_Restricted(address caller, uint256 which) public {
        vm.assume(caller != address(token));
        IRulebook.Movement memory m;
        bytes[3] memory calls = [
            abi.encodeCall(IRulebook.pass, (m)),
            abi.encodeCall(IRulebook.enterObligation, (_nameOf(A), _nameOf(B), 1, TRADE)),
            abi.encodeCall(IRulebook.leaveObligation, (1, TRADE))
        ];
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(rulebook), calls[which % 3], expected);
    }

    /// @dev An obligation is metered like a payment, once; leaving gives back headroom, never caps.
    /// @custom:rule clearing.entry clearing.leave check.cap-refund
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Obligations_AreMetered(uint256 seed, uint8 steps) public {
        manager.grantRole(THE_CLEARING, address(this), 0);
        _world(seed);
        for (uint256 i = steps % 8; i > 0; --i) {
            uint256 amount = 1 + _pick(200);
            if (_entered[TRADE] >= amount && _oneIn(3)) {
                rulebook.leaveObligation(amount, TRADE);
                _entered[TRADE] -= amount;
            } else {
                uint8 expected = _expectedObligation(_nameOf(A), _nameOf(B), amount, TRADE);
                uint8 reason = rulebook.enterObligation(_nameOf(A), _nameOf(B), amount, TRADE);
                _requireSame(reason, expected);
                if (reason == Reason.OK) _enter(_nameOf(A), _nameOf(B), amount, TRADE);
            }
            if (_oneIn(2)) vm.warp(block.timestamp + _pick(5 days));
            require(rulebook.usedByRegime(1 days) == _sumOver(0, ANY_CLASS, 0, 1 days), "metered");
            require(trades.tradeOf(TRADE).used == _entered[TRADE], "headroom");
        }
    }
}
