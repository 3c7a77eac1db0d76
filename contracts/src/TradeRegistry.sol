// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {Role} from "./Role.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {ITradeRegistry} from "./interfaces/ITradeRegistry.sol";

/// @title TradeRegistry
contract TradeRegistry is ITradeRegistry, DirectlyManaged {
    using SafeCast for uint256;

    IParticipants private immutable PARTICIPANTS;

    mapping(bytes32 trade => Trade) private _trades;
    mapping(bytes32 payer => mapping(bytes32 payee => bytes32 trade)) private _designated;
    /// @dev Which contract it was shown to.
    mapping(bytes32 document => address) private _usedBy;

    constructor(address authority, IParticipants participants) DirectlyManaged(authority) {
        PARTICIPANTS = participants;
    }

    /// @inheritdoc ITradeRegistry
    function register(bytes32 trade, bytes32 entity, bytes32 counterparty, uint128 value, uint64 until, uint8 chapter)
        external
    {
        require(trade != 0 && _trades[trade].entity == 0, TradeRegistry_NumberTaken(trade));
        _requireBankOf(entity);
        require(
            counterparty != 0 && counterparty != entity && value > 0 && until >= block.timestamp && chapter > 0
                && chapter < 100,
            TradeRegistry_InvalidTrade()
        );
        _trades[trade] = Trade({
            entity: entity,
            counterparty: counterparty,
            value: value,
            used: 0,
            until: until,
            chapter: chapter,
            travelRecord: 0
        });
        emit TradeRegistered(msg.sender, trade, entity, counterparty, value, until, chapter);
    }

    /// @inheritdoc ITradeRegistry
    function amend(bytes32 trade, uint128 value, uint64 until) external {
        Trade storage t = _known(trade);
        _requireBankOf(t.entity);
        require(value >= t.used && value > 0, TradeRegistry_InvalidTrade());
        t.value = value;
        t.until = until;
        emit TradeAmended(msg.sender, trade, value, until);
    }

    /// @inheritdoc ITradeRegistry
    function recordTravel(bytes32 trade, bytes32 travelRecord) external {
        _otherParty(trade);
        require(travelRecord != 0, TradeRegistry_InvalidTrade());
        _trades[trade].travelRecord = travelRecord;
        emit TravelRecorded(msg.sender, trade, travelRecord);
    }

    /// @inheritdoc ITradeRegistry
    function designate(bytes32 trade) external {
        (bytes32 self, bytes32 other) = _otherParty(trade);
        _designated[self][other] = trade;
        emit TradeDesignated(msg.sender, trade);
    }

    /// @inheritdoc ITradeRegistry
    function consume(bytes32 trade, uint256 amount) external restricted {
        _trades[trade].used += amount.toUint128();
    }

    /// @inheritdoc ITradeRegistry
    function release(bytes32 trade, uint256 amount) external restricted {
        _trades[trade].used -= amount.toUint128();
    }

    /// @inheritdoc ITradeRegistry
    function useDocument(bytes32 document) external restricted {
        require(_usedBy[document] == address(0), TradeRegistry_DocumentUsed(document));
        _usedBy[document] = msg.sender;
    }

    /// @inheritdoc ITradeRegistry
    function freeDocument(bytes32 document) external restricted {
        require(_usedBy[document] == msg.sender, TradeRegistry_DocumentUsed(document));
        delete _usedBy[document];
    }

    /// @inheritdoc ITradeRegistry
    function isDocumentUsed(bytes32 document) external view returns (bool) {
        return _usedBy[document] != address(0);
    }

    /// @inheritdoc ITradeRegistry
    function tradeOf(bytes32 trade) external view returns (Trade memory) {
        return _trades[trade];
    }

    /// @inheritdoc ITradeRegistry
    function designated(bytes32 payer, bytes32 payee) external view returns (bytes32 trade) {
        return _designated[payer][payee];
    }

    function _known(bytes32 trade) private view returns (Trade storage t) {
        t = _trades[trade];
        require(t.entity != 0, TradeRegistry_Unknown(trade));
    }

    /// @dev The caller and the other one, by name; the caller must be a party and act through a live wallet.
    function _otherParty(bytes32 trade) private view returns (bytes32 self, bytes32 other) {
        Trade storage t = _known(trade);
        self = PARTICIPANTS.participantOf(msg.sender);
        bool isParty = self == t.entity || self == t.counterparty;
        require(isParty && !PARTICIPANTS.isRetired(msg.sender), TradeRegistry_NotEntitled(msg.sender));
        other = self == t.entity ? t.counterparty : t.entity;
    }

    function _requireBankOf(bytes32 entity) private view {
        bytes32 bank = PARTICIPANTS.participantOf(msg.sender);
        IParticipants.Standing memory standing = PARTICIPANTS.standingOf(bank);
        bool stands = bank != 0 && bank == PARTICIPANTS.sponsorOf(entity) && standing.roles & Role.BANK != 0
            && standing.licence == IParticipants.LicenceStatus.ACTIVE && standing.licenceUntil >= block.timestamp
            && !PARTICIPANTS.isRetired(msg.sender);
        require(stands, TradeRegistry_NotEntitled(msg.sender));
    }
}
