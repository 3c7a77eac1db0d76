// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Reason} from "./Reason.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title SettlementToken
contract SettlementToken is ISettlementToken, ERC20Permit, ERC165, AccessManaged {
    IRulebook private immutable RULEBOOK;

    mapping(address account => uint256) private _frozen;
    mapping(address account => bool) private _isModule;
    mapping(bytes32 ref => bool) private _isUsed;

    modifier onlyModule() {
        require(_isModule[msg.sender], SettlementToken_NotModule(msg.sender));
        _;
    }

    constructor(address authority, IRulebook rulebook)
        ERC20("Settlement Unit", "SU")
        ERC20Permit("Settlement Unit")
        AccessManaged(authority)
    {
        RULEBOOK = rulebook;
    }

    /// @inheritdoc ISettlementToken
    function registerModule(address module) external restricted {
        require(_frozen[module] == 0, SettlementToken_ProtectedAccount(module));
        _isModule[module] = true;
        emit ModuleRegistered(msg.sender, module);
    }

    /// @inheritdoc ISettlementToken
    function issue(address to, uint128 amount, bytes32 ref) external restricted {
        _use(ref);
        _move(IRulebook.Flow.ISSUE, address(0), to, address(0), to, amount, ref);
    }

    /// @inheritdoc ISettlementToken
    function redeem(address holder, uint256 amount, bytes32 ref) external restricted {
        _use(ref);
        _pass(IRulebook.Flow.REDEEM, holder, address(0), holder, amount);
        _spendAllowance(holder, msg.sender, amount);
        _record(IRulebook.Flow.REDEEM, holder, address(0), holder, address(0), amount, ref);
    }

    /// @inheritdoc ISettlementToken
    function fund(address payer, address payee, uint256 amount, bytes32 ref) external onlyModule {
        _pass(IRulebook.Flow.FUND, payer, payee, payer, amount);
        _spendAllowance(payer, msg.sender, amount);
        _record(IRulebook.Flow.FUND, payer, payee, payer, msg.sender, amount, ref);
    }

    /// @inheritdoc ISettlementToken
    function payOut(address payer, address payee, uint256 amount, bytes32 ref) external onlyModule {
        IRulebook.Flow flow = payer == payee ? IRulebook.Flow.REFUND : IRulebook.Flow.PAY;
        _move(flow, payer, payee, msg.sender, payee, amount, ref);
    }

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
        _move(IRulebook.Flow.DIRECT, msg.sender, to, msg.sender, to, amount, 0);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
        uint8 standing = RULEBOOK.checkParty(msg.sender);
        require(standing == Reason.OK, IRulebook.Rulebook_Refused(standing));
        _pass(IRulebook.Flow.DIRECT, from, to, from, amount);
        _spendAllowance(from, msg.sender, amount);
        _record(IRulebook.Flow.DIRECT, from, to, from, to, amount, 0);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function forcedTransfer(address from, address to, uint256 amount) external restricted returns (bool) {
        require(!_isModule[from] && from != to, SettlementToken_ProtectedAccount(from));
        require(!_isModule[to], SettlementToken_ProtectedAccount(to));
        _pass(IRulebook.Flow.SEIZE, from, to, from, amount);
        uint256 unfrozen = Math.saturatingSub(balanceOf(from), _frozen[from]);
        if (amount > unfrozen) _setFrozen(from, _frozen[from] - (amount - unfrozen));
        _record(IRulebook.Flow.SEIZE, from, to, from, to, amount, 0);
        emit ForcedTransfer(from, to, amount);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        require(!_isModule[account], SettlementToken_ProtectedAccount(account));
        _setFrozen(account, amount);
        return true;
    }

    /// @inheritdoc ISettlementToken
    function checkFlow(IRulebook.Flow flow, address payer, address payee, address from, uint256 amount)
        public
        view
        returns (uint8)
    {
        return RULEBOOK.check(
            IRulebook.Movement({
                flow: flow, payer: payer, payee: payee, amount: amount, balance: balanceOf(from), frozen: _frozen[from]
            })
        );
    }

    /// @inheritdoc ISettlementToken
    function detectTransferRestriction(address from, address to, uint256 amount) public view returns (uint8) {
        return checkFlow(IRulebook.Flow.DIRECT, from, to, from, amount);
    }

    /// @inheritdoc ISettlementToken
    function detectTransferRestrictionFrom(address spender, address from, address to, uint256 amount)
        external
        view
        returns (uint8 reason)
    {
        reason = RULEBOOK.checkParty(spender);
        if (reason != Reason.OK) return reason;
        reason = detectTransferRestriction(from, to, amount);
        if (reason != Reason.OK) return reason;
        return amount > allowance(from, spender) ? Reason.INSUFFICIENT_ALLOWANCE : Reason.OK;
    }

    /// @inheritdoc ISettlementToken
    function messageForTransferRestriction(uint8 reason) external pure returns (string memory) {
        return Reason.message(reason);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) public view returns (bool) {
        return RULEBOOK.checkParty(account) == Reason.OK;
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view returns (bool) {
        return RULEBOOK.checkParty(account) == Reason.OK;
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        return detectTransferRestriction(from, to, amount) == Reason.OK;
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _frozen[account];
    }

    /// @inheritdoc ISettlementToken
    function isModule(address account) external view returns (bool) {
        return _isModule[account];
    }

    /// @inheritdoc ERC20
    function decimals() public pure override returns (uint8) {
        return 6;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC165, IERC165) returns (bool) {
        return interfaceId == type(IERC7943Fungible).interfaceId || interfaceId == type(IERC20).interfaceId
            || super.supportsInterface(interfaceId);
    }

    /// @dev The one way value moves: pass the Rulebook, then record.
    function _move(
        IRulebook.Flow flow,
        address payer,
        address payee,
        address from,
        address to,
        uint256 amount,
        bytes32 ref
    ) private {
        _pass(flow, payer, payee, from, amount);
        _record(flow, payer, payee, from, to, amount, ref);
    }

    /// @dev Refuses with the most specific error a standard has for the reason, as ERC-7943 asks.
    function _pass(IRulebook.Flow flow, address payer, address payee, address from, uint256 amount) private view {
        uint8 reason = checkFlow(flow, payer, payee, from, amount);
        if (reason == Reason.OK) return;
        if (reason == Reason.FROZEN) {
            uint256 unfrozen = Math.saturatingSub(balanceOf(from), _frozen[from]);
            revert ERC7943InsufficientUnfrozenBalance(from, amount, unfrozen);
        }
        if (reason == Reason.INSUFFICIENT_BALANCE) revert ERC20InsufficientBalance(from, balanceOf(from), amount);
        revert IRulebook.Rulebook_Refused(reason);
    }

    function _record(
        IRulebook.Flow flow,
        address payer,
        address payee,
        address from,
        address to,
        uint256 amount,
        bytes32 ref
    ) private {
        emit Moved(flow, payer, payee, from, to, amount, ref);
        _update(from, to, amount);
    }

    function _use(bytes32 ref) private {
        require(ref != 0 && !_isUsed[ref], SettlementToken_ReferenceUsed(ref));
        _isUsed[ref] = true;
    }

    function _setFrozen(address account, uint256 amount) private {
        _frozen[account] = amount;
        emit Frozen(account, amount);
        emit FrozenBy(msg.sender, account, amount);
    }
}
