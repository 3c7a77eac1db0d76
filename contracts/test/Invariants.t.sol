// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ITradeEscrow} from "../src/interfaces/ITradeEscrow.sol";
import {Handler} from "./Handler.sol";
import {Vm} from "./Vm.sol";

/// @notice What holds after whatever anybody did, in whichever order.
/// forge-config: default.invariant.fail-on-revert = true
contract InvariantsTest {
    struct FuzzSelector {
        address addr;
        bytes4[] selectors;
    }

    Vm private constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    Handler private _handler;

    function setUp() public {
        _handler = new Handler();
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

    /// @dev Supply is issued less redeemed, and the sum of balances; each balance is what the events say.
    function invariant_Supply() public view {
        _handler.checkSupply();
    }

    /// @dev Funded is paid, refunded and locked; reserved is the sum of open draws; the escrow is solvent.
    function invariant_Pitfall06_CreditsAddUp() public view {
        _handler.checkCredits();
    }

    /// @dev A transport document stands behind at most one draw that was not returned.
    function invariant_Pitfall12_DocumentsOnce() public view {
        _handler.checkDocuments();
    }

    /// @dev No movement between residents, none to a party that is not clear, none while suspended, only exits
    /// afterwards; terminal states stay; dry answers are true: see {Handler}.
    function invariant_NoViolation() public view {
        string memory violation = _handler.violation();
        require(bytes(violation).length == 0, violation);
    }

    /// @dev Pitfall 9: whatever happened, time and a stranger bring every credit to an end.
    function afterInvariant() public {
        _handler.windUp();
    }

    /// @dev The default budget of 32 runs of 40 actions reaches every flow and every state.
    function test_HandlerIsEffective() public {
        bytes4[] memory actions = _handler.actions();
        uint256[7] memory flows;
        uint256[7] memory states;
        uint256[6] memory draws;
        uint256 start = vm.snapshotState();
        for (uint256 run = 0; run < 32; ++run) {
            for (uint256 i = 0; i < 40; ++i) {
                uint256 seed = uint256(keccak256(abi.encode(run, i)));
                (bool ok,) = address(_handler).call(abi.encodeWithSelector(actions[seed % actions.length], seed));
                require(ok, "an action reverted");
            }
            invariant_NoViolation();
            invariant_Supply();
            invariant_Pitfall06_CreditsAddUp();
            for (uint8 k = 0; k < 7; ++k) {
                flows[k] += _handler.moved(IRulebook.Flow(k));
                states[k] += _handler.reached(ITradeEscrow.CreditState(k));
                if (k < 6) draws[k] += _handler.drawReached(ITradeEscrow.DrawState(k));
            }
            _handler.windUp();
            require(vm.revertToState(start));
        }
        // Setting up counts as well: eight issues and seven seizures a run.
        flows[uint8(IRulebook.Flow.ISSUE)] -= 32 * 8;
        flows[uint8(IRulebook.Flow.SEIZE)] -= 32 * 7;
        for (uint256 k = 0; k < 7; ++k) {
            require(flows[k] >= 8, "a flow hardly ever moves");
            require(k == 0 || states[k] >= 8, "a credit's state is hardly ever reached");
            require(k == 0 || k > 5 || draws[k] >= 8, "a draw's state is hardly ever reached");
        }
    }
}
