// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {MoneyHandler} from "./MoneyHandler.sol";

/// @title Everybody who acts on credits
abstract contract CreditHandler is MoneyHandler {
    uint256 private _refNumber;
    uint256 private _documentNumber;

    // Credits

    /// @notice A credit as it should go, step by step, as far as it goes.
    function trade(uint256 seed) external acts(seed) {
        if (_oneIn(2)) _mend();
        _openSome();
        if (_credits.length == 0) return;
        bytes32 credit = _credits[_credits.length - 1];
        address beneficiary = participants.walletOf(escrow.termsOf(credit).beneficiary);
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = keccak256(abi.encode(++_documentNumber));
        uint128 amount = escrow.undrawnOf(credit) / (_oneIn(4) ? 2 : 1);
        uint64 now_ = uint64(block.timestamp);
        IPresentations.Kind kind = IPresentations.Kind.DOCUMENTS;
        uint128 advance = escrow.termsOf(credit).advance;
        if (advance > 0 && !_oneIn(6)) (kind, amount) = (IPresentations.Kind.ADVANCE, advance);
        bytes memory data = abi.encodeCall(IPresentations.present, (credit, kind, amount, now_, documents));
        _try(beneficiary, address(presentations), data);
        if (_oneIn(3)) return;
        _examine(credit, 1, _oneIn(3) ? 1 : 0);
        if (_oneIn(5)) return;
        if (_oneIn(3)) vm.warp(block.timestamp + 5 days);
        if (_oneIn(5)) _find(beneficiary);
        _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.settle, (credit, 1)));
        if (!_oneIn(3)) _release(credit, 1);
    }

    /// @dev Screening finds something about who waits for a payment.
    function _find(address wallet) private {
        bytes32 name = participants.participantOf(wallet);
        bytes memory data = abi.encodeCall(IParticipants.setScreening, (name, IParticipants.Screening.POTENTIAL));
        _try(REVIEWER, address(participants), data);
    }

    function openCredit(uint256 seed) external acts(seed) {
        if (_oneIn(2)) _mend();
        for (uint256 i = _pick(3); i < 3; ++i) {
            _openSome();
        }
    }

    function _openSome() private {
        ITradeEscrow.Terms memory t = _terms(bytes32(++_refNumber));
        (address applicant, address beneficiary) = (STATE_ENTITY, SELLER);
        if (_oneIn(3)) applicant = PRIVATE_ENTITY;
        if (_oneIn(3)) beneficiary = [BUYER_ABROAD, SHELL, LISTED][_pick(3)];
        (t.applicant, t.beneficiary) = (_nameOf(applicant), _nameOf(beneficiary));
        (t.trade, t.amount) = (_tradeOf(applicant, beneficiary), uint128(1 + _pick(900)));
        t.awardPeriod = _oneIn(2) ? 5 days : 2 days;
        (t.tolerance, t.demurrage) = (_oneIn(2) ? 1_000 : 0, _oneIn(3) ? uint128(_pick(200)) : 0);
        if (!_oneIn(4)) {
            (t.offerUntil, t.fundUntil) = (uint64(block.timestamp) + 1 days, uint64(block.timestamp) + 2 days);
            (t.latestShipment, t.expiry) = (uint64(block.timestamp) + 8 days, uint64(block.timestamp) + 12 days);
        }
        if (!_oneIn(4)) (t.retention, t.retentionPeriod) = (uint16(_pick(5_000)), 20 days);
        if (_oneIn(4)) (t.instrument, t.tenor) = (ITradeEscrow.Instrument.DEFERRED, 5 days);
        else if (_oneIn(2)) t.instrument = ITradeEscrow.Instrument.ADVANCE;
        if (t.instrument == ITradeEscrow.Instrument.ADVANCE) (t.advance, t.returnPeriod) = (1 + t.amount / 3, 3 days);
        if (_oneIn(6)) _vary(t);
        (bool ok, bytes memory result) = _try(applicant, address(escrow), abi.encodeCall(ITradeEscrow.open, (t)));
        if (!ok) return;
        bytes32 credit = abi.decode(result, (bytes32));
        _credits.push(credit);
        if (_oneIn(10)) return;
        beneficiary = participants.walletOf(t.beneficiary);
        _try(beneficiary, address(escrow), abi.encodeCall(ITradeEscrow.issue, (credit, keccak256(abi.encode(t)))));
        if (!_oneIn(8)) _try(applicant, address(escrow), abi.encodeCall(ITradeEscrow.fund, (credit)));
    }

    /// @dev Attested milestones in place of documents, or a guarantee.
    function _vary(ITradeEscrow.Terms memory t) private {
        (t.advance, t.returnPeriod, t.tenor) = (0, 0, 0);
        bool attested = _oneIn(2);
        t.instrument = attested ? ITradeEscrow.Instrument.MILESTONE : ITradeEscrow.Instrument.GUARANTEE;
        if (attested) t.examiner = _nameOf(ATTESTING);
        else (t.demurrage, t.retention) = (0, 0);
    }

    function draw(uint256 seed) external acts(seed) {
        _draw();
    }

    function _draw() private {
        bytes32 credit = _someCreditIn(ITradeEscrow.CreditState.ACTIVE);
        address beneficiary = participants.walletOf(escrow.termsOf(credit).beneficiary);
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = keccak256(abi.encode(_oneIn(8) ? _documentNumber : ++_documentNumber));
        IPresentations.Kind kind = _oneIn(2) ? IPresentations.Kind.DOCUMENTS : IPresentations.Kind(_pick(4));
        uint128 amount = kind == IPresentations.Kind.DELIVERY ? 0 : uint128(_pick(escrow.undrawnOf(credit) + 2));
        if (kind == IPresentations.Kind.ADVANCE) amount = amount / 3;
        uint64 shippedAt = uint64(block.timestamp - _pick(3 days));
        bytes memory data = abi.encodeCall(IPresentations.present, (credit, kind, amount, shippedAt, documents));
        (bool ok,) = _try(_oneIn(8) ? _someWallet() : beneficiary, address(presentations), data);
        if (ok && _oneIn(3)) _examine(credit, presentations.drawsOf(credit), _pick(4));
    }

    /// @dev The next step of a draw, of several that it may take; now and then another one, or by somebody else.
    function settleDraw(uint256 seed) external acts(seed) {
        if (_oneIn(2)) _mend();
        (bytes32 credit, uint256 number) = _someDraw();
        IPresentations.Draw memory d = presentations.drawOf(credit, number);
        if (_oneIn(8)) d.state = IPresentations.DrawState(_pick(7));
        if (d.state == IPresentations.DrawState.NONE && !_oneIn(4)) {
            _draw();
            return;
        }
        if (d.state == IPresentations.DrawState.PRESENTED || d.state == IPresentations.DrawState.DISCREPANT) {
            _examine(credit, number, d.state == IPresentations.DrawState.PRESENTED ? _pick(4) : 4 + _pick(2));
        } else if (d.state == IPresentations.DrawState.PAID) {
            _release(credit, number);
        } else {
            if (_oneIn(3)) vm.warp(block.timestamp + 6 days);
            bytes memory data = abi.encodeCall(IPresentations.settle, (credit, number));
            _try(_oneIn(2) ? STATE_ENTITY : STRANGER, address(presentations), data);
        }
    }

    function _examine(bytes32 credit, uint256 number, uint256 way) private {
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        bytes memory data = abi.encodeCall(IPresentations.accept, (credit, number));
        address actor = participants.walletOf(t.examiner);
        if (way % 2 == 1 && way < 4) {
            string[] memory discrepancies = new string[](1);
            data = abi.encodeCall(IPresentations.giveNotice, (credit, number, discrepancies));
        } else if (way == 2) {
            if (_oneIn(2)) vm.warp(block.timestamp + 10 days);
            (actor, data) = (STRANGER, abi.encodeCall(IPresentations.deemAccepted, (credit, number)));
        } else if (way == 4) {
            actor = participants.walletOf(t.applicant);
            data = abi.encodeCall(IPresentations.waive, (credit, number));
        } else if (way == 5) {
            data = abi.encodeCall(IPresentations.returnDocuments, (credit, number));
        }
        (bool ok,) = _try(_oneIn(10) ? _someWallet() : actor, address(presentations), data);
        // There is not much time for a waiver.
        if (ok && way % 2 == 1 && way < 4 && !_oneIn(3)) _examine(credit, number, _oneIn(3) ? 5 : 4);
    }

    /// @dev The retention: to the beneficiary, or to the arbiter.
    function _release(bytes32 credit, uint256 number) private {
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        bytes memory data = abi.encodeCall(IPresentations.finalise, (credit, number));
        if (_pick(9) < 4) data = abi.encodeCall(IPresentations.disputeRetention, (credit, number));
        else if (_oneIn(4)) vm.warp(block.timestamp + 21 days);
        _try(participants.walletOf(t.applicant), address(presentations), data);
    }

    function disputeCredit(uint256 seed) external acts(seed) {
        bool disputes = _oneIn(2);
        // What is to be disputed has some time left.
        if (disputes && _oneIn(2)) _openSome();
        bytes32 credit = _someCreditIn(disputes ? ITradeEscrow.CreditState.ACTIVE : ITradeEscrow.CreditState.DISPUTED);
        if (disputes && _credits.length > 0 && !_oneIn(4)) credit = _credits[_credits.length - 1];
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        address judge = _oneIn(6) ? _someWallet() : ARBITER;
        if (disputes) {
            uint128 amount = uint128(_pick(escrow.undrawnOf(credit) + 2));
            bytes memory data = abi.encodeCall(ITradeEscrow.dispute, (credit, amount));
            if (!_oneIn(6)) _try(participants.walletOf(t.applicant), address(escrow), data);
            if (!_oneIn(6)) _try(participants.walletOf(t.beneficiary), address(escrow), data);
            if (_oneIn(3)) _try(judge, address(escrow), abi.encodeCall(ITradeEscrow.award, (credit, amount / 2)));
        } else if (_oneIn(2)) {
            uint128 share = uint128(_pick(uint256(escrow.creditOf(credit).disputed) + 2));
            _try(judge, address(escrow), abi.encodeCall(ITradeEscrow.award, (credit, share)));
        } else {
            if (_oneIn(2)) vm.warp(block.timestamp + 11 days);
            _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.awardByTime, (credit)));
        }
    }

    function endCredit(uint256 seed) external acts(seed) {
        bytes32 credit = _someCreditIn(ITradeEscrow.CreditState.ACTIVE);
        if (_oneIn(2)) _mend();
        uint256 way = _pick(10);
        if (way == 0 || way == 7) {
            if (_oneIn(2)) vm.warp(block.timestamp + 30 days);
            _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.expire, (credit)));
        } else if (way == 1) {
            credit = _someCreditIn(_oneIn(2) ? ITradeEscrow.CreditState.DRAFT : ITradeEscrow.CreditState.ISSUED);
            if (_oneIn(2)) vm.warp(block.timestamp + 3 days);
            _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.cancel, (credit)));
        } else if (way == 2 || way == 9) {
            _revoke(credit);
        } else if (way == 3 || way == 8) {
            credit = _someAdvance();
            if (!_oneIn(4)) vm.warp(block.timestamp + 6 days);
            _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.reportOverdue, (credit)));
        } else {
            _agree(credit);
        }
    }

    /// @dev An entity loses its licence, and an administrator ends its credit.
    function _revoke(bytes32 credit) private {
        _mend();
        bytes32 applicant = escrow.termsOf(credit).applicant;
        IParticipants.LicenceStatus revoked = IParticipants.LicenceStatus.REVOKED;
        bytes memory data = abi.encodeCall(IParticipants.setLicence, (applicant, revoked, FAR));
        if (!_oneIn(4)) _try(SUPERVISOR, address(participants), data);
        _try(ADMINISTRATOR, address(presentations), abi.encodeCall(IPresentations.windDown, (credit)));
    }

    /// @dev On an amendment, or on the end.
    function _agree(bytes32 credit) private {
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        bytes memory data = abi.encodeCall(ITradeEscrow.cancelByConsent, (credit));
        t.expiry += uint64(_pick(20 days));
        t.amount = uint128(1 + _pick(uint256(t.amount) * 2 + 1));
        if (_oneIn(2)) data = abi.encodeCall(ITradeEscrow.amend, (credit, t));
        _try(participants.walletOf(t.applicant), address(escrow), data);
        if (!_oneIn(4)) _try(participants.walletOf(t.beneficiary), address(escrow), data);
    }

    function supervise(uint256 seed) external acts(seed) {
        bytes32 credit = _someCreditIn(ITradeEscrow.CreditState.ACTIVE);
        if (!escrow.creditOf(credit).held) {
            _try(REVIEWER, address(escrow), abi.encodeCall(ITradeEscrow.hold, (credit)));
            if (_oneIn(3)) return;
        }
        bytes memory data = abi.encodeCall(ITradeEscrow.release, (credit));
        if (_oneIn(4)) data = abi.encodeCall(ITradeEscrow.blockCredit, (credit));
        if (_oneIn(4)) data = abi.encodeCall(ITradeEscrow.rejectCredit, (credit));
        bool alone = _oneIn(4);
        bool held = escrow.creditOf(credit).held;
        _tryTogether(alone ? SECOND_REVIEWER : REVIEWER, SECOND_REVIEWER, address(escrow), data);
        if (alone && held && !escrow.creditOf(credit).held) _violated("one person ended a hold");
    }

    /// @dev Mostly one that waits for something.
    function _someDraw() private returns (bytes32 credit, uint256 number) {
        uint256 first = _pick(_credits.length + 1);
        for (uint256 i = 0; i < _credits.length; ++i) {
            credit = _credits[(first + i) % _credits.length];
            ITradeEscrow.Credit memory c = escrow.creditOf(credit);
            if (!c.held && uint256(c.reserved) + c.retained > 0 && !_oneIn(16)) break;
        }
        uint256 count = presentations.drawsOf(credit);
        number = 1 + _pick(count + 1);
        for (uint256 i = 0; i < count; ++i) {
            IPresentations.DrawState state = presentations.drawOf(credit, number).state;
            bool waits = state != IPresentations.DrawState.RETURNED && state != IPresentations.DrawState.FINAL
                && state != IPresentations.DrawState.NONE;
            if (waits) break;
            number = number % count + 1;
        }
    }

    /// @dev Mostly one in that state, if there is any.
    function _someCreditIn(ITradeEscrow.CreditState state) private returns (bytes32) {
        uint256 count = _credits.length;
        if (count == 0) return 0;
        uint256 place = _pick(count);
        for (uint256 i = 0; i < count && !_oneIn(16); ++i) {
            ITradeEscrow.Credit memory c = escrow.creditOf(_credits[place]);
            if (c.state == state && !(c.held && _oneIn(2))) break;
            place = (place + 1) % count;
        }
        return _credits[place];
    }

    /// @dev One whose advance is out, if there is any.
    function _someAdvance() private view returns (bytes32 credit) {
        for (uint256 i = _credits.length; i > 0 && !escrow.creditOf(credit).advanceOpen; --i) {
            credit = _credits[i - 1];
        }
    }
}
