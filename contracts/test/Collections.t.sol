// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {CreditFixture} from "./CreditFixture.sol";

/// @notice What attacks on bills met.
contract CollectionsTest is CreditFixture {
    /// @dev Both ids are references of movements of SU, and of what was earmarked in them.
    function testFuzz_ABillIsNoCredit(bytes32 party, bytes32 ref) public view {
        require(collections.billId(party, ref) != escrow.creditId(party, ref), "one id for two");
    }
}
