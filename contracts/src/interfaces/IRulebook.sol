// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @title The one place that decides whether value may move
/// @notice Answers the dry question ({check}) and guards the real operation ({pass}) with the same function:
/// a code of {Reason} OK if and only if the operation passes. Codes and their order: see {Reason}.
/// Caps, exposure and headroom are metered here, where trade is entered.
interface IRulebook {
    /// @notice A typed movement of SU.
    /// @dev DIRECT: holder to holder without a credit. FUND: into a credit. PAY: out of a credit to its
    /// payee. REFUND: back to the original payer. ISSUE, REDEEM: supply, through the ramp. SEIZE: enforcement, to
    /// somebody in good standing. NET_LEG: a member's net position, to or from the clearing house. INTAKE: issue
    /// against mined output. CONVERT: against DRL, from or to the conversion desk. AWARD: out of a credit as an
    /// arbiter decided. RECOVERY: from a lost wallet to another one of the same participant.
    enum Flow {
        DIRECT,
        FUND,
        PAY,
        REFUND,
        ISSUE,
        REDEEM,
        SEIZE,
        NET_LEG,
        INTAKE,
        CONVERT,
        AWARD,
        RECOVERY
    }

    /// @notice What is to be decided on.
    /// @param flow The type of the movement.
    /// @param payer Wallet of the ultimate payer; for ISSUE zero; for CONVERT and NET_LEG the contract on the one side.
    /// @param payee Wallet of the ultimate payee; for REDEEM zero.
    /// @param from Account the value leaves; zero when it is issued.
    /// @param to Account the value enters; zero when it is redeemed.
    /// @param amount Minor units of SU.
    /// @param balance Balance of `from`; when SU is issued, the supply before.
    /// @param frozen Frozen amount of `from`.
    /// @param earmarked What `from` holds that is earmarked for other trades than `trade`.
    /// @param trade Number of the trade; zero where the flow has none.
    struct Movement {
        Flow flow;
        address payer;
        address payee;
        address from;
        address to;
        uint256 amount;
        uint256 balance;
        uint256 frozen;
        uint256 earmarked;
        bytes32 trade;
    }

    /// @notice The Rulebook refuses with the code `reason` of {Reason}.
    error Rulebook_Refused(uint8 reason);

    /// @notice Whether `movement` may happen now: OK or the first reason why not.
    function check(Movement calldata movement) external view returns (uint8 reason);

    /// @notice The same; when OK, the movement counts towards caps, exposure and headroom. Token only.
    function pass(Movement calldata movement) external returns (uint8 reason);

    /// @notice Whether an obligation between two names may be entered for clearing now: everything that is asked of a
    /// payment, but what its payer holds.
    function checkObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        external
        view
        returns (uint8 reason);

    /// @notice The same; when OK, the obligation counts towards caps and headroom. Clearing house only.
    function enterObligation(bytes32 payer, bytes32 payee, uint256 amount, bytes32 trade)
        external
        returns (uint8 reason);

    /// @notice Gives back the headroom of an obligation that will not be settled; its caps stay used.
    /// Clearing house only.
    function leaveObligation(uint256 amount, bytes32 trade) external;

    /// @notice Whether a credit may be opened between two names.
    /// @param applicant The applicant's side.
    /// @param beneficiary The beneficiary's side.
    /// @param until Expiry plus tenor, epoch seconds: licences, KYC and the regime must last so long.
    /// @param instrument Which instrument of {ITradeEscrow}.
    /// @param amount Face amount: the trade must have the headroom.
    /// @param trade Number of the trade.
    function checkOpening(
        bytes32 applicant,
        bytes32 beneficiary,
        uint256 until,
        uint8 instrument,
        uint256 amount,
        bytes32 trade
    ) external view returns (uint8 reason);

    /// @notice Whether `participant` is in good standing in one of `roles` by itself, whatever it wants to do.
    function checkParticipant(bytes32 participant, uint16 roles) external view returns (uint8 reason);

    /// @notice Whether the holder of `wallet` is in good standing as a trader or examiner, and acts through a live
    /// wallet.
    function checkParty(address wallet) external view returns (uint8 reason);

    /// @notice The trade under which the holder of `payer` chose to pay the holder of `payee` directly; zero when none.
    function designatedTrade(address payer, address payee) external view returns (bytes32 trade);

    /// @notice What the entity `participant` entered over the last `window` seconds, reference currency.
    function usedByEntity(bytes32 participant, uint256 window) external view returns (uint256);

    /// @notice What was entered with `jurisdiction` over the last `window` seconds, reference currency.
    function usedByCorridor(bytes2 jurisdiction, uint256 window) external view returns (uint256);

    /// @notice What all entities of `class` entered over the last `window` seconds, reference currency.
    function usedByClass(uint8 class, uint256 window) external view returns (uint256);

    /// @notice What was entered in all over the last `window` seconds, reference currency.
    function usedByRegime(uint256 window) external view returns (uint256);

    /// @notice SU that the wallets of `participant` took in less what left them, minor units.
    function exposureOf(bytes32 participant) external view returns (uint256);
}
