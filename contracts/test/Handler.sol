// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {ClearingHouse} from "../src/ClearingHouse.sol";
import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRamp} from "../src/interfaces/IRamp.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Watch} from "./Watch.sol";

/// @title Everybody who acts on the money of the regime, well-meant or not
/// @notice Each action draws from one seed, calls as somebody, and never reverts.
abstract contract Handler is Watch {
    address internal constant FRESH_WALLET = address(0x2201);
    uint256 private _listVersion;

    /// @dev Draws from `seed`, records, acts, and looks at what happened.
    modifier acts(uint256 seed) {
        _sow(seed);
        vm.recordLogs();
        _;
        _book();
        _watchCredits();
    }

    function setUp() public virtual override {
        vm.recordLogs();
        super.setUp();
        house = new ClearingHouse(address(manager), token, rulebook, regime, participants);
        _module(address(house), _flow(IRulebook.Flow.NET_LEG));
        manager.grantRole(THE_CLEARING, address(house), 0);
        _allow(address(house), RAMPING, IClearingHouse.settle.selector);
        _allow(address(house), RAMPING, IClearingHouse.exclude.selector);
        _change(_tight(), _tightCorridors());
        _openPhaseTwo();
        _listVersion = 1;
        _wallets = [STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD, SHELL, LISTED, CUT_OFF];
        for (uint256 i = 0; i < 7; ++i) {
            _give(_wallets[i], 3_000);
        }
        address[12] memory others = [
            STATE_ENTITY_2,
            SELLER_2,
            FRESH_WALLET,
            BANK,
            EXAMINING,
            STRANGER,
            MODULE,
            address(escrow),
            address(collections),
            address(house),
            address(quarantine),
            address(ramp)
        ];
        for (uint256 i = 0; i < 12; ++i) {
            _wallets.push(others[i]);
        }
        address[5] memory spenders = [address(escrow), address(ramp), LISTED, STRANGER, SELLER];
        for (uint256 i = 0; i < 35; ++i) {
            _approveFor(_wallets[i / 5], spenders[i % 5], type(uint256).max);
        }
        address[5] memory counterparties = [SELLER, BUYER_ABROAD, CUT_OFF, SHELL, LISTED];
        for (uint256 i = 0; i < 10; ++i) {
            _numbers.push(_tradeOf(i % 2 == 0 ? STATE_ENTITY : PRIVATE_ENTITY, counterparties[i / 2]));
        }
        _book();
        _screen(LISTED, IParticipants.Screening.TRUE_MATCH);
    }

    /// @dev Caps that bind now and then, for amounts of up to some thousands.
    function _tight() internal pure returns (IRegime.Programme memory p) {
        p = _programme();
        (p.period, p.maxListAge, p.maxHolding) = (10 days, 60 days, 90 days);
        p.maxExposure = 12_000;
        p.stateCaps = IRegime.ClassCaps(4_000, 8_000, 20_000, 30_000);
        p.privateCaps = IRegime.ClassCaps(3_000, 6_000, 12_000, 15_000);
        p.regimeCap = 38_000;
    }

    function _tightCorridors() internal pure returns (IRegime.Corridor[] memory corridors) {
        corridors = _corridors();
        (corridors[0].cap, corridors[1].cap) = (25_000, 15_000);
    }

    // Value

    function pay(uint256 seed) external acts(seed) {
        (address from, address to) = (_someWallet(), _someWallet());
        if (!_oneIn(4)) {
            (from, to) = (_oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY, _oneIn(2) ? SELLER : BUYER_ABROAD);
            if (_oneIn(3)) (from, to) = (to, from);
        }
        uint256 amount = _someAmount(from);
        bool answer = token.canTransfer(from, to, amount);
        (bool ok,) = _try(from, address(token), abi.encodeCall(IERC20.transfer, (to, amount)));
        if (ok != answer) _violated("the dry answer about a transfer lied");
    }

    function spend(uint256 seed) external acts(seed) {
        (address spender, address from, address to) = (_someWallet(), _someWallet(), _someWallet());
        if (_oneIn(2)) (spender, from, to) = (SELLER, STATE_ENTITY, BUYER_ABROAD);
        uint256 amount = _someAmount(from);
        bool answer = token.detectTransferRestrictionFrom(spender, from, to, amount) == 0;
        (bool ok,) = _try(spender, address(token), abi.encodeCall(IERC20.transferFrom, (from, to, amount)));
        if (ok != answer) _violated("the dry answer about a spender lied");
    }

    function issueOrRedeem(uint256 seed) external acts(seed) {
        bytes32 ref = _oneIn(6) ? keccak256(abi.encode("ramp", 1 + _pick(8))) : _nextRef();
        address wallet = _oneIn(3) ? _someWallet() : _oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY;
        bytes memory data = _oneIn(3)
            ? abi.encodeCall(IRamp.redeem, (wallet, _someAmount(wallet), ref))
            : abi.encodeCall(IRamp.issue, (wallet, uint128(_pick(4_000)), ref));
        _try(RAMP_OFFICE, address(ramp), data);
    }

    /// @dev The cash stands for the coins, which have tests of their own.
    function mine(uint256 seed) external acts(seed) {
        uint128 amount = uint128(_pick(1_500));
        manager.grantRole(THE_RAMP, address(this), 0);
        if (!_oneIn(4)) reserve.depositCash(amount, "coins");
        bytes32 trade = _numbers[_pick(4)];
        address entity = _oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY;
        _try(MODULE, address(token), abi.encodeCall(ISettlementToken.intake, (MINING, entity, amount, "mined", trade)));
    }

    function unmark(uint256 seed) external acts(seed) {
        bytes memory data = abi.encodeCall(ISettlementToken.releaseEarmark, (_someWallet(), _numbers[_pick(4)]));
        _try(_someWallet(), address(token), data);
    }

    // Enforcement

    function freeze(uint256 seed) external acts(seed) {
        address account = _someWallet();
        uint256 before = token.getFrozenTokens(account);
        uint256 amount = _oneIn(2) ? 0 : _oneIn(6) ? type(uint256).max : _pick(3_000);
        bytes memory data = abi.encodeCall(IERC7943Fungible.setFrozenTokens, (account, amount));
        bool alone = _oneIn(2);
        address first = alone ? SUPERVISOR : CO_APPROVER;
        (bool ok,) = _oneIn(3) ? _try(SUPERVISOR, address(token), data) : _together2(first, SUPERVISOR, data);
        if (ok && alone && amount < before) _violated("one person released a freeze");
        if (ok && token.moduleFlows(account) != 0) _violated("a module was frozen");
    }

    function seize(uint256 seed) external acts(seed) {
        (address from, address to) = (_someWallet(), _someWallet());
        bytes memory data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (from, to, _someAmount(from) / 4));
        bool two = !_oneIn(3);
        _enforcing = two;
        (bool ok,) = two ? _together2(CO_APPROVER, SUPERVISOR, data) : _together2(SUPERVISOR, SUPERVISOR, data);
        _enforcing = false;
        if (ok && token.moduleFlows(from) != 0) _violated("a module was seized");
    }

    function recover(uint256 seed) external acts(seed) {
        address[4] memory them = [STATE_ENTITY, STATE_ENTITY_2, SELLER, SELLER_2];
        (address from, address to) = (them[_pick(4)], them[_pick(4)]);
        if (_oneIn(6)) to = _someWallet();
        bytes32 owner = participants.participantOf(from);
        bytes memory data = abi.encodeCall(ISettlementToken.recover, (from, to, _numbers));
        _enforcing = true;
        (bool ok,) = _try(SUPERVISOR, address(token), data);
        _enforcing = false;
        if (ok && owner != participants.participantOf(to)) _violated("a recovery went to somebody else");
    }

    function _together2(address first, address second, bytes memory data) internal returns (bool ok, bytes memory r) {
        return _tryTogether(first, second, address(token), data);
    }

    // Registers

    function rescreen(uint256 seed) external acts(seed) {
        bytes32 name = _someName();
        if (_oneIn(5)) {
            _newList();
            return;
        }
        IParticipants.Screening to = _oneIn(2) ? IParticipants.Screening.CLEAR : IParticipants.Screening(_pick(5));
        bytes memory data = abi.encodeCall(IParticipants.setScreening, (name, to));
        if (_oneIn(2)) {
            if (to == IParticipants.Screening.CLEAR) to = IParticipants.Screening.FALSE_POSITIVE;
            data = abi.encodeCall(IParticipants.resolveScreening, (name, to));
            _tryTogether(REVIEWER, SECOND_REVIEWER, address(participants), data);
        } else {
            _try(REVIEWER, address(participants), data);
        }
    }

    /// @dev A new list, against which nearly everybody is found as before.
    function _newList() private {
        bytes memory list = abi.encodeCall(IParticipants.publishList, (uint32(++_listVersion), "list"));
        _try(REVIEWER, address(participants), list);
        address[11] memory them = [
            STATE_ENTITY,
            PRIVATE_ENTITY,
            SELLER,
            BUYER_ABROAD,
            SHELL,
            LISTED,
            CUT_OFF,
            INTERMEDIARY,
            MINING,
            EXAMINING,
            ARBITER
        ];
        for (uint256 i = 0; i < 11; ++i) {
            if (!_oneIn(12)) _screen(them[i], _profileOf(them[i]).screening);
        }
        _screen(BANK, _profileOf(BANK).screening);
    }

    function change(uint256 seed) external acts(seed) {
        bytes32 name = _someName();
        IParticipants.LicenceStatus licence =
            _oneIn(3) ? IParticipants.LicenceStatus(_pick(4)) : IParticipants.LicenceStatus.ACTIVE;
        uint64 until = _oneIn(4) ? uint64(block.timestamp - 1 + _pick(30 days)) : FAR;
        bytes[6] memory ways = [
            abi.encodeCall(IParticipants.setLicence, (name, licence, until)),
            abi.encodeCall(IParticipants.setKyc, (name, until)),
            abi.encodeCall(IParticipants.setOwner, (name, [HOME, ABROAD, ABROAD][_pick(3)])),
            abi.encodeCall(IParticipants.setSponsor, (name, [_nameOf(BANK), _nameOf(BANK), 0][_pick(3)])),
            abi.encodeCall(IParticipants.setCap, (name, _oneIn(2) ? NO_CAP : uint128(_pick(10_000)))),
            abi.encodeCall(IParticipants.setIntermediary, (name, [_nameOf(INTERMEDIARY), _nameOf(BANK), 0][_pick(3)]))
        ];
        _try(SUPERVISOR, address(participants), ways[_pick(6)]);
    }

    /// @dev Everybody but who is listed is put right, so that trade goes on.
    function mend(uint256 seed) external acts(seed) {
        address[10] memory them =
            [BANK, INTERMEDIARY, STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD, SHELL, MINING, EXAMINING, ARBITER];
        _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.resume, ()));
        for (uint256 i = 0; i < 10; ++i) {
            bytes32 name = _nameOf(them[i]);
            if (i > 1 && i < 4) _sponsor(them[i], _nameOf(BANK));
            if (i > 3 && i < 6) _intermediate(them[i], _nameOf(INTERMEDIARY));
            bytes memory licence =
                abi.encodeCall(IParticipants.setLicence, (name, IParticipants.LicenceStatus.ACTIVE, FAR));
            _try(SUPERVISOR, address(participants), licence);
            _renewKyc(them[i], FAR);
            if (i != 6) _own(them[i], i == 0 || i == 2 || i == 3 || i == 7 ? HOME : ABROAD);
            _screen(them[i], IParticipants.Screening.FALSE_POSITIVE);
        }
    }

    function rotate(uint256 seed) external acts(seed) {
        if (!_oneIn(4)) return;
        address[3] memory keys = [SELLER, SELLER_2, FRESH_WALLET];
        bytes memory data =
            abi.encodeCall(IParticipants.rotateWallet, (_nameOf(SELLER), keys[_pick(3)], keys[_pick(3)]));
        _try(SUPERVISOR, address(participants), data);
    }

    function amendTrade(uint256 seed) external acts(seed) {
        bytes32 trade = _numbers[_pick(_numbers.length)];
        uint128 value = _oneIn(2) ? PLENTY : uint128(_pick(20_000));
        uint64 until = _oneIn(4) ? uint64(block.timestamp + _pick(20 days)) : FAR;
        _try(BANK, address(trades), abi.encodeCall(ITradeRegistry.amend, (trade, value, until)));
    }

    // The regime and time

    function passTime(uint256 seed) external acts(seed) {
        vm.warp(block.timestamp + _pick([uint256(1 hours), 1 days, 6 days, 25 days][_pick(4)]));
        (, uint64 publishedAt) = participants.currentList();
        if (block.timestamp > publishedAt + 45 days && !_oneIn(4)) _newList();
    }

    function steer(uint256 seed) external acts(seed) {
        bytes memory way = abi.encodeCall(IRegime.resume, ());
        if (regime.stage() == IRegime.Stage.ACTIVE && _oneIn(5)) way = abi.encodeCall(IRegime.suspend, ());
        if (_oneIn(60)) way = abi.encodeCall(IRegime.windDown, ());
        _try(SUPERVISOR, address(regime), way);
    }

    /// @dev Other caps, ban and corridors, by two people; now and then by one.
    function reprogramme(uint256 seed) external acts(seed) {
        IRegime.Programme memory p = _tight();
        p.stateCaps.daily = uint128(2_000 + _pick(8_000));
        p.regimeCap = uint128(20_000 + _pick(20_000));
        (p.domesticBan, p.directPayments) = (!_oneIn(4), !_oneIn(6));
        IRegime.Corridor[] memory corridors = _tightCorridors();
        corridors[_pick(3)].access = IRegime.Access(_pick(3));
        (bool ok,) = _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.draft, (p, corridors)));
        if (!ok) return;
        (ok,) = _try(_oneIn(2) ? SUPERVISOR : CO_APPROVER, address(regime), _approval(p, corridors));
        if (ok) _violated("a programme changed without notice");
        _tryAfterDelay(address(regime), _approval(p, corridors));
    }

    // Quarantine

    function quarantineItem(uint256 seed) external acts(seed) {
        uint256 item = 1 + _pick(quarantine.items() + 1);
        if (_oneIn(2)) {
            bytes memory data = abi.encodeCall(IQuarantine.release, (item, _oneIn(2)));
            bool alone = _oneIn(3);
            IQuarantine.ItemState before = quarantine.itemOf(item).state;
            _tryTogether(alone ? SECOND_REVIEWER : REVIEWER, SECOND_REVIEWER, address(quarantine), data);
            if (alone && quarantine.itemOf(item).state != before) _violated("one person released an item");
        } else {
            _try(_someWallet(), address(quarantine), abi.encodeCall(IQuarantine.claim, (item)));
        }
    }

    // Draws

    function _someWallet() internal returns (address) {
        return _wallets[_pick(_wallets.length)];
    }

    function _someName() internal returns (bytes32) {
        address[9] memory them =
            [STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD, SHELL, LISTED, INTERMEDIARY, BANK, MINING];
        return _nameOf(them[_pick(9)]);
    }

    function _someAmount(address from) internal returns (uint256) {
        uint256 balance = token.balanceOf(from);
        if (_oneIn(6)) return balance + _pick(2);
        return _pick(1 + (balance < 1_500 ? balance : 1_500));
    }
}
