// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {IDualControl} from "./interfaces/IDualControl.sol";

/// @title DualControl
abstract contract DualControl is IDualControl, DirectlyManaged {
    struct Proposal {
        address proposer;
        uint64 lapsesAt;
    }

    /// @dev What nobody confirms within a week is off the table; a choice of ours.
    uint64 private constant LIFE = 7 days;

    mapping(bytes32 call => Proposal) private _proposals;

    /// @dev The call must have been proposed, word for word, by somebody else.
    modifier secondPerson() {
        _takeProposal();
        _;
    }

    /// @inheritdoc IDualControl
    function propose(bytes calldata data) external restricted {
        bytes32 call = keccak256(data);
        _proposals[call] = Proposal({proposer: msg.sender, lapsesAt: uint64(block.timestamp) + LIFE});
        emit CallProposed(msg.sender, call, data);
    }

    /// @dev Uses up the proposal of the present call.
    function _takeProposal() internal {
        bytes32 call = keccak256(msg.data);
        Proposal memory proposal = _proposals[call];
        require(proposal.proposer != address(0), DualControl_NotProposed(call));
        require(proposal.proposer != msg.sender, DualControl_SamePerson(msg.sender));
        require(block.timestamp <= proposal.lapsesAt, DualControl_Lapsed(proposal.lapsesAt));
        delete _proposals[call];
    }
}
