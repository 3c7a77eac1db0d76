// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Fixture} from "./Fixture.sol";
import {Vm} from "./Vm.sol";

/// @title A second set of books, kept from events alone
/// @notice Every entry of trade with its time, for sums over any window by looking at each of them; every lot of SU
/// that a participant took in, used up first in, first out; balances, supply and headroom.
abstract contract Books is Fixture {
    struct Entry {
        uint64 time;
        bytes32 entity;
        uint8 class;
        bytes2 abroad;
        uint256 value;
    }

    struct Lot {
        uint64 time;
        uint256 amount;
    }

    uint8 internal constant ANY_CLASS = type(uint8).max;

    Entry[] internal _entries;
    mapping(bytes32 participant => Lot[]) internal _lots;
    mapping(bytes32 participant => uint256) private _firstLot;
    mapping(address account => uint256) internal _booked;
    mapping(bytes32 trade => uint256) internal _entered;
    mapping(IRulebook.Flow => uint256) internal _moves;
    uint256 internal _issued;
    uint256 internal _redeemed;

    /// @dev What an event says about value; the order of topics and data is that of {ISettlementToken.Moved}.
    struct Move {
        IRulebook.Flow flow;
        address payer;
        address payee;
        address from;
        address to;
        uint256 amount;
        bytes32 ref;
        bytes32 trade;
    }

    /// @dev Forge records what a reverted call emitted, too; that never happened.
    function _try(address sender, address target, bytes memory data)
        internal
        virtual
        override
        returns (bool ok, bytes memory result)
    {
        _book();
        (ok, result) = super._try(sender, target, data);
        if (ok) _book();
        else vm.getRecordedLogs();
    }

    /// @dev Books what was recorded since the last time. Profiles must be those at the time of the events.
    function _book() internal virtual {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            _bookLog(logs[i]);
        }
    }

    /// @dev In the order of the events: what comes before a movement is known when it is booked.
    function _bookLog(Vm.Log memory log) internal virtual {
        if (log.emitter != address(token)) return;
        if (log.topics[0] == IERC20.Transfer.selector) {
            _bookTransfer(_accountIn(log, 1), _accountIn(log, 2), abi.decode(log.data, (uint256)));
        } else if (log.topics[0] == ISettlementToken.Moved.selector) {
            _bookMove(_moveOf(log));
        }
    }

    function _accountIn(Vm.Log memory log, uint256 topic) internal pure returns (address) {
        return address(uint160(uint256(log.topics[topic])));
    }

    function _moveOf(Vm.Log memory log) internal pure returns (Move memory m) {
        m.flow = IRulebook.Flow(uint256(log.topics[1]));
        (m.payer, m.payee) = (_accountIn(log, 2), _accountIn(log, 3));
        (m.from, m.to, m.amount, m.ref, m.trade) = abi.decode(log.data, (address, address, uint256, bytes32, bytes32));
    }

    function _bookTransfer(address from, address to, uint256 amount) private {
        if (from == address(0)) _issued += amount;
        else _booked[from] -= amount;
        if (to == address(0)) _redeemed += amount;
        else _booked[to] += amount;
    }

    function _bookMove(Move memory m) internal virtual {
        ++_moves[m.flow];
        bool entry = m.flow == IRulebook.Flow.DIRECT || m.flow == IRulebook.Flow.FUND;
        if (entry) _enter(participants.participantOf(m.payer), participants.participantOf(m.payee), m.amount, m.trade);
        // A refund on its way into quarantine has not arrived anywhere.
        bool refund = m.flow == IRulebook.Flow.REFUND && m.trade != 0 && m.to != address(quarantine);
        if (refund) _entered[m.trade] -= m.amount;
        if (m.flow == IRulebook.Flow.RECOVERY) return;
        _spend(participants.participantOf(m.from), m.amount);
        bytes32 target = participants.participantOf(m.to);
        if (target != 0) _lots[target].push(Lot(uint64(block.timestamp), m.amount));
    }

    /// @dev What is at home pays for what is abroad; two at home have no corridor, and the payer's caps count.
    function _enter(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade) internal {
        bytes2 home = regime.programme().home;
        bool payerAtHome = participants.profileOf(payer).jurisdiction == home;
        bytes32 entity = payerAtHome ? payer : payee;
        bytes2 abroad = participants.profileOf(payerAtHome ? payee : payer).jurisdiction;
        _entries.push(
            Entry({
                time: uint64(block.timestamp),
                entity: entity,
                class: uint8(participants.profileOf(entity).ownership),
                abroad: abroad == home ? bytes2(0) : abroad,
                value: _valueOf(amount)
            })
        );
        _entered[trade] += amount;
    }

    function _spend(bytes32 participant, uint256 amount) private {
        if (participant == 0) return;
        Lot[] storage lots = _lots[participant];
        uint256 first = _firstLot[participant];
        while (amount > 0) {
            uint256 part = amount < lots[first].amount ? amount : lots[first].amount;
            lots[first].amount -= part;
            amount -= part;
            if (lots[first].amount == 0 && amount > 0) ++first;
        }
        _firstLot[participant] = first;
    }

    /// @dev Minor units of the reference currency, rounded up.
    function _valueOf(uint256 amount) internal view returns (uint256) {
        if (amount > type(uint128).max) return type(uint256).max / 2;
        uint256 product = amount * regime.programme().referenceRate;
        return product / 1e6 + (product % 1e6 == 0 ? 0 : 1);
    }

    /// @dev What was held for longer than `limit` and did not leave.
    function _overdue(bytes32 participant, uint256 limit) internal view returns (uint256 sum) {
        Lot[] storage lots = _lots[participant];
        for (uint256 i = 0; i < lots.length; ++i) {
            if (lots[i].time + limit <= block.timestamp) sum += lots[i].amount;
        }
    }

    /// @dev What was entered after `start` and until `end`, in the ways that are asked for.
    function _sum(bytes32 entity, uint8 class, bytes2 abroad, uint256 start, uint256 end)
        internal
        view
        returns (uint256 sum)
    {
        for (uint256 i = 0; i < _entries.length; ++i) {
            Entry storage e = _entries[i];
            if (e.time > end || e.time <= start) continue;
            if (entity != 0 && e.entity != entity) continue;
            if (class != ANY_CLASS && e.class != class) continue;
            if (abroad != 0 && e.abroad != abroad) continue;
            sum += e.value;
        }
    }

    /// @dev The same, over the `window` that ends now; what happened a whole window ago has left it.
    function _sumOver(bytes32 entity, uint8 class, bytes2 abroad, uint256 window) internal view returns (uint256) {
        return _sum(entity, class, abroad, block.timestamp - window, block.timestamp);
    }
}
