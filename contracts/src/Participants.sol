// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {Role} from "./Role.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";

/// @title Participants
contract Participants is IParticipants, DualControl {
    mapping(bytes32 participant => Profile) private _profiles;
    mapping(bytes32 participant => address) private _primary;
    mapping(bytes32 participant => uint64) private _restoredAt;
    /// @dev Of two mappings, so that a wallet that acts is found in one slot.
    mapping(address wallet => bytes32 participant) private _acting;
    mapping(address wallet => bytes32 participant) private _retired;
    mapping(address wallet => bool) private _barred;
    uint32 private _listVersion;
    uint64 private _listPublishedAt;

    constructor(address authority) DirectlyManaged(authority) {}

    /// @inheritdoc IParticipants
    function register(bytes32 participant, address wallet, Profile calldata profile) external restricted {
        require(_profiles[participant].roles == 0, Participants_AlreadyRegistered(participant));
        require(
            participant != 0 && profile.roles != 0 && profile.roles <= Role.ALL && profile.jurisdiction != 0
                && profile.ownerJurisdiction != 0 && profile.screening == Screening.UNSCREENED
                && profile.listVersion == 0,
            Participants_InvalidProfile()
        );
        _profiles[participant] = profile;
        _requireSponsored(participant);
        _bind(participant, wallet);
        _primary[participant] = wallet;
        emit ParticipantRegistered(msg.sender, participant, wallet, profile);
    }

    /// @inheritdoc IParticipants
    function addWallet(bytes32 participant, address wallet) external restricted secondPerson {
        _known(participant);
        _bind(participant, wallet);
        emit WalletAdded(msg.sender, participant, wallet);
    }

    /// @inheritdoc IParticipants
    function retireWallet(bytes32 participant, address wallet) external restricted {
        require(wallet != _primary[participant], Participants_NotItsWallet(participant, wallet));
        _retire(participant, wallet);
    }

    /// @inheritdoc IParticipants
    function rotateWallet(bytes32 participant, address from, address to) external restricted secondPerson {
        _known(participant);
        if (participantOf(to) == 0) {
            _bind(participant, to);
            emit WalletAdded(msg.sender, participant, to);
        }
        require(_acting[to] == participant && to != from, Participants_NotItsWallet(participant, to));
        _primary[participant] = to;
        emit PrimaryWalletChanged(msg.sender, participant, to);
        _retire(participant, from);
    }

    /// @inheritdoc IParticipants
    function bar(address account) external restricted {
        require(participantOf(account) == 0, Participants_WalletTaken(account));
        _barred[account] = true;
    }

    /// @inheritdoc IParticipants
    function setLicence(bytes32 participant, LicenceStatus licence, uint64 licenceUntil) external restricted {
        Profile storage profile = _known(participant);
        bool stood = _isLicensed(profile);
        profile.licence = licence;
        profile.licenceUntil = licenceUntil;
        if (!stood && _isLicensed(profile)) _restoredAt[participant] = uint64(block.timestamp);
        _requireSponsored(participant);
        emit LicenceChanged(msg.sender, participant, licence, licenceUntil);
    }

    /// @inheritdoc IParticipants
    function setKyc(bytes32 participant, uint64 kycUntil) external restricted {
        Profile storage profile = _known(participant);
        bool restores = profile.kycUntil < block.timestamp && kycUntil >= block.timestamp;
        if (restores) _restoredAt[participant] = uint64(block.timestamp);
        profile.kycUntil = kycUntil;
        emit KycChanged(msg.sender, participant, kycUntil);
    }

    /// @inheritdoc IParticipants
    function setOwner(bytes32 participant, bytes2 ownerJurisdiction) external restricted {
        require(ownerJurisdiction != 0, Participants_InvalidProfile());
        _known(participant).ownerJurisdiction = ownerJurisdiction;
        emit OwnerChanged(msg.sender, participant, ownerJurisdiction);
    }

    /// @inheritdoc IParticipants
    function setSponsor(bytes32 participant, bytes32 sponsor) external restricted {
        _known(participant).sponsor = sponsor;
        emit SponsorChanged(msg.sender, participant, sponsor);
    }

    /// @inheritdoc IParticipants
    function setIntermediary(bytes32 participant, bytes32 intermediary) external restricted {
        _known(participant).intermediary = intermediary;
        emit IntermediaryChanged(msg.sender, participant, intermediary);
    }

    /// @inheritdoc IParticipants
    function setCap(bytes32 participant, uint128 cap) external restricted {
        _known(participant).cap = cap;
        emit CapChanged(msg.sender, participant, cap);
    }

    /// @inheritdoc IParticipants
    function publishList(uint32 version, bytes32 contentHash) external restricted {
        require(version == uint256(_listVersion) + 1, Participants_NotTheNextList(_listVersion));
        _listVersion = version;
        _listPublishedAt = uint64(block.timestamp);
        emit ListPublished(msg.sender, version, contentHash);
    }

    /// @inheritdoc IParticipants
    function setScreening(bytes32 participant, Screening screening) external restricted {
        Screening from = _known(participant).screening;
        bool isHit = from == Screening.POTENTIAL || from == Screening.TRUE_MATCH;
        bool follows = screening == Screening.POTENTIAL
            ? from != Screening.TRUE_MATCH
            : screening == from || (screening == Screening.CLEAR && !isHit);
        require(follows && screening != Screening.UNSCREENED, Participants_InvalidScreening(from, screening));
        _setScreening(participant, screening);
    }

    /// @inheritdoc IParticipants
    function resolveScreening(bytes32 participant, Screening screening) external restricted secondPerson {
        Screening from = _known(participant).screening;
        bool isHit = from == Screening.POTENTIAL || from == Screening.TRUE_MATCH;
        bool resolves = screening == Screening.FALSE_POSITIVE || screening == Screening.TRUE_MATCH;
        require(isHit && resolves, Participants_InvalidScreening(from, screening));
        _setScreening(participant, screening);
    }

    /// @inheritdoc IParticipants
    function participantOf(address wallet) public view returns (bytes32 participant) {
        (participant,) = holderOf(wallet);
    }

    /// @inheritdoc IParticipants
    function holderOf(address wallet) public view returns (bytes32 participant, bool retired) {
        participant = _acting[wallet];
        if (participant != 0) return (participant, false);
        participant = _retired[wallet];
        return (participant, participant != 0);
    }

    /// @inheritdoc IParticipants
    function walletOf(bytes32 participant) external view returns (address) {
        return _primary[participant];
    }

    /// @inheritdoc IParticipants
    function isRetired(address wallet) external view returns (bool) {
        return _retired[wallet] != 0;
    }

    /// @inheritdoc IParticipants
    function standingOf(bytes32 participant) external view returns (Standing memory) {
        Profile storage p = _profiles[participant];
        return Standing({
            roles: p.roles,
            ownership: p.ownership,
            jurisdiction: p.jurisdiction,
            ownerJurisdiction: p.ownerJurisdiction,
            licence: p.licence,
            screening: p.screening,
            licenceUntil: p.licenceUntil,
            kycUntil: p.kycUntil,
            listVersion: p.listVersion
        });
    }

    /// @inheritdoc IParticipants
    function restoredAt(bytes32 participant) external view returns (uint64) {
        return _restoredAt[participant];
    }

    /// @inheritdoc IParticipants
    function sponsorOf(bytes32 participant) external view returns (bytes32) {
        return _profiles[participant].sponsor;
    }

    /// @inheritdoc IParticipants
    function intermediaryOf(bytes32 participant) external view returns (bytes32) {
        return _profiles[participant].intermediary;
    }

    /// @inheritdoc IParticipants
    function capOf(bytes32 participant) external view returns (uint128) {
        return _profiles[participant].cap;
    }

    /// @inheritdoc IParticipants
    function profileOf(bytes32 participant) external view returns (Profile memory) {
        return _profiles[participant];
    }

    /// @inheritdoc IParticipants
    function currentList() external view returns (uint32 version, uint64 publishedAt) {
        return (_listVersion, _listPublishedAt);
    }

    /// @dev What was last found of a participant, and whether that is against the latest list.
    function _subject(bytes calldata data) internal view override returns (bytes32) {
        Profile storage profile = _profiles[_firstArgument(data)];
        return keccak256(abi.encode(profile.screening, profile.listVersion, _listVersion));
    }

    function _setScreening(bytes32 participant, Screening screening) private {
        Profile storage profile = _profiles[participant];
        if (!_passes(profile.screening) && _passes(screening)) _restoredAt[participant] = uint64(block.timestamp);
        profile.screening = screening;
        profile.listVersion = _listVersion;
        emit ScreeningChanged(msg.sender, participant, screening, _listVersion);
    }

    function _isLicensed(Profile storage profile) private view returns (bool) {
        return profile.licence == LicenceStatus.ACTIVE && profile.licenceUntil >= block.timestamp;
    }

    function _passes(Screening screening) private pure returns (bool) {
        return screening == Screening.CLEAR || screening == Screening.FALSE_POSITIVE;
    }

    function _bind(bytes32 participant, address wallet) private {
        bool free = participantOf(wallet) == 0 && !_barred[wallet];
        require(wallet != address(0) && free, Participants_WalletTaken(wallet));
        _acting[wallet] = participant;
    }

    function _retire(bytes32 participant, address wallet) private {
        bool acts = participant != 0 && _acting[wallet] == participant;
        require(acts, Participants_NotItsWallet(participant, wallet));
        delete _acting[wallet];
        _retired[wallet] = participant;
        emit WalletRetired(msg.sender, participant, wallet);
    }

    function _known(bytes32 participant) private view returns (Profile storage profile) {
        profile = _profiles[participant];
        require(profile.roles != 0, Participants_Unknown(participant));
    }

    function _requireSponsored(bytes32 participant) private view {
        Profile storage profile = _profiles[participant];
        if (profile.licence != LicenceStatus.ACTIVE || profile.roles & (Role.SETTLER | Role.MINER) == 0) return;
        Profile storage bank = _profiles[profile.sponsor];
        bool stands = bank.roles & Role.BANK != 0 && _isLicensed(bank);
        require(stands, Participants_SponsorMissing(participant));
    }
}
