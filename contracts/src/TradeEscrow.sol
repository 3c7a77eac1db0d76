// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {CreditTerms} from "./CreditTerms.sol";
import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";
import {ITermsCheck} from "./interfaces/ITermsCheck.sol";
import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";

/// @title TradeEscrow
/// @dev The token is ours and calls nobody but the quarantine, which calls nobody: no reentrancy guard is needed;
/// state is written before value moves.
contract TradeEscrow is ITradeEscrow, DualControl {
    using CreditTerms for Terms;

    /// @dev A credit's clock: `shift` is how long the regime had been suspended when it was opened; `heldFor` how
    /// long it stood still; `heldAt` the regime's running time since when it does now, where it has `stops`: a hold of
    /// its own, or of the credit whose advance it secures. `turns` counts whatever changed it: what was agreed to or
    /// proposed before that is void.
    struct Clock {
        uint64 shift;
        uint64 heldFor;
        uint64 heldAt;
        uint56 turns;
        uint8 stops;
    }

    ISettlementToken private immutable TOKEN;
    IRulebook private immutable RULEBOOK;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    ITermsCheck private immutable TERMS_CHECK;

    mapping(bytes32 credit => Credit) private _credits;
    mapping(bytes32 credit => Terms) private _terms;
    mapping(bytes32 credit => Clock) private _clocks;
    /// @dev A consent is to a change of the credit as it stands: what happens to it meanwhile voids the consent.
    mapping(bytes32 credit => mapping(uint256 turn => mapping(bytes32 change => uint256 parties))) private _consents;
    uint256 private _totalLocked;

    constructor(
        address authority,
        ISettlementToken token,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants,
        ITermsCheck termsCheck
    ) DirectlyManaged(authority) {
        TOKEN = token;
        RULEBOOK = rulebook;
        REGIME = regime;
        PARTICIPANTS = participants;
        TERMS_CHECK = termsCheck;
    }

    /// @inheritdoc ITradeEscrow
    function open(Terms memory terms) external returns (bytes32 credit) {
        _requireParty(terms.applicant);
        TERMS_CHECK.requireOpenable(terms);
        credit = creditId(terms.applicant, terms.ref);
        require(_credits[credit].state == CreditState.NONE, TradeEscrow_CreditExists(credit));

        _credits[credit].state = CreditState.DRAFT;
        _clocks[credit].shift = REGIME.tolled();
        _terms[credit] = terms;
        emit CreditOpened(credit, msg.sender, terms, _hash(terms));
    }

    /// @inheritdoc ITradeEscrow
    function issue(bytes32 credit, bytes32 termsHash) external {
        _inState(credit, CreditState.DRAFT);
        Terms memory terms = _terms[credit];
        _requireParty(terms.beneficiary);
        _requireUntil(credit, terms.offerUntil);
        bytes32 stored = _hash(terms);
        require(termsHash == stored, TradeEscrow_TermsChanged(stored));
        TERMS_CHECK.requirePermitted(terms);

        _credits[credit].state = CreditState.ISSUED;
        emit CreditIssued(credit, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function cancel(bytes32 credit) external {
        Credit storage c = _credits[credit];
        Terms storage terms = _terms[credit];
        require(!c.held, TradeEscrow_OnHold(credit, true));
        if (c.state == CreditState.DRAFT) {
            if (!_isParty(terms.applicant) && !_isParty(terms.beneficiary)) _requireAfter(credit, terms.offerUntil);
        } else {
            require(c.state == CreditState.ISSUED, TradeEscrow_WrongCreditState(credit, c.state));
            _requireAfter(credit, terms.fundUntil);
        }

        c.state = CreditState.CANCELLED;
        emit CreditCancelled(credit, msg.sender, 0);
    }

    /// @inheritdoc ITradeEscrow
    function fund(bytes32 credit) public {
        Credit storage c = _inState(credit, CreditState.ISSUED);
        Terms storage terms = _terms[credit];
        _requireParty(terms.applicant);
        _requireUntil(credit, terms.fundUntil);

        c.state = CreditState.ACTIVE;
        c.demurrage = terms.demurrage;
        uint128 amount = fundingOf(credit);
        _take(credit, msg.sender, amount);
        emit CreditFunded(credit, msg.sender, amount);
    }

    /// @inheritdoc ITradeEscrow
    function fundWithPermit(bytes32 credit, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        uint128 amount = fundingOf(credit);
        // A permit is public once it is sent: if somebody spent it first, the allowance is there and will do.
        try IERC20Permit(address(TOKEN)).permit(msg.sender, address(this), amount, deadline, v, r, s) {}
        catch (bytes memory revertData) {
            if (TOKEN.allowance(msg.sender, address(this)) < amount) _bubble(revertData);
        }
        fund(credit);
    }

    /// @inheritdoc ITradeEscrow
    function amend(bytes32 credit, Terms memory terms) external {
        Credit storage c = _live(credit);
        bytes32 termsHash = _hash(terms);
        if (!_consent(credit, termsHash)) return;
        Terms memory old = _terms[credit];
        TERMS_CHECK.requireAmendable(old, terms, clockOf(credit));

        uint128 before = old.maximum();
        uint128 maximum = CreditTerms.maximum(terms);
        uint128 decrease = maximum < before ? before - maximum : 0;
        uint128 increase = maximum > before ? maximum - before : 0;
        require(decrease <= _undrawn(c), TradeEscrow_InvalidAmount(_undrawn(c)));
        // What secures an advance that is out stands still with it: see {_stop}.
        require(!c.advanceOpen || terms.guarantee == old.guarantee, TradeEscrow_InvalidTerms());
        _terms[credit] = terms;
        _turn(credit);
        if (increase > 0) _take(credit, PARTICIPANTS.walletOf(terms.applicant), increase);
        _refund(credit, decrease);
        emit CreditAmended(credit, msg.sender, terms, termsHash, increase, decrease);
        _closeIfEmpty(credit, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function cancelByConsent(bytes32 credit) external {
        Credit storage c = _live(credit);
        require(_isAtRest(c) && c.fromRetention == 0, TradeEscrow_DrawsOpen(credit));
        if (!_consent(credit, 0)) return;

        c.state = CreditState.CANCELLED;
        uint128 rest = _refundAll(credit);
        emit CreditCancelled(credit, msg.sender, rest);
    }

    /// @inheritdoc ITradeEscrow
    function expire(bytes32 credit) external {
        Credit storage c = _live(credit);
        _requireAfter(credit, Math.max(_terms[credit].expiry, c.awardUntil));
        require(_isAtRest(c), TradeEscrow_DrawsOpen(credit));
        // A retention that is in dispute was the beneficiary's already; it alone waits for the arbiter.
        uint128 kept = c.fromRetention;
        uint128 rest = _locked(c) - kept;
        require(kept == 0 || rest > 0, TradeEscrow_WrongCreditState(credit, c.state));

        (c.disputed, c.awardUntil, c.demurrage) = (kept, 0, 0);
        if (kept == 0) c.state = CreditState.EXPIRED;
        _turn(credit);
        _refund(credit, rest);
        emit CreditExpired(credit, msg.sender, rest);
    }

    /// @inheritdoc ITradeEscrow
    function hold(bytes32 credit) external restricted {
        Credit storage c = _credits[credit];
        require(_isOpen(c.state), TradeEscrow_WrongCreditState(credit, c.state));
        require(!c.held, TradeEscrow_OnHold(credit, true));
        c.held = true;
        _stop(credit);
        bytes32 guarantee = _guaranteeOf(credit);
        if (guarantee != 0) _stop(guarantee);
        _turn(credit);
        emit CreditHeld(credit, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function release(bytes32 credit) external restricted secondPerson {
        uint64 tolled = _endHold(credit);
        emit CreditReleased(credit, msg.sender, tolled);
    }

    /// @inheritdoc ITradeEscrow
    function blockCredit(bytes32 credit) external restricted secondPerson {
        _endHold(credit);
        _credits[credit].state = CreditState.BLOCKED;
        _clearParts(credit);
        uint128 rest = _locked(_credits[credit]);
        _impound(credit, rest);
        emit CreditBlocked(credit, msg.sender, rest);
    }

    /// @inheritdoc ITradeEscrow
    function rejectCredit(bytes32 credit) external restricted secondPerson {
        _endHold(credit);
        _credits[credit].state = CreditState.CANCELLED;
        uint128 rest = _refundAll(credit);
        emit CreditRejected(credit, msg.sender, rest);
    }

    /// @inheritdoc ITradeEscrow
    function dispute(bytes32 credit, uint128 amount) external {
        Credit storage c = _live(credit);
        Terms storage terms = _terms[credit];
        require(terms.arbiter != 0, TradeEscrow_NotParty(msg.sender));
        _requireUntil(credit, terms.expiry - terms.awardPeriod);
        require(amount > 0 && amount <= _undrawn(c), TradeEscrow_InvalidAmount(_undrawn(c)));
        if (!_consent(credit, bytes32(uint256(amount)))) return;

        c.awardUntil = _setApart(credit, amount, msg.sender, false);
    }

    /// @inheritdoc ITradeEscrow
    function award(bytes32 credit, uint128 toBeneficiary) external {
        Credit storage c = _inState(credit, CreditState.DISPUTED);
        bytes32 arbiter = _terms[credit].arbiter;
        _requireParty(arbiter);
        _requireUntil(credit, _firstEnd(c));
        uint8 reason = RULEBOOK.checkParticipant(arbiter, Role.ARBITER);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
        require(toBeneficiary <= c.disputed, TradeEscrow_InvalidAmount(c.disputed));

        uint128 toApplicant = c.disputed - toBeneficiary;
        (c.disputed, c.fromRetention, c.awardUntil, c.retentionUntil) = (0, 0, 0, 0);
        _endDispute(credit, toBeneficiary, toApplicant, 0, false);
    }

    /// @inheritdoc ITradeEscrow
    function awardByTime(bytes32 credit) external {
        Credit storage c = _inState(credit, CreditState.DISPUTED);
        _requireAfter(credit, _firstEnd(c));
        uint64 clock = clockOf(credit);
        uint128 undrawn = 0;
        uint128 retention = 0;
        if (clock > c.awardUntil) (undrawn, c.awardUntil) = (c.disputed - c.fromRetention, 0);
        if (clock > c.retentionUntil) (retention, c.fromRetention, c.retentionUntil) = (c.fromRetention, 0, 0);
        c.disputed -= undrawn + retention;
        _endDispute(credit, retention, 0, undrawn, true);
    }

    /// @inheritdoc ITradeEscrow
    function reserve(bytes32 credit, uint128 amount, bool demurrage) external restricted {
        Credit storage c = _live(credit);
        uint128 available = demurrage ? c.demurrage : _undrawn(c);
        require(amount <= available, TradeEscrow_InvalidAmount(available));
        if (demurrage) c.demurrage -= amount;
        c.reserved += amount;
        _turn(credit);
    }

    /// @inheritdoc ITradeEscrow
    function unreserve(bytes32 credit, uint128 amount, bool demurrage) external restricted {
        Credit storage c = _live(credit);
        if (demurrage) c.demurrage += amount;
        c.reserved -= amount;
        _turn(credit);
    }

    /// @inheritdoc ITradeEscrow
    function payDraw(bytes32 credit, uint128 amount, uint128 retention, bool advance)
        external
        restricted
        returns (bool arrived)
    {
        Credit storage c = _live(credit);
        c.reserved -= amount;
        c.retained += retention;
        if (advance) c.advanceOpen = true;
        _turn(credit);
        arrived = _pay(credit, IRulebook.Flow.PAY, amount - retention);
    }

    /// @inheritdoc ITradeEscrow
    function payRetention(bytes32 credit, uint128 amount) external restricted returns (bool arrived) {
        _live(credit).retained -= amount;
        _turn(credit);
        arrived = _pay(credit, IRulebook.Flow.PAY, amount);
    }

    /// @inheritdoc ITradeEscrow
    function closeIfEmpty(bytes32 credit, address actor) external restricted {
        _live(credit);
        _closeIfEmpty(credit, actor);
    }

    /// @inheritdoc ITradeEscrow
    function closeAdvance(bytes32 credit, address actor) external restricted {
        _live(credit).advanceOpen = false;
        _turn(credit);
        _closeIfEmpty(credit, actor);
    }

    /// @inheritdoc ITradeEscrow
    function disputeRetention(bytes32 credit, uint128 amount, address actor) external restricted {
        // A dispute that is pending must not shield the retention, whose time runs on: the amounts add up.
        Credit storage c = _live(credit);
        Terms storage terms = _terms[credit];
        bytes32 party = _participant(actor);
        bool isParty = party != 0 && (party == terms.applicant || party == terms.beneficiary);
        require(isParty && terms.arbiter != 0, TradeEscrow_NotParty(actor));
        c.retained -= amount;
        c.fromRetention += amount;
        c.retentionUntil = _setApart(credit, amount, actor, true);
    }

    /// @inheritdoc ITradeEscrow
    function windDown(bytes32 credit, uint128 accepted, address actor) external restricted {
        Credit storage c = _credits[credit];
        bool isFunded = c.state == CreditState.ACTIVE || c.state == CreditState.DISPUTED;
        require(isFunded, TradeEscrow_WrongCreditState(credit, c.state));

        c.state = CreditState.WOUND_DOWN;
        uint128 due = accepted + c.retained + c.fromRetention;
        bool held = c.held;
        if (held) _endHold(credit);
        _clearParts(credit);
        if (held) {
            // Nobody decided in time: what is due stays under supervision, and out of the escrow.
            _impound(credit, due);
        } else {
            _pay(credit, IRulebook.Flow.PAY, due);
        }
        uint128 rest = _refundAll(credit);
        emit CreditWoundDown(credit, actor, due, rest);
    }

    /// @inheritdoc ITradeEscrow
    function creditId(bytes32 applicant, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode(applicant, ref));
    }

    /// @inheritdoc ITradeEscrow
    function creditOf(bytes32 credit) external view returns (Credit memory) {
        return _credits[credit];
    }

    /// @inheritdoc ITradeEscrow
    function termsOf(bytes32 credit) external view returns (Terms memory) {
        return _terms[credit];
    }

    /// @inheritdoc ITradeEscrow
    function fundingOf(bytes32 credit) public view returns (uint128) {
        Terms storage terms = _terms[credit];
        return CreditTerms.withTolerance(terms.amount, terms.tolerance) + terms.demurrage;
    }

    /// @inheritdoc ITradeEscrow
    function lockedOf(bytes32 credit) external view returns (uint128) {
        return _locked(_credits[credit]);
    }

    /// @inheritdoc ITradeEscrow
    function undrawnOf(bytes32 credit) external view returns (uint128) {
        return _undrawn(_credits[credit]);
    }

    /// @inheritdoc ITradeEscrow
    function clockOf(bytes32 credit) public view returns (uint64) {
        Clock storage clock = _clocks[credit];
        uint64 running = clock.stops > 0 ? clock.heldAt : _running();
        return running + clock.shift - clock.heldFor;
    }

    /// @inheritdoc ITradeEscrow
    function isLive(bytes32 credit) public view returns (bool) {
        Credit storage c = _credits[credit];
        return !c.held && (c.state == CreditState.ACTIVE || c.state == CreditState.DISPUTED);
    }

    /// @inheritdoc ITradeEscrow
    function totalLocked() external view returns (uint256) {
        return _totalLocked;
    }

    // Money

    function _take(bytes32 credit, address payer, uint128 amount) private {
        Terms storage terms = _terms[credit];
        _credits[credit].funded += amount;
        _totalLocked += amount;
        address payee = PARTICIPANTS.walletOf(terms.beneficiary);
        TOKEN.take(IRulebook.Flow.FUND, payer, payee, amount, credit, terms.trade);
    }

    /// @dev Pays the beneficiary as `flow`; what is held back on the way is quarantined.
    function _pay(bytes32 credit, IRulebook.Flow flow, uint128 amount) private returns (bool arrived) {
        if (amount == 0) return true;
        Credit storage c = _credits[credit];
        c.paid += amount;
        _totalLocked -= amount;
        (address payer, address payee) = _wallets(credit);
        arrived = TOKEN.payOut(flow, payer, payee, amount, credit, _terms[credit].trade);
        if (!arrived) (c.paid, c.quarantined) = (c.paid - amount, c.quarantined + amount);
    }

    function _refund(bytes32 credit, uint128 amount) private {
        if (amount == 0) return;
        Credit storage c = _credits[credit];
        c.refunded += amount;
        _totalLocked -= amount;
        (address payer,) = _wallets(credit);
        bool arrived = TOKEN.payOut(IRulebook.Flow.REFUND, payer, payer, amount, credit, _terms[credit].trade);
        if (!arrived) (c.refunded, c.quarantined) = (c.refunded - amount, c.quarantined + amount);
    }

    function _refundAll(bytes32 credit) private returns (uint128 rest) {
        _clearParts(credit);
        rest = _locked(_credits[credit]);
        _refund(credit, rest);
    }

    function _impound(bytes32 credit, uint128 amount) private {
        if (amount == 0) return;
        _credits[credit].quarantined += amount;
        _totalLocked -= amount;
        (address payer, address payee) = _wallets(credit);
        TOKEN.impound(IRulebook.Flow.PAY, payer, payee, amount, credit, _terms[credit].trade);
    }

    /// @dev At the end of a credit what is locked is no longer set apart for anything.
    function _clearParts(bytes32 credit) private {
        Credit storage c = _credits[credit];
        (c.reserved, c.retained, c.disputed, c.demurrage) = (0, 0, 0, 0);
        (c.awardUntil, c.retentionUntil, c.fromRetention, c.advanceOpen) = (0, 0, 0, false);
    }

    function _closeIfEmpty(bytes32 credit, address actor) private {
        Credit storage c = _credits[credit];
        if (_locked(c) > 0 || c.advanceOpen) return;
        c.state = CreditState.CLOSED;
        emit CreditClosed(credit, actor);
    }

    function _locked(Credit storage c) private view returns (uint128) {
        return c.funded - c.paid - c.refunded - c.quarantined;
    }

    function _undrawn(Credit storage c) private view returns (uint128) {
        return _locked(c) - c.reserved - c.retained - c.disputed - c.demurrage;
    }

    /// @dev No draw is under way and nothing is still to come of those that were paid. A draw of nothing (which shows
    /// delivery) reserves nothing, but its advance is open.
    function _isAtRest(Credit storage c) private view returns (bool) {
        return c.reserved == 0 && c.retained == 0 && !c.advanceOpen;
    }

    // Disputes

    /// @dev Gives the last second of the arbiter's time.
    function _setApart(bytes32 credit, uint128 amount, address actor, bool fromRetention)
        private
        returns (uint64 until)
    {
        Credit storage c = _credits[credit];
        c.state = CreditState.DISPUTED;
        c.disputed += amount;
        until = clockOf(credit) + _terms[credit].awardPeriod;
        _turn(credit);
        emit CreditDisputed(credit, actor, amount, fromRetention, until);
    }

    function _endDispute(bytes32 credit, uint128 toBeneficiary, uint128 toApplicant, uint128 returned, bool byTime)
        private
    {
        Credit storage c = _credits[credit];
        if (c.disputed == 0) c.state = CreditState.ACTIVE;
        _turn(credit);
        _pay(credit, IRulebook.Flow.AWARD, toBeneficiary);
        _refund(credit, toApplicant);
        emit CreditAwarded(credit, msg.sender, toBeneficiary, toApplicant, returned, byTime);
        _closeIfEmpty(credit, msg.sender);
    }

    /// @dev The end of the arbiter's time for that part of what is disputed which ends first.
    function _firstEnd(Credit storage c) private view returns (uint64) {
        if (c.awardUntil == 0 || c.retentionUntil == 0) return c.awardUntil + c.retentionUntil;
        return c.awardUntil < c.retentionUntil ? c.awardUntil : c.retentionUntil;
    }

    // Parties and terms

    function _hash(Terms memory terms) private pure returns (bytes32) {
        return keccak256(abi.encode(terms));
    }

    /// @dev Records the caller's consent to `change`; true once all whose consent is needed have given it.
    function _consent(bytes32 credit, bytes32 change) private returns (bool) {
        Terms storage terms = _terms[credit];
        bytes32[4] memory parties = [terms.applicant, terms.issuer, terms.confirmer, terms.beneficiary];
        bytes32 caller = _participant(msg.sender);
        uint256 needed = 0;
        mapping(bytes32 change => uint256) storage consents = _consents[credit][_clocks[credit].turns];
        uint256 given = consents[change];
        bool isParty = false;
        for (uint256 i = 0; i < 4; ++i) {
            if (parties[i] == 0) continue;
            needed |= uint256(1) << i;
            if (parties[i] != caller) continue;
            given |= uint256(1) << i;
            isParty = true;
        }
        require(isParty, TradeEscrow_NotParty(msg.sender));
        consents[change] = given;
        emit ConsentGiven(credit, msg.sender, change);
        return given == needed;
    }

    function _wallets(bytes32 credit) private view returns (address applicant, address beneficiary) {
        Terms storage terms = _terms[credit];
        return (PARTICIPANTS.walletOf(terms.applicant), PARTICIPANTS.walletOf(terms.beneficiary));
    }

    /// @dev The participant that acts through `wallet`; zero where nobody does any more.
    function _participant(address wallet) private view returns (bytes32) {
        return PARTICIPANTS.isRetired(wallet) ? bytes32(0) : PARTICIPANTS.participantOf(wallet);
    }

    function _isParty(bytes32 party) private view returns (bool) {
        return party != 0 && _participant(msg.sender) == party;
    }

    function _requireParty(bytes32 party) private view {
        require(_isParty(party), TradeEscrow_NotParty(msg.sender));
    }

    // States and clocks

    function _inState(bytes32 credit, CreditState expected) private view returns (Credit storage c) {
        c = _credits[credit];
        require(c.state == expected, TradeEscrow_WrongCreditState(credit, c.state));
        require(!c.held, TradeEscrow_OnHold(credit, true));
    }

    function _live(bytes32 credit) private view returns (Credit storage c) {
        c = _credits[credit];
        require(!c.held, TradeEscrow_OnHold(credit, true));
        require(isLive(credit), TradeEscrow_WrongCreditState(credit, c.state));
    }

    function _isOpen(CreditState state) private pure returns (bool) {
        return state == CreditState.DRAFT || state == CreditState.ISSUED || state == CreditState.ACTIVE
            || state == CreditState.DISPUTED;
    }

    /// @dev The present hold of a credit; while it lasts nothing else happens to the credit.
    function _subject(bytes calldata data) internal view override returns (bytes32) {
        bytes32 credit = _firstArgument(data);
        return _credits[credit].held ? bytes32(uint256(_clocks[credit].turns)) : bytes32(0);
    }

    function _endHold(bytes32 credit) private returns (uint64 tolled) {
        Credit storage c = _credits[credit];
        require(c.held, TradeEscrow_OnHold(credit, false));
        c.held = false;
        tolled = _resume(credit);
        bytes32 guarantee = _guaranteeOf(credit);
        if (guarantee != 0) _resume(guarantee);
        _turn(credit);
    }

    /// @dev What secures an advance that is out, whose clock must not run on while the time for delivery stands still.
    function _guaranteeOf(bytes32 credit) private view returns (bytes32) {
        return _credits[credit].advanceOpen ? _terms[credit].guarantee : bytes32(0);
    }

    function _stop(bytes32 credit) private {
        Clock storage clock = _clocks[credit];
        if (clock.stops++ == 0) clock.heldAt = _running();
    }

    /// @dev How long its clock stood still; zero where something else still stops it.
    function _resume(bytes32 credit) private returns (uint64 tolled) {
        Clock storage clock = _clocks[credit];
        if (--clock.stops > 0) return 0;
        tolled = _running() - clock.heldAt;
        clock.heldFor += tolled;
    }

    /// @dev Whatever was agreed to or proposed before was meant for the credit as it stood then.
    function _turn(bytes32 credit) private {
        ++_clocks[credit].turns;
    }

    /// @dev Time less all suspensions.
    function _running() private view returns (uint64) {
        return uint64(block.timestamp) - REGIME.tolled();
    }

    function _requireUntil(bytes32 credit, uint256 time) private view {
        require(clockOf(credit) <= time, TradeEscrow_TooLate(time));
    }

    function _requireAfter(bytes32 credit, uint256 time) private view {
        require(clockOf(credit) > time, TradeEscrow_TooEarly(time));
    }

    function _bubble(bytes memory revertData) private pure {
        assembly ("memory-safe") {
            revert(add(revertData, 0x20), mload(revertData))
        }
    }
}
