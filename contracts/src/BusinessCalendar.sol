// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {IBusinessCalendar} from "./interfaces/IBusinessCalendar.sol";

/// @title BusinessCalendar
contract BusinessCalendar is IBusinessCalendar, DirectlyManaged {
    struct Word {
        uint256 closed;
        bool loaded;
    }

    mapping(bytes2 jurisdiction => mapping(uint256 word => Word)) private _words;

    constructor(address authority) DirectlyManaged(authority) {}

    /// @inheritdoc IBusinessCalendar
    function load(bytes2 jurisdiction, uint256 firstWord, uint256[] calldata closedDays) external restricted {
        require(closedDays.length > 0, BusinessCalendar_NotLoaded(jurisdiction, firstWord * 256));
        for (uint256 i = 0; i < closedDays.length; ++i) {
            _words[jurisdiction][firstWord + i] = Word({closed: closedDays[i], loaded: true});
        }
        emit CalendarLoaded(msg.sender, jurisdiction, firstWord * 256, (firstWord + closedDays.length) * 256 - 1);
    }

    /// @inheritdoc IBusinessCalendar
    function endOfBankingDay(bytes2 jurisdiction, uint256 timestamp, uint256 count) external view returns (uint256) {
        uint256 day = timestamp / 1 days;
        while (count > 0) {
            ++day;
            if (_isOpen(jurisdiction, day)) --count;
        }
        return (day + 1) * 1 days - 1;
    }

    /// @inheritdoc IBusinessCalendar
    function isBankingDay(bytes2 jurisdiction, uint256 timestamp) external view returns (bool) {
        return _isOpen(jurisdiction, timestamp / 1 days);
    }

    function _isOpen(bytes2 jurisdiction, uint256 day) private view returns (bool) {
        Word storage word = _words[jurisdiction][day / 256];
        require(word.loaded, BusinessCalendar_NotLoaded(jurisdiction, day));
        return (word.closed >> (day % 256)) & 1 == 0;
    }
}
