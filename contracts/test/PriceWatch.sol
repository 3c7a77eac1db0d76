// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IPriceOracle} from "../src/interfaces/IPriceOracle.sol";
import {Vm} from "./Vm.sol";
import {Watch} from "./Watch.sol";

/// @title Prices under watch
/// @notice The median of fresh posts and the breaker, again, from what was posted and by counting.
abstract contract PriceWatch is Watch {
    struct Posted {
        uint256 value;
        uint256 time;
    }

    struct Known {
        uint256 accepted;
        bool tripped;
    }

    address[] private _posters;
    mapping(bytes32 asset => mapping(address feeder => Posted)) private _posted;
    mapping(bytes32 asset => Known) private _known;

    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter != address(oracle)) return;
        bytes32 topic = log.topics[0];
        if (topic == IPriceOracle.FeederAdded.selector) _posters.push(_accountIn(log, 2));
        if (topic == IPriceOracle.FeederRemoved.selector) {
            delete _posted[SU][_accountIn(log, 2)];
            delete _posted[COIN][_accountIn(log, 2)];
        }
        if (topic == IPriceOracle.PricePosted.selector) {
            _bookPost(_accountIn(log, 1), log.topics[2], abi.decode(log.data, (uint256)));
        }
        if (topic == IPriceOracle.BreakerReset.selector) {
            (uint256 median,) = _medianByHand(log.topics[2]);
            _known[log.topics[2]] = Known(median, false);
        }
    }

    function _bookPost(address feeder, bytes32 asset, uint256 value) private {
        _posted[asset][feeder] = Posted(value, block.timestamp);
        Known storage k = _known[asset];
        (uint256 median, uint256 feeds) = _medianByHand(asset);
        if (k.tripped || feeds < 3) return;
        if (k.accepted != 0 && _jumps(median, k.accepted)) k.tripped = true;
        else k.accepted = median;
    }

    /// @dev The least value that half of the fresh ones do not exceed.
    function _medianByHand(bytes32 asset) private view returns (uint256 median, uint256 feeds) {
        for (uint256 i = 0; i < _posters.length; ++i) {
            if (_isFresh(asset, i)) ++feeds;
        }
        for (uint256 i = 0; i < _posters.length; ++i) {
            if (!_isFresh(asset, i)) continue;
            uint256 value = _posted[asset][_posters[i]].value;
            uint256 count;
            for (uint256 j = 0; j < _posters.length; ++j) {
                if (_isFresh(asset, j) && _posted[asset][_posters[j]].value <= value) ++count;
            }
            if (2 * count >= feeds && (median == 0 || value < median)) median = value;
        }
        if (feeds < 3) median = 0;
    }

    /// @dev A feeder who comes back is listed twice, and counts once.
    function _isFresh(bytes32 asset, uint256 poster) private view returns (bool) {
        for (uint256 i = 0; i < poster; ++i) {
            if (_posters[i] == _posters[poster]) return false;
        }
        Posted storage p = _posted[asset][_posters[poster]];
        return p.value > 0 && block.timestamp - p.time <= MAX_PRICE_AGE;
    }

    function _jumps(uint256 value, uint256 from) private pure returns (bool) {
        return value * 10_000 > from * (10_000 + MAX_DEVIATION) || value * 10_000 < from * (10_000 - MAX_DEVIATION);
    }

    /// @dev Zero where there is none to be relied on.
    function _priceByHand(bytes32 asset) internal view returns (uint256 price) {
        Known storage k = _known[asset];
        (price,) = _medianByHand(asset);
        if (k.tripped || _jumps(price, k.accepted)) return 0;
    }

    function checkPrices() external view {
        bytes32[2] memory assets = [SU, COIN];
        for (uint256 i = 0; i < 2; ++i) {
            Known storage k = _known[assets[i]];
            (uint128 accepted,, bool tripped) = oracle.stateOf(assets[i]);
            require(accepted == k.accepted && tripped == k.tripped, "the breaker is not what was posted makes it");
            (uint128 median,) = oracle.medianOf(assets[i]);
            (uint256 byHand,) = _medianByHand(assets[i]);
            require(median == byHand, "the median is not that of the fresh posts");
            require(oracle.isFresh(assets[i]) == (_priceByHand(assets[i]) > 0), "a price that is none");
        }
    }
}
