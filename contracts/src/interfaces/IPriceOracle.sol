// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Prices from several feeders
/// @notice The price of an asset is the median of the feeders' fresh values, of which there must be three or more.
/// A median that jumps further than the allowed deviation trips the breaker, which a person resets.
/// @dev A price is minor units of DRL for one whole unit of the asset, times 10^6. Assets are named by `bytes32`
/// text: "SU", "COIN".
interface IPriceOracle {
    /// @notice The breaker of an asset is open, feeders are too few or stale, or there is no price yet.
    error PriceOracle_NoPrice(bytes32 asset);

    /// @notice The price of `asset`, and when it was last set, epoch seconds. Reverts where there is none to rely on.
    function price(bytes32 asset) external view returns (uint256 value, uint64 updatedAt);

    /// @notice Whether there is a price of `asset` to rely on now.
    function isFresh(bytes32 asset) external view returns (bool);
}
