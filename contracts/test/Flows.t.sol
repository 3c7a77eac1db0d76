// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Reason} from "../src/Reason.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IQuarantine} from "../src/interfaces/IQuarantine.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Worlds} from "./Worlds.sol";

/// @notice A dry answer OK if and only if the real operation passes, for every flow, in random worlds; and the answer
/// is that of the reference. Books kept from events equal the balances.
contract FlowsTest is Worlds {
    address[6] private PARTIES = [A, A2, B, SELLER, STRANGER, MODULE];

    function _movement(IRulebook.Flow flow, address payer, address payee, address from, address to, uint256 amount)
        private
        view
        returns (IRulebook.Movement memory m)
    {
        (m.flow, m.payer, m.payee, m.from, m.to, m.amount) = (flow, payer, payee, from, to, amount);
        m.trade = flow == IRulebook.Flow.DIRECT ? rulebook.designatedTrade(from, to) : TRADE;
        if (flow == IRulebook.Flow.SEIZE || flow == IRulebook.Flow.RECOVERY) m.trade = 0;
        if (flow == IRulebook.Flow.ISSUE || flow == IRulebook.Flow.REDEEM) m.trade = 0;
        m.balance = from == address(0) ? token.totalSupply() : token.balanceOf(from);
        m.frozen = token.getFrozenTokens(from);
        (uint256 forTrade, uint256 inAll) = token.earmarkOf(from, m.trade);
        m.earmarked = inAll - forTrade;
    }

    /// @dev The dry answer, which must be that of the reference.
    function _ask(IRulebook.Movement memory m) private returns (uint8 reason) {
        reason = token.checkFlow(m.flow, m.payer, m.payee, m.from, m.to, m.amount, m.trade);
        _requireSame(reason, _expected(m));
    }

    function _error(uint8 reason, address from, uint256 amount) private view returns (bytes memory) {
        uint256 balance = token.balanceOf(from);
        if (reason == Reason.INSUFFICIENT_BALANCE) {
            return abi.encodeWithSelector(IERC20Errors.ERC20InsufficientBalance.selector, from, balance, amount);
        }
        if (reason != Reason.FROZEN) return _refusal(reason);
        uint256 frozen = token.getFrozenTokens(from);
        uint256 free = frozen > balance ? 0 : balance - frozen;
        return abi.encodeWithSelector(IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, from, amount, free);
    }

    /// @dev Amounts around what is held, some anywhere.
    function _someAmount(address from) private returns (uint256) {
        uint256 balance = token.balanceOf(from);
        if (_oneIn(12)) return type(uint256).max - _pick(3);
        if (_oneIn(4)) return balance + _pick(2);
        return _pick(balance / (1 + _pick(4)) + 2);
    }

    function _requireBooked() private {
        _book();
        uint256 sum = token.balanceOf(address(quarantine)) + token.balanceOf(STATE_ENTITY);
        for (uint256 i = 0; i < 6; ++i) {
            require(token.balanceOf(PARTIES[i]) == _booked[PARTIES[i]], "not as the events say");
            sum += token.balanceOf(PARTIES[i]);
        }
        require(token.totalSupply() == sum && sum == _issued - _redeemed, "supply");
        (uint256 cash,) = reserve.holdings();
        require(cash >= token.totalSupply(), "not covered");
    }

    /// @custom:rule check.truthful check.order
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall16_TransferPassesIffTheAnswerIsOk(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (address from, address to) = _oneIn(2) ? (A, B) : (B, A);
            if (_oneIn(6)) (from, to) = (PARTIES[_pick(6)], PARTIES[_pick(6)]);
            uint256 amount = _someAmount(from);
            IRulebook.Movement memory m = _movement(IRulebook.Flow.DIRECT, from, to, from, to, amount);
            uint8 reason = _ask(m);
            require(token.detectTransferRestriction(from, to, amount) == reason, "ERC-1404");
            require(token.canTransfer(from, to, amount) == (reason == Reason.OK), "ERC-7943");
            bytes memory data = abi.encodeCall(IERC20.transfer, (to, amount));
            if (reason == Reason.OK) _passed(from, address(token), data);
            else _refused(from, address(token), data, _error(reason, from, amount));
            _requireBooked();
        }
    }

    /// @dev Old allowances, some unlimited: what counts besides is the spender's own standing.
    /// @custom:rule check.balance
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall01_TransferFromPassesIffTheAnswerIsOk(uint256 seed) public {
        _world(seed);
        address[6] memory spenders = [A2, B, SELLER, LISTED, EXAMINING, STRANGER];
        for (uint256 i = 0; i < 4; ++i) {
            (address from, address to) = _oneIn(2) ? (A, B) : (B, A);
            address spender = spenders[_pick(6)];
            if (i == 2) _screen(LISTED, IParticipants.Screening(2 + _pick(2)));
            uint256 amount = _someAmount(from);
            uint256 allowance = _oneIn(2) ? type(uint256).max : amount - (_oneIn(3) && amount > 0 ? 1 : 0);
            _approveFor(from, spender, allowance);
            uint8 reason = _expectedParty(spender);
            require(rulebook.checkParty(spender) == reason, "standing");
            if (reason == Reason.OK) reason = _ask(_movement(IRulebook.Flow.DIRECT, from, to, from, to, amount));
            if (reason == Reason.OK && amount > allowance) reason = Reason.INSUFFICIENT_ALLOWANCE;
            _requireSame(token.detectTransferRestrictionFrom(spender, from, to, amount), reason);
            uint256 before = token.balanceOf(to);
            (bool ok,) = _try(spender, address(token), abi.encodeCall(IERC20.transferFrom, (from, to, amount)));
            require(ok == (reason == Reason.OK), "the answer lied");
            require(token.balanceOf(to) == (ok ? before + amount : before), "received");
            uint256 left = ok && allowance != type(uint256).max ? allowance - amount : allowance;
            require(token.allowance(from, spender) == left, "allowance");
            _requireBooked();
        }
    }

    /// @dev Into a module: FUND, NET_LEG, CONVERT; redeemed through the ramp.
    /// @custom:rule op.redeem op.redeem-screened
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall16_TakenIffTheAnswerIsOk(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (address payer, address payee) = _oneIn(2) ? (A, B) : (B, A);
            uint256 amount = _someAmount(payer);
            IRulebook.Flow flow =
                [IRulebook.Flow.FUND, IRulebook.Flow.NET_LEG, IRulebook.Flow.CONVERT, IRulebook.Flow.REDEEM][_pick(4)];
            bool redeems = flow == IRulebook.Flow.REDEEM;
            if (redeems) payee = address(0);
            else if (flow != IRulebook.Flow.FUND) payee = MODULE;
            _approveFor(payer, redeems ? address(ramp) : MODULE, _oneIn(8) ? amount / 2 : amount);
            uint8 reason = _ask(_movement(flow, payer, payee, payer, redeems ? address(0) : MODULE, amount));
            bool allowed = amount <= token.allowance(payer, redeems ? address(ramp) : MODULE);
            bytes memory data = redeems
                ? abi.encodeWithSignature("redeem(address,uint256,bytes32)", payer, amount, _nextRef())
                : abi.encodeCall(ISettlementToken.take, (flow, payer, payee, amount, "credit", TRADE));
            bool spends = flow != IRulebook.Flow.NET_LEG;
            (bool ok,) = _try(redeems ? RAMP_OFFICE : MODULE, redeems ? address(ramp) : address(token), data);
            require(ok == (reason == Reason.OK && (allowed || !spends)), "the answer lied");
            _requireBooked();
        }
    }

    /// @dev Out of a module: what screening or residency holds back is quarantined, and after the regime what only a
    /// stale list does; anything else passes or fails.
    /// @custom:rule op.pay op.refund op.quarantine
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall05_PaidOutOrQuarantined(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (address payer, address payee) = _oneIn(2) ? (A, B) : (B, A);
            uint256 amount = _pick(120);
            IRulebook.Flow flow =
                [IRulebook.Flow.PAY, IRulebook.Flow.REFUND, IRulebook.Flow.AWARD, IRulebook.Flow.NET_LEG][_pick(4)];
            if (flow == IRulebook.Flow.REFUND) {
                payer = payee;
                // More than was entered is nobody's to refund.
                amount = _pick(_entered[TRADE] + 1);
            }
            if (flow == IRulebook.Flow.NET_LEG) payer = MODULE;
            uint8 reason = _ask(_movement(flow, payer, payee, MODULE, payee, amount));
            uint256 items = quarantine.items();
            uint256 before = token.balanceOf(payee);
            uint256 quarantined = token.balanceOf(address(quarantine));
            bytes memory data = abi.encodeCall(ISettlementToken.payOut, (flow, payer, payee, amount, "credit", TRADE));
            bool isOver = regime.stage() == IRegime.Stage.EXPIRED;
            bool held = reason == 110 || reason == 120 || reason == 80 || reason == 81 || (reason == 130 && isOver);
            (bool ok, bytes memory result) = _try(MODULE, address(token), data);
            require(ok == (reason == Reason.OK || held), "neither paid nor quarantined");
            require(!ok || abi.decode(result, (bool)) == !held, "arrival");
            require(quarantine.items() == (held ? items + 1 : items), "items");
            require(token.balanceOf(payee) == (ok && !held ? before + amount : before), "received");
            require(token.balanceOf(address(quarantine)) == quarantined + (held ? amount : 0), "quarantined");
            if (held) _requireItem(flow, payer, payee, amount);
            _requireBooked();
        }
    }

    function _requireItem(IRulebook.Flow flow, address payer, address payee, uint256 amount) private view {
        IQuarantine.Item memory i = quarantine.itemOf(quarantine.items());
        IQuarantine.Item memory whole =
            IQuarantine.Item(IQuarantine.ItemState.HELD, flow, payer, payee, amount, "credit", TRADE);
        require(keccak256(abi.encode(i)) == keccak256(abi.encode(whole)), "another item");
    }

    /// @custom:rule op.issue-ramp op.issue-reserve op.issue-exposure
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall16_IssuedIffTheAnswerIsOk(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            address to = [A, A, B, MODULE][_pick(4)];
            uint128 amount = uint128(_pick(400));
            bool mined = _oneIn(3);
            if (mined && to == MODULE) to = A;
            address payee = to == MODULE ? address(0) : to;
            IRulebook.Movement memory m = mined
                ? _movement(IRulebook.Flow.INTAKE, MINING, to, address(0), to, amount)
                : _movement(IRulebook.Flow.ISSUE, address(0), payee, address(0), to, amount);
            if (!mined) reserve.depositCash(_oneIn(6) ? 0 : amount, "cover");
            uint8 reason = _ask(m);
            manager.grantRole(THE_RAMP, RAMP_OFFICE, 0);
            bytes memory data = mined
                ? abi.encodeCall(ISettlementToken.intake, (MINING, to, amount, "mined", TRADE))
                : abi.encodeCall(ISettlementToken.issue, (to, amount, _nextRef()));
            (uint256 earmarked,) = token.earmarkOf(to, TRADE);
            (bool ok,) = _try(mined ? MODULE : RAMP_OFFICE, address(token), data);
            require(ok == (reason == Reason.OK), "the answer lied");
            (uint256 now_,) = token.earmarkOf(to, TRADE);
            require(now_ == earmarked + (ok && mined ? amount : 0), "earmark");
            _requireBooked();
        }
    }

    /// @dev Seizure reaches frozen and earmarked value of anybody, and goes to somebody in good standing only; recovery
    /// stays with its holder.
    /// @custom:rule op.seize actor.recovery
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_Pitfall16_EnforcedIffTheAnswerIsOk(uint256 seed) public {
        _world(seed);
        for (uint256 i = 0; i < 4; ++i) {
            (address from, address to) = (PARTIES[_pick(3)], PARTIES[_pick(5)]);
            bool seizes = _oneIn(2);
            uint256 amount = seizes ? _someAmount(from) : token.balanceOf(from);
            IRulebook.Flow flow = seizes ? IRulebook.Flow.SEIZE : IRulebook.Flow.RECOVERY;
            uint8 reason = _ask(_movement(flow, from, to, from, to, amount));
            (uint256 frozenFrom, uint256 frozenTo) = (token.getFrozenTokens(from), token.getFrozenTokens(to));
            bool ok;
            if (seizes) {
                (ok,) = _trySeize(from, to, amount);
            } else {
                bytes32[] memory named = new bytes32[](2);
                (named[0], named[1]) = (TRADE, _tradeOf(STATE_ENTITY, SELLER));
                (ok,) = _try(SUPERVISOR, address(token), abi.encodeCall(ISettlementToken.recover, (from, to, named)));
            }
            require(ok == (reason == Reason.OK && from != to), "the answer lied");
            // Recovery takes the freeze along, seizure leaves it.
            if (ok && !seizes) require(token.getFrozenTokens(to) == frozenFrom + frozenTo, "freeze left behind");
            if (ok && seizes) require(token.getFrozenTokens(to) == frozenTo, "freeze travelled");
            if (ok && !seizes) require(token.balanceOf(from) == 0 && token.getFrozenTokens(from) == 0, "left behind");
            _requireBooked();
        }
    }
}
