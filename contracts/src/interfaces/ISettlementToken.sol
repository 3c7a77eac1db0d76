// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IERC7943Fungible} from "./IERC7943.sol";
import {IRulebook} from "./IRulebook.sol";

/// @title SU, the settlement unit
/// @notice An ERC-20 whose every movement is a typed flow that the {IRulebook} passed.
/// Adds ERC-2612, ERC-7943 and the ERC-1404 views. Six decimals.
/// A direct transfer is paid under the trade that its payer designated in the {ITradeRegistry}.
/// A payout that screening or residency holds back goes to the quarantine instead: it neither fails its caller
/// nor strands the value.
/// @dev Warning: seizure needs a recipient in good standing, whose licence and KYC must outlast the regime
/// if it is to be possible after it.
/// Warning: a module (the escrow, say) is trusted to name the ultimate payer and payee of what it moves,
/// and its address must never be registered as a participant's wallet.
/// Warning: what is frozen or earmarked may exceed the balance; it then binds what comes in later.
interface ISettlementToken is IERC20, IERC7943Fungible {
    /// @notice `amount` moved from the account `from` to the account `to` as `flow`.
    /// @param flow The type of the movement.
    /// @param payer Wallet of the ultimate payer; zero for ISSUE.
    /// @param payee Wallet of the ultimate payee; zero for REDEEM. Where `to` is the quarantine, whose value it holds.
    /// @param from Account debited; zero where SU is issued.
    /// @param to Account credited; zero for REDEEM.
    /// @param amount Minor units.
    /// @param ref What the movement belongs to: a credit id, or the ramp's reference.
    /// @param trade Number of the trade; zero where the flow has none.
    event Moved(
        IRulebook.Flow indexed flow,
        address indexed payer,
        address indexed payee,
        address from,
        address to,
        uint256 amount,
        bytes32 ref,
        bytes32 trade
    );

    /// @notice `actor` froze `amount` of the tokens of `account`; the actor's side of {Frozen}.
    event FrozenBy(address indexed actor, address indexed account, uint256 amount);

    /// @notice From now on `amount` of what `account` holds is good for `trade` only; changed by `actor`.
    event Earmarked(address indexed actor, address indexed account, bytes32 indexed trade, uint256 amount);

    /// @notice `module` may move value in and out of itself as `flows` (bits of {IRulebook.Flow}) from now on;
    /// registered by `actor`, after the programme's approval the second of two people.
    event ModuleRegistered(address indexed actor, address indexed module, uint16 flows);

    /// @notice `quarantine` takes the payouts that are held back; set by `actor`.
    event QuarantineSet(address indexed actor, address indexed quarantine);

    /// @notice `ref` was used by the ramp before, or is zero.
    error SettlementToken_ReferenceUsed(bytes32 ref);

    /// @notice `caller` is not a module, or not one for this flow.
    error SettlementToken_NotModule(address caller);

    /// @notice A module's own account cannot be frozen, seized or (the conversion desk's inventory excepted) reached by
    /// the ramp, nor an account seized or recovered to itself; an account with a freeze cannot become a module.
    error SettlementToken_ProtectedAccount(address account);

    /// @notice The quarantine is set once.
    error SettlementToken_QuarantineSet(address quarantine);

    /// @notice The regime is not over, and its bank may extend `trade`: what is earmarked for it stays so.
    error SettlementToken_TradeRuns(bytes32 trade);

    /// @notice `left` is earmarked for trades that the recovery does not name.
    error SettlementToken_EarmarksLeft(uint256 left);

    /// @notice Lets a contract of the regime hold value for its participants and move it as `flows`; never a
    /// participant's wallet. Supervisor only; once the programme is approved, two people: see {DualControl}.
    function registerModule(address module, uint16 flows) external;

    /// @notice Names the quarantine, a module, once. Supervisor only.
    function setQuarantine(address quarantine) external;

    /// @notice Issues SU to an authorised entity, or to a module for CONVERT as its own inventory. Ramp only.
    /// @param ref Single-use reference of the on-ramp payment.
    function issue(address to, uint128 amount, bytes32 ref) external;

    /// @notice Redeems SU of `holder`, who approved the ramp for the amount, or of a module for CONVERT. Ramp only.
    /// @param ref Single-use reference of the off-ramp payment.
    function redeem(address holder, uint256 amount, bytes32 ref) external;

    /// @notice Issues SU to `entity` against what `miner` delivered, good for `trade` only. Modules for INTAKE only.
    /// @param ref What the movement belongs to.
    function intake(address miner, address entity, uint128 amount, bytes32 ref, bytes32 trade) external;

    /// @notice Moves `amount` from `payer` into the caller. Modules for `flow` only. The payer approved the caller for
    /// the amount, except for a net leg, to which it agreed by entering its obligations.
    /// @param payee Wallet the value is meant for in the end.
    /// @param ref What the movement belongs to.
    function take(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external;

    /// @notice Moves `amount` out of the caller to `payee`, or to the quarantine where screening or residency holds it
    /// back (after the regime also where the screening is stale). Modules for `flow` only.
    /// @param payer Wallet that it came from in the end.
    /// @param ref What the movement belongs to.
    /// @return arrived Whether it reached the payee.
    function payOut(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        returns (bool arrived);

    /// @notice Moves `amount` out of the caller into the quarantine, due to `payee`, because compliance decided so.
    /// Modules for `flow` only.
    /// @param payer Wallet that it came from in the end.
    /// @param ref What the movement belongs to.
    function impound(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external;

    /// @notice Moves everything of a lost wallet to another one of the same participant, with its freeze and with its
    /// earmarks, all of whose `trades` must be named. Supervisor only.
    function recover(address from, address to, bytes32[] calldata trades) external;

    /// @notice Frees what `account` holds for `trade`, once the regime winds down or has expired. Anybody.
    /// @dev Not at the end of the trade's term, which its bank sets: bank and entity could cut it short.
    function releaseEarmark(address account, bytes32 trade) external;

    /// @notice Whether a movement would pass now (a payout: reach its payee), as a code of {Reason}.
    /// @param from Account the value would leave (zero where SU is issued).
    /// @param to Account the value would enter.
    function checkFlow(
        IRulebook.Flow flow,
        address payer,
        address payee,
        address from,
        address to,
        uint256 amount,
        bytes32 trade
    ) external view returns (uint8 reason);

    /// @notice ERC-1404: code of why `transfer` would be refused; 0 if and only if it would succeed.
    function detectTransferRestriction(address from, address to, uint256 amount) external view returns (uint8);

    /// @notice The same for `transferFrom` by `spender`, whose standing and allowance count too.
    function detectTransferRestrictionFrom(address spender, address from, address to, uint256 amount)
        external
        view
        returns (uint8);

    /// @notice ERC-1404: the sentence behind a code.
    function messageForTransferRestriction(uint8 reason) external view returns (string memory);

    /// @notice Which flows `account` may move as a module, bits of {IRulebook.Flow}; zero when it is none.
    function moduleFlows(address account) external view returns (uint16);

    /// @notice What `account` holds for `trade` only, and in all for single trades.
    function earmarkOf(address account, bytes32 trade) external view returns (uint256 forTrade, uint256 inAll);
}
