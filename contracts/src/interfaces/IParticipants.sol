// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Register of participants
/// @notice Who may take part, in which role, until when, and what screening last found.
/// @dev A participant is a name (`bytes32`, UTF-8, at most 31 bytes); its wallets are addresses.
/// There is no natural-person participant. Warning: a wallet belongs to one participant for ever.
interface IParticipants {
    /// @notice Who owns an authorised entity.
    enum OwnershipClass {
        STATE,
        PRIVATE
    }

    /// @notice Standing of a licence. Only ACTIVE passes.
    enum LicenceStatus {
        NONE,
        ACTIVE,
        SUSPENDED,
        REVOKED
    }

    /// @notice Latest screening result. Only CLEAR passes; a new participant is UNSCREENED.
    enum Screening {
        UNSCREENED,
        CLEAR,
        POTENTIAL,
        TRUE_MATCH
    }

    /// @notice What the register knows of a participant.
    /// @param roles Bits SETTLER | COUNTERPARTY | EXAMINER.
    /// @param ownership Ownership class; matters for authorised entities.
    /// @param jurisdiction Where the participant is established, two letters.
    /// @param ownerJurisdiction Where its beneficial owner resides, two letters.
    /// @param licence Standing of the licence.
    /// @param screening Latest screening result.
    /// @param licenceUntil Last second of the licence.
    /// @param kycUntil Last second of the KYC file.
    struct Profile {
        uint8 roles;
        OwnershipClass ownership;
        bytes2 jurisdiction;
        bytes2 ownerJurisdiction;
        LicenceStatus licence;
        Screening screening;
        uint64 licenceUntil;
        uint64 kycUntil;
    }

    /// @notice `participant` was registered by `actor` with its first wallet.
    event ParticipantRegistered(
        address indexed actor, bytes32 indexed participant, address indexed wallet, Profile profile
    );

    /// @notice `wallet` was added to `participant` by `actor`.
    event WalletAdded(address indexed actor, bytes32 indexed participant, address indexed wallet);

    /// @notice The licence of `participant` was changed by `actor`.
    event LicenceChanged(
        address indexed actor, bytes32 indexed participant, LicenceStatus licence, uint64 licenceUntil
    );

    /// @notice The KYC file of `participant` was renewed by `actor`.
    event KycChanged(address indexed actor, bytes32 indexed participant, uint64 kycUntil);

    /// @notice The beneficial owner of `participant` moved or changed; recorded by `actor`.
    event OwnerChanged(address indexed actor, bytes32 indexed participant, bytes2 ownerJurisdiction);

    /// @notice Screening of `participant` found `screening`; recorded by `actor`.
    event ScreeningChanged(address indexed actor, bytes32 indexed participant, Screening screening);

    /// @notice `participant` is not registered.
    error Participants_Unknown(bytes32 participant);

    /// @notice `participant` is registered already.
    error Participants_AlreadyRegistered(bytes32 participant);

    /// @notice `wallet` belongs to a participant already, or is the zero address.
    error Participants_WalletTaken(address wallet);

    /// @notice The profile has no name, no role or an unknown one, no jurisdiction, or claims a screening result.
    error Participants_InvalidProfile();

    /// @notice Registers `participant`, unscreened, with its first wallet. Supervisor only.
    function register(bytes32 participant, address wallet, Profile calldata profile) external;

    /// @notice Adds a wallet. Supervisor only.
    function addWallet(bytes32 participant, address wallet) external;

    /// @notice Changes a licence. Supervisor only.
    function setLicence(bytes32 participant, LicenceStatus licence, uint64 licenceUntil) external;

    /// @notice Renews a KYC file. Supervisor only.
    function setKyc(bytes32 participant, uint64 kycUntil) external;

    /// @notice Records where the beneficial owner resides. Supervisor only.
    function setOwner(bytes32 participant, bytes2 ownerJurisdiction) external;

    /// @notice Records a screening result. Compliance only.
    function setScreening(bytes32 participant, Screening screening) external;

    /// @notice The participant a wallet belongs to; zero when to none.
    function participantOf(address wallet) external view returns (bytes32);

    /// @notice The profile of `participant`.
    function profileOf(bytes32 participant) external view returns (Profile memory);
}
