// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Collections} from "../src/Collections.sol";
import {Presentations} from "../src/Presentations.sol";
import {TermsCheck} from "../src/TermsCheck.sol";
import {TradeEscrow} from "../src/TradeEscrow.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Fixture} from "./Fixture.sol";

/// @title The active regime with its escrow, and credits of the state entity in the seller's favour
abstract contract CreditFixture is Fixture {
    uint64 internal constant THE_PRESENTATIONS = 31;
    uint128 internal constant FACE = 1_000e6;

    TradeEscrow internal escrow;
    Presentations internal presentations;
    Collections internal collections;

    uint256 private _documents;

    function setUp() public virtual override {
        super.setUp();
        address authority = address(manager);
        TermsCheck terms = new TermsCheck(rulebook, calendar);
        escrow = new TradeEscrow(authority, token, rulebook, regime, participants, terms);
        presentations = new Presentations(escrow, rulebook, regime, participants, calendar, trades);
        collections = new Collections(token, rulebook, regime, participants, trades);
        manager.grantRole(THE_DOCUMENTS, address(presentations), 0);
        manager.grantRole(THE_DOCUMENTS, address(collections), 0);
        _permitEscrow();
        uint16 ways = _flow(IRulebook.Flow.FUND) | _flow(IRulebook.Flow.PAY);
        _module(address(escrow), ways | _flow(IRulebook.Flow.REFUND) | _flow(IRulebook.Flow.AWARD));
        _module(address(collections), ways | _flow(IRulebook.Flow.DIRECT));
        _activate(_programme());
    }

    /// @dev At sight, drawn in parts, with an arbiter.
    function _terms(bytes32 ref) internal view returns (ITradeEscrow.Terms memory t) {
        (t.ref, t.trade) = (ref, _tradeOf(STATE_ENTITY, SELLER));
        (t.applicant, t.beneficiary) = (_nameOf(STATE_ENTITY), _nameOf(SELLER));
        (t.examiner, t.arbiter) = (_nameOf(EXAMINING), _nameOf(ARBITER));
        (t.amount, t.partialDraws, t.documents, t.bankingPlace) = (FACE, true, 1, HOME);
        (t.offerUntil, t.fundUntil) = (uint64(block.timestamp) + 10 days, uint64(block.timestamp) + 20 days);
        (t.latestShipment, t.expiry) = (uint64(block.timestamp) + 90 days, uint64(block.timestamp) + 120 days);
        (t.presentationPeriod, t.waiverWindow, t.awardPeriod) = (21 days, 10 days, 60 days);
    }

    function _fund(ITradeEscrow.Terms memory terms) internal returns (bytes32 credit) {
        vm.prank(STATE_ENTITY);
        credit = escrow.open(terms);
        vm.prank(SELLER);
        escrow.issue(credit, keccak256(abi.encode(terms)));
        uint128 amount = escrow.fundingOf(credit);
        _give(STATE_ENTITY, amount);
        _approveFor(STATE_ENTITY, address(escrow), amount);
        vm.prank(STATE_ENTITY);
        escrow.fund(credit);
    }

    function _present(bytes32 credit, IPresentations.Kind kind, uint128 amount) internal returns (uint256 draw) {
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = keccak256(abi.encode("document", ++_documents));
        vm.prank(SELLER);
        draw = presentations.present(credit, kind, amount, uint64(block.timestamp), documents);
    }

    function _accept(bytes32 credit, uint256 draw) internal {
        vm.prank(EXAMINING);
        presentations.accept(credit, draw);
    }

    /// @dev Documents drawn on, accepted and paid.
    function _draw(bytes32 credit, uint128 amount) internal returns (uint256 draw) {
        draw = _present(credit, IPresentations.Kind.DOCUMENTS, amount);
        _accept(credit, draw);
        presentations.settle(credit, draw);
    }

    /// @dev Both sides agree that the arbiter decide.
    function _dispute(bytes32 credit, uint128 amount) internal {
        vm.prank(STATE_ENTITY);
        escrow.dispute(credit, amount);
        vm.prank(SELLER);
        escrow.dispute(credit, amount);
    }

    function _hold(bytes32 credit) internal {
        vm.prank(REVIEWER);
        escrow.hold(credit);
    }

    function _permitEscrow() private {
        manager.grantRole(THE_PRESENTATIONS, address(presentations), 0);
        bytes4[8] memory draws = [
            ITradeEscrow.reserve.selector,
            ITradeEscrow.unreserve.selector,
            ITradeEscrow.payDraw.selector,
            ITradeEscrow.payRetention.selector,
            ITradeEscrow.closeIfEmpty.selector,
            ITradeEscrow.closeAdvance.selector,
            ITradeEscrow.disputeRetention.selector,
            ITradeEscrow.windDown.selector
        ];
        for (uint256 i = 0; i < draws.length; ++i) {
            _allow(address(escrow), THE_PRESENTATIONS, draws[i]);
        }
        _allow(address(escrow), COMPLIANCE, ITradeEscrow.hold.selector);
        _allow(address(escrow), COMPLIANCE, ITradeEscrow.release.selector);
        _allow(address(escrow), COMPLIANCE, ITradeEscrow.blockCredit.selector);
        _allow(address(escrow), COMPLIANCE, ITradeEscrow.rejectCredit.selector);
        _allow(address(escrow), COMPLIANCE, IDualControl.propose.selector);
    }
}
