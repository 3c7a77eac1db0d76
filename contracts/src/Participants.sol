// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IParticipants} from "./interfaces/IParticipants.sol";

/// @title Participants
contract Participants is IParticipants, AccessManaged {
    /// @dev SETTLER | COUNTERPARTY | EXAMINER.
    uint8 private constant ALL_ROLES = 7;

    mapping(bytes32 participant => Profile) private _profiles;
    mapping(address wallet => bytes32 participant) private _participantOf;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IParticipants
    function register(bytes32 participant, address wallet, Profile calldata profile) external restricted {
        require(_profiles[participant].roles == 0, Participants_AlreadyRegistered(participant));
        require(
            participant != 0 && profile.roles != 0 && profile.roles <= ALL_ROLES && profile.jurisdiction != 0
                && profile.ownerJurisdiction != 0 && profile.screening == Screening.UNSCREENED,
            Participants_InvalidProfile()
        );
        _profiles[participant] = profile;
        _bind(participant, wallet);
        emit ParticipantRegistered(msg.sender, participant, wallet, profile);
    }

    /// @inheritdoc IParticipants
    function addWallet(bytes32 participant, address wallet) external restricted {
        _known(participant);
        _bind(participant, wallet);
        emit WalletAdded(msg.sender, participant, wallet);
    }

    /// @inheritdoc IParticipants
    function setLicence(bytes32 participant, LicenceStatus licence, uint64 licenceUntil) external restricted {
        Profile storage profile = _known(participant);
        profile.licence = licence;
        profile.licenceUntil = licenceUntil;
        emit LicenceChanged(msg.sender, participant, licence, licenceUntil);
    }

    /// @inheritdoc IParticipants
    function setKyc(bytes32 participant, uint64 kycUntil) external restricted {
        _known(participant).kycUntil = kycUntil;
        emit KycChanged(msg.sender, participant, kycUntil);
    }

    /// @inheritdoc IParticipants
    function setOwner(bytes32 participant, bytes2 ownerJurisdiction) external restricted {
        require(ownerJurisdiction != 0, Participants_InvalidProfile());
        _known(participant).ownerJurisdiction = ownerJurisdiction;
        emit OwnerChanged(msg.sender, participant, ownerJurisdiction);
    }

    /// @inheritdoc IParticipants
    function setScreening(bytes32 participant, Screening screening) external restricted {
        _known(participant).screening = screening;
        emit ScreeningChanged(msg.sender, participant, screening);
    }

    /// @inheritdoc IParticipants
    function participantOf(address wallet) external view returns (bytes32) {
        return _participantOf[wallet];
    }

    /// @inheritdoc IParticipants
    function profileOf(bytes32 participant) external view returns (Profile memory) {
        return _profiles[participant];
    }

    function _bind(bytes32 participant, address wallet) private {
        require(wallet != address(0) && _participantOf[wallet] == 0, Participants_WalletTaken(wallet));
        _participantOf[wallet] = participant;
    }

    function _known(bytes32 participant) private view returns (Profile storage profile) {
        profile = _profiles[participant];
        require(profile.roles != 0, Participants_Unknown(participant));
    }
}
