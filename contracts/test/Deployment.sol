// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {BusinessCalendar} from "../src/BusinessCalendar.sol";
import {Participants} from "../src/Participants.sol";
import {PriceOracle} from "../src/PriceOracle.sol";
import {Quarantine} from "../src/Quarantine.sol";
import {Ramp} from "../src/Ramp.sol";
import {Regime} from "../src/Regime.sol";
import {Reserve} from "../src/Reserve.sol";
import {Rulebook} from "../src/Rulebook.sol";
import {SettlementToken} from "../src/SettlementToken.sol";
import {TradeRegistry} from "../src/TradeRegistry.sol";
import {IBusinessCalendar} from "../src/interfaces/IBusinessCalendar.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IPriceOracle} from "../src/interfaces/IPriceOracle.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRamp} from "../src/interfaces/IRamp.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IReserve} from "../src/interfaces/IReserve.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Chance} from "./Chance.sol";

/// @title The contracts of the regime, deployed in DRAFT, with offices and what contracts may do to each other
/// @dev This contract is the administrator of the AccessManager.
abstract contract Deployment is Chance {
    address internal constant SUPERVISOR = address(0x1001);
    address internal constant CO_APPROVER = address(0x1002);
    address internal constant REVIEWER = address(0x1003);
    address internal constant SECOND_REVIEWER = address(0x1004);
    address internal constant RAMP_OFFICE = address(0x1005);
    address[3] internal FEEDERS = [address(0x1011), address(0x1012), address(0x1013)];

    uint64 internal constant SUPERVISION = 1;
    uint64 internal constant CO_APPROVAL = 2;
    uint64 internal constant COMPLIANCE = 3;
    uint64 internal constant RAMPING = 4;
    /// @dev Supervisor and co-approver, without delay: enforcement and the oracle's breaker.
    uint64 internal constant ENFORCEMENT = 5;
    uint64 internal constant THE_TOKEN = 6;
    uint64 internal constant THE_RULEBOOK = 7;
    uint64 internal constant THE_RAMP = 8;
    uint64 internal constant THE_CLEARING = 9;
    uint64 internal constant THE_INTAKE = 10;
    /// @dev Both currencies.
    uint64 internal constant THE_MONEY = 11;
    uint64 internal constant THE_DOCUMENTS = 12;

    /// @dev The delay that second signatures of the co-approver carry.
    uint32 internal constant DELAY = 2 days;
    uint32 internal constant MAX_PRICE_AGE = 1 days;
    uint16 internal constant MAX_DEVIATION = 1_000;

    AccessManager internal manager;
    Regime internal regime;
    Participants internal participants;
    BusinessCalendar internal calendar;
    TradeRegistry internal trades;
    PriceOracle internal oracle;
    Reserve internal reserve;
    Rulebook internal rulebook;
    SettlementToken internal token;
    Quarantine internal quarantine;
    Ramp internal ramp;

    function _deploy() internal {
        manager = new AccessManager(address(this));
        address authority = address(manager);
        regime = new Regime(authority);
        participants = new Participants(authority);
        calendar = new BusinessCalendar(authority);
        trades = new TradeRegistry(authority, participants);
        oracle = new PriceOracle(authority, MAX_PRICE_AGE, MAX_DEVIATION);
        reserve = new Reserve(authority, regime, oracle);
        rulebook = new Rulebook(authority, regime, participants, trades, reserve);
        token = new SettlementToken(authority, rulebook, regime, participants);
        quarantine = new Quarantine(authority, token, participants);
        ramp = new Ramp(authority, token, reserve);
        _staffOffices();
        _permitOffices();
        _permitContracts();
        vm.prank(SUPERVISOR);
        token.setQuarantine(address(quarantine));
        _module(
            address(quarantine),
            _flow(IRulebook.Flow.PAY) | _flow(IRulebook.Flow.REFUND) | _flow(IRulebook.Flow.AWARD)
                | _flow(IRulebook.Flow.NET_LEG)
        );
        for (uint256 i = 0; i < FEEDERS.length; ++i) {
            vm.prank(SUPERVISOR);
            oracle.addFeeder(FEEDERS[i]);
        }
    }

    function _flow(IRulebook.Flow flow) internal pure returns (uint16) {
        return uint16(1 << uint8(flow));
    }

    /// @dev By as many people as it takes.
    function _module(address module, uint16 flows) internal {
        bytes memory data = abi.encodeCall(ISettlementToken.registerModule, (module, flows));
        if (regime.stage() == IRegime.Stage.DRAFT) _passed(SUPERVISOR, address(token), data);
        else _together(CO_APPROVER, SUPERVISOR, address(token), data);
    }

    function _allow(address target, uint64 role, bytes4 selector) internal {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }

    /// @dev A call of the co-approver: announced, waited for, made. Time passes by {DELAY}.
    function _tryAfterDelay(address target, bytes memory data) internal returns (bool ok, bytes memory result) {
        vm.prank(CO_APPROVER);
        manager.schedule(target, data, uint48(block.timestamp + DELAY));
        vm.warp(block.timestamp + DELAY);
        (ok, result) = _try(CO_APPROVER, target, data);
        if (!ok) {
            vm.prank(CO_APPROVER);
            manager.cancel(CO_APPROVER, target, data);
        }
    }

    function _refusedAfterDelay(address target, bytes memory data, bytes memory expected) internal {
        (bool ok, bytes memory result) = _tryAfterDelay(target, data);
        require(!ok, "passed, should be refused");
        require(keccak256(result) == keccak256(expected), "refused for another reason");
    }

    /// @dev What `first` proposed, `second` does.
    function _tryTogether(address first, address second, address target, bytes memory data)
        internal
        returns (bool ok, bytes memory result)
    {
        vm.prank(first);
        IDualControl(target).propose(data);
        return _try(second, target, data);
    }

    function _together(address first, address second, address target, bytes memory data) internal {
        (bool ok,) = _tryTogether(first, second, target, data);
        require(ok, "refused, should pass");
    }

    function _staffOffices() private {
        manager.grantRole(SUPERVISION, SUPERVISOR, 0);
        manager.grantRole(CO_APPROVAL, CO_APPROVER, DELAY);
        manager.grantRole(COMPLIANCE, REVIEWER, 0);
        manager.grantRole(COMPLIANCE, SECOND_REVIEWER, 0);
        manager.grantRole(RAMPING, RAMP_OFFICE, 0);
        manager.grantRole(ENFORCEMENT, SUPERVISOR, 0);
        manager.grantRole(ENFORCEMENT, CO_APPROVER, 0);
        manager.grantRole(THE_TOKEN, address(token), 0);
        manager.grantRole(THE_RULEBOOK, address(rulebook), 0);
        manager.grantRole(THE_RAMP, address(ramp), 0);
        manager.grantRole(THE_MONEY, address(token), 0);
    }

    function _permitOffices() private {
        _allow(address(regime), SUPERVISION, IRegime.draft.selector);
        _allow(address(regime), SUPERVISION, IRegime.activate.selector);
        _allow(address(regime), SUPERVISION, IRegime.proposePhase.selector);
        _allow(address(regime), SUPERVISION, IRegime.suspend.selector);
        _allow(address(regime), SUPERVISION, IRegime.resume.selector);
        _allow(address(regime), SUPERVISION, IRegime.windDown.selector);
        _allow(address(regime), CO_APPROVAL, IRegime.approve.selector);
        _allow(address(regime), CO_APPROVAL, IRegime.approvePhase.selector);
        _allow(address(participants), SUPERVISION, IParticipants.register.selector);
        _allow(address(participants), SUPERVISION, IParticipants.addWallet.selector);
        _allow(address(participants), SUPERVISION, IParticipants.retireWallet.selector);
        _allow(address(participants), SUPERVISION, IParticipants.rotateWallet.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setLicence.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setKyc.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setOwner.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setSponsor.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setIntermediary.selector);
        _allow(address(participants), SUPERVISION, IParticipants.setCap.selector);
        _allow(address(participants), COMPLIANCE, IParticipants.publishList.selector);
        _allow(address(participants), COMPLIANCE, IParticipants.setScreening.selector);
        _allow(address(participants), COMPLIANCE, IParticipants.resolveScreening.selector);
        _allow(address(participants), COMPLIANCE, IDualControl.propose.selector);
        _allow(address(calendar), SUPERVISION, IBusinessCalendar.load.selector);
        _allow(address(oracle), SUPERVISION, IPriceOracle.addFeeder.selector);
        _allow(address(oracle), SUPERVISION, IPriceOracle.removeFeeder.selector);
        _allow(address(oracle), ENFORCEMENT, IPriceOracle.resetBreaker.selector);
        _allow(address(oracle), ENFORCEMENT, IDualControl.propose.selector);
        _allow(address(token), SUPERVISION, ISettlementToken.registerModule.selector);
        _allow(address(token), SUPERVISION, ISettlementToken.setQuarantine.selector);
        _allow(address(token), SUPERVISION, ISettlementToken.recover.selector);
        _allow(address(token), ENFORCEMENT, IERC7943Fungible.setFrozenTokens.selector);
        _allow(address(token), ENFORCEMENT, IERC7943Fungible.forcedTransfer.selector);
        _allow(address(token), ENFORCEMENT, IDualControl.propose.selector);
        _allow(address(quarantine), COMPLIANCE, IQuarantine.release.selector);
        _allow(address(quarantine), COMPLIANCE, IDualControl.propose.selector);
        _allow(address(ramp), RAMPING, IRamp.issue.selector);
        _allow(address(ramp), RAMPING, IRamp.redeem.selector);
        _allow(address(reserve), RAMPING, IReserve.sellCoins.selector);
        _allow(address(reserve), COMPLIANCE, IDualControl.propose.selector);
    }

    function _permitContracts() private {
        _allow(address(rulebook), THE_TOKEN, IRulebook.pass.selector);
        _allow(address(rulebook), THE_CLEARING, IRulebook.enterObligation.selector);
        _allow(address(rulebook), THE_CLEARING, IRulebook.leaveObligation.selector);
        _allow(address(participants), THE_MONEY, IParticipants.bar.selector);
        _allow(address(trades), THE_RULEBOOK, ITradeRegistry.consume.selector);
        _allow(address(trades), THE_RULEBOOK, ITradeRegistry.release.selector);
        _allow(address(trades), THE_DOCUMENTS, ITradeRegistry.useDocument.selector);
        _allow(address(trades), THE_DOCUMENTS, ITradeRegistry.freeDocument.selector);
        _allow(address(token), THE_RAMP, ISettlementToken.issue.selector);
        _allow(address(token), THE_RAMP, ISettlementToken.redeem.selector);
        _allow(address(reserve), THE_RAMP, IReserve.depositCash.selector);
        _allow(address(reserve), THE_RAMP, IReserve.withdrawCash.selector);
        _allow(address(reserve), THE_INTAKE, IReserve.depositCoins.selector);
    }
}
