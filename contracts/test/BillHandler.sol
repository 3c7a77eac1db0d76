// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {ICollections} from "../src/interfaces/ICollections.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {CreditHandler} from "./CreditHandler.sol";

/// @title Everybody who acts on bills and obligations
abstract contract BillHandler is CreditHandler {
    uint256 private _billNumber;

    /// @dev One of the entities and somebody abroad, either of whom pays.
    function _somePair() private returns (address entity, address other, bool entityPays) {
        (entity, other) = (_oneIn(2) ? STATE_ENTITY : PRIVATE_ENTITY, _oneIn(2) ? SELLER : BUYER_ABROAD);
        if (_oneIn(6)) other = [SHELL, LISTED][_pick(2)];
        entityPays = !_oneIn(3);
    }

    // Bills

    /// @notice A bill as it should go, as far as it goes.
    function draft(uint256 seed) external acts(seed) {
        if (_oneIn(3)) _mend();
        (address entity, address other, bool entityPays) = _somePair();
        ICollections.BillTerms memory t;
        (t.ref, t.trade) = (bytes32(++_billNumber), _tradeOf(entity, other));
        (t.drawer, t.drawee) = entityPays ? (_nameOf(other), _nameOf(entity)) : (_nameOf(entity), _nameOf(other));
        t.instrument = _oneIn(2) ? ITradeEscrow.Instrument.COLLECTION : ITradeEscrow.Instrument.OPEN_ACCOUNT;
        t.amount = uint128(1 + _pick(800));
        t.offerUntil = uint64(block.timestamp + _pick(3 days));
        (t.due, t.grace) = (t.offerUntil + uint64(_pick(6 days)), uint32(1 + _pick(3 days)));
        address drawer = participants.walletOf(t.drawer);
        (bool ok, bytes memory result) = _try(drawer, address(collections), abi.encodeCall(ICollections.offer, (t)));
        if (!ok || _oneIn(6)) return;
        bytes32 bill = abi.decode(result, (bytes32));
        address drawee = participants.walletOf(t.drawee);
        _try(drawee, address(collections), abi.encodeCall(ICollections.agree, (bill)));
        if (_oneIn(3)) return;
        if (t.instrument == ITradeEscrow.Instrument.COLLECTION) _presentBill(drawer, bill);
        if (!_oneIn(3)) _payBill(drawee, bill);
    }

    function _presentBill(address actor, bytes32 bill) private {
        bytes32 documents = keccak256(abi.encode("bill", bill));
        _try(actor, address(collections), abi.encodeCall(ICollections.present, (bill, documents)));
    }

    function _payBill(address actor, bytes32 bill) private {
        bytes memory data = abi.encodeCall(ICollections.pay, (bill));
        (bool ok,) = _try(actor, address(collections), data);
        (bool again,) = _try(actor, address(collections), data);
        if (ok && again) _violated("a bill was paid twice");
    }

    /// @dev Any step of a bill that is mostly open, in time or not.
    function moveBill(uint256 seed) external acts(seed) {
        if (_bills.length == 0) return;
        uint256 place = _pick(_bills.length);
        for (uint256 i = 0; i < _bills.length && !_oneIn(8); ++i) {
            if (!_isOver(collections.billOf(_bills[place]).state)) break;
            place = (place + 1) % _bills.length;
        }
        bytes32 bill = _bills[place];
        ICollections.BillTerms memory t = collections.billOf(bill).terms;
        (address drawer, address drawee) = (participants.walletOf(t.drawer), participants.walletOf(t.drawee));
        if (_oneIn(8)) (drawer, drawee) = (drawee, drawer);
        uint256 way = _pick(7);
        if (way == 0) _try(drawee, address(collections), abi.encodeCall(ICollections.agree, (bill)));
        if (way == 1) _presentBill(drawer, bill);
        if (way == 2) _payBill(_oneIn(6) ? _someWallet() : drawee, bill);
        if (way < 3) return;
        if (_oneIn(2)) vm.warp(block.timestamp + 6 days);
        _endBill(_oneIn(2) ? STRANGER : drawee, bill);
    }

    /// @dev In every way there is.
    function _endBill(address actor, bytes32 bill) internal {
        _try(actor, address(collections), abi.encodeCall(ICollections.declareDefault, (bill)));
        _try(actor, address(collections), abi.encodeCall(ICollections.returnDocuments, (bill)));
        _try(actor, address(collections), abi.encodeCall(ICollections.cancel, (bill)));
    }

    // Clearing

    function oblige(uint256 seed) external acts(seed) {
        (address entity, address other, bool entityPays) = _somePair();
        (address payer, address payee) = entityPays ? (entity, other) : (other, entity);
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
            for (uint256 i = 0; i < last && !_oneIn(8); ++i) {
                if (house.obligationOf(id).state == IClearingHouse.ObligationState.PENDING) break;
                id = id % last + 1;
            }
            IClearingHouse.Obligation memory o = house.obligationOf(id);
            if (_oneIn(4)) {
                if (_oneIn(2)) vm.warp(block.timestamp + 15 days);
                _try(STRANGER, address(house), abi.encodeCall(IClearingHouse.lapse, (id)));
            }
            bytes memory data = abi.encodeCall(IClearingHouse.proposeWithdrawal, (id));
            _try(participants.walletOf(o.payer), address(house), data);
            _try(participants.walletOf(o.payee), address(house), abi.encodeCall(IClearingHouse.withdraw, (id)));
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
}
