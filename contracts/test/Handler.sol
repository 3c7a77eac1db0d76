// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRamp} from "../src/interfaces/IRamp.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {BillWatch} from "./BillWatch.sol";

/// @title Everybody who acts on the money of the regime, well-meant or not
/// @notice Each action draws from one seed, calls as somebody, and never reverts.
abstract contract Handler is BillWatch {
    /// @dev Of an action, or of a call that actions make: how often it was tried, and how often something came of it.
    struct Effect {
        address target;
        bytes4 selector;
        uint256 tried;
        uint256 passed;
    }

    address internal constant FRESH_WALLET = address(0x2201);

    Effect[] private _effects;
    mapping(bytes32 kind => uint256 place) private _places;
    uint256 private _passes;

    /// @dev Draws from `seed`, records, acts, and looks at what happened.
    modifier acts(uint256 seed) {
        _sow(seed);
        vm.recordLogs();
        uint256 before = _passes;
        _;
        _book();
        _watchCredits();
        _count(address(this), msg.sig, _passes > before);
    }

    function setUp() public virtual override {
        vm.recordLogs();
        super.setUp();
        _change(_tight(), _tightCorridors());
        _openPhaseTwo();
        _wallets = [STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD, SHELL, LISTED, CUT_OFF];
        for (uint256 i = 0; i < 7; ++i) {
            _give(_wallets[i], 3_000);
        }
        address[15] memory others = [
            STATE_ENTITY_2,
            SELLER_2,
            FRESH_WALLET,
            BANK,
            MINING,
            EXAMINING,
            STRANGER,
            MODULE,
            address(escrow),
            address(collections),
            address(house),
            address(quarantine),
            address(ramp),
            address(desk),
            address(intake)
        ];
        for (uint256 i = 0; i < 15; ++i) {
            _wallets.push(others[i]);
        }
        address[7] memory spenders =
            [address(escrow), address(ramp), LISTED, STRANGER, SELLER, address(collections), address(desk)];
        for (uint256 i = 0; i < 49; ++i) {
            _approveFor(_wallets[i / 7], spenders[i % 7], type(uint256).max);
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

    /// @dev The desk's inventory comes and goes this way, too.
    function issueOrRedeem(uint256 seed) external acts(seed) {
        _keepPrices();
        bytes32 ref = _oneIn(6) ? keccak256(abi.encode("ramp", 1 + _pick(8))) : _nextRef();
        address wallet = _oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY;
        if (_oneIn(4)) wallet = address(desk);
        if (_oneIn(4)) wallet = _someWallet();
        bytes memory data = _oneIn(3)
            ? abi.encodeCall(IRamp.redeem, (wallet, _someAmount(wallet), ref))
            : abi.encodeCall(IRamp.issue, (wallet, uint128(_pick(4_000)), ref));
        _try(RAMP_OFFICE, address(ramp), data);
    }

    /// @dev Feeders see to it that there are prices, mostly.
    function _keepPrices() internal virtual;

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

    // Quarantine

    /// @dev Mostly one that waits for the step.
    function quarantineItem(uint256 seed) external acts(seed) {
        bool releases = _oneIn(2);
        uint256 item = 1 + _pick(quarantine.items() + 1);
        for (uint256 i = 0; i < quarantine.items() && !_oneIn(8); ++i) {
            if (quarantine.itemOf(item).state == IQuarantine.ItemState.HELD == releases) break;
            item = item % quarantine.items() + 1;
        }
        if (releases) {
            bytes memory data = abi.encodeCall(IQuarantine.release, (item, _oneIn(2)));
            bool alone = _oneIn(3);
            IQuarantine.ItemState before = quarantine.itemOf(item).state;
            _tryTogether(alone ? SECOND_REVIEWER : REVIEWER, SECOND_REVIEWER, address(quarantine), data);
            if (alone && quarantine.itemOf(item).state != before) _violated("one person released an item");
        } else {
            _try(_someWallet(), address(quarantine), abi.encodeCall(IQuarantine.claim, (item)));
        }
    }

    // What came of it

    /// @dev What actions, and the calls they make, led to.
    function effects() external view returns (Effect[] memory) {
        return _effects;
    }

    /// @dev Setting up is no action.
    function _startCounting() internal {
        for (uint256 i = 0; i < _effects.length; ++i) {
            (_effects[i].tried, _effects[i].passed) = (0, 0);
        }
    }

    function _try(address sender, address target, bytes memory data)
        internal
        virtual
        override
        returns (bool ok, bytes memory result)
    {
        (ok, result) = super._try(sender, target, data);
        if (ok) ++_passes;
        _count(target, bytes4(data), ok);
    }

    function _count(address target, bytes4 selector, bool passed) private {
        bytes32 kind = keccak256(abi.encode(target, selector));
        if (_places[kind] == 0) {
            _effects.push(Effect(target, selector, 0, 0));
            _places[kind] = _effects.length;
        }
        Effect storage effect = _effects[_places[kind] - 1];
        ++effect.tried;
        if (passed) ++effect.passed;
    }

    // Draws

    function _someWallet() internal returns (address) {
        return _wallets[_pick(_wallets.length)];
    }

    function _someAmount(address from) internal returns (uint256) {
        uint256 balance = token.balanceOf(from);
        if (_oneIn(6)) return balance + _pick(2);
        return _pick(1 + (balance < 1_500 ? balance : 1_500));
    }
}
