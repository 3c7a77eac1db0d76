// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {IPriceOracle} from "./interfaces/IPriceOracle.sol";

/// @title PriceOracle
contract PriceOracle is IPriceOracle, DualControl {
    using EnumerableSet for EnumerableSet.AddressSet;

    /// @param term Which of its terms the feeder posted in: see `_terms`.
    struct Post {
        uint128 value;
        uint64 time;
        uint32 term;
    }

    struct Asset {
        uint128 accepted;
        uint64 acceptedAt;
        bool tripped;
    }

    uint256 private constant MIN_FEEDS = 3;
    uint256 private constant MAX_FEEDERS = 15;
    uint256 private constant WHOLE = 10_000;

    uint32 private immutable MAX_AGE;
    uint16 private immutable MAX_DEVIATION;

    EnumerableSet.AddressSet private _feeders;
    /// @dev Counted up when a feeder is added, so that one who comes back does not bring old values along.
    mapping(address feeder => uint32) private _terms;
    mapping(bytes32 asset => mapping(address feeder => Post)) private _posts;
    mapping(bytes32 asset => Asset) private _assets;

    constructor(address authority, uint32 maxAge, uint16 maxDeviation) DirectlyManaged(authority) {
        require(maxAge > 0 && maxDeviation > 0 && maxDeviation <= WHOLE, PriceOracle_InvalidLimits());
        MAX_AGE = maxAge;
        MAX_DEVIATION = maxDeviation;
    }

    /// @inheritdoc IPriceOracle
    function addFeeder(address feeder) external restricted {
        require(_feeders.length() < MAX_FEEDERS, PriceOracle_TooManyFeeders(MAX_FEEDERS));
        require(feeder != address(0) && _feeders.add(feeder), PriceOracle_FeederTaken(feeder));
        ++_terms[feeder];
        emit FeederAdded(msg.sender, feeder);
    }

    /// @inheritdoc IPriceOracle
    function removeFeeder(address feeder) external restricted {
        require(_feeders.remove(feeder), PriceOracle_NotFeeder(feeder));
        emit FeederRemoved(msg.sender, feeder);
    }

    /// @inheritdoc IPriceOracle
    function post(bytes32 asset, uint128 value) external {
        require(_feeders.contains(msg.sender), PriceOracle_NotFeeder(msg.sender));
        require(value > 0, PriceOracle_ZeroValue(asset));
        _posts[asset][msg.sender] = Post({value: value, time: uint64(block.timestamp), term: _terms[msg.sender]});
        emit PricePosted(msg.sender, asset, value);
        Asset storage a = _assets[asset];
        (uint128 median, uint256 feeds) = medianOf(asset);
        if (a.tripped || feeds < MIN_FEEDS) return;
        if (a.accepted != 0 && _deviates(median, a.accepted)) {
            a.tripped = true;
            emit BreakerTripped(msg.sender, asset, a.accepted, median);
        } else {
            _accept(a, median);
            emit PriceAccepted(msg.sender, asset, median);
        }
    }

    /// @inheritdoc IPriceOracle
    function resetBreaker(bytes32 asset, uint128 expected) external restricted secondPerson {
        Asset storage a = _assets[asset];
        require(a.tripped, PriceOracle_NotTripped(asset));
        (uint128 median, uint256 feeds) = medianOf(asset);
        require(feeds >= MIN_FEEDS, PriceOracle_NoPrice(asset));
        require(!_deviates(median, expected), PriceOracle_MedianMoved(asset, median));
        a.tripped = false;
        _accept(a, median);
        emit BreakerReset(msg.sender, asset, median);
    }

    /// @inheritdoc IPriceOracle
    function price(bytes32 asset) external view returns (uint256 value, uint64 updatedAt) {
        (uint128 median, bool enough, bool steady) = _read(asset);
        require(enough, PriceOracle_NoPrice(asset));
        require(steady, PriceOracle_BreakerTripped(asset));
        return (median, _assets[asset].acceptedAt);
    }

    /// @inheritdoc IPriceOracle
    function isFresh(bytes32 asset) external view returns (bool) {
        (, bool enough, bool steady) = _read(asset);
        return enough && steady;
    }

    /// @inheritdoc IPriceOracle
    function medianOf(bytes32 asset) public view returns (uint128 median, uint256 feeds) {
        uint128[] memory values;
        (values, feeds) = _fresh(asset);
        return (feeds < MIN_FEEDS ? 0 : values[(feeds - 1) / 2], feeds);
    }

    /// @inheritdoc IPriceOracle
    function stateOf(bytes32 asset) external view returns (uint128 accepted, uint64 acceptedAt, bool tripped) {
        Asset storage a = _assets[asset];
        return (a.accepted, a.acceptedAt, a.tripped);
    }

    /// @inheritdoc IPriceOracle
    function feeders() external view returns (address[] memory) {
        return _feeders.values();
    }

    /// @inheritdoc IPriceOracle
    function limits() external view returns (uint32 maxAge, uint16 maxDeviation) {
        return (MAX_AGE, MAX_DEVIATION);
    }

    /// @dev Which episode of the breaker an asset is in: what was accepted last stays while it is tripped.
    function _subject(bytes calldata data) internal view override returns (bytes32) {
        Asset storage a = _assets[_firstArgument(data)];
        return keccak256(abi.encode(a.tripped, a.accepted, a.acceptedAt));
    }

    function _accept(Asset storage a, uint128 median) private {
        a.accepted = median;
        a.acceptedAt = uint64(block.timestamp);
    }

    /// @dev Values that go stale and feeders that leave move the median without a post, so that the deviation is
    /// looked at here too.
    function _read(bytes32 asset) private view returns (uint128 median, bool enough, bool steady) {
        Asset storage a = _assets[asset];
        uint256 feeds;
        (median, feeds) = medianOf(asset);
        enough = feeds >= MIN_FEEDS;
        steady = !a.tripped && !_deviates(median, a.accepted);
    }

    /// @dev The first `feeds` of `values` are the fresh ones, in ascending order.
    function _fresh(bytes32 asset) private view returns (uint128[] memory values, uint256 feeds) {
        uint256 count = _feeders.length();
        values = new uint128[](count);
        for (uint256 i = 0; i < count; ++i) {
            address feeder = _feeders.at(i);
            Post storage p = _posts[asset][feeder];
            if (p.term != _terms[feeder] || block.timestamp > uint256(p.time) + MAX_AGE) continue;
            uint256 place = feeds++;
            for (; place > 0 && values[place - 1] > p.value; --place) {
                values[place] = values[place - 1];
            }
            values[place] = p.value;
        }
    }

    function _deviates(uint128 value, uint128 from) private view returns (bool) {
        uint256 difference = value > from ? value - from : from - value;
        return difference * WHOLE > uint256(from) * MAX_DEVIATION;
    }
}
