// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {Reason} from "./Reason.sol";
import {IDomesticCurrency} from "./interfaces/IDomesticCurrency.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";

/// @title DomesticCurrency
contract DomesticCurrency is IDomesticCurrency, ERC20, DualControl {
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;

    mapping(address account => bool) private _modules;
    mapping(bytes32 ref => bool) private _isUsed;

    constructor(address authority, IRegime regime, IParticipants participants)
        ERC20("Domestic Currency", "DRL")
        DirectlyManaged(authority)
    {
        REGIME = regime;
        PARTICIPANTS = participants;
    }

    /// @inheritdoc IDomesticCurrency
    /// @dev A module holds without being a resident: once the programme is approved, one person must not appoint one.
    function registerModule(address module, bool registered) external restricted {
        if (REGIME.stage() != IRegime.Stage.DRAFT) _takeProposal();
        uint256 balance = balanceOf(module);
        require(registered || balance == 0, DomesticCurrency_ModuleHolds(module, balance));
        PARTICIPANTS.bar(module);
        _modules[module] = registered;
        emit CurrencyModuleRegistered(msg.sender, module, registered);
    }

    /// @inheritdoc IDomesticCurrency
    function mint(address to, uint128 amount, bytes32 ref) external restricted {
        _use(ref);
        emit CurrencyMinted(msg.sender, to, amount, ref);
        _mint(to, amount);
    }

    /// @inheritdoc IDomesticCurrency
    function burn(address holder, uint256 amount, bytes32 ref) external restricted {
        _use(ref);
        emit CurrencyBurned(msg.sender, holder, amount, ref);
        _burn(holder, amount);
        if (!_modules[holder]) _spendAllowance(holder, msg.sender, amount);
    }

    /// @inheritdoc IDomesticCurrency
    function recover(address from, address to) external restricted {
        bytes32 holder = PARTICIPANTS.participantOf(from);
        bool same = holder != 0 && holder == PARTICIPANTS.participantOf(to) && from != to;
        require(same, DomesticCurrency_NotSameHolder(from, to));
        _requireHolder(to);
        uint256 amount = balanceOf(from);
        emit CurrencyRecovered(msg.sender, from, to, amount);
        // The lost wallet may be retired by now, which stops everything else.
        super._update(from, to, amount);
    }

    /// @inheritdoc IERC20
    /// @dev An old allowance is worth nothing to a spender who fell from grace.
    function transferFrom(address from, address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
        _requireHolder(msg.sender);
        return super.transferFrom(from, to, amount);
    }

    /// @inheritdoc IDomesticCurrency
    function checkHolder(address account) public view returns (uint8 reason) {
        if (_modules[account]) return Reason.OK;
        bytes32 holder = PARTICIPANTS.participantOf(account);
        if (holder == 0) return Reason.PARTICIPANT_UNKNOWN;
        if (PARTICIPANTS.isRetired(account)) return Reason.WALLET_RETIRED;
        IParticipants.Standing memory standing = PARTICIPANTS.standingOf(holder);
        if (standing.jurisdiction != REGIME.law().home) return Reason.RESIDENTS_ONLY;
        if (standing.screening == IParticipants.Screening.TRUE_MATCH) return Reason.LISTED_PARTY;
        bool clear = standing.screening == IParticipants.Screening.CLEAR
            || standing.screening == IParticipants.Screening.FALSE_POSITIVE;
        return clear ? Reason.OK : Reason.SCREENING_HOLD;
    }

    /// @inheritdoc IDomesticCurrency
    function detectTransferRestriction(address from, address to, uint256 amount) external view returns (uint8 reason) {
        reason = checkHolder(from);
        if (reason == Reason.OK) reason = checkHolder(to);
        if (reason == Reason.OK && amount > balanceOf(from)) reason = Reason.INSUFFICIENT_BALANCE;
    }

    /// @inheritdoc IDomesticCurrency
    function isModule(address account) external view returns (bool) {
        return _modules[account];
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 2;
    }

    /// @dev The one way the currency moves, {recover} excepted.
    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0)) _requireHolder(from);
        if (to != address(0)) _requireHolder(to);
        if (from != address(0) && to != address(0)) emit CurrencyMoved(msg.sender, from, to, amount);
        super._update(from, to, amount);
    }

    function _requireHolder(address account) private view {
        uint8 reason = checkHolder(account);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }

    function _use(bytes32 ref) private {
        require(ref != 0 && !_isUsed[ref], DomesticCurrency_ReferenceUsed(ref));
        _isUsed[ref] = true;
    }
}
