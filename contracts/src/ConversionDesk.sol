// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {IConversionDesk} from "./interfaces/IConversionDesk.sol";
import {IDomesticCurrency} from "./interfaces/IDomesticCurrency.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IPriceOracle} from "./interfaces/IPriceOracle.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title ConversionDesk
contract ConversionDesk is IConversionDesk, DirectlyManaged {
    using SafeERC20 for IDomesticCurrency;

    bytes32 private constant SU = "SU";
    uint256 private constant WHOLE = 10_000;
    /// @dev Minor units in a whole SU, times the scale of prices.
    uint256 private constant PRICE_UNIT = 1e6 * 1e6;

    ISettlementToken private immutable TOKEN;
    IDomesticCurrency private immutable CURRENCY;
    IParticipants private immutable PARTICIPANTS;
    IPriceOracle private immutable ORACLE;

    Limits private _limits;
    mapping(bytes32 id => Quote) private _quotes;

    constructor(
        address authority,
        ISettlementToken token,
        IDomesticCurrency currency,
        IParticipants participants,
        IPriceOracle oracle,
        Limits memory limits_
    ) DirectlyManaged(authority) {
        TOKEN = token;
        CURRENCY = currency;
        PARTICIPANTS = participants;
        ORACLE = oracle;
        _setLimits(limits_);
    }

    /// @inheritdoc IConversionDesk
    function setLimits(Limits calldata limits_) external restricted {
        _setLimits(limits_);
    }

    /// @inheritdoc IConversionDesk
    function postQuote(
        bytes32 id,
        bytes32 entity,
        QuoteSide side,
        uint128 suAmount,
        uint128 drlAmount,
        uint64 validUntil
    ) external restricted {
        require(id != 0 && _quotes[id].state == QuoteState.NONE, ConversionDesk_IdTaken(id));
        bool fits = PARTICIPANTS.walletOf(entity) != address(0) && suAmount > 0 && suAmount <= _limits.maxSize
            && drlAmount > 0 && validUntil >= block.timestamp && validUntil - block.timestamp <= _limits.maxLife;
        require(fits, ConversionDesk_InvalidQuote());
        (uint256 least, uint256 most) = corridorOf(suAmount);
        require(drlAmount >= least && drlAmount <= most, ConversionDesk_OutOfSpread(least, most));
        _quotes[id] = Quote({
            entity: entity,
            side: side,
            state: QuoteState.POSTED,
            suAmount: suAmount,
            drlAmount: drlAmount,
            validUntil: validUntil
        });
        emit QuotePosted(msg.sender, id, entity, side, suAmount, drlAmount, validUntil);
    }

    /// @inheritdoc IConversionDesk
    function accept(bytes32 id) external {
        Quote memory q = _quotes[id];
        require(q.state != QuoteState.NONE, ConversionDesk_Unknown(id));
        require(q.state != QuoteState.USED, ConversionDesk_QuoteUsed(id));
        bool entitled = PARTICIPANTS.participantOf(msg.sender) == q.entity && !PARTICIPANTS.isRetired(msg.sender);
        require(entitled, ConversionDesk_NotEntitled(msg.sender));
        require(block.timestamp <= q.validUntil, ConversionDesk_Expired(q.validUntil));
        _quotes[id].state = QuoteState.USED;
        (uint128 median,) = ORACLE.medianOf(SU);
        uint256 market = Math.mulDiv(q.suAmount, median, PRICE_UNIT);
        emit QuoteAccepted(msg.sender, id, q.entity, q.side, q.suAmount, q.drlAmount, market);
        if (q.side == QuoteSide.SELLS_SU) {
            _paySU(msg.sender, q.suAmount, id);
            CURRENCY.safeTransferFrom(msg.sender, address(this), q.drlAmount);
        } else {
            TOKEN.take(IRulebook.Flow.CONVERT, msg.sender, address(this), q.suAmount, id, 0);
            CURRENCY.safeTransfer(msg.sender, q.drlAmount);
        }
    }

    /// @inheritdoc IConversionDesk
    function quoteOf(bytes32 id) external view returns (Quote memory) {
        return _quotes[id];
    }

    /// @inheritdoc IConversionDesk
    function limits() external view returns (Limits memory) {
        return _limits;
    }

    /// @inheritdoc IConversionDesk
    function corridorOf(uint128 suAmount) public view returns (uint256 least, uint256 most) {
        (uint256 price,) = ORACLE.price(SU);
        uint256 spread = _limits.spread;
        least = Math.mulDiv(suAmount, price * (WHOLE - spread), PRICE_UNIT * WHOLE, Math.Rounding.Ceil);
        most = Math.mulDiv(suAmount, price * (WHOLE + spread), PRICE_UNIT * WHOLE);
    }

    /// @dev Held back is not paid: where the token would hand the SU to the quarantine, the conversion is refused with
    /// the reason for it, so that the entity keeps its DRL.
    function _paySU(address entity, uint256 amount, bytes32 id) private {
        if (TOKEN.payOut(IRulebook.Flow.CONVERT, address(this), entity, amount, id, 0)) return;
        uint8 reason = TOKEN.checkFlow(IRulebook.Flow.CONVERT, address(this), entity, address(this), entity, amount, 0);
        revert IRulebook.Rulebook_Refused(reason);
    }

    function _setLimits(Limits memory limits_) private {
        bool fits = limits_.spread < WHOLE && limits_.maxLife > 0 && limits_.maxSize > 0;
        require(fits, ConversionDesk_InvalidLimits());
        _limits = limits_;
        emit DeskLimitsChanged(msg.sender, limits_);
    }
}
