// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title ClearingHouse
contract ClearingHouse is IClearingHouse, AccessManaged {
    using SafeCast for uint256;

    /// @dev An obligation in one slot. Parties are numbers of members; `until` is on the clock that stands still while
    /// the regime is suspended, see {_clock}.
    struct Entry {
        uint32 payer;
        uint32 payee;
        uint128 amount;
        uint40 until;
        uint8 priority;
        State state;
        bool withdrawing;
    }

    /// @dev Numbers of obligations, rising; what stands before `head` is over.
    struct Queue {
        uint256 head;
        uint32[] ids;
    }

    /// @dev One settlement in memory, every array by number of the member. `last` is the last place chosen in a
    /// member's queue: priority and number.
    struct Round {
        uint256 clock;
        bool fifo;
        uint256[] excluded;
        uint256[] chosen;
        uint256[] last;
        int256[] net;
        address[] wallets;
        uint256 gross;
        uint256 netValue;
    }

    uint16 private constant TRADER = Role.SETTLER | Role.COUNTERPARTY;
    uint8 private constant PRIORITIES = 4;
    /// @dev Longest life of an obligation; a choice of ours.
    uint64 private constant MAX_LIFE = 90 days;

    ISettlementToken private immutable TOKEN;
    IRulebook private immutable RULEBOOK;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;

    mapping(uint256 id => Entry) private _entries;
    mapping(uint256 id => bytes32) private _trades;
    mapping(uint256 payer => Queue[PRIORITIES]) private _queues;
    /// @dev Members are numbered from 1 by their first obligation.
    mapping(bytes32 member => uint256) private _numbers;
    mapping(uint256 number => bytes32) private _members;
    /// @dev 256 members a word, so that a settlement reads them all at once.
    mapping(uint256 word => uint256) private _excluded;
    uint32 private _memberCount;
    uint32 private _entryCount;
    uint64 private _cycleCount;

    constructor(
        address authority,
        ISettlementToken token,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants
    ) AccessManaged(authority) {
        TOKEN = token;
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
        bool lives = block.timestamp <= until && until <= Math.min(block.timestamp + MAX_LIFE, REGIME.programme().end);
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
            state: State.PENDING,
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
        _leave(id, State.WITHDRAWN);
        emit ObligationWithdrawn(msg.sender, id);
    }

    /// @inheritdoc IClearingHouse
    function lapse(uint256 id) external {
        Entry storage entry = _pending(id);
        bool isOver = _clock() > entry.until || REGIME.stage() == IRegime.Stage.EXPIRED;
        require(isOver, ClearingHouse_TooEarly(id, entry.until + REGIME.tolled()));
        _leave(id, State.LAPSED);
        emit ObligationLapsed(msg.sender, id);
    }

    /// @inheritdoc IClearingHouse
    function settle(uint256[] calldata ids) external restricted returns (uint256 cycle) {
        Round memory round = _verify(ids);
        cycle = ++_cycleCount;
        for (uint256 i = 0; i < ids.length; ++i) {
            _entries[ids[i]].state = State.SETTLED;
            emit ObligationSettled(msg.sender, ids[i], cycle);
        }
        if (round.fifo) _advance(round);
        emit CycleSettled(msg.sender, cycle, ids.length, round.gross, round.netValue);
        _move(round, cycle);
    }

    /// @inheritdoc IClearingHouse
    function exclude(bytes32 member) external restricted {
        require(!isExcluded(member), ClearingHouse_Excluded(member));
        uint256 number = _numbers[member];
        uint8 reason = RULEBOOK.checkParticipant(member, TRADER);
        require(number != 0 && reason != Reason.OK, ClearingHouse_InGoodStanding(member));
        _excluded[number >> 8] ^= 1 << (number & 0xff);
        emit MemberExcluded(msg.sender, member, reason);
    }

    /// @inheritdoc IClearingHouse
    function readmit(bytes32 member) external {
        require(isExcluded(member), ClearingHouse_NotExcluded(member));
        uint256 number = _numbers[member];
        uint8 reason = RULEBOOK.checkParticipant(member, TRADER);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
        _excluded[number >> 8] ^= 1 << (number & 0xff);
        emit MemberReadmitted(msg.sender, member);
    }

    /// @inheritdoc IClearingHouse
    function sweep(bytes32 payer, uint8 priority, uint256 most) external {
        Queue storage queue = _queues[_numbers[payer]][priority];
        _compact(queue, Math.min(most, queue.ids.length - queue.head) + queue.head, _clock());
    }

    /// @inheritdoc IClearingHouse
    function checkSettlement(uint256[] calldata ids)
        external
        view
        returns (bytes32[] memory members, int256[] memory net)
    {
        Round memory round = _verify(ids);
        members = new bytes32[](_memberCount);
        net = new int256[](_memberCount);
        for (uint256 i = 0; i < members.length; ++i) {
            members[i] = _members[i + 1];
            net[i] = round.net[i + 1];
        }
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
            until: entry.state == State.NONE ? 0 : entry.until + REGIME.tolled(),
            trade: _trades[id]
        });
    }

    /// @inheritdoc IClearingHouse
    function pendingOf(bytes32 payer, uint8 priority) external view returns (uint256 head, uint256[] memory ids) {
        Queue storage queue = _queues[_numbers[payer]][priority];
        Round memory round = _open();
        uint256 length = queue.ids.length;
        uint256 count = _countLive(round, queue, type(uint256).max);
        ids = new uint256[](count);
        count = 0;
        for (uint256 i = queue.head; i < length; ++i) {
            uint256 id = queue.ids[i];
            if (_isLive(round, _entries[id])) ids[count++] = id;
        }
        if (count > 0) head = ids[0];
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

    /// @inheritdoc IClearingHouse
    function cycles() external view returns (uint256) {
        return _cycleCount;
    }

    // A settlement: verify, then record, then move

    /// @dev Everything that is asked of a settlement; what the dry run and the real one share.
    function _verify(uint256[] calldata ids) private view returns (Round memory round) {
        round = _open();
        require(ids.length > 0, ClearingHouse_NotRising(0));
        uint256 before = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 id = ids[i];
            // Rising numbers: each obligation once.
            require(id > before, ClearingHouse_NotRising(id));
            before = id;
            _choose(round, id);
        }
        int256 sum = 0;
        for (uint256 number = 1; number < round.net.length; ++number) {
            if (round.fifo && round.chosen[number] > 0) _requireFront(round, number);
            _requireStanding(round, number);
            sum += round.net[number];
            if (round.net[number] > 0) round.netValue += uint256(round.net[number]);
        }
        assert(sum == 0);
    }

    function _open() private view returns (Round memory round) {
        uint256 size = uint256(_memberCount) + 1;
        round.clock = _clock();
        round.fifo = !REGIME.programme().queueBypass;
        round.excluded = new uint256[]((size >> 8) + 1);
        for (uint256 word = 0; word < round.excluded.length; ++word) {
            round.excluded[word] = _excluded[word];
        }
        round.chosen = new uint256[](size);
        round.last = new uint256[](size);
        round.net = new int256[](size);
        round.wallets = new address[](size);
    }

    /// @dev Adds one obligation to the round, if it may be settled.
    function _choose(Round memory round, uint256 id) private view {
        Entry memory entry = _entries[id];
        require(!_isOver(entry, round.clock), ClearingHouse_NotPending(id));
        (uint256 payer, uint256 payee) = (entry.payer, entry.payee);
        require(!_isOut(round, payer), ClearingHouse_Excluded(_members[payer]));
        require(!_isOut(round, payee), ClearingHouse_Excluded(_members[payee]));
        int256 amount = int256(uint256(entry.amount));
        round.net[payer] -= amount;
        round.net[payee] += amount;
        round.gross += entry.amount;
        ++round.chosen[payer];
        uint256 place = (uint256(entry.priority) << 32) | id;
        if (place > round.last[payer]) round.last[payer] = place;
    }

    /// @dev What could be settled of a payer's queue up to the last place chosen must be as many as were chosen: then
    /// none of them was left out.
    function _requireFront(Round memory round, uint256 payer) private view {
        uint256 last = round.last[payer];
        uint256 count = 0;
        for (uint256 priority = 0; priority <= last >> 32; ++priority) {
            count += _countLive(round, _queues[payer][priority], _lastIn(last, priority));
        }
        require(count == round.chosen[payer], ClearingHouse_OutOfOrder(_members[payer]));
    }

    /// @dev Whoever pays must be in good standing and hold its net debit; whoever only receives may be held back, but
    /// the payout must be possible.
    function _requireStanding(Round memory round, uint256 number) private view {
        int256 net = round.net[number];
        bool pays = round.chosen[number] > 0;
        if (!pays && net == 0) return;
        address wallet = PARTICIPANTS.walletOf(_members[number]);
        round.wallets[number] = wallet;
        uint8 reason = Reason.OK;
        if (pays) reason = _checkLeg(wallet, address(this), net < 0 ? uint256(-net) : 0);
        if (reason == Reason.OK && net > 0) {
            reason = _checkLeg(address(this), wallet, 0);
            // These two the token pays into the quarantine.
            if (reason == Reason.SCREENING_HOLD || reason == Reason.LISTED_PARTY) reason = Reason.OK;
        }
        require(reason == Reason.OK, ClearingHouse_MemberRefused(reason, _members[number]));
    }

    function _checkLeg(address from, address to, uint256 amount) private view returns (uint8) {
        return TOKEN.checkFlow(IRulebook.Flow.NET_LEG, from, to, from, to, amount, 0);
    }

    /// @dev Moves the heads of the queues past what was just settled.
    function _advance(Round memory round) private {
        for (uint256 payer = 1; payer < round.last.length; ++payer) {
            if (round.chosen[payer] == 0) continue;
            uint256 last = round.last[payer];
            for (uint256 priority = 0; priority <= last >> 32; ++priority) {
                Queue storage queue = _queues[payer][priority];
                _compact(queue, _endOf(queue, _lastIn(last, priority)), round.clock);
            }
        }
    }

    /// @dev Nets of debtors in, then nets of creditors out.
    function _move(Round memory round, uint256 cycle) private {
        bytes32 ref = bytes32(cycle);
        for (uint256 number = 1; number < round.net.length; ++number) {
            int256 net = round.net[number];
            if (net >= 0) continue;
            TOKEN.take(IRulebook.Flow.NET_LEG, round.wallets[number], address(this), uint256(-net), ref, 0);
            emit NetPositionSettled(msg.sender, cycle, _members[number], net, true);
        }
        for (uint256 number = 1; number < round.net.length; ++number) {
            int256 net = round.net[number];
            if (net <= 0) continue;
            bool arrived =
                TOKEN.payOut(IRulebook.Flow.NET_LEG, address(this), round.wallets[number], uint256(net), ref, 0);
            emit NetPositionSettled(msg.sender, cycle, _members[number], net, arrived);
        }
    }

    // Queues

    /// @dev Keeps what is not over of the places up to `end`, in order, and moves the head up to it.
    function _compact(Queue storage queue, uint256 end, uint256 clock) private {
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

    /// @dev How many stand in `queue`, up to number `last`, that could be settled.
    function _countLive(Round memory round, Queue storage queue, uint256 last) private view returns (uint256 count) {
        uint256 length = queue.ids.length;
        for (uint256 i = queue.head; i < length; ++i) {
            uint256 id = queue.ids[i];
            if (id > last) break;
            if (_isLive(round, _entries[id])) ++count;
        }
    }

    function _endOf(Queue storage queue, uint256 last) private view returns (uint256 end) {
        uint256 length = queue.ids.length;
        end = queue.head;
        while (end < length && queue.ids[end] <= last) ++end;
    }

    /// @dev Of the queue of `priority`, the last number that stands before or at the place `last`.
    function _lastIn(uint256 last, uint256 priority) private pure returns (uint256) {
        return priority < last >> 32 ? type(uint256).max : last & type(uint32).max;
    }

    function _isLive(Round memory round, Entry memory entry) private pure returns (bool) {
        return !_isOver(entry, round.clock) && !_isOut(round, entry.payer) && !_isOut(round, entry.payee);
    }

    /// @dev Over for good: the clock never goes back.
    function _isOver(Entry memory entry, uint256 clock) private pure returns (bool) {
        return entry.state != State.PENDING || entry.until < clock;
    }

    function _isOut(Round memory round, uint256 number) private pure returns (bool) {
        return (round.excluded[number >> 8] >> (number & 0xff)) & 1 == 1;
    }

    // Obligations and members

    /// @dev Time that stands still while the regime is suspended, so that no life runs out then.
    function _clock() private view returns (uint256) {
        return block.timestamp - REGIME.tolled();
    }

    function _pending(uint256 id) private view returns (Entry storage entry) {
        entry = _entries[id];
        require(entry.state == State.PENDING, ClearingHouse_NotPending(id));
    }

    function _leave(uint256 id, State state) private {
        _entries[id].state = state;
        RULEBOOK.leaveObligation(_entries[id].amount, _trades[id]);
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
