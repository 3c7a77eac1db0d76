// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "../src/Reason.sol";
import {IBusinessCalendar} from "../src/interfaces/IBusinessCalendar.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Deadlines to the second, draws to the minor unit, documents once.
contract TradeEscrowTest is Fixture {
    uint256 private constant KEY = 0xb0b;

    function setUp() public override {
        super.setUp();
        _activate(_programme());
    }

    function _call(address sender, bytes memory data) private returns (bool ok) {
        (ok,) = _try(sender, address(escrow), data);
    }

    /// @dev Warps to the deadline or one second past it; only by the deadline `data` passes.
    function _passesUntil(uint256 deadline, bool late, address sender, bytes memory data) private {
        vm.warp(late ? deadline + 1 : deadline);
        bytes memory expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TooLate.selector, deadline);
        if (late) _refused(sender, address(escrow), data, expected);
        else require(_call(sender, data), "in time, yet refused");
    }

    /// @dev Warps to the deadline or one second past it; only past the deadline `data` passes.
    function _passesAfter(uint256 deadline, bool late, address sender, bytes memory data) private {
        vm.warp(late ? deadline + 1 : deadline);
        bytes memory expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TooEarly.selector, deadline);
        if (!late) _refused(sender, address(escrow), data, expected);
        else require(_call(sender, data), "past the deadline, yet refused");
    }

    /// @dev Terms with every date and period drawn from `seed`.
    function _randomTerms(uint256 seed) private returns (ITradeEscrow.Terms memory terms) {
        _sow(seed);
        terms = _terms(bytes32(seed | 1));
        terms.offerUntil = uint64(block.timestamp + _pick(20 days));
        terms.fundUntil = terms.offerUntil + uint64(_pick(20 days));
        terms.latestShipment = terms.fundUntil + uint64(_pick(90 days));
        terms.expiry = terms.latestShipment + uint64(_pick(60 days));
        terms.presentationPeriod = uint32(1 + _pick(30 days));
        terms.tenor = uint32(_oneIn(3) ? 0 : _pick(180 days));
        terms.waiverWindow = uint32(_oneIn(8) ? 30 days : _pick(30 days));
        terms.bankingPlace = _oneIn(2) ? HOME : ABROAD;
        terms.documents = uint8(1 + _pick(6));
        terms.partialDraws = _oneIn(2);
        terms.amount = uint128(1 + _pick(1e15));
    }

    function _issueData(ITradeEscrow.Terms memory terms) private view returns (bytes memory) {
        bytes32 credit = escrow.creditId(terms.applicant, terms.ref);
        return abi.encodeCall(ITradeEscrow.issue, (credit, keccak256(abi.encode(terms))));
    }

    function _cancelData(bytes32 credit) private pure returns (bytes memory) {
        return abi.encodeCall(ITradeEscrow.cancel, (credit));
    }

    function _presentData(bytes32 credit, uint128 amount, uint256 shippedAt, bytes32 document)
        private
        view
        returns (bytes memory)
    {
        bytes32[] memory documents = _set(document, escrow.creditOf(credit).terms.documents);
        return abi.encodeCall(ITradeEscrow.present, (credit, amount, uint64(shippedAt), documents));
    }

    function _noticeData(bytes32 credit, uint256 draw) private pure returns (bytes memory) {
        string[] memory discrepancies = new string[](2);
        return abi.encodeCall(ITradeEscrow.giveNotice, (credit, draw, discrepancies));
    }

    // Deadlines

    function testFuzz_OfferUntil(uint256 seed, bool late, bool cancel) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _open(terms);
        if (cancel) _passesAfter(terms.offerUntil, late, STRANGER, _cancelData(credit));
        else _passesUntil(terms.offerUntil, late, SELLER, _issueData(terms));
    }

    function testFuzz_FundUntil(uint256 seed, bool late, bool cancel) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _open(terms);
        _issue(credit);
        _give(STATE_BANK, terms.amount);
        vm.prank(STATE_BANK);
        token.approve(address(escrow), terms.amount);
        if (cancel) _passesAfter(terms.fundUntil, late, STRANGER, _cancelData(credit));
        else _passesUntil(terms.fundUntil, late, STATE_BANK, abi.encodeCall(ITradeEscrow.fund, (credit)));
    }

    /// @dev By the earlier of expiry and shipment plus period.
    function testFuzz_PresentationUntil(uint256 seed, bool late, uint256 shipped) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        uint256 shippedAt = START + shipped % (terms.latestShipment - START + 1);
        uint256 deadline = shippedAt + terms.presentationPeriod;
        if (deadline > terms.expiry) deadline = terms.expiry;
        _passesUntil(deadline, late, SELLER, _presentData(credit, terms.amount, shippedAt, "bill"));
    }

    function testFuzz_LatestShipment(uint256 seed, bool late) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        terms.expiry += 1;
        bytes32 credit = _openFunded(terms);
        vm.warp(terms.latestShipment + 1);
        uint256 shippedAt = late ? terms.latestShipment + 1 : terms.latestShipment;
        bytes memory data = _presentData(credit, terms.amount, shippedAt, "bill");
        bytes memory tooLate = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TooLate.selector, terms.latestShipment);
        if (late) _refused(SELLER, address(escrow), data, tooLate);
        else require(_call(SELLER, data));
    }

    function testFuzz_ShipmentNotInTheFuture(uint256 seed, uint256 ahead) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        uint256 shippedAt = block.timestamp + 1 + ahead % 1000 days;
        bytes memory tooEarly = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TooEarly.selector, shippedAt);
        _refused(SELLER, address(escrow), _presentData(credit, terms.amount, shippedAt, "bill"), tooEarly);
    }

    /// @dev Five banking days by the calendar of the banking place, then silence accepts.
    function testFuzz_Pitfall09_ExamineUntil(uint256 seed, uint256 wait, bool late, uint8 step) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        uint256 latest = terms.latestShipment - START + terms.presentationPeriod;
        if (latest > terms.expiry - START) latest = terms.expiry - START;
        vm.warp(START + wait % (latest + 1));
        uint256 shippedAt = block.timestamp < terms.latestShipment ? block.timestamp : terms.latestShipment;
        require(_call(SELLER, _presentData(credit, terms.amount, shippedAt, "bill")));
        uint256 deadline = escrow.drawOf(credit, 1).examineUntil;

        uint256 day = block.timestamp / 1 days;
        for (uint256 open = 0; open < 5;) {
            if (!_isClosed(++day)) ++open;
        }
        require(deadline == (day + 1) * 1 days - 1, "five banking days");
        if (step % 3 == 0) {
            _passesUntil(deadline, late, EXAMINING, abi.encodeCall(ITradeEscrow.accept, (credit, 1)));
        } else if (step % 3 == 1) {
            _passesUntil(deadline, late, EXAMINING, _noticeData(credit, 1));
        } else {
            _passesAfter(deadline, late, STRANGER, abi.encodeCall(ITradeEscrow.deemAccepted, (credit, 1)));
        }
    }

    function testFuzz_Pitfall09_WaiveUntil(uint256 seed, uint256 wait, bool late, bool giveBack) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        uint256 noticed = block.timestamp + wait % (escrow.drawOf(credit, 1).examineUntil - block.timestamp);
        vm.warp(noticed);
        _giveNotice(credit, 1);
        uint256 deadline = noticed + terms.waiverWindow;
        require(escrow.drawOf(credit, 1).waiveUntil == deadline);
        bytes memory giveBackData = abi.encodeCall(ITradeEscrow.returnDocuments, (credit, 1));
        if (giveBack) _passesAfter(deadline, late, STRANGER, giveBackData);
        else _passesUntil(deadline, late, STATE_BANK, abi.encodeCall(ITradeEscrow.waive, (credit, 1)));
    }

    function testFuzz_Maturity(uint256 seed, bool early, uint8 path) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        terms.tenor += 1;
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        if (path % 3 == 0) {
            _accept(credit, 1);
        } else if (path % 3 == 1) {
            vm.warp(escrow.drawOf(credit, 1).examineUntil + 1);
            escrow.deemAccepted(credit, 1);
        } else {
            _giveNotice(credit, 1);
            vm.prank(STATE_BANK);
            escrow.waive(credit, 1);
        }
        uint256 maturity = block.timestamp + terms.tenor;
        require(escrow.drawOf(credit, 1).maturity == maturity);
        vm.warp(early ? maturity - 1 : maturity);
        bytes memory data = abi.encodeCall(ITradeEscrow.settle, (credit, 1));
        bytes memory tooEarly = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TooEarly.selector, maturity);
        if (early) _refused(STRANGER, address(escrow), data, tooEarly);
        else require(_call(STRANGER, data));
        require(token.balanceOf(SELLER) == (early ? 0 : terms.amount));
        ITradeEscrow.CreditState expected = early ? ITradeEscrow.CreditState.ACTIVE : ITradeEscrow.CreditState.CLOSED;
        require(escrow.creditOf(credit).state == expected);
    }

    function testFuzz_Pitfall09_Expiry(uint256 seed, bool late) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _passesAfter(terms.expiry, late, STRANGER, abi.encodeCall(ITradeEscrow.expire, (credit)));
        require(token.balanceOf(STATE_BANK) == (late ? terms.amount : 0));
        require(escrow.lockedOf(credit) == (late ? 0 : terms.amount));
    }

    function testFuzz_Expiry_NotWhileADrawIsOpen(uint256 seed, uint8 state) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        terms.partialDraws = true;
        terms.amount += 1;
        bytes32 credit = _openFunded(terms);
        _present(credit, 1, "bill");
        if (state % 3 == 1) _giveNotice(credit, 1);
        if (state % 3 == 2) _accept(credit, 1);
        vm.warp(terms.expiry + 1);
        bytes memory expected = abi.encodeWithSelector(
            ITradeEscrow.TradeEscrow_WrongCreditState.selector, credit, ITradeEscrow.CreditState.ACTIVE
        );
        _refused(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.expire, (credit)), expected);
    }

    // Who

    /// @dev At any time in a state's life, only its party acts; others are refused, whoever they are.
    function testFuzz_Pitfall07_OnlyThePartyActs(uint256 seed, address caller, uint8 step) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        vm.assume(caller != STATE_BANK && caller != SELLER && caller != EXAMINING);
        bytes memory expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_NotParty.selector, caller);
        address target = address(escrow);
        _refused(caller, target, abi.encodeCall(ITradeEscrow.open, (terms)), expected);
        bytes32 credit = _open(terms);
        _refused(caller, target, _issueData(terms), expected);
        require(!_call(caller, _cancelData(credit)), "cancelled an open offer");
        _issue(credit);
        require(!_call(caller, _cancelData(credit)) && !_call(STATE_BANK, _cancelData(credit)), "irrevocable");
        _refused(caller, target, abi.encodeCall(ITradeEscrow.fund, (credit)), expected);
        _fund(credit);
        require(!_call(STATE_BANK, _cancelData(credit)) && !_call(SELLER, _cancelData(credit)), "irrevocable");
        _refused(caller, target, _presentData(credit, terms.amount, START, "bill"), expected);
        _present(credit, terms.amount, "bill");
        if (step % 2 == 0) caller = step % 4 == 0 ? STATE_BANK : SELLER;
        expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_NotParty.selector, caller);
        _refused(caller, target, abi.encodeCall(ITradeEscrow.accept, (credit, 1)), expected);
        _refused(caller, target, _noticeData(credit, 1), expected);
        _giveNotice(credit, 1);
        if (caller != STATE_BANK) _refused(caller, target, abi.encodeCall(ITradeEscrow.waive, (credit, 1)), expected);
        if (caller != SELLER) require(!_call(caller, abi.encodeCall(ITradeEscrow.returnDocuments, (credit, 1))));
    }

    function testFuzz_Pitfall07_IdsDoNotCollide(address a, address b, bytes32 x, bytes32 y) public view {
        require((escrow.creditId(a, x) == escrow.creditId(b, y)) == (a == b && x == y));
        require(escrow.creditId(a, x) != escrow.creditId(address(uint160(a) ^ 1), x));
    }

    function testFuzz_ARefIsUsedOnce(uint256 seed, bool cancelled) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _open(terms);
        if (cancelled) {
            vm.prank(STATE_BANK);
            escrow.cancel(credit);
        }
        bytes memory expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_CreditExists.selector, credit);
        _refused(STATE_BANK, address(escrow), abi.encodeCall(ITradeEscrow.open, (terms)), expected);
    }

    /// @dev The beneficiary agrees to exactly what is stored.
    function testFuzz_IssueNeedsTheTermsHash(uint256 seed, bytes32 hash) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _open(terms);
        bytes32 stored = keccak256(abi.encode(terms));
        vm.assume(hash != stored);
        bytes memory expected = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_TermsChanged.selector, stored);
        _refused(SELLER, address(escrow), abi.encodeCall(ITradeEscrow.issue, (credit, hash)), expected);
    }

    /// @dev What `checkOpening` and `checkExaminer` answer decides on a valid offer, and again on its acceptance.
    function testFuzz_Pitfall16_OpeningPassesIffTheAnswerIsOk(uint256 seed) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        uint256 until = terms.expiry + terms.tenor;
        (terms.applicant, terms.beneficiary, terms.examiner) = (address(0xa), address(0xb), address(0xc));
        if (_randomParty(terms.applicant, until)) _randomScreening(terms.applicant);
        if (_randomParty(terms.beneficiary, until)) _randomScreening(terms.beneficiary);
        bool examines = _randomParty(terms.examiner, block.timestamp) && _oneIn(2);
        if (!examines) terms.examiner = EXAMINING;
        bool answer = rulebook.checkOpening(terms.applicant, terms.beneficiary, until) == Reason.OK
            && rulebook.checkExaminer(terms.examiner) == Reason.OK;
        require(_call(terms.applicant, abi.encodeCall(ITradeEscrow.open, (terms))) == answer, "open");
        if (!answer) return;
        _screen(terms.beneficiary, IParticipants.Screening(_pick(4)));
        answer = rulebook.checkOpening(terms.applicant, terms.beneficiary, until) == Reason.OK;
        require(_call(terms.beneficiary, _issueData(terms)) == answer, "issue");
    }

    function testFuzz_TermsInOrder(uint256 seed, uint8 which) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        which %= 11;
        if (which == 0) terms.offerUntil = uint64(block.timestamp - 1);
        if (which == 1) terms.fundUntil = terms.offerUntil - 1;
        if (which == 2) terms.latestShipment = terms.fundUntil - 1;
        if (which == 3) terms.expiry = terms.latestShipment - 1;
        if (which == 4) terms.ref = 0;
        if (which == 5) terms.amount = 0;
        if (which == 6) terms.documents = 0;
        if (which == 7) terms.presentationPeriod = 0;
        if (which == 8) terms.beneficiary = terms.applicant;
        if (which == 9) terms.examiner = _oneIn(2) ? terms.applicant : terms.beneficiary;
        if (which == 10) terms.waiverWindow = uint32(30 days + 1 + (_oneIn(2) ? 0 : _pick(1000 days)));
        bytes memory invalid = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_InvalidTerms.selector);
        _refused(STATE_BANK, address(escrow), abi.encodeCall(ITradeEscrow.open, (terms)), invalid);
    }

    function testFuzz_Pitfall09_WaiverWindowOfThirtyDaysAtMost(uint256 seed, uint32 window, bool edge) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        terms.waiverWindow = edge ? 30 days - 1 + window % 3 : window % 60 days;
        bytes memory data = abi.encodeCall(ITradeEscrow.open, (terms));
        bytes memory invalid = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_InvalidTerms.selector);
        if (terms.waiverWindow <= 30 days) require(_call(STATE_BANK, data), "short enough, yet refused");
        else _refused(STATE_BANK, address(escrow), data, invalid);
    }

    /// @dev What may be opened may be presented in its last second: the banking place's calendar reaches that far.
    function testFuzz_Open_TheCalendarReachesTheLastExamination(uint256 seed, uint256 a, uint256 b, uint256 second)
        public
    {
        // Two words of days from before START; the second one is not always there.
        uint256 end = START / 1 days / 256 * 256 + 256;
        uint256[] memory words = new uint256[](seed % 4 == 0 ? 2 : 1);
        words[0] = seed % 3 == 0 ? a & b : seed % 3 == 1 ? a | b : 0;
        vm.prank(SUPERVISOR);
        calendar.load("ZZ", end / 256 - 1, words);
        uint256 last = end + (words.length - 1) * 256;
        ITradeEscrow.Terms memory terms = _terms("calendar");
        terms.bankingPlace = "ZZ";
        _sow(seed);
        uint256 day = end - 25 + _pick(28);
        terms.expiry = uint64(day * 1 days + second % 1 days);
        terms.latestShipment = terms.expiry;

        uint256 next = day;
        for (uint256 open = 0; open < 5 && next < last;) {
            if (++next < last && (next >= end || (words[0] >> (next % 256)) % 2 == 0)) ++open;
        }
        bytes memory data = abi.encodeCall(ITradeEscrow.open, (terms));
        if (next >= last) {
            bytes4 notLoaded = IBusinessCalendar.BusinessCalendar_NotLoaded.selector;
            uint256 missing = day >= last ? day + 1 : last;
            _refused(STATE_BANK, address(escrow), data, abi.encodeWithSelector(notLoaded, bytes2("ZZ"), missing));
            terms.bankingPlace = HOME;
            require(_call(STATE_BANK, abi.encodeCall(ITradeEscrow.open, (terms))), "elsewhere it would be loaded");
            return;
        }
        bytes32 credit = _openFunded(terms);
        vm.warp(terms.expiry);
        require(_call(SELLER, _presentData(credit, terms.amount, terms.expiry, "bill")), "not presentable");
        require(escrow.drawOf(credit, 1).examineUntil == (next + 1) * 1 days - 1);
    }

    // Standing

    /// @dev The examiner examines in good standing or not at all; its silence then accepts like any other.
    function testFuzz_Examine_InGoodStandingOnly(uint256 seed, bool notice, uint256 wait) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        uint256 until = escrow.drawOf(credit, 1).examineUntil;
        vm.warp(START + wait % (until - START + 1));
        _randomStanding(EXAMINING);
        uint8 standing = rulebook.checkExaminer(EXAMINING);
        bytes memory data = notice ? _noticeData(credit, 1) : abi.encodeCall(ITradeEscrow.accept, (credit, 1));
        if (standing == Reason.OK) {
            require(_call(EXAMINING, data), "in good standing, yet refused");
            return;
        }
        _refused(EXAMINING, address(escrow), data, _refusal(standing));
        require(escrow.drawOf(credit, 1).state == ITradeEscrow.DrawState.PRESENTED);
        vm.warp(until + 1);
        require(_call(STRANGER, abi.encodeCall(ITradeEscrow.deemAccepted, (credit, 1))), "no way out");
    }

    /// @dev The applicant waives in good standing or not at all; the documents then go back in time.
    function testFuzz_Waive_InGoodStandingOnly(uint256 seed, uint256 wait) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        _giveNotice(credit, 1);
        vm.warp(START + wait % (uint256(terms.waiverWindow) + 1));
        _randomStanding(STATE_BANK);
        uint8 standing = rulebook.checkParty(STATE_BANK);
        bytes memory data = abi.encodeCall(ITradeEscrow.waive, (credit, 1));
        if (standing == Reason.OK) {
            require(_call(STATE_BANK, data), "in good standing, yet refused");
            require(escrow.drawOf(credit, 1).state == ITradeEscrow.DrawState.ACCEPTED);
            return;
        }
        _refused(STATE_BANK, address(escrow), data, _refusal(standing));
        require(escrow.drawOf(credit, 1).state == ITradeEscrow.DrawState.DISCREPANT);
        vm.warp(START + uint256(terms.waiverWindow) + 1);
        require(_call(STRANGER, abi.encodeCall(ITradeEscrow.returnDocuments, (credit, 1))), "no way out");
    }

    // Draws

    /// @dev Random draws, each paid, returned or left open, against arithmetic on paper.
    function testFuzz_PartialDraws(uint256 seed, uint128 face, uint128[6] memory wanted) public {
        ITradeEscrow.Terms memory terms = _terms("partial");
        terms.amount = face / 2 + 1;
        terms.tenor = 0;
        bytes32 credit = _openFunded(terms);
        _sow(seed);
        (uint128 free, uint128 reserved, uint128 paid, uint32 open) = (terms.amount, 0, 0, 0);
        uint256 draw;
        for (uint256 i = 0; i < wanted.length && free + reserved > 0; ++i) {
            uint128 amount = _oneIn(3) ? wanted[i] : _oneIn(6) ? free : wanted[i] % (free / 2 + 1);
            bytes memory data = _presentData(credit, amount, START, bytes32(i + 1));
            if (amount == 0 || amount > free) {
                bytes memory invalid = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_InvalidAmount.selector, free);
                _refused(SELLER, address(escrow), data, invalid);
                continue;
            }
            require(_call(SELLER, data), "fits, yet refused");
            ++draw;
            (free, reserved, open) = (free - amount, reserved + amount, open + 1);
            uint256 fate = _pick(3);
            if (fate == 0) {
                _accept(credit, draw);
                escrow.settle(credit, draw);
                (reserved, paid, open) = (reserved - amount, paid + amount, open - 1);
            } else if (fate == 1) {
                _giveNotice(credit, draw);
                vm.prank(_oneIn(2) ? SELLER : EXAMINING);
                escrow.returnDocuments(credit, draw);
                (reserved, free, open) = (reserved - amount, free + amount, open - 1);
            }
            ITradeEscrow.Credit memory c = escrow.creditOf(credit);
            require(c.reserved == reserved && c.paid == paid && c.openDraws == open && c.draws == draw);
            require(escrow.lockedOf(credit) == free + reserved && token.balanceOf(SELLER) == paid);
        }
        bool closed = escrow.creditOf(credit).state == ITradeEscrow.CreditState.CLOSED;
        require(closed == (free + reserved == 0), "closed when nothing is locked");
    }

    function testFuzz_WholeDrawOnly(uint256 seed, uint128 amount, bool exact) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        terms.partialDraws = false;
        bytes32 credit = _openFunded(terms);
        if (exact) amount = terms.amount;
        require(_call(SELLER, _presentData(credit, amount, START, "bill")) == (amount == terms.amount));
    }

    function testFuzz_Pitfall12_SetIsCompleteAndDistinct(uint256 seed, uint8 count, uint8 flaw, uint8 i, uint8 j)
        public
    {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        count = flaw % 4 == 0 ? count % 10 : terms.documents;
        bytes32[] memory documents = _set("bill", count);
        bool complete = count == terms.documents;
        if (flaw % 4 == 1) {
            documents[i % count] = 0;
            complete = false;
        } else if (flaw % 4 == 2 && i % count != j % count) {
            documents[i % count] = documents[j % count];
            complete = false;
        }
        bytes memory data = abi.encodeCall(ITradeEscrow.present, (credit, terms.amount, START, documents));
        bytes memory incomplete =
            abi.encodeWithSelector(ITradeEscrow.TradeEscrow_DocumentsIncomplete.selector, terms.documents);
        if (complete) require(_call(SELLER, data));
        else _refused(SELLER, address(escrow), data, incomplete);
    }

    /// @dev A transport document serves one draw over all credits, until it is returned.
    function testFuzz_Pitfall12_TransportDocumentOnce(bytes32 document, uint8 path, bool sameCredit) public {
        vm.assume(document != 0);
        ITradeEscrow.Terms memory terms = _terms("one");
        terms.tenor = 0;
        bytes32 first = _openFunded(terms);
        terms.ref = "two";
        bytes32 second = sameCredit ? first : _openFunded(terms);
        _present(first, 10, document);
        if (path % 4 == 1) _giveNotice(first, 1);
        if (path % 4 >= 2) _accept(first, 1);
        if (path % 4 == 3) escrow.settle(first, 1);
        bytes memory reused = abi.encodeWithSelector(ITradeEscrow.TradeEscrow_DocumentReused.selector, document);
        _refused(SELLER, address(escrow), _presentData(second, 10, START, document), reused);
        if (path % 4 != 1) return;
        vm.prank(SELLER);
        escrow.returnDocuments(first, 1);
        require(_call(SELLER, _presentData(second, 10, START, document)), "returned, yet not presentable again");
        require(!_call(SELLER, _presentData(first, 10, START, document)), "presented twice");
    }

    // Value

    /// @dev The dry answer about PAY and REFUND decides on a matured draw and an expired credit.
    function testFuzz_Pitfall16_SettleAndExpirePassIffTheAnswerIsOk(uint256 seed, bool pay, bool suspended) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        if (pay) {
            _present(credit, terms.amount, "bill");
            _accept(credit, 1);
        }
        vm.warp(pay ? escrow.drawOf(credit, 1).maturity : terms.expiry + 1);
        if (suspended) {
            _suspend();
            vm.warp(block.timestamp + _pick(2000 days));
        }
        bytes2[3] memory places = [HOME, ABROAD, ELSEWHERE];
        if (_oneIn(2)) _own(SELLER, places[_pick(3)]);
        if (_oneIn(2)) _screen(SELLER, IParticipants.Screening(_pick(4)));
        if (_oneIn(2)) _screen(STATE_BANK, IParticipants.Screening(_pick(4)));
        _license(SELLER, IParticipants.LicenceStatus(_pick(4)), 0);
        address payee = pay ? SELLER : STATE_BANK;
        uint8 reason = token.checkFlow(
            pay ? IRulebook.Flow.PAY : IRulebook.Flow.REFUND, STATE_BANK, payee, address(escrow), terms.amount
        );
        if (suspended) require(reason == Reason.REGIME_SUSPENDED);
        bytes memory data =
            pay ? abi.encodeCall(ITradeEscrow.settle, (credit, 1)) : abi.encodeCall(ITradeEscrow.expire, (credit));
        if (reason == Reason.OK) require(_call(STRANGER, data), "the answer lied");
        else _refused(STRANGER, address(escrow), data, _refusal(reason));
        require(token.balanceOf(payee) == (reason == Reason.OK ? terms.amount : 0));
    }

    /// @dev A suspension that outlasts the regime holds payments and refunds back, and only back: lifted, they pass.
    function testFuzz_Pitfall05_ASuspensionHoldsBackUntilLifted(uint256 seed, bool pay, bool windDown, uint256 later)
        public
    {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        if (pay) {
            _present(credit, terms.amount, "bill");
            _accept(credit, 1);
        }
        _suspend();
        vm.warp((pay ? escrow.drawOf(credit, 1).maturity : terms.expiry + 1) + later % 2000 days);
        bytes memory data =
            pay ? abi.encodeCall(ITradeEscrow.settle, (credit, 1)) : abi.encodeCall(ITradeEscrow.expire, (credit));
        _refused(STRANGER, address(escrow), data, _refusal(Reason.REGIME_SUSPENDED));
        require(escrow.lockedOf(credit) == terms.amount && escrow.totalLocked() == terms.amount);
        vm.prank(SUPERVISOR);
        if (windDown) regime.windDown();
        else regime.resume();
        require(_call(STRANGER, data), "lifted, yet held back");
        require(token.balanceOf(pay ? SELLER : STATE_BANK) == terms.amount && escrow.totalLocked() == 0);
    }

    /// @dev A held payee fails the payment and strands nothing: cleared, it is paid, even after the regime.
    function testFuzz_Pitfall05_AHeldPayeeIsPaidOnceCleared(uint256 seed, uint8 screening, uint256 later) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        _accept(credit, 1);
        vm.warp(escrow.drawOf(credit, 1).maturity + later % 2000 days);
        uint8 held = screening % 3;
        _screen(
            SELLER,
            [
                IParticipants.Screening.UNSCREENED,
                IParticipants.Screening.POTENTIAL,
                IParticipants.Screening.TRUE_MATCH
            ][held]
        );
        uint8 reason = held == 2 ? Reason.LISTED_PARTY : Reason.SCREENING_HOLD;
        bytes memory data = abi.encodeCall(ITradeEscrow.settle, (credit, 1));
        _refused(STRANGER, address(escrow), data, _refusal(reason));
        require(
            escrow.lockedOf(credit) == terms.amount && escrow.drawOf(credit, 1).state == ITradeEscrow.DrawState.ACCEPTED
        );
        _screen(SELLER, IParticipants.Screening.CLEAR);
        require(_call(STRANGER, data) && token.balanceOf(SELLER) == terms.amount);
    }

    /// @dev Freezing a payee does not stop its payment: it lands frozen.
    function testFuzz_Pitfall05_AFrozenPayeeIsPaidIntoTheFreeze(uint256 seed, uint256 frozen) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _present(credit, terms.amount, "bill");
        _accept(credit, 1);
        vm.warp(escrow.drawOf(credit, 1).maturity);
        _freeze(SELLER, frozen);
        escrow.settle(credit, 1);
        uint256 free = frozen > terms.amount ? 0 : terms.amount - frozen;
        require(token.canTransfer(SELLER, STATE_BANK, free) && !token.canTransfer(SELLER, STATE_BANK, free + 1));
    }

    function testFuzz_NoSecondPayment(uint256 seed) public {
        ITradeEscrow.Terms memory terms = _randomTerms(seed);
        bytes32 credit = _openFunded(terms);
        _openFunded(_terms("value for a second payment"));
        _present(credit, terms.amount, "bill");
        _accept(credit, 1);
        vm.warp(escrow.drawOf(credit, 1).maturity);
        escrow.settle(credit, 1);
        bytes memory expected = abi.encodeWithSelector(
            ITradeEscrow.TradeEscrow_WrongDrawState.selector, credit, 1, ITradeEscrow.DrawState.FINAL
        );
        _refused(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.settle, (credit, 1)), expected);
        vm.warp(END);
        require(!_call(STRANGER, abi.encodeCall(ITradeEscrow.expire, (credit))), "refunded as well");
    }

    // Permits

    /// @dev Front-run or not, with a good or a spoilt signature: what counts is the allowance in the end.
    function testFuzz_Pitfall13_FundWithPermit(uint128 amount, bool frontRun, bool spoilt, bool approved, bool late)
        public
    {
        address bank = vm.addr(KEY);
        _register(bank, SETTLER, IParticipants.OwnershipClass.STATE, HOME, HOME);
        ITradeEscrow.Terms memory terms = _terms("permit");
        (terms.applicant, terms.amount) = (bank, amount / 2 + 1);
        _give(bank, terms.amount);
        bytes32 credit = _open(terms);
        _issue(credit);
        uint256 deadline = block.timestamp - (late ? 1 : 0);
        bytes32 typehash =
            keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
        bytes32 content =
            keccak256(abi.encode(typehash, bank, address(escrow), terms.amount, token.nonces(bank), deadline));
        (uint8 v, bytes32 r, bytes32 s) =
            vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", token.DOMAIN_SEPARATOR(), content)));
        if (frontRun && !late) {
            vm.prank(STRANGER);
            token.permit(bank, address(escrow), terms.amount, deadline, v, r, s);
        }
        if (approved) {
            vm.prank(bank);
            token.approve(address(escrow), terms.amount);
        }
        if (spoilt) r = bytes32(uint256(r) ^ 1);
        bytes memory data = abi.encodeCall(ITradeEscrow.fundWithPermit, (credit, deadline, v, r, s));
        require(!_call(STRANGER, data), "a stranger funds");
        bool passes = approved || (!late && (frontRun || !spoilt));
        require(_call(bank, data) == passes);
        require(token.balanceOf(address(escrow)) == (passes ? terms.amount : 0));
    }
}
