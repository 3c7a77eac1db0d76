// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IPresentations} from "../src/interfaces/IPresentations.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Handler} from "./Handler.sol";

/// @title Everybody who acts on credits and obligations
contract CreditHandler is Handler {
    uint256 private _refNumber;
    uint256 private _documentNumber;

    function actions() external pure returns (bytes4[] memory selectors) {
        selectors = new bytes4[](26);
        selectors[0] = this.pay.selector;
        selectors[1] = this.spend.selector;
        selectors[2] = this.issueOrRedeem.selector;
        selectors[3] = this.mine.selector;
        selectors[4] = this.unmark.selector;
        selectors[5] = this.freeze.selector;
        selectors[6] = this.seize.selector;
        selectors[7] = this.recover.selector;
        selectors[8] = this.rescreen.selector;
        selectors[9] = this.change.selector;
        selectors[10] = this.rotate.selector;
        selectors[11] = this.amendTrade.selector;
        selectors[12] = this.passTime.selector;
        selectors[13] = this.steer.selector;
        selectors[14] = this.reprogramme.selector;
        selectors[15] = this.quarantineItem.selector;
        selectors[16] = this.openCredit.selector;
        selectors[17] = this.draw.selector;
        selectors[18] = this.settleDraw.selector;
        selectors[19] = this.disputeCredit.selector;
        selectors[20] = this.endCredit.selector;
        selectors[21] = this.supervise.selector;
        selectors[22] = this.oblige.selector;
        selectors[23] = this.clear.selector;
        selectors[24] = this.mend.selector;
        selectors[25] = this.trade.selector;
    }

    // Credits

    /// @notice A credit as it should go, step by step, as far as it goes.
    function trade(uint256 seed) external acts(seed) {
        _openSome();
        if (_credits.length == 0) return;
        bytes32 credit = _credits[_credits.length - 1];
        address beneficiary = participants.walletOf(escrow.termsOf(credit).beneficiary);
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = keccak256(abi.encode(++_documentNumber));
        uint128 amount = escrow.undrawnOf(credit) / uint128(1 + _pick(2));
        uint64 now_ = uint64(block.timestamp);
        IPresentations.Kind kind = IPresentations.Kind.DOCUMENTS;
        bytes memory data = abi.encodeCall(IPresentations.present, (credit, kind, amount, now_, documents));
        _try(beneficiary, address(presentations), data);
        _try(EXAMINING, address(presentations), abi.encodeCall(IPresentations.accept, (credit, 1)));
        if (_oneIn(3)) vm.warp(block.timestamp + 5 days);
        _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.settle, (credit, 1)));
        address applicant = participants.walletOf(escrow.termsOf(credit).applicant);
        if (_oneIn(3)) _try(applicant, address(presentations), abi.encodeCall(IPresentations.finalise, (credit, 1)));
    }

    function openCredit(uint256 seed) external acts(seed) {
        _openSome();
    }

    function _openSome() private {
        ITradeEscrow.Terms memory t = _terms(bytes32(++_refNumber));
        (address applicant, address beneficiary) = (STATE_ENTITY, SELLER);
        if (_oneIn(3)) applicant = PRIVATE_ENTITY;
        if (_oneIn(3)) beneficiary = [BUYER_ABROAD, SHELL, LISTED][_pick(3)];
        (t.applicant, t.beneficiary) = (_nameOf(applicant), _nameOf(beneficiary));
        (t.trade, t.amount) = (_tradeOf(applicant, beneficiary), uint128(1 + _pick(1_500)));
        (t.tolerance, t.demurrage) = (_oneIn(2) ? 1_000 : 0, _oneIn(3) ? uint128(_pick(200)) : 0);
        if (_oneIn(2)) {
            (t.offerUntil, t.fundUntil) = (uint64(block.timestamp) + 1 days, uint64(block.timestamp) + 2 days);
            (t.latestShipment, t.expiry) = (uint64(block.timestamp) + 8 days, uint64(block.timestamp) + 12 days);
        }
        if (_oneIn(2)) (t.retention, t.retentionPeriod) = (uint16(_pick(5_000)), 20 days);
        if (_oneIn(3)) (t.instrument, t.tenor) = (ITradeEscrow.Instrument.DEFERRED, 5 days);
        else if (_oneIn(3)) t.instrument = ITradeEscrow.Instrument.ADVANCE;
        if (t.instrument == ITradeEscrow.Instrument.ADVANCE) (t.advance, t.returnPeriod) = (1 + t.amount / 3, 30 days);
        (bool ok, bytes memory result) = _try(applicant, address(escrow), abi.encodeCall(ITradeEscrow.open, (t)));
        if (!ok) return;
        bytes32 credit = abi.decode(result, (bytes32));
        _credits.push(credit);
        _try(beneficiary, address(escrow), abi.encodeCall(ITradeEscrow.issue, (credit, keccak256(abi.encode(t)))));
        if (!_oneIn(8)) _try(applicant, address(escrow), abi.encodeCall(ITradeEscrow.fund, (credit)));
    }

    function draw(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        address beneficiary = participants.walletOf(escrow.termsOf(credit).beneficiary);
        bytes32[] memory documents = new bytes32[](1);
        documents[0] = keccak256(abi.encode(_oneIn(8) ? _documentNumber : ++_documentNumber));
        IPresentations.Kind kind = _oneIn(2) ? IPresentations.Kind.DOCUMENTS : IPresentations.Kind(_pick(4));
        uint128 amount = kind == IPresentations.Kind.DELIVERY ? 0 : uint128(_pick(escrow.undrawnOf(credit) + 2));
        if (kind == IPresentations.Kind.ADVANCE) amount = amount / 3;
        uint64 shippedAt = uint64(block.timestamp - _pick(3 days));
        bytes memory data = abi.encodeCall(IPresentations.present, (credit, kind, amount, shippedAt, documents));
        (bool ok,) = _try(_oneIn(8) ? _someWallet() : beneficiary, address(presentations), data);
        if (ok && _oneIn(2)) _examine(credit, presentations.drawsOf(credit));
    }

    function settleDraw(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        uint256 number = 1 + _pick(presentations.drawsOf(credit) + 1);
        _examine(credit, number);
        bytes memory data = abi.encodeCall(IPresentations.settle, (credit, number));
        if (_oneIn(3)) data = abi.encodeCall(IPresentations.finalise, (credit, number));
        _try(_oneIn(2) ? STATE_ENTITY : STRANGER, address(presentations), data);
    }

    function _examine(bytes32 credit, uint256 number) private {
        bytes memory data = abi.encodeCall(IPresentations.accept, (credit, number));
        address actor = EXAMINING;
        uint256 way = _pick(6);
        if (way == 1) {
            string[] memory discrepancies = new string[](1);
            data = abi.encodeCall(IPresentations.giveNotice, (credit, number, discrepancies));
        } else if (way == 2) {
            (actor, data) = (STRANGER, abi.encodeCall(IPresentations.deemAccepted, (credit, number)));
        } else if (way == 3) {
            actor = participants.walletOf(escrow.termsOf(credit).applicant);
            data = abi.encodeCall(IPresentations.waive, (credit, number));
        } else if (way == 4) {
            data = abi.encodeCall(IPresentations.returnDocuments, (credit, number));
        }
        _try(_oneIn(10) ? _someWallet() : actor, address(presentations), data);
    }

    function disputeCredit(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        address party = participants.walletOf(_oneIn(2) ? t.applicant : t.beneficiary);
        ITradeEscrow.Credit memory c = escrow.creditOf(credit);
        uint256 way = _pick(4);
        if (way == 0) {
            uint128 amount = uint128(_pick(escrow.undrawnOf(credit) + 2));
            _try(party, address(escrow), abi.encodeCall(ITradeEscrow.dispute, (credit, amount)));
            if (_oneIn(2)) _try(ARBITER, address(escrow), abi.encodeCall(ITradeEscrow.award, (credit, amount / 2)));
        } else if (way == 1) {
            uint256 number = 1 + _pick(presentations.drawsOf(credit) + 1);
            _try(party, address(presentations), abi.encodeCall(IPresentations.disputeRetention, (credit, number)));
        } else if (way == 2) {
            uint128 share = uint128(_pick(uint256(c.disputed) + 2));
            address judge = _oneIn(4) ? _someWallet() : ARBITER;
            _try(judge, address(escrow), abi.encodeCall(ITradeEscrow.award, (credit, share)));
        } else {
            _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.awardByTime, (credit)));
        }
    }

    function endCredit(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        ITradeEscrow.Terms memory t = escrow.termsOf(credit);
        uint256 way = _pick(5);
        if (way == 0) {
            if (_oneIn(2)) vm.warp(block.timestamp + 13 days);
            _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.expire, (credit)));
        }
        if (way == 1) _try(STRANGER, address(escrow), abi.encodeCall(ITradeEscrow.cancel, (credit)));
        if (way == 2) _try(ADMINISTRATOR, address(presentations), abi.encodeCall(IPresentations.windDown, (credit)));
        if (way == 3) _try(STRANGER, address(presentations), abi.encodeCall(IPresentations.reportOverdue, (credit)));
        if (way < 4) return;
        bytes memory data = abi.encodeCall(ITradeEscrow.cancelByConsent, (credit));
        t.expiry += uint64(_pick(20 days));
        t.amount = uint128(1 + _pick(uint256(t.amount) * 2 + 1));
        if (_oneIn(2)) data = abi.encodeCall(ITradeEscrow.amend, (credit, t));
        _try(participants.walletOf(t.applicant), address(escrow), data);
        if (!_oneIn(4)) _try(participants.walletOf(t.beneficiary), address(escrow), data);
    }

    function supervise(uint256 seed) external acts(seed) {
        bytes32 credit = _someCredit();
        if (_oneIn(2)) {
            _try(REVIEWER, address(escrow), abi.encodeCall(ITradeEscrow.hold, (credit)));
            if (_oneIn(2)) return;
        }
        bytes memory data = abi.encodeCall(ITradeEscrow.release, (credit));
        if (_oneIn(4)) data = abi.encodeCall(ITradeEscrow.blockCredit, (credit));
        if (_oneIn(4)) data = abi.encodeCall(ITradeEscrow.rejectCredit, (credit));
        bool alone = _oneIn(4);
        bool held = escrow.creditOf(credit).held;
        _tryTogether(alone ? SECOND_REVIEWER : REVIEWER, SECOND_REVIEWER, address(escrow), data);
        if (alone && held && !escrow.creditOf(credit).held) _violated("one person ended a hold");
    }

    // Clearing

    function oblige(uint256 seed) external acts(seed) {
        (address entity, address other) = (_oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY, _oneIn(2) ? SELLER : BUYER_ABROAD);
        if (_oneIn(6)) other = [SHELL, LISTED][_pick(2)];
        (address payer, address payee) = _oneIn(2) ? (entity, other) : (other, entity);
        bytes memory data = abi.encodeCall(
            IClearingHouse.enter,
            (
                _nameOf(payee),
                uint128(_pick(1_200)),
                uint8(_pick(3)),
                _tradeOf(entity, other),
                uint64(block.timestamp + _pick(20 days))
            )
        );
        _try(participants.walletOf(_nameOf(payer)), address(house), data);
    }

    /// @dev Everything that is pending, or some, in order or not; and the ways out.
    function clear(uint256 seed) external acts(seed) {
        uint256 last = house.obligations();
        uint256 id = 1 + _pick(last + 1);
        if (_oneIn(3)) {
            IClearingHouse.Obligation memory o = house.obligationOf(id);
            bytes memory data = abi.encodeCall(IClearingHouse.proposeWithdrawal, (id));
            _try(participants.walletOf(o.payer), address(house), data);
            _try(participants.walletOf(o.payee), address(house), abi.encodeCall(IClearingHouse.withdraw, (id)));
            _try(STRANGER, address(house), abi.encodeCall(IClearingHouse.lapse, (id)));
            return;
        }
        uint256[] memory chosen = new uint256[](last);
        uint256 count;
        bool all = !_oneIn(3);
        for (uint256 i = 1; i <= last; ++i) {
            IClearingHouse.Obligation memory o = house.obligationOf(i);
            bool live = o.state == IClearingHouse.ObligationState.PENDING && o.until >= block.timestamp;
            if (live && (all || _oneIn(2))) chosen[count++] = i;
        }
        uint256[] memory ids = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            ids[i] = chosen[i];
        }
        (bool ok,) = _try(RAMP_OFFICE, address(house), abi.encodeCall(IClearingHouse.settle, (ids)));
        (bool again,) = _try(RAMP_OFFICE, address(house), abi.encodeCall(IClearingHouse.settle, (ids)));
        if (ok && again) _violated("an obligation was settled twice");
    }

    /// @dev Whatever happened, time and a stranger bring every credit to an end, and nothing stays in the escrow; nobody
    /// has to be in any office, but to end a suspension.
    function windUp() external {
        vm.recordLogs();
        if (regime.stage() == IRegime.Stage.SUSPENDED) {
            _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.resume, ()));
        }
        if (block.timestamp <= WIND_DOWN_END) vm.warp(WIND_DOWN_END + 1);
        for (uint256 i = 0; i < _credits.length; ++i) {
            bytes32 credit = _credits[i];
            ITradeEscrow.CreditState state = escrow.creditOf(credit).state;
            bool funded = state == ITradeEscrow.CreditState.ACTIVE || state == ITradeEscrow.CreditState.DISPUTED;
            if (funded) _passed(STRANGER, address(presentations), abi.encodeCall(IPresentations.windDown, (credit)));
            _watchCredits();
        }
        require(token.balanceOf(address(escrow)) == 0 && escrow.totalLocked() == 0, "the escrow keeps value");
        for (uint256 id = 1; id <= house.obligations(); ++id) {
            if (house.obligationOf(id).state != IClearingHouse.ObligationState.PENDING) continue;
            _passed(STRANGER, address(house), abi.encodeCall(IClearingHouse.lapse, (id)));
        }
        _book();
    }

    function moves(uint256 flow) external view returns (uint256) {
        return _moves[IRulebook.Flow(flow)];
    }

    function credits() external view returns (bytes32[] memory) {
        return _credits;
    }

    function stateOf(bytes32 credit) external view returns (uint256) {
        return uint256(escrow.creditOf(credit).state);
    }

    function cycles() external view returns (uint256) {
        return house.cycles();
    }

    function _someCredit() private returns (bytes32) {
        if (_credits.length == 0) return 0;
        // The latest ones are the liveliest.
        uint256 back = _pick(_oneIn(2) ? 2 : _credits.length);
        return back >= _credits.length ? _credits[0] : _credits[_credits.length - 1 - back];
    }
}
