// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IConversionDesk} from "../src/interfaces/IConversionDesk.sol";
import {IDomesticCurrency} from "../src/interfaces/IDomesticCurrency.sol";
import {IMinerIntake} from "../src/interfaces/IMinerIntake.sol";
import {IPriceOracle} from "../src/interfaces/IPriceOracle.sol";
import {IRamp} from "../src/interfaces/IRamp.sol";
import {IReserve} from "../src/interfaces/IReserve.sol";
import {OfficeHandler} from "./OfficeHandler.sol";

/// @title Everybody who acts on prices, domestic currency, desk, intake and reserve
/// @dev A coin is worth 60 SU here and a rig makes some thousand of its minor units a day, so that output fits the
/// amounts of the rest.
abstract contract MoneyHandler is OfficeHandler {
    bytes32 private constant REGION = "north";
    address private constant FOURTH_FEEDER = address(0x4003);

    mapping(bytes32 asset => uint128) private _level;
    bytes32[] private _quotes;
    uint128 private _difficulty;
    uint256 private _ids;

    function setUp() public virtual override {
        super.setUp();
        (_level[SU], _level[COIN]) = _firstPrices();
        _difficulty = 100e12;
        _try(SUPERVISOR, address(desk), abi.encodeCall(IConversionDesk.setLimits, (_dealing(3_000))));
        _try(SUPERVISOR, address(intake), abi.encodeCall(IMinerIntake.setRegion, (REGION, true)));
        bytes memory network =
            abi.encodeCall(IMinerIntake.setNetwork, (IMinerIntake.Network(START, _difficulty, 312_500_000)));
        _try(SUPERVISOR, address(intake), network);
        _register(100);
        _try(RAMP_OFFICE, address(ramp), abi.encodeCall(IRamp.issue, (address(desk), 6_000, _nextRef())));
        address[5] memory holders = [STATE_ENTITY, PRIVATE_ENTITY, MINING, BANK, address(desk)];
        for (uint256 i = 0; i < 5; ++i) {
            _try(TREASURY, address(currency), abi.encodeCall(IDomesticCurrency.mint, (holders[i], 1e6, _nextRef())));
            address[4] memory spenders = [address(desk), address(intake), TREASURY, BANK];
            for (uint256 j = 0; j < 4; ++j) {
                _try(holders[i], address(currency), abi.encodeCall(IERC20.approve, (spenders[j], type(uint256).max)));
            }
        }
    }

    function _firstPrices() internal pure override returns (uint128 ofSu, uint128 ofCoin) {
        return (9e12, 60 * 9e12);
    }

    function _dealing(uint256 maxSize) private pure returns (IConversionDesk.Limits memory) {
        return IConversionDesk.Limits(SPREAD, 1 hours, uint128(maxSize));
    }

    function _register(uint256 hashrate) private {
        IMinerIntake.Rig memory rig = IMinerIntake.Rig(REGION, uint64(hashrate), 20, 5_000, START);
        _try(SUPERVISOR, address(intake), abi.encodeCall(IMinerIntake.registerRig, (_nameOf(MINING), rig)));
    }

    // Prices

    function _keepPrices() internal override {
        if (_oneIn(6)) return;
        bytes32[2] memory assets = [SU, COIN];
        for (uint256 i = 0; i < 2; ++i) {
            _walk(assets[i], 300);
            for (uint256 feeder = 0; feeder < 3; ++feeder) {
                _tryPost(_feeder(feeder), assets[i], _level[assets[i]]);
            }
            (,, bool tripped) = oracle.stateOf(assets[i]);
            if (tripped && !_oneIn(3)) _reset(CO_APPROVER, assets[i], _level[assets[i]]);
        }
    }

    /// @dev Up or down by at most `most` of 10,000, and not away for ever.
    function _walk(bytes32 asset, uint256 most) private {
        (uint128 ofSu, uint128 ofCoin) = _firstPrices();
        uint256 first = asset == SU ? ofSu : ofCoin;
        uint256 next = uint256(_level[asset]) * (10_000 - most + _pick(2 * most + 1)) / 10_000;
        if (next > first / 2 && next < first * 2) _level[asset] = uint128(next);
    }

    function _tryPost(address feeder, bytes32 asset, uint128 value) private {
        _try(feeder, address(oracle), abi.encodeCall(IPriceOracle.post, (asset, value)));
    }

    function _reset(address first, bytes32 asset, uint128 expected) private {
        bytes memory data = abi.encodeCall(IPriceOracle.resetBreaker, (asset, expected));
        _tryTogether(first, SUPERVISOR, address(oracle), data);
    }

    /// @dev One feeder astray, or all of them on the move.
    function feed(uint256 seed) external acts(seed) {
        bytes32 asset = _oneIn(2) ? SU : COIN;
        if (_oneIn(3)) {
            address feeder = _oneIn(4) ? _someWallet() : _feeder(_pick(4));
            _tryPost(feeder, asset, uint128(uint256(_level[asset]) * _pick(30_000) / 10_000));
            return;
        }
        _walk(asset, _oneIn(3) ? 3_000 : 900);
        for (uint256 i = 0; i < 4; ++i) {
            uint256 value = uint256(_level[asset]) * (9_950 + _pick(101)) / 10_000;
            if (!_oneIn(6)) _tryPost(_feeder(i), asset, uint128(value));
        }
    }

    function superviseFeeders(uint256 seed) external acts(seed) {
        bytes memory data = abi.encodeCall(IPriceOracle.addFeeder, (FOURTH_FEEDER));
        if (oracle.feeders().length > 3) data = abi.encodeCall(IPriceOracle.removeFeeder, (FOURTH_FEEDER));
        if (_oneIn(3)) _try(_oneIn(6) ? _someWallet() : SUPERVISOR, address(oracle), data);
        bytes32 asset = _oneIn(2) ? SU : COIN;
        (uint128 median,) = oracle.medianOf(asset);
        (,, bool before) = oracle.stateOf(asset);
        bool alone = _oneIn(3);
        _reset(alone ? SUPERVISOR : CO_APPROVER, asset, _oneIn(4) ? _level[asset] : median);
        (,, bool after_) = oracle.stateOf(asset);
        if (alone && before && !after_) _violated("one person reset the breaker");
    }

    // The desk

    function quote(uint256 seed) external acts(seed) {
        if (_oneIn(3)) _mend();
        _keepPrices();
        bytes32 id = _oneIn(8) && _quotes.length > 0 ? _quotes[_pick(_quotes.length)] : bytes32(++_ids);
        address entity = _oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY;
        if (_oneIn(8)) entity = [SELLER, MINING, LISTED][_pick(3)];
        uint256 su = 1 + _pick(_oneIn(6) ? 4_000 : 1_500);
        uint256 drl = su * _level[SU] / 1e12 * (9_750 + _pick(501)) / 10_000;
        IConversionDesk.QuoteSide side = IConversionDesk.QuoteSide(_pick(2));
        uint64 until = uint64(block.timestamp + _pick(_oneIn(6) ? 2 hours : 1 hours));
        bytes memory data =
            abi.encodeCall(IConversionDesk.postQuote, (id, _nameOf(entity), side, uint128(su), uint128(drl), until));
        (bool ok,) = _try(DESK_OFFICE, address(desk), data);
        if (!ok) return;
        _quotes.push(id);
        if (_oneIn(6)) _walk(SU, 2_000);
        if (!_oneIn(4)) _use(id);
    }

    /// @dev An old quote, mostly used or late by now; or other limits.
    function useQuote(uint256 seed) external acts(seed) {
        if (_oneIn(8)) {
            bytes memory data = abi.encodeCall(IConversionDesk.setLimits, (_dealing(1_000 + _pick(3_000))));
            _try(SUPERVISOR, address(desk), data);
        }
        if (_quotes.length == 0) return;
        uint256 back = _pick(_quotes.length < 3 ? _quotes.length : 3);
        _use(_quotes[_quotes.length - 1 - back]);
    }

    function _use(bytes32 id) private {
        address actor = participants.walletOf(desk.quoteOf(id).entity);
        if (_oneIn(8)) actor = _someWallet();
        bytes memory data = abi.encodeCall(IConversionDesk.accept, (id));
        (bool ok,) = _try(actor, address(desk), data);
        (bool again,) = _try(actor, address(desk), data);
        if (ok && again) _violated("a quote was used twice");
    }

    // Domestic currency

    function treasure(uint256 seed) external acts(seed) {
        bytes32 ref = _oneIn(6) ? keccak256(abi.encode("ramp", 1 + _pick(8))) : _nextRef();
        address[6] memory them = [STATE_ENTITY, PRIVATE_ENTITY, MINING, BANK, address(desk), address(desk)];
        address holder = _oneIn(6) ? _someWallet() : them[_pick(6)];
        address to = _oneIn(6) ? _someWallet() : them[_pick(4)];
        uint256 amount = _pick(currency.balanceOf(holder) / 4 + 2);
        uint256 way = _pick(5);
        if (way < 2) {
            bytes memory mint = abi.encodeCall(IDomesticCurrency.mint, (holder, uint128(_pick(30_000)), ref));
            _try(TREASURY, address(currency), mint);
        } else if (way == 2) {
            _try(TREASURY, address(currency), abi.encodeCall(IDomesticCurrency.burn, (holder, amount, ref)));
        } else if (way == 3) {
            // Nobody plays the contracts of the regime, which hold DRL themselves.
            if (currency.isModule(holder)) holder = BANK;
            if (_oneIn(2)) {
                _try(holder, address(currency), abi.encodeCall(IERC20.transfer, (to, amount)));
            } else {
                _try(
                    _oneIn(4) ? LISTED : BANK,
                    address(currency),
                    abi.encodeCall(IERC20.transferFrom, (holder, to, amount))
                );
            }
        } else {
            (address from, address next) = _oneIn(2) ? (STATE_ENTITY, STATE_ENTITY_2) : (STATE_ENTITY_2, STATE_ENTITY);
            if (_oneIn(4)) next = _someWallet();
            _try(SUPERVISOR, address(currency), abi.encodeCall(IDomesticCurrency.recover, (from, next)));
        }
    }

    // Miners

    /// @dev Output since the last time, attested and mostly delivered; now and then more than there is.
    function mine(uint256 seed) external acts(seed) {
        if (_oneIn(2)) _mend();
        if (_oneIn(2)) vm.warp(block.timestamp + 6 hours);
        _keepPrices();
        bytes32 id = _oneIn(8) ? _someAttestation() : bytes32(++_ids);
        IMinerIntake.Output memory o = _output();
        bytes memory data = abi.encodeCall(IMinerIntake.attest, (id, o));
        (bool ok,) = _try(_oneIn(8) ? MINING : ATTESTING, address(intake), data);
        if (!ok || _oneIn(6)) id = _someAttestation();
        _deliver(id);
        if (_oneIn(4)) _deliver(id);
    }

    function _someAttestation() private returns (bytes32) {
        return _attestations.length == 0 ? bytes32(0) : _attestations[_pick(_attestations.length)];
    }

    function _output() private returns (IMinerIntake.Output memory o) {
        (, uint64 last) = intake.rigOf(_nameOf(MINING));
        o.miner = _nameOf(MINING);
        o.to = uint64(block.timestamp);
        o.from = last > START ? last : o.to - 1 days;
        uint64 since = intake.networkAt(o.to).since;
        if (since > o.from && !_oneIn(6)) o.from = since;
        if (_oneIn(6)) o.from -= uint64(_pick(2 days));
        o.difficulty = _difficulty;
        uint256 most = intake.mostCoins(o.miner, o.from, o.to);
        o.coins = uint128(_oneIn(4) ? most + _pick(2) * (1 + most / 10) : most - _pick(most / 2 + 1));
        if (_oneIn(2)) o.coins = uint128(1 + _pick(most < 3_000 ? most + 1 : 3_000));
        (uint256 least, uint256 uses) = intake.energyRange(o);
        o.energy = uint64((least + uses) / 2);
    }

    function _deliver(bytes32 id) private {
        (IMinerIntake.Output memory o,) = intake.attestationOf(id);
        address entity = _oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY;
        bytes32 trade_ =
            _oneIn(8) ? _numbers[_pick(_numbers.length)] : _tradeOf(entity, _oneIn(2) ? SELLER : BUYER_ABROAD);
        uint128 coins = o.coins < 3_000 ? o.coins : uint128(1 + _pick(3_000));
        if (_oneIn(3)) coins = o.coins + uint128(_pick(2));
        IMinerIntake.Order memory order = IMinerIntake.Order(coins, trade_, 1e5, uint64(block.timestamp));
        if (!_oneIn(10)) _try(entity, address(intake), abi.encodeCall(IMinerIntake.order, (id, order)));
        bytes memory data = abi.encodeCall(IMinerIntake.deliver, (id, coins, trade_, _nameOf(entity), 0));
        _try(_oneIn(10) ? _someWallet() : MINING, address(intake), data);
    }

    function superviseMiners(uint256 seed) external acts(seed) {
        uint256 way = _pick(4);
        if (way == 0 && _attestations.length > 0) {
            bytes32 id = _attestations[_attestations.length - 1 - _pick((_attestations.length + 1) / 2)];
            _try(SUPERVISOR, address(intake), abi.encodeCall(IMinerIntake.revoke, (id)));
        } else if (way == 1) {
            bool permitted = !intake.isPermitted(REGION) || !_oneIn(3);
            _try(SUPERVISOR, address(intake), abi.encodeCall(IMinerIntake.setRegion, (REGION, permitted)));
        } else if (way == 2) {
            _register(50 + _pick(150));
        } else if (_oneIn(2)) {
            uint128 next = uint128(80e12 + _pick(40e12));
            // What begins in the far future stands in nobody's way.
            uint64 since = _oneIn(4) ? type(uint64).max : uint64(block.timestamp);
            IMinerIntake.Network memory network = IMinerIntake.Network(since, next, uint64(312_500_000));
            (bool ok,) = _try(SUPERVISOR, address(intake), abi.encodeCall(IMinerIntake.setNetwork, (network)));
            if (ok && since == block.timestamp) _difficulty = next;
        }
    }

    /// @dev At about the market's price, mostly.
    function sellCoins(uint256 seed) external acts(seed) {
        (, uint256 coins) = reserve.holdings();
        uint256 sold = _pick(coins + 2);
        uint256 proceeds = sold * _level[COIN] / _level[SU] / 100 * (_oneIn(6) ? 5_000 : 9_500 + _pick(1_000)) / 10_000;
        bytes memory data = abi.encodeCall(IReserve.sellCoins, (sold, proceeds, _nextRef()));
        if (_oneIn(8)) _try(_oneIn(2) ? DESK_OFFICE : RAMP_OFFICE, address(reserve), data);
        else _tryTogether(REVIEWER, RAMP_OFFICE, address(reserve), data);
    }
}
