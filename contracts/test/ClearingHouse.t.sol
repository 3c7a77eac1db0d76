// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ClearingHouse} from "../src/ClearingHouse.sol";
import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Fixture} from "./Fixture.sol";

interface Cooling {
    /// @dev Makes the storage of `target` cold again, as it is at the start of a transaction.
    function cool(address target) external;
}

/// @notice The house accepts exactly the settlements that keep the rules, and nothing is made or lost in them.
contract ClearingHouseTest is Fixture {
    uint64 private constant CLEARING_OFFICE_ROLE = 31;
    address private constant CLEARING_OFFICE = address(0x1021);
    uint128 private constant LIQUIDITY = 50;

    ClearingHouse private house;
    uint256 private _members;

    function setUp() public override {
        super.setUp();
        _activate(_programme());
        house = new ClearingHouse(address(manager), token, rulebook, regime, participants);
        _module(address(house), _flow(IRulebook.Flow.NET_LEG));
        manager.grantRole(THE_CLEARING, address(house), 0);
        manager.grantRole(CLEARING_OFFICE_ROLE, CLEARING_OFFICE, 0);
        _allow(address(house), CLEARING_OFFICE_ROLE, IClearingHouse.settle.selector);
        _allow(address(house), CLEARING_OFFICE_ROLE, IClearingHouse.exclude.selector);
    }

    // A market: even members are entities, odd ones counterparties

    function _member(uint256 i) private pure returns (address) {
        return address(uint160(0x5000 + i));
    }

    function _open(uint256 members, uint128 liquidity) private {
        _members = members;
        for (uint256 i = 0; i < members; ++i) {
            bool resident = i % 2 == 0;
            _register(_member(i), _sound(resident ? Role.SETTLER : Role.COUNTERPARTY, resident ? HOME : ABROAD));
            _give(_member(i), liquidity);
        }
    }

    function _enter(uint256 payer, uint256 payee, uint128 amount, uint8 priority, uint64 life)
        private
        returns (uint256)
    {
        (uint256 entity, uint256 other) = payer % 2 == 0 ? (payer, payee) : (payee, payer);
        bytes32 trade = _tradeOf(_member(entity), _member(other));
        if (trades.tradeOf(trade).value == 0) _openTrade(trade, _member(entity), _member(other));
        vm.prank(_member(payer));
        return house.enter(_nameOf(_member(payee)), amount, priority, trade, uint64(block.timestamp) + life);
    }

    /// @dev From a random member to a random one of the other side.
    function _enterAny(uint128 most) private returns (uint256) {
        uint256 payer = _pick(_members);
        uint256 payee = (payer + 1 + 2 * _pick(_members / 2)) % _members;
        return _enter(payer, payee, uint128(1 + _pick(most)), uint8(_pick(3)), uint64(1 + _pick(3)) * 1 days);
    }

    function _settle(uint256[] memory ids) private returns (bool ok) {
        bytes memory data = abi.encodeCall(IClearingHouse.settle, (ids));
        (bool dry, bytes memory answer) =
            address(house).staticcall(abi.encodeCall(IClearingHouse.checkSettlement, (ids)));
        bytes memory result;
        (ok, result) = _try(CLEARING_OFFICE, address(house), data);
        require(ok == dry && (ok || keccak256(result) == keccak256(answer)), "dry run lies");
    }

    // What a settlement must be, written apart from the contract: pair by pair

    function _isLive(uint256 id) private view returns (bool) {
        IClearingHouse.Obligation memory o = house.obligationOf(id);
        return o.state == IClearingHouse.ObligationState.PENDING && block.timestamp <= o.until
            && !house.isExcluded(o.payer) && !house.isExcluded(o.payee);
    }

    function _isFront(bool[] memory chosen) private view returns (bool) {
        for (uint256 a = 1; a < chosen.length; ++a) {
            if (!chosen[a]) continue;
            IClearingHouse.Obligation memory later = house.obligationOf(a);
            for (uint256 b = 1; b < chosen.length; ++b) {
                IClearingHouse.Obligation memory o = house.obligationOf(b);
                bool before = o.priority < later.priority || (o.priority == later.priority && b < a);
                if (!chosen[b] && before && o.payer == later.payer && _isLive(b)) return false;
            }
        }
        return true;
    }

    function _netOf(uint256 member, bool[] memory chosen) private view returns (int256 net) {
        bytes32 name = _nameOf(_member(member));
        for (uint256 id = 1; id < chosen.length; ++id) {
            if (!chosen[id]) continue;
            IClearingHouse.Obligation memory o = house.obligationOf(id);
            if (o.payer == name) net -= int256(uint256(o.amount));
            if (o.payee == name) net += int256(uint256(o.amount));
        }
    }

    function _pays(uint256 member, bool[] memory chosen) private view returns (bool) {
        for (uint256 id = 1; id < chosen.length; ++id) {
            if (chosen[id] && house.obligationOf(id).payer == _nameOf(_member(member))) return true;
        }
        return false;
    }

    /// @dev Chooses the fronts of the queues up to random places, and sometimes spoils the choice.
    function _chooseAny() private returns (bool[] memory chosen) {
        chosen = new bool[](house.obligations() + 1);
        for (uint256 m = 0; m < _members; ++m) {
            uint256 left = _pick(4);
            for (uint8 priority = 0; priority < 3 && left > 0; ++priority) {
                uint256[] memory ids = house.pendingOf(_nameOf(_member(m)), priority);
                for (uint256 i = 0; i < ids.length && left > 0; ++i) {
                    chosen[ids[i]] = true;
                    --left;
                }
            }
        }
        if (_oneIn(4)) chosen[1 + _pick(chosen.length - 1)] = _oneIn(2);
    }

    function _list(bool[] memory chosen) private pure returns (uint256[] memory ids) {
        uint256 count = 0;
        for (uint256 id = 1; id < chosen.length; ++id) {
            if (chosen[id]) ++count;
        }
        ids = new uint256[](count);
        for (uint256 id = chosen.length - 1; id > 0; --id) {
            if (chosen[id]) ids[--count] = id;
        }
    }

    function _isValid(bool[] memory chosen) private view returns (bool valid) {
        valid = _list(chosen).length > 0 && _isFront(chosen);
        for (uint256 id = 1; id < chosen.length; ++id) {
            if (chosen[id] && !_isLive(id)) return false;
        }
        for (uint256 m = 0; m < _members; ++m) {
            if (token.balanceOf(_member(m)) > uint256(type(int256).max)) return false;
            if (int256(token.balanceOf(_member(m))) + _netOf(m, chosen) < 0) return false;
            bool suspended = _profileOf(_member(m)).licence != IParticipants.LicenceStatus.ACTIVE;
            if (suspended && _pays(m, chosen)) return false;
        }
    }

    /// @dev Tries a random settlement: accepted if and only if it is valid, and then balances move by the nets.
    function _round() private {
        bool[] memory chosen = _chooseAny();
        bool valid = _isValid(chosen);
        int256[] memory expected = new int256[](_members);
        for (uint256 m = 0; m < _members; ++m) {
            int256 net = valid ? _netOf(m, chosen) : int256(0);
            expected[m] = int256(token.balanceOf(_member(m))) + net;
        }
        require(_settle(_list(chosen)) == valid, "settled");
        uint256 sum = 0;
        for (uint256 m = 0; m < _members; ++m) {
            require(int256(token.balanceOf(_member(m))) == expected[m], "balance");
            sum += token.balanceOf(_member(m));
        }
        require(sum == _members * LIQUIDITY && token.balanceOf(address(house)) == 0, "made or lost");
        for (uint256 id = 1; id < chosen.length; ++id) {
            bool settled = house.obligationOf(id).state == IClearingHouse.ObligationState.SETTLED;
            require(!valid || !chosen[id] || settled, "left open");
        }
        require(!valid || !_settle(_list(chosen)), "settled twice");
    }

    /// @custom:rule clearing.fifo
    /// @custom:rule clearing.sum-zero
    /// @custom:rule clearing.nobody-below-zero
    /// @custom:rule clearing.all-pending
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_Settlements_AreAcceptedExactlyWhenValid(uint256 seed) public {
        _sow(seed);
        _open(6, LIQUIDITY);
        for (uint256 step = 0; step < 8; ++step) {
            for (uint256 i = 0; i < 4; ++i) {
                _enterAny(60);
            }
            _round();
        }
    }

    /// @custom:rule clearing.member-out
    /// @custom:rule clearing.leave
    /// forge-config: default.fuzz.runs = 64
    function testFuzz_Queues_SurviveWhatBefallsThem(uint256 seed) public {
        _sow(seed);
        _open(4, LIQUIDITY);
        for (uint256 m = 0; m < 4; ++m) {
            _enter(m, (m + 1) % 4, 5, 0, 2 days);
        }
        for (uint256 step = 0; step < 24; ++step) {
            _happen(_pick(8));
            _round();
        }
    }

    function _happen(uint256 what) private {
        address member = _member(_pick(_members));
        bytes32 name = _nameOf(member);
        uint256 id = 1 + _pick(house.obligations());
        bool excluded = house.isExcluded(name);
        if (what == 0) vm.warp(block.timestamp + 1 + _pick(2 days));
        else if (what == 1) _license(member, IParticipants.LicenceStatus.SUSPENDED, FAR);
        else if (what == 2) _license(member, IParticipants.LicenceStatus.ACTIVE, FAR);
        else if (what == 3 && excluded) _try(STRANGER, address(house), abi.encodeCall(IClearingHouse.readmit, (name)));
        else if (what == 3) _try(CLEARING_OFFICE, address(house), abi.encodeCall(IClearingHouse.exclude, (name)));
        else if (what == 4) _withdrawOrLapse(id);
        else if (what == 5) house.sweep(name, uint8(_pick(3)), _pick(8));
        else if (what == 6) _toll();
        else _enterIfPossible();
    }

    function _enterIfPossible() private {
        for (uint256 m = 0; m < _members; ++m) {
            if (house.isExcluded(_nameOf(_member(m)))) return;
            if (_profileOf(_member(m)).licence != IParticipants.LicenceStatus.ACTIVE) return;
        }
        _enterAny(60);
        _enterAny(60);
    }

    function _withdrawOrLapse(uint256 id) private {
        IClearingHouse.Obligation memory o = house.obligationOf(id);
        bool over = block.timestamp > o.until;
        bytes32 trade = o.trade;
        uint256 used = trades.tradeOf(trade).used;
        (bool ok,) = _try(STRANGER, address(house), abi.encodeCall(IClearingHouse.lapse, (id)));
        require(ok == (over && o.state == IClearingHouse.ObligationState.PENDING), "lapsed");
        if (!ok && o.state == IClearingHouse.ObligationState.PENDING) {
            vm.prank(participants.walletOf(o.payer));
            house.proposeWithdrawal(id);
            vm.prank(participants.walletOf(o.payee));
            house.withdraw(id);
        }
        bool pending = o.state == IClearingHouse.ObligationState.PENDING;
        bool abroad = _profileOf(participants.walletOf(o.payer)).jurisdiction != HOME;
        uint256 freed = !pending || (ok && abroad) ? 0 : o.amount;
        require(used - trades.tradeOf(trade).used == freed, "headroom");
    }

    /// @dev While the regime stands still, so do the lives of obligations, and nothing settles.
    function _toll() private {
        uint256 id = house.obligations();
        bool live = _isLive(id);
        uint64 until = house.obligationOf(id).until;
        _suspend();
        vm.warp(block.timestamp + 5 days);
        require(!_settle(_one(id)), "settled while suspended");
        _resume();
        require(_isLive(id) == live && house.obligationOf(id).until == until + 5 days, "tolled");
    }

    function _one(uint256 id) private pure returns (uint256[] memory ids) {
        ids = new uint256[](1);
        ids[0] = id;
    }

    /// @dev With bypass any pending ones may be chosen.
    /// @custom:rule clearing.fifo
    function testFuzz_Bypass_FreesTheOrderOnly(uint256 seed) public {
        _sow(seed);
        IRegime.Programme memory programme = _programme();
        programme.queueBypass = true;
        _change(programme, _corridors());
        _open(4, LIQUIDITY);
        for (uint256 i = 0; i < 12; ++i) {
            _enterAny(60);
        }
        bool[] memory chosen = new bool[](13);
        for (uint256 id = 1; id <= 12; ++id) {
            chosen[id] = _oneIn(2);
        }
        bool valid = _list(chosen).length > 0;
        for (uint256 m = 0; m < 4; ++m) {
            if (int256(uint256(LIQUIDITY)) + _netOf(m, chosen) < 0) valid = false;
        }
        require(_settle(_list(chosen)) == valid, "settled");
        // The queues are whole again once the programme asks for their order.
        _change(_programme(), _corridors());
        _sow(seed);
        _round();
    }

    // Size

    /// @dev 700 obligations among 40 members, whose storage is cold, stay well within a block of 30 million gas.
    function test_SevenHundredObligations_FitABlock() public {
        _sow(1);
        _open(40, 1_000_000);
        uint256[] memory ids = new uint256[](700);
        for (uint256 i = 0; i < ids.length; ++i) {
            ids[i] = _enterAny(1_000);
        }
        address[6] memory touched = [
            address(house), address(token), address(rulebook), address(regime), address(participants), address(manager)
        ];
        for (uint256 i = 0; i < touched.length; ++i) {
            Cooling(address(vm)).cool(touched[i]);
        }
        vm.prank(CLEARING_OFFICE);
        uint256 before = gasleft();
        house.settle(ids);
        uint256 used = before - gasleft();
        require(used < 18_000_000, "gas");
    }

    /// @dev What was entered across the border is a domestic payment once the payee's owner moves home.
    /// @custom:rule clearing.entry clearing.member-out
    function test_NettingDisguisesNoPaymentThatBecameDomestic() public {
        _open(4, LIQUIDITY);
        uint256 id = _enter(0, 1, 5, 0, 2 days);
        uint256 back = _enter(1, 2, 5, 0, 2 days);
        uint256 other = _enter(0, 3, 5, 0, 2 days);
        _own(_member(1), HOME);
        uint256[] memory ids = new uint256[](2);
        (ids[0], ids[1]) = (id, back);
        bytes memory domestic = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_MemberRefused.selector, Reason.DOMESTIC_PAYMENT, _nameOf(_member(1))
        );
        _refused(CLEARING_OFFICE, address(house), abi.encodeCall(IClearingHouse.settle, (ids)), domestic);
        _refused(CLEARING_OFFICE, address(house), abi.encodeCall(IClearingHouse.settle, (_one(id))), domestic);

        vm.prank(CLEARING_OFFICE);
        house.exclude(_nameOf(_member(1)));
        bytes memory readmit = abi.encodeCall(IClearingHouse.readmit, (_nameOf(_member(1))));
        _refused(STRANGER, address(house), readmit, _refusal(Reason.DOMESTIC_PAYMENT));
        require(_settle(_one(other)), "others wait");
        _own(_member(1), ABROAD);
        _passed(STRANGER, address(house), readmit);
        require(_settle(ids), "moved back");
    }

    /// @dev Without money, and without the entity's consent, a party abroad uses up no more than the trade is worth.
    /// @custom:rule clearing.leave check.cap-refund
    function test_ACounterpartyAloneDoesNotUseUpTheEntitysCaps() public {
        _open(2, LIQUIDITY);
        uint256 id = _enter(1, 0, PLENTY, 0, 0);
        vm.warp(block.timestamp + 1);
        house.lapse(id);
        bytes32 trade = _tradeOf(_member(0), _member(1));
        bytes memory again =
            abi.encodeCall(IClearingHouse.enter, (_nameOf(_member(0)), 1, 0, trade, uint64(block.timestamp)));
        _refused(_member(1), address(house), again, _refusal(Reason.PURPOSE_EXHAUSTED));
    }

    /// @custom:rule clearing.entry
    function test_WhatWasEnteredAtHomeIsNotSettledOnceThatIsBanned() public {
        IRegime.Programme memory programme = _programme();
        programme.domesticBan = false;
        _change(programme, _corridors());
        _open(4, LIQUIDITY);
        _openTrade("at home", _member(0), _member(2));
        vm.prank(_member(0));
        uint256 id = house.enter(_nameOf(_member(2)), 5, 0, "at home", uint64(block.timestamp) + 30 days);
        _change(_programme(), _corridors());
        bytes memory domestic = abi.encodeWithSelector(
            IClearingHouse.ClearingHouse_MemberRefused.selector, Reason.DOMESTIC_PAYMENT, _nameOf(_member(2))
        );
        _refused(CLEARING_OFFICE, address(house), abi.encodeCall(IClearingHouse.settle, (_one(id))), domestic);
        _change(programme, _corridors());
        require(_settle(_one(id)), "permitted again");
    }
}
