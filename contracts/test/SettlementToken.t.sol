// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {Reason} from "../src/Reason.sol";
import {IERC7943Fungible} from "../src/interfaces/IERC7943.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Fixture} from "./Fixture.sol";

/// @notice A dry answer OK if and only if the real operation passes; freezing, seizing, spenders.
contract SettlementTokenTest is Fixture {
    address private constant A = address(0xa);
    address private constant B = address(0xb);
    address private constant SPENDER = address(0xc);
    address private constant MODULE = address(0xd);

    /// @dev Random programme and parties; A and the module hold 100 where they can; then a random later stage.
    function _world(uint256 seed, uint256 frozen) private {
        _sow(seed);
        IRegime.Programme memory programme = _programme();
        programme.domesticBan = !_oneIn(5);
        programme.directPayments = !_oneIn(10);
        _activate(programme);
        if (!_oneIn(3)) _openPhaseTwo();
        IRegime.Stage stage = _oneIn(4) ? IRegime.Stage(3 + _pick(3)) : IRegime.Stage.ACTIVE;
        uint256 time = START;
        if (stage == IRegime.Stage.WIND_DOWN) time = END + 1;
        if (stage == IRegime.Stage.EXPIRED) time = WIND_DOWN_END + 1;
        bool knownA = _randomParty(A, time);
        bool knownB = _randomParty(B, time);
        bool knownSpender = _randomParty(SPENDER, time);
        _fillModule(200);
        if (knownA) {
            // Back out of a credit: this way value reaches a party of any role and standing that is clear.
            vm.prank(MODULE);
            token.payOut(A, A, 100, "credit");
        }
        _freeze(A, frozen);
        if (knownA) _randomScreening(A);
        if (knownB) _randomScreening(B);
        if (knownSpender) _randomScreening(SPENDER);
        _leave(stage, _oneIn(2));
    }

    function _fillModule(uint128 amount) private {
        vm.prank(SUPERVISOR);
        token.registerModule(MODULE);
        _give(STATE_BANK, amount);
        vm.prank(STATE_BANK);
        token.approve(MODULE, amount);
        vm.prank(MODULE);
        token.fund(STATE_BANK, SELLER, amount, "credit");
    }

    function _approve(address owner, address spender, uint256 amount) private {
        vm.prank(owner);
        token.approve(spender, amount);
    }

    /// @dev Half of the amounts around the balance, some anywhere.
    function _amount(uint256 amount) private returns (uint256) {
        if (_oneIn(2)) return amount % 101;
        return _oneIn(4) ? amount : 99 + amount % 3;
    }

    // Truthful answers

    /// forge-config: default.fuzz.runs = 1024
    function testFuzz_Pitfall16_TransferPassesIffTheAnswerIsOk(uint256 seed, uint256 amount, uint256 frozen) public {
        _world(seed, seed % 3 == 0 ? frozen : frozen % 110);
        amount = _amount(amount);
        address to = _oneIn(12) ? A : B;
        uint8 reason = token.detectTransferRestriction(A, to, amount);
        require(token.canTransfer(A, to, amount) == (reason == 0), "ERC-7943 and ERC-1404 disagree");
        uint256 before = token.balanceOf(A);
        (bool ok,) = _try(A, address(token), abi.encodeCall(IERC20.transfer, (to, amount)));
        require(ok == (reason == Reason.OK), "the answer lied");
        if (ok && to != A) require(token.balanceOf(A) == before - amount && token.balanceOf(B) == amount);
        else require(token.balanceOf(A) == before);
    }

    /// forge-config: default.fuzz.runs = 1024
    function testFuzz_Pitfall16_TransferFromPassesIffTheAnswerIsOk(
        uint256 seed,
        uint256 amount,
        uint256 frozen,
        uint256 allowance
    ) public {
        _world(seed, seed % 3 == 0 ? frozen : frozen % 110);
        amount = _amount(amount);
        allowance = _oneIn(3) ? type(uint256).max : _oneIn(2) ? allowance % 110 : amount;
        address spender = _oneIn(8) ? A : SPENDER;
        _approve(A, spender, allowance);
        uint8 reason = token.detectTransferRestrictionFrom(spender, A, B, amount);
        (bool ok,) = _try(spender, address(token), abi.encodeCall(IERC20.transferFrom, (A, B, amount)));
        require(ok == (reason == Reason.OK), "the answer lied");
        uint256 left = ok && allowance != type(uint256).max ? allowance - amount : allowance;
        require(token.allowance(A, spender) == left, "allowance");
        require(token.balanceOf(B) == (ok ? amount : 0), "received");
    }

    /// @dev Operational guards hold: the caller has the role, the reference is new, the allowance is there.
    /// forge-config: default.fuzz.runs = 1024
    function testFuzz_Pitfall16_RampAndModulePassIffTheAnswerIsOk(
        uint256 seed,
        uint256 amount,
        uint256 frozen,
        uint8 flowSeed
    ) public {
        _world(seed, seed % 3 == 0 ? frozen : frozen % 110);
        amount = _amount(amount) % type(uint128).max;
        _approve(A, RAMP, amount);
        _approve(A, MODULE, amount);
        uint256 kind = flowSeed % 5;
        IRulebook.Flow flow = [
            IRulebook.Flow.ISSUE, IRulebook.Flow.REDEEM, IRulebook.Flow.FUND, IRulebook.Flow.PAY, IRulebook.Flow.REFUND
        ][kind];
        address payer = kind == 0 ? address(0) : A;
        address payee = kind == 0 ? A : kind == 1 ? address(0) : kind == 4 ? A : B;
        address from = kind == 0 ? address(0) : kind > 2 ? MODULE : A;
        uint8 reason = token.checkFlow(flow, payer, payee, from, amount);
        uint256 supply = token.totalSupply();

        (bool ok,) = _try(kind < 2 ? RAMP : MODULE, address(token), _operation(kind, amount));
        require(ok == (reason == Reason.OK), "the answer lied");
        uint256 issued = ok && kind == 0 ? amount : 0;
        uint256 redeemed = ok && kind == 1 ? amount : 0;
        require(token.totalSupply() == supply + issued - redeemed, "supply");
        require(!ok || kind == 0 || token.allowance(A, kind == 1 ? RAMP : MODULE) == (kind < 3 ? 0 : amount), "spent");
    }

    function _operation(uint256 kind, uint256 amount) private pure returns (bytes memory) {
        if (kind == 0) return abi.encodeCall(ISettlementToken.issue, (A, uint128(amount), "new"));
        if (kind == 1) return abi.encodeCall(ISettlementToken.redeem, (A, amount, "new"));
        if (kind == 2) return abi.encodeCall(ISettlementToken.fund, (A, B, amount, "credit"));
        return abi.encodeCall(ISettlementToken.payOut, (A, kind == 3 ? B : A, amount, "credit"));
    }

    function testFuzz_Pitfall16_SeizurePassesIffTheAnswerIsOk(uint256 seed, uint256 amount, uint256 frozen) public {
        _world(seed, frozen);
        amount = _amount(amount);
        uint8 reason = token.checkFlow(IRulebook.Flow.SEIZE, A, B, A, amount);
        (bool ok,) = _try(SUPERVISOR, address(token), abi.encodeCall(IERC7943Fungible.forcedTransfer, (A, B, amount)));
        require(ok == (reason == Reason.OK), "the answer lied");
    }

    /// @dev The worlds of these tests let a fair share pass.
    function test_WorldsAreVaried() public {
        uint256 start = vm.snapshotState();
        uint256 passed;
        for (uint256 seed = 0; seed < 200; ++seed) {
            _world(seed, seed % 30);
            if (token.detectTransferRestriction(A, B, 1 + _pick(80)) == 0) ++passed;
            require(vm.revertToState(start));
        }
        require(passed > 30 && passed < 170, "share");
    }

    // Spenders

    /// @dev Old unlimited allowance, good owner and payee: what counts is the spender.
    function testFuzz_Pitfall01_SpenderOutOfStandingMovesNothing(uint256 seed, uint8 amount) public {
        _activate(_programme());
        _give(STATE_BANK, 255);
        _sow(seed);
        bool known = _randomParty(SPENDER, block.timestamp);
        _approve(STATE_BANK, SPENDER, type(uint256).max);
        if (known) _screen(SPENDER, IParticipants.Screening(_pick(4)));
        uint8 standing = rulebook.checkParty(SPENDER);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (STATE_BANK, SELLER, amount));
        if (standing != Reason.OK) _refused(SPENDER, address(token), data, _refusal(standing));
        else _try(SPENDER, address(token), data);
        require(token.balanceOf(SELLER) == (standing == Reason.OK ? amount : 0));
    }

    function test_Pitfall01_ListedSpenderWithAnOldAllowance() public {
        _activate(_programme());
        _give(STATE_BANK, 100);
        _approve(STATE_BANK, LISTED, type(uint256).max);
        _approve(STATE_BANK, STRANGER, type(uint256).max);
        bytes memory data = abi.encodeCall(IERC20.transferFrom, (STATE_BANK, SELLER, 1));
        _refused(STRANGER, address(token), data, _refusal(Reason.PARTICIPANT_UNKNOWN));
        vm.prank(LISTED);
        token.transferFrom(STATE_BANK, SELLER, 1);
        _screen(LISTED, IParticipants.Screening.TRUE_MATCH);
        _refused(LISTED, address(token), data, _refusal(Reason.LISTED_PARTY));
        _screen(LISTED, IParticipants.Screening.POTENTIAL);
        _refused(LISTED, address(token), data, _refusal(Reason.SCREENING_HOLD));
    }

    // Freezing and seizing

    function testFuzz_SeizureUnfreezesExactlyWhatItMust(uint64 balance, uint64 frozen, uint64 amount) public {
        _activate(_programme());
        frozen = balance == type(uint64).max ? frozen : frozen % (balance + 1);
        amount = balance == type(uint64).max ? amount : amount % (balance + 1);
        _give(SELLER, balance);
        _freeze(SELLER, frozen);
        vm.prank(SUPERVISOR);
        token.forcedTransfer(SELLER, BUYER_ABROAD, amount);

        uint256 free = balance - frozen;
        uint256 must = amount > free ? amount - free : 0;
        require(token.getFrozenTokens(SELLER) == frozen - must, "frozen");
        require(token.balanceOf(SELLER) == balance - amount && token.balanceOf(BUYER_ABROAD) == amount, "moved");
        require(token.getFrozenTokens(BUYER_ABROAD) == 0, "freeze travelled");
    }

    /// @dev More frozen than held: nothing underflows, nothing leaves but by enforcement. All that is seized was
    /// frozen, so the freeze falls by just as much, and what may still come in stays frozen.
    function testFuzz_Pitfall03_FrozenAboveTheBalance(uint64 balance, uint256 frozen, uint64 amount) public {
        _activate(_programme());
        _give(SELLER, balance);
        if (frozen <= balance) frozen += uint256(balance) + 1;
        _freeze(SELLER, frozen);
        require(token.getFrozenTokens(SELLER) == frozen);
        uint8 reason = token.detectTransferRestriction(SELLER, STATE_BANK, amount);
        uint8 expected = amount == 0 ? Reason.OK : amount > balance ? Reason.INSUFFICIENT_BALANCE : Reason.FROZEN;
        require(reason == expected, "reason");
        if (reason == Reason.FROZEN) {
            _refused(
                SELLER,
                address(token),
                abi.encodeCall(IERC20.transfer, (STATE_BANK, amount)),
                abi.encodeWithSelector(IERC7943Fungible.ERC7943InsufficientUnfrozenBalance.selector, SELLER, amount, 0)
            );
        }
        amount = uint64(amount % (uint256(balance) + 1));
        vm.prank(SUPERVISOR);
        token.forcedTransfer(SELLER, BUYER_ABROAD, amount);
        require(token.getFrozenTokens(SELLER) == frozen - amount, "frozen");
        require(token.balanceOf(SELLER) == balance - amount && token.balanceOf(BUYER_ABROAD) == amount, "moved");
        require(token.getFrozenTokens(BUYER_ABROAD) == 0, "freeze travelled");
        _give(SELLER, 1);
        require(token.canTransfer(SELLER, STATE_BANK, 0) && !token.canTransfer(SELLER, STATE_BANK, 1), "came free");
    }

    /// @dev Seized to somebody in full good standing only; refused, nothing moves and nothing is unfrozen.
    function testFuzz_SeizureGoesToSomebodyInGoodStanding(uint256 seed, uint8 amount, uint256 frozen) public {
        _activate(_programme());
        _give(SELLER, 255);
        _freeze(SELLER, frozen);
        _sow(seed);
        if (_randomParty(B, block.timestamp)) _randomScreening(B);
        uint8 standing = rulebook.checkParty(B);
        bytes memory data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (SELLER, B, amount));
        if (standing == Reason.OK) {
            (bool ok,) = _try(SUPERVISOR, address(token), data);
            require(ok, "in good standing, yet refused");
            require(token.balanceOf(B) == amount);
        } else {
            _refused(SUPERVISOR, address(token), data, _refusal(standing));
            require(token.balanceOf(SELLER) == 255 && token.getFrozenTokens(SELLER) == frozen);
        }
    }

    function testFuzz_Pitfall02_SeizureToOneselfUnfreezesNothing(uint8 amount, uint256 frozen) public {
        _activate(_programme());
        _give(SELLER, 255);
        _freeze(SELLER, frozen);
        bytes memory expected =
            abi.encodeWithSelector(ISettlementToken.SettlementToken_ProtectedAccount.selector, SELLER);
        bytes memory data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (SELLER, SELLER, amount));
        _refused(SUPERVISOR, address(token), data, expected);
        require(token.getFrozenTokens(SELLER) == frozen);
    }

    function testFuzz_Pitfall04_ABlockDoesNotStopEnforcement(uint8 licence, uint8 screening, uint8 amount) public {
        _activate(_programme());
        _give(LISTED, 255);
        _freeze(LISTED, type(uint256).max);
        _license(LISTED, IParticipants.LicenceStatus(licence % 4), START - 1);
        _screen(LISTED, IParticipants.Screening(screening % 4));
        vm.prank(SUPERVISOR);
        token.forcedTransfer(LISTED, SELLER, amount);
        require(token.balanceOf(SELLER) == amount);
    }

    function testFuzz_Pitfall06_ModulesAreProtected(uint8 amount) public {
        _activate(_programme());
        _fillModule(100);
        bytes4 selector = ISettlementToken.SettlementToken_ProtectedAccount.selector;
        bytes memory data = abi.encodeCall(IERC7943Fungible.setFrozenTokens, (MODULE, amount));
        _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(selector, MODULE));
        data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (MODULE, SELLER, amount));
        _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(selector, MODULE));
        data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (MODULE, MODULE, amount));
        _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(selector, MODULE));
        _give(STATE_BANK, amount);
        data = abi.encodeCall(IERC7943Fungible.forcedTransfer, (STATE_BANK, MODULE, amount));
        _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(selector, MODULE));
        (bool ok,) = _try(STATE_BANK, address(token), abi.encodeCall(IERC20.transfer, (MODULE, amount)));
        require(!ok, "sent to a module");
        require(token.balanceOf(MODULE) == 100);
    }

    /// @dev A freeze would outlive the step to a module, whose account nobody can unfreeze or seize.
    function testFuzz_Pitfall06_AFrozenAccountBecomesNoModule(address account, uint256 frozen) public {
        vm.assume(account != address(escrow));
        _freeze(account, frozen);
        bytes memory data = abi.encodeCall(ISettlementToken.registerModule, (account));
        if (frozen > 0) {
            bytes4 selector = ISettlementToken.SettlementToken_ProtectedAccount.selector;
            _refused(SUPERVISOR, address(token), data, abi.encodeWithSelector(selector, account));
            require(!token.isModule(account), "a module all the same");
            _freeze(account, 0);
        }
        (bool ok,) = _try(SUPERVISOR, address(token), data);
        require(ok && token.isModule(account), "not frozen, yet refused");
    }

    // Supply and standards

    /// @dev What is issued fits the escrow's amounts; a larger number is no amount at all.
    function testFuzz_IssueTakes128Bits(uint256 amount, uint8 small) public {
        _activate(_programme());
        amount = small % 3 == 0 ? amount : small % 3 == 1 ? amount % 2 ** 128 : 2 ** 128 - 1 + amount % 2;
        bytes memory data = abi.encodeWithSelector(ISettlementToken.issue.selector, STATE_BANK, amount, "ref");
        bool fits = amount / 2 ** 128 == 0;
        if (!fits) _refused(RAMP, address(token), data, "");
        else require(_issues(data), "fits, yet refused");
        require(token.totalSupply() == (fits ? amount : 0) && token.balanceOf(STATE_BANK) == token.totalSupply());
    }

    function _issues(bytes memory data) private returns (bool ok) {
        (ok,) = _try(RAMP, address(token), data);
    }

    function testFuzz_ReferencesAreUsedOnce(bytes32 ref, bool redeemFirst, bool redeemThen) public {
        _activate(_programme());
        _give(STATE_BANK, 100);
        _approve(STATE_BANK, RAMP, 100);
        bytes memory issue = abi.encodeCall(ISettlementToken.issue, (STATE_BANK, 1, ref));
        bytes memory redeem = abi.encodeCall(ISettlementToken.redeem, (STATE_BANK, 1, ref));
        (bool ok,) = _try(RAMP, address(token), redeemFirst ? redeem : issue);
        require(ok == (ref != 0), "first use");
        bytes memory used = abi.encodeWithSelector(ISettlementToken.SettlementToken_ReferenceUsed.selector, ref);
        _refused(RAMP, address(token), redeemThen ? redeem : issue, used);
    }

    function testFuzz_RedeemNeedsTheHoldersAllowance(uint64 balance, uint64 allowance, uint64 amount) public {
        _activate(_programme());
        _give(SELLER, balance);
        _approve(SELLER, RAMP, allowance);
        (bool ok, bytes memory result) =
            _try(RAMP, address(token), abi.encodeCall(ISettlementToken.redeem, (SELLER, amount, "off")));
        require(ok == (amount <= balance && amount <= allowance));
        if (!ok && amount <= balance) {
            bytes memory expected =
                abi.encodeWithSelector(IERC20Errors.ERC20InsufficientAllowance.selector, RAMP, allowance, amount);
            require(keccak256(result) == keccak256(expected));
        }
    }

    function testFuzz_SupportsInterface(bytes4 id) public view {
        require(token.supportsInterface(0x3edbb4c4), "ERC-7943");
        require(token.supportsInterface(type(IERC165).interfaceId) && token.supportsInterface(type(IERC20).interfaceId));
        require(!token.supportsInterface(0xffffffff));
        bool known = id == 0x3edbb4c4 || id == type(IERC165).interfaceId || id == type(IERC20).interfaceId;
        require(known || !token.supportsInterface(id));
    }

    function testFuzz_Restricted(address caller, uint256 which) public {
        bytes[5] memory calls = [
            abi.encodeCall(ISettlementToken.registerModule, (STRANGER)),
            abi.encodeCall(IERC7943Fungible.setFrozenTokens, (SELLER, 1)),
            abi.encodeCall(IERC7943Fungible.forcedTransfer, (STATE_BANK, SELLER, 1)),
            abi.encodeCall(ISettlementToken.issue, (STATE_BANK, 1, "ref")),
            abi.encodeCall(ISettlementToken.redeem, (STATE_BANK, 1, "ref"))
        ];
        which %= 5;
        if (caller == (which < 3 ? SUPERVISOR : RAMP)) caller = STRANGER;
        bytes memory expected = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, caller);
        _refused(caller, address(token), calls[which], expected);
    }

    function testFuzz_OnlyModulesFundAndPayOut(address caller, uint8 amount) public {
        _activate(_programme());
        _fillModule(100);
        vm.assume(caller != MODULE && caller != address(escrow));
        bytes memory expected = abi.encodeWithSelector(ISettlementToken.SettlementToken_NotModule.selector, caller);
        bytes memory data = abi.encodeCall(ISettlementToken.fund, (STATE_BANK, SELLER, amount, "credit"));
        _refused(caller, address(token), data, expected);
        data = abi.encodeCall(ISettlementToken.payOut, (STATE_BANK, SELLER, amount, "credit"));
        _refused(caller, address(token), data, expected);
    }
}
