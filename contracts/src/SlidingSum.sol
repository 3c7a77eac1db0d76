// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Exact sums over a sliding window
/// @notice Keeps the running total with its time. What came in over the last `window` seconds is the total now less
/// the total at now - window; what happened exactly a window ago has left it.
/// @dev A bucket per day would let twice the cap through around midnight, and so would a leaky bucket.
/// Two entries share a slot, for to fill a slot is what payments cost most. The running total begins again at zero
/// beyond `MOST`, and the difference with it: what is added up over any window that is asked for must not exceed
/// `MOST`, and nothing that was added before can bring that about.
library SlidingSum {
    /// @dev The latest entry, how many there are, and all of them by place, the first in the lower half of a slot.
    struct Trace {
        uint40 time;
        uint88 total;
        uint64 count;
        mapping(uint256 pair => uint256) pairs;
    }

    /// @notice The greatest sum of a window.
    uint256 internal constant MOST = type(uint88).max;

    uint256 private constant ENTRY = 128;

    /// @notice Adds `amount`, at most `MOST`, now.
    function add(Trace storage trace, uint256 amount) internal {
        (uint40 time, uint64 count) = (uint40(block.timestamp), trace.count);
        uint88 total;
        unchecked {
            // Beyond `MOST` both begin again at zero.
            // forge-lint: disable-next-line(unsafe-typecast)
            total = trace.total + uint88(amount);
        }
        if (count == 0 || trace.time != time) ++count;
        (trace.time, trace.total, trace.count) = (time, total, count);
        (uint256 place, uint256 shift) = (uint256(count - 1) >> 1, (uint256(count - 1) & 1) * ENTRY);
        uint256 others = trace.pairs[place] & ~(uint256(type(uint128).max) << shift);
        trace.pairs[place] = others | (uint256(time) << 88 | total) << shift;
    }

    /// @notice What was added over the last `window` seconds.
    function over(Trace storage trace, uint256 window) internal view returns (uint256) {
        (uint40 time, uint88 total) = (trace.time, trace.total);
        if (window > block.timestamp) return total;
        uint256 moment = block.timestamp - window;
        if (time <= moment) return 0;
        unchecked {
            return total - _totalAt(trace, moment);
        }
    }

    /// @dev The total at `moment`, before the latest entry. Looks back from there in steps that double, since most of
    /// what a window leaves behind is far behind it, then halves what is left.
    function _totalAt(Trace storage trace, uint256 moment) private view returns (uint88) {
        // Entry `later` is after the moment, those below `earlier` are not.
        (uint256 earlier, uint256 later) = (0, trace.count - 1);
        for (uint256 step = 1; step <= later; step <<= 1) {
            if (_entry(trace, later - step) >> 88 <= moment) {
                earlier = later - step + 1;
                break;
            }
            later -= step;
        }
        while (earlier < later) {
            uint256 middle = (earlier + later) >> 1;
            if (_entry(trace, middle) >> 88 > moment) later = middle;
            else earlier = middle + 1;
        }
        return earlier == 0 ? 0 : uint88(_entry(trace, earlier - 1));
    }

    function _entry(Trace storage trace, uint256 index) private view returns (uint128) {
        // The upper half is another entry.
        // forge-lint: disable-next-line(unsafe-typecast)
        return uint128(trace.pairs[index >> 1] >> (index & 1) * ENTRY);
    }
}
