// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {Reason} from "./Reason.sol";
import {IBusinessCalendar} from "./interfaces/IBusinessCalendar.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";
import {ITradeEscrow} from "./interfaces/ITradeEscrow.sol";

/// @title TradeEscrow
/// @dev The token is ours and calls nobody back, so no reentrancy guard; state is written before value moves.
contract TradeEscrow is ITradeEscrow {
    using SafeCast for uint256;

    /// @dev UCP 600 art. 14b.
    uint256 private constant EXAMINATION_BANKING_DAYS = 5;

    /// @dev A silent applicant holds a discrepant draw open for so long at most; a choice of ours.
    uint256 private constant MAX_WAIVER_WINDOW = 30 days;

    ISettlementToken private immutable TOKEN;
    IRulebook private immutable RULEBOOK;
    IBusinessCalendar private immutable CALENDAR;

    mapping(bytes32 credit => Credit) private _credits;
    mapping(bytes32 credit => mapping(uint256 number => Draw)) private _draws;
    mapping(bytes32 document => bool) private _isPresented;
    uint256 private _totalLocked;

    constructor(ISettlementToken token, IRulebook rulebook, IBusinessCalendar calendar) {
        TOKEN = token;
        RULEBOOK = rulebook;
        CALENDAR = calendar;
    }

    /// @inheritdoc ITradeEscrow
    function open(Terms calldata terms) external returns (bytes32 credit) {
        require(msg.sender == terms.applicant, TradeEscrow_NotParty(msg.sender));
        _requireValid(terms);
        _requirePass(RULEBOOK.checkOpening(terms.applicant, terms.beneficiary, uint256(terms.expiry) + terms.tenor));
        _requirePass(RULEBOOK.checkExaminer(terms.examiner));
        // Reverts unless the calendar knows the first day and reaches as far as the last examination may take.
        CALENDAR.isBankingDay(terms.bankingPlace, block.timestamp);
        CALENDAR.endOfBankingDay(terms.bankingPlace, terms.expiry, EXAMINATION_BANKING_DAYS);

        credit = creditId(terms.applicant, terms.ref);
        require(_credits[credit].state == CreditState.NONE, TradeEscrow_CreditExists(credit));
        _credits[credit].state = CreditState.DRAFT;
        _credits[credit].terms = terms;
        emit CreditOpened(credit, msg.sender, terms, keccak256(abi.encode(terms)));
    }

    /// @inheritdoc ITradeEscrow
    function issue(bytes32 credit, bytes32 termsHash) external {
        Credit storage c = _inState(credit, CreditState.DRAFT);
        _requireParty(c.terms.beneficiary);
        _requireUntil(c.terms.offerUntil);
        bytes32 stored = keccak256(abi.encode(c.terms));
        require(termsHash == stored, TradeEscrow_TermsChanged(stored));
        _requirePass(
            RULEBOOK.checkOpening(c.terms.applicant, c.terms.beneficiary, uint256(c.terms.expiry) + c.terms.tenor)
        );

        c.state = CreditState.ISSUED;
        emit CreditIssued(credit, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function cancel(bytes32 credit) external {
        Credit storage c = _credits[credit];
        if (c.state == CreditState.DRAFT) {
            bool isParty = msg.sender == c.terms.applicant || msg.sender == c.terms.beneficiary;
            if (!isParty) _requireAfter(c.terms.offerUntil);
        } else {
            require(c.state == CreditState.ISSUED, TradeEscrow_WrongCreditState(credit, c.state));
            _requireAfter(c.terms.fundUntil);
        }

        c.state = CreditState.CANCELLED;
        emit CreditCancelled(credit, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function fund(bytes32 credit) public {
        Credit storage c = _inState(credit, CreditState.ISSUED);
        _requireParty(c.terms.applicant);
        _requireUntil(c.terms.fundUntil);

        c.state = CreditState.ACTIVE;
        c.funded = c.terms.amount;
        _totalLocked += c.terms.amount;
        TOKEN.fund(c.terms.applicant, c.terms.beneficiary, c.terms.amount, credit);
        emit CreditFunded(credit, msg.sender, c.terms.amount);
    }

    /// @inheritdoc ITradeEscrow
    function fundWithPermit(bytes32 credit, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        Terms storage terms = _credits[credit].terms;
        // A permit is public once it is sent: if somebody spent it first, the allowance is there and will do.
        try IERC20Permit(address(TOKEN)).permit(terms.applicant, address(this), terms.amount, deadline, v, r, s) {}
        catch (bytes memory revertData) {
            if (TOKEN.allowance(terms.applicant, address(this)) < terms.amount) _bubble(revertData);
        }
        fund(credit);
    }

    /// @inheritdoc ITradeEscrow
    function present(bytes32 credit, uint128 amount, uint64 shippedAt, bytes32[] calldata documents)
        external
        returns (uint256 draw)
    {
        Credit storage c = _inState(credit, CreditState.ACTIVE);
        _requireParty(c.terms.beneficiary);
        require(shippedAt <= block.timestamp, TradeEscrow_TooEarly(shippedAt));
        require(shippedAt <= c.terms.latestShipment, TradeEscrow_TooLate(c.terms.latestShipment));
        _requireUntil(Math.min(c.terms.expiry, uint256(shippedAt) + c.terms.presentationPeriod));
        uint128 available = _locked(c) - c.reserved;
        bool fits = c.terms.partialDraws ? amount > 0 && amount <= available : amount == available && amount > 0;
        require(fits, TradeEscrow_InvalidAmount(available));
        _requireSet(documents, c.terms.documents);
        require(!_isPresented[documents[0]], TradeEscrow_DocumentReused(documents[0]));
        _requirePass(RULEBOOK.checkParty(c.terms.beneficiary));

        draw = ++c.draws;
        ++c.openDraws;
        c.reserved += amount;
        _isPresented[documents[0]] = true;
        Draw storage d = _draws[credit][draw];
        d.state = DrawState.PRESENTED;
        d.amount = amount;
        d.presentedAt = uint64(block.timestamp);
        d.examineUntil =
            CALENDAR.endOfBankingDay(c.terms.bankingPlace, block.timestamp, EXAMINATION_BANKING_DAYS).toUint64();
        d.transportDocument = documents[0];
        emit DrawPresented(credit, draw, msg.sender, amount, shippedAt, documents, d.examineUntil);
    }

    /// @inheritdoc ITradeEscrow
    function accept(bytes32 credit, uint256 draw) external {
        _requireExamining(credit, draw);
        _accept(credit, draw, false, false);
    }

    /// @inheritdoc ITradeEscrow
    function giveNotice(bytes32 credit, uint256 draw, string[] calldata discrepancies) external {
        Draw storage d = _requireExamining(credit, draw);
        require(discrepancies.length > 0, TradeEscrow_DocumentsIncomplete(1));

        d.state = DrawState.DISCREPANT;
        d.waiveUntil = uint64(block.timestamp) + _credits[credit].terms.waiverWindow;
        emit DrawDiscrepant(credit, draw, msg.sender, discrepancies, d.waiveUntil);
    }

    /// @inheritdoc ITradeEscrow
    function deemAccepted(bytes32 credit, uint256 draw) external {
        Draw storage d = _drawInState(credit, draw, DrawState.PRESENTED);
        _requireAfter(d.examineUntil);
        _accept(credit, draw, true, false);
    }

    /// @inheritdoc ITradeEscrow
    function waive(bytes32 credit, uint256 draw) external {
        Draw storage d = _drawInState(credit, draw, DrawState.DISCREPANT);
        _requireParty(_credits[credit].terms.applicant);
        _requireUntil(d.waiveUntil);
        _requirePass(RULEBOOK.checkParty(msg.sender));
        _accept(credit, draw, false, true);
    }

    /// @inheritdoc ITradeEscrow
    function returnDocuments(bytes32 credit, uint256 draw) external {
        Credit storage c = _credits[credit];
        Draw storage d = _drawInState(credit, draw, DrawState.DISCREPANT);
        bool mayAlways = msg.sender == c.terms.examiner || msg.sender == c.terms.beneficiary;
        if (!mayAlways) _requireAfter(d.waiveUntil);

        d.state = DrawState.RETURNED;
        --c.openDraws;
        c.reserved -= d.amount;
        // The same shipment may be presented again, with mended documents.
        _isPresented[d.transportDocument] = false;
        emit DrawReturned(credit, draw, msg.sender);
    }

    /// @inheritdoc ITradeEscrow
    function settle(bytes32 credit, uint256 draw) external {
        Credit storage c = _credits[credit];
        Draw storage d = _drawInState(credit, draw, DrawState.ACCEPTED);
        _requireFrom(d.maturity);

        d.state = DrawState.FINAL;
        --c.openDraws;
        c.reserved -= d.amount;
        c.paid += d.amount;
        _totalLocked -= d.amount;
        TOKEN.payOut(c.terms.applicant, c.terms.beneficiary, d.amount, credit);
        emit DrawPaid(credit, draw, msg.sender, d.amount);
        if (_locked(c) == 0) {
            c.state = CreditState.CLOSED;
            emit CreditClosed(credit, msg.sender);
        }
    }

    /// @inheritdoc ITradeEscrow
    function expire(bytes32 credit) external {
        Credit storage c = _inState(credit, CreditState.ACTIVE);
        _requireAfter(c.terms.expiry);
        require(c.openDraws == 0, TradeEscrow_WrongCreditState(credit, c.state));

        uint128 rest = _locked(c);
        c.state = CreditState.EXPIRED;
        c.refunded += rest;
        _totalLocked -= rest;
        TOKEN.payOut(c.terms.applicant, c.terms.applicant, rest, credit);
        emit CreditExpired(credit, msg.sender, rest);
    }

    /// @inheritdoc ITradeEscrow
    function creditId(address applicant, bytes32 ref) public pure returns (bytes32) {
        return keccak256(abi.encode(applicant, ref));
    }

    /// @inheritdoc ITradeEscrow
    function creditOf(bytes32 credit) external view returns (Credit memory) {
        return _credits[credit];
    }

    /// @inheritdoc ITradeEscrow
    function drawOf(bytes32 credit, uint256 draw) external view returns (Draw memory) {
        return _draws[credit][draw];
    }

    /// @inheritdoc ITradeEscrow
    function lockedOf(bytes32 credit) external view returns (uint128) {
        return _locked(_credits[credit]);
    }

    /// @inheritdoc ITradeEscrow
    function totalLocked() external view returns (uint256) {
        return _totalLocked;
    }

    function _accept(bytes32 credit, uint256 draw, bool deemed, bool waived) private {
        Draw storage d = _draws[credit][draw];
        d.state = DrawState.ACCEPTED;
        d.maturity = uint64(block.timestamp) + _credits[credit].terms.tenor;
        emit DrawAccepted(credit, draw, msg.sender, d.maturity, deemed, waived);
    }

    function _locked(Credit storage c) private view returns (uint128) {
        return c.funded - c.paid - c.refunded;
    }

    function _inState(bytes32 credit, CreditState expected) private view returns (Credit storage c) {
        c = _credits[credit];
        require(c.state == expected, TradeEscrow_WrongCreditState(credit, c.state));
    }

    function _drawInState(bytes32 credit, uint256 draw, DrawState expected) private view returns (Draw storage d) {
        d = _draws[credit][draw];
        require(d.state == expected, TradeEscrow_WrongDrawState(credit, draw, d.state));
    }

    /// @dev The examiner, in good standing, within its banking days.
    function _requireExamining(bytes32 credit, uint256 draw) private view returns (Draw storage d) {
        d = _drawInState(credit, draw, DrawState.PRESENTED);
        _requireParty(_credits[credit].terms.examiner);
        _requireUntil(d.examineUntil);
        _requirePass(RULEBOOK.checkExaminer(msg.sender));
    }

    function _requireParty(address party) private view {
        require(msg.sender == party, TradeEscrow_NotParty(msg.sender));
    }

    function _requireUntil(uint256 time) private view {
        require(block.timestamp <= time, TradeEscrow_TooLate(time));
    }

    function _requireAfter(uint256 time) private view {
        require(block.timestamp > time, TradeEscrow_TooEarly(time));
    }

    function _requireFrom(uint256 time) private view {
        require(block.timestamp >= time, TradeEscrow_TooEarly(time));
    }

    function _requirePass(uint8 reason) private pure {
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }

    function _requireValid(Terms calldata terms) private view {
        bool ordered = block.timestamp <= terms.offerUntil && terms.offerUntil <= terms.fundUntil
            && terms.fundUntil <= terms.latestShipment && terms.latestShipment <= terms.expiry;
        bool distinct = terms.applicant != terms.beneficiary && terms.examiner != terms.applicant
            && terms.examiner != terms.beneficiary;
        require(
            ordered && distinct && terms.ref != 0 && terms.amount > 0 && terms.documents > 0
                && terms.presentationPeriod > 0 && terms.waiverWindow <= MAX_WAIVER_WINDOW,
            TradeEscrow_InvalidTerms()
        );
    }

    /// @dev Sets are short, so comparing each pair is cheaper than sorting.
    function _requireSet(bytes32[] calldata documents, uint256 required) private pure {
        require(documents.length == required, TradeEscrow_DocumentsIncomplete(required));
        for (uint256 i = 0; i < documents.length; ++i) {
            require(documents[i] != 0, TradeEscrow_DocumentsIncomplete(required));
            for (uint256 j = 0; j < i; ++j) {
                require(documents[i] != documents[j], TradeEscrow_DocumentsIncomplete(required));
            }
        }
    }

    function _bubble(bytes memory revertData) private pure {
        assembly ("memory-safe") {
            revert(add(revertData, 0x20), mload(revertData))
        }
    }
}
