// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Role} from "../src/Role.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {Deployment} from "./Deployment.sol";

/// @title The whole system in DRAFT with a cast in good standing, a generous programme and trades between the cast
/// @notice `_activate` starts it. An actor's name is its first wallet; see {_nameOf}.
abstract contract Fixture is Deployment {
    uint64 internal constant START = 20_250 days;
    uint64 internal constant END = START + 1000 days;
    uint64 internal constant WIND_DOWN_END = END + 90 days;
    uint64 internal constant FAR = END + 3650 days;

    bytes2 internal constant HOME = "HM";
    /// @dev Corridor DIRECT.
    bytes2 internal constant ABROAD = "XA";
    /// @dev Corridor VIA_INTERMEDIARY.
    bytes2 internal constant ELSEWHERE = "XB";
    /// @dev Corridor NONE.
    bytes2 internal constant CLOSED = "XC";

    uint128 internal constant PLENTY = 1e18;
    uint128 internal constant NO_CAP = type(uint128).max;
    /// @dev The chapter of machinery.
    uint8 internal constant CHAPTER = 84;

    /// @dev Sponsors every authorised entity.
    address internal constant BANK = address(0x2001);
    address internal constant STATE_ENTITY = address(0x2002);
    address internal constant PRIVATE_ENTITY = address(0x2003);
    address internal constant MINING = address(0x2004);
    address internal constant SELLER = address(0x2005);
    address internal constant BUYER_ABROAD = address(0x2006);
    address internal constant INTERMEDIARY = address(0x2007);
    /// @dev Established in the jurisdiction of the closed corridor.
    address internal constant CUT_OFF = address(0x2008);
    /// @dev Abroad, owned at home.
    address internal constant SHELL = address(0x2009);
    /// @dev Clear to begin with; for tests that list somebody.
    address internal constant LISTED = address(0x200a);
    address internal constant EXAMINING = address(0x200b);
    address internal constant ARBITER = address(0x200c);
    address internal constant ATTESTING = address(0x200d);
    address internal constant ADMINISTRATOR = address(0x200e);
    /// @dev Second wallets of STATE_ENTITY and SELLER.
    address internal constant STATE_ENTITY_2 = address(0x2102);
    address internal constant SELLER_2 = address(0x2105);
    address internal constant STRANGER = address(0x2fff);
    /// @dev A module for every flow, played by the tests.
    address internal constant MODULE = address(0x3001);

    uint256 private _refs;

    function setUp() public virtual {
        vm.warp(START - 30 days);
        _deploy();
        _module(MODULE, type(uint16).max);
        for (uint256 i = 0; i < 3; ++i) {
            _loadCalendar([HOME, ABROAD, ELSEWHERE][i]);
        }
        vm.prank(REVIEWER);
        participants.publishList(1, "list 1");
        _cast();
        address[2] memory entities = [STATE_ENTITY, PRIVATE_ENTITY];
        address[5] memory counterparties = [SELLER, BUYER_ABROAD, CUT_OFF, SHELL, LISTED];
        for (uint256 i = 0; i < 10; ++i) {
            _openTrade(_tradeOf(entities[i % 2], counterparties[i / 2]), entities[i % 2], counterparties[i / 2]);
        }
    }

    // The regime

    /// @dev Caps that no test reaches by chance; lists that stay fresh and holdings that may stay throughout.
    function _programme() internal pure returns (IRegime.Programme memory p) {
        (p.start, p.end, p.windDownEnd) = (START, END, WIND_DOWN_END);
        p.home = HOME;
        p.privateFromPhase = 2;
        (p.domesticBan, p.directPayments, p.queueBypass) = (true, true, false);
        (p.instruments, p.goods) = (type(uint16).max, type(uint128).max);
        (p.period, p.maxListAge, p.maxHolding) = (30 days, 2000 days, 2000 days);
        p.maxExposure = 100 * PLENTY;
        (p.coverageFloor, p.haircut, p.referenceRate) = (10_000, 2_000, 2_500_000);
        p.stateCaps = IRegime.ClassCaps(10 * PLENTY, 20 * PLENTY, 40 * PLENTY, 80 * PLENTY);
        p.privateCaps = p.stateCaps;
        p.regimeCap = 100 * PLENTY;
    }

    function _corridors() internal pure returns (IRegime.Corridor[] memory corridors) {
        corridors = new IRegime.Corridor[](3);
        corridors[0] = IRegime.Corridor(ABROAD, IRegime.Access.DIRECT, NO_CAP);
        corridors[1] = IRegime.Corridor(ELSEWHERE, IRegime.Access.VIA_INTERMEDIARY, NO_CAP);
        corridors[2] = IRegime.Corridor(CLOSED, IRegime.Access.NONE, NO_CAP);
    }

    function _activate(IRegime.Programme memory programme) internal {
        _activate(programme, _corridors());
    }

    function _activate(IRegime.Programme memory programme, IRegime.Corridor[] memory corridors) internal {
        _draft(programme, corridors);
        _approve(programme, corridors);
        vm.warp(programme.start);
        vm.prank(SUPERVISOR);
        regime.activate();
    }

    function _draft(IRegime.Programme memory programme, IRegime.Corridor[] memory corridors) internal {
        vm.prank(SUPERVISOR);
        regime.draft(programme, corridors);
    }

    function _approval(IRegime.Programme memory programme, IRegime.Corridor[] memory corridors)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeCall(IRegime.approve, (keccak256(abi.encode(programme, corridors))));
    }

    function _approve(IRegime.Programme memory programme, IRegime.Corridor[] memory corridors) internal {
        (bool ok,) = _tryAfterDelay(address(regime), _approval(programme, corridors));
        require(ok, "programme not approved");
    }

    /// @dev Puts another programme in force, now; takes {DELAY}.
    function _change(IRegime.Programme memory programme, IRegime.Corridor[] memory corridors) internal {
        _draft(programme, corridors);
        _approve(programme, corridors);
    }

    function _openPhaseTwo() internal {
        vm.prank(SUPERVISOR);
        regime.proposePhase(2);
        (bool ok,) = _tryAfterDelay(address(regime), abi.encodeCall(IRegime.approvePhase, (2)));
        require(ok, "phase not approved");
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

    /// @dev The name of who was registered with the wallet `first`; for second wallets ask the register.
    function _nameOf(address first) internal pure returns (bytes32) {
        return bytes32(bytes20(first));
    }

    function _profileOf(address wallet) internal view returns (IParticipants.Profile memory) {
        return participants.profileOf(participants.participantOf(wallet));
    }

    /// @dev In good standing as far as files go, state-owned, owned where established, sponsored if it needs to be.
    function _sound(uint16 roles, bytes2 jurisdiction) internal pure returns (IParticipants.Profile memory p) {
        p.roles = roles;
        (p.jurisdiction, p.ownerJurisdiction) = (jurisdiction, jurisdiction);
        p.licence = IParticipants.LicenceStatus.ACTIVE;
        (p.licenceUntil, p.kycUntil) = (FAR, FAR);
        p.cap = NO_CAP;
        if (roles & (Role.SETTLER | Role.MINER) != 0) p.sponsor = _nameOf(BANK);
        if (jurisdiction == ELSEWHERE) p.intermediary = _nameOf(INTERMEDIARY);
    }

    function _register(address wallet, IParticipants.Profile memory profile) internal {
        vm.prank(SUPERVISOR);
        participants.register(_nameOf(wallet), wallet, profile);
        _clear(wallet);
    }

    function _clear(address wallet) internal {
        _screen(wallet, IParticipants.Screening.CLEAR);
    }

    /// @dev By whoever it takes, from whatever the result is now. UNSCREENED cannot be reached again.
    function _screen(address wallet, IParticipants.Screening to) internal {
        bytes32 name = participants.participantOf(wallet);
        IParticipants.Screening from = participants.profileOf(name).screening;
        bool wasHit = from == IParticipants.Screening.POTENTIAL || from == IParticipants.Screening.TRUE_MATCH;
        bool resolves = to == IParticipants.Screening.TRUE_MATCH || to == IParticipants.Screening.FALSE_POSITIVE;
        if (!resolves && from == IParticipants.Screening.TRUE_MATCH) {
            _resolve(name, IParticipants.Screening.FALSE_POSITIVE);
        } else if (to == IParticipants.Screening.CLEAR && wasHit) {
            _resolve(name, IParticipants.Screening.FALSE_POSITIVE);
        }
        if (!resolves || !wasHit) {
            vm.prank(REVIEWER);
            participants.setScreening(name, resolves ? IParticipants.Screening.POTENTIAL : to);
        }
        if (resolves) _resolve(name, to);
    }

    function _resolve(bytes32 name, IParticipants.Screening to) internal {
        bytes memory data = abi.encodeCall(IParticipants.resolveScreening, (name, to));
        _together(REVIEWER, SECOND_REVIEWER, address(participants), data);
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

    function _sponsor(address wallet, bytes32 bank) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(SUPERVISOR);
        participants.setSponsor(name, bank);
    }

    function _intermediate(address wallet, bytes32 intermediary) internal {
        bytes32 name = participants.participantOf(wallet);
        vm.prank(SUPERVISOR);
        participants.setIntermediary(name, intermediary);
    }

    function _addWallet(bytes32 name, address wallet) internal {
        bytes memory data = abi.encodeCall(IParticipants.addWallet, (name, wallet));
        _together(REVIEWER, SUPERVISOR, address(participants), data);
    }

    function _rotate(address from, address to) internal {
        bytes memory data = abi.encodeCall(IParticipants.rotateWallet, (participants.participantOf(from), from, to));
        _together(REVIEWER, SUPERVISOR, address(participants), data);
    }

    // Trades

    /// @dev The number of the fixture's trade between an entity and its counterparty.
    function _tradeOf(address entity, address counterparty) internal pure returns (bytes32) {
        return keccak256(abi.encode("trade", entity, counterparty));
    }

    /// @dev Registered by the bank, with a travel record, and the one that either pays the other under directly.
    function _openTrade(bytes32 trade, address entity, address counterparty) internal {
        vm.prank(BANK);
        trades.register(trade, _nameOf(entity), _nameOf(counterparty), PLENTY, WIND_DOWN_END, CHAPTER);
        vm.prank(entity);
        trades.recordTravel(trade, keccak256(abi.encode("travel", trade)));
        vm.prank(entity);
        trades.designate(trade);
        vm.prank(counterparty);
        trades.designate(trade);
    }

    // The token

    function _nextList() internal view returns (uint32 version) {
        (version,) = participants.currentList();
        ++version;
    }

    function _nextRef() internal returns (bytes32) {
        return keccak256(abi.encode("ramp", ++_refs));
    }

    /// @dev Needs an ACTIVE regime and a clear payee: issued to the module, which refunds it without a trade.
    function _give(address wallet, uint128 amount) internal {
        vm.prank(RAMP_OFFICE);
        ramp.issue(MODULE, amount, _nextRef());
        vm.prank(MODULE);
        require(token.payOut(IRulebook.Flow.REFUND, wallet, wallet, amount, 0, 0), "gift held back");
    }

    function _approveFor(address owner, address spender, uint256 amount) internal {
        vm.prank(owner);
        token.approve(spender, amount);
    }

    /// @dev By as many people as it takes.
    function _freeze(address wallet, uint256 amount) internal {
        bytes memory data = abi.encodeCall(IERC7943Fungible.setFrozenTokens, (wallet, amount));
        if (amount < token.getFrozenTokens(wallet)) _together(CO_APPROVER, SUPERVISOR, address(token), data);
        else _passed(SUPERVISOR, address(token), data);
    }

    function _trySeize(address from, address to, uint256 amount) internal returns (bool ok, bytes memory result) {
        bytes memory data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (from, to, amount));
        return _tryTogether(CO_APPROVER, SUPERVISOR, address(token), data);
    }

    function _refusal(uint8 reason) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(IRulebook.Rulebook_Refused.selector, reason);
    }

    // Setting up

    function _cast() private {
        _register(BANK, _sound(Role.BANK, HOME));
        _register(INTERMEDIARY, _sound(Role.INTERMEDIARY, ABROAD));
        _register(STATE_ENTITY, _sound(Role.SETTLER, HOME));
        IParticipants.Profile memory owned = _sound(Role.SETTLER, HOME);
        owned.ownership = IParticipants.OwnershipClass.PRIVATE;
        _register(PRIVATE_ENTITY, owned);
        _register(MINING, _sound(Role.MINER, HOME));
        _register(SELLER, _sound(Role.COUNTERPARTY, ABROAD));
        _register(BUYER_ABROAD, _sound(Role.COUNTERPARTY, ELSEWHERE));
        _register(CUT_OFF, _sound(Role.COUNTERPARTY, CLOSED));
        IParticipants.Profile memory shell = _sound(Role.COUNTERPARTY, ABROAD);
        shell.ownerJurisdiction = HOME;
        _register(SHELL, shell);
        _register(LISTED, _sound(Role.COUNTERPARTY, ABROAD));
        _register(EXAMINING, _sound(Role.EXAMINER, ABROAD));
        _register(ARBITER, _sound(Role.ARBITER, ABROAD));
        _register(ATTESTING, _sound(Role.ATTESTOR, ABROAD));
        _register(ADMINISTRATOR, _sound(Role.ADMINISTRATOR, HOME));
        _addWallet(_nameOf(STATE_ENTITY), STATE_ENTITY_2);
        _addWallet(_nameOf(SELLER), SELLER_2);
    }

    /// @dev Weekends and every 37th day.
    function _isClosed(uint256 day) internal pure returns (bool) {
        return day % 7 == 2 || day % 7 == 3 || day % 37 == 0;
    }

    function _loadCalendar(bytes2 jurisdiction) private {
        uint256 firstWord = START / 1 days / 256;
        uint256[] memory words = new uint256[](6);
        for (uint256 day = firstWord * 256; day < (firstWord + 6) * 256; ++day) {
            if (_isClosed(day)) words[day / 256 - firstWord] |= 1 << (day % 256);
        }
        vm.prank(SUPERVISOR);
        calendar.load(jurisdiction, firstWord, words);
    }
}
