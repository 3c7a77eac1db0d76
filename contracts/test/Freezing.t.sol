// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {Reason} from "../src/Reason.sol";
import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Fixture} from "./Fixture.sol";

/// @notice What is frozen or earmarked, who is protected, and what the offices and modules may do with the token.
contract FreezingTest is Fixture {
    bytes4 private constant PROTECTED = ISettlementToken.SettlementToken_ProtectedAccount.selector;

    function setUp() public override {
        super.setUp();
        _activate(_programme());
    }

    /// @custom:rule op.freeze op.seize
    function testFuzz_SeizureUnfreezesExactlyWhatItMust(uint56 balance, uint56 frozen, uint56 amount) public {
        frozen = uint56(frozen % (uint256(balance) + 1));
        amount = uint56(amount % (uint256(balance) + 1));
        _give(SELLER, balance);
        _freeze(SELLER, frozen);
        (bool ok,) = _trySeize(SELLER, BUYER_ABROAD, amount);
        uint256 free = balance - frozen;
        uint256 must = amount > free ? amount - free : 0;
        require(ok && token.getFrozenTokens(SELLER) == frozen - must, "frozen");
        require(token.balanceOf(SELLER) == balance - amount && token.balanceOf(BUYER_ABROAD) == amount, "moved");
        require(token.getFrozenTokens(BUYER_ABROAD) == 0, "freeze travelled");
    }

    /// @dev More frozen than held: nothing underflows, nothing leaves but by enforcement. All that is seized was
    /// frozen, so the freeze falls by just as much, and what may still come in stays frozen.
    /// @custom:rule check.frozen
    function testFuzz_Pitfall03_FrozenAboveTheBalance(uint56 balance, uint256 frozen, uint56 amount) public {
        _give(SELLER, balance);
        if (frozen <= balance) frozen += uint256(balance) + 1;
        _freeze(SELLER, frozen);
        uint8 reason = token.detectTransferRestriction(SELLER, STATE_ENTITY, amount);
        uint8 expected = amount == 0 ? Reason.OK : amount > balance ? Reason.INSUFFICIENT_BALANCE : Reason.FROZEN;
        require(reason == expected, "reason");
        amount = uint56(amount % (uint256(balance) + 1));
        (bool ok,) = _trySeize(SELLER, BUYER_ABROAD, amount);
        require(ok && token.getFrozenTokens(SELLER) == frozen - amount, "frozen");
        require(token.balanceOf(SELLER) == balance - amount && token.balanceOf(BUYER_ABROAD) == amount, "moved");
        _give(SELLER, 1);
        bool opened = token.canTransfer(SELLER, STATE_ENTITY, 1);
        require(token.canTransfer(SELLER, STATE_ENTITY, 0) && opened == (frozen == amount), "came free");
    }

    /// @dev One person freezes more; less takes two, whoever they are.
    /// @custom:rule op.freeze compliance.two-person actor.supervisor
    function testFuzz_FreezeByOne_ReleaseByTwo(uint256 before, uint256 then, bool bySupervisor) public {
        if (before % 4 == 0) then = before;
        address actor = bySupervisor ? SUPERVISOR : CO_APPROVER;
        address other = bySupervisor ? CO_APPROVER : SUPERVISOR;
        _freeze(SELLER, before);
        bytes memory data = abi.encodeCall(IERC7943Fungible.setFrozenTokens, (SELLER, then));
        if (then < before) {
            bytes memory alone = abi.encodeWithSelector(IDualControl.DualControl_NotProposed.selector, keccak256(data));
            _refused(actor, address(token), data, alone);
            (bool ok,) = _tryTogether(actor, actor, address(token), data);
            require(!ok && token.getFrozenTokens(SELLER) == before, "released by one");
            _together(other, actor, address(token), data);
        } else {
            _passed(actor, address(token), data);
        }
        require(token.getFrozenTokens(SELLER) == then, "frozen");
    }

    /// @custom:rule op.seize
    function testFuzz_Pitfall02_SeizureToOneselfUnfreezesNothing(uint8 amount, uint256 frozen) public {
        _give(SELLER, 255);
        _freeze(SELLER, frozen);
        (bool ok, bytes memory result) = _trySeize(SELLER, SELLER, amount);
        require(!ok && keccak256(result) == keccak256(abi.encodeWithSelector(PROTECTED, SELLER)), "to oneself");
        require(token.getFrozenTokens(SELLER) == frozen);
    }

    /// @dev Whatever befell the holder, enforcement reaches it.
    /// @custom:rule op.seize
    function testFuzz_Pitfall04_ABlockDoesNotStopEnforcement(uint8 licence, uint8 screening, uint8 amount, bool retire)
        public
    {
        _give(LISTED, 255);
        _freeze(LISTED, type(uint256).max);
        _license(LISTED, IParticipants.LicenceStatus(licence % 4), START - 1);
        _renewKyc(LISTED, START - 1);
        _screen(LISTED, IParticipants.Screening(1 + screening % 4));
        if (retire) {
            _rotate(LISTED, address(0x71));
        }
        (bool ok,) = _trySeize(LISTED, SELLER, amount);
        require(ok && token.balanceOf(SELLER) == amount);
    }

    /// @custom:rule op.seize
    function testFuzz_Pitfall06_ModulesAreProtected(uint8 amount) public {
        vm.prank(RAMP_OFFICE);
        ramp.issue(MODULE, 255, _nextRef());
        _give(STATE_ENTITY, 255);
        bytes memory expected = abi.encodeWithSelector(PROTECTED, MODULE);
        bytes memory data = abi.encodeCall(IERC7943Fungible.setFrozenTokens, (MODULE, amount));
        _refused(SUPERVISOR, address(token), data, expected);
        address[2] memory ends = [STATE_ENTITY, MODULE];
        for (uint256 i = 0; i < 3; ++i) {
            (bool ok, bytes memory result) = _trySeize(i == 0 ? STATE_ENTITY : MODULE, ends[i == 1 ? 0 : 1], amount);
            require(!ok && keccak256(result) == keccak256(expected), "seized from or to a module");
        }
        data = abi.encodeCall(ISettlementToken.recover, (MODULE, STATE_ENTITY, new bytes32[](0)));
        _refused(SUPERVISOR, address(token), data, expected);
        (bool sent,) = _try(STATE_ENTITY, address(token), abi.encodeCall(IERC20.transfer, (MODULE, amount)));
        require(!sent && token.balanceOf(MODULE) == 255, "sent to a module");
    }

    /// @dev A freeze would outlive the step to a module, whose account nobody can unfreeze or seize.
    function testFuzz_Pitfall06_AFrozenAccountBecomesNoModule(address account, uint256 frozen, uint16 flows) public {
        vm.assume(token.moduleFlows(account) == 0 && flows != 0);
        _freeze(account, frozen);
        bytes memory data = abi.encodeCall(ISettlementToken.registerModule, (account, flows));
        (bool ok, bytes memory result) = _tryTogether(CO_APPROVER, SUPERVISOR, address(token), data);
        bytes memory expected = frozen > 0 ? abi.encodeWithSelector(PROTECTED, account) : bytes("");
        require(ok == (frozen == 0) && keccak256(result) == keccak256(expected), "a frozen module");
        if (frozen > 0) _freeze(account, 0);
        _module(account, flows);
        require(token.moduleFlows(account) == flows);
    }

    // Earmarks

    /// @dev Mined SU is good for its trade only, through a credit and back, until the trade has ended.
    /// @custom:rule check.earmarked money.intake-shape
    function testFuzz_EarmarkedForOneTrade(uint48 mined, uint48 other, uint48 funded, uint48 refunded) public {
        vm.assume(mined > 0 && funded > 0);
        bytes32 trade = _tradeOf(STATE_ENTITY, SELLER);
        bytes32 another = _tradeOf(STATE_ENTITY, BUYER_ABROAD);
        _give(STATE_ENTITY, other);
        manager.grantRole(THE_RAMP, address(this), 0);
        reserve.depositCash(mined, "cover");
        vm.prank(MODULE);
        token.intake(MINING, STATE_ENTITY, mined, "output", trade);
        uint256 all = uint256(mined) + other;
        require(token.detectTransferRestriction(STATE_ENTITY, BUYER_ABROAD, other) == Reason.OK, "what is free");
        uint8 reason = token.detectTransferRestriction(STATE_ENTITY, BUYER_ABROAD, uint256(other) + 1);
        require(reason == Reason.EARMARKED, "for another trade");
        require(token.detectTransferRestriction(STATE_ENTITY, SELLER, all) == Reason.OK, "for its own");

        funded = uint48(1 + funded % all);
        _approveFor(STATE_ENTITY, MODULE, funded);
        vm.prank(MODULE);
        token.take(IRulebook.Flow.FUND, STATE_ENTITY, SELLER, funded, "credit", trade);
        uint256 used = funded < mined ? funded : mined;
        _requireEarmark(trade, mined - used);
        refunded = uint48(refunded % (uint256(funded) + 1));
        vm.prank(MODULE);
        token.payOut(IRulebook.Flow.REFUND, STATE_ENTITY, STATE_ENTITY, refunded, "credit", trade);
        _requireEarmark(trade, mined - used + (refunded < used ? refunded : used));

        bytes memory release = abi.encodeCall(ISettlementToken.releaseEarmark, (STATE_ENTITY, trade));
        bytes4 runs = ISettlementToken.SettlementToken_TradeRuns.selector;
        _refused(STRANGER, address(token), release, abi.encodeWithSelector(runs, trade));
        _refused(STATE_ENTITY, address(token), release, abi.encodeWithSelector(runs, trade));
        vm.warp(END + 1);
        _passed(STRANGER, address(token), release);
        _requireEarmark(trade, 0);
        _requireEarmark(another, 0);
    }

    function _requireEarmark(bytes32 trade, uint256 expected) private view {
        (uint256 forTrade, uint256 inAll) = token.earmarkOf(STATE_ENTITY, trade);
        require(forTrade == expected && inAll == expected, "earmark");
    }

    /// @dev A recovery names every trade that anything is earmarked for, and takes all of it along.
    /// @custom:rule actor.recovery
    function testFuzz_RecoveryTakesEarmarksAlong(uint32 first, uint32 second, bool nameAll, uint256 frozen) public {
        bytes32[] memory named = new bytes32[](nameAll ? 2 : 1);
        named[0] = _tradeOf(STATE_ENTITY, SELLER);
        if (nameAll) named[1] = _tradeOf(STATE_ENTITY, BUYER_ABROAD);
        manager.grantRole(THE_RAMP, address(this), 0);
        reserve.depositCash(uint256(first) + second, "cover");
        vm.prank(MODULE);
        token.intake(MINING, STATE_ENTITY, first, "output", named[0]);
        vm.prank(MODULE);
        token.intake(MINING, STATE_ENTITY, second, "output", _tradeOf(STATE_ENTITY, BUYER_ABROAD));
        _freeze(STATE_ENTITY, frozen);
        bytes memory data = abi.encodeCall(ISettlementToken.recover, (STATE_ENTITY, STATE_ENTITY_2, named));
        if (!nameAll && second > 0) {
            bytes4 left = ISettlementToken.SettlementToken_EarmarksLeft.selector;
            _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(left, second));
            return;
        }
        _passed(SUPERVISOR, address(token), data);
        (uint256 forTrade, uint256 inAll) = token.earmarkOf(STATE_ENTITY_2, named[0]);
        require(forTrade == first && inAll == uint256(first) + second, "earmarks");
        _requireEarmark(named[0], 0);
        require(token.balanceOf(STATE_ENTITY_2) == uint256(first) + second, "value");
        require(token.getFrozenTokens(STATE_ENTITY_2) == frozen && token.getFrozenTokens(STATE_ENTITY) == 0, "freeze");
    }

    // Offices, modules, standards

    /// @custom:rule op.issue-reference
    function testFuzz_ReferencesAreUsedOnce(bytes32 ref, bool redeemFirst, bool redeemThen) public {
        _give(STATE_ENTITY, 100);
        _approveFor(STATE_ENTITY, address(ramp), 100);
        bytes memory issue = abi.encodeWithSignature("issue(address,uint128,bytes32)", STATE_ENTITY, 1, ref);
        bytes memory redeem = abi.encodeWithSignature("redeem(address,uint256,bytes32)", STATE_ENTITY, 1, ref);
        (bool ok,) = _try(RAMP_OFFICE, address(ramp), redeemFirst ? redeem : issue);
        require(ok == (ref != 0), "first use");
        bytes memory used = abi.encodeWithSelector(ISettlementToken.SettlementToken_ReferenceUsed.selector, ref);
        _refused(RAMP_OFFICE, address(ramp), redeemThen ? redeem : issue, used);
    }

    /// @custom:rule check.flow
    function testFuzz_AModuleMovesItsOwnFlowsOnly(address module, uint16 flows, uint8 flowSeed, uint8 way) public {
        vm.assume(token.moduleFlows(module) == 0);
        _module(module, flows);
        IRulebook.Flow flow = IRulebook.Flow(flowSeed % 12);
        if (flow == IRulebook.Flow.INTAKE) way = 2;
        bytes memory data = abi.encodeCall(ISettlementToken.take, (flow, SELLER, STATE_ENTITY, 0, "credit", 0));
        if (way % 4 == 1) {
            data = abi.encodeCall(ISettlementToken.payOut, (flow, SELLER, STATE_ENTITY, 0, "credit", 0));
        } else if (way % 4 == 2) {
            flow = IRulebook.Flow.INTAKE;
            data = abi.encodeCall(ISettlementToken.intake, (MINING, STATE_ENTITY, 0, "output", 0));
        } else if (way % 4 == 3) {
            data = abi.encodeCall(ISettlementToken.impound, (flow, SELLER, STATE_ENTITY, 0, "credit", 0));
        }
        bool may = flows / 2 ** uint8(flow) % 2 == 1;
        bytes memory refusal = abi.encodeWithSelector(ISettlementToken.SettlementToken_NotModule.selector, module);
        (bool ok, bytes memory result) = _try(module, address(token), data);
        require(may == (ok || keccak256(result) != keccak256(refusal)), "not by its flows");
    }

    /// @custom:rule actor.office
    function testFuzz_Restricted(address caller, uint256 which) public {
        bytes[8] memory calls = [
            abi.encodeCall(ISettlementToken.registerModule, (STRANGER, 1)),
            abi.encodeCall(ISettlementToken.setQuarantine, (STRANGER)),
            abi.encodeCall(ISettlementToken.recover, (SELLER, SELLER_2, new bytes32[](0))),
            abi.encodeCall(IERC7943Fungible.setFrozenTokens, (SELLER, 1)),
            abi.encodeCall(IERC7943Fungible.forcedTransfer, (STATE_ENTITY, SELLER, 1)),
            abi.encodeCall(IDualControl.propose, ("anything")),
            abi.encodeCall(ISettlementToken.issue, (STATE_ENTITY, 1, "ref")),
            abi.encodeCall(ISettlementToken.redeem, (STATE_ENTITY, 1, "ref"))
        ];
        which %= 8;
        bool office = caller == SUPERVISOR || (which > 2 && caller == CO_APPROVER);
        if (which < 6 ? office : caller == address(ramp)) caller = RAMP_OFFICE;
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(token), calls[which], expected);
    }

    function testFuzz_SupportsInterface(bytes4 id) public view {
        require(token.supportsInterface(0x3edbb4c4), "ERC-7943");
        require(token.supportsInterface(type(IERC165).interfaceId) && token.supportsInterface(type(IERC20).interfaceId));
        bool known = id == 0x3edbb4c4 || id == type(IERC165).interfaceId || id == type(IERC20).interfaceId;
        require(id != 0xffffffff ? known || !token.supportsInterface(id) : !token.supportsInterface(id));
    }
}
