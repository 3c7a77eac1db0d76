// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {ObligationBook} from "./ObligationBook.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title ClearingHouse
contract ClearingHouse is ObligationBook, DirectlyManaged {
    using SafeCast for int256;
    using SafeCast for uint256;

    /// @dev One settlement in memory. Arrays go by number of the member, those of queues by {_queueAt}.
    /// `last` is the last place chosen in a member's queue: priority and number.
    struct Round {
        uint256 clock;
        bool fifo;
        bytes2 banned;
        bytes2[] places;
        uint256[] excluded;
        int256[] net;
        uint256[] chosen;
        uint256[] last;
        uint256[] end;
        bool[] defers;
        address[] wallets;
        uint256 gross;
        uint256 netValue;
    }

    uint16 private constant TRADER = Role.SETTLER | Role.COUNTERPARTY;

    ISettlementToken private immutable TOKEN;

    uint64 private _cycleCount;

    constructor(
        address authority,
        ISettlementToken token,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants
    ) ObligationBook(rulebook, regime, participants) DirectlyManaged(authority) {
        TOKEN = token;
    }

    /// @inheritdoc IClearingHouse
    function settle(uint256[] calldata ids) external restricted returns (uint256 cycle) {
        Round memory round = _verify(ids);

        cycle = ++_cycleCount;
        for (uint256 i = 0; i < ids.length; ++i) {
            _entries[ids[i]].state = ObligationState.SETTLED;
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
        uint8 reason = _checkMember(member);
        require(number != 0 && reason != Reason.OK, ClearingHouse_InGoodStanding(member));

        _excluded[number >> 8] |= 2 ** (number & 0xff);
        emit MemberExcluded(msg.sender, member, reason);
    }

    /// @inheritdoc IClearingHouse
    function readmit(bytes32 member) external {
        require(isExcluded(member), ClearingHouse_NotExcluded(member));
        uint256 number = _numbers[member];
        uint8 reason = _checkMember(member);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));

        _excluded[number >> 8] ^= 2 ** (number & 0xff);
        emit MemberReadmitted(msg.sender, member);
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
            (members[i], net[i]) = (_members[i + 1], round.net[i + 1]);
        }
    }

    /// @inheritdoc IClearingHouse
    function cycles() external view returns (uint256) {
        return _cycleCount;
    }

    /// @dev Everything that is asked of a settlement; the dry run and the real one share it.
    function _verify(uint256[] calldata ids) private view returns (Round memory round) {
        round = _open();
        require(ids.length > 0, ClearingHouse_NotRising(0));
        uint256 before = 0;
        for (uint256 i = 0; i < ids.length; ++i) {
            uint256 id = ids[i];
            // In rising order nothing stands twice.
            require(id > before, ClearingHouse_NotRising(id));
            before = id;
            _choose(round, id);
        }
        int256 sum = 0;
        for (uint256 number = 1; number < round.net.length; ++number) {
            int256 net = round.net[number];
            if (round.chosen[number] > 0) {
                if (round.fifo) _requireFront(round, number);
                _requirePayer(round, number, net < 0 ? (-net).toUint256() : 0);
            } else if (net > 0) {
                _requirePayee(round, number);
            }
            sum += net;
            if (net > 0) round.netValue += net.toUint256();
        }
        assert(sum == 0);
    }

    function _open() private view returns (Round memory round) {
        uint256 size = uint256(_memberCount) + 1;
        round.clock = _clock();
        IRegime.Law memory law = REGIME.law();
        round.fifo = !law.queueBypass;
        round.banned = _banned(law);
        round.excluded = _exclusions();
        round.places = new bytes2[](size);
        round.net = new int256[](size);
        round.chosen = new uint256[](size);
        round.last = new uint256[](size);
        round.end = new uint256[](size * PRIORITIES);
        round.defers = new bool[](size * PRIORITIES);
        round.wallets = new address[](size);
    }

    /// @dev Adds one obligation to the round, if it may be settled.
    function _choose(Round memory round, uint256 id) private view {
        Entry storage entry = _entries[id];
        require(!_isOver(entry, round.clock), ClearingHouse_NotPending(id));
        (uint256 payer, uint256 payee, uint256 amount) = (entry.payer, entry.payee, entry.amount);
        require(!_isOut(payer, round.excluded), ClearingHouse_Excluded(_members[payer]));
        require(!_isOut(payee, round.excluded), ClearingHouse_Excluded(_members[payee]));
        // Entered while that was permitted, and banned since.
        bool isDomestic = _isAtHome(round, payer) && _isAtHome(round, payee);
        require(!isDomestic, ClearingHouse_MemberRefused(Reason.DOMESTIC_PAYMENT, _members[payee]));
        round.net[payer] -= amount.toInt256();
        round.net[payee] += amount.toInt256();
        round.gross += amount;
        ++round.chosen[payer];
        uint256 place = (uint256(entry.priority) << 32) | id;
        if (place > round.last[payer]) round.last[payer] = place;
    }

    /// @dev Whether a member is established where payments to each other are banned.
    function _isAtHome(Round memory round, uint256 number) private view returns (bool) {
        if (round.banned == 0) return false;
        if (round.places[number] == 0) {
            round.places[number] = PARTICIPANTS.standingOf(_members[number]).jurisdiction;
        }
        return round.places[number] == round.banned;
    }

    /// @dev If as many could be settled up to the last place chosen as were chosen, none of them was left out.
    function _requireFront(Round memory round, uint256 payer) private view {
        uint256 last = round.last[payer];
        uint256 count = 0;
        for (uint256 priority = 0; priority <= last >> 32; ++priority) {
            // Nothing of a smaller priority stays behind, whatever its number.
            uint256 lastHere = priority < last >> 32 ? type(uint256).max : last & type(uint32).max;
            (uint256 live, uint256 end, uint256 deferred) =
                _scan(_queues[payer][priority], lastHere, round.clock, round.excluded);
            count += live;
            round.end[_queueAt(payer, priority)] = end;
            round.defers[_queueAt(payer, priority)] = deferred > 0;
        }
        require(count == round.chosen[payer], ClearingHouse_OutOfOrder(_members[payer]));
    }

    /// @dev Whoever pays must be in good standing, even where more comes in, and hold its net debit.
    function _requirePayer(Round memory round, uint256 number, uint256 debit) private view {
        address wallet = PARTICIPANTS.walletOf(_members[number]);
        round.wallets[number] = wallet;
        uint8 reason = _orDomestic(_checkLeg(wallet, address(this), debit), _members[number], round.banned);
        require(reason == Reason.OK, ClearingHouse_MemberRefused(reason, _members[number]));
    }

    /// @dev Whoever only receives may be held back by screening, as any payee: the token pays into the quarantine.
    function _requirePayee(Round memory round, uint256 number) private view {
        address wallet = PARTICIPANTS.walletOf(_members[number]);
        round.wallets[number] = wallet;
        uint8 reason = _orDomestic(_checkLeg(address(this), wallet, 0), _members[number], round.banned);
        bool possible = reason == Reason.OK || reason == Reason.SCREENING_HOLD || reason == Reason.LISTED_PARTY;
        require(possible, ClearingHouse_MemberRefused(reason, _members[number]));
    }

    /// @dev Why no settlement should wait for a member.
    function _checkMember(bytes32 member) private view returns (uint8) {
        return _orDomestic(RULEBOOK.checkParticipant(member, TRADER), member, _banned(REGIME.law()));
    }

    /// @dev `reason`, or that a member established abroad has come to be owned from `banned`: whatever it entered with
    /// an entity at home is a domestic payment by now, and netting would disguise it. What stands first in the table.
    function _orDomestic(uint8 reason, bytes32 member, bytes2 banned) private view returns (uint8) {
        IParticipants.Standing memory standing = PARTICIPANTS.standingOf(member);
        bool moved = standing.ownerJurisdiction == banned && standing.jurisdiction != banned;
        bool first = reason == Reason.OK || reason > Reason.DOMESTIC_PAYMENT;
        return moved && first ? Reason.DOMESTIC_PAYMENT : reason;
    }

    /// @dev The jurisdiction within which nobody may pay; none where the programme permits it.
    function _banned(IRegime.Law memory law) private pure returns (bytes2) {
        return law.domesticBan ? law.home : bytes2(0);
    }

    function _checkLeg(address from, address to, uint256 amount) private view returns (uint8) {
        return TOKEN.checkFlow(IRulebook.Flow.NET_LEG, from, to, from, to, amount, 0);
    }

    /// @dev Moves the heads of the queues past what was just settled; what is deferred keeps its place.
    function _advance(Round memory round) private {
        for (uint256 payer = 1; payer < round.net.length; ++payer) {
            if (round.chosen[payer] == 0) continue;
            for (uint256 priority = 0; priority <= round.last[payer] >> 32; ++priority) {
                Queue storage queue = _queues[payer][priority];
                uint256 end = round.end[_queueAt(payer, priority)];
                if (round.defers[_queueAt(payer, priority)]) _compact(queue, end, round.clock);
                else queue.head = end;
            }
        }
    }

    /// @dev Nets of debtors in, then nets of creditors out.
    function _move(Round memory round, uint256 cycle) private {
        bytes32 ref = bytes32(bytes(string.concat("cycle ", Strings.toString(cycle))));
        IRulebook.Flow leg = IRulebook.Flow.NET_LEG;
        for (uint256 number = 1; number < round.net.length; ++number) {
            int256 net = round.net[number];
            if (net >= 0) continue;
            TOKEN.take(leg, round.wallets[number], address(this), (-net).toUint256(), ref, 0);
            emit NetPositionSettled(msg.sender, cycle, _members[number], net, true);
        }
        for (uint256 number = 1; number < round.net.length; ++number) {
            int256 net = round.net[number];
            if (net <= 0) continue;
            bool arrived = TOKEN.payOut(leg, address(this), round.wallets[number], net.toUint256(), ref, 0);
            emit NetPositionSettled(msg.sender, cycle, _members[number], net, arrived);
        }
    }

    function _queueAt(uint256 payer, uint256 priority) private pure returns (uint256) {
        return payer * PRIORITIES + priority;
    }
}
