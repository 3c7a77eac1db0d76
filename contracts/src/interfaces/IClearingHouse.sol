// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title Multilateral clearing of obligations
/// @notice An obligation is checked and metered gross when its payer enters it; from then on both parties face the
/// clearing house only (novation). The clearing office chooses off the chain which obligations to settle at once; the
/// house verifies the choice and moves net positions only, first in, then out.
///
/// Obligations are numbered from 1 as they are entered. The queue of a payer runs by priority (smaller first), then by
/// number. Unless the programme permits bypass, what is settled of a payer must be the front of its queue. What is
/// settled, withdrawn, lapsed or past its life stands in nobody's way; nor does what is deferred, that is from or to an
/// excluded member, which cannot be settled and keeps its place until the member is readmitted.
/// @dev Parties are participants by name; value moves from and to their primary wallets as they are at settlement.
/// Warning: a payer agrees to its net debit by entering obligations; no allowance is asked for.
/// Warning: a net leg belongs to no single trade, so SU that is earmarked for one cannot pay it.
/// Warning: who only receives in a settlement may be held back: its position goes to the quarantine. Who pays in one,
/// even if more comes in, must be in good standing, or value of a listed party would move by being netted. Nobody
/// settles whose obligations became domestic payments because its owner moved; such a member is excluded like others.
interface IClearingHouse {
    /// @notice State of an obligation.
    /// @dev PENDING: to be settled, until its life ends. The others are final.
    enum ObligationState {
        NONE,
        PENDING,
        SETTLED,
        WITHDRAWN,
        LAPSED
    }

    /// @notice An obligation.
    /// @param state See {ObligationState}.
    /// @param payer The one that owes, by name.
    /// @param payee The one that is owed, by name.
    /// @param amount Minor units of SU.
    /// @param priority 0 to 3, smaller first.
    /// @param withdrawing Whether the payer proposed to withdraw it.
    /// @param until Last second in which it may be settled, epoch seconds, suspensions so far included.
    /// @param trade Number of the trade it was entered under.
    struct Obligation {
        ObligationState state;
        bytes32 payer;
        bytes32 payee;
        uint128 amount;
        uint8 priority;
        bool withdrawing;
        uint64 until;
        bytes32 trade;
    }

    /// @notice `actor`, a wallet of `payer`, entered obligation `id`.
    event ObligationEntered(
        address indexed actor,
        uint256 indexed id,
        bytes32 indexed payer,
        bytes32 payee,
        uint128 amount,
        uint8 priority,
        bytes32 trade,
        uint64 until
    );

    /// @notice `actor`, the payer, asked the payee of obligation `id` to agree to its withdrawal.
    event WithdrawalProposed(address indexed actor, uint256 indexed id);

    /// @notice `actor`, the payee, agreed: obligation `id` is withdrawn.
    event ObligationWithdrawn(address indexed actor, uint256 indexed id);

    /// @notice The life of obligation `id` is over, as `actor` noted.
    event ObligationLapsed(address indexed actor, uint256 indexed id);

    /// @notice Obligation `id` was settled in `cycle` by `actor`.
    event ObligationSettled(address indexed actor, uint256 indexed id, uint256 indexed cycle);

    /// @notice `actor` settled `obligations` obligations worth `gross` in `cycle` by moving `net`.
    event CycleSettled(address indexed actor, uint256 indexed cycle, uint256 obligations, uint256 gross, uint256 net);

    /// @notice What `member` paid in (negative) or is paid out in `cycle`; `arrived` is false where the quarantine
    /// holds it.
    event NetPositionSettled(
        address indexed actor, uint256 indexed cycle, bytes32 indexed member, int256 net, bool arrived
    );

    /// @notice `actor` excluded `member`, whom the Rulebook refuses for `reason`.
    event MemberExcluded(address indexed actor, bytes32 indexed member, uint8 reason);

    /// @notice `actor` readmitted `member`, whom the Rulebook passes again.
    event MemberReadmitted(address indexed actor, bytes32 indexed member);

    /// @notice `caller` is not a live wallet of the party that may do this.
    error ClearingHouse_NotParty(address caller);

    /// @notice The amount is zero, the priority unknown, or the life is over, longer than the longest, or ends after
    /// the programme.
    error ClearingHouse_InvalidObligation();

    /// @notice Obligation `id` is not there, in a final state, or past its life.
    error ClearingHouse_NotPending(uint256 id);

    /// @notice Obligation `id` lives until `until`.
    error ClearingHouse_TooEarly(uint256 id, uint64 until);

    /// @notice The payer of obligation `id` did not propose to withdraw it.
    error ClearingHouse_NotProposed(uint256 id);

    /// @notice Numbers are given in rising order, each once and at least one; `id` is not above the one before it.
    error ClearingHouse_NotRising(uint256 id);

    /// @notice An obligation of `payer` that stands before one of those chosen was not chosen.
    error ClearingHouse_OutOfOrder(bytes32 payer);

    /// @notice The Rulebook refuses `member`'s part of the settlement with the code `reason`.
    error ClearingHouse_MemberRefused(uint8 reason, bytes32 member);

    /// @notice `member` is excluded.
    error ClearingHouse_Excluded(bytes32 member);

    /// @notice `member` is not excluded.
    error ClearingHouse_NotExcluded(bytes32 member);

    /// @notice The Rulebook passes `member`, or it never had an obligation: there is nothing to exclude it for.
    error ClearingHouse_InGoodStanding(bytes32 member);

    /// @notice Enters what the caller owes `payee`; the {IRulebook} checks it gross, as a payment, and meters it.
    /// @param payee The one that is owed, by name.
    /// @param amount Minor units of SU.
    /// @param priority 0 to 3, smaller first.
    /// @param trade Number of the trade that it belongs to.
    /// @param until Last second in which it may be settled, epoch seconds; a suspension moves it on by its length.
    /// @return id Its number.
    function enter(bytes32 payee, uint128 amount, uint8 priority, bytes32 trade, uint64 until)
        external
        returns (uint256 id);

    /// @notice Asks the payee to agree to the withdrawal of an obligation, which stays pending meanwhile. Payer only.
    function proposeWithdrawal(uint256 id) external;

    /// @notice Withdraws an obligation that the payer proposed to withdraw; its headroom is given back, caps stay
    /// used. Payee only.
    function withdraw(uint256 id) external;

    /// @notice Notes that the life of an obligation, or of the regime, is over; caps stay used. Its headroom is given
    /// back where the payer is established at home: a party abroad uses caps of the entity by its own will alone, so
    /// what it lets lapse counts against the trade. Anybody.
    function lapse(uint256 id) external;

    /// @notice Settles obligations at once: all or nothing. Clearing office only, which says which, not what moves.
    /// @param ids Their numbers, rising.
    /// @return cycle Number of the settlement, from 1.
    function settle(uint256[] calldata ids) external returns (uint256 cycle);

    /// @notice Excludes a member that the Rulebook refuses now, or whose owner moved home while domestic payments are
    /// banned, so that the others can settle without it. Clearing office only: a list that everybody is still to be
    /// screened against would let anybody exclude everybody.
    function exclude(bytes32 member) external;

    /// @notice Ends an exclusion whose ground is gone; what was deferred stands where it stood. Anybody: no silence of
    /// the office keeps out a member in good standing.
    function readmit(bytes32 member) external;

    /// @notice Takes what is settled, withdrawn, lapsed or past its life out of the first `most` places of a queue.
    /// Settling does it along the way; bypass and long queues may leave some. Anybody.
    function sweep(bytes32 payer, uint8 priority, uint256 most) external;

    /// @notice The dry run: net positions if these were settled now, zero where a member has none; reverts with the
    /// very error that {settle} would revert with.
    function checkSettlement(uint256[] calldata ids)
        external
        view
        returns (bytes32[] memory members, int256[] memory net);

    /// @notice An obligation; empty when it is not there.
    function obligationOf(uint256 id) external view returns (Obligation memory);

    /// @notice Numbers of what could be settled of a payer's queue of one priority, from the head.
    function pendingOf(bytes32 payer, uint8 priority) external view returns (uint256[] memory ids);

    /// @notice Whether `member` is excluded.
    function isExcluded(bytes32 member) external view returns (bool);

    /// @notice How many obligations were ever entered.
    function obligations() external view returns (uint256);

    /// @notice How many settlements there were.
    function cycles() external view returns (uint256);
}
