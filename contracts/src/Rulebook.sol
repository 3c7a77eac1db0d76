// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {SlidingSum} from "./SlidingSum.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IReserve} from "./interfaces/IReserve.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ITradeRegistry} from "./interfaces/ITradeRegistry.sol";

/// @title Rulebook
/// @dev The order of the checks is part of the rules; see {Reason}.
contract Rulebook is IRulebook, DirectlyManaged {
    using SlidingSum for Checkpoints.Trace208;

    uint16 private constant TRADER = Role.SETTLER | Role.COUNTERPARTY;
    uint256 private constant ONE_SU = 1e6;

    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    ITradeRegistry private immutable TRADES;
    IReserve private immutable RESERVE;

    /// @dev Trade entered, in the reference currency.
    mapping(bytes32 entity => Checkpoints.Trace208) private _ofEntity;
    mapping(bytes2 jurisdiction => Checkpoints.Trace208) private _ofCorridor;
    mapping(uint8 class => Checkpoints.Trace208) private _ofClass;
    Checkpoints.Trace208 private _ofRegime;
    /// @dev SU that entered and left the wallets of a participant.
    mapping(bytes32 participant => Checkpoints.Trace208) private _in;
    mapping(bytes32 participant => uint256) private _out;

    constructor(address authority, IRegime regime, IParticipants participants, ITradeRegistry trades, IReserve reserve)
        DirectlyManaged(authority)
    {
        REGIME = regime;
        PARTICIPANTS = participants;
        TRADES = trades;
        RESERVE = reserve;
    }

    /// @inheritdoc IRulebook
    function check(Movement calldata movement) external view returns (uint8 reason) {
        return _check(movement);
    }

    /// @inheritdoc IRulebook
    function pass(Movement calldata movement) external restricted returns (uint8 reason) {
        reason = _check(movement);
        if (reason != Reason.OK) return reason;
        Flow flow = movement.flow;
        if (flow == Flow.DIRECT || flow == Flow.FUND) {
            bytes32 payer = PARTICIPANTS.participantOf(movement.payer);
            _meter(payer, PARTICIPANTS.participantOf(movement.payee), movement.amount, movement.trade);
        }
        // A refund makes room under the trade again, never under a cap.
        if (flow == Flow.REFUND && movement.trade != 0) TRADES.release(movement.trade, movement.amount);
        if (flow == Flow.RECOVERY) return reason;
        bytes32 source = PARTICIPANTS.participantOf(movement.from);
        bytes32 target = PARTICIPANTS.participantOf(movement.to);
        if (source != 0) _out[source] += movement.amount;
        if (target != 0) _in[target].add(movement.amount);
    }

    /// @inheritdoc IRulebook
    function checkObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        public
        view
        returns (uint8 reason)
    {
        reason = _checkStage(false, false);
        return reason == Reason.OK ? _checkPayment(REGIME.programme(), payer, payee, amount, trade) : reason;
    }

    /// @inheritdoc IRulebook
    function enterObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        external
        restricted
        returns (uint8 reason)
    {
        reason = checkObligation(payer, payee, amount, trade);
        if (reason == Reason.OK) _meter(payer, payee, amount, trade);
    }

    /// @inheritdoc IRulebook
    function leaveObligation(uint256 amount, bytes32 trade) external restricted {
        TRADES.release(trade, amount);
    }

    /// @inheritdoc IRulebook
    function checkOpening(
        bytes32 applicant,
        bytes32 beneficiary,
        uint256 until,
        uint8 instrument,
        uint256 amount,
        bytes32 trade
    ) external view returns (uint8 reason) {
        IRegime.Programme memory programme = REGIME.programme();
        reason = _checkStage(false, false);
        if (reason != Reason.OK) return reason;
        if (until > programme.end) return Reason.BEYOND_REGIME;
        if ((programme.instruments >> instrument) & 1 == 0) return Reason.INSTRUMENT_NOT_PERMITTED;
        reason = _checkTrade(programme, applicant, beneficiary, until);
        if (reason != Reason.OK) return reason;
        return _checkPurpose(programme, applicant, beneficiary, amount, trade);
    }

    /// @inheritdoc IRulebook
    function checkParticipant(bytes32 participant, uint16 roles) external view returns (uint8 reason) {
        return _checkEntry(REGIME.programme(), participant, roles);
    }

    /// @inheritdoc IRulebook
    function checkParty(address wallet) external view returns (uint8 reason) {
        if (PARTICIPANTS.isRetired(wallet)) return Reason.WALLET_RETIRED;
        return _checkEntry(REGIME.programme(), PARTICIPANTS.participantOf(wallet), TRADER | Role.EXAMINER);
    }

    /// @inheritdoc IRulebook
    function designatedTrade(address payer, address payee) external view returns (bytes32 trade) {
        return TRADES.designated(PARTICIPANTS.participantOf(payer), PARTICIPANTS.participantOf(payee));
    }

    /// @inheritdoc IRulebook
    function usedByEntity(bytes32 participant, uint256 window) external view returns (uint256) {
        return _ofEntity[participant].over(window);
    }

    /// @inheritdoc IRulebook
    function usedByCorridor(bytes2 jurisdiction, uint256 window) external view returns (uint256) {
        return _ofCorridor[jurisdiction].over(window);
    }

    /// @inheritdoc IRulebook
    function usedByClass(uint8 class, uint256 window) external view returns (uint256) {
        return _ofClass[class].over(window);
    }

    /// @inheritdoc IRulebook
    function usedByRegime(uint256 window) external view returns (uint256) {
        return _ofRegime.over(window);
    }

    /// @inheritdoc IRulebook
    function exposureOf(bytes32 participant) public view returns (uint256) {
        return _in[participant].total() - _out[participant];
    }

    function _check(Movement calldata movement) private view returns (uint8 reason) {
        Flow flow = movement.flow;
        bytes32 payer = PARTICIPANTS.participantOf(movement.payer);
        bytes32 payee = PARTICIPANTS.participantOf(movement.payee);
        reason = _checkStage(flow, payer != 0);
        if (reason != Reason.OK) return reason;
        IRegime.Programme memory programme = REGIME.programme();
        if (flow == Flow.DIRECT && !programme.directPayments) return Reason.FLOW_NOT_PERMITTED;
        bool enforced = flow == Flow.SEIZE || flow == Flow.RECOVERY;
        bool retired = (!enforced && PARTICIPANTS.isRetired(movement.from)) || PARTICIPANTS.isRetired(movement.to);
        reason = _checkParties(programme, movement, payer, payee);
        if (retired) return _first(Reason.WALLET_RETIRED, reason);
        return reason == Reason.OK ? _checkHolding(movement) : reason;
    }

    /// @dev What each flow asks of its ultimate parties, zero where one is a contract of the regime.
    function _checkParties(IRegime.Programme memory programme, Movement calldata movement, bytes32 payer, bytes32 payee)
        private
        view
        returns (uint8 reason)
    {
        Flow flow = movement.flow;
        if (flow == Flow.DIRECT || flow == Flow.FUND) {
            return _checkPayment(programme, payer, payee, movement.amount, movement.trade);
        }
        if (flow == Flow.PAY || flow == Flow.AWARD) return _checkPayout(programme, payer, payee);
        if (flow == Flow.ISSUE) return _checkIssue(programme, movement, payee);
        if (flow == Flow.INTAKE) return _checkIntake(programme, movement, payer, payee);
        if (flow == Flow.CONVERT && payer == 0) return _checkAcquisition(programme, payee, movement.amount);
        if (flow == Flow.CONVERT || flow == Flow.REDEEM) return _checkOffRamp(programme, movement.payer, payer);
        if (flow == Flow.NET_LEG && payer != 0) return _checkEntry(programme, payer, TRADER);
        if (flow == Flow.SEIZE) return _checkEntry(programme, payee, TRADER | Role.EXAMINER | Role.BANK);
        // REFUND, the creditor of a net leg, and RECOVERY: whoever gets it was a party before.
        reason = _checkExit(programme, payee);
        return flow == Flow.RECOVERY && payer != payee ? _first(Reason.ROLE_MISSING, reason) : reason;
    }

    /// @dev Exits pass while the regime winds down and, as claims, after it has expired. A net leg performs what was
    /// entered before: it is paid in until the end of the wind-down, and paid out whenever it can be.
    function _checkStage(Flow flow, bool participantPays) private view returns (uint8) {
        if (flow == Flow.NET_LEG) return _checkStage(true, !participantPays);
        bool exit = flow == Flow.PAY || flow == Flow.REFUND || flow == Flow.AWARD || flow == Flow.REDEEM
            || flow == Flow.SEIZE || flow == Flow.RECOVERY || (flow == Flow.CONVERT && participantPays);
        return _checkStage(exit, exit);
    }

    function _checkStage(bool inWindDown, bool afterwards) private view returns (uint8) {
        IRegime.Stage stage = REGIME.stage();
        if (stage == IRegime.Stage.ACTIVE) return Reason.OK;
        if (stage == IRegime.Stage.SUSPENDED) return Reason.REGIME_SUSPENDED;
        if (stage == IRegime.Stage.WIND_DOWN) return inWindDown ? Reason.OK : Reason.REGIME_WINDING_DOWN;
        if (stage == IRegime.Stage.EXPIRED) return afterwards ? Reason.OK : Reason.REGIME_EXPIRED;
        return Reason.REGIME_NOT_ACTIVE;
    }

    /// @dev Trade is entered: everything is asked of both parties, of its purpose and of its size.
    function _checkPayment(
        IRegime.Programme memory programme,
        bytes32 payer,
        bytes32 payee,
        uint256 amount,
        bytes32 trade
    ) private view returns (uint8 reason) {
        reason = _checkTrade(programme, payer, payee, block.timestamp);
        if (reason != Reason.OK) return reason;
        reason = _checkPurpose(programme, payer, payee, amount, trade);
        if (reason != Reason.OK) return reason;
        if (TRADES.tradeOf(trade).travelRecord == 0) return Reason.TRAVEL_DATA_MISSING;
        return _checkCaps(programme, payer, payee, amount);
    }

    /// @dev Two parties that enter trade with each other, in good standing until `until`.
    function _checkTrade(IRegime.Programme memory programme, bytes32 payer, bytes32 payee, uint256 until)
        private
        view
        returns (uint8 reason)
    {
        IParticipants.Profile memory a = PARTICIPANTS.profileOf(payer);
        IParticipants.Profile memory b = PARTICIPANTS.profileOf(payee);
        if (a.roles == 0 || b.roles == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _first(_checkLicence(a, until), _checkLicence(b, until));
        if (reason != Reason.OK) return reason;
        if (!_mayTrade(programme, a) || !_mayTrade(programme, b)) return Reason.ROLE_MISSING;
        if (a.kycUntil < until || b.kycUntil < until) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(programme, a) || !_isAdmitted(programme, b)) return Reason.PHASE_CLOSED;
        reason = _checkResidency(programme, a, b);
        if (reason != Reason.OK) return reason;
        reason = _first(_checkCorridor(programme, a, until), _checkCorridor(programme, b, until));
        if (reason != Reason.OK) return reason;
        return _first(_checkScreening(programme, a), _checkScreening(programme, b));
    }

    /// @dev One party that enters on its own, in one of `roles`.
    function _checkEntry(IRegime.Programme memory programme, bytes32 participant, uint16 roles)
        private
        view
        returns (uint8 reason)
    {
        IParticipants.Profile memory profile = PARTICIPANTS.profileOf(participant);
        if (profile.roles == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkLicence(profile, block.timestamp);
        if (reason != Reason.OK) return reason;
        if (profile.roles & roles == 0) return Reason.ROLE_MISSING;
        if (profile.kycUntil < block.timestamp) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(programme, profile)) return Reason.PHASE_CLOSED;
        return _checkScreening(programme, profile);
    }

    /// @dev A payment out of a credit. Licence, KYC and phase were checked when the trade was entered;
    /// who owns the payee and what screening finds are looked at again.
    function _checkPayout(IRegime.Programme memory programme, bytes32 payer, bytes32 payee)
        private
        view
        returns (uint8 reason)
    {
        if (payer == 0 || payee == 0) return Reason.PARTICIPANT_UNKNOWN;
        IParticipants.Profile memory b = PARTICIPANTS.profileOf(payee);
        reason = _checkResidency(programme, PARTICIPANTS.profileOf(payer), b);
        return reason == Reason.OK ? _checkScreening(programme, b) : reason;
    }

    function _checkExit(IRegime.Programme memory programme, bytes32 participant) private view returns (uint8) {
        if (participant == 0) return Reason.PARTICIPANT_UNKNOWN;
        return _checkScreening(programme, PARTICIPANTS.profileOf(participant));
    }

    /// @dev Leaving through a ramp; the desk's own inventory (payer zero) is nobody's to check.
    function _checkOffRamp(IRegime.Programme memory programme, address wallet, bytes32 payer)
        private
        view
        returns (uint8)
    {
        if (wallet == address(0)) return Reason.OK;
        if (payer == 0) return Reason.PARTICIPANT_UNKNOWN;
        IParticipants.Profile memory profile = PARTICIPANTS.profileOf(payer);
        if (!_isSponsored(profile)) return Reason.SPONSOR_MISSING;
        return _checkScreening(programme, profile);
    }

    /// @dev SU for the desk's inventory (payee zero) needs coverage only.
    function _checkIssue(IRegime.Programme memory programme, Movement calldata movement, bytes32 payee)
        private
        view
        returns (uint8 reason)
    {
        if (movement.payee != address(0)) {
            reason = _checkAcquisition(programme, payee, movement.amount);
            if (reason != Reason.OK) return reason;
        }
        return RESERVE.checkCoverage(movement.balance + movement.amount);
    }

    /// @dev The one shape in which a resident's value reaches another one: a miner's, earmarked to a trade abroad.
    function _checkIntake(IRegime.Programme memory programme, Movement calldata movement, bytes32 miner, bytes32 entity)
        private
        view
        returns (uint8 reason)
    {
        uint256 amount = movement.amount;
        reason = _first(_checkEntry(programme, miner, Role.MINER), _checkAcquisition(programme, entity, amount));
        if (miner == entity) reason = _first(Reason.DOMESTIC_PAYMENT, reason);
        bytes32 counterparty = TRADES.tradeOf(movement.trade).counterparty;
        reason = _first(reason, _checkPurpose(programme, entity, counterparty, amount, movement.trade));
        return _first(reason, RESERVE.checkCoverage(movement.balance + amount));
    }

    /// @dev An authorised entity that takes in SU for its trade: sponsored, and not hoarding.
    function _checkAcquisition(IRegime.Programme memory programme, bytes32 participant, uint256 amount)
        private
        view
        returns (uint8 reason)
    {
        if (participant == 0) return Reason.PARTICIPANT_UNKNOWN;
        IParticipants.Profile memory profile = PARTICIPANTS.profileOf(participant);
        reason = _checkLicence(profile, block.timestamp);
        if (reason != Reason.OK) return reason;
        if (!_isSponsored(profile)) return Reason.SPONSOR_MISSING;
        reason = _checkEntry(programme, participant, Role.SETTLER);
        if (reason != Reason.OK) return reason;
        uint256 room = Math.saturatingSub(programme.maxExposure, exposureOf(participant));
        if (amount > room) return Reason.EXPOSURE_EXCEEDED;
        // First in, first out: what came in longer ago than the limit must have gone out by now.
        bool overdue = _in[participant].before(programme.maxHolding) > _out[participant];
        return overdue ? Reason.HOLDING_OVERDUE : Reason.OK;
    }

    function _checkLicence(IParticipants.Profile memory profile, uint256 until) private pure returns (uint8) {
        if (profile.licence == IParticipants.LicenceStatus.NONE) return Reason.LICENCE_MISSING;
        if (profile.licence == IParticipants.LicenceStatus.SUSPENDED) return Reason.LICENCE_SUSPENDED;
        if (profile.licence == IParticipants.LicenceStatus.REVOKED) return Reason.LICENCE_REVOKED;
        return profile.licenceUntil < until ? Reason.LICENCE_EXPIRED : Reason.OK;
    }

    /// @dev The ramps of an authorised entity are its bank's; others have none to lose.
    function _isSponsored(IParticipants.Profile memory profile) private view returns (bool) {
        if (profile.roles & (Role.SETTLER | Role.MINER) == 0) return true;
        IParticipants.Profile memory bank = PARTICIPANTS.profileOf(profile.sponsor);
        return bank.roles & Role.BANK != 0 && _checkLicence(bank, block.timestamp) == Reason.OK;
    }

    /// @dev Residents trade as authorised entities, others as counterparties.
    function _mayTrade(IRegime.Programme memory programme, IParticipants.Profile memory profile)
        private
        pure
        returns (bool)
    {
        return profile.roles & (profile.jurisdiction == programme.home ? Role.SETTLER : Role.COUNTERPARTY) != 0;
    }

    /// @dev Phases admit authorised entities by ownership class; others are not their business.
    function _isAdmitted(IRegime.Programme memory programme, IParticipants.Profile memory profile)
        private
        view
        returns (bool)
    {
        bool isEntity = profile.roles & (Role.SETTLER | Role.MINER) != 0;
        if (!isEntity || profile.ownership == IParticipants.OwnershipClass.STATE) return true;
        return REGIME.phase() >= programme.privateFromPhase;
    }

    function _checkResidency(
        IRegime.Programme memory programme,
        IParticipants.Profile memory a,
        IParticipants.Profile memory b
    ) private pure returns (uint8) {
        bool resident = _isResident(a, programme.home);
        if (resident != _isResident(b, programme.home)) return Reason.OK;
        if (!resident) return Reason.NO_RESIDENT_PARTY;
        return programme.domesticBan ? Reason.DOMESTIC_PAYMENT : Reason.OK;
    }

    /// @dev A shell abroad whose beneficial owner is resident counts as resident.
    function _isResident(IParticipants.Profile memory profile, bytes2 home) private pure returns (bool) {
        return profile.jurisdiction == home || profile.ownerJurisdiction == home;
    }

    /// @dev The way to a party abroad: open, and through an authorised intermediary where one is asked for.
    function _checkCorridor(IRegime.Programme memory programme, IParticipants.Profile memory profile, uint256 until)
        private
        view
        returns (uint8)
    {
        if (profile.jurisdiction == programme.home) return Reason.OK;
        (IRegime.Access access,) = REGIME.corridorOf(profile.jurisdiction);
        if (access == IRegime.Access.NONE) return Reason.CORRIDOR_CLOSED;
        if (access == IRegime.Access.DIRECT) return Reason.OK;
        if (profile.intermediary == 0) return Reason.INTERMEDIARY_MISSING;
        IParticipants.Profile memory between = PARTICIPANTS.profileOf(profile.intermediary);
        bool authorised = between.roles & Role.INTERMEDIARY != 0 && !_isResident(between, programme.home)
            && _checkLicence(between, until) == Reason.OK && between.kycUntil >= until;
        return authorised ? Reason.OK : Reason.INTERMEDIARY_UNAUTHORISED;
    }

    /// @dev What screening says of a party and of whoever acts for it.
    function _checkScreening(IRegime.Programme memory programme, IParticipants.Profile memory profile)
        private
        view
        returns (uint8 reason)
    {
        (uint32 version, uint64 publishedAt) = PARTICIPANTS.currentList();
        reason = _checkResult(profile, version);
        if (profile.jurisdiction != programme.home && profile.intermediary != 0) {
            reason = _first(reason, _checkResult(PARTICIPANTS.profileOf(profile.intermediary), version));
        }
        if (reason != Reason.OK) return reason;
        return block.timestamp > uint256(publishedAt) + programme.maxListAge ? Reason.LIST_STALE : Reason.OK;
    }

    function _checkResult(IParticipants.Profile memory profile, uint32 version) private pure returns (uint8) {
        IParticipants.Screening result = profile.screening;
        if (result == IParticipants.Screening.TRUE_MATCH) return Reason.LISTED_PARTY;
        if (result == IParticipants.Screening.UNSCREENED || result == IParticipants.Screening.POTENTIAL) {
            return Reason.SCREENING_HOLD;
        }
        return profile.listVersion == version ? Reason.OK : Reason.LIST_STALE;
    }

    function _checkPurpose(
        IRegime.Programme memory programme,
        bytes32 payer,
        bytes32 payee,
        uint256 amount,
        bytes32 trade
    ) private view returns (uint8) {
        ITradeRegistry.Trade memory t = TRADES.tradeOf(trade);
        if (t.entity == 0) return Reason.PURPOSE_UNREGISTERED;
        bool same = (t.entity == payer && t.counterparty == payee) || (t.entity == payee && t.counterparty == payer);
        if (!same) return Reason.PURPOSE_MISMATCH;
        if ((programme.goods >> t.chapter) & 1 == 0) return Reason.GOODS_OUT_OF_SCOPE;
        if (block.timestamp > t.until) return Reason.PURPOSE_EXPIRED;
        return amount > Math.saturatingSub(t.value, t.used) ? Reason.PURPOSE_EXHAUSTED : Reason.OK;
    }

    function _checkCaps(IRegime.Programme memory programme, bytes32 payer, bytes32 payee, uint256 amount)
        private
        view
        returns (uint8)
    {
        (bytes32 entity, IParticipants.Profile memory profile, bytes2 abroad) = _sides(programme, payer, payee);
        uint256 value = _reference(programme, amount);
        IRegime.ClassCaps memory caps =
            profile.ownership == IParticipants.OwnershipClass.STATE ? programme.stateCaps : programme.privateCaps;
        if (value > caps.payment) return Reason.CAP_PAYMENT;
        if (_ofEntity[entity].over(1 days) + value > caps.daily) return Reason.CAP_DAILY;
        uint256 ofEntity = _ofEntity[entity].over(programme.period) + value;
        if (ofEntity > caps.period) return Reason.CAP_PERIOD;
        if (ofEntity > profile.cap) return Reason.CAP_ENTITY;
        if (abroad != 0) {
            (, uint128 cap) = REGIME.corridorOf(abroad);
            if (_ofCorridor[abroad].over(programme.period) + value > cap) return Reason.CAP_CORRIDOR;
        }
        if (_ofClass[uint8(profile.ownership)].over(programme.period) + value > caps.total) return Reason.CAP_CLASS;
        return _ofRegime.over(programme.period) + value > programme.regimeCap ? Reason.CAP_REGIME : Reason.OK;
    }

    /// @dev Counts trade that passed every check, once, where it is entered.
    function _meter(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade) private {
        IRegime.Programme memory programme = REGIME.programme();
        (bytes32 entity, IParticipants.Profile memory profile, bytes2 abroad) = _sides(programme, payer, payee);
        uint256 value = _reference(programme, amount);
        _ofEntity[entity].add(value);
        _ofClass[uint8(profile.ownership)].add(value);
        _ofRegime.add(value);
        if (abroad != 0) _ofCorridor[abroad].add(value);
        TRADES.consume(trade, amount);
    }

    /// @dev The entity whose caps count (the payer where both are at home), and the other side's jurisdiction, zero
    /// where that is at home too.
    function _sides(IRegime.Programme memory programme, bytes32 payer, bytes32 payee)
        private
        view
        returns (bytes32 entity, IParticipants.Profile memory profile, bytes2 abroad)
    {
        IParticipants.Profile memory a = PARTICIPANTS.profileOf(payer);
        IParticipants.Profile memory b = PARTICIPANTS.profileOf(payee);
        (entity, profile, abroad) =
            a.jurisdiction == programme.home ? (payer, a, b.jurisdiction) : (payee, b, a.jurisdiction);
        if (abroad == programme.home) abroad = 0;
    }

    /// @dev Rounded up: a cap errs on the strict side.
    function _reference(IRegime.Programme memory programme, uint256 amount) private pure returns (uint256) {
        return Math.mulDiv(amount, programme.referenceRate, ONE_SU, Math.Rounding.Ceil);
    }

    function _checkHolding(Movement calldata movement) private pure returns (uint8) {
        if (movement.from == address(0)) return Reason.OK;
        // FROZEN means held but frozen (ERC-7943), so what is not held at all is no case of it.
        if (movement.amount > movement.balance) return Reason.INSUFFICIENT_BALANCE;
        // Enforcement reaches frozen value; that is what freezing is for. Recovery takes the freeze along.
        if (movement.flow == Flow.SEIZE || movement.flow == Flow.RECOVERY) return Reason.OK;
        uint256 unfrozen = Math.saturatingSub(movement.balance, movement.frozen);
        if (movement.amount > unfrozen) return Reason.FROZEN;
        return movement.amount > Math.saturatingSub(unfrozen, movement.earmarked) ? Reason.EARMARKED : Reason.OK;
    }

    /// @dev Of two answers to the same check, the one that stands first in the table; OK only if both are.
    function _first(uint8 a, uint8 b) private pure returns (uint8) {
        if (a == Reason.OK) return b;
        if (b == Reason.OK) return a;
        return a < b ? a : b;
    }
}
