// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "../src/Reason.sol";
import {Role} from "../src/Role.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Books} from "./Books.sol";

/// @title The rules again, without an order: note everything that is violated, answer the lowest code
/// @notice Written from the rules, apart from the Rulebook; what the Rulebook keeps is taken from {Books}.
abstract contract Reference is Books {
    uint16 private constant TRADES = Role.SETTLER | Role.COUNTERPARTY;

    /// @dev The Rulebook answered something else than the reference.
    error Reference_Differs(uint8 answered, uint8 expected);

    uint8 private _worst;
    uint256 private _until;
    IRegime.Programme private _p;

    function _expected(IRulebook.Movement memory m) internal returns (uint8) {
        _begin(block.timestamp);
        bytes32 payer = participants.participantOf(m.payer);
        bytes32 payee = participants.participantOf(m.payee);
        _noteFlowInStage(m.flow, payer != 0);
        if (m.flow == IRulebook.Flow.DIRECT) _note(!_p.directPayments, Reason.FLOW_NOT_PERMITTED);
        bool enforced = m.flow == IRulebook.Flow.SEIZE || m.flow == IRulebook.Flow.RECOVERY;
        _note(!enforced && participants.isRetired(m.from), Reason.WALLET_RETIRED);
        _note(participants.isRetired(m.to), Reason.WALLET_RETIRED);
        _noteParties(m, payer, payee);
        if (m.from == address(0)) return _answer();
        if (m.amount > m.balance) {
            _note(true, Reason.INSUFFICIENT_BALANCE);
        } else if (!enforced && m.amount > 0) {
            // Frozen and earmarked for others must both be left behind.
            uint256 left = m.balance - m.amount;
            _note(left < m.frozen, Reason.FROZEN);
            uint256 free = m.frozen > left ? 0 : left - m.frozen;
            _note(free < m.earmarked, Reason.EARMARKED);
        }
        return _answer();
    }

    function _expectedObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade) internal returns (uint8) {
        _begin(block.timestamp);
        _noteStage(false, false);
        _notePayment(payer, payee, amount, trade);
        return _answer();
    }

    function _expectedOpening(
        bytes32 applicant,
        bytes32 beneficiary,
        uint256 until,
        uint8 instrument,
        uint256 amount,
        bytes32 trade
    ) internal returns (uint8) {
        _begin(until);
        _noteStage(false, false);
        _note(until > _p.end, Reason.BEYOND_REGIME);
        _note(_p.instruments / 2 ** instrument % 2 == 0, Reason.INSTRUMENT_NOT_PERMITTED);
        _noteTrade(applicant, beneficiary);
        _notePurpose(applicant, beneficiary, amount, trade);
        return _answer();
    }

    function _expectedParticipant(bytes32 participant, uint16 roles) internal returns (uint8) {
        _begin(block.timestamp);
        _noteEntry(participant, roles);
        return _answer();
    }

    function _expectedParty(address wallet) internal returns (uint8) {
        _begin(block.timestamp);
        _note(participants.isRetired(wallet), Reason.WALLET_RETIRED);
        _noteEntry(participants.participantOf(wallet), TRADES | Role.EXAMINER);
        return _answer();
    }

    function _requireSame(uint8 answered, uint8 expected) internal pure {
        require(answered == expected, Reference_Differs(answered, expected));
    }

    function _begin(uint256 until) private {
        _worst = type(uint8).max;
        _until = until;
        _p = regime.programme();
    }

    function _answer() private view returns (uint8) {
        return _worst == type(uint8).max ? Reason.OK : _worst;
    }

    function _note(bool violated, uint8 reason) private {
        if (violated && reason < _worst) _worst = reason;
    }

    // Stages

    function _noteStage(bool inWindDown, bool afterwards) private {
        IRegime.Stage stage = regime.stage();
        _note(stage == IRegime.Stage.DRAFT || stage == IRegime.Stage.APPROVED, Reason.REGIME_NOT_ACTIVE);
        _note(stage == IRegime.Stage.SUSPENDED, Reason.REGIME_SUSPENDED);
        _note(stage == IRegime.Stage.WIND_DOWN && !inWindDown, Reason.REGIME_WINDING_DOWN);
        _note(stage == IRegime.Stage.EXPIRED && !afterwards, Reason.REGIME_EXPIRED);
    }

    /// @dev Row by row: entries, exits, and the two flows whose direction matters.
    function _noteFlowInStage(IRulebook.Flow flow, bool participantPays) private {
        if (
            flow == IRulebook.Flow.DIRECT || flow == IRulebook.Flow.FUND || flow == IRulebook.Flow.ISSUE
                || flow == IRulebook.Flow.INTAKE
        ) _noteStage(false, false);
        else if (flow == IRulebook.Flow.NET_LEG) _noteStage(true, !participantPays);
        else if (flow == IRulebook.Flow.CONVERT) _noteStage(participantPays, participantPays);
        else _noteStage(true, true);
    }

    // Parties

    function _noteParties(IRulebook.Movement memory m, bytes32 payer, bytes32 payee) private {
        IRulebook.Flow flow = m.flow;
        if (flow == IRulebook.Flow.DIRECT || flow == IRulebook.Flow.FUND) {
            _notePayment(payer, payee, m.amount, m.trade);
        } else if (flow == IRulebook.Flow.PAY || flow == IRulebook.Flow.AWARD) {
            _noteResidency(payer, payee);
            _noteClear(payee);
        } else if (flow == IRulebook.Flow.ISSUE) {
            if (m.payee != address(0)) _noteAcquisition(payee, m.amount);
            _noteCoverage(m);
        } else if (flow == IRulebook.Flow.INTAKE) {
            _note(payer == payee, Reason.DOMESTIC_PAYMENT);
            _noteEntry(payer, Role.MINER);
            _notePurpose(payee, trades.tradeOf(m.trade).counterparty, m.amount, m.trade);
            _noteAcquisition(payee, m.amount);
            _noteCoverage(m);
        } else if (flow == IRulebook.Flow.CONVERT && payer == 0) {
            _noteAcquisition(payee, m.amount);
        } else if (flow == IRulebook.Flow.CONVERT || flow == IRulebook.Flow.REDEEM) {
            if (m.payer == address(0)) return;
            _noteSponsor(payer);
            _noteClear(payer);
        } else if (flow == IRulebook.Flow.NET_LEG && payer != 0) {
            _noteEntry(payer, TRADES);
        } else if (flow == IRulebook.Flow.SEIZE) {
            _noteEntry(payee, TRADES | Role.EXAMINER | Role.BANK);
        } else {
            _note(flow == IRulebook.Flow.RECOVERY && payer != payee, Reason.ROLE_MISSING);
            _noteClear(payee);
        }
    }

    function _noteKnown(bytes32 participant) private returns (bool known) {
        known = participants.profileOf(participant).roles != 0;
        _note(!known, Reason.PARTICIPANT_UNKNOWN);
    }

    function _noteLicence(IParticipants.Profile memory profile) private {
        _note(profile.licence == IParticipants.LicenceStatus.NONE, Reason.LICENCE_MISSING);
        _note(profile.licence == IParticipants.LicenceStatus.SUSPENDED, Reason.LICENCE_SUSPENDED);
        _note(profile.licence == IParticipants.LicenceStatus.REVOKED, Reason.LICENCE_REVOKED);
        _note(profile.licenceUntil < _until, Reason.LICENCE_EXPIRED);
    }

    function _noteFiles(IParticipants.Profile memory profile) private {
        _noteLicence(profile);
        _note(profile.kycUntil < _until, Reason.KYC_EXPIRED);
        bool entity = profile.roles % 2 == 1 || profile.roles / 8 % 2 == 1;
        bool closed = profile.ownership == IParticipants.OwnershipClass.PRIVATE && regime.phase() < _p.privateFromPhase;
        _note(entity && closed, Reason.PHASE_CLOSED);
    }

    function _noteEntry(bytes32 participant, uint16 roles) private {
        if (!_noteKnown(participant)) return;
        IParticipants.Profile memory profile = participants.profileOf(participant);
        _noteFiles(profile);
        _note(profile.roles & roles == 0, Reason.ROLE_MISSING);
        _noteClear(participant);
    }

    function _noteTrade(bytes32 a, bytes32 b) private {
        bytes32[2] memory both = [a, b];
        bool known = _noteKnown(a);
        if (!_noteKnown(b) || !known) return;
        for (uint256 i = 0; i < 2; ++i) {
            IParticipants.Profile memory profile = participants.profileOf(both[i]);
            _noteFiles(profile);
            uint16 role = profile.jurisdiction == _p.home ? 1 : 2;
            _note(profile.roles & role == 0, Reason.ROLE_MISSING);
            _noteCorridor(profile);
            _noteClear(both[i]);
        }
        _noteResidency(a, b);
    }

    function _notePayment(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade) private {
        _noteTrade(payer, payee);
        _notePurpose(payer, payee, amount, trade);
        _note(trades.tradeOf(trade).travelRecord == 0, Reason.TRAVEL_DATA_MISSING);
        if (payer != 0 && payee != 0) _noteCaps(payer, payee, amount);
    }

    function _isResident(IParticipants.Profile memory profile) internal view returns (bool) {
        if (profile.ownerJurisdiction == _p.home) return true;
        return profile.jurisdiction == _p.home;
    }

    function _noteResidency(bytes32 a, bytes32 b) private {
        if (!_noteKnown(a) || !_noteKnown(b)) return;
        bool x = _isResident(participants.profileOf(a));
        bool y = _isResident(participants.profileOf(b));
        _note(x && y && _p.domesticBan, Reason.DOMESTIC_PAYMENT);
        _note(!x && !y, Reason.NO_RESIDENT_PARTY);
    }

    function _noteCorridor(IParticipants.Profile memory profile) private {
        if (profile.jurisdiction == _p.home) return;
        (IRegime.Access access,) = regime.corridorOf(profile.jurisdiction);
        _note(access == IRegime.Access.NONE, Reason.CORRIDOR_CLOSED);
        if (access != IRegime.Access.VIA_INTERMEDIARY) return;
        _note(profile.intermediary == 0, Reason.INTERMEDIARY_MISSING);
        IParticipants.Profile memory between = participants.profileOf(profile.intermediary);
        bool licensed = between.licence == IParticipants.LicenceStatus.ACTIVE && between.licenceUntil >= _until;
        bool authorised = licensed && between.roles / 32 % 2 == 1 && between.kycUntil >= _until;
        _note(!authorised || _isResident(between), Reason.INTERMEDIARY_UNAUTHORISED);
    }

    function _noteClear(bytes32 participant) private {
        if (!_noteKnown(participant)) return;
        IParticipants.Profile memory profile = participants.profileOf(participant);
        _noteScreening(profile);
        bool hasBetween = profile.jurisdiction != _p.home && profile.intermediary != 0;
        if (hasBetween) _noteScreening(participants.profileOf(profile.intermediary));
    }

    function _noteScreening(IParticipants.Profile memory profile) private {
        IParticipants.Screening s = profile.screening;
        bool held = s == IParticipants.Screening.UNSCREENED || s == IParticipants.Screening.POTENTIAL;
        _note(held, Reason.SCREENING_HOLD);
        _note(s == IParticipants.Screening.TRUE_MATCH, Reason.LISTED_PARTY);
        (uint32 version, uint64 publishedAt) = participants.currentList();
        _note(profile.listVersion != version, Reason.LIST_STALE);
        _note(block.timestamp - publishedAt > _p.maxListAge, Reason.LIST_STALE);
    }

    // Money

    function _noteSponsor(bytes32 participant) private {
        if (!_noteKnown(participant)) return;
        IParticipants.Profile memory profile = participants.profileOf(participant);
        if (profile.roles % 2 == 0 && profile.roles / 8 % 2 == 0) return;
        IParticipants.Profile memory bank = participants.profileOf(profile.sponsor);
        bool licensed = bank.licence == IParticipants.LicenceStatus.ACTIVE && bank.licenceUntil >= block.timestamp;
        _note(!licensed || bank.roles / 16 % 2 == 0, Reason.SPONSOR_MISSING);
    }

    function _noteAcquisition(bytes32 participant, uint256 amount) private {
        if (!_noteKnown(participant)) return;
        _noteEntry(participant, Role.SETTLER);
        _noteSponsor(participant);
        uint256 held;
        for (uint256 i = 0; i < _lots[participant].length; ++i) {
            held += _lots[participant][i].amount;
        }
        bool tooMuch = amount > _p.maxExposure || held + amount > _p.maxExposure;
        _note(amount > 0 && tooMuch, Reason.EXPOSURE_EXCEEDED);
        _note(_overdue(participant, _p.maxHolding) > 0, Reason.HOLDING_OVERDUE);
    }

    /// @dev Cash only; what coins count for has tests of its own.
    function _noteCoverage(IRulebook.Movement memory m) private {
        (uint256 cash,) = reserve.holdings();
        _note(cash * 10_000 < (m.balance + m.amount) * _p.coverageFloor, Reason.RESERVE_SHORT);
    }

    function _notePurpose(bytes32 a, bytes32 b, uint256 amount, bytes32 trade) private {
        ITradeRegistry.Trade memory t = trades.tradeOf(trade);
        _note(t.entity == 0, Reason.PURPOSE_UNREGISTERED);
        bool straight = t.entity == a && t.counterparty == b;
        _note(!straight && !(t.entity == b && t.counterparty == a), Reason.PURPOSE_MISMATCH);
        _note(_p.goods / 2 ** t.chapter % 2 == 0, Reason.GOODS_OUT_OF_SCOPE);
        _note(block.timestamp > t.until, Reason.PURPOSE_EXPIRED);
        _note(amount > t.value || _entered[trade] + amount > t.value, Reason.PURPOSE_EXHAUSTED);
    }

    function _noteCaps(bytes32 payer, bytes32 payee, uint256 amount) private {
        bool payerAtHome = participants.profileOf(payer).jurisdiction == _p.home;
        bytes32 entity = payerAtHome ? payer : payee;
        bytes2 abroad = participants.profileOf(payerAtHome ? payee : payer).jurisdiction;
        IParticipants.Profile memory profile = participants.profileOf(entity);
        bool isState = profile.ownership == IParticipants.OwnershipClass.STATE;
        IRegime.ClassCaps memory caps = isState ? _p.stateCaps : _p.privateCaps;
        uint256 value = _valueOf(amount);
        _note(value > caps.payment, Reason.CAP_PAYMENT);
        _note(value + _sumOver(entity, ANY_CLASS, 0, 1 days) > caps.daily, Reason.CAP_DAILY);
        uint256 period = value + _sumOver(entity, ANY_CLASS, 0, _p.period);
        _note(period > caps.period, Reason.CAP_PERIOD);
        _note(period > profile.cap, Reason.CAP_ENTITY);
        if (abroad != _p.home) {
            (, uint128 cap) = regime.corridorOf(abroad);
            _note(value + _sumOver(0, ANY_CLASS, abroad, _p.period) > cap, Reason.CAP_CORRIDOR);
        }
        _note(value + _sumOver(0, uint8(profile.ownership), 0, _p.period) > caps.total, Reason.CAP_CLASS);
        _note(value + _sumOver(0, ANY_CLASS, 0, _p.period) > _p.regimeCap, Reason.CAP_REGIME);
    }
}
