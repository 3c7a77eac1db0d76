// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Reason} from "./Reason.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";

/// @title Rulebook
/// @dev The order of the checks is part of the rules; see {Reason}.
contract Rulebook is IRulebook {
    uint8 private constant SETTLER = 1;
    uint8 private constant COUNTERPARTY = 2;
    uint8 private constant EXAMINER = 4;
    uint8 private constant TRADER = SETTLER | COUNTERPARTY;

    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;

    constructor(IRegime regime, IParticipants participants) {
        REGIME = regime;
        PARTICIPANTS = participants;
    }

    /// @inheritdoc IRulebook
    function check(Movement calldata movement) external view returns (uint8 reason) {
        Flow flow = movement.flow;
        reason = _checkStage(_isExit(flow));
        if (reason != Reason.OK) return reason;
        if (flow == Flow.DIRECT && !REGIME.programme().directPayments) return Reason.FLOW_NOT_PERMITTED;

        if (flow == Flow.ISSUE) reason = _checkEntry(movement.payee, SETTLER);
        else if (flow == Flow.REDEEM) reason = _checkExit(movement.payer);
        else if (flow == Flow.REFUND) reason = _checkExit(movement.payee);
        else if (flow == Flow.PAY) reason = _checkPayment(movement.payer, movement.payee);
        else if (flow == Flow.SEIZE) reason = _checkEntry(movement.payee, TRADER | EXAMINER);
        else reason = _checkTrade(movement.payer, movement.payee, block.timestamp);
        if (reason != Reason.OK) return reason;

        return _checkHolding(movement);
    }

    /// @inheritdoc IRulebook
    function checkOpening(address applicant, address beneficiary, uint256 until) external view returns (uint8 reason) {
        reason = _checkStage(false);
        if (reason != Reason.OK) return reason;
        if (until > REGIME.programme().end) return Reason.BEYOND_REGIME;
        return _checkTrade(applicant, beneficiary, until);
    }

    /// @inheritdoc IRulebook
    function checkParty(address wallet) external view returns (uint8) {
        return _checkEntry(wallet, TRADER | EXAMINER);
    }

    /// @inheritdoc IRulebook
    function checkExaminer(address wallet) external view returns (uint8) {
        return _checkEntry(wallet, EXAMINER);
    }

    /// @dev Exits stay possible while the regime winds down and, as claims, after it has expired.
    function _isExit(Flow flow) private pure returns (bool) {
        return flow == Flow.PAY || flow == Flow.REFUND || flow == Flow.REDEEM || flow == Flow.SEIZE;
    }

    function _checkStage(bool exit) private view returns (uint8) {
        IRegime.Stage stage = REGIME.stage();
        if (stage == IRegime.Stage.ACTIVE) return Reason.OK;
        if (stage == IRegime.Stage.SUSPENDED) return Reason.REGIME_SUSPENDED;
        if (stage == IRegime.Stage.WIND_DOWN) return exit ? Reason.OK : Reason.REGIME_WINDING_DOWN;
        if (stage == IRegime.Stage.EXPIRED) return exit ? Reason.OK : Reason.REGIME_EXPIRED;
        return Reason.REGIME_NOT_ACTIVE;
    }

    /// @dev Two parties that enter trade with each other, in good standing until `until`.
    function _checkTrade(address payer, address payee, uint256 until) private view returns (uint8 reason) {
        (bool payerKnown, IParticipants.Profile memory a) = _profile(payer);
        (bool payeeKnown, IParticipants.Profile memory b) = _profile(payee);
        if (!payerKnown || !payeeKnown) return Reason.PARTICIPANT_UNKNOWN;
        reason = _first(_checkLicence(a, until), _checkLicence(b, until));
        if (reason != Reason.OK) return reason;
        if (!_mayTrade(a) || !_mayTrade(b)) return Reason.ROLE_MISSING;
        if (a.kycUntil < until || b.kycUntil < until) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(a) || !_isAdmitted(b)) return Reason.PHASE_CLOSED;
        reason = _checkResidency(a, b);
        if (reason != Reason.OK) return reason;
        return _first(_checkScreening(a), _checkScreening(b));
    }

    /// @dev One party that enters on its own, in one of `roles`.
    function _checkEntry(address wallet, uint8 roles) private view returns (uint8 reason) {
        (bool known, IParticipants.Profile memory profile) = _profile(wallet);
        if (!known) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkLicence(profile, block.timestamp);
        if (reason != Reason.OK) return reason;
        if (profile.roles & roles == 0) return Reason.ROLE_MISSING;
        if (profile.kycUntil < block.timestamp) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(profile)) return Reason.PHASE_CLOSED;
        return _checkScreening(profile);
    }

    /// @dev A payment out of a credit. Licence, KYC and phase were checked when the trade was entered;
    /// who owns the payee and what screening finds are looked at again.
    function _checkPayment(address payer, address payee) private view returns (uint8 reason) {
        (bool payerKnown, IParticipants.Profile memory a) = _profile(payer);
        (bool payeeKnown, IParticipants.Profile memory b) = _profile(payee);
        if (!payerKnown || !payeeKnown) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkResidency(a, b);
        if (reason != Reason.OK) return reason;
        return _checkScreening(b);
    }

    function _checkExit(address wallet) private view returns (uint8) {
        (bool known, IParticipants.Profile memory profile) = _profile(wallet);
        return known ? _checkScreening(profile) : Reason.PARTICIPANT_UNKNOWN;
    }

    function _checkLicence(IParticipants.Profile memory profile, uint256 until) private pure returns (uint8) {
        if (profile.licence == IParticipants.LicenceStatus.NONE) return Reason.LICENCE_MISSING;
        if (profile.licence == IParticipants.LicenceStatus.SUSPENDED) return Reason.LICENCE_SUSPENDED;
        if (profile.licence == IParticipants.LicenceStatus.REVOKED) return Reason.LICENCE_REVOKED;
        return profile.licenceUntil < until ? Reason.LICENCE_EXPIRED : Reason.OK;
    }

    /// @dev Residents trade as authorised entities, others as counterparties.
    function _mayTrade(IParticipants.Profile memory profile) private view returns (bool) {
        uint8 role = profile.jurisdiction == REGIME.programme().home ? SETTLER : COUNTERPARTY;
        return profile.roles & role != 0;
    }

    /// @dev Phases admit authorised entities by ownership class; others are not their business.
    function _isAdmitted(IParticipants.Profile memory profile) private view returns (bool) {
        if (profile.roles & SETTLER == 0 || profile.ownership == IParticipants.OwnershipClass.STATE) return true;
        return REGIME.phase() >= REGIME.programme().privateFromPhase;
    }

    function _checkResidency(IParticipants.Profile memory a, IParticipants.Profile memory b)
        private
        view
        returns (uint8)
    {
        IRegime.Programme memory programme = REGIME.programme();
        bool resident = _isResident(a, programme.home);
        if (resident != _isResident(b, programme.home)) return Reason.OK;
        if (!resident) return Reason.NO_RESIDENT_PARTY;
        return programme.domesticBan ? Reason.DOMESTIC_PAYMENT : Reason.OK;
    }

    /// @dev A shell abroad whose beneficial owner is resident counts as resident.
    function _isResident(IParticipants.Profile memory profile, bytes2 home) private pure returns (bool) {
        return profile.jurisdiction == home || profile.ownerJurisdiction == home;
    }

    function _checkScreening(IParticipants.Profile memory profile) private pure returns (uint8) {
        if (profile.screening == IParticipants.Screening.CLEAR) return Reason.OK;
        return profile.screening == IParticipants.Screening.TRUE_MATCH ? Reason.LISTED_PARTY : Reason.SCREENING_HOLD;
    }

    function _checkHolding(Movement calldata movement) private pure returns (uint8) {
        if (movement.flow == Flow.ISSUE) return Reason.OK;
        // FROZEN means held but frozen (ERC-7943), so what is not held at all is no case of it.
        if (movement.amount > movement.balance) return Reason.INSUFFICIENT_BALANCE;
        // Enforcement reaches frozen value; that is what freezing is for.
        if (movement.flow == Flow.SEIZE) return Reason.OK;
        uint256 unfrozen = Math.saturatingSub(movement.balance, movement.frozen);
        return movement.amount > unfrozen ? Reason.FROZEN : Reason.OK;
    }

    function _profile(address wallet) private view returns (bool known, IParticipants.Profile memory profile) {
        bytes32 participant = PARTICIPANTS.participantOf(wallet);
        if (participant == 0) return (false, profile);
        return (true, PARTICIPANTS.profileOf(participant));
    }

    /// @dev Of two answers to the same check, the one that stands first in the table; OK only if both are.
    function _first(uint8 a, uint8 b) private pure returns (uint8) {
        if (a == Reason.OK) return b;
        if (b == Reason.OK) return a;
        return a < b ? a : b;
    }
}
