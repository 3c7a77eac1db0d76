// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {DualControl} from "./DualControl.sol";
import {Reason} from "./Reason.sol";
import {IERC7943Fungible} from "./interfaces/IERC7943.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IQuarantine} from "./interfaces/IQuarantine.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";

/// @title SettlementToken
contract SettlementToken is ISettlementToken, ERC20Permit, ERC165, DualControl {
    /// @dev What a movement is and belongs to; the accounts and the amount come beside it.
    struct Label {
        IRulebook.Flow flow;
        address payer;
        address payee;
        bytes32 ref;
        bytes32 trade;
    }

    IRulebook private immutable RULEBOOK;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;

    IQuarantine private _quarantine;
    mapping(address account => uint256) private _frozen;
    mapping(address account => uint16 flows) private _modules;
    mapping(bytes32 ref => bool) private _isUsed;
    mapping(address account => uint256) private _earmarked;
    mapping(address account => mapping(bytes32 trade => uint256)) private _earmarks;
    /// @dev Earmarked value that went into what `ref` stands for; a refund of it is earmarked again.
    mapping(bytes32 ref => uint256) private _earmarkedIn;

    modifier onlyModule(IRulebook.Flow flow) {
        require((_modules[msg.sender] >> uint8(flow)) & 1 != 0, SettlementToken_NotModule(msg.sender));
        _;
    }

    constructor(address authority, IRulebook rulebook, IRegime regime, IParticipants participants)
        ERC20("Settlement Unit", "SU")
        ERC20Permit("Settlement Unit")
        DirectlyManaged(authority)
    {
        RULEBOOK = rulebook;
        REGIME = regime;
        PARTICIPANTS = participants;
    }

    /// @inheritdoc ISettlementToken
    /// @dev A module moves what is not its own: once there is value, one person must not appoint one.
    function registerModule(address module, uint16 flows) external restricted {
        if (REGIME.stage() != IRegime.Stage.DRAFT) _takeProposal();
        require(_frozen[module] == 0, SettlementToken_ProtectedAccount(module));
        PARTICIPANTS.bar(module);
        _modules[module] = flows;
        emit ModuleRegistered(msg.sender, module, flows);
    }

    /// @inheritdoc ISettlementToken
    function setQuarantine(address quarantine) external restricted {
        require(address(_quarantine) == address(0), SettlementToken_QuarantineSet(address(_quarantine)));
        _quarantine = IQuarantine(quarantine);
        emit QuarantineSet(msg.sender, quarantine);
    }

    /// @inheritdoc ISettlementToken
    function issue(address to, uint128 amount, bytes32 ref) external restricted {
        _use(ref);
        address payee = _isInventory(to) ? address(0) : to;
        _move(Label(IRulebook.Flow.ISSUE, address(0), payee, ref, 0), address(0), to, amount);
    }

    /// @inheritdoc ISettlementToken
    function redeem(address holder, uint256 amount, bytes32 ref) external restricted {
        _use(ref);
        bool inventory = _isInventory(holder);
        address payer = inventory ? address(0) : holder;
        _move(Label(IRulebook.Flow.REDEEM, payer, address(0), ref, 0), holder, address(0), amount);
        if (!inventory) _spendAllowance(holder, msg.sender, amount);
    }

    /// @inheritdoc ISettlementToken
    function intake(address miner, address entity, uint128 amount, bytes32 ref, bytes32 trade)
        external
        onlyModule(IRulebook.Flow.INTAKE)
    {
        _move(Label(IRulebook.Flow.INTAKE, miner, entity, ref, trade), address(0), entity, amount);
        _earmark(entity, trade, _earmarks[entity][trade] + amount);
    }

    /// @inheritdoc ISettlementToken
    function take(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        onlyModule(flow)
    {
        _move(Label(flow, payer, payee, ref, trade), payer, msg.sender, amount);
        if (flow != IRulebook.Flow.NET_LEG) _spendAllowance(payer, msg.sender, amount);
    }

    /// @inheritdoc ISettlementToken
    function payOut(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        onlyModule(flow)
        returns (bool arrived)
    {
        Label memory label = Label(flow, payer, payee, ref, trade);
        uint8 reason = _pass(label, msg.sender, payee, amount);
        if (reason != Reason.OK) {
            bool heldBack = msg.sender != address(_quarantine) && _isHeldBack(reason);
            if (!heldBack) _refuse(reason, msg.sender, amount);
            _quarantineFor(label, amount);
            return false;
        }
        uint256 again = flow == IRulebook.Flow.REFUND ? Math.min(amount, _earmarkedIn[ref]) : 0;
        if (again > 0) {
            _earmarkedIn[ref] -= again;
            _earmark(payee, trade, _earmarks[payee][trade] + again);
        }
        return true;
    }

    /// @inheritdoc ISettlementToken
    function impound(IRulebook.Flow flow, address payer, address payee, uint256 amount, bytes32 ref, bytes32 trade)
        external
        onlyModule(flow)
    {
        IRegime.Stage stage = REGIME.stage();
        require(stage != IRegime.Stage.SUSPENDED, IRulebook.Rulebook_Refused(Reason.REGIME_SUSPENDED));
        _quarantineFor(Label(flow, payer, payee, ref, trade), amount);
    }

    /// @inheritdoc ISettlementToken
    function recover(address from, address to, bytes32[] calldata trades) external restricted {
        require(!_isModule(from) && from != to, SettlementToken_ProtectedAccount(from));
        uint256 amount = balanceOf(from);
        _move(Label(IRulebook.Flow.RECOVERY, from, to, 0, 0), from, to, amount);
        // A freeze of everything may be the greatest number, which must not stop a recovery.
        _setFrozen(to, Math.saturatingAdd(_frozen[to], _frozen[from]));
        _setFrozen(from, 0);
        for (uint256 i = 0; i < trades.length; ++i) {
            uint256 moved = _earmarks[from][trades[i]];
            _earmark(from, trades[i], 0);
            _earmark(to, trades[i], _earmarks[to][trades[i]] + moved);
        }
        require(_earmarked[from] == 0, SettlementToken_EarmarksLeft(_earmarked[from]));
    }

    /// @inheritdoc ISettlementToken
    function releaseEarmark(address account, bytes32 trade) external {
        IRegime.Stage stage = REGIME.stage();
        bool isOver = stage == IRegime.Stage.WIND_DOWN || stage == IRegime.Stage.EXPIRED;
        require(isOver, SettlementToken_TradeRuns(trade));
        _earmark(account, trade, 0);
    }

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
        _move(_direct(msg.sender, to), msg.sender, to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) public override(ERC20, IERC20) returns (bool) {
        uint8 standing = RULEBOOK.checkParty(msg.sender);
        require(standing == Reason.OK, IRulebook.Rulebook_Refused(standing));
        _move(_direct(from, to), from, to, amount);
        _spendAllowance(from, msg.sender, amount);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    /// @dev Two people: see {DualControl}.
    function forcedTransfer(address from, address to, uint256 amount) external restricted secondPerson returns (bool) {
        require(!_isModule(from) && from != to, SettlementToken_ProtectedAccount(from));
        require(!_isModule(to), SettlementToken_ProtectedAccount(to));
        uint256 unfrozen = Math.saturatingSub(balanceOf(from), _frozen[from]);
        _move(Label(IRulebook.Flow.SEIZE, from, to, 0, 0), from, to, amount);
        if (amount > unfrozen) _setFrozen(from, _frozen[from] - (amount - unfrozen));
        emit ForcedTransfer(from, to, amount);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    /// @dev One person may freeze more; to release takes two: see {DualControl}.
    function setFrozenTokens(address account, uint256 amount) external restricted returns (bool) {
        require(!_isModule(account), SettlementToken_ProtectedAccount(account));
        if (amount < _frozen[account]) _takeProposal();
        _setFrozen(account, amount);
        return true;
    }

    /// @inheritdoc ISettlementToken
    function checkFlow(
        IRulebook.Flow flow,
        address payer,
        address payee,
        address from,
        address to,
        uint256 amount,
        bytes32 trade
    ) external view returns (uint8) {
        return _check(Label(flow, payer, payee, 0, trade), from, to, amount);
    }

    /// @inheritdoc ISettlementToken
    function detectTransferRestriction(address from, address to, uint256 amount) public view returns (uint8) {
        return _check(_direct(from, to), from, to, amount);
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
    function moduleFlows(address account) external view returns (uint16) {
        return _modules[account];
    }

    /// @inheritdoc ISettlementToken
    function earmarkOf(address account, bytes32 trade) external view returns (uint256 forTrade, uint256 inAll) {
        return (_earmarks[account][trade], _earmarked[account]);
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
    function _move(Label memory label, address from, address to, uint256 amount) private {
        uint8 reason = _pass(label, from, to, amount);
        if (reason != Reason.OK) _refuse(reason, from, amount);
    }

    /// @dev The same, where the caller knows what to do with what does not pass.
    function _pass(Label memory label, address from, address to, uint256 amount) private returns (uint8 reason) {
        reason = RULEBOOK.pass(_movement(label, from, to, amount));
        if (reason != Reason.OK) return reason;
        uint256 used = Math.min(amount, _earmarks[from][label.trade]);
        if (used > 0) {
            _earmark(from, label.trade, _earmarks[from][label.trade] - used);
            if (label.ref != 0) _earmarkedIn[label.ref] += used;
        }
        _record(label, from, to, amount);
    }

    /// @dev The caller's value goes into quarantine, in the name of whom it was due to.
    function _quarantineFor(Label memory label, uint256 amount) private {
        _record(label, msg.sender, address(_quarantine), amount);
        _quarantine.hold(label.flow, label.payer, label.payee, amount, label.ref, label.trade);
    }

    function _record(Label memory label, address from, address to, uint256 amount) private {
        emit Moved(label.flow, label.payer, label.payee, from, to, amount, label.ref, label.trade);
        _update(from, to, amount);
    }

    function _check(Label memory label, address from, address to, uint256 amount) private view returns (uint8) {
        return RULEBOOK.check(_movement(label, from, to, amount));
    }

    function _movement(Label memory label, address from, address to, uint256 amount)
        private
        view
        returns (IRulebook.Movement memory)
    {
        return IRulebook.Movement({
            flow: label.flow,
            payer: label.payer,
            payee: label.payee,
            from: from,
            to: to,
            amount: amount,
            balance: from == address(0) ? totalSupply() : balanceOf(from),
            frozen: _frozen[from],
            earmarked: _earmarked[from] - _earmarks[from][label.trade],
            trade: label.trade
        });
    }

    function _direct(address from, address to) private view returns (Label memory) {
        return Label(IRulebook.Flow.DIRECT, from, to, 0, RULEBOOK.designatedTrade(from, to));
    }

    /// @dev Refuses with the most specific error a standard has for the reason, as ERC-7943 asks.
    function _refuse(uint8 reason, address from, uint256 amount) private view {
        if (reason == Reason.FROZEN) {
            uint256 unfrozen = Math.saturatingSub(balanceOf(from), _frozen[from]);
            revert ERC7943InsufficientUnfrozenBalance(from, amount, unfrozen);
        }
        if (reason == Reason.INSUFFICIENT_BALANCE) revert ERC20InsufficientBalance(from, balanceOf(from), amount);
        revert IRulebook.Rulebook_Refused(reason);
    }

    /// @dev What would strand the value or fail the caller for a fault of the payee; anything else passes by itself.
    function _isHeldBack(uint8 reason) private view returns (bool) {
        // Nobody has to keep the list fresh after the regime, so waiting for it might take for ever.
        if (reason == Reason.LIST_STALE) return REGIME.stage() == IRegime.Stage.EXPIRED;
        return reason == Reason.SCREENING_HOLD || reason == Reason.LISTED_PARTY || reason == Reason.DOMESTIC_PAYMENT
            || reason == Reason.NO_RESIDENT_PARTY;
    }

    function _isModule(address account) private view returns (bool) {
        return _modules[account] != 0;
    }

    /// @dev Whether what `account` holds is its own: the conversion desk's. Any other module holds for participants, so
    /// that a ramp must not reach it.
    function _isInventory(address account) private view returns (bool) {
        bool converts = (_modules[account] >> uint8(IRulebook.Flow.CONVERT)) & 1 != 0;
        require(converts || !_isModule(account), SettlementToken_ProtectedAccount(account));
        return converts;
    }

    /// @dev What is frozen of the account that comes first.
    function _subject(bytes calldata data) internal view override returns (bytes32) {
        return bytes32(_frozen[address(uint160(uint256(_firstArgument(data))))]);
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

    function _earmark(address account, bytes32 trade, uint256 amount) private {
        _earmarked[account] = _earmarked[account] + amount - _earmarks[account][trade];
        _earmarks[account][trade] = amount;
        emit Earmarked(msg.sender, account, trade, amount);
    }
}
