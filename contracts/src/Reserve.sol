// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {Reason} from "./Reason.sol";
import {IPriceOracle} from "./interfaces/IPriceOracle.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IReserve} from "./interfaces/IReserve.sol";

/// @title Reserve
contract Reserve is IReserve, DualControl {
    bytes32 private constant SU = "SU";
    bytes32 private constant COIN = "COIN";
    uint256 private constant WHOLE = 10_000;
    /// @dev Minor units of a coin (8 decimals) for one of SU (6 decimals) at equal prices.
    uint256 private constant COINS_PER_SU_UNIT = 100;
    /// @dev What a sale may bring more or less than the market's value, basis points; a choice of ours.
    uint256 private constant SALE_TOLERANCE = 1_000;

    IRegime private immutable REGIME;
    IPriceOracle private immutable ORACLE;

    uint256 private _cash;
    uint256 private _coins;

    constructor(address authority, IRegime regime, IPriceOracle oracle) DirectlyManaged(authority) {
        REGIME = regime;
        ORACLE = oracle;
    }

    /// @inheritdoc IReserve
    function depositCash(uint256 amount, bytes32 ref) external restricted {
        _cash += amount;
        emit CashDeposited(msg.sender, amount, ref);
    }

    /// @inheritdoc IReserve
    function withdrawCash(uint256 amount, bytes32 ref) external restricted {
        require(amount <= _cash, Reserve_Insufficient(_cash));
        _cash -= amount;
        emit CashWithdrawn(msg.sender, amount, ref);
    }

    /// @inheritdoc IReserve
    function depositCoins(uint256 coins, bytes32 ref) external restricted {
        _coins += coins;
        emit CoinsDeposited(msg.sender, coins, ref);
    }

    /// @inheritdoc IReserve
    function sellCoins(uint256 coins, uint256 proceeds, bytes32 ref) external restricted secondPerson {
        require(coins <= _coins, Reserve_Insufficient(_coins));
        uint256 market = _atMarket(coins);
        uint256 least = Math.mulDiv(market, WHOLE - SALE_TOLERANCE, WHOLE, Math.Rounding.Ceil);
        uint256 most = Math.mulDiv(market, WHOLE + SALE_TOLERANCE, WHOLE);
        require(proceeds >= least && proceeds <= most, Reserve_OffMarket(least, most));
        _coins -= coins;
        _cash += proceeds;
        emit CoinsSold(msg.sender, coins, proceeds, ref);
    }

    /// @inheritdoc IReserve
    function checkCoverage(uint256 supply) external view returns (uint8 reason) {
        // Cash is worth what it is; only coins need a price.
        if (_coins > 0 && !(ORACLE.isFresh(COIN) && ORACLE.isFresh(SU))) return Reason.PRICE_STALE;
        uint256 floor = Math.mulDiv(supply, REGIME.law().coverageFloor, WHOLE, Math.Rounding.Ceil);
        return value() < floor ? Reason.RESERVE_SHORT : Reason.OK;
    }

    /// @inheritdoc IReserve
    function value() public view returns (uint256) {
        return _coins == 0 ? _cash : _cash + coinsValue(_coins);
    }

    /// @inheritdoc IReserve
    function coinsValue(uint256 coins) public view returns (uint256) {
        return Math.mulDiv(_atMarket(coins), WHOLE - REGIME.law().haircut, WHOLE);
    }

    /// @inheritdoc IReserve
    function holdings() external view returns (uint256 cash, uint256 coins) {
        return (_cash, _coins);
    }

    /// @dev There is one reserve: whatever was decided on it voids other proposals.
    function _object(bytes calldata) internal pure override returns (bytes32) {
        return 0;
    }

    function _atMarket(uint256 coins) private view returns (uint256) {
        (uint256 coinPrice,) = ORACLE.price(COIN);
        (uint256 suPrice,) = ORACLE.price(SU);
        return Math.mulDiv(coins, coinPrice, suPrice * COINS_PER_SU_UNIT);
    }
}
