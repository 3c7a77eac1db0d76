// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {Fixture} from "./Fixture.sol";

/// @notice The register: names and wallets once, profiles whole, screening apart from supervision.
contract ParticipantsTest is Fixture {
    function _profile(uint256 seed) private returns (IParticipants.Profile memory profile) {
        _sow(seed);
        profile.roles = uint8(_oneIn(3) ? _pick(256) : _pick(8));
        profile.ownership = IParticipants.OwnershipClass(_pick(2));
        profile.jurisdiction = _oneIn(6) ? bytes2(0) : ABROAD;
        profile.ownerJurisdiction = _oneIn(6) ? bytes2(0) : HOME;
        profile.licence = IParticipants.LicenceStatus(_pick(4));
        profile.screening = _oneIn(3) ? IParticipants.Screening(_pick(4)) : IParticipants.Screening.UNSCREENED;
        profile.licenceUntil = uint64(_pick(type(uint64).max));
        profile.kycUntil = uint64(_pick(type(uint64).max));
    }

    function testFuzz_Register_WholeAndUnscreened(uint256 seed, bytes32 name, address wallet) public {
        IParticipants.Profile memory profile = _profile(seed);
        bool valid = name != 0 && wallet != address(0) && profile.roles > 0 && profile.roles < 8
            && profile.jurisdiction != 0 && profile.ownerJurisdiction != 0
            && profile.screening == IParticipants.Screening.UNSCREENED && participants.participantOf(wallet) == 0
            && participants.profileOf(name).roles == 0;
        (bool ok,) =
            _try(SUPERVISOR, address(participants), abi.encodeCall(IParticipants.register, (name, wallet, profile)));
        require(ok == valid);
        if (!ok) return;
        require(participants.participantOf(wallet) == name);
        require(keccak256(abi.encode(participants.profileOf(name))) == keccak256(abi.encode(profile)));
        require(rulebook.checkParty(wallet) != 0, "unscreened, yet in good standing");
    }

    /// @dev Every combination of the three bits, and none with another bit.
    function testFuzz_Register_NoUnknownRole(uint8 roles, bytes32 name, address wallet) public {
        vm.assume(name != 0 && wallet != address(0));
        vm.assume(participants.participantOf(wallet) == 0 && participants.profileOf(name).roles == 0);
        IParticipants.Profile memory profile = _profileOf(SELLER);
        (profile.roles, profile.screening) = (roles, IParticipants.Screening.UNSCREENED);
        bytes memory data = abi.encodeCall(IParticipants.register, (name, wallet, profile));
        bytes memory invalid = abi.encodeWithSelector(IParticipants.Participants_InvalidProfile.selector);
        if (roles == 0 || roles / 8 > 0) {
            _refused(SUPERVISOR, address(participants), data, invalid);
            require(participants.participantOf(wallet) == 0, "bound all the same");
        }
        profile.roles = 1 + roles % 7;
        data = abi.encodeCall(IParticipants.register, (name, wallet, profile));
        (bool ok,) = _try(SUPERVISOR, address(participants), data);
        require(ok && participants.profileOf(name).roles == profile.roles, "a known role");
    }

    function testFuzz_AWalletBelongsToOneForEver(address wallet, bytes32 other) public {
        vm.assume(wallet != address(0) && participants.participantOf(wallet) == 0);
        vm.prank(SUPERVISOR);
        participants.addWallet(_nameOf(SELLER), wallet);
        require(participants.participantOf(wallet) == _nameOf(SELLER));

        vm.assume(other != 0 && participants.profileOf(other).roles == 0);
        bytes memory taken = abi.encodeWithSelector(IParticipants.Participants_WalletTaken.selector, wallet);
        IParticipants.Profile memory profile = participants.profileOf(_nameOf(SHELL));
        profile.screening = IParticipants.Screening.UNSCREENED;
        address target = address(participants);
        _refused(SUPERVISOR, target, abi.encodeCall(IParticipants.register, (other, wallet, profile)), taken);
        _refused(SUPERVISOR, target, abi.encodeCall(IParticipants.addWallet, (_nameOf(SHELL), wallet)), taken);
        _refused(SUPERVISOR, target, abi.encodeCall(IParticipants.addWallet, (_nameOf(SELLER), wallet)), taken);
        require(participants.profileOf(other).roles == 0, "registered all the same");
    }

    function testFuzz_Register_ANameOnce(uint256 seed, address wallet) public {
        bytes memory expected =
            abi.encodeWithSelector(IParticipants.Participants_AlreadyRegistered.selector, _nameOf(SELLER));
        IParticipants.Profile memory profile = _profile(seed);
        bytes memory data = abi.encodeCall(IParticipants.register, (_nameOf(SELLER), wallet, profile));
        _refused(SUPERVISOR, address(participants), data, expected);
    }

    function testFuzz_Unknown(bytes32 name, address wallet, uint256 which) public {
        vm.assume(participants.profileOf(name).roles == 0);
        bytes memory unknown = abi.encodeWithSelector(IParticipants.Participants_Unknown.selector, name);
        bytes[5] memory calls = _changes(name, wallet);
        which %= 5;
        _refused(which == 0 ? COMPLIANCE : SUPERVISOR, address(participants), calls[which], unknown);
    }

    /// @dev Each change touches its own field and no other.
    function testFuzz_ChangesTouchOneField(uint256 seed, uint8 licence, uint8 screening, uint64 until, bytes2 owner)
        public
    {
        vm.assume(owner != 0);
        _sow(seed);
        IParticipants.Profile memory expected = _profileOf(SHELL);
        for (uint256 i = 0; i < 4; ++i) {
            uint256 which = _pick(4);
            if (which == 0) {
                expected.licence = IParticipants.LicenceStatus(licence % 4);
                expected.licenceUntil = until;
                _license(SHELL, expected.licence, until);
            } else if (which == 1) {
                expected.kycUntil = until;
                _renewKyc(SHELL, until);
            } else if (which == 2) {
                expected.ownerJurisdiction = owner;
                _own(SHELL, owner);
            } else {
                expected.screening = IParticipants.Screening(screening % 4);
                _screen(SHELL, expected.screening);
            }
            require(keccak256(abi.encode(_profileOf(SHELL))) == keccak256(abi.encode(expected)));
        }
    }

    /// @dev The supervisor cannot screen, compliance cannot license, nobody else can do either.
    function testFuzz_Restricted(address caller, address wallet, uint256 which) public {
        which %= 6;
        if (which == 0 && caller == COMPLIANCE) caller = SUPERVISOR;
        if (which != 0 && caller == SUPERVISOR) caller = COMPLIANCE;
        IParticipants.Profile memory profile = _profileOf(SELLER);
        bytes memory data = which == 5
            ? abi.encodeCall(IParticipants.register, ("new", wallet, profile))
            : _changes(_nameOf(SELLER), wallet)[which];
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(participants), data, expected);
    }

    function _changes(bytes32 name, address wallet) private pure returns (bytes[5] memory) {
        return [
            abi.encodeCall(IParticipants.setScreening, (name, IParticipants.Screening.CLEAR)),
            abi.encodeCall(IParticipants.setLicence, (name, IParticipants.LicenceStatus.ACTIVE, 1)),
            abi.encodeCall(IParticipants.setKyc, (name, 1)),
            abi.encodeCall(IParticipants.setOwner, (name, HOME)),
            abi.encodeCall(IParticipants.addWallet, (name, wallet))
        ];
    }
}
