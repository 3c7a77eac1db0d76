// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {Vm} from "./Vm.sol";

/// @title Draws from one seed, and calls as somebody
abstract contract Chance {
    Vm internal constant vm = Vm(0x7109709ECfa91a80626fF3989D68f67F5b1DD12D);

    uint256 private _seed;

    function _sow(uint256 seed) internal {
        _seed = uint256(keccak256(abi.encode(seed)));
    }

    /// @dev Uniform in [0, n).
    function _pick(uint256 n) internal returns (uint256) {
        _seed = uint256(keccak256(abi.encode(_seed)));
        return _seed % n;
    }

    function _oneIn(uint256 n) internal returns (bool) {
        return _pick(n) == 0;
    }

    /// @dev Calls as `sender`; never reverts itself.
    function _try(address sender, address target, bytes memory data)
        internal
        virtual
        returns (bool ok, bytes memory result)
    {
        vm.prank(sender);
        (ok, result) = target.call(data);
    }

    /// @dev Calls as `sender` and requires that it passes.
    function _passed(address sender, address target, bytes memory data) internal returns (bytes memory) {
        (bool ok, bytes memory result) = _try(sender, target, data);
        require(ok, "refused, should pass");
        return result;
    }

    /// @dev Calls as `sender` and requires exactly `expected` as the revert data.
    function _refused(address sender, address target, bytes memory data, bytes memory expected) internal {
        (bool ok, bytes memory result) = _try(sender, target, data);
        require(!ok, "passed, should be refused");
        require(keccak256(result) == keccak256(expected), "refused for another reason");
    }
}
