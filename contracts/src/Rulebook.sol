// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
    using SlidingSum for SlidingSum.Trace;

    /// @dev A party by name and standing, zero and empty where a contract of the regime is one; `retired` is its wallet.
    struct Party {
        bytes32 name;
        bool retired;
        IParticipants.Standing standing;
    }

    /// @dev What the checks of one movement look at, read once.
    struct Case {
        IRegime.Law law;
        Party payer;
        Party payee;
    }

    uint16 private constant TRADER = Role.SETTLER | Role.COUNTERPARTY;
    uint256 private constant ONE_SU = 1e6;

    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    ITradeRegistry private immutable TRADES;
    IReserve private immutable RESERVE;

    /// @dev Trade entered, in the reference currency.
    mapping(bytes32 entity => SlidingSum.Trace) private _ofEntity;
    mapping(bytes2 jurisdiction => SlidingSum.Trace) private _ofCorridor;
    mapping(IParticipants.OwnershipClass => SlidingSum.Trace) private _ofClass;
    mapping(bytes32 participant => uint256) private _exposure;
    /// @dev What came into wallets when: of those alone who may hold it for a limited time.
    mapping(bytes32 entity => SlidingSum.Trace) private _in;

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
        return _check(_caseOf(movement), movement);
    }

    /// @inheritdoc IRulebook
    function pass(Movement calldata movement) external restricted returns (uint8 reason) {
        Case memory c = _caseOf(movement);
        reason = _check(c, movement);
        if (reason != Reason.OK) return reason;
        Flow flow = movement.flow;
        if (flow == Flow.DIRECT || flow == Flow.FUND) _meter(c, movement.amount, movement.trade);
        // A refund makes room under the trade again, never under a cap.
        if (flow == Flow.REFUND && movement.trade != 0) TRADES.release(movement.trade, movement.amount);
        if (flow != Flow.RECOVERY) _count(c, movement);
    }

    /// @inheritdoc IRulebook
    function checkObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        external
        view
        returns (uint8 reason)
    {
        return _checkObligation(_caseOf(payer, payee), amount, trade);
    }

    /// @inheritdoc IRulebook
    function enterObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        external
        restricted
        returns (uint8 reason)
    {
        Case memory c = _caseOf(payer, payee);
        reason = _checkObligation(c, amount, trade);
        if (reason == Reason.OK) _meter(c, amount, trade);
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
        Case memory c = _caseOf(applicant, beneficiary);
        reason = _checkStage(c, false, false);
        if (reason != Reason.OK) return reason;
        if (until > c.law.end) return Reason.BEYOND_REGIME;
        if ((c.law.instruments >> instrument) & 1 == 0) return Reason.INSTRUMENT_NOT_PERMITTED;
        reason = _checkTrade(c, until);
        if (reason != Reason.OK) return reason;
        return _checkPurpose(c, c.payer.name, c.payee.name, amount, TRADES.tradeOf(trade));
    }

    /// @inheritdoc IRulebook
    function checkParticipant(bytes32 participant, uint16 roles) external view returns (uint8 reason) {
        Case memory c = _caseOf(participant, 0);
        return _checkEntry(c, c.payer, roles);
    }

    /// @inheritdoc IRulebook
    function checkParty(address wallet) external view returns (uint8 reason) {
        (bytes32 participant, bool retired) = PARTICIPANTS.holderOf(wallet);
        if (retired) return Reason.WALLET_RETIRED;
        Case memory c = _caseOf(participant, 0);
        return _checkEntry(c, c.payer, TRADER | Role.EXAMINER);
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
        return _ofClass[IParticipants.OwnershipClass(class)].over(window);
    }

    /// @inheritdoc IRulebook
    function usedByRegime(uint256 window) external view returns (uint256) {
        return _usedByRegime(window);
    }

    /// @inheritdoc IRulebook
    function exposureOf(bytes32 participant) external view returns (uint256) {
        return _exposure[participant];
    }

    function _caseOf(Movement calldata movement) private view returns (Case memory c) {
        c.law = REGIME.law();
        (c.payer.name, c.payer.retired) = PARTICIPANTS.holderOf(movement.payer);
        (c.payee.name, c.payee.retired) = PARTICIPANTS.holderOf(movement.payee);
        _look(c);
    }

    function _caseOf(bytes32 payer, bytes32 payee) private view returns (Case memory c) {
        c.law = REGIME.law();
        (c.payer.name, c.payee.name) = (payer, payee);
        _look(c);
    }

    function _look(Case memory c) private view {
        if (c.payer.name != 0) c.payer.standing = PARTICIPANTS.standingOf(c.payer.name);
        if (c.payee.name != 0) c.payee.standing = PARTICIPANTS.standingOf(c.payee.name);
    }

    function _check(Case memory c, Movement calldata movement) private view returns (uint8 reason) {
        Flow flow = movement.flow;
        reason = _checkStage(c, flow);
        if (reason != Reason.OK) return reason;
        if (flow == Flow.DIRECT && !c.law.directPayments) return Reason.FLOW_NOT_PERMITTED;
        bool enforced = flow == Flow.SEIZE || flow == Flow.RECOVERY;
        bool retired = (!enforced && _isRetired(movement.from, movement.payer, c.payer.retired))
            || _isRetired(movement.to, movement.payee, c.payee.retired);
        reason = _checkParties(c, movement);
        if (retired) return _first(Reason.WALLET_RETIRED, reason);
        return reason == Reason.OK ? _checkHolding(movement) : reason;
    }

    /// @dev Whether `account` may act no more; of the party's wallet it is known.
    function _isRetired(address account, address wallet, bool known) private view returns (bool) {
        return account == wallet ? known : PARTICIPANTS.isRetired(account);
    }

    function _checkObligation(Case memory c, uint256 amount, bytes32 trade) private view returns (uint8 reason) {
        reason = _checkStage(c, false, false);
        return reason == Reason.OK ? _checkPayment(c, amount, trade) : reason;
    }

    /// @dev What each flow asks of its ultimate parties, zero where one is a contract of the regime.
    function _checkParties(Case memory c, Movement calldata movement) private view returns (uint8 reason) {
        Flow flow = movement.flow;
        if (flow == Flow.DIRECT || flow == Flow.FUND) return _checkPayment(c, movement.amount, movement.trade);
        if (flow == Flow.PAY || flow == Flow.AWARD) return _checkPayout(c);
        if (flow == Flow.ISSUE) return _checkIssue(c, movement);
        if (flow == Flow.INTAKE) return _checkIntake(c, movement);
        if (flow == Flow.CONVERT && c.payer.name == 0) return _checkAcquisition(c, movement.amount);
        if (flow == Flow.CONVERT || flow == Flow.REDEEM) return _checkOffRamp(c, movement.payer);
        if (flow == Flow.NET_LEG && c.payer.name != 0) return _checkEntry(c, c.payer, TRADER);
        if (flow == Flow.SEIZE) return _checkEntry(c, c.payee, TRADER | Role.EXAMINER | Role.BANK);
        // REFUND, the creditor of a net leg, and RECOVERY: whoever gets it was a party before.
        reason = c.payee.name == 0 ? Reason.PARTICIPANT_UNKNOWN : _checkScreening(c, c.payee);
        return flow == Flow.RECOVERY && c.payer.name != c.payee.name ? _first(Reason.ROLE_MISSING, reason) : reason;
    }

    /// @dev Exits pass while the regime winds down and, as claims, after it has expired. A net leg performs what was
    /// entered before: it is paid in until the end of the wind-down, and paid out whenever it can be.
    function _checkStage(Case memory c, Flow flow) private pure returns (uint8) {
        bool participantPays = c.payer.name != 0;
        if (flow == Flow.NET_LEG) return _checkStage(c, true, !participantPays);
        bool exit = flow == Flow.PAY || flow == Flow.REFUND || flow == Flow.AWARD || flow == Flow.REDEEM
            || flow == Flow.SEIZE || flow == Flow.RECOVERY || (flow == Flow.CONVERT && participantPays);
        return _checkStage(c, exit, exit);
    }

    function _checkStage(Case memory c, bool inWindDown, bool afterwards) private pure returns (uint8) {
        if (c.law.stage == IRegime.Stage.ACTIVE) return Reason.OK;
        if (c.law.stage == IRegime.Stage.SUSPENDED) return Reason.REGIME_SUSPENDED;
        if (c.law.stage == IRegime.Stage.WIND_DOWN) return inWindDown ? Reason.OK : Reason.REGIME_WINDING_DOWN;
        if (c.law.stage == IRegime.Stage.EXPIRED) return afterwards ? Reason.OK : Reason.REGIME_EXPIRED;
        return Reason.REGIME_NOT_ACTIVE;
    }

    /// @dev Trade is entered: everything is asked of both parties, of its purpose and of its size.
    function _checkPayment(Case memory c, uint256 amount, bytes32 trade) private view returns (uint8 reason) {
        reason = _checkTrade(c, block.timestamp);
        if (reason != Reason.OK) return reason;
        ITradeRegistry.Trade memory t = TRADES.tradeOf(trade);
        reason = _checkPurpose(c, c.payer.name, c.payee.name, amount, t);
        if (reason != Reason.OK) return reason;
        return t.travelRecord == 0 ? Reason.TRAVEL_DATA_MISSING : _checkCaps(c, amount);
    }

    /// @dev Two parties that enter trade with each other, in good standing until `until`.
    function _checkTrade(Case memory c, uint256 until) private view returns (uint8 reason) {
        if (c.payer.standing.roles == 0 || c.payee.standing.roles == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _first(_checkLicence(c.payer.standing, until), _checkLicence(c.payee.standing, until));
        if (reason != Reason.OK) return reason;
        if (!_mayTrade(c, c.payer) || !_mayTrade(c, c.payee)) return Reason.ROLE_MISSING;
        if (c.payer.standing.kycUntil < until || c.payee.standing.kycUntil < until) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(c, c.payer) || !_isAdmitted(c, c.payee)) return Reason.PHASE_CLOSED;
        reason = _checkResidency(c);
        if (reason != Reason.OK) return reason;
        reason = _first(_checkCorridor(c, c.payer, until), _checkCorridor(c, c.payee, until));
        if (reason != Reason.OK) return reason;
        return _first(_checkScreening(c, c.payer), _checkScreening(c, c.payee));
    }

    /// @dev One party that enters on its own, in one of `roles`.
    function _checkEntry(Case memory c, Party memory party, uint16 roles) private view returns (uint8 reason) {
        if (party.standing.roles == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkLicence(party.standing, block.timestamp);
        if (reason != Reason.OK) return reason;
        if (party.standing.roles & roles == 0) return Reason.ROLE_MISSING;
        if (party.standing.kycUntil < block.timestamp) return Reason.KYC_EXPIRED;
        if (!_isAdmitted(c, party)) return Reason.PHASE_CLOSED;
        return _checkScreening(c, party);
    }

    /// @dev A payment out of a credit. Licence, KYC and phase were checked when the trade was entered;
    /// who owns the payee and what screening finds are looked at again.
    function _checkPayout(Case memory c) private view returns (uint8 reason) {
        if (c.payer.name == 0 || c.payee.name == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkResidency(c);
        return reason == Reason.OK ? _checkScreening(c, c.payee) : reason;
    }

    /// @dev Leaving through a ramp; the desk's own inventory (wallet zero) is nobody's to check.
    function _checkOffRamp(Case memory c, address wallet) private view returns (uint8) {
        if (wallet == address(0)) return Reason.OK;
        if (c.payer.name == 0) return Reason.PARTICIPANT_UNKNOWN;
        return _isSponsored(c.payer) ? _checkScreening(c, c.payer) : Reason.SPONSOR_MISSING;
    }

    /// @dev SU for the desk's inventory (payee zero) needs coverage only.
    function _checkIssue(Case memory c, Movement calldata movement) private view returns (uint8 reason) {
        if (movement.payee != address(0)) {
            reason = _checkAcquisition(c, movement.amount);
            if (reason != Reason.OK) return reason;
        }
        return RESERVE.checkCoverage(movement.balance + movement.amount);
    }

    /// @dev The one shape in which a resident's value reaches another one: a miner's, earmarked to a trade abroad.
    function _checkIntake(Case memory c, Movement calldata movement) private view returns (uint8 reason) {
        uint256 amount = movement.amount;
        reason = _first(_checkEntry(c, c.payer, Role.MINER), _checkAcquisition(c, amount));
        if (c.payer.name == c.payee.name) reason = _first(Reason.DOMESTIC_PAYMENT, reason);
        ITradeRegistry.Trade memory t = TRADES.tradeOf(movement.trade);
        reason = _first(reason, _checkPurpose(c, c.payee.name, t.counterparty, amount, t));
        return _first(reason, RESERVE.checkCoverage(movement.balance + amount));
    }

    /// @dev The payee is an authorised entity that takes in SU for its trade: sponsored, and not hoarding.
    function _checkAcquisition(Case memory c, uint256 amount) private view returns (uint8 reason) {
        if (c.payee.name == 0) return Reason.PARTICIPANT_UNKNOWN;
        reason = _checkLicence(c.payee.standing, block.timestamp);
        if (reason != Reason.OK) return reason;
        if (!_isSponsored(c.payee)) return Reason.SPONSOR_MISSING;
        reason = _checkEntry(c, c.payee, Role.SETTLER);
        if (reason != Reason.OK) return reason;
        uint256 most = Math.min(c.law.maxExposure, SlidingSum.MOST);
        uint256 room = Math.saturatingSub(most, _exposure[c.payee.name]);
        if (amount > room) return Reason.EXPOSURE_EXCEEDED;
        // First in, first out: what is held must have come in within the limit.
        bool overdue = _exposure[c.payee.name] > _in[c.payee.name].over(c.law.maxHolding);
        return overdue ? Reason.HOLDING_OVERDUE : Reason.OK;
    }

    function _checkLicence(IParticipants.Standing memory standing, uint256 until) private pure returns (uint8) {
        if (standing.licence == IParticipants.LicenceStatus.NONE) return Reason.LICENCE_MISSING;
        if (standing.licence == IParticipants.LicenceStatus.SUSPENDED) return Reason.LICENCE_SUSPENDED;
        if (standing.licence == IParticipants.LicenceStatus.REVOKED) return Reason.LICENCE_REVOKED;
        return standing.licenceUntil < until ? Reason.LICENCE_EXPIRED : Reason.OK;
    }

    /// @dev The ramps of an authorised entity are its bank's; others have none to lose.
    function _isSponsored(Party memory party) private view returns (bool) {
        if (party.standing.roles & (Role.SETTLER | Role.MINER) == 0) return true;
        IParticipants.Standing memory bank = PARTICIPANTS.standingOf(PARTICIPANTS.sponsorOf(party.name));
        return bank.roles & Role.BANK != 0 && _checkLicence(bank, block.timestamp) == Reason.OK;
    }

    /// @dev Residents trade as authorised entities, others as counterparties.
    function _mayTrade(Case memory c, Party memory party) private pure returns (bool) {
        return
            party.standing.roles & (party.standing.jurisdiction == c.law.home ? Role.SETTLER : Role.COUNTERPARTY) != 0;
    }

    /// @dev Phases admit authorised entities by ownership class; others are not their business.
    function _isAdmitted(Case memory c, Party memory party) private pure returns (bool) {
        bool isEntity = party.standing.roles & (Role.SETTLER | Role.MINER) != 0;
        if (!isEntity || party.standing.ownership == IParticipants.OwnershipClass.STATE) return true;
        return c.law.phase >= c.law.privateFromPhase;
    }

    function _checkResidency(Case memory c) private pure returns (uint8) {
        bool resident = _isResident(c, c.payer.standing);
        if (resident != _isResident(c, c.payee.standing)) return Reason.OK;
        if (!resident) return Reason.NO_RESIDENT_PARTY;
        return c.law.domesticBan ? Reason.DOMESTIC_PAYMENT : Reason.OK;
    }

    /// @dev A shell abroad whose beneficial owner is resident counts as resident.
    function _isResident(Case memory c, IParticipants.Standing memory standing) private pure returns (bool) {
        return standing.jurisdiction == c.law.home || standing.ownerJurisdiction == c.law.home;
    }

    /// @dev The way to a party abroad: open, and through an authorised intermediary where one is asked for.
    function _checkCorridor(Case memory c, Party memory party, uint256 until) private view returns (uint8) {
        if (party.standing.jurisdiction == c.law.home) return Reason.OK;
        (IRegime.Access access,) = REGIME.corridorOf(party.standing.jurisdiction);
        if (access == IRegime.Access.NONE) return Reason.CORRIDOR_CLOSED;
        if (access == IRegime.Access.DIRECT) return Reason.OK;
        bytes32 intermediary = PARTICIPANTS.intermediaryOf(party.name);
        if (intermediary == 0) return Reason.INTERMEDIARY_MISSING;
        IParticipants.Standing memory between = PARTICIPANTS.standingOf(intermediary);
        bool authorised = between.roles & Role.INTERMEDIARY != 0 && !_isResident(c, between)
            && _checkLicence(between, until) == Reason.OK && between.kycUntil >= until;
        return authorised ? Reason.OK : Reason.INTERMEDIARY_UNAUTHORISED;
    }

    /// @dev What screening says of a party and of whoever acts for it.
    function _checkScreening(Case memory c, Party memory party) private view returns (uint8 reason) {
        (uint32 version, uint64 publishedAt) = PARTICIPANTS.currentList();
        reason = _checkResult(party.standing, version);
        if (party.standing.jurisdiction != c.law.home) {
            bytes32 between = PARTICIPANTS.intermediaryOf(party.name);
            if (between != 0) reason = _first(reason, _checkResult(PARTICIPANTS.standingOf(between), version));
        }
        if (reason != Reason.OK) return reason;
        return block.timestamp > uint256(publishedAt) + c.law.maxListAge ? Reason.LIST_STALE : Reason.OK;
    }

    function _checkResult(IParticipants.Standing memory standing, uint32 version) private pure returns (uint8) {
        IParticipants.Screening result = standing.screening;
        if (result == IParticipants.Screening.TRUE_MATCH) return Reason.LISTED_PARTY;
        if (result == IParticipants.Screening.UNSCREENED || result == IParticipants.Screening.POTENTIAL) {
            return Reason.SCREENING_HOLD;
        }
        return standing.listVersion == version ? Reason.OK : Reason.LIST_STALE;
    }

    function _checkPurpose(Case memory c, bytes32 payer, bytes32 payee, uint256 amount, ITradeRegistry.Trade memory t)
        private
        view
        returns (uint8)
    {
        if (t.entity == 0) return Reason.PURPOSE_UNREGISTERED;
        bool same = (t.entity == payer && t.counterparty == payee) || (t.entity == payee && t.counterparty == payer);
        if (!same) return Reason.PURPOSE_MISMATCH;
        if ((c.law.goods >> t.chapter) & 1 == 0) return Reason.GOODS_OUT_OF_SCOPE;
        if (block.timestamp > t.until) return Reason.PURPOSE_EXPIRED;
        return amount > Math.saturatingSub(t.value, t.used) ? Reason.PURPOSE_EXHAUSTED : Reason.OK;
    }

    function _checkCaps(Case memory c, uint256 amount) private view returns (uint8) {
        (Party memory entity, bytes2 abroad) = _sides(c);
        IParticipants.OwnershipClass class = entity.standing.ownership;
        uint256 value = _reference(c, amount);
        uint256 period = c.law.period;
        (IRegime.ClassCaps memory caps, uint128 regimeCap) = REGIME.capsOf(class == IParticipants.OwnershipClass.STATE);
        if (value > caps.payment) return Reason.CAP_PAYMENT;
        if (_ofEntity[entity.name].over(1 days) + value > caps.daily) return Reason.CAP_DAILY;
        uint256 ofEntity = _ofEntity[entity.name].over(period) + value;
        if (ofEntity > caps.period) return Reason.CAP_PERIOD;
        if (ofEntity > PARTICIPANTS.capOf(entity.name)) return Reason.CAP_ENTITY;
        if (abroad != 0) {
            (, uint128 cap) = REGIME.corridorOf(abroad);
            if (_ofCorridor[abroad].over(period) + value > cap) return Reason.CAP_CORRIDOR;
        }
        if (_ofClass[class].over(period) + value > caps.total) return Reason.CAP_CLASS;
        // What cannot be counted is no trade, whatever the caps are.
        uint256 most = Math.min(regimeCap, SlidingSum.MOST);
        return _usedByRegime(period) + value > most ? Reason.CAP_REGIME : Reason.OK;
    }

    /// @dev Counts trade that passed every check, once, where it is entered.
    function _meter(Case memory c, uint256 amount, bytes32 trade) private {
        (Party memory entity, bytes2 abroad) = _sides(c);
        uint256 value = _reference(c, amount);
        _ofEntity[entity.name].add(value);
        _ofClass[entity.standing.ownership].add(value);
        if (abroad != 0) _ofCorridor[abroad].add(value);
        TRADES.consume(trade, amount);
    }

    /// @dev Counts what leaves the wallets of the parties and what comes into them.
    function _count(Case memory c, Movement calldata movement) private {
        if (c.payer.name != 0 && movement.from == movement.payer) _exposure[c.payer.name] -= movement.amount;
        if (c.payee.name == 0 || movement.to != movement.payee) return;
        _exposure[c.payee.name] += movement.amount;
        if (c.payee.standing.roles & Role.SETTLER != 0) _in[c.payee.name].add(movement.amount);
    }

    /// @dev The entity whose caps count (the payer where both are at home), and the other side's jurisdiction, zero
    /// where that is at home too.
    function _sides(Case memory c) private pure returns (Party memory entity, bytes2 abroad) {
        bool pays = c.payer.standing.jurisdiction == c.law.home;
        entity = pays ? c.payer : c.payee;
        abroad = (pays ? c.payee : c.payer).standing.jurisdiction;
        if (abroad == c.law.home) abroad = 0;
    }

    /// @dev Every trade is one of the two classes'.
    function _usedByRegime(uint256 window) private view returns (uint256) {
        return _ofClass[IParticipants.OwnershipClass.STATE].over(window)
            + _ofClass[IParticipants.OwnershipClass.PRIVATE].over(window);
    }

    /// @dev Rounded up: a cap errs on the strict side.
    function _reference(Case memory c, uint256 amount) private pure returns (uint256) {
        return Math.mulDiv(amount, c.law.referenceRate, ONE_SU, Math.Rounding.Ceil);
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
