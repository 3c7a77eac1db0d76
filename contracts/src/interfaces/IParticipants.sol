// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Register of participants
/// @notice Who may take part, in which role, until when, through whom, and what screening last found.
/// @dev A participant is a name (`bytes32`, UTF-8, at most 31 bytes); its wallets are addresses.
/// There is no natural-person participant. Screening of a participant covers its name, its wallets and its
/// beneficial owner. Warning: a wallet belongs to one participant for ever, retired or not.
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

    /// @notice Latest screening result. Only CLEAR and FALSE_POSITIVE pass; a new participant is UNSCREENED.
    /// @dev CLEAR: no hit. POTENTIAL: a hit under review; one reviewer places it, two resolve it.
    /// TRUE_MATCH: listed. FALSE_POSITIVE: a hit that two reviewers cleared.
    enum Screening {
        UNSCREENED,
        CLEAR,
        POTENTIAL,
        TRUE_MATCH,
        FALSE_POSITIVE
    }

    /// @notice What the register knows of a participant.
    /// @param roles Bits of {Role}.
    /// @param ownership Ownership class; matters for authorised entities.
    /// @param jurisdiction Where the participant is established, two letters.
    /// @param ownerJurisdiction Where its beneficial owner resides, two letters.
    /// @param licence Standing of the licence.
    /// @param screening Latest screening result.
    /// @param licenceUntil Last second of the licence.
    /// @param kycUntil Last second of the KYC file.
    /// @param listVersion Version of the screening list that the result rests on.
    /// @param sponsor Bank that gives an authorised entity its on- and off-ramp; zero when none.
    /// @param intermediary Who acts for a counterparty abroad; zero when nobody.
    /// @param cap Condition of an entity's licence: its trade over any period of the programme, minor units of the
    /// reference currency; the greatest number means none of its own.
    struct Profile {
        uint16 roles;
        OwnershipClass ownership;
        bytes2 jurisdiction;
        bytes2 ownerJurisdiction;
        LicenceStatus licence;
        Screening screening;
        uint64 licenceUntil;
        uint64 kycUntil;
        uint32 listVersion;
        bytes32 sponsor;
        bytes32 intermediary;
        uint128 cap;
    }

    /// @notice What most checks look at: the fields of the {Profile} that say in what standing a participant is.
    struct Standing {
        uint16 roles;
        OwnershipClass ownership;
        bytes2 jurisdiction;
        bytes2 ownerJurisdiction;
        LicenceStatus licence;
        Screening screening;
        uint64 licenceUntil;
        uint64 kycUntil;
        uint32 listVersion;
    }

    /// @notice `participant` was registered by `actor` with its first wallet.
    event ParticipantRegistered(
        address indexed actor, bytes32 indexed participant, address indexed wallet, Profile profile
    );

    /// @notice `wallet` was added to `participant` by `actor`.
    event WalletAdded(address indexed actor, bytes32 indexed participant, address indexed wallet);

    /// @notice `wallet` of `participant` acts no more, by decision of `actor`.
    event WalletRetired(address indexed actor, bytes32 indexed participant, address indexed wallet);

    /// @notice Payments to `participant` go to `wallet` from now on; set by `actor`.
    event PrimaryWalletChanged(address indexed actor, bytes32 indexed participant, address indexed wallet);

    /// @notice The licence of `participant` was changed by `actor`.
    event LicenceChanged(
        address indexed actor, bytes32 indexed participant, LicenceStatus licence, uint64 licenceUntil
    );

    /// @notice The KYC file of `participant` was renewed by `actor`.
    event KycChanged(address indexed actor, bytes32 indexed participant, uint64 kycUntil);

    /// @notice The beneficial owner of `participant` moved or changed; recorded by `actor`.
    event OwnerChanged(address indexed actor, bytes32 indexed participant, bytes2 ownerJurisdiction);

    /// @notice The bank behind `participant` changed; recorded by `actor`.
    event SponsorChanged(address indexed actor, bytes32 indexed participant, bytes32 sponsor);

    /// @notice Who acts for `participant` changed; recorded by `actor`.
    event IntermediaryChanged(address indexed actor, bytes32 indexed participant, bytes32 intermediary);

    /// @notice The cap in the licence of `participant` was changed by `actor`.
    event CapChanged(address indexed actor, bytes32 indexed participant, uint128 cap);

    /// @notice Screening of `participant` against list `listVersion` found `screening`; recorded by `actor`.
    event ScreeningChanged(address indexed actor, bytes32 indexed participant, Screening screening, uint32 listVersion);

    /// @notice `actor` published the screening list `version`, whose content hashes to `contentHash`.
    event ListPublished(address indexed actor, uint32 version, bytes32 contentHash);

    /// @notice `participant` is not registered.
    error Participants_Unknown(bytes32 participant);

    /// @notice `participant` is registered already.
    error Participants_AlreadyRegistered(bytes32 participant);

    /// @notice `wallet` belongs to a participant already, is barred from that, or is the zero address.
    error Participants_WalletTaken(address wallet);

    /// @notice `wallet` is not one of `participant`, or retired, or the only one left to act.
    error Participants_NotItsWallet(bytes32 participant, address wallet);

    /// @notice The profile has no name, no role or an unknown one, no jurisdiction, or claims a screening result.
    error Participants_InvalidProfile();

    /// @notice An active licence of an entity or a miner needs a bank in good standing behind it.
    error Participants_SponsorMissing(bytes32 participant);

    /// @notice `screening` does not follow from `from`, or not by one person.
    error Participants_InvalidScreening(Screening from, Screening screening);

    /// @notice Versions of the list rise by one, so that a next one can always be published; `latest` is out.
    error Participants_NotTheNextList(uint32 latest);

    /// @notice Registers `participant`, unscreened, with its first wallet. Supervisor only.
    function register(bytes32 participant, address wallet, Profile calldata profile) external;

    /// @notice Adds a wallet. Two people, since value may be recovered to it: see {IDualControl}.
    function addWallet(bytes32 participant, address wallet) external;

    /// @notice Ends what a wallet may do; it stays the participant's. Not the primary one. Supervisor only.
    function retireWallet(bytes32 participant, address wallet) external;

    /// @notice Replaces the key of a participant: `to`, new or its own already, becomes the primary wallet and
    /// `from` is retired. Two people: see {IDualControl}.
    function rotateWallet(bytes32 participant, address from, address to) external;

    /// @notice Keeps `account`, which holds or moves what is others', from ever becoming a wallet. Token and domestic
    /// currency only, for their modules.
    function bar(address account) external;

    /// @notice Changes a licence. Supervisor only. An entity or a miner needs a sponsoring bank to be ACTIVE.
    function setLicence(bytes32 participant, LicenceStatus licence, uint64 licenceUntil) external;

    /// @notice Renews a KYC file. Supervisor only.
    function setKyc(bytes32 participant, uint64 kycUntil) external;

    /// @notice Records where the beneficial owner resides. Supervisor only.
    function setOwner(bytes32 participant, bytes2 ownerJurisdiction) external;

    /// @notice Records the bank behind an entity or a miner; zero when it lost it. Supervisor only.
    function setSponsor(bytes32 participant, bytes32 sponsor) external;

    /// @notice Records who acts for a counterparty; zero when nobody. Supervisor only.
    function setIntermediary(bytes32 participant, bytes32 intermediary) external;

    /// @notice Changes the cap in an entity's licence. Supervisor only.
    function setCap(bytes32 participant, uint128 cap) external;

    /// @notice Publishes the next screening list; every result that rests on an older one is stale from now on.
    /// Compliance only.
    function publishList(uint32 version, bytes32 contentHash) external;

    /// @notice Records a result against the latest list that one reviewer may record: CLEAR of what has no hit,
    /// POTENTIAL of anything but a true match (the same result again confirms it against a newer list).
    /// Compliance only.
    function setScreening(bytes32 participant, Screening screening) external;

    /// @notice Resolves a hit, POTENTIAL or TRUE_MATCH, as FALSE_POSITIVE or TRUE_MATCH. Two reviewers.
    function resolveScreening(bytes32 participant, Screening screening) external;

    /// @notice The participant a wallet belongs to; zero when to none.
    function participantOf(address wallet) external view returns (bytes32);

    /// @notice The participant a wallet belongs to, zero when to none, and whether it may act no more.
    function holderOf(address wallet) external view returns (bytes32 participant, bool retired);

    /// @notice The wallet that payments to `participant` go to.
    function walletOf(bytes32 participant) external view returns (address);

    /// @notice Whether `wallet` may act no more.
    function isRetired(address wallet) external view returns (bool);

    /// @notice The standing of `participant`.
    function standingOf(bytes32 participant) external view returns (Standing memory);

    /// @notice When `participant` last came back into good standing: a licence that was none, a KYC file that had ended or
    /// a screening result that did not pass was made good. Epoch seconds.
    function restoredAt(bytes32 participant) external view returns (uint64);

    /// @notice The bank behind `participant`; zero when none.
    function sponsorOf(bytes32 participant) external view returns (bytes32);

    /// @notice Who acts for `participant`; zero when nobody.
    function intermediaryOf(bytes32 participant) external view returns (bytes32);

    /// @notice The cap in the licence of `participant`.
    function capOf(bytes32 participant) external view returns (uint128);

    /// @notice The profile of `participant`.
    function profileOf(bytes32 participant) external view returns (Profile memory);

    /// @notice The latest screening list and when it was published, epoch seconds; zeros before the first.
    function currentList() external view returns (uint32 version, uint64 publishedAt);
}
