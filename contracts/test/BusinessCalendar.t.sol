// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IBusinessCalendar} from "../src/interfaces/IBusinessCalendar.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Banking days against a naive reference that walks day by day over an array.
contract BusinessCalendarTest is Fixture {
    bytes2 private constant PLACE = "ZZ";
    uint256 private constant FIRST_WORD = 79;
    uint256 private constant FIRST_DAY = FIRST_WORD * 256;

    bool[] private _closed;

    /// @dev Loads `words` and unpacks them, bit by bit, into the reference.
    function _loadRandom(uint256[3] memory random, bool dense) private {
        uint256[] memory words = new uint256[](3);
        for (uint256 i = 0; i < 3; ++i) {
            // OR of hashes leaves few banking days, AND leaves few holidays.
            uint256 other = uint256(keccak256(abi.encode(random[i])));
            words[i] = dense ? random[i] | other : random[i] & other;
            for (uint256 bit = 0; bit < 256; ++bit) {
                _closed.push((words[i] / 2 ** bit) % 2 == 1);
            }
        }
        vm.prank(SUPERVISOR);
        calendar.load(PLACE, FIRST_WORD, words);
    }

    /// @dev The last second of the `count`-th banking day after `day`; 0 when the days run out.
    function _naive(uint256 day, uint256 count) private view returns (uint256) {
        uint256 open;
        for (uint256 next = day + 1; count > open; ++next) {
            if (next >= FIRST_DAY + _closed.length) return 0;
            if (!_closed[next - FIRST_DAY]) ++open;
            day = next;
        }
        return day * 1 days + 1 days - 1;
    }

    /// forge-config: default.fuzz.runs = 96
    function testFuzz_EndOfBankingDay_EqualsTheNaiveWalk(
        uint256[3] memory random,
        bool dense,
        uint256 from,
        uint256 count
    ) public {
        _loadRandom(random, dense);
        from = FIRST_DAY * 1 days + from % (3 * 256 days);
        count %= 40;
        uint256 expected = _naive(from / 1 days, count);
        (bool ok, bytes memory result) =
            address(calendar).call(abi.encodeCall(calendar.endOfBankingDay, (PLACE, from, count)));
        require(ok == (expected != 0), "reverts exactly when the days run out");
        if (ok) {
            require(abi.decode(result, (uint256)) == expected, "another day");
        } else {
            bytes memory notLoaded = abi.encodeWithSelector(
                IBusinessCalendar.BusinessCalendar_NotLoaded.selector, PLACE, FIRST_DAY + _closed.length
            );
            require(keccak256(result) == keccak256(notLoaded), "another reason");
        }
    }

    function testFuzz_EndOfBankingDay_SameForEverySecondOfADay(uint256 day, uint256 second, uint256 count) public view {
        day = START / 1 days + day % 1000;
        count %= 20;
        uint256 end = calendar.endOfBankingDay(HOME, day * 1 days, count);
        require(end == calendar.endOfBankingDay(HOME, day * 1 days + second % 1 days, count), "depends on the hour");
        require(end % 1 days == 1 days - 1, "not the last second");
        require(count == 0 || calendar.isBankingDay(HOME, end), "ends on a closed day");
        require(count == 0 || end > (day + 1) * 1 days, "counts its own day");
    }

    function testFuzz_IsBankingDay(uint256 timestamp) public view {
        timestamp = START + timestamp % 1000 days;
        require(calendar.isBankingDay(HOME, timestamp) == !_isClosed(timestamp / 1 days));
    }

    function testFuzz_NotLoaded(bytes2 jurisdiction, uint256 timestamp) public {
        if (jurisdiction == HOME || jurisdiction == ABROAD || jurisdiction == ELSEWHERE) {
            timestamp = (FIRST_DAY + 6 * 256) * 1 days + timestamp % 10_000 days;
        }
        vm.expectRevert(
            abi.encodeWithSelector(
                IBusinessCalendar.BusinessCalendar_NotLoaded.selector, jurisdiction, timestamp / 1 days
            )
        );
        calendar.isBankingDay(jurisdiction, timestamp);
    }

    function testFuzz_Load_SupervisorOnly(address caller) public {
        vm.assume(caller != SUPERVISOR);
        vm.prank(caller);
        vm.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller));
        calendar.load(HOME, 0, new uint256[](1));
    }

    /// @dev Nothing to load is refused, wherever; what was loaded stays, and what was not stays closed to answers.
    function testFuzz_Load_NotNothing(bytes2 jurisdiction, uint128 firstWord, uint256 closed, uint8 bit) public {
        uint256 day = uint256(firstWord) * 256;
        bytes memory notLoaded =
            abi.encodeWithSelector(IBusinessCalendar.BusinessCalendar_NotLoaded.selector, jurisdiction, day);
        bytes memory nothing = abi.encodeCall(calendar.load, (jurisdiction, firstWord, new uint256[](0)));
        _refused(SUPERVISOR, address(calendar), nothing, notLoaded);

        uint256[] memory words = new uint256[](1);
        words[0] = closed;
        vm.prank(SUPERVISOR);
        calendar.load(jurisdiction, firstWord, words);
        _refused(SUPERVISOR, address(calendar), nothing, notLoaded);
        bool open = (closed >> bit) % 2 == 0;
        require(calendar.isBankingDay(jurisdiction, (day + bit) * 1 days) == open, "what was loaded is gone");
    }

    function testFuzz_Load_Replaces(uint256 before, uint256 then, uint256 bit) public {
        bit %= 256;
        uint256[] memory words = new uint256[](1);
        words[0] = before;
        vm.prank(SUPERVISOR);
        calendar.load(PLACE, FIRST_WORD, words);
        words[0] = then;
        vm.prank(SUPERVISOR);
        calendar.load(PLACE, FIRST_WORD, words);
        require(calendar.isBankingDay(PLACE, (FIRST_DAY + bit) * 1 days) == ((then >> bit) % 2 == 0));
    }
}
