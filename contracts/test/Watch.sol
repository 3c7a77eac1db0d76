// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ClearingHouse} from "../src/ClearingHouse.sol";
import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Books} from "./Books.sol";
import {Chance} from "./Chance.sol";
import {CreditFixture} from "./CreditFixture.sol";
import {Fixture} from "./Fixture.sol";
import {MoneyFixture} from "./MoneyFixture.sol";
import {Vm} from "./Vm.sol";

/// @title The whole system, and SU under watch
/// @notice Looks at every movement of value as it is booked, and at every balance when asked; what contradicts a rule
/// is written into `violation`. Nothing here asks the Rulebook. What else is watched: {PriceWatch}, {MoneyWatch},
/// {CreditWatch}, {BillWatch}.
abstract contract Watch is CreditFixture, MoneyFixture, Books {
    string public violation;
    ClearingHouse internal house;
    bytes32[] internal _numbers;
    address[] internal _wallets;
    /// @dev Set while two people have a seizure, or the supervisor a recovery, made.
    bool internal _enforcing;

    mapping(bytes32 ref => bool) private _rampRefs;
    mapping(uint256 obligation => bool) private _isDone;

    function setUp() public virtual override(CreditFixture, MoneyFixture, Fixture) {
        super.setUp();
        house = new ClearingHouse(address(manager), token, rulebook, regime, participants);
        _module(address(house), _flow(IRulebook.Flow.NET_LEG));
        manager.grantRole(THE_CLEARING, address(house), 0);
        _allow(address(house), RAMPING, IClearingHouse.settle.selector);
        _allow(address(house), RAMPING, IClearingHouse.exclude.selector);
        // Prices are booked with the time at which they are booked.
        _book();
    }

    function _try(address sender, address target, bytes memory data)
        internal
        virtual
        override(Books, Chance)
        returns (bool ok, bytes memory result)
    {
        return super._try(sender, target, data);
    }

    function _violated(string memory what) internal {
        if (bytes(violation).length == 0) violation = what;
    }

    function _bookMove(Move memory m) internal virtual override {
        super._bookMove(m);
        _watchStage(m);
        _watchParties(m);
        bool enforcement = m.flow == IRulebook.Flow.SEIZE || m.flow == IRulebook.Flow.RECOVERY;
        if (enforcement && !_enforcing) _violated("value was taken without two people");
        // The transfer itself is booked after the move that announces it.
        uint256 left = m.from == address(0) ? 0 : _booked[m.from] - m.amount;
        if (!enforcement && m.amount > 0 && m.from != address(0) && left < token.getFrozenTokens(m.from)) {
            _violated("frozen value moved");
        }
        bool supply = m.flow == IRulebook.Flow.ISSUE || m.flow == IRulebook.Flow.REDEEM;
        if (supply && _rampRefs[m.ref]) _violated("a reference was used twice");
        if (supply) _rampRefs[m.ref] = true;
        _watchAcquisition(m);
        bool entry = m.flow == IRulebook.Flow.DIRECT || m.flow == IRulebook.Flow.FUND;
        if (entry) _watchEntry(m.trade);
    }

    function _watchStage(Move memory m) private {
        IRegime.Stage stage = regime.stage();
        if (stage == IRegime.Stage.SUSPENDED) _violated("value moved while suspended");
        bool entry = m.flow == IRulebook.Flow.DIRECT || m.flow == IRulebook.Flow.FUND || m.flow == IRulebook.Flow.ISSUE
            || m.flow == IRulebook.Flow.INTAKE || _isSale(m);
        if (entry && stage != IRegime.Stage.ACTIVE) _violated("value entered a regime that is not active");
    }

    function _watchParties(Move memory m) private {
        bytes32 to = participants.participantOf(m.to);
        if (to != 0) {
            IParticipants.Screening s = participants.profileOf(to).screening;
            bool clear = s == IParticipants.Screening.CLEAR || s == IParticipants.Screening.FALSE_POSITIVE;
            if (!clear) _violated("value reached a listed or held party");
            if (participants.isRetired(m.to)) _violated("value reached a retired wallet");
        }
        bool between = m.flow == IRulebook.Flow.DIRECT || m.flow == IRulebook.Flow.FUND || m.flow == IRulebook.Flow.PAY
            || m.flow == IRulebook.Flow.AWARD;
        if (!between || m.to == address(quarantine)) return;
        bool domestic = _isHomely(m.payer) && _isHomely(m.payee);
        if (domestic && regime.programme().domesticBan) _violated("a resident paid a resident");
    }

    /// @dev At home, or owned from there.
    function _isHomely(address wallet) private view returns (bool) {
        IParticipants.Profile memory p = participants.profileOf(participants.participantOf(wallet));
        return p.jurisdiction == HOME || p.ownerJurisdiction == HOME;
    }

    /// @dev SU out of the desk's inventory.
    function _isSale(Move memory m) internal view returns (bool) {
        return m.flow == IRulebook.Flow.CONVERT && m.from == address(desk);
    }

    function _watchAcquisition(Move memory m) private {
        bool acquires = m.flow == IRulebook.Flow.ISSUE || m.flow == IRulebook.Flow.INTAKE || _isSale(m);
        bytes32 to = participants.participantOf(m.to);
        if (!acquires || to == 0) return;
        if (rulebook.exposureOf(to) > regime.programme().maxExposure) _violated("exposure exceeded");
    }

    /// @dev After an entry no window that ends now holds more than its cap. Every window that holds most ends at one.
    function _watchEntry(bytes32 trade) internal {
        Entry storage e = _entries[_entries.length - 1];
        IRegime.Programme memory p = regime.programme();
        IRegime.ClassCaps memory caps = e.class == 0 ? p.stateCaps : p.privateCaps;
        uint256 period = _sumOver(e.entity, ANY_CLASS, 0, p.period);
        bool fits = e.value <= caps.payment && _sumOver(e.entity, ANY_CLASS, 0, 1 days) <= caps.daily
            && period <= caps.period && period <= participants.profileOf(e.entity).cap
            && _sumOver(0, e.class, 0, p.period) <= caps.total && _sumOver(0, ANY_CLASS, 0, p.period) <= p.regimeCap;
        (, uint128 corridor) = regime.corridorOf(e.abroad);
        if (e.abroad != 0 && _sumOver(0, ANY_CLASS, e.abroad, p.period) > corridor) fits = false;
        if (!fits) _violated("a cap was exceeded");
        if (_entered[trade] > trades.tradeOf(trade).value) _violated("a trade's value was exceeded");
    }

    /// @dev Obligations are trade entered as well, and give headroom back when they leave unsettled; but not when who
    /// pays from abroad lets them lapse.
    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter != address(house) || log.topics.length < 3) return;
        bytes32 topic = log.topics[0];
        bool lapses = topic == IClearingHouse.ObligationLapsed.selector;
        bool leaves = lapses || topic == IClearingHouse.ObligationWithdrawn.selector;
        if (leaves || topic == IClearingHouse.ObligationSettled.selector) {
            if (_isDone[uint256(log.topics[2])]) _violated("an obligation came to an end twice");
            _isDone[uint256(log.topics[2])] = true;
        }
        IClearingHouse.Obligation memory o = house.obligationOf(uint256(log.topics[2]));
        if (topic == IClearingHouse.ObligationEntered.selector) {
            _enter(o.payer, o.payee, o.amount, o.trade);
            _watchEntry(o.trade);
        } else if (leaves && (!lapses || participants.profileOf(o.payer).jurisdiction == HOME)) {
            _entered[o.trade] -= o.amount;
        }
    }

    // What holds between any two actions

    function checkSupply() external view {
        uint256 sum;
        for (uint256 i = 0; i < _wallets.length; ++i) {
            uint256 balance = token.balanceOf(_wallets[i]);
            require(balance == _booked[_wallets[i]], "a balance is not what the events say");
            sum += balance;
        }
        require(token.totalSupply() == sum, "supply is not the sum of balances");
        require(sum == _issued - _redeemed, "supply is not issued less redeemed");
        address[4] memory through = [address(house), address(collections), address(intake), address(ramp)];
        for (uint256 i = 0; i < 4; ++i) {
            require(token.balanceOf(through[i]) == 0, "value stays where it only passes through");
        }
    }

    function checkMeters() external view {
        uint256[3] memory windows = [uint256(1 days), regime.programme().period, 3 days + 7];
        for (uint256 i = 0; i < 3; ++i) {
            require(rulebook.usedByRegime(windows[i]) == _sumOver(0, ANY_CLASS, 0, windows[i]), "metered otherwise");
            require(rulebook.usedByClass(0, windows[i]) == _sumOver(0, 0, 0, windows[i]), "class metered otherwise");
        }
        for (uint256 i = 0; i < _numbers.length; ++i) {
            require(trades.tradeOf(_numbers[i]).used == _entered[_numbers[i]], "headroom is not what was entered");
        }
        address[4] memory firsts = [STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD];
        for (uint256 i = 0; i < 4; ++i) {
            bytes32 name = _nameOf(firsts[i]);
            uint256 held;
            for (uint256 j = 0; j < _wallets.length; ++j) {
                if (participants.participantOf(_wallets[j]) == name) held += token.balanceOf(_wallets[j]);
            }
            require(rulebook.exposureOf(name) == held, "exposure is not what is held");
        }
    }

    function checkQuarantine() external view {
        uint256 sum;
        for (uint256 i = 1; i <= quarantine.items(); ++i) {
            IQuarantine.Item memory item = quarantine.itemOf(i);
            if (item.state != IQuarantine.ItemState.CLAIMED) sum += item.amount;
        }
        require(token.balanceOf(address(quarantine)) == sum, "quarantine is not the sum of its items");
    }
}
