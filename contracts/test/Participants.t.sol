// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Role} from "../src/Role.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The register: names and wallets once, profiles whole, keys that change, screening apart from supervision.
contract ParticipantsTest is Fixture {
    function _profile(uint256 seed) private returns (IParticipants.Profile memory p) {
        _sow(seed);
        p.roles = uint16(_oneIn(4) ? _pick(2 ** 16) : 1 + _pick(Role.ALL));
        p.ownership = IParticipants.OwnershipClass(_pick(2));
        p.jurisdiction = _oneIn(10) ? bytes2(0) : ABROAD;
        p.ownerJurisdiction = _oneIn(10) ? bytes2(0) : HOME;
        p.licence = IParticipants.LicenceStatus(_pick(4));
        p.screening = _oneIn(6) ? IParticipants.Screening(_pick(5)) : IParticipants.Screening.UNSCREENED;
        (p.licenceUntil, p.kycUntil) = (uint64(_pick(type(uint64).max)), uint64(_pick(type(uint64).max)));
        p.listVersion = _oneIn(10) ? uint32(_pick(3)) : 0;
        p.sponsor = _oneIn(3) ? [_nameOf(SELLER), "nobody", 0][_pick(3)] : _nameOf(BANK);
        (p.intermediary, p.cap) = (bytes32(_pick(3)), uint128(_pick(type(uint128).max)));
    }

    /// @dev An active licence of an entity or a miner asks for a bank that stands.
    function _lacksSponsor(IParticipants.Profile memory p) private view returns (bool) {
        bool asks = p.licence == IParticipants.LicenceStatus.ACTIVE && (p.roles % 2 == 1 || p.roles / 8 % 2 == 1);
        IParticipants.Profile memory bank = participants.profileOf(p.sponsor);
        bool licensed = bank.licence == IParticipants.LicenceStatus.ACTIVE && bank.licenceUntil >= block.timestamp;
        return asks && !(licensed && bank.roles / 16 % 2 == 1);
    }

    /// @custom:rule actor.no-retail actor.sponsor
    function testFuzz_Register_WholeAndUnscreened(uint256 seed, bytes32 name, address wallet) public {
        IParticipants.Profile memory p = _profile(seed);
        if (_oneIn(6)) _license(BANK, IParticipants.LicenceStatus.ACTIVE, uint64(block.timestamp - 1 + _pick(2)));
        if (_oneIn(20)) name = [bytes32(0), _nameOf(SELLER)][_pick(2)];
        if (_oneIn(20)) wallet = [address(0), SELLER_2][_pick(2)];
        bytes memory expected;
        if (participants.profileOf(name).roles != 0) {
            expected = abi.encodeWithSelector(IParticipants.Participants_AlreadyRegistered.selector, name);
        } else if (
            name == 0 || p.roles == 0 || p.roles >= 512 || p.jurisdiction == 0 || p.ownerJurisdiction == 0
                || p.screening != IParticipants.Screening.UNSCREENED || p.listVersion != 0
        ) {
            expected = abi.encodeWithSelector(IParticipants.Participants_InvalidProfile.selector);
        } else if (_lacksSponsor(p)) {
            expected = abi.encodeWithSelector(IParticipants.Participants_SponsorMissing.selector, name);
        } else if (wallet == address(0) || participants.participantOf(wallet) != 0) {
            expected = abi.encodeWithSelector(IParticipants.Participants_WalletTaken.selector, wallet);
        }
        bytes memory data = abi.encodeCall(IParticipants.register, (name, wallet, p));
        if (expected.length > 0) {
            _refused(SUPERVISOR, address(participants), data, expected);
            return;
        }
        _passed(SUPERVISOR, address(participants), data);
        require(participants.participantOf(wallet) == name && participants.walletOf(name) == wallet, "bound");
        require(keccak256(abi.encode(participants.profileOf(name))) == keccak256(abi.encode(p)), "another profile");
        require(rulebook.checkParty(wallet) != 0, "unscreened, yet in good standing");
    }

    /// @custom:rule actor.keys
    function testFuzz_AWalletBelongsToOneForEver(address wallet, bytes32 other, bool retire) public {
        vm.assume(wallet != address(0) && participants.participantOf(wallet) == 0);
        vm.assume(other != 0 && participants.profileOf(other).roles == 0);
        _addWallet(_nameOf(SELLER), wallet);
        if (retire) {
            vm.prank(SUPERVISOR);
            participants.retireWallet(_nameOf(SELLER), wallet);
        }
        bytes memory taken = abi.encodeWithSelector(IParticipants.Participants_WalletTaken.selector, wallet);
        bytes memory data = abi.encodeCall(IParticipants.register, (other, wallet, _sound(Role.COUNTERPARTY, ABROAD)));
        _refused(SUPERVISOR, address(participants), data, taken);
        _refusedTogether(abi.encodeCall(IParticipants.addWallet, (_nameOf(SHELL), wallet)), taken);
        _refusedTogether(abi.encodeCall(IParticipants.addWallet, (_nameOf(SELLER), wallet)), taken);
        bytes memory notIts =
            abi.encodeWithSelector(IParticipants.Participants_NotItsWallet.selector, _nameOf(SHELL), wallet);
        data = abi.encodeCall(IParticipants.rotateWallet, (_nameOf(SHELL), SHELL, wallet));
        _refusedTogether(data, notIts);
        require(participants.participantOf(wallet) == _nameOf(SELLER) && participants.isRetired(wallet) == retire);
    }

    /// @dev A walk of additions, retirements and rotations: the primary wallet is always live and its holder's.
    /// @custom:rule actor.keys
    function testFuzz_Keys(uint256 seed) public {
        _sow(seed);
        bytes32 name = _nameOf(SELLER);
        address[6] memory keys = [SELLER, SELLER_2, address(0x71), address(0x72), SHELL, address(0)];
        bool[6] memory bound = [true, true, false, false, false, false];
        bool[6] memory retired;
        uint256 primary = 0;
        for (uint256 i = 0; i < 10; ++i) {
            (uint256 a, uint256 b) = (_pick(6), _pick(6));
            bool free = a == 2 || a == 3 ? !bound[a] : false;
            uint256 way = _pick(3);
            if (way == 0) {
                require(_tries(abi.encodeCall(IParticipants.addWallet, (name, keys[a]))) == free, "add");
                if (free) bound[a] = true;
            } else if (way == 1) {
                bool may = bound[a] && !retired[a] && a != primary;
                require(_tries(abi.encodeCall(IParticipants.retireWallet, (name, keys[a]))) == may, "retire");
                if (may) retired[a] = true;
            } else {
                bool may = bound[b] && !retired[b] && a != b && a < 4 && !retired[a];
                bytes memory data = abi.encodeCall(IParticipants.rotateWallet, (name, keys[b], keys[a]));
                require(_tries(data) == may, "rotate");
                if (may) (bound[a], retired[b], primary) = (true, true, a);
            }
            require(participants.walletOf(name) == keys[primary] && !retired[primary], "primary");
            for (uint256 k = 0; k < 4; ++k) {
                require(participants.participantOf(keys[k]) == (bound[k] ? name : bytes32(0)), "bound");
                require(participants.isRetired(keys[k]) == retired[k], "retired");
            }
        }
    }

    function _tries(bytes memory data) private returns (bool ok) {
        (ok,) = _tryTogether(REVIEWER, SUPERVISOR, address(participants), data);
    }

    function _refusedTogether(bytes memory data, bytes memory expected) private {
        vm.prank(REVIEWER);
        participants.propose(data);
        _refused(SUPERVISOR, address(participants), data, expected);
    }

    /// @dev The supervisor alone gives nobody a key, for value may be recovered to it.
    /// @custom:rule compliance.two-person
    function testFuzz_KeysTakeTwo(address wallet, bool rotate, bool bySupervisor) public {
        bytes32 name = _nameOf(SELLER);
        bytes memory data = rotate
            ? abi.encodeCall(IParticipants.rotateWallet, (name, SELLER, wallet))
            : abi.encodeCall(IParticipants.addWallet, (name, wallet));
        bytes memory alone = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(data));
        _refused(SUPERVISOR, address(participants), data, alone);
        bytes memory proposal = abi.encodeCall(IDualControl.propose, (data));
        (bool ok,) = _try(bySupervisor ? SUPERVISOR : STRANGER, address(participants), proposal);
        require(!ok, "proposed by another office");
        _refused(SUPERVISOR, address(participants), data, alone);
    }

    /// @dev What is a module is nobody's wallet, whichever comes first.
    /// @custom:rule actor.modules-apart
    function testFuzz_ModulesAndWalletsAreApart(address account, bool moduleFirst, uint256 way) public {
        vm.assume(account != address(0) && participants.participantOf(account) == 0 && token.moduleFlows(account) == 0);
        bytes memory taken = abi.encodeWithSelector(IParticipants.Participants_WalletTaken.selector, account);
        bytes memory add = abi.encodeCall(IParticipants.addWallet, (_nameOf(SELLER), account));
        bytes memory appoint = abi.encodeCall(ISettlementToken.registerModule, (account, 1));
        if (!moduleFirst) {
            _addWallet(_nameOf(SELLER), account);
            if (way % 2 == 0) {
                vm.prank(SUPERVISOR);
                participants.retireWallet(_nameOf(SELLER), account);
            }
            _refused(SUPERVISOR, address(token), appoint, taken);
            return;
        }
        _passed(SUPERVISOR, address(token), appoint);
        if (way % 2 == 0) {
            _passed(SUPERVISOR, address(token), abi.encodeCall(ISettlementToken.registerModule, (account, 0)));
        }
        if (way % 3 == 0) _refusedTogether(add, taken);
        if (way % 3 == 1) {
            _refusedTogether(abi.encodeCall(IParticipants.rotateWallet, (_nameOf(SELLER), SELLER, account)), taken);
        }
        bytes memory register = abi.encodeCall(IParticipants.register, ("new", account, _sound(2, ABROAD)));
        if (way % 3 == 2) _refused(SUPERVISOR, address(participants), register, taken);
    }

    function testFuzz_Unknown(bytes32 name, address wallet, uint256 which) public {
        vm.assume(participants.profileOf(name).roles == 0);
        bytes memory unknown = abi.encodeWithSelector(IParticipants.Participants_Unknown.selector, name);
        bytes[10] memory calls = _changes(name, wallet);
        // To retire a wallet of somebody unknown is to retire none of theirs.
        calls[8] = abi.encodeCall(IParticipants.setKyc, (name, 1));
        which %= 9;
        if (which == 4) _refusedTogether(calls[4], unknown);
        else _refused(which == 0 ? REVIEWER : SUPERVISOR, address(participants), calls[which], unknown);
    }

    /// @dev Each change touches its own field and no other.
    function testFuzz_ChangesTouchOneField(uint256 seed, uint64 until, bytes2 owner, bytes32 other, uint128 cap)
        public
    {
        vm.assume(owner != 0);
        _sow(seed);
        bytes32 name = _nameOf(SHELL);
        IParticipants.Profile memory p = _profileOf(SHELL);
        for (uint256 i = 0; i < 6; ++i) {
            uint256 which = _pick(7);
            if (which == 0) {
                (p.licence, p.licenceUntil) = (IParticipants.LicenceStatus(_pick(4)), until);
                _license(SHELL, p.licence, until);
            } else if (which == 1) {
                p.kycUntil = until;
                _renewKyc(SHELL, until);
            } else if (which == 2) {
                p.ownerJurisdiction = owner;
                _own(SHELL, owner);
            } else if (which == 3) {
                p.sponsor = other;
                _sponsor(SHELL, other);
            } else if (which == 4) {
                p.intermediary = other;
                _intermediate(SHELL, other);
            } else if (which == 5) {
                p.cap = cap;
                _passed(SUPERVISOR, address(participants), abi.encodeCall(IParticipants.setCap, (name, cap)));
            } else {
                p.screening = IParticipants.Screening.POTENTIAL;
                _screen(SHELL, p.screening);
            }
            require(keccak256(abi.encode(_profileOf(SHELL))) == keccak256(abi.encode(p)), "touches more, or less");
        }
    }

    /// @dev An entity's licence becomes ACTIVE only with a bank that stands; losing the bank later is another matter.
    /// @custom:rule actor.sponsor
    function testFuzz_SetLicence_AsksForASponsor(uint256 seed, uint8 licence, uint64 until) public {
        _sow(seed);
        IParticipants.Profile memory p = _profile(seed);
        (p.roles, p.jurisdiction, p.ownerJurisdiction) = (uint16(1 + _pick(511)), HOME, HOME);
        (p.screening, p.listVersion) = (IParticipants.Screening.UNSCREENED, 0);
        p.licence = IParticipants.LicenceStatus.NONE;
        address wallet = address(0x77);
        vm.prank(SUPERVISOR);
        participants.register(_nameOf(wallet), wallet, p);
        if (_oneIn(3)) _license(BANK, IParticipants.LicenceStatus(_pick(4)), FAR);
        (p.licence, p.licenceUntil) = (IParticipants.LicenceStatus(licence % 4), until);
        bytes memory data = abi.encodeCall(IParticipants.setLicence, (_nameOf(wallet), p.licence, until));
        if (_lacksSponsor(p)) {
            bytes4 selector = IParticipants.Participants_SponsorMissing.selector;
            _refused(SUPERVISOR, address(participants), data, abi.encodeWithSelector(selector, _nameOf(wallet)));
        } else {
            _passed(SUPERVISOR, address(participants), data);
        }
    }

    /// @dev Every step from every result, by one person and by two, against the table of the rules.
    /// @custom:rule compliance.screening-states compliance.two-person
    function testFuzz_Screening_Follows(uint256 seed, uint8 start) public {
        _sow(seed);
        bytes32 name = _nameOf(LISTED);
        if (start % 4 > 0) _screen(LISTED, IParticipants.Screening(1 + start % 4));
        for (uint32 i = 0; i < 6; ++i) {
            IParticipants.Profile memory before = _profileOf(LISTED);
            (uint256 from, uint256 to) = (uint256(before.screening), _pick(5));
            bool hit = from == 2 || from == 3;
            bool two = _oneIn(2);
            if (_oneIn(3)) {
                uint32 next = _nextList();
                vm.prank(SECOND_REVIEWER);
                participants.publishList(next, "another");
            }
            IParticipants.Screening result = IParticipants.Screening(to);
            bool ok;
            bool may;
            if (two) {
                bytes memory data = abi.encodeCall(IParticipants.resolveScreening, (name, result));
                (ok,) = _tryTogether(REVIEWER, SECOND_REVIEWER, address(participants), data);
                may = hit && (to == 3 || to == 4);
            } else {
                bytes memory data = abi.encodeCall(IParticipants.setScreening, (name, result));
                (ok,) = _try(REVIEWER, address(participants), data);
                // One person places a hit on anything but a true match, clears what has none, or confirms.
                may = to != 0 && (to == from || (to == 2 && from != 3) || (to == 1 && !hit));
            }
            require(ok == may, "step");
            (uint32 version,) = participants.currentList();
            if (ok) (before.screening, before.listVersion) = (result, version);
            require(keccak256(abi.encode(_profileOf(LISTED))) == keccak256(abi.encode(before)), "profile");
        }
    }

    /// @custom:rule compliance.new-list actor.bounded
    function testFuzz_PublishList_VersionsRiseByOne(uint32 first, uint32 second, uint32 wait) public {
        vm.warp(block.timestamp + wait);
        for (uint256 i = 0; i < 2; ++i) {
            (uint32 latest, uint64 publishedAt) = participants.currentList();
            uint32 version = i == 0 ? first : second;
            if (version % 2 == 0) version = latest + 1;
            bytes memory data = abi.encodeCall(IParticipants.publishList, (version, "content"));
            if (version == latest + 1) {
                _passed(REVIEWER, address(participants), data);
                (latest, publishedAt) = (version, uint64(block.timestamp));
            } else {
                bytes4 selector = IParticipants.Participants_NotTheNextList.selector;
                _refused(REVIEWER, address(participants), data, abi.encodeWithSelector(selector, latest));
            }
            (uint32 now_, uint64 since) = participants.currentList();
            require(now_ == latest && since == publishedAt, "list");
        }
    }

    /// @dev The supervisor cannot screen, compliance cannot license, nobody else can do either.
    /// @custom:rule actor.office
    function testFuzz_Restricted(address caller, address wallet, uint256 which) public {
        which %= 13;
        bool screening = which == 0 || which > 10;
        if (screening && (caller == REVIEWER || caller == SECOND_REVIEWER)) caller = SUPERVISOR;
        if (!screening && caller == SUPERVISOR) caller = REVIEWER;
        bytes memory data;
        if (which < 10) data = _changes(_nameOf(SELLER), wallet)[which];
        if (which == 10) data = abi.encodeCall(IParticipants.register, ("new", wallet, _sound(2, ABROAD)));
        if (which == 11) data = abi.encodeCall(IParticipants.publishList, (9, "content"));
        if (which == 12) {
            data = abi.encodeCall(
                IParticipants.resolveScreening, (_nameOf(SELLER), IParticipants.Screening.FALSE_POSITIVE)
            );
        }
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(participants), data, expected);
    }

    function _changes(bytes32 name, address wallet) private pure returns (bytes[10] memory) {
        return [
            abi.encodeCall(IParticipants.setScreening, (name, IParticipants.Screening.CLEAR)),
            abi.encodeCall(IParticipants.setLicence, (name, IParticipants.LicenceStatus.ACTIVE, 1)),
            abi.encodeCall(IParticipants.setKyc, (name, 1)),
            abi.encodeCall(IParticipants.setOwner, (name, HOME)),
            abi.encodeCall(IParticipants.addWallet, (name, wallet)),
            abi.encodeCall(IParticipants.setSponsor, (name, 0)),
            abi.encodeCall(IParticipants.setIntermediary, (name, 0)),
            abi.encodeCall(IParticipants.setCap, (name, 1)),
            abi.encodeCall(IParticipants.retireWallet, (name, wallet)),
            abi.encodeCall(IParticipants.rotateWallet, (name, wallet, wallet))
        ];
    }
}
