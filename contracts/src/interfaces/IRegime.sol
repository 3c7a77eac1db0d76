// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The experimental legal regime and its programme
/// @notice `DRAFT -> APPROVED -> ACTIVE <-> SUSPENDED -> WIND_DOWN -> EXPIRED`.
/// The last two transitions happen by time at the latest: nobody has to be awake for the regime to end.
/// Programme and phases take two people; the second one's office carries a delay of the AccessManager.
/// @dev Warning: a suspension lasts until it is lifted, beyond the programme's end if need be, for a
/// stop that lapses is none. It tolls the clocks of holders ({tolled}), never those of the regime itself.
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

    /// @notice How counterparties of a foreign jurisdiction may be dealt with.
    /// @dev NONE: not at all. VIA_INTERMEDIARY: through an authorised intermediary abroad. DIRECT: also without.
    enum Access {
        NONE,
        VIA_INTERMEDIARY,
        DIRECT
    }

    /// @notice What trade entered by authorised entities of one ownership class may come to, in minor units of the
    /// reference currency; the greatest number means no cap.
    /// @param payment Any one payment.
    /// @param daily One entity, over any 24 hours.
    /// @param period One entity, over any period of the programme.
    /// @param total All entities of the class, over any period.
    struct ClassCaps {
        uint128 payment;
        uint128 daily;
        uint128 period;
        uint128 total;
    }

    /// @notice A foreign jurisdiction.
    /// @param jurisdiction Two letters.
    /// @param access How its counterparties may be dealt with.
    /// @param cap Trade with it over any period, minor units of the reference currency.
    struct Corridor {
        bytes2 jurisdiction;
        Access access;
        uint128 cap;
    }

    /// @notice What the two authorities agree on, as data; the corridors stand beside it.
    /// @param start First second of the regime, epoch seconds.
    /// @param end Last second in which trade may be entered.
    /// @param windDownEnd Last second of the wind-down.
    /// @param home Jurisdiction of residence, two letters.
    /// @param privateFromPhase First phase that admits privately owned entities.
    /// @param domesticBan Whether a flow between two residents is prohibited.
    /// @param directPayments Whether SU may be paid without a documentary credit (open account).
    /// @param queueBypass Whether clearing may settle an obligation before an earlier one of the same payer.
    /// @param instruments Bit n: the instrument n of {ITradeEscrow} is admitted.
    /// @param goods Bit n: chapter n (1 to 99) of the Harmonised System is in scope.
    /// @param period Length of the longer sliding window of caps, seconds; the shorter is 24 hours.
    /// @param maxListAge Age at which a screening list is stale, seconds.
    /// @param maxHolding Longest time an entity may hold SU if it is to acquire more, seconds.
    /// @param maxExposure Most SU an entity may hold after acquiring some, minor units of SU.
    /// @param coverageFloor What the reserve must be worth at an issue, in basis points of supply.
    /// @param haircut Taken off the price of volatile assets, basis points.
    /// @param referenceRate Minor units of the reference currency for one whole SU; fixed by the programme, so
    /// that caps do not hang on an oracle.
    /// @param stateCaps Caps of state-owned entities.
    /// @param privateCaps Caps of privately owned entities.
    /// @param regimeCap All trade together, over any period, minor units of the reference currency.
    struct Programme {
        uint64 start;
        uint64 end;
        uint64 windDownEnd;
        bytes2 home;
        uint8 privateFromPhase;
        bool domesticBan;
        bool directPayments;
        bool queueBypass;
        uint16 instruments;
        uint128 goods;
        uint32 period;
        uint32 maxListAge;
        uint32 maxHolding;
        uint128 maxExposure;
        uint16 coverageFloor;
        uint16 haircut;
        uint64 referenceRate;
        ClassCaps stateCaps;
        ClassCaps privateCaps;
        uint128 regimeCap;
    }

    /// @notice What most checks look at: fields of the {Programme} in force, without its caps, the stage and the phase.
    struct Law {
        Stage stage;
        uint8 phase;
        uint64 end;
        bytes2 home;
        uint8 privateFromPhase;
        bool domesticBan;
        bool directPayments;
        bool queueBypass;
        uint16 instruments;
        uint128 goods;
        uint32 period;
        uint32 maxListAge;
        uint32 maxHolding;
        uint128 maxExposure;
        uint16 coverageFloor;
        uint16 haircut;
        uint64 referenceRate;
    }

    /// @notice A programme was drafted by `actor`; it has no effect before approval.
    event ProgrammeDrafted(address indexed actor, Programme programme, Corridor[] corridors);

    /// @notice The drafted programme was co-signed by `actor` and is in force (or will be, from its start).
    event ProgrammeApproved(address indexed actor);

    /// @notice `actor` asked to open `phase`.
    event PhaseProposed(address indexed actor, uint8 phase);

    /// @notice `phase` was co-signed by `actor` and is open.
    event PhaseOpened(address indexed actor, uint8 phase);

    /// @notice `actor` moved the regime, which is now in `stage`.
    event StageChanged(address indexed actor, Stage stage);

    /// @notice The step is not possible in `stage`.
    error Regime_WrongStage(Stage stage);

    /// @notice The programme's dates are out of order or exceed the legal frame, a basis-point figure is above the
    /// whole, the reference rate is zero, a corridor is home, empty or there twice, or a change touches what is fixed.
    error Regime_InvalidProgramme();

    /// @notice The programme was redrafted; its encoding hashes to `drafted`.
    error Regime_ProgrammeChanged(bytes32 drafted);

    /// @notice The regime starts at `start`.
    error Regime_NotStarted(uint64 start);

    /// @notice `actor` proposed it and cannot also approve it.
    error Regime_SamePerson(address actor);

    /// @notice Phases open one after the other; `expected` comes next.
    error Regime_WrongPhase(uint8 expected);

    /// @notice Drafts (or redrafts) the programme. Supervisor only. In DRAFT the first one; in ACTIVE or SUSPENDED a
    /// change of the one in force, whose start and home stay as they are and whose end lies ahead.
    function draft(Programme calldata programme_, Corridor[] calldata corridors) external;

    /// @notice Co-signs the drafted programme whose encoding (with its corridors) hashes to `programmeHash`, so that
    /// nobody signs what was redrafted meanwhile. Co-approver only, after its delay; never the drafter.
    function approve(bytes32 programmeHash) external;

    /// @notice Starts the regime in phase 1, once its start has come. Supervisor only.
    function activate() external;

    /// @notice Asks to open the next phase. Supervisor only.
    function proposePhase(uint8 phase_) external;

    /// @notice Co-signs the proposed phase. Co-approver only, after its delay; never the proposer.
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

    /// @notice What is in force now, but for the caps.
    function law() external view returns (Law memory);

    /// @notice Caps in force of state-owned or of privately owned entities, and of all together.
    function capsOf(bool state) external view returns (ClassCaps memory caps, uint128 regimeCap);

    /// @notice The programme in force; before the first approval, the draft.
    function programme() external view returns (Programme memory);

    /// @notice What the programme in force says of a foreign jurisdiction; NONE where it is silent.
    function corridorOf(bytes2 jurisdiction) external view returns (Access access, uint128 cap);

    /// @notice How long the regime has been suspended so far, in all, seconds. Clocks of holders that were running
    /// when this grew have so much more time.
    function tolled() external view returns (uint64);
}
