// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Banking days per jurisdiction
/// @notice Holds one bit per UTC day, set when banks are closed. The supervisor loads the days of
/// the regime's term from published holiday calendars.
/// @dev Warning: a question about a day that was not loaded reverts; it never guesses.
interface IBusinessCalendar {
    /// @notice `actor` loaded days `firstDay` to `lastDay` (days since the epoch) of `jurisdiction`.
    event CalendarLoaded(address indexed actor, bytes2 indexed jurisdiction, uint256 firstDay, uint256 lastDay);

    /// @notice `day` of `jurisdiction` is not loaded, or was to be loaded with nothing.
    error BusinessCalendar_NotLoaded(bytes2 jurisdiction, uint256 day);

    /// @notice Loads whole words of closed days, replacing what was there. Supervisor only.
    /// @param jurisdiction Two letters.
    /// @param firstWord Day since the epoch of the first bit, divided by 256.
    /// @param closedDays Consecutive words; bit i of word w is day 256 w + i, set when banks are closed.
    function load(bytes2 jurisdiction, uint256 firstWord, uint256[] calldata closedDays) external;

    /// @notice Last second of the `count`-th banking day after the day of `timestamp`.
    /// @dev UCP 600 art. 14b counts banking days following the day of presentation.
    function endOfBankingDay(bytes2 jurisdiction, uint256 timestamp, uint256 count) external view returns (uint256);

    /// @notice Whether banks are open on the day of `timestamp`.
    function isBankingDay(bytes2 jurisdiction, uint256 timestamp) external view returns (bool);
}
