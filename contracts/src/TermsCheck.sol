// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {CreditTerms} from "./CreditTerms.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IBusinessCalendar} from "./interfaces/IBusinessCalendar.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ITermsCheck} from "./interfaces/ITermsCheck.sol";
import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";

/// @title TermsCheck
contract TermsCheck is ITermsCheck {
    /// @dev UCP 600 art. 14b.
    uint256 private constant EXAMINATION_BANKING_DAYS = 5;

    /// @dev UCP 600 art. 30a: "about" means ten per cent.
    uint16 private constant MAX_TOLERANCE = 1_000;

    /// @dev How long a counterparty's or an arbiter's silence holds value up at most; choices of ours.
    uint32 private constant MAX_WAIVER_WINDOW = 30 days;
    uint32 private constant MAX_AWARD_PERIOD = 90 days;
    uint32 private constant MAX_RETENTION_PERIOD = 2 * 365 days;
    uint32 private constant MAX_RETURN_PERIOD = 2 * 365 days;

    /// @dev So that whoever takes a way out can carry the terms; choices of ours.
    uint256 private constant MAX_DOCUMENTS = 30;
    uint256 private constant MAX_INSTALMENTS = 100;

    IRulebook private immutable RULEBOOK;
    IBusinessCalendar private immutable CALENDAR;

    constructor(IRulebook rulebook, IBusinessCalendar calendar) {
        RULEBOOK = rulebook;
        CALENDAR = calendar;
    }

    /// @inheritdoc ITermsCheck
    function requireOpenable(ITradeEscrow.Terms calldata terms) external view {
        bool ahead = block.timestamp <= terms.offerUntil && terms.offerUntil <= terms.fundUntil
            && terms.fundUntil <= terms.latestShipment;
        require(ahead && terms.ref != 0, ITradeEscrow.TradeEscrow_InvalidTerms());
        _requireConsistent(terms);
        requirePermitted(terms);
        bool isMilestone = terms.instrument == ITradeEscrow.Instrument.MILESTONE;
        _requireRole(terms.examiner, isMilestone ? Role.ATTESTOR : Role.EXAMINER);
        if (terms.issuer != 0) _requireRole(terms.issuer, Role.BANK);
        if (terms.confirmer != 0) _requireRole(terms.confirmer, Role.BANK);
        if (terms.arbiter != 0) _requireRole(terms.arbiter, Role.ARBITER);
        // Reverts unless the calendar knows the first day.
        CALENDAR.isBankingDay(terms.bankingPlace, block.timestamp);
    }

    /// @inheritdoc ITermsCheck
    function requirePermitted(ITradeEscrow.Terms calldata terms) public view {
        uint256 funding = uint256(CreditTerms.withTolerance(terms.amount, terms.tolerance)) + terms.demurrage;
        _requirePass(_checkOpening(terms, funding));
    }

    /// @inheritdoc ITermsCheck
    function requireAmendable(ITradeEscrow.Terms calldata old, ITradeEscrow.Terms calldata terms, uint64 clock)
        external
        view
    {
        bool same = terms.ref == old.ref && terms.trade == old.trade && terms.instrument == old.instrument
            && terms.demurrage == old.demurrage && terms.offerUntil == old.offerUntil
            && terms.fundUntil == old.fundUntil;
        bytes32 parties = keccak256(
            abi.encode(terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary, terms.examiner, terms.arbiter)
        );
        bytes32 before =
            keccak256(abi.encode(old.applicant, old.issuer, old.confirmer, old.beneficiary, old.examiner, old.arbiter));
        // What has expired is not revived, whoever agrees (UCP 600 art. 36).
        bytes32 plan = keccak256(abi.encode(terms.instalments, terms.instalmentsUntil));
        bytes32 planBefore = keccak256(abi.encode(old.instalments, old.instalmentsUntil));
        require(
            same && parties == before && plan == planBefore && terms.expiry >= clock && old.expiry >= clock,
            ITradeEscrow.TradeEscrow_InvalidTerms()
        );
        _requireConsistent(terms);
        // The headroom of what is funded is taken already; an increase is checked when it is locked.
        _requirePass(_checkOpening(terms, 0));
    }

    function _checkOpening(ITradeEscrow.Terms calldata terms, uint256 amount) private view returns (uint8) {
        return RULEBOOK.checkOpening(
            terms.applicant,
            terms.beneficiary,
            uint256(terms.expiry) + terms.tenor,
            uint8(terms.instrument),
            amount,
            terms.trade
        );
    }

    function _requireConsistent(ITradeEscrow.Terms calldata terms) private view {
        bool amounts = terms.amount > 0 && terms.amount <= type(uint120).max && terms.tolerance <= MAX_TOLERANCE
            && terms.demurrage <= type(uint120).max && terms.retention < CreditTerms.WHOLE;
        bool times = terms.latestShipment <= terms.expiry && terms.presentationPeriod > 0 && terms.documents > 0
            && terms.documents <= MAX_DOCUMENTS && terms.returnPeriod <= MAX_RETURN_PERIOD
            && terms.waiverWindow <= MAX_WAIVER_WINDOW && terms.retentionPeriod <= MAX_RETENTION_PERIOD
            && (terms.retention == 0 || terms.retentionPeriod > 0);
        bool dispute = terms.arbiter == 0 || (terms.awardPeriod > 0 && terms.awardPeriod <= MAX_AWARD_PERIOD);
        require(
            amounts && times && dispute && _areDistinct(terms) && _fitInstrument(terms) && _isPlan(terms),
            ITradeEscrow.TradeEscrow_InvalidTerms()
        );
        // Reverts unless the calendar reaches as far as the last examination may take.
        CALENDAR.endOfBankingDay(terms.bankingPlace, terms.expiry, EXAMINATION_BANKING_DAYS);
    }

    /// @dev Who examines or decides is no party, and a bank is not the one it stands between.
    function _areDistinct(ITradeEscrow.Terms calldata terms) private pure returns (bool) {
        bytes32 a = terms.applicant;
        bytes32 b = terms.beneficiary;
        bool neutral = terms.examiner != a && terms.examiner != b && terms.arbiter != a && terms.arbiter != b;
        bool apart = terms.arbiter == 0
            || (terms.arbiter != terms.issuer && terms.arbiter != terms.confirmer && terms.arbiter != terms.examiner);
        bool between = terms.issuer != a && terms.issuer != b && terms.confirmer != a && terms.confirmer != b;
        return a != 0 && b != 0 && a != b && neutral && apart && between
            && (terms.issuer == 0 || terms.issuer != terms.confirmer);
    }

    function _fitInstrument(ITradeEscrow.Terms calldata terms) private pure returns (bool) {
        ITradeEscrow.Instrument instrument = terms.instrument;
        if (instrument == ITradeEscrow.Instrument.ADVANCE) {
            return terms.advance > 0 && terms.advance <= terms.amount && terms.returnPeriod > 0;
        }
        if (terms.advance != 0 || terms.guarantee != 0 || terms.returnPeriod != 0) return false;
        if (instrument == ITradeEscrow.Instrument.SIGHT) return terms.tenor == 0;
        if (instrument == ITradeEscrow.Instrument.DEFERRED) return terms.tenor > 0;
        if (instrument == ITradeEscrow.Instrument.GUARANTEE) {
            return terms.tenor == 0 && terms.demurrage == 0 && terms.retention == 0 && terms.instalments.length == 0;
        }
        return instrument == ITradeEscrow.Instrument.MILESTONE;
    }

    /// @dev Instalments add up to the face amount, and their times follow one another until expiry.
    function _isPlan(ITradeEscrow.Terms calldata terms) private pure returns (bool) {
        uint256 count = terms.instalments.length;
        if (count != terms.instalmentsUntil.length || count > MAX_INSTALMENTS) return false;
        if (count == 0) return true;
        uint256 total = 0;
        uint64 last = 0;
        for (uint256 i = 0; i < count; ++i) {
            total += terms.instalments[i];
            if (terms.instalments[i] == 0 || terms.instalmentsUntil[i] <= last) return false;
            last = terms.instalmentsUntil[i];
        }
        return total == terms.amount && last <= terms.expiry && terms.tolerance == 0 && terms.partialDraws;
    }

    function _requireRole(bytes32 participant, uint16 role) private view {
        _requirePass(RULEBOOK.checkParticipant(participant, role));
    }

    function _requirePass(uint8 reason) private pure {
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }
}
