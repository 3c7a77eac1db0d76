// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

import {BusinessCalendar} from "../src/BusinessCalendar.sol";
import {Participants} from "../src/Participants.sol";
import {Regime} from "../src/Regime.sol";
import {Rulebook} from "../src/Rulebook.sol";
import {SettlementToken} from "../src/SettlementToken.sol";
import {TradeEscrow} from "../src/TradeEscrow.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Vm} from "./Vm.sol";

/// @title The whole system, deployed in DRAFT, with its roles and a cast of participants
/// @notice Every participant starts in good standing; `_pick` and `_random…` draw from one seed.
abstract contract Fixture {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    uint64 internal constant START = 20_250 days;
    uint64 internal constant END = START + 1000 days;
    uint64 internal constant WIND_DOWN_END = END + 90 days;
    uint64 internal constant FAR = END + 3650 days;

    bytes2 internal constant HOME = "HM";
    bytes2 internal constant ABROAD = "XA";
    bytes2 internal constant ELSEWHERE = "XB";

    uint8 internal constant SETTLER = 1;
    uint8 internal constant COUNTERPARTY = 2;
    uint8 internal constant EXAMINER = 4;

    address internal constant SUPERVISOR = address(0x1001);
    address internal constant CO_APPROVER = address(0x1002);
    address internal constant COMPLIANCE = address(0x1003);
    address internal constant RAMP = address(0x1004);

    address internal constant STATE_BANK = address(0x2001);
    address internal constant PRIVATE_BANK = address(0x2002);
    address internal constant BUYER_ABROAD = address(0x2003);
    address internal constant SELLER = address(0x2004);
    address internal constant SHELL = address(0x2005);
    address internal constant LISTED = address(0x2006);
    address internal constant EXAMINING = address(0x2007);
    address internal constant STRANGER = address(0x2008);

    AccessManager internal manager;
    Regime internal regime;
    Participants internal participants;
    Rulebook internal rulebook;
    BusinessCalendar internal calendar;
    SettlementToken internal token;
    TradeEscrow internal escrow;

    uint256 private _seed;
    uint256 private _refs;

    function setUp() public virtual {
        vm.warp(START - 30 days);
        manager = new AccessManager(address(this));
        regime = new Regime(address(manager));
        participants = new Participants(address(manager));
        rulebook = new Rulebook(regime, participants);
        calendar = new BusinessCalendar(address(manager));
        token = new SettlementToken(address(manager), rulebook);
        escrow = new TradeEscrow(token, rulebook, calendar);
        _grant();

        vm.prank(SUPERVISOR);
        token.registerModule(address(escrow));
        _loadCalendar(HOME);
        _loadCalendar(ABROAD);

        _register(STATE_BANK, SETTLER, IParticipants.OwnershipClass.STATE, HOME, HOME);
        _register(PRIVATE_BANK, SETTLER, IParticipants.OwnershipClass.PRIVATE, HOME, HOME);
        _register(BUYER_ABROAD, COUNTERPARTY, IParticipants.OwnershipClass.PRIVATE, ELSEWHERE, ELSEWHERE);
        _register(SELLER, COUNTERPARTY, IParticipants.OwnershipClass.PRIVATE, ABROAD, ABROAD);
        _register(SHELL, COUNTERPARTY, IParticipants.OwnershipClass.PRIVATE, ABROAD, HOME);
        _register(LISTED, COUNTERPARTY, IParticipants.OwnershipClass.PRIVATE, ABROAD, ABROAD);
        _register(EXAMINING, EXAMINER, IParticipants.OwnershipClass.PRIVATE, ABROAD, ABROAD);
    }

    // The regime

    function _programme() internal pure returns (IRegime.Programme memory) {
        return IRegime.Programme({
            start: START,
            end: END,
            windDownEnd: WIND_DOWN_END,
            home: HOME,
            privateFromPhase: 2,
            domesticBan: true,
            directPayments: true
        });
    }

    function _draft(IRegime.Programme memory programme) internal {
        vm.prank(SUPERVISOR);
        regime.draft(programme);
    }

    function _approve() internal {
        bytes32 drafted = keccak256(abi.encode(regime.programme()));
        vm.prank(CO_APPROVER);
        regime.approve(drafted);
    }

    function _activate(IRegime.Programme memory programme) internal {
        _draft(programme);
        _approve();
        vm.warp(programme.start);
        vm.prank(SUPERVISOR);
        regime.activate();
    }

    function _openPhaseTwo() internal {
        vm.prank(SUPERVISOR);
        regime.proposePhase(2);
        vm.prank(CO_APPROVER);
        regime.approvePhase(2);
    }

    function _suspend() internal {
        vm.prank(SUPERVISOR);
        regime.suspend();
    }

    function _resume() internal {
        vm.prank(SUPERVISOR);
        regime.resume();
    }

    /// @dev From ACTIVE to any later stage; a wind-down comes early or by time, a suspension early or for ever.
    function _leave(IRegime.Stage stage, bool early) internal {
        if (stage == IRegime.Stage.SUSPENDED) {
            _suspend();
            if (!early) vm.warp(WIND_DOWN_END + 1);
        }
        if (stage == IRegime.Stage.WIND_DOWN && early) {
            vm.prank(SUPERVISOR);
            regime.windDown();
        } else if (stage == IRegime.Stage.WIND_DOWN) {
            vm.warp(END + 1);
        }
        if (stage == IRegime.Stage.EXPIRED) vm.warp(WIND_DOWN_END + 1);
    }

    // The participants

    function _nameOf(address wallet) internal pure returns (bytes32) {
        return bytes32(bytes20(wallet));
    }

    function _register(
        address wallet,
        uint8 roles,
        IParticipants.OwnershipClass ownership,
        bytes2 jurisdiction,
        bytes2 owner
    ) internal {
        vm.prank(SUPERVISOR);
        participants.register(
            _nameOf(wallet),
            wallet,
            IParticipants.Profile({
                roles: roles,
                ownership: ownership,
                jurisdiction: jurisdiction,
                ownerJurisdiction: owner,
                licence: IParticipants.LicenceStatus.ACTIVE,
                screening: IParticipants.Screening.UNSCREENED,
                licenceUntil: FAR,
                kycUntil: FAR
            })
        );
        _screen(wallet, IParticipants.Screening.CLEAR);
    }

    function _screen(address wallet, IParticipants.Screening screening) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(COMPLIANCE);
        participants.setScreening(name, screening);
    }

    function _license(address wallet, IParticipants.LicenceStatus licence, uint64 until) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(SUPERVISOR);
        participants.setLicence(name, licence, until);
    }

    function _renewKyc(address wallet, uint64 until) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(SUPERVISOR);
        participants.setKyc(name, until);
    }

    function _own(address wallet, bytes2 jurisdiction) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(SUPERVISOR);
        participants.setOwner(name, jurisdiction);
    }

    function _profileOf(address wallet) internal view returns (IParticipants.Profile memory) {
        return participants.profileOf(participants.participantOf(wallet));
    }

    /// @dev What a trader has to be where it is established, written apart from the Rulebook.
    function _tradesAs(IParticipants.Profile memory profile) internal view returns (uint8 role) {
        if (profile.jurisdiction != regime.programme().home) return COUNTERPARTY;
        return SETTLER;
    }

    /// @dev Residency as the rules state it, written apart from the Rulebook.
    function _residentOf(address wallet) internal view returns (bool) {
        IParticipants.Profile memory profile = _profileOf(wallet);
        bytes2 home = regime.programme().home;
        if (profile.ownerJurisdiction == home) return true;
        return profile.jurisdiction == home;
    }

    // The token

    function _nextRef() internal returns (bytes32) {
        return keccak256(abi.encode("ramp", ++_refs));
    }

    /// @dev Needs an ACTIVE regime and a wallet in good standing; enforcement carries the value past residency.
    function _give(address wallet, uint128 amount) internal {
        vm.prank(RAMP);
        token.issue(STATE_BANK, amount, _nextRef());
        if (wallet == STATE_BANK) return;
        vm.prank(SUPERVISOR);
        token.forcedTransfer(STATE_BANK, wallet, amount);
    }

    function _freeze(address wallet, uint256 amount) internal {
        vm.prank(SUPERVISOR);
        token.setFrozenTokens(wallet, amount);
    }

    // Chance

    function _sow(uint256 seed) internal {
        _seed = uint256(keccak256(abi.encode(seed)));
    }

    /// @dev Uniform in [0, n).
    function _pick(uint256 n) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % n;
    }

    function _oneIn(uint256 n) internal returns (bool) {
        return _pick(n) == 0;
    }

    /// @dev A date for something that must last until `time`: mostly far, else one second around the edge.
    function _randomUntil(uint256 time) internal returns (uint64) {
        return _oneIn(8) ? uint64(time - 1 + _pick(3)) : FAR;
    }

    /// @dev Registers `wallet` (mostly) with a profile that is mostly fine at `time`. Every other one is in good
    /// standing: even addresses are banks at home, odd ones traders abroad, so that they can deal with each other.
    function _randomParty(address wallet, uint256 time) internal returns (bool known) {
        if (_oneIn(24)) return false;
        if (_oneIn(2)) {
            bool bank = uint160(wallet) % 2 == 0;
            bytes2 home = bank ? HOME : ABROAD;
            _register(wallet, bank ? SETTLER : COUNTERPARTY, IParticipants.OwnershipClass.STATE, home, home);
            return true;
        }
        bytes2[4] memory places = [HOME, HOME, ABROAD, ELSEWHERE];
        bytes2 place = places[_pick(4)];
        IParticipants.OwnershipClass ownership =
            _oneIn(3) ? IParticipants.OwnershipClass.PRIVATE : IParticipants.OwnershipClass.STATE;
        uint8 role = place == HOME ? SETTLER : COUNTERPARTY;
        if (_oneIn(3)) role = uint8(1 + _pick(7));
        _register(wallet, role, ownership, place, _oneIn(4) ? places[_pick(4)] : place);
        IParticipants.LicenceStatus licence =
            _oneIn(10) ? IParticipants.LicenceStatus(_pick(4)) : IParticipants.LicenceStatus.ACTIVE;
        _license(wallet, licence, _randomUntil(time));
        _renewKyc(wallet, _randomUntil(time));
        return true;
    }

    /// @dev Good standing, or out of it in one of the ways there are, now.
    function _randomStanding(address wallet) internal {
        uint256 which = _pick(4);
        if (which == 0) _screen(wallet, IParticipants.Screening(_pick(4)));
        if (which == 1) _license(wallet, IParticipants.LicenceStatus(_pick(4)), FAR);
        if (which == 2) _license(wallet, IParticipants.LicenceStatus.ACTIVE, uint64(block.timestamp - 1 + _pick(3)));
        if (which == 3) _renewKyc(wallet, uint64(block.timestamp - 1 + _pick(3)));
    }

    function _randomScreening(address wallet) internal {
        if (_oneIn(4)) _screen(wallet, IParticipants.Screening(_pick(4)));
    }

    // Calls

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

    // Credits

    function _terms(bytes32 ref) internal view returns (ITradeEscrow.Terms memory) {
        uint64 now_ = uint64(block.timestamp);
        return ITradeEscrow.Terms({
            ref: ref,
            applicant: STATE_BANK,
            beneficiary: SELLER,
            examiner: EXAMINING,
            amount: 1_000_000,
            offerUntil: now_ + 5 days,
            fundUntil: now_ + 10 days,
            latestShipment: now_ + 40 days,
            expiry: now_ + 60 days,
            presentationPeriod: 21 days,
            tenor: 30 days,
            waiverWindow: 7 days,
            bankingPlace: HOME,
            documents: 2,
            partialDraws: true
        });
    }

    function _open(ITradeEscrow.Terms memory terms) internal returns (bytes32 credit) {
        vm.prank(terms.applicant);
        return escrow.open(terms);
    }

    function _issue(bytes32 credit) internal {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        vm.prank(terms.beneficiary);
        escrow.issue(credit, keccak256(abi.encode(terms)));
    }

    function _fund(bytes32 credit) internal {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        _give(terms.applicant, terms.amount);
        vm.prank(terms.applicant);
        token.approve(address(escrow), terms.amount);
        vm.prank(terms.applicant);
        escrow.fund(credit);
    }

    function _openFunded(ITradeEscrow.Terms memory terms) internal returns (bytes32 credit) {
        credit = _open(terms);
        _issue(credit);
        _fund(credit);
    }

    /// @dev A set whose transport document is `first`.
    function _set(bytes32 first, uint256 count) internal pure returns (bytes32[] memory documents) {
        documents = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            documents[i] = i == 0 ? first : keccak256(abi.encode(first, i));
        }
    }

    function _present(bytes32 credit, uint128 amount, bytes32 document) internal returns (uint256 draw) {
        ITradeEscrow.Terms memory terms = escrow.creditOf(credit).terms;
        vm.prank(terms.beneficiary);
        return escrow.present(credit, amount, uint64(block.timestamp), _set(document, terms.documents));
    }

    function _giveNotice(bytes32 credit, uint256 draw) internal {
        string[] memory discrepancies = new string[](1);
        discrepancies[0] = "late shipment";
        vm.prank(EXAMINING);
        escrow.giveNotice(credit, draw, discrepancies);
    }

    function _accept(bytes32 credit, uint256 draw) internal {
        vm.prank(EXAMINING);
        escrow.accept(credit, draw);
    }

    // Deployment

    /// @dev Weekends and every 37th day.
    function _isClosed(uint256 day) internal pure returns (bool) {
        return day % 7 == 2 || day % 7 == 3 || day % 37 == 0;
    }

    function _loadCalendar(bytes2 jurisdiction) internal {
        uint256 firstWord = START / 1 days / 256;
        uint256[] memory words = new uint256[](6);
        for (uint256 day = firstWord * 256; day < (firstWord + 6) * 256; ++day) {
            if (_isClosed(day)) words[day / 256 - firstWord] |= 1 << (day % 256);
        }
        vm.prank(SUPERVISOR);
        calendar.load(jurisdiction, firstWord, words);
    }

    function _grant() private {
        manager.grantRole(1, SUPERVISOR, 0);
        manager.grantRole(2, CO_APPROVER, 0);
        manager.grantRole(3, COMPLIANCE, 0);
        manager.grantRole(4, RAMP, 0);
        _allow(address(regime), 1, IRegime.draft.selector);
        _allow(address(regime), 2, IRegime.approve.selector);
        _allow(address(regime), 1, IRegime.activate.selector);
        _allow(address(regime), 1, IRegime.proposePhase.selector);
        _allow(address(regime), 2, IRegime.approvePhase.selector);
        _allow(address(regime), 1, IRegime.suspend.selector);
        _allow(address(regime), 1, IRegime.resume.selector);
        _allow(address(regime), 1, IRegime.windDown.selector);
        _allow(address(participants), 1, IParticipants.register.selector);
        _allow(address(participants), 1, IParticipants.addWallet.selector);
        _allow(address(participants), 1, IParticipants.setLicence.selector);
        _allow(address(participants), 1, IParticipants.setKyc.selector);
        _allow(address(participants), 1, IParticipants.setOwner.selector);
        _allow(address(participants), 3, IParticipants.setScreening.selector);
        _allow(address(calendar), 1, BusinessCalendar.load.selector);
        _allow(address(token), 1, SettlementToken.registerModule.selector);
        _allow(address(token), 1, SettlementToken.setFrozenTokens.selector);
        _allow(address(token), 1, SettlementToken.forcedTransfer.selector);
        _allow(address(token), 4, SettlementToken.issue.selector);
        _allow(address(token), 4, SettlementToken.redeem.selector);
    }

    function _allow(address target, uint64 role, bytes4 selector) private {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = selector;
        manager.setTargetFunctionRole(target, selectors, role);
    }
}
