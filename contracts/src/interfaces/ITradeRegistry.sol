// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Register of trades: the purpose of every payment
/// @notice The sponsoring bank of an authorised entity registers the commercial contract behind its payments under
/// a number of its own; SU moves only under one, up to its value. The travel-rule record of each (IVMS101 shape)
/// stays off the chain; here is its salted hash.
/// @dev Headroom is what is left of the value: entering trade takes of it, a refund gives back. It is no cap.
interface ITradeRegistry {
    /// @notice A commercial contract.
    /// @param entity The authorised entity, by name.
    /// @param counterparty The trader abroad, by name.
    /// @param value What it is worth, minor units of SU.
    /// @param used What was entered under it, less what was refunded.
    /// @param until Last second in which payments under it may be entered.
    /// @param chapter Chapter of the goods in the Harmonised System, 1 to 99.
    /// @param travelRecord Salted hash of the travel-rule record; zero until there is one.
    struct Trade {
        bytes32 entity;
        bytes32 counterparty;
        uint128 value;
        uint128 used;
        uint64 until;
        uint8 chapter;
        bytes32 travelRecord;
    }

    /// @notice `actor`, the entity's bank, registered `trade`.
    event TradeRegistered(
        address indexed actor,
        bytes32 indexed trade,
        bytes32 indexed entity,
        bytes32 counterparty,
        uint128 value,
        uint64 until,
        uint8 chapter
    );

    /// @notice `actor`, the entity's bank, changed value and term of `trade`.
    event TradeAmended(address indexed actor, bytes32 indexed trade, uint128 value, uint64 until);

    /// @notice `actor`, a party of `trade`, left the hash of its travel-rule record.
    event TravelRecorded(address indexed actor, bytes32 indexed trade, bytes32 travelRecord);

    /// @notice `actor`, a party of `trade`, pays the other one under it when it pays directly.
    event TradeDesignated(address indexed actor, bytes32 indexed trade);

    /// @notice `trade` is registered already, or zero.
    error TradeRegistry_NumberTaken(bytes32 trade);

    /// @notice `trade` is not registered.
    error TradeRegistry_Unknown(bytes32 trade);

    /// @notice `caller` is neither the entity's sponsoring bank in good standing (registering) nor a party (the rest).
    error TradeRegistry_NotEntitled(address caller);

    /// @notice Value, term, chapter or a party is missing, or the value is below what was used.
    error TradeRegistry_InvalidTrade();

    /// @notice `document` was shown for payment already, or to another contract.
    error TradeRegistry_DocumentUsed(bytes32 document);

    /// @notice Registers a trade. Sponsoring bank of `entity` only.
    function register(bytes32 trade, bytes32 entity, bytes32 counterparty, uint128 value, uint64 until, uint8 chapter)
        external;

    /// @notice Changes value and term of a trade. Sponsoring bank of its entity only.
    function amend(bytes32 trade, uint128 value, uint64 until) external;

    /// @notice Leaves the salted hash of the travel-rule record. A party of the trade only.
    function recordTravel(bytes32 trade, bytes32 travelRecord) external;

    /// @notice Chooses the trade under which the caller pays its other party directly. A party of the trade only.
    function designate(bytes32 trade) external;

    /// @notice Takes `amount` of the headroom. Rulebook only, which has checked it.
    function consume(bytes32 trade, uint256 amount) external;

    /// @notice Gives `amount` of headroom back. Rulebook only.
    function release(bytes32 trade, uint256 amount) external;

    /// @notice A trade; empty when it is not registered.
    function tradeOf(bytes32 trade) external view returns (Trade memory);

    /// @notice Marks a transport document, by its hash, as shown for payment: the same goods are paid for once, under
    /// whatever instrument. Presentations and collections only.
    function useDocument(bytes32 document) external;

    /// @notice Takes the mark off: the document went back unpaid and may be shown again. Presentations and collections
    /// only, each of what it marked itself.
    function freeDocument(bytes32 document) external;

    /// @notice Whether `document` was shown for payment, and did not go back.
    function isDocumentUsed(bytes32 document) external view returns (bool);

    /// @notice The trade under which `payer` pays `payee` directly, by names; zero when it chose none.
    function designated(bytes32 payer, bytes32 payee) external view returns (bytes32 trade);
}
