// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

import {Handler} from "./Handler.sol";
import {SystemHandler} from "./SystemHandler.sol";
import {Vm} from "./Vm.sol";

/// @notice What holds after whatever anybody did, in whichever order.
contract InvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    uint256 private constant RUNS = 20;
    uint256 private constant DEPTH = 360;
    /// @dev How often whatever the handler does has to come off in all runs together; an action, three times as often.
    uint256 private constant LEAST = 3;

    SystemHandler private _handler;

    function setUp() public {
        _handler = new SystemHandler();
        _handler.setUp();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), _handler.actions());
    }

    /// @dev All at once: a campaign costs more than a look at everything it leads to.
    /// Supplies are issued less redeemed and the sum of balances, each of them what the events say, and covered; meters,
    /// headroom and exposure are the sums of what was entered; quarantine, escrow, desk and reserve hold what they owe;
    /// nothing is used twice; and no movement broke a rule as it happened: see {Watch} and its kin.
    /// @custom:rule regime.suspended-nothing-moves check.listed check.cap-sliding op.issue-reference
    /// @custom:rule op.issue-reserve compliance.two-person credit.terminal draw.presented-documents
    /// @custom:rule money.domestic money.desk-quote-once money.oracle-median money.oracle-breaker money.intake-once
    /// @custom:rule money.intake-plausible money.coverage-floor variant.open-account credit.irrevocable
    function invariant_Pitfall06_TheRulesHold() public view {
        _handler.checkSupply();
        _handler.checkMeters();
        _handler.checkQuarantine();
        _handler.checkPrices();
        _handler.checkMoney();
        _handler.checkIntake();
        _handler.checkCredits();
        _handler.checkBills();
        string memory violation = _handler.violation();
        require(bytes(violation).length == 0, violation);
    }

    /// @dev Pitfall 9: whatever happened, time and a stranger bring everything to an end, and what was accepted is paid
    /// or in quarantine.
    function afterInvariant() public {
        _handler.windUp(uint256(keccak256(abi.encode(block.timestamp, _handler.credits()))));
        _handler.checkEnded();
        invariant_Pitfall06_TheRulesHold();
    }

    /// @dev The default budget reaches every flow, every end of a credit, the clearing of obligations, and every call
    /// that any action makes, several times each.
    /// @custom:rule regime.wind-down-settles
    function test_HandlerIsEffective() public {
        uint256[12] memory moved;
        uint256[10] memory ended;
        Handler.Effect[] memory sum = new Handler.Effect[](300);
        uint256 cycles;
        uint256 start = vm.snapshotState();
        for (uint256 run = 0; run < RUNS; ++run) {
            _campaign(run);
            bytes32[] memory credits = _handler.credits();
            for (uint256 i = 0; i < credits.length; ++i) {
                ++ended[_handler.stateOf(credits[i])];
            }
            for (uint256 flow = 0; flow < 12; ++flow) {
                moved[flow] += _handler.moves(flow);
            }
            cycles += _handler.cycles();
            _add(sum, _handler.effects());
            afterInvariant();
            require(vm.revertToState(start));
        }
        // Setting up issues and refunds seven gifts a run.
        (moved[3], moved[4]) = (moved[3] - RUNS * 7, moved[4] - RUNS * 7);
        _requireReached(moved, ended);
        _requireEffective(sum);
        require(cycles >= LEAST, "hardly anything is cleared");
    }

    function _campaign(uint256 run) private {
        bytes4[] memory actions = _handler.actions();
        for (uint256 i = 0; i < DEPTH; ++i) {
            uint256 seed = uint256(keccak256(abi.encode(run, i)));
            bytes memory action = abi.encodeWithSelector(actions[seed % actions.length], seed);
            (bool ok, bytes memory result) = address(_handler).call(action);
            require(ok, string.concat("an action reverted: ", string(abi.encode(action, result))));
            if (i % 24 == 0) invariant_Pitfall06_TheRulesHold();
        }
        invariant_Pitfall06_TheRulesHold();
    }

    /// @dev WOUND_DOWN comes with the end of every run.
    function _requireReached(uint256[12] memory moved, uint256[10] memory ended) private pure {
        string memory seen;
        bool all = true;
        for (uint256 i = 0; i < 12; ++i) {
            seen = string.concat(seen, " ", Strings.toString(moved[i]));
            if (moved[i] < LEAST) all = false;
        }
        for (uint256 i = 1; i < 10; ++i) {
            seen = string.concat(seen, i == 1 ? "; " : " ", Strings.toString(ended[i]));
            if (ended[i] < LEAST && i != 9) all = false;
        }
        require(all, string.concat("flows and states hardly ever seen: ", seen));
    }

    /// @dev Names selectors and contracts; what only setting up does is nobody's action.
    function _requireEffective(Handler.Effect[] memory sum) private view {
        string memory seldom;
        for (uint256 i = 0; sum[i].target != address(0); ++i) {
            Handler.Effect memory e = sum[i];
            uint256 least = e.target == address(_handler) ? 3 * LEAST : LEAST;
            if (e.tried == 0 || e.passed >= least) continue;
            string memory call =
                string.concat(Strings.toHexString(uint32(e.selector), 4), " of ", Strings.toHexString(e.target), ": ");
            seldom = string.concat(seldom, call, Strings.toString(e.passed), "/", Strings.toString(e.tried), " ");
        }
        require(bytes(seldom).length == 0, string.concat("hardly ever done: ", seldom));
    }

    function _add(Handler.Effect[] memory sum, Handler.Effect[] memory more) private pure {
        for (uint256 i = 0; i < more.length; ++i) {
            uint256 j = 0;
            while (sum[j].target != address(0)) {
                if (sum[j].target == more[i].target && sum[j].selector == more[i].selector) break;
                ++j;
            }
            (sum[j].target, sum[j].selector) = (more[i].target, more[i].selector);
            (sum[j].tried, sum[j].passed) = (sum[j].tried + more[i].tried, sum[j].passed + more[i].passed);
        }
    }
}
