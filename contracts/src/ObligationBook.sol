// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Reason} from "./Reason.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";

/// @title Obligations, their members and their queues
/// @dev The part of the clearing house in which obligations come and go; see {IClearingHouse}.
abstract contract ObligationBook is IClearingHouse {
    using SafeCast for uint256;

    /// @dev An obligation in one slot. Parties are numbers of members; `until` is on the clock that stands still while
    /// the regime is suspended, see {_clock}.
    struct Entry {
        uint32 payer;
        uint32 payee;
        uint128 amount;
        uint40 until;
        uint8 priority;
        ObligationState state;
        bool withdrawing;
    }

    /// @dev Numbers of obligations, rising; what stands before `head` is over.
    struct Queue {
        uint256 head;
        uint32[] ids;
    }

    uint8 internal constant PRIORITIES = 4;
    /// @dev Longest life of an obligation; a choice of ours.
    uint64 private constant MAX_LIFE = 90 days;

    IRulebook internal immutable RULEBOOK;
    IRegime internal immutable REGIME;
    IParticipants internal immutable PARTICIPANTS;

    mapping(uint256 id => Entry) internal _entries;
    mapping(uint256 id => bytes32) private _trades;
    mapping(uint256 payer => Queue[PRIORITIES]) internal _queues;
    /// @dev Members are numbered from 1 by their first obligation.
    mapping(bytes32 member => uint256) internal _numbers;
    mapping(uint256 number => bytes32) internal _members;
    /// @dev 256 members a word, so that a settlement reads them all at once.
    mapping(uint256 word => uint256) internal _excluded;
    uint32 internal _memberCount;
    uint32 private _entryCount;

    constructor(IRulebook rulebook, IRegime regime, IParticipants participants) {
        RULEBOOK = rulebook;
        REGIME = regime;
        PARTICIPANTS = participants;
    }

    /// @inheritdoc IClearingHouse
    function enter(bytes32 payee, uint128 amount, uint8 priority, bytes32 trade, uint64 until)
        external
        returns (uint256 id)
    {
        bytes32 payer = PARTICIPANTS.participantOf(msg.sender);
        _requireCaller(payer);
        bool lives = block.timestamp <= until && until <= Math.min(block.timestamp + MAX_LIFE, REGIME.law().end);
        require(amount > 0 && priority < PRIORITIES && lives, ClearingHouse_InvalidObligation());
        require(!isExcluded(payer), ClearingHouse_Excluded(payer));
        require(!isExcluded(payee), ClearingHouse_Excluded(payee));
        uint8 reason = RULEBOOK.enterObligation(payer, payee, amount, trade);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));

        id = ++_entryCount;
        uint32 number = _join(payer);
        _entries[id] = Entry({
            payer: number,
            payee: _join(payee),
            amount: amount,
            until: uint256(until - REGIME.tolled()).toUint40(),
            priority: priority,
            state: ObligationState.PENDING,
            withdrawing: false
        });
        _trades[id] = trade;
        _queues[number][priority].ids.push(id.toUint32());
        emit ObligationEntered(msg.sender, id, payer, payee, amount, priority, trade, until);
    }

    /// @inheritdoc IClearingHouse
    function proposeWithdrawal(uint256 id) external {
        Entry storage entry = _pending(id);
        _requireCaller(_members[entry.payer]);
        entry.withdrawing = true;
        emit WithdrawalProposed(msg.sender, id);
    }

    /// @inheritdoc IClearingHouse
    function withdraw(uint256 id) external {
        Entry storage entry = _pending(id);
        _requireCaller(_members[entry.payee]);
        require(entry.withdrawing, ClearingHouse_NotProposed(id));
        _leave(id, ObligationState.WITHDRAWN, true);
        emit ObligationWithdrawn(msg.sender, id);
    }

    /// @inheritdoc IClearingHouse
    function lapse(uint256 id) external {
        Entry storage entry = _pending(id);
        bool isOver = _clock() > entry.until || REGIME.stage() == IRegime.Stage.EXPIRED;
        require(isOver, ClearingHouse_TooEarly(id, entry.until + REGIME.tolled()));
        // Caps are the entity's: a party abroad that enters and lets lapse, over and over, would use them all up alone.
        bytes2 place = PARTICIPANTS.standingOf(_members[entry.payer]).jurisdiction;
        _leave(id, ObligationState.LAPSED, place == REGIME.law().home);
        emit ObligationLapsed(msg.sender, id);
    }

    /// @inheritdoc IClearingHouse
    function sweep(bytes32 payer, uint8 priority, uint256 most) external {
        require(priority < PRIORITIES, ClearingHouse_InvalidObligation());
        Queue storage queue = _queues[_numbers[payer]][priority];
        _compact(queue, Math.min(most, queue.ids.length - queue.head) + queue.head, _clock());
    }

    /// @inheritdoc IClearingHouse
    function obligationOf(uint256 id) external view returns (Obligation memory) {
        Entry memory entry = _entries[id];
        return Obligation({
            state: entry.state,
            payer: _members[entry.payer],
            payee: _members[entry.payee],
            amount: entry.amount,
            priority: entry.priority,
            withdrawing: entry.withdrawing,
            until: entry.state == ObligationState.NONE ? 0 : entry.until + REGIME.tolled(),
            trade: _trades[id]
        });
    }

    /// @inheritdoc IClearingHouse
    function pendingOf(bytes32 payer, uint8 priority) external view returns (uint256[] memory ids) {
        require(priority < PRIORITIES, ClearingHouse_InvalidObligation());
        Queue storage queue = _queues[_numbers[payer]][priority];
        uint256[] memory excluded = _exclusions();
        (uint256 live, uint256 end,) = _scan(queue, type(uint256).max, _clock(), excluded);
        ids = new uint256[](live);
        for (uint256 i = end; i > queue.head; --i) {
            uint256 id = queue.ids[i - 1];
            Entry storage entry = _entries[id];
            if (!_isOver(entry, _clock()) && !_isDeferred(entry, excluded)) ids[--live] = id;
        }
    }

    /// @inheritdoc IClearingHouse
    function isExcluded(bytes32 member) public view returns (bool) {
        uint256 number = _numbers[member];
        return (_excluded[number >> 8] >> (number & 0xff)) & 1 == 1;
    }

    /// @inheritdoc IClearingHouse
    function obligations() external view returns (uint256) {
        return _entryCount;
    }

    /// @dev Looks at a queue from its head up to number `last`: how many there could be settled, where it ends, and
    /// how many are deferred.
    function _scan(Queue storage queue, uint256 last, uint256 clock, uint256[] memory excluded)
        internal
        view
        returns (uint256 live, uint256 end, uint256 deferred)
    {
        uint256 length = queue.ids.length;
        for (end = queue.head; end < length; ++end) {
            uint256 id = queue.ids[end];
            if (id > last) break;
            Entry storage entry = _entries[id];
            if (_isOver(entry, clock)) continue;
            if (_isDeferred(entry, excluded)) ++deferred;
            else ++live;
        }
    }

    /// @dev Keeps what is not over of the places up to `end`, in order, and moves the head up to it.
    function _compact(Queue storage queue, uint256 end, uint256 clock) internal {
        uint256 head = queue.head;
        uint256 to = end;
        for (uint256 i = end; i > head; --i) {
            uint32 id = queue.ids[i - 1];
            if (_isOver(_entries[id], clock)) continue;
            --to;
            if (to != i - 1) queue.ids[to] = id;
        }
        if (to != head) queue.head = to;
    }

    /// @dev Who is excluded, 256 members a word.
    function _exclusions() internal view returns (uint256[] memory excluded) {
        excluded = new uint256[]((_memberCount >> 8) + 1);
        for (uint256 word = 0; word < excluded.length; ++word) {
            excluded[word] = _excluded[word];
        }
    }

    /// @dev Over for good: the clock never goes back.
    function _isOver(Entry storage entry, uint256 clock) internal view returns (bool) {
        return entry.state != ObligationState.PENDING || entry.until < clock;
    }

    function _isDeferred(Entry storage entry, uint256[] memory excluded) private view returns (bool) {
        return _isOut(entry.payer, excluded) || _isOut(entry.payee, excluded);
    }

    function _isOut(uint256 number, uint256[] memory excluded) internal pure returns (bool) {
        return (excluded[number >> 8] >> (number & 0xff)) & 1 == 1;
    }

    /// @dev Time that stands still while the regime is suspended, so that no life runs out then.
    function _clock() internal view returns (uint256) {
        return block.timestamp - REGIME.tolled();
    }

    function _pending(uint256 id) private view returns (Entry storage entry) {
        entry = _entries[id];
        require(entry.state == ObligationState.PENDING, ClearingHouse_NotPending(id));
    }

    function _leave(uint256 id, ObligationState state, bool givesBack) private {
        _entries[id].state = state;
        if (givesBack) RULEBOOK.leaveObligation(_entries[id].amount, _trades[id]);
    }

    function _join(bytes32 member) private returns (uint32 number) {
        number = _numbers[member].toUint32();
        if (number != 0) return number;
        number = ++_memberCount;
        _numbers[member] = number;
        _members[number] = member;
    }

    function _requireCaller(bytes32 party) private view {
        bool isParty = party != 0 && PARTICIPANTS.participantOf(msg.sender) == party;
        require(isParty && !PARTICIPANTS.isRetired(msg.sender), ClearingHouse_NotParty(msg.sender));
    }
}
