// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {PriceOracle} from "../src/PriceOracle.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IPriceOracle} from "../src/interfaces/IPriceOracle.sol";
import {MoneyFixture} from "./MoneyFixture.sol";

/// @notice The median of fresh feeds, whatever they post and in whatever order; the breaker; two people.
contract PriceOracleTest is MoneyFixture {
    uint256 private constant MOST_FEEDERS = 15;

    /// @dev With so many feeders.
    function _feeders(uint256 count) private {
        for (uint256 i = 3; i < count; ++i) {
            vm.prank(SUPERVISOR);
            oracle.addFeeder(_feeder(i));
        }
    }

    /// @dev Written apart from the oracle: as many values are below as there may be, by counting.
    function _isLowerMedian(uint128[] memory values, uint128 median) private pure returns (bool) {
        uint256 below;
        uint256 same;
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] < median) ++below;
            if (values[i] == median) ++same;
        }
        uint256 rank = (values.length - 1) / 2;
        return same > 0 && below <= rank && rank < below + same;
    }

    /// @dev A new asset, so that nothing was accepted before.
    /// @custom:rule money.oracle-median
    function testFuzz_Median_OfWhateverIsPosted(uint128[15] calldata posted, uint256 seed) public {
        _sow(seed);
        uint256 count = 3 + _pick(MOST_FEEDERS - 2);
        _feeders(count);
        uint128[] memory values = new uint128[](count);
        for (uint256 i = 0; i < count; ++i) {
            values[i] = posted[i] == 0 ? 1 : posted[i];
            _post(i, "NEW", values[i]);
        }
        (uint128 median, uint256 feeds) = oracle.medianOf("NEW");
        require(feeds == count, "feeds");
        require(_isLowerMedian(values, median), "median");
    }

    /// @dev However wild, one feed leaves the price between what the honest ones say.
    /// @custom:rule money.oracle-rejects
    function testFuzz_Median_NotMovedByOneDeviant(uint128 wild, uint16[2] calldata honest, uint8 who) public {
        uint128 low = SU_PRICE + honest[0];
        uint128 high = SU_PRICE + honest[1];
        if (low > high) (low, high) = (high, low);
        uint256 deviant = who % 3;
        _post((deviant + 1) % 3, SU, low);
        _post((deviant + 2) % 3, SU, high);
        _post(deviant, SU, wild == 0 ? 1 : wild);
        (uint256 price,) = oracle.price(SU);
        require(price >= low && price <= high, "moved");
    }

    /// @custom:rule money.oracle-rejects
    function testFuzz_Stale_DoesNotCount(uint32 age, uint8 stale) public {
        uint256 waited = age % (2 * uint256(MAX_PRICE_AGE));
        vm.warp(block.timestamp + waited);
        uint256 fresh = stale % 4;
        for (uint256 i = 0; i < fresh; ++i) {
            _post(i, SU, SU_PRICE);
        }
        (, uint256 feeds) = oracle.medianOf(SU);
        require(feeds == (waited > MAX_PRICE_AGE ? fresh : 3), "feeds");
        require(oracle.isFresh(SU) == (feeds >= 3), "fresh");
        bytes memory ask = abi.encodeCall(IPriceOracle.price, (SU));
        if (feeds < 3) {
            _refused(
                STRANGER, address(oracle), ask, abi.encodeWithSelector(IPriceOracle.PriceOracle_NoPrice.selector, SU)
            );
        }
    }

    /// @dev Exactly the allowed deviation passes; a unit more trips, and nothing but two people's reset helps.
    /// @custom:rule money.oracle-breaker
    function testFuzz_Breaker_TripsBeyondTheDeviation(uint128 value) public {
        value = uint128(_bound(value, 1, 3 * uint256(SU_PRICE)));
        _postAll(SU, value);
        uint256 difference = value > SU_PRICE ? value - SU_PRICE : SU_PRICE - value;
        bool trips = difference > uint256(SU_PRICE) * MAX_DEVIATION / 10_000;
        (uint128 accepted,, bool tripped) = oracle.stateOf(SU);
        require(tripped == trips, "tripped");
        require(accepted == (trips ? SU_PRICE : value), "accepted");
        require(oracle.isFresh(SU) == !trips, "fresh");
        if (!trips) return;
        _postAll(SU, SU_PRICE);
        require(!oracle.isFresh(SU), "reset itself");
        _reset(SU_PRICE);
        require(oracle.isFresh(SU), "not reset");
    }

    function _reset(uint128 expected) private {
        bytes memory call = abi.encodeCall(IPriceOracle.resetBreaker, (SU, expected));
        vm.prank(SUPERVISOR);
        oracle.propose(call);
        bytes memory same = abi.encodeWithSelector(IDualControl.DualControl_SamePerson.selector, SUPERVISOR);
        _refused(SUPERVISOR, address(oracle), call, same);
        vm.prank(CO_APPROVER);
        oracle.resetBreaker(SU, expected);
    }

    /// @dev Whatever happens, a price that is given is near the one accepted, and three feeds stand behind it.
    /// @custom:rule money.oracle-median
    /// @custom:rule money.oracle-breaker
    function testFuzz_Price_IsNeverFarFromTheAccepted(uint256 seed) public {
        _sow(seed);
        _feeders(5);
        for (uint256 step = 0; step < 30; ++step) {
            uint256 what = _pick(8);
            uint256 who = _pick(5);
            if (what == 0) vm.warp(block.timestamp + _pick(MAX_PRICE_AGE));
            if (what == 1) {
                _try(SUPERVISOR, address(oracle), abi.encodeCall(IPriceOracle.removeFeeder, (_feeder(who))));
            }
            if (what == 2) _try(SUPERVISOR, address(oracle), abi.encodeCall(IPriceOracle.addFeeder, (_feeder(who))));
            uint128 value = uint128(SU_PRICE / 2 + _pick(SU_PRICE));
            _try(_feeder(who), address(oracle), abi.encodeCall(IPriceOracle.post, (SU, value)));
            _requireSound();
        }
    }

    function _requireSound() private {
        (uint128 median, uint256 feeds) = oracle.medianOf(SU);
        (uint128 accepted,, bool tripped) = oracle.stateOf(SU);
        uint256 difference = median > accepted ? median - accepted : accepted - median;
        bool sound = feeds >= 3 && !tripped && difference * 10_000 <= uint256(accepted) * MAX_DEVIATION;
        (bool ok,) = _try(STRANGER, address(oracle), abi.encodeCall(IPriceOracle.price, (SU)));
        require(ok == sound && oracle.isFresh(SU) == sound, "unsound");
    }

    function testFuzz_Limits_AreChecked(uint32 maxAge, uint16 maxDeviation) public {
        bool fits = maxAge > 0 && maxDeviation > 0 && maxDeviation <= 10_000;
        try new PriceOracle(address(manager), maxAge, maxDeviation) {
            require(fits, "taken");
        } catch {
            require(!fits, "refused");
        }
    }
}
