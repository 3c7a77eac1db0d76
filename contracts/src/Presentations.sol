// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {CreditTerms} from "./CreditTerms.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IBusinessCalendar} from "./interfaces/IBusinessCalendar.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IPresentations} from "./interfaces/IPresentations.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";
import {ITradeRegistry} from "./interfaces/ITradeRegistry.sol";

/// @title Presentations
/// @dev Holds no value; the escrow does, and looks after its own state before it pays.
contract Presentations is IPresentations {
    using CreditTerms for ITradeEscrow.Terms;
    using SafeCast for uint256;

    /// @dev UCP 600 art. 14b.
    uint256 private constant EXAMINATION_BANKING_DAYS = 5;

    /// @dev So that a wind-down, which visits every draw, fits into a block; a choice of ours.
    uint256 private constant MAX_DRAWS = 100;

    uint8 private constant BY_APPLICANT = 1;
    uint8 private constant BY_ISSUER = 2;

    ITradeEscrow private immutable ESCROW;
    IRulebook private immutable RULEBOOK;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    IBusinessCalendar private immutable CALENDAR;
    ITradeRegistry private immutable TRADES;

    mapping(bytes32 credit => Draw[]) private _draws;
    mapping(bytes32 credit => uint256) private _instalments;
    mapping(bytes32 credit => uint128) private _advanced;
    mapping(bytes32 credit => uint64) private _returnUntil;
    mapping(bytes32 guarantee => bytes32 credit) private _securedBy;

    constructor(
        ITradeEscrow escrow,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants,
        IBusinessCalendar calendar,
        ITradeRegistry trades
    ) {
        ESCROW = escrow;
        RULEBOOK = rulebook;
        REGIME = regime;
        PARTICIPANTS = participants;
        CALENDAR = calendar;
        TRADES = trades;
    }

    /// @inheritdoc IPresentations
    function present(bytes32 credit, Kind kind, uint128 amount, uint64 shippedAt, bytes32[] calldata documents)
        external
        returns (uint256 draw)
    {
        ITradeEscrow.Terms memory terms = ESCROW.termsOf(credit);
        _requireParty(terms.beneficiary);
        _requireLive(credit);
        _requireUnexpired();
        _requireStanding(terms.beneficiary, Role.SETTLER | Role.COUNTERPARTY);
        uint64 clock = ESCROW.clockOf(credit);
        uint64 examineUntil = _endOfExamination(terms.bankingPlace, clock);
        _requireInTime(terms, kind, shippedAt, clock);
        if (kind == Kind.ADVANCE) _requireAdvance(credit, terms, amount, examineUntil);
        else _requireProvided(credit, terms, kind, amount, clock);
        bool isSet = kind == Kind.DOCUMENTS || kind == Kind.DELIVERY;
        _requireSet(documents, isSet ? terms.documents : 1);
        require(_draws[credit].length < MAX_DRAWS, Presentations_TooManyDraws(MAX_DRAWS));

        TRADES.useDocument(documents[0]);
        Draw storage d = _draws[credit].push();
        draw = _draws[credit].length;
        (d.state, d.kind, d.amount, d.examineUntil) = (DrawState.PRESENTED, kind, amount, examineUntil);
        (d.presentedAt, d.tenor, d.transportDocument) = (uint64(block.timestamp), terms.tenor, documents[0]);
        if (kind == Kind.DOCUMENTS) {
            (d.retention, d.retentionPeriod) = (CreditTerms.share(amount, terms.retention), terms.retentionPeriod);
        }
        emit DrawPresented(credit, draw, msg.sender, kind, amount, shippedAt, documents, examineUntil);
        ESCROW.reserve(credit, amount, kind == Kind.DEMURRAGE);
    }

    /// @inheritdoc IPresentations
    function accept(bytes32 credit, uint256 draw) external {
        _requireExamining(credit, draw);
        _accept(credit, draw, false, false);
    }

    /// @inheritdoc IPresentations
    function giveNotice(bytes32 credit, uint256 draw, string[] calldata discrepancies) external {
        Draw storage d = _requireExamining(credit, draw);
        require(discrepancies.length > 0, Presentations_DocumentsIncomplete(1));

        d.state = DrawState.DISCREPANT;
        d.waiveUntil = ESCROW.clockOf(credit) + ESCROW.termsOf(credit).waiverWindow;
        emit DrawDiscrepant(credit, draw, msg.sender, discrepancies, d.waiveUntil);
    }

    /// @inheritdoc IPresentations
    function deemAccepted(bytes32 credit, uint256 draw) external {
        Draw storage d = _inState(credit, draw, DrawState.PRESENTED);
        require(!_isMilestone(credit), Presentations_NotProvided(d.kind));
        _requireAfter(credit, d.examineUntil);
        _requireUnexpired();
        // Silence of an examiner that may not speak says nothing.
        bytes32 examiner = ESCROW.termsOf(credit).examiner;
        _requireStanding(examiner, Role.EXAMINER);
        require(!_wasBarred(d, examiner), Presentations_WrongDrawState(credit, draw, d.state));
        _accept(credit, draw, true, false);
    }

    /// @inheritdoc IPresentations
    function waive(bytes32 credit, uint256 draw) external {
        _requireLive(credit);
        Draw storage d = _drawOf(credit, draw);
        ITradeEscrow.Terms memory terms = ESCROW.termsOf(credit);
        _requireUntil(credit, _waivableUntil(credit, draw, d, terms));
        bytes32 caller = _participant(msg.sender);
        require(
            caller != 0 && (caller == terms.applicant || caller == terms.issuer),
            ITradeEscrow.TradeEscrow_NotParty(msg.sender)
        );
        _requireStanding(caller, Role.SETTLER | Role.COUNTERPARTY | Role.BANK);

        d.waivers |= caller == terms.applicant ? BY_APPLICANT : BY_ISSUER;
        emit WaiverGiven(credit, draw, msg.sender);
        uint8 needed = terms.issuer == 0 ? BY_APPLICANT : BY_APPLICANT | BY_ISSUER;
        if (d.waivers == needed) _accept(credit, draw, false, true);
    }

    /// @inheritdoc IPresentations
    function returnDocuments(bytes32 credit, uint256 draw) external {
        Draw storage d = _drawOf(credit, draw);
        ITradeEscrow.Terms memory terms = ESCROW.termsOf(credit);
        bool rejected = ESCROW.creditOf(credit).state == ITradeEscrow.CreditState.CANCELLED;
        if (rejected) {
            require(_isUnpaid(d.state), Presentations_WrongDrawState(credit, draw, d.state));
        } else {
            _requireReturnable(credit, draw, d, terms);
        }

        d.state = DrawState.RETURNED;
        if (d.kind == Kind.DOCUMENTS && terms.instalments.length > 0) --_instalments[credit];
        if (d.kind == Kind.ADVANCE) _advanced[credit] -= d.amount;
        emit DrawReturned(credit, draw, msg.sender);
        // The same shipment may be presented again, with mended documents.
        TRADES.freeDocument(d.transportDocument);
        // The money of a rejected credit has gone back.
        if (!rejected) ESCROW.unreserve(credit, d.amount, d.kind == Kind.DEMURRAGE);
    }

    /// @inheritdoc IPresentations
    function settle(bytes32 credit, uint256 draw) external {
        Draw storage d = _inState(credit, draw, DrawState.ACCEPTED);
        require(ESCROW.clockOf(credit) >= d.maturity, ITradeEscrow.TradeEscrow_TooEarly(d.maturity));

        bool isAdvance = d.kind == Kind.ADVANCE;
        d.state = d.retention > 0 ? DrawState.PAID : DrawState.FINAL;
        if (d.retention > 0) d.retainUntil = ESCROW.clockOf(credit) + d.retentionPeriod;
        if (isAdvance && _returnUntil[credit] == 0) {
            _returnUntil[credit] = ESCROW.clockOf(credit) + ESCROW.termsOf(credit).returnPeriod;
            emit AdvancePaid(credit, msg.sender, _returnUntil[credit]);
        }
        bool arrived = ESCROW.payDraw(credit, d.amount, d.retention, isAdvance);
        emit DrawPaid(credit, draw, msg.sender, d.amount - d.retention, d.retention, arrived);
        ESCROW.closeIfEmpty(credit, msg.sender);
    }

    /// @inheritdoc IPresentations
    function finalise(bytes32 credit, uint256 draw) external {
        Draw storage d = _inState(credit, draw, DrawState.PAID);
        if (!_isParty(ESCROW.termsOf(credit).applicant)) {
            require(ESCROW.clockOf(credit) >= d.retainUntil, ITradeEscrow.TradeEscrow_TooEarly(d.retainUntil));
        }

        d.state = DrawState.FINAL;
        bool arrived = ESCROW.payRetention(credit, d.retention);
        emit DrawFinal(credit, draw, msg.sender, d.retention, arrived);
        ESCROW.closeIfEmpty(credit, msg.sender);
    }

    /// @inheritdoc IPresentations
    function disputeRetention(bytes32 credit, uint256 draw) external {
        Draw storage d = _inState(credit, draw, DrawState.PAID);
        _requireUntil(credit, d.retainUntil);

        d.state = DrawState.FINAL;
        emit DrawFinal(credit, draw, msg.sender, 0, true);
        ESCROW.disputeRetention(credit, d.retention, msg.sender);
    }

    /// @inheritdoc IPresentations
    function reportOverdue(bytes32 credit) external {
        require(ESCROW.creditOf(credit).advanceOpen, Presentations_NotProvided(Kind.DELIVERY));
        _requireAfter(credit, _returnUntil[credit]);
        require(!_isUnderWay(credit, Kind.DELIVERY), ITradeEscrow.TradeEscrow_DrawsOpen(credit));
        emit AdvanceOverdue(credit, msg.sender);
        ESCROW.closeAdvance(credit, msg.sender);
    }

    /// @inheritdoc IPresentations
    function windDown(bytes32 credit) external {
        _requireWindingDown(credit);
        uint128 accepted = 0;
        for (uint256 i = 0; i < _draws[credit].length; ++i) {
            Draw storage d = _draws[credit][i];
            if (d.state == DrawState.ACCEPTED) {
                accepted += d.amount;
                d.state = DrawState.FINAL;
                emit DrawWoundDown(credit, i + 1, msg.sender, d.amount);
            } else if (d.state == DrawState.PAID) {
                d.state = DrawState.FINAL;
                emit DrawWoundDown(credit, i + 1, msg.sender, d.retention);
            } else if (d.state == DrawState.PRESENTED || d.state == DrawState.DISCREPANT) {
                d.state = DrawState.RETURNED;
                TRADES.freeDocument(d.transportDocument);
                emit DrawWoundDown(credit, i + 1, msg.sender, 0);
            }
        }
        ESCROW.windDown(credit, accepted, msg.sender);
    }

    /// @inheritdoc IPresentations
    function drawOf(bytes32 credit, uint256 draw) external view returns (Draw memory none) {
        return draw == 0 || draw > _draws[credit].length ? none : _draws[credit][draw - 1];
    }

    /// @inheritdoc IPresentations
    function drawsOf(bytes32 credit) external view returns (uint256) {
        return _draws[credit].length;
    }

    /// @inheritdoc IPresentations
    function instalmentsOf(bytes32 credit) external view returns (uint256) {
        return _instalments[credit];
    }

    /// @inheritdoc IPresentations
    function returnUntilOf(bytes32 credit) external view returns (uint64) {
        return _returnUntil[credit];
    }

    /// @dev Whether unpaid documents may go back now, by the caller.
    function _requireReturnable(bytes32 credit, uint256 draw, Draw storage d, ITradeEscrow.Terms memory terms)
        private
        view
    {
        _requireLive(credit);
        if (d.state == DrawState.PRESENTED && terms.instrument == ITradeEscrow.Instrument.MILESTONE) {
            _requireAfter(credit, d.examineUntil);
        } else {
            uint256 until = _waivableUntil(credit, draw, d, terms);
            bool gaveNotice = d.state == DrawState.DISCREPANT && _isParty(terms.examiner);
            if (!gaveNotice && !_isParty(terms.beneficiary)) _requireAfter(credit, until);
        }
    }

    function _wasBarred(Draw storage d, bytes32 examiner) private view returns (bool) {
        return PARTICIPANTS.restoredAt(examiner) > d.presentedAt;
    }

    /// @dev Until when the parties may take the documents as they are: such as have discrepancies, and such as are left
    /// unexamined because the examiner may examine no more.
    function _waivableUntil(bytes32 credit, uint256 draw, Draw storage d, ITradeEscrow.Terms memory terms)
        private
        view
        returns (uint256)
    {
        if (d.state == DrawState.DISCREPANT) return d.waiveUntil;
        bool isOver = d.state == DrawState.PRESENTED && ESCROW.clockOf(credit) > d.examineUntil;
        uint8 standing = RULEBOOK.checkParticipant(terms.examiner, Role.EXAMINER);
        bool isBarred = standing != Reason.OK && standing != Reason.LIST_STALE;
        bool unexamined = isOver && terms.instrument != ITradeEscrow.Instrument.MILESTONE
            && (isBarred || _wasBarred(d, terms.examiner));
        require(unexamined, Presentations_WrongDrawState(credit, draw, d.state));
        return uint256(d.examineUntil) + terms.waiverWindow;
    }

    function _isUnpaid(DrawState state) private pure returns (bool) {
        return state == DrawState.PRESENTED || state == DrawState.DISCREPANT || state == DrawState.ACCEPTED;
    }

    function _accept(bytes32 credit, uint256 draw, bool deemed, bool waived) private {
        _requireUnexpired();
        Draw storage d = _drawOf(credit, draw);
        d.maturity = ESCROW.clockOf(credit) + d.tenor;
        d.state = DrawState.ACCEPTED;
        emit DrawAccepted(credit, draw, msg.sender, d.maturity, deemed, waived);
        if (d.kind != Kind.DELIVERY) return;
        // It shows delivery and draws nothing, so there is nothing to pay.
        d.state = DrawState.FINAL;
        emit DrawFinal(credit, draw, msg.sender, 0, true);
        if (ESCROW.creditOf(credit).advanceOpen) ESCROW.closeAdvance(credit, msg.sender);
    }

    /// @dev By expiry; goods also by the latest date of shipment, and documents of them within the period after it.
    function _requireInTime(ITradeEscrow.Terms memory terms, Kind kind, uint64 shippedAt, uint64 clock) private view {
        uint256 until = terms.expiry;
        if (kind == Kind.DOCUMENTS || kind == Kind.DELIVERY) {
            require(shippedAt <= block.timestamp, ITradeEscrow.TradeEscrow_TooEarly(shippedAt));
            require(shippedAt <= terms.latestShipment, ITradeEscrow.TradeEscrow_TooLate(terms.latestShipment));
            until = Math.min(until, uint256(shippedAt) + terms.presentationPeriod);
        }
        require(clock <= until, ITradeEscrow.TradeEscrow_TooLate(until));
    }

    /// @dev Whether the terms provide for an advance of so much now: before delivery is shown or overdue. Counts it.
    function _requireAdvance(bytes32 credit, ITradeEscrow.Terms memory terms, uint128 amount, uint64 examineUntil)
        private
    {
        bool isOpen = _returnUntil[credit] == 0 || ESCROW.creditOf(credit).advanceOpen;
        require(terms.advance > 0 && isOpen, Presentations_NotProvided(Kind.ADVANCE));
        // An amendment may have lowered it below what was drawn.
        uint128 left = uint128(Math.saturatingSub(terms.advance, _advanced[credit]));
        require(amount > 0 && amount <= left, Presentations_InvalidAmount(left));
        _advanced[credit] += amount;
        if (terms.guarantee != 0) _secure(credit, terms, _advanced[credit], examineUntil);
    }

    /// @dev Whether the terms provide for such a draw of so much now; counts instalments.
    function _requireProvided(bytes32 credit, ITradeEscrow.Terms memory terms, Kind kind, uint128 amount, uint64 clock)
        private
    {
        if (kind == Kind.DELIVERY) {
            require(ESCROW.creditOf(credit).advanceOpen, Presentations_NotProvided(kind));
            require(clock <= _returnUntil[credit], ITradeEscrow.TradeEscrow_TooLate(_returnUntil[credit]));
            require(amount == 0, Presentations_InvalidAmount(0));
        } else if (kind == Kind.DEMURRAGE) {
            require(amount > 0, Presentations_InvalidAmount(ESCROW.creditOf(credit).demurrage));
        } else if (terms.instalments.length > 0) {
            _requireInstalment(credit, terms, amount, clock);
        } else {
            _requireAmount(credit, terms, amount);
        }
    }

    /// @dev Parts as agreed; a single draw may fall short of the face amount by the tolerance (UCP 600 art. 30).
    function _requireAmount(bytes32 credit, ITradeEscrow.Terms memory terms, uint128 amount) private view {
        uint128 available = !terms.partialDraws && _isDrawn(credit) ? 0 : ESCROW.undrawnOf(credit);
        uint128 least = terms.partialDraws ? 1 : uint128(Math.min(terms.minimum(), available));
        require(amount > 0 && amount >= least && amount <= available, Presentations_InvalidAmount(available));
    }

    /// @dev Instalments follow each other, each for its amount, in its time, and after the one before was accepted.
    function _requireInstalment(bytes32 credit, ITradeEscrow.Terms memory terms, uint128 amount, uint64 clock) private {
        uint256 next = _instalments[credit];
        require(
            next < terms.instalments.length && clock <= terms.instalmentsUntil[next]
                && !_isUnderWay(credit, Kind.DOCUMENTS),
            Presentations_InstalmentMissed(next + 1)
        );
        // Where something is with the arbiter, it draws what is there.
        uint128 due = uint128(Math.min(terms.instalments[next], ESCROW.undrawnOf(credit)));
        require(amount > 0 && amount == due, Presentations_InvalidAmount(due));
        _instalments[credit] = next + 1;
    }

    /// @dev Whether documents were presented and not returned.
    function _isDrawn(bytes32 credit) private view returns (bool) {
        for (uint256 i = 0; i < _draws[credit].length; ++i) {
            Draw storage d = _draws[credit][i];
            if (d.kind == Kind.DOCUMENTS && d.state != DrawState.RETURNED) return true;
        }
        return false;
    }

    /// @dev Whether a draw of this kind is presented and neither accepted nor returned.
    function _isUnderWay(bytes32 credit, Kind kind) private view returns (bool) {
        for (uint256 i = 0; i < _draws[credit].length; ++i) {
            Draw storage d = _draws[credit][i];
            bool waits = d.state == DrawState.PRESENTED || d.state == DrawState.DISCREPANT;
            if (waits && d.kind == kind) return true;
        }
        return false;
    }

    /// @dev A live guarantee in the applicant's favour, of so much, that outlasts the time for delivery (which runs from
    /// the payment, after the examination and the tenor) and secures no other credit.
    function _secure(bytes32 credit, ITradeEscrow.Terms memory terms, uint128 advanced, uint64 examineUntil) private {
        ITradeEscrow.Terms memory guarantee = ESCROW.termsOf(terms.guarantee);
        // Each credit has its own clock; what must outlast the other is the time that is left.
        uint256 needed = uint256(examineUntil) + terms.tenor + terms.returnPeriod - ESCROW.clockOf(credit);
        bool fits = guarantee.instrument == ITradeEscrow.Instrument.GUARANTEE
            && guarantee.beneficiary == terms.applicant && guarantee.expiry > ESCROW.clockOf(terms.guarantee) + needed;
        bool covers = ESCROW.isLive(terms.guarantee) && ESCROW.undrawnOf(terms.guarantee) >= advanced;
        bytes32 secured = _securedBy[terms.guarantee];
        bool isFree = secured == 0 || secured == credit;
        require(fits && covers && isFree, Presentations_NotGuaranteed(terms.guarantee));
        _securedBy[terms.guarantee] = credit;
    }

    /// @dev Banking days are days of the world; what they leave counts on the credit's clock.
    function _endOfExamination(bytes2 place, uint64 clock) private view returns (uint64) {
        uint256 end = CALENDAR.endOfBankingDay(place, block.timestamp, EXAMINATION_BANKING_DAYS);
        return (end - block.timestamp).toUint64() + clock;
    }

    /// @dev The examiner, in good standing, within its banking days.
    function _requireExamining(bytes32 credit, uint256 draw) private view returns (Draw storage d) {
        d = _inState(credit, draw, DrawState.PRESENTED);
        bytes32 examiner = ESCROW.termsOf(credit).examiner;
        _requireParty(examiner);
        _requireUntil(credit, d.examineUntil);
        _requireStanding(examiner, Role.EXAMINER | Role.ATTESTOR);
    }

    /// @dev An administrator, while the regime winds down or when a party lost its licence; anybody afterwards.
    function _requireWindingDown(bytes32 credit) private view {
        IRegime.Stage stage = REGIME.stage();
        if (stage == IRegime.Stage.EXPIRED) return;
        // An administrator does not decide what two reviewers have to.
        require(!ESCROW.creditOf(credit).held, ITradeEscrow.TradeEscrow_OnHold(credit, true));
        ITradeEscrow.Terms memory terms = ESCROW.termsOf(credit);
        bool isDue = stage == IRegime.Stage.WIND_DOWN || _isRevoked(terms.applicant) || _isRevoked(terms.beneficiary);
        require(isDue, Presentations_NotWindingDown(credit));
        bytes32 administrator = _participant(msg.sender);
        bool stands = RULEBOOK.checkParticipant(administrator, Role.ADMINISTRATOR) == Reason.OK;
        require(stands, ITradeEscrow.TradeEscrow_NotParty(msg.sender));
    }

    function _isRevoked(bytes32 participant) private view returns (bool) {
        return PARTICIPANTS.standingOf(participant).licence == IParticipants.LicenceStatus.REVOKED;
    }

    function _isMilestone(bytes32 credit) private view returns (bool) {
        return ESCROW.termsOf(credit).instrument == ITradeEscrow.Instrument.MILESTONE;
    }

    function _drawOf(bytes32 credit, uint256 draw) private view returns (Draw storage) {
        bool exists = draw > 0 && draw <= _draws[credit].length;
        require(exists, Presentations_WrongDrawState(credit, draw, DrawState.NONE));
        return _draws[credit][draw - 1];
    }

    function _inState(bytes32 credit, uint256 draw, DrawState expected) private view returns (Draw storage d) {
        _requireLive(credit);
        d = _drawOf(credit, draw);
        require(d.state == expected, Presentations_WrongDrawState(credit, draw, d.state));
    }

    /// @dev The participant that acts through `wallet`; zero where nobody does any more.
    function _participant(address wallet) private view returns (bytes32) {
        return PARTICIPANTS.isRetired(wallet) ? bytes32(0) : PARTICIPANTS.participantOf(wallet);
    }

    function _isParty(bytes32 party) private view returns (bool) {
        return party != 0 && _participant(msg.sender) == party;
    }

    function _requireParty(bytes32 party) private view {
        require(_isParty(party), ITradeEscrow.TradeEscrow_NotParty(msg.sender));
    }

    function _requireStanding(bytes32 participant, uint16 roles) private view {
        uint8 reason = RULEBOOK.checkParticipant(participant, roles);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }

    /// @dev What was not accepted by the end of the wind-down is refunded.
    function _requireUnexpired() private view {
        bool expired = REGIME.stage() == IRegime.Stage.EXPIRED;
        require(!expired, IRulebook.Rulebook_Refused(Reason.REGIME_EXPIRED));
    }

    function _requireLive(bytes32 credit) private view {
        if (ESCROW.isLive(credit)) return;
        ITradeEscrow.Credit memory c = ESCROW.creditOf(credit);
        require(!c.held, ITradeEscrow.TradeEscrow_OnHold(credit, true));
        revert ITradeEscrow.TradeEscrow_WrongCreditState(credit, c.state);
    }

    function _requireUntil(bytes32 credit, uint256 time) private view {
        require(ESCROW.clockOf(credit) <= time, ITradeEscrow.TradeEscrow_TooLate(time));
    }

    function _requireAfter(bytes32 credit, uint256 time) private view {
        require(ESCROW.clockOf(credit) > time, ITradeEscrow.TradeEscrow_TooEarly(time));
    }

    /// @dev Sets are short, so comparing each pair is cheaper than sorting.
    function _requireSet(bytes32[] calldata documents, uint256 required) private pure {
        require(documents.length == required, Presentations_DocumentsIncomplete(required));
        for (uint256 i = 0; i < documents.length; ++i) {
            require(documents[i] != 0, Presentations_DocumentsIncomplete(required));
            for (uint256 j = 0; j < i; ++j) {
                require(documents[i] != documents[j], Presentations_DocumentsIncomplete(required));
            }
        }
    }
}
