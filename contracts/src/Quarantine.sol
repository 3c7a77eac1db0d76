// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IQuarantine} from "./interfaces/IQuarantine.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title Quarantine
contract Quarantine is IQuarantine, DualControl {
    ISettlementToken private immutable TOKEN;
    IParticipants private immutable PARTICIPANTS;

    mapping(uint256 item => Item) private _items;
    uint256 private _count;

    constructor(address authority, ISettlementToken token, IParticipants participants) DirectlyManaged(authority) {
        TOKEN = token;
        PARTICIPANTS = participants;
    }

    /// @inheritdoc IQuarantine
    function hold(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
    {
        require(msg.sender == address(TOKEN), Quarantine_NotToken(msg.sender));
        uint256 item = ++_count;
        _items[item] = Item({
            state: ItemState.HELD, flow: flow, payer: payer, payee: payee, amount: amount, ref: ref, trade: trade
        });
        emit ItemHeld(item, payer, payee, amount, ref);
    }

    /// @inheritdoc IQuarantine
    function release(uint256 item, bool toPayer) external restricted secondPerson {
        Item storage i = _items[item];
        require(i.state != ItemState.NONE && i.state != ItemState.CLAIMED, Quarantine_WrongState(item, i.state));
        require(!toPayer || PARTICIPANTS.participantOf(i.payer) != 0, Quarantine_NoPayer(item));
        i.state = toPayer ? ItemState.TO_PAYER : ItemState.TO_PAYEE;
        emit ItemReleased(msg.sender, item, toPayer);
    }

    /// @inheritdoc IQuarantine
    function claim(uint256 item) external {
        Item storage i = _items[item];
        bool toPayer = i.state == ItemState.TO_PAYER;
        require(toPayer || i.state == ItemState.TO_PAYEE, Quarantine_WrongState(item, i.state));
        i.state = ItemState.CLAIMED;
        address payee = _presentWallet(toPayer ? i.payer : i.payee);
        // What goes back is a refund, whatever it was to be.
        bool refund = toPayer || i.flow == IRulebook.Flow.REFUND;
        IRulebook.Flow flow = refund ? IRulebook.Flow.REFUND : i.flow;
        TOKEN.payOut(flow, refund ? payee : i.payer, payee, i.amount, i.ref, i.trade);
        emit ItemClaimed(msg.sender, item, i.amount);
    }

    /// @inheritdoc IQuarantine
    function itemOf(uint256 item) external view returns (Item memory) {
        return _items[item];
    }

    /// @inheritdoc IQuarantine
    function items() external view returns (uint256) {
        return _count;
    }

    /// @dev The state of an item.
    function _subject(bytes calldata data) internal view override returns (bytes32) {
        return bytes32(uint256(_items[uint256(_firstArgument(data))].state));
    }

    /// @dev Keys change while value waits.
    function _presentWallet(address wallet) private view returns (address) {
        return PARTICIPANTS.walletOf(PARTICIPANTS.participantOf(wallet));
    }
}
