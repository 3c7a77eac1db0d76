// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IConversionDesk} from "../src/interfaces/IConversionDesk.sol";
import {IDomesticCurrency} from "../src/interfaces/IDomesticCurrency.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IReserve} from "../src/interfaces/IReserve.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {PriceWatch} from "./PriceWatch.sol";
import {Vm} from "./Vm.sol";

/// @title Domestic currency, desk and reserve under watch
/// @notice Books of DRL from its transfers, of the reserve from what was issued, redeemed, delivered and sold, and of
/// the desk from its quotes.
abstract contract MoneyWatch is PriceWatch {
    struct Quoted {
        bytes32 entity;
        IConversionDesk.QuoteSide side;
        uint256 su;
        uint256 drl;
        uint256 until;
        bool used;
    }

    /// @dev What goes through the desk, as it was quoted and as it moved.
    struct Through {
        uint256 suIn;
        uint256 suOut;
        uint256 drlIn;
        uint256 drlOut;
    }

    uint256 internal _coins;
    uint256 internal _paidToMiners;
    uint256 private _cash;
    uint256 private _minted;
    uint256 private _burned;
    mapping(address account => uint256) private _drl;
    mapping(bytes32 ref => bool) private _drlRefs;
    mapping(bytes32 id => Quoted) private _quoted;
    Through private _agreed;
    Through private _moved;

    /// @dev Each call is booked by itself; none moves both supplies.
    function _book() internal virtual override {
        (uint256 su, uint256 drl) = (_issued + _redeemed, _minted + _burned);
        super._book();
        bool both = su != _issued + _redeemed && drl != _minted + _burned;
        if (both) _violated("the supplies of SU and DRL moved together");
    }

    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter == address(currency)) _bookCurrency(log);
        if (log.emitter == address(desk)) _bookDesk(log);
        if (log.emitter == address(reserve) && log.topics[0] == IReserve.CoinsSold.selector) {
            (uint256 coins, uint256 proceeds,) = abi.decode(log.data, (uint256, uint256, bytes32));
            (_coins, _cash) = (_coins - coins, _cash + proceeds);
        }
    }

    function _bookMove(Move memory m) internal virtual override {
        super._bookMove(m);
        if (m.flow == IRulebook.Flow.ISSUE) _cash += m.amount;
        if (m.flow == IRulebook.Flow.REDEEM) _cash -= m.amount;
        if (m.flow == IRulebook.Flow.ISSUE || m.flow == IRulebook.Flow.INTAKE) _watchCoverage(m.amount);
        if (m.flow != IRulebook.Flow.CONVERT) return;
        if (m.from == address(desk)) _moved.suOut += m.amount;
        if (m.to == address(desk)) _moved.suIn += m.amount;
    }

    /// @dev Cash at its value, coins at the market's less haircut; the cash that an issue brings is booked by now.
    function _watchCoverage(uint256 amount) private {
        IRegime.Programme memory p = regime.programme();
        uint256 value = _cash;
        if (_coins > 0) {
            (uint256 ofCoin, uint256 ofSu) = (_priceByHand(COIN), _priceByHand(SU));
            if (ofCoin == 0 || ofSu == 0) _violated("issued without a price");
            else value += _coins * ofCoin / (ofSu * 100) * (10_000 - p.haircut) / 10_000;
        }
        uint256 supply = _issued - _redeemed + amount;
        if (value * 10_000 < supply * p.coverageFloor) _violated("issued without cover");
    }

    function _bookCurrency(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        if (topic == IERC20.Transfer.selector) {
            _bookDrl(_accountIn(log, 1), _accountIn(log, 2), abi.decode(log.data, (uint256)));
        }
        if (topic == IDomesticCurrency.CurrencyMoved.selector) {
            uint256 amount = abi.decode(log.data, (uint256));
            address actor = _accountIn(log, 1);
            if (actor == address(intake)) _paidToMiners += amount;
            if (actor == address(desk) && _accountIn(log, 2) == actor) _moved.drlOut += amount;
            if (actor == address(desk) && _accountIn(log, 3) == actor) _moved.drlIn += amount;
        }
        bool supply =
            topic == IDomesticCurrency.CurrencyMinted.selector || topic == IDomesticCurrency.CurrencyBurned.selector;
        if (!supply) return;
        (, bytes32 ref) = abi.decode(log.data, (uint256, bytes32));
        if (_drlRefs[ref]) _violated("a reference of the domestic currency was used twice");
        _drlRefs[ref] = true;
    }

    function _bookDrl(address from, address to, uint256 amount) private {
        if (from == address(0)) _minted += amount;
        else _drl[from] -= amount;
        if (to == address(0)) _burned += amount;
        else _drl[to] += amount;
        if (to == address(0) || currency.isModule(to)) return;
        IParticipants.Profile memory p = participants.profileOf(participants.participantOf(to));
        bool clear =
            p.screening == IParticipants.Screening.CLEAR || p.screening == IParticipants.Screening.FALSE_POSITIVE;
        bool holds = p.jurisdiction == HOME && clear && !participants.isRetired(to);
        if (!holds) _violated("the domestic currency reached somebody who may not hold it");
    }

    function _bookDesk(Vm.Log memory log) private {
        bytes32 topic = log.topics[0];
        bool posted = topic == IConversionDesk.QuotePosted.selector;
        if (!posted && topic != IConversionDesk.QuoteAccepted.selector) return;
        Quoted memory q;
        q.entity = log.topics[3];
        (q.side, q.su, q.drl, q.until) = abi.decode(log.data, (IConversionDesk.QuoteSide, uint256, uint256, uint256));
        if (posted) _watchQuote(log.topics[2], q);
        else _watchUse(log.topics[2], q, _accountIn(log, 1));
    }

    function _watchQuote(bytes32 id, Quoted memory q) private {
        IConversionDesk.Limits memory limits = desk.limits();
        if (_quoted[id].entity != 0) _violated("a quote was posted twice");
        bool fits = q.su <= limits.maxSize && q.until >= block.timestamp && q.until <= block.timestamp + limits.maxLife;
        if (!fits) _violated("a quote is too large or lives too long");
        uint256 exact = q.su * _priceByHand(SU);
        uint256 off = q.drl * 1e12 > exact ? q.drl * 1e12 - exact : exact - q.drl * 1e12;
        if (exact == 0 || off * 10_000 > exact * limits.spread) _violated("a quote is off the price");
        _quoted[id] = q;
    }

    function _watchUse(bytes32 id, Quoted memory q, address actor) private {
        Quoted storage known = _quoted[id];
        if (known.used) _violated("a quote was used twice");
        bool same = known.entity == q.entity && known.side == q.side && known.su == q.su && known.drl == q.drl;
        if (!same || participants.participantOf(actor) != q.entity) _violated("a quote was used otherwise");
        if (block.timestamp > known.until) _violated("a quote was used after its time");
        known.used = true;
        if (q.side == IConversionDesk.QuoteSide.SELLS_SU) {
            (_agreed.suOut, _agreed.drlIn) = (_agreed.suOut + q.su, _agreed.drlIn + q.drl);
        } else {
            (_agreed.suIn, _agreed.drlOut) = (_agreed.suIn + q.su, _agreed.drlOut + q.drl);
        }
    }

    // What holds between any two actions

    function checkMoney() external view {
        uint256 sum;
        for (uint256 i = 0; i < _wallets.length; ++i) {
            uint256 balance = currency.balanceOf(_wallets[i]);
            require(balance == _drl[_wallets[i]], "a balance of DRL is not what the events say");
            sum += balance;
        }
        require(currency.totalSupply() == sum, "the supply of DRL is not the sum of balances");
        require(sum == _minted - _burned, "the supply of DRL is not minted less burned");
        bytes32 agreed = keccak256(abi.encode(_agreed));
        require(agreed == keccak256(abi.encode(_moved)), "the desk's inventory is not what its quotes make it");
        (uint256 cash, uint256 coins) = reserve.holdings();
        require(cash == _cash, "the cash is not what was issued, redeemed and sold for");
        require(coins == _coins, "the coins are not what was delivered less what was sold");
    }
}
