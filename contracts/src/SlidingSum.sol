// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

/// @title Exact sums over a sliding window
/// @notice Keeps the running total with its time. What came in over the last `window` seconds is the total now less
/// the total at now - window; what happened exactly a window ago has left it.
/// @dev A bucket per day would let twice the cap through around midnight, and so would a leaky bucket.
library SlidingSum {
    using Checkpoints for Checkpoints.Trace208;
    using SafeCast for uint256;

    /// @notice Adds `amount` now.
    function add(Checkpoints.Trace208 storage trace, uint256 amount) internal {
        trace.push(uint48(block.timestamp), (trace.latest() + amount).toUint208());
    }

    /// @notice What was added so far.
    function total(Checkpoints.Trace208 storage trace) internal view returns (uint256) {
        return trace.latest();
    }

    /// @notice What was added over the last `window` seconds.
    function over(Checkpoints.Trace208 storage trace, uint256 window) internal view returns (uint256) {
        return trace.latest() - before(trace, window);
    }

    /// @notice What was added up to `window` seconds ago, that second included.
    function before(Checkpoints.Trace208 storage trace, uint256 window) internal view returns (uint256) {
        return window > block.timestamp ? 0 : trace.upperLookupRecent((block.timestamp - window).toUint48());
    }
}
