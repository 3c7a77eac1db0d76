// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {IntakeWatch} from "./IntakeWatch.sol";
import {Vm} from "./Vm.sol";

/// @title Credits and draws under watch
/// @notice What was accepted against what was paid, credit by credit; documents against draws.
abstract contract CreditWatch is IntakeWatch {
    enum Stand {
        NONE,
        PRESENTED,
        ACCEPTED,
        PAID,
        RETURNED
    }

    struct Drawn {
        Stand stand;
        uint256 amount;
        bytes32 document;
    }

    /// @dev `accepted` is less what an arbiter had to decide; `decided` says that two reviewers ended the credit. What
    /// went `back` to the applicant is what there were `grounds` for.
    struct Due {
        uint256 accepted;
        uint256 disputed;
        uint256 paid;
        bool decided;
        uint256 back;
        uint256 grounds;
    }

    bytes32[] internal _credits;
    mapping(bytes32 credit => ITradeEscrow.CreditState) private _creditState;
    mapping(bytes32 credit => Due) private _due;
    mapping(bytes32 credit => mapping(bytes32 change => bool)) private _isAgreed;
    mapping(bytes32 credit => mapping(uint256 draw => Drawn)) private _drawn;
    mapping(bytes32 document => bool) private _isOut;

    function _bookMove(Move memory m) internal virtual override {
        super._bookMove(m);
        if (m.from == address(escrow) && m.flow == IRulebook.Flow.PAY) _due[m.ref].paid += m.amount;
        if (m.from == address(escrow) && m.flow == IRulebook.Flow.REFUND) _due[m.ref].back += m.amount;
    }

    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter == address(escrow) && log.topics.length > 1) {
            _bookCredit(_due[log.topics[1]], log);
            _bookBack(log.topics[1], log);
        }
        if (log.emitter != address(presentations)) return;
        bytes32 topic = log.topics[0];
        (bytes32 credit, uint256 draw) = (log.topics[1], uint256(log.topics[2]));
        Drawn storage d = _drawn[credit][draw];
        if (topic == IPresentations.DrawPresented.selector) {
            _bookPresentation(d, log.data);
        } else if (topic == IPresentations.DrawAccepted.selector) {
            if (d.stand != Stand.PRESENTED) _violated("what was not presented was accepted");
            d.stand = Stand.ACCEPTED;
            _due[credit].accepted += d.amount;
        } else if (topic == IPresentations.DrawPaid.selector) {
            (uint256 amount, uint256 retention,) = abi.decode(log.data, (uint256, uint256, bool));
            if (d.stand != Stand.ACCEPTED) _violated("what was not accepted was paid, or paid twice");
            if (amount + retention != d.amount) _violated("a draw was paid otherwise than accepted");
            d.stand = Stand.PAID;
        } else if (topic == IPresentations.DrawReturned.selector) {
            _return(d);
        } else if (topic == IPresentations.DrawWoundDown.selector && d.stand == Stand.PRESENTED) {
            _return(d);
        }
    }

    function _bookPresentation(Drawn storage d, bytes memory data) private {
        (, uint256 amount,, bytes32[] memory documents,) =
            abi.decode(data, (uint256, uint256, uint256, bytes32[], uint256));
        if (_isOut[documents[0]] || d.stand != Stand.NONE) _violated("a document was used twice");
        _isOut[documents[0]] = true;
        (d.stand, d.amount, d.document) = (Stand.PRESENTED, amount, documents[0]);
    }

    function _return(Drawn storage d) private {
        if (d.stand != Stand.PRESENTED) _violated("what was accepted was returned");
        d.stand = Stand.RETURNED;
        _isOut[d.document] = false;
    }

    function _bookCredit(Due storage due, Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == ITradeEscrow.CreditDisputed.selector) {
            (uint256 amount, bool ofRetention,) = abi.decode(log.data, (uint256, bool, uint256));
            if (ofRetention) due.disputed += amount;
        } else if (topic == ITradeEscrow.CreditAwarded.selector) {
            (uint256 decided, uint256 refunded,, bool byTime) = abi.decode(log.data, (uint256, uint256, uint256, bool));
            if (!byTime) decided = due.disputed;
            else if (refunded > 0) _violated("an arbiter's silence revoked what was promised");
            (due.accepted, due.disputed) = (due.accepted - decided, due.disputed - decided);
        }
        due.decided = due.decided || topic == ITradeEscrow.CreditBlocked.selector
            || topic == ITradeEscrow.CreditRejected.selector;
    }

    /// @dev Irrevocable means irrevocable: on what grounds something goes back to the applicant.
    function _bookBack(bytes32 credit, Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        uint256 refunded = 0;
        if (topic == ITradeEscrow.ConsentGiven.selector) {
            bytes32 actor = participants.participantOf(address(uint160(uint256(log.topics[2]))));
            if (actor == escrow.termsOf(credit).beneficiary) _isAgreed[credit][log.topics[3]] = true;
        } else if (topic == ITradeEscrow.CreditDisputed.selector) {
            (uint256 amount, bool ofRetention,) = abi.decode(log.data, (uint256, bool, uint256));
            if (!ofRetention) _requireAgreed(credit, bytes32(amount));
        } else if (topic == ITradeEscrow.CreditAmended.selector) {
            bytes32 change;
            (, change,, refunded) = abi.decode(log.data, (ITradeEscrow.Terms, bytes32, uint256, uint256));
            _requireAgreed(credit, change);
        } else if (topic == ITradeEscrow.CreditCancelled.selector) {
            refunded = abi.decode(log.data, (uint256));
            if (refunded > 0) _requireAgreed(credit, 0);
        } else if (topic == ITradeEscrow.CreditExpired.selector) {
            refunded = abi.decode(log.data, (uint256));
            bool isOver = escrow.clockOf(credit) > escrow.termsOf(credit).expiry;
            if (!isOver) _violated("what was promised went back before expiry");
        } else if (topic == ITradeEscrow.CreditRejected.selector) {
            refunded = abi.decode(log.data, (uint256));
        } else if (topic == ITradeEscrow.CreditAwarded.selector || topic == ITradeEscrow.CreditWoundDown.selector) {
            (, refunded) = abi.decode(log.data, (uint256, uint256));
        }
        _due[credit].grounds += refunded;
    }

    function _requireAgreed(bytes32 credit, bytes32 change) private {
        if (!_isAgreed[credit][change]) _violated("something was agreed on without the beneficiary");
    }

    // What holds between any two actions

    function checkCredits() external view {
        uint256 sum;
        for (uint256 i = 0; i < _credits.length; ++i) {
            ITradeEscrow.Credit memory c = escrow.creditOf(_credits[i]);
            uint256 locked = escrow.lockedOf(_credits[i]);
            require(c.funded == uint256(c.paid) + c.refunded + c.quarantined + locked, "a credit does not add up");
            require(locked >= uint256(c.reserved) + c.retained + c.disputed + c.demurrage, "more set apart than locked");
            require(locked == 0 || !_isTerminal(c.state), "value is stranded in a final state");
            Due storage due = _due[_credits[i]];
            require(due.decided || due.paid <= due.accepted, "more was paid than accepted");
            require(due.back == due.grounds, "something went back without a ground");
            bool mayOwe = !_isTerminal(c.state) || due.decided;
            require(mayOwe || due.paid == due.accepted, "a credit ended and owes what was accepted");
            sum += locked;
        }
        require(token.balanceOf(address(escrow)) == sum && escrow.totalLocked() == sum, "the escrow is not solvent");
    }

    /// @dev Once all have ended, {checkCredits} says that what was accepted is paid or in quarantine.
    function checkEnded() external view {
        require(token.balanceOf(address(escrow)) == 0 && escrow.totalLocked() == 0, "the escrow keeps value");
        for (uint256 i = 0; i < _credits.length; ++i) {
            ITradeEscrow.Credit memory c = escrow.creditOf(_credits[i]);
            bool unfunded = c.state == ITradeEscrow.CreditState.DRAFT || c.state == ITradeEscrow.CreditState.ISSUED;
            require(!c.held || unfunded, "a credit is held for ever");
            require(_isTerminal(c.state) || unfunded, "a credit runs on after the regime");
        }
    }

    function _isTerminal(ITradeEscrow.CreditState state) internal pure returns (bool) {
        return state == ITradeEscrow.CreditState.CLOSED || state == ITradeEscrow.CreditState.CANCELLED
            || state == ITradeEscrow.CreditState.EXPIRED || state == ITradeEscrow.CreditState.BLOCKED
            || state == ITradeEscrow.CreditState.WOUND_DOWN;
    }

    /// @dev Terminal states stay.
    function _watchCredits() internal {
        for (uint256 i = 0; i < _credits.length; ++i) {
            ITradeEscrow.CreditState now_ = escrow.creditOf(_credits[i]).state;
            ITradeEscrow.CreditState before = _creditState[_credits[i]];
            if (_isTerminal(before) && now_ != before) _violated("a final state was left");
            _creditState[_credits[i]] = now_;
        }
    }
}
