// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

/// @notice What of Halmos's own cheatcodes the proofs use: values that stand for every value of their type.
interface Svm {
    function createAddress(string memory name) external pure returns (address);
    function createBool(string memory name) external pure returns (bool);
    function createBytes(uint256 size, string memory name) external pure returns (bytes memory);
    function createBytes32(string memory name) external pure returns (bytes32);
    function createUint(uint256 bits, string memory name) external pure returns (uint256);
    function createUint256(string memory name) external pure returns (uint256);
    /// @dev From here on each storage word of `target` that was not written since stands for every value.
    function enableSymbolicStorage(address target) external;
}

/// @notice What of forge's cheatcodes the proofs use.
interface Vm {
    function assume(bool condition) external pure;
    function prank(address sender) external;
    function store(address target, bytes32 slot, bytes32 value) external;
    function warp(uint256 time) external;
}

Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @title Any contract of the regime that is asked something
/// @notice Answers every call with anything, and twice the same with something else. What is proved beside it holds
/// whatever the real ones answer; it does assume that they call nobody back.
contract Anything {
    /// @dev As many words as the longest answer has, which is the programme.
    uint256 private constant ANSWER = 26 * 32;

    /// @dev As the authority of an access manager: everybody holds every office, which admits more than any does.
    function canCall(address, address, bytes4) external pure returns (bool immediate, uint32 delay) {
        return (true, 0);
    }

    fallback() external {
        bytes memory answer = svm.createBytes(ANSWER, "answer");
        assembly ("memory-safe") {
            return(add(answer, 0x20), mload(answer))
        }
    }
}
