// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {ConversionDesk} from "../src/ConversionDesk.sol";
import {DomesticCurrency} from "../src/DomesticCurrency.sol";
import {MinerIntake} from "../src/MinerIntake.sol";
import {Participants} from "../src/Participants.sol";
import {PriceOracle} from "../src/PriceOracle.sol";
import {Ramp} from "../src/Ramp.sol";
import {Regime} from "../src/Regime.sol";
import {Reserve} from "../src/Reserve.sol";
import {Role} from "../src/Role.sol";
import {Rulebook} from "../src/Rulebook.sol";
import {SettlementToken} from "../src/SettlementToken.sol";
import {TradeRegistry} from "../src/TradeRegistry.sol";
import {IConversionDesk} from "../src/interfaces/IConversionDesk.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Vm} from "./Vm.sol";

/// @title The money side of an active regime, with a small cast
/// @notice The other parts of the regime are there, but only as far as money needs them.
abstract contract MoneyFixture {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    uint64 internal constant START = 20_250 days;
    bytes2 internal constant HOME = "HM";
    bytes2 internal constant ABROAD = "XA";
    bytes32 internal constant SU = "SU";
    bytes32 internal constant COIN = "COIN";
    bytes32 internal constant TRADE = "T1";
    uint32 internal constant MAX_AGE = 1 days;
    uint16 internal constant MAX_DEVIATION = 2_000;
    uint16 internal constant SPREAD = 200;
    uint16 internal constant TOLERANCE = 500;
    uint128 internal constant NO_CAP = type(uint128).max;
    /// @dev A whole SU is worth 90.00 DRL, a coin 60,000 SU.
    uint128 internal constant SU_PRICE = 9_000e6;
    uint128 internal constant COIN_PRICE = 60_000 * SU_PRICE;

    address internal constant SUPERVISOR = address(0x1001);
    address internal constant CO_APPROVER = address(0x1002);
    address internal constant COMPLIANCE = address(0x1003);
    address internal constant RAMP = address(0x1004);
    address internal constant TREASURY = address(0x1005);
    address internal constant DESK = address(0x1006);
    address internal constant BANK = address(0x2001);
    address internal constant ENTITY = address(0x2002);
    address internal constant MINER = address(0x2003);
    address internal constant ATTESTOR = address(0x2004);
    address internal constant SELLER = address(0x2005);
    address internal constant STRANGER = address(0x2006);

    AccessManager internal manager;
    Regime internal regime;
    Participants internal participants;
    TradeRegistry internal trades;
    PriceOracle internal oracle;
    Reserve internal reserve;
    Rulebook internal rulebook;
    SettlementToken internal token;
    Ramp internal ramp;
    DomesticCurrency internal currency;
    ConversionDesk internal desk;
    MinerIntake internal intake;

    uint256 private _seed;
    uint256 private _refs;
    uint64 private _role;

    function setUp() public virtual {
        vm.warp(START - 1 days);
        _deploy();
        _grant();
        _activate();
        _register(BANK, Role.BANK, HOME);
        _register(ENTITY, Role.SETTLER, HOME);
        _register(MINER, Role.MINER, HOME);
        _register(ATTESTOR, Role.ATTESTOR, HOME);
        _register(SELLER, Role.COUNTERPARTY, ABROAD);
        vm.prank(BANK);
        trades.register(TRADE, _nameOf(ENTITY), _nameOf(SELLER), type(uint96).max, START + 900 days, 84);
        for (uint256 i = 0; i < 3; ++i) {
            vm.prank(SUPERVISOR);
            oracle.addFeeder(_feeder(i));
        }
        _postAll(SU, SU_PRICE);
        _postAll(COIN, COIN_PRICE);
    }

    // Acts

    function _feeder(uint256 number) internal pure returns (address) {
        return address(uint160(0x3000 + number));
    }

    function _post(uint256 feeder, bytes32 asset, uint128 value) internal {
        vm.prank(_feeder(feeder));
        oracle.post(asset, value);
    }

    function _postAll(bytes32 asset, uint128 value) internal {
        for (uint256 i = 0; i < 3; ++i) {
            _post(i, asset, value);
        }
    }

    function _mint(address to, uint256 amount) internal {
        vm.prank(TREASURY);
        currency.mint(to, amount, _nextRef());
    }

    function _issue(address to, uint128 amount) internal {
        vm.prank(RAMP);
        ramp.issue(to, amount, _nextRef());
    }

    function _screen(address wallet, IParticipants.Screening screening) internal {
        vm.prank(COMPLIANCE);
        participants.setScreening(_nameOf(wallet), screening);
    }

    function _register(address wallet, uint16 roles, bytes2 jurisdiction) internal {
        bool sponsored = roles & (Role.SETTLER | Role.MINER) != 0;
        vm.prank(SUPERVISOR);
        participants.register(
            _nameOf(wallet),
            wallet,
            IParticipants.Profile({
                roles: roles,
                ownership: IParticipants.OwnershipClass.STATE,
                jurisdiction: jurisdiction,
                ownerJurisdiction: jurisdiction,
                licence: IParticipants.LicenceStatus.ACTIVE,
                screening: IParticipants.Screening.UNSCREENED,
                licenceUntil: START + 4000 days,
                kycUntil: START + 4000 days,
                listVersion: 0,
                sponsor: sponsored ? _nameOf(BANK) : bytes32(0),
                intermediary: 0,
                cap: NO_CAP
            })
        );
        _screen(wallet, IParticipants.Screening.CLEAR);
    }

    function _nameOf(address wallet) internal pure returns (bytes32) {
        return bytes32(bytes20(wallet));
    }

    function _nextRef() internal returns (bytes32) {
        return keccak256(abi.encode("ref", ++_refs));
    }

    // Chance and calls

    function _sow(uint256 seed) internal {
        _seed = uint256(keccak256(abi.encode(seed)));
    }

    /// @dev Uniform in [0, n).
    function _pick(uint256 n) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % n;
    }

    function _bound(uint256 x, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + x % (most - least + 1);
    }

    /// @dev Calls as `sender`; never reverts itself.
    function _try(address sender, address target, bytes memory data) internal returns (bool ok, bytes memory result) {
        vm.prank(sender);
        (ok, result) = target.call(data);
    }

    /// @dev Calls as `sender` and requires exactly `expected` as the revert data.
    function _refused(address sender, address target, bytes memory data, bytes memory expected) internal {
        (bool ok, bytes memory result) = _try(sender, target, data);
        require(!ok, "passed, should be refused");
        require(keccak256(result) == keccak256(expected), "refused for another reason");
    }

    function _refusal(uint8 reason) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRulebook.Rulebook_Refused.selector, reason);
    }

    // Deployment

    function _deploy() private {
        manager = new AccessManager(address(this));
        address authority = address(manager);
        regime = new Regime(authority);
        participants = new Participants(authority);
        trades = new TradeRegistry(authority, participants);
        oracle = new PriceOracle(authority, MAX_AGE, MAX_DEVIATION);
        reserve = new Reserve(authority, regime, oracle);
        rulebook = new Rulebook(authority, regime, participants, trades, reserve);
        token = new SettlementToken(authority, rulebook, regime, trades);
        ramp = new Ramp(authority, token, reserve);
        currency = new DomesticCurrency(authority, regime, participants);
        IConversionDesk.Limits memory limits =
            IConversionDesk.Limits({spread: SPREAD, maxLife: 1 hours, maxSize: 1_000_000e6});
        desk = new ConversionDesk(authority, token, currency, participants, oracle, limits);
        intake = new MinerIntake(
            authority,
            MinerIntake.Parts(token, currency, reserve, oracle, regime, participants, rulebook, trades),
            TOLERANCE
        );
    }

    function _activate() private {
        IRegime.ClassCaps memory caps = IRegime.ClassCaps(NO_CAP, NO_CAP, NO_CAP, NO_CAP);
        IRegime.Programme memory programme = IRegime.Programme({
            start: START,
            end: START + 1000 days,
            windDownEnd: START + 1090 days,
            home: HOME,
            privateFromPhase: 2,
            domesticBan: true,
            directPayments: true,
            queueBypass: false,
            instruments: type(uint16).max,
            goods: type(uint128).max,
            period: 30 days,
            maxListAge: 4000 days,
            maxHolding: 4000 days,
            maxExposure: NO_CAP,
            coverageFloor: 10_000,
            haircut: 500,
            referenceRate: 100,
            stateCaps: caps,
            privateCaps: caps,
            regimeCap: NO_CAP
        });
        IRegime.Corridor[] memory corridors = new IRegime.Corridor[](1);
        corridors[0] = IRegime.Corridor(ABROAD, IRegime.Access.DIRECT, NO_CAP);
        vm.prank(SUPERVISOR);
        regime.draft(programme, corridors);
        vm.prank(CO_APPROVER);
        regime.approve(keccak256(abi.encode(programme, corridors)));
        vm.prank(COMPLIANCE);
        participants.publishList(1, "list 1");
        vm.warp(START);
        vm.prank(SUPERVISOR);
        regime.activate();
        vm.prank(SUPERVISOR);
        token.registerModule(address(desk), uint16(1 << uint8(IRulebook.Flow.CONVERT)));
        vm.prank(SUPERVISOR);
        token.registerModule(address(intake), uint16(1 << uint8(IRulebook.Flow.INTAKE)));
        vm.prank(SUPERVISOR);
        currency.registerModule(address(desk), true);
        vm.prank(SUPERVISOR);
        currency.registerModule(address(intake), true);
    }

    function _grant() private {
        _grantOffices();
        _allow(address(rulebook), rulebook.pass.selector, address(token));
        _allow(address(trades), trades.consume.selector, address(rulebook));
        _allow(address(trades), trades.release.selector, address(rulebook));
        _allow(address(token), token.issue.selector, address(ramp));
        _allow(address(token), token.redeem.selector, address(ramp));
        _allow(address(reserve), reserve.depositCash.selector, address(ramp));
        _allow(address(reserve), reserve.withdrawCash.selector, address(ramp));
        _allow(address(reserve), reserve.depositCoins.selector, address(intake));
    }

    function _grantOffices() private {
        _allow(address(regime), regime.draft.selector, SUPERVISOR);
        _allow(address(regime), regime.activate.selector, SUPERVISOR);
        _allow(address(regime), regime.suspend.selector, SUPERVISOR);
        _allow(address(regime), regime.approve.selector, CO_APPROVER);
        _allow(address(participants), participants.register.selector, SUPERVISOR);
        _allow(address(participants), participants.rotateWallet.selector, SUPERVISOR);
        _allow(address(participants), participants.publishList.selector, COMPLIANCE);
        _allow(address(participants), participants.setScreening.selector, COMPLIANCE);
        _allow(address(token), token.registerModule.selector, SUPERVISOR);
        _allow(address(ramp), ramp.issue.selector, RAMP);
        _allow(address(ramp), ramp.redeem.selector, RAMP);
        _allow(address(reserve), reserve.sellCoins.selector, RAMP);
        _allow(address(oracle), oracle.addFeeder.selector, SUPERVISOR);
        _allow(address(oracle), oracle.removeFeeder.selector, SUPERVISOR);
        uint64 two = _allow(address(oracle), IDualControl.propose.selector, SUPERVISOR);
        _assign(address(oracle), oracle.resetBreaker.selector, two);
        manager.grantRole(two, CO_APPROVER, 0);
        _allow(address(currency), currency.registerModule.selector, SUPERVISOR);
        _allow(address(currency), currency.recover.selector, SUPERVISOR);
        _allow(address(currency), currency.mint.selector, TREASURY);
        _allow(address(currency), currency.burn.selector, TREASURY);
        _allow(address(desk), desk.setLimits.selector, SUPERVISOR);
        _allow(address(desk), desk.postQuote.selector, DESK);
        _allow(address(intake), intake.setRegion.selector, SUPERVISOR);
        _allow(address(intake), intake.registerRig.selector, SUPERVISOR);
        _allow(address(intake), intake.setNetwork.selector, SUPERVISOR);
    }

    /// @dev Lets `account` call the function, by a role of its own.
    function _allow(address target, bytes4 selector, address account) private returns (uint64 role) {
        role = ++_role;
        manager.grantRole(role, account, 0);
        _assign(target, selector, role);
    }

    function _assign(address target, bytes4 selector, uint64 role) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }
}
