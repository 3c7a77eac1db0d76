// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ICollections} from "../src/interfaces/ICollections.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {CreditWatch} from "./CreditWatch.sol";
import {Vm} from "./Vm.sol";

/// @title Bills under watch
/// @notice Each step of a bill from the one before, by the party whose step it is; and what was paid for it.
abstract contract BillWatch is CreditWatch {
    struct Billed {
        ICollections.BillState state;
        ICollections.BillTerms terms;
        uint256 paidIn;
        uint256 paidOut;
    }

    bytes32[] internal _bills;
    mapping(bytes32 bill => Billed) private _billed;

    function _bookMove(Move memory m) internal virtual override {
        super._bookMove(m);
        Billed storage b = _billed[m.ref];
        if (m.from == address(collections)) b.paidOut += m.amount;
        if (m.to != address(collections)) return;
        b.paidIn += m.amount;
        bool straight = participants.participantOf(m.payer) == b.terms.drawee
            && participants.participantOf(m.payee) == b.terms.drawer && m.payer == m.from && m.trade == b.terms.trade;
        if (!straight) _violated("a bill was paid between others than its parties");
        bool isOpenAccount = b.terms.instrument == ITradeEscrow.Instrument.OPEN_ACCOUNT;
        bool permitted = isOpenAccount ? regime.programme().directPayments : m.flow == IRulebook.Flow.FUND;
        if (!permitted) _violated("a bill was paid in a way that the programme does not permit");
    }

    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter != address(collections)) return;
        bytes32 topic = log.topics[0];
        Billed storage b = _billed[log.topics[1]];
        (bytes32 drawer, bytes32 drawee) = (b.terms.drawer, b.terms.drawee);
        bool isOpenAccount = b.terms.instrument == ITradeEscrow.Instrument.OPEN_ACCOUNT;
        if (topic == ICollections.BillOffered.selector) {
            _step(b, ICollections.BillState.NONE, ICollections.BillState.OFFERED, 0, log);
            b.terms = abi.decode(log.data, (ICollections.BillTerms));
            _bills.push(log.topics[1]);
        } else if (topic == ICollections.BillAgreed.selector) {
            _step(b, ICollections.BillState.OFFERED, ICollections.BillState.AGREED, drawee, log);
        } else if (topic == ICollections.BillPresented.selector) {
            if (isOpenAccount) _violated("documents were presented on open account");
            _step(b, ICollections.BillState.AGREED, ICollections.BillState.PRESENTED, drawer, log);
        } else if (topic == ICollections.BillPaid.selector) {
            ICollections.BillState from =
                isOpenAccount ? ICollections.BillState.AGREED : ICollections.BillState.PRESENTED;
            _step(b, from, ICollections.BillState.PAID, drawee, log);
        } else if (topic == ICollections.BillReturned.selector) {
            _step(b, ICollections.BillState.PRESENTED, ICollections.BillState.RETURNED, 0, log);
        } else if (topic == ICollections.BillDefaulted.selector) {
            if (!isOpenAccount) _violated("a bill against documents defaulted");
            // Suspensions only put it off.
            if (block.timestamp <= b.terms.due + b.terms.grace) _violated("a bill defaulted before it was due");
            _step(b, ICollections.BillState.AGREED, ICollections.BillState.DEFAULTED, 0, log);
        } else {
            bool agreed = b.state == ICollections.BillState.AGREED && !isOpenAccount;
            _step(
                b,
                agreed ? ICollections.BillState.AGREED : ICollections.BillState.OFFERED,
                ICollections.BillState.CANCELLED,
                0,
                log
            );
        }
    }

    /// @dev `party` is whose step it is, zero where time may make it anybody's.
    function _step(
        Billed storage b,
        ICollections.BillState from,
        ICollections.BillState to,
        bytes32 party,
        Vm.Log memory log
    ) private {
        if (b.state != from) _violated("a bill took a step that was not its next");
        bytes32 actor = participants.participantOf(_accountIn(log, 2));
        if (party != 0 && actor != party) _violated("a bill took a step by somebody else");
        b.state = to;
    }

    // What holds between any two actions

    /// @dev An open account that ended in default, and a bill that was not paid, moved nothing.
    function checkBills() external view {
        for (uint256 i = 0; i < _bills.length; ++i) {
            Billed storage b = _billed[_bills[i]];
            require(collections.billOf(_bills[i]).state == b.state, "a bill is not where its steps lead");
            uint256 due = b.state == ICollections.BillState.PAID ? b.terms.amount : 0;
            require(b.paidIn == due && b.paidOut == due, "a bill was not paid as agreed");
        }
    }

    function _isOver(ICollections.BillState state) internal pure returns (bool) {
        return state == ICollections.BillState.PAID || state == ICollections.BillState.RETURNED
            || state == ICollections.BillState.DEFAULTED || state == ICollections.BillState.CANCELLED;
    }
}
