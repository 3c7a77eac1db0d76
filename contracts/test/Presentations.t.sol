// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Reason} from "../src/Reason.sol";
import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {CreditFixture} from "./CreditFixture.sol";

/// @notice What attacks on draws met.
contract PresentationsTest is CreditFixture {
    function test_NothingIsAcceptedOnceTheRegimeHasExpired() public {
        vm.warp(END - 130 days);
        ITradeEscrow.Terms memory terms = _terms("late");
        terms.presentationPeriod = 365 days;
        bytes32 credit = _fund(terms);
        uint64 shippedAt = uint64(block.timestamp);
        vm.warp(END - 10 days);
        _suspend();
        vm.warp(WIND_DOWN_END - 1 days);
        _resume();
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = "one";
        vm.prank(SELLER);
        uint256 draw = presentations.present(credit, IPresentations.Kind.DOCUMENTS, 1, shippedAt, documents);
        vm.warp(WIND_DOWN_END + 1);
        bytes memory accept = abi.encodeCall(IPresentations.accept, (credit, draw));
        _refused(EXAMINING, address(presentations), accept, _refusal(Reason.REGIME_EXPIRED));
        documents[0] = "another";
        bytes memory present =
            abi.encodeCall(IPresentations.present, (credit, IPresentations.Kind.DOCUMENTS, 1, shippedAt, documents));
        _refused(SELLER, address(presentations), present, _refusal(Reason.REGIME_EXPIRED));
        presentations.windDown(credit);
        require(token.balanceOf(STATE_ENTITY) == FACE, "not refunded");
    }

    function test_DocumentsThatAWindDownReturnsMayBePresentedElsewhere() public {
        bytes32 credit = _fund(_terms("first"));
        bytes32 other = _fund(_terms("second"));
        uint256 draw = _present(credit, IPresentations.Kind.DOCUMENTS, FACE);
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = presentations.drawOf(credit, draw).transportDocument;
        uint64 shippedAt = uint64(block.timestamp);
        vm.prank(SUPERVISOR);
        regime.windDown();
        vm.prank(ADMINISTRATOR);
        presentations.windDown(credit);
        vm.prank(SELLER);
        presentations.present(other, IPresentations.Kind.DOCUMENTS, FACE, shippedAt, documents);
    }

    /// @dev A guarantee that was opened after a suspension runs ahead of a credit that was opened before.
    function test_TheGuaranteeOutlastsTheAdvanceOnItsOwnClock() public {
        ITradeEscrow.Terms memory terms = _terms("advance");
        terms.instrument = ITradeEscrow.Instrument.ADVANCE;
        (terms.advance, terms.returnPeriod) = (300e6, 30 days);
        terms.guarantee = escrow.creditId(_nameOf(SELLER), "guarantee");
        bytes32 credit = _fund(terms);
        _suspend();
        vm.warp(block.timestamp + 20 days);
        _resume();
        uint256 examination = calendar.endOfBankingDay(HOME, block.timestamp, 5) - block.timestamp;
        _guarantee(uint64(block.timestamp + examination + 30 days));
        _refusedAdvance(credit, terms.guarantee);
    }

    function test_AGuaranteeThatLastsASecondLongerSecuresTheAdvance() public {
        ITradeEscrow.Terms memory terms = _terms("advance");
        terms.instrument = ITradeEscrow.Instrument.ADVANCE;
        (terms.advance, terms.returnPeriod) = (300e6, 30 days);
        terms.guarantee = escrow.creditId(_nameOf(SELLER), "guarantee");
        bytes32 credit = _fund(terms);
        uint256 examination = calendar.endOfBankingDay(HOME, block.timestamp, 5) - block.timestamp;
        _guarantee(uint64(block.timestamp + examination + 30 days + 1));
        _present(credit, IPresentations.Kind.ADVANCE, 300e6);
    }

    function _refusedAdvance(bytes32 credit, bytes32 guarantee) private {
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = "demand";
        bytes memory present =
            abi.encodeCall(IPresentations.present, (credit, IPresentations.Kind.ADVANCE, 300e6, 0, documents));
        bytes memory unsecured = abi.encodeWithSelector(IPresentations.Presentations_NotGuaranteed.selector, guarantee);
        _refused(SELLER, address(presentations), present, unsecured);
    }

    /// @dev Of the seller, in the entity's favour, for the whole advance.
    function _guarantee(uint64 expiry) private {
        ITradeEscrow.Terms memory terms = _terms("guarantee");
        terms.instrument = ITradeEscrow.Instrument.GUARANTEE;
        (terms.applicant, terms.beneficiary) = (_nameOf(SELLER), _nameOf(STATE_ENTITY));
        (terms.amount, terms.latestShipment, terms.expiry) = (300e6, expiry, expiry);
        vm.prank(SELLER);
        bytes32 credit = escrow.open(terms);
        vm.prank(STATE_ENTITY);
        escrow.issue(credit, keccak256(abi.encode(terms)));
        _give(SELLER, 300e6);
        _approveFor(SELLER, address(escrow), 300e6);
        vm.prank(SELLER);
        escrow.fund(credit);
    }
}
