// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Conversion desk: SU against DRL
/// @notice The desk posts firm quotes to single authorised entities; the entity named accepts one before it expires, and
/// both legs change hands in that transaction or neither does. The desk trades out of its own inventory of both.
/// @dev A quote lies within the spread around the oracle's price when it is posted. It is honoured whatever the price
/// does meanwhile: the desk bears the move, for which its size and life are capped, and cannot take a quote back.
/// The entity approved this contract for the leg it pays.
/// Warning: nothing is set aside for a quote; where the inventory is short when it is accepted, nothing moves.
/// Warning: a suspension stops conversions but does not prolong quotes, lest the desk bear the move of weeks.
interface IConversionDesk {
    /// @notice What the desk does.
    enum QuoteSide {
        SELLS_SU,
        BUYS_SU
    }

    /// @notice State of a quote. An unused one ends with `validUntil`.
    enum QuoteState {
        NONE,
        POSTED,
        USED
    }

    /// @notice A firm quote.
    /// @param entity Who may accept it, by name.
    /// @param side What the desk does.
    /// @param state State.
    /// @param suAmount Minor units of SU (6 decimals).
    /// @param drlAmount Minor units of DRL (2 decimals).
    /// @param validUntil Last second in which it can be accepted.
    struct Quote {
        bytes32 entity;
        QuoteSide side;
        QuoteState state;
        uint128 suAmount;
        uint128 drlAmount;
        uint64 validUntil;
    }

    /// @notice What quotes must keep to.
    /// @param spread Distance from the oracle's price, basis points.
    /// @param maxLife Longest life of a quote, seconds.
    /// @param maxSize Most SU of one quote, minor units.
    struct Limits {
        uint16 spread;
        uint32 maxLife;
        uint128 maxSize;
    }

    /// @notice `actor` set what quotes must keep to from now on.
    event DeskLimitsChanged(address indexed actor, Limits limits);

    /// @notice `actor` posted the quote `id` to `entity`.
    event QuotePosted(
        address indexed actor,
        bytes32 indexed id,
        bytes32 indexed entity,
        QuoteSide side,
        uint128 suAmount,
        uint128 drlAmount,
        uint64 validUntil
    );

    /// @notice `actor`, for `entity`, accepted the quote `id`; both legs changed hands.
    /// @param market For the books: what the SU was worth at the feeders' median, minor units of DRL rounded down,
    /// relied on or not; zero where there was none. What differs from `drlAmount` is the desk's gain or loss.
    event QuoteAccepted(
        address indexed actor,
        bytes32 indexed id,
        bytes32 indexed entity,
        QuoteSide side,
        uint128 suAmount,
        uint128 drlAmount,
        uint256 market
    );

    /// @notice A figure is zero or above the whole.
    error ConversionDesk_InvalidLimits();

    /// @notice `id` was posted before, or is zero.
    error ConversionDesk_IdTaken(bytes32 id);

    /// @notice No such entity, an amount is zero or above the cap, or the life is over or longer than the cap.
    error ConversionDesk_InvalidQuote();

    /// @notice For that much SU, DRL must be from `least` to `most`.
    error ConversionDesk_OutOfSpread(uint256 least, uint256 most);

    /// @notice No such quote.
    error ConversionDesk_Unknown(bytes32 id);

    /// @notice The quote was accepted before.
    error ConversionDesk_QuoteUsed(bytes32 id);

    /// @notice The quote was not made to `caller`, or its wallet is retired.
    error ConversionDesk_NotEntitled(address caller);

    /// @notice The quote ended at `time`.
    error ConversionDesk_Expired(uint64 time);

    /// @notice Sets what quotes must keep to; those posted stay as they are. Supervisor only.
    function setLimits(Limits calldata limits_) external;

    /// @notice Posts a firm quote. Desk office only. Reverts without a price of SU to rely on.
    function postQuote(
        bytes32 id,
        bytes32 entity,
        QuoteSide side,
        uint128 suAmount,
        uint128 drlAmount,
        uint64 validUntil
    ) external;

    /// @notice Accepts a quote and settles it, payment versus payment. The entity named only.
    function accept(bytes32 id) external;

    /// @notice A quote; empty when it was never posted.
    function quoteOf(bytes32 id) external view returns (Quote memory);

    /// @notice What quotes must keep to.
    function limits() external view returns (Limits memory);

    /// @notice The DRL a quote over `suAmount` may ask or offer now, minor units, both ends included: rounded towards
    /// the market. Reverts without a price of SU to rely on.
    function corridorOf(uint128 suAmount) external view returns (uint256 least, uint256 most);
}
