// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The experimental legal regime and its programme
/// @notice `DRAFT -> APPROVED -> ACTIVE <-> SUSPENDED -> WIND_DOWN -> EXPIRED`.
/// The last two transitions happen by time at the latest: nobody has to be awake for the regime to end.
/// @dev Warning: a suspension lasts until it is lifted, beyond the programme's end if need be, for a
/// stop that lapses is none. It does not toll clocks.
interface IRegime {
    /// @notice Stage of the regime.
    /// @dev DRAFT: no programme is in force. APPROVED: co-signed, not started. ACTIVE: everything the
    /// programme permits. SUSPENDED: no value moves. WIND_DOWN: exits only. EXPIRED: nothing but claims.
    enum Stage {
        DRAFT,
        APPROVED,
        ACTIVE,
        SUSPENDED,
        WIND_DOWN,
        EXPIRED
    }

    /// @notice What the two authorities agree on, as data.
    /// @param start First second of the regime, epoch seconds.
    /// @param end Last second in which trade may be entered.
    /// @param windDownEnd Last second of the wind-down.
    /// @param home Jurisdiction of residence, two letters.
    /// @param privateFromPhase First phase that admits privately owned entities.
    /// @param domesticBan Whether a flow between two residents is prohibited.
    /// @param directPayments Whether SU may be paid without a documentary credit.
    struct Programme {
        uint64 start;
        uint64 end;
        uint64 windDownEnd;
        bytes2 home;
        uint8 privateFromPhase;
        bool domesticBan;
        bool directPayments;
    }

    /// @notice A programme was drafted by `actor`; it has no effect before approval.
    event ProgrammeDrafted(address indexed actor, Programme programme);

    /// @notice The drafted programme was co-signed by `actor`.
    event ProgrammeApproved(address indexed actor);

    /// @notice `actor` asked to open `phase`.
    event PhaseProposed(address indexed actor, uint8 phase);

    /// @notice `phase` was co-signed by `actor` and is open.
    event PhaseOpened(address indexed actor, uint8 phase);

    /// @notice `actor` moved the regime, which is now in `stage`.
    event StageChanged(address indexed actor, Stage stage);

    /// @notice The step is not possible in `stage`.
    error Regime_WrongStage(Stage stage);

    /// @notice The programme's dates are out of order or exceed the legal frame.
    error Regime_InvalidProgramme();

    /// @notice The programme was redrafted; its encoding hashes to `drafted`.
    error Regime_ProgrammeChanged(bytes32 drafted);

    /// @notice The regime starts at `start`.
    error Regime_NotStarted(uint64 start);

    /// @notice `actor` proposed it and cannot also approve it.
    error Regime_SamePerson(address actor);

    /// @notice Phases open one after the other; `expected` comes next.
    error Regime_WrongPhase(uint8 expected);

    /// @notice Drafts (or redrafts) the programme. Supervisor only, in DRAFT.
    function draft(Programme calldata programme_) external;

    /// @notice Co-signs the drafted programme whose encoding hashes to `programmeHash`, so that nobody signs
    /// what was redrafted meanwhile. Co-approver only; never the drafter.
    function approve(bytes32 programmeHash) external;

    /// @notice Starts the regime in phase 1, once its start has come. Supervisor only.
    function activate() external;

    /// @notice Asks to open the next phase. Supervisor only.
    function proposePhase(uint8 phase_) external;

    /// @notice Co-signs the proposed phase. Co-approver only; never the proposer.
    function approvePhase(uint8 phase_) external;

    /// @notice Stops all value at once. Supervisor only.
    function suspend() external;

    /// @notice Ends a suspension. Supervisor only.
    function resume() external;

    /// @notice Starts the wind-down before the programme's end. Supervisor only.
    function windDown() external;

    /// @notice The stage now, with the passage of time taken into account.
    function stage() external view returns (Stage);

    /// @notice The open phase; 0 before activation.
    function phase() external view returns (uint8);

    /// @notice The programme in force, or the draft.
    function programme() external view returns (Programme memory);
}
