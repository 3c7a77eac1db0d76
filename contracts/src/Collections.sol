// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "./Reason.sol";
import {ICollections} from "./interfaces/ICollections.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";
import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";
import {ITradeRegistry} from "./interfaces/ITradeRegistry.sol";

/// @title Collections
contract Collections is ICollections {
    ISettlementToken private immutable TOKEN;
    IRulebook private immutable RULEBOOK;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    ITradeRegistry private immutable TRADES;

    mapping(bytes32 bill => Bill) private _bills;
    mapping(bytes32 bill => bytes32) private _documents;

    constructor(
        ISettlementToken token,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants,
        ITradeRegistry trades
    ) {
        TOKEN = token;
        RULEBOOK = rulebook;
        REGIME = regime;
        PARTICIPANTS = participants;
        TRADES = trades;
    }

    /// @inheritdoc ICollections
    function offer(BillTerms calldata terms) external returns (bytes32 bill) {
        _requireParty(terms.drawer);
        bool isUnfunded = terms.instrument == ITradeEscrow.Instrument.COLLECTION
            || terms.instrument == ITradeEscrow.Instrument.OPEN_ACCOUNT;
        bool ordered = block.timestamp <= terms.offerUntil && terms.offerUntil <= terms.due && terms.grace > 0;
        require(isUnfunded && ordered && terms.ref != 0 && terms.amount > 0, Collections_InvalidTerms());
        _requirePermitted(terms);
        bill = billId(terms.drawer, terms.ref);
        Bill storage b = _bills[bill];
        require(b.state == BillState.NONE, Collections_BillExists(bill));

        b.state = BillState.OFFERED;
        b.shift = REGIME.tolled();
        b.terms = terms;
        emit BillOffered(bill, msg.sender, terms);
    }

    /// @inheritdoc ICollections
    function agree(bytes32 bill) external {
        Bill storage b = _inState(bill, BillState.OFFERED);
        _requireParty(b.terms.drawee);
        _requireUntil(bill, b.terms.offerUntil);
        _requirePermitted(b.terms);

        b.state = BillState.AGREED;
        if (_isOpenAccount(b)) b.payUntil = b.terms.due + b.terms.grace;
        emit BillAgreed(bill, msg.sender);
    }

    /// @inheritdoc ICollections
    function cancel(bytes32 bill) external {
        Bill storage b = _bills[bill];
        if (b.state == BillState.OFFERED) {
            bool isParty = _isParty(b.terms.drawer) || _isParty(b.terms.drawee);
            if (!isParty) _requireAfter(bill, b.terms.offerUntil);
        } else {
            bool waits = b.state == BillState.AGREED && !_isOpenAccount(b);
            require(waits, Collections_WrongState(bill, b.state));
            _requireAfter(bill, b.terms.due);
        }

        b.state = BillState.CANCELLED;
        emit BillCancelled(bill, msg.sender);
    }

    /// @inheritdoc ICollections
    function present(bytes32 bill, bytes32 documents) external {
        Bill storage b = _inState(bill, BillState.AGREED);
        require(!_isOpenAccount(b), Collections_WrongState(bill, b.state));
        require(documents != 0, Collections_InvalidTerms());
        _requireParty(b.terms.drawer);
        _requireUntil(bill, b.terms.due);

        b.state = BillState.PRESENTED;
        b.payUntil = clockOf(bill) + b.terms.grace;
        _documents[bill] = documents;
        TRADES.useDocument(documents);
        emit BillPresented(bill, msg.sender, documents, b.payUntil);
    }

    /// @inheritdoc ICollections
    function pay(bytes32 bill) external {
        Bill storage b = _bills[bill];
        bool isOpenAccount = _isOpenAccount(b);
        BillState payable_ = isOpenAccount ? BillState.AGREED : BillState.PRESENTED;
        require(b.state == payable_, Collections_WrongState(bill, b.state));
        _requireParty(b.terms.drawee);
        _requireUntil(bill, b.payUntil);

        b.state = BillState.PAID;
        BillTerms memory terms = b.terms;
        // An open account is the programme's "direct payment", and asks for its permission.
        IRulebook.Flow flow = isOpenAccount ? IRulebook.Flow.DIRECT : IRulebook.Flow.FUND;
        address payee = PARTICIPANTS.walletOf(terms.drawer);
        TOKEN.take(flow, msg.sender, payee, terms.amount, bill, terms.trade);
        bool arrived = TOKEN.payOut(IRulebook.Flow.PAY, msg.sender, payee, terms.amount, bill, terms.trade);
        emit BillPaid(bill, msg.sender, terms.amount, arrived);
    }

    /// @inheritdoc ICollections
    function returnDocuments(bytes32 bill) external {
        Bill storage b = _inState(bill, BillState.PRESENTED);
        if (!_isParty(b.terms.drawee)) _requireAfter(bill, b.payUntil);

        b.state = BillState.RETURNED;
        TRADES.freeDocument(_documents[bill]);
        emit BillReturned(bill, msg.sender);
    }

    /// @inheritdoc ICollections
    function declareDefault(bytes32 bill) external {
        Bill storage b = _inState(bill, BillState.AGREED);
        require(_isOpenAccount(b), Collections_WrongState(bill, b.state));
        _requireAfter(bill, b.payUntil);

        b.state = BillState.DEFAULTED;
        emit BillDefaulted(bill, msg.sender, b.terms.drawee, b.terms.amount);
    }

    /// @inheritdoc ICollections
    function billId(bytes32 drawer, bytes32 ref) public pure returns (bytes32) {
        // Apart from the ids of credits, which go through the same token.
        return keccak256(abi.encode(drawer, ref, "bill"));
    }

    /// @inheritdoc ICollections
    function billOf(bytes32 bill) external view returns (Bill memory) {
        return _bills[bill];
    }

    /// @inheritdoc ICollections
    function clockOf(bytes32 bill) public view returns (uint64) {
        return uint64(block.timestamp) - (REGIME.tolled() - _bills[bill].shift);
    }

    function _requirePermitted(BillTerms memory terms) private view {
        uint8 reason = RULEBOOK.checkOpening(
            terms.drawee,
            terms.drawer,
            uint256(terms.due) + terms.grace,
            uint8(terms.instrument),
            terms.amount,
            terms.trade
        );
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }

    function _isOpenAccount(Bill storage b) private view returns (bool) {
        return b.terms.instrument == ITradeEscrow.Instrument.OPEN_ACCOUNT;
    }

    function _inState(bytes32 bill, BillState expected) private view returns (Bill storage b) {
        b = _bills[bill];
        require(b.state == expected, Collections_WrongState(bill, b.state));
    }

    function _isParty(bytes32 party) private view returns (bool) {
        return party != 0 && !PARTICIPANTS.isRetired(msg.sender) && PARTICIPANTS.participantOf(msg.sender) == party;
    }

    function _requireParty(bytes32 party) private view {
        require(_isParty(party), Collections_NotParty(msg.sender));
    }

    function _requireUntil(bytes32 bill, uint256 time) private view {
        require(clockOf(bill) <= time, Collections_TooLate(time));
    }

    function _requireAfter(bytes32 bill, uint256 time) private view {
        require(clockOf(bill) > time, Collections_TooEarly(time));
    }
}
