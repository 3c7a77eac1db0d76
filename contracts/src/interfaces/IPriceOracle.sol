// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Prices from several feeders
/// @notice The price of an asset is the median of the feeders' fresh values, of which there must be three or more.
/// A median that jumps further than the allowed deviation from the last accepted price trips the breaker of its asset,
/// which two people reset. Whatever reads a price fails closed: it is refused where there is none to rely on.
/// @dev A price is minor units of DRL for one whole unit of the asset, times 10^6. Assets are named by `bytes32`
/// text: "SU", "COIN". Of an even number of values the median is the lower of the two in the middle, so that it is
/// always a value that somebody posted.
/// Warning: the first price of an asset has nothing to deviate from.
/// Warning: two colluding feeders of three set the median, up to the deviation at each post.
interface IPriceOracle {
    /// @notice `feeder` posts values from now on; added by `actor`.
    event FeederAdded(address indexed actor, address indexed feeder);

    /// @notice `feeder` posts no more, and what it posted counts no more; removed by `actor`.
    event FeederRemoved(address indexed actor, address indexed feeder);

    /// @notice `actor`, a feeder, found `asset` worth `value`.
    event PricePosted(address indexed actor, bytes32 indexed asset, uint128 value);

    /// @notice The post of `actor` made `value` the price of `asset`.
    event PriceAccepted(address indexed actor, bytes32 indexed asset, uint128 value);

    /// @notice The post of `actor` moved the median of `asset` too far from the price `accepted` last.
    event BreakerTripped(address indexed actor, bytes32 indexed asset, uint128 accepted, uint128 median);

    /// @notice `actor` was the second to agree that `asset` is worth `value`.
    event BreakerReset(address indexed actor, bytes32 indexed asset, uint128 value);

    /// @notice Too few feeders have a fresh value of `asset`.
    error PriceOracle_NoPrice(bytes32 asset);

    /// @notice The median of `asset` is too far from the price accepted last; two people must look at it.
    error PriceOracle_BreakerTripped(bytes32 asset);

    /// @notice The breaker of `asset` is not tripped.
    error PriceOracle_NotTripped(bytes32 asset);

    /// @notice The median, now `median`, left the price that the two people agreed on too far behind.
    error PriceOracle_MedianMoved(bytes32 asset, uint128 median);

    /// @notice Nothing is worth zero.
    error PriceOracle_ZeroValue(bytes32 asset);

    /// @notice `account` is no feeder.
    error PriceOracle_NotFeeder(address account);

    /// @notice `account` is a feeder already, or the zero address.
    error PriceOracle_FeederTaken(address account);

    /// @notice There are as many feeders as the median is computed over at most.
    error PriceOracle_TooManyFeeders(uint256 most);

    /// @notice A figure of the constructor is zero or above the whole.
    error PriceOracle_InvalidLimits();

    /// @notice Adds a feeder. Supervisor only.
    function addFeeder(address feeder) external;

    /// @notice Removes a feeder; what it posted counts no more, even if it comes back. Supervisor only.
    function removeFeeder(address feeder) external;

    /// @notice Posts what `asset` is worth now, replacing the caller's value before. Feeders only.
    function post(bytes32 asset, uint128 value) external;

    /// @notice Resets a tripped breaker: the present median, which may be off `expected` by no more than the allowed
    /// deviation, becomes the price. Two people: supervisor and co-approver, in either order.
    function resetBreaker(bytes32 asset, uint128 expected) external;

    /// @notice The price of `asset`, and when it was last set, epoch seconds. Reverts where there is none to rely on.
    function price(bytes32 asset) external view returns (uint256 value, uint64 updatedAt);

    /// @notice Whether there is a price of `asset` to rely on now.
    function isFresh(bytes32 asset) external view returns (bool);

    /// @notice For the books: the median of the fresh values of `asset`, zero where there are too few; whether or not
    /// it may be relied on.
    function medianOf(bytes32 asset) external view returns (uint128 median, uint256 feeds);

    /// @notice What was accepted last, when, and whether the breaker is tripped.
    function stateOf(bytes32 asset) external view returns (uint128 accepted, uint64 acceptedAt, bool tripped);

    /// @notice The feeders.
    function feeders() external view returns (address[] memory);

    /// @notice Age at which a value is stale, seconds, and the deviation allowed, basis points.
    function limits() external view returns (uint32 maxAge, uint16 maxDeviation);
}
