// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SlidingSum} from "../src/SlidingSum.sol";
import {Chance} from "./Chance.sol";

/// @notice The sliding sum against a naive list of times and amounts.
contract SlidingSumTest is Chance {
    using SlidingSum for SlidingSum.Trace;

    SlidingSum.Trace private _trace;
    uint256[] private _times;
    uint256[] private _amounts;

    /// @dev Over the last `window` seconds: later than `window` seconds ago.
    function _naive(uint256 window) private view returns (uint256 sum) {
        for (uint256 i = 0; i < _times.length; ++i) {
            if (block.timestamp - _times[i] < window) sum += _amounts[i];
        }
    }

    function _add(uint256 amount) private {
        _trace.add(amount);
        _times.push(block.timestamp);
        _amounts.push(amount);
    }

    function _fill(uint256 seed) private {
        _sow(seed);
        vm.warp(1_800_000_000 + _pick(1 days));
        for (uint256 i = _pick(25); i > 0; --i) {
            // Bursts in one second, neighbours, hours, days.
            vm.warp(block.timestamp + [0, _pick(3), _pick(10_000), _pick(3 days)][_pick(4)]);
            _add(_oneIn(4) ? 0 : _pick(1e24));
        }
    }

    /// @custom:rule check.cap-sliding
    function testFuzz_Over_IsTheNaiveSum(uint256 seed, uint256 window) public {
        _fill(seed);
        window %= 10 days;
        require(_trace.over(window) == _naive(window), "some window");
        require(_trace.over(block.timestamp) == _naive(block.timestamp), "since ever");
        require(_trace.over(type(uint256).max) == _naive(type(uint256).max), "longer than time");
    }

    /// @dev Exactly as old as the window has left it; a second younger is still in it.
    /// @custom:rule check.cap-sliding
    function testFuzz_Over_AtItsEdges(uint256 seed) public {
        _fill(seed);
        for (uint256 i = 0; i < _times.length; ++i) {
            uint256 age = block.timestamp - _times[i];
            for (uint256 window = age == 0 ? 0 : age - 1; window <= age + 1; ++window) {
                require(_trace.over(window) == _naive(window), "at an edge");
            }
        }
    }

    /// @dev What was added before, however much, leaves a window exact that holds no more than can be counted.
    /// @custom:rule check.cap-sliding
    function testFuzz_Over_OutlivesWhateverCameBefore(uint256 seed, uint256 window) public {
        _sow(seed);
        vm.warp(1_800_000_000);
        window = 1 + window % 10 days;
        for (uint256 i = _pick(25); i > 0; --i) {
            vm.warp(block.timestamp + _pick(2 * window));
            uint256 room = SlidingSum.MOST - _naive(window);
            _add(_oneIn(2) ? room : _pick(room + 1));
            require(_trace.over(window) == _naive(window), "beyond the count");
        }
    }

    /// @dev No burst straddles a boundary: guarded by a cap, no window of that length ever holds more, wherever it
    /// starts.
    /// @custom:rule check.cap-sliding compliance.structuring
    function testFuzz_Pitfall10_ACapHoldsInEveryWindow(uint256 seed, uint256 window) public {
        _sow(seed);
        vm.warp(1_800_000_000);
        window = 1 + window % 2 days;
        for (uint256 i = 0; i < 40; ++i) {
            vm.warp(block.timestamp + _pick(3) * _pick(window) / 2);
            uint256 amount = _pick(400);
            if (_trace.over(window) + amount <= 1_000) _add(amount);
        }
        for (uint256 i = 0; i < _times.length; ++i) {
            uint256 sum;
            for (uint256 j = i; j < _times.length && _times[j] < _times[i] + window; ++j) {
                sum += _amounts[j];
            }
            require(sum <= 1_000, "a window holds more");
        }
    }
}
