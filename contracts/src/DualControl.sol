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

    /// @dev By the call, how often two people decided on its object, and how that stands: see {_object}, {_subject}.
    mapping(bytes32 key => Proposal) private _proposals;
    mapping(bytes32 object => uint256) private _turns;

    /// @dev The call must have been proposed, word for word, by somebody else.
    modifier secondPerson() {
        _takeProposal();
        _;
    }

    /// @inheritdoc IDualControl
    function propose(bytes calldata data) external restricted {
        bytes32 call = keccak256(data);
        _proposals[_key(call, data)] = Proposal({proposer: msg.sender, lapsesAt: uint64(block.timestamp) + LIFE});
        emit CallProposed(msg.sender, call, data);
    }

    /// @dev Uses up the proposal of the present call, and with it every other one about the same object.
    function _takeProposal() internal {
        bytes32 call = keccak256(msg.data);
        bytes32 key = _key(call, msg.data);
        Proposal memory proposal = _proposals[key];
        require(proposal.proposer != address(0), DualControl_NotProposed(call));
        require(proposal.proposer != msg.sender, DualControl_SamePerson(msg.sender));
        require(block.timestamp <= proposal.lapsesAt, DualControl_Lapsed(proposal.lapsesAt));
        ++_turns[_object(msg.data)];
    }

    /// @dev What the call `data` decides on. Once two people have decided, every other proposal about it is void: what
    /// is left over of alternatives for one decision must not serve one person alone for the next.
    function _object(bytes calldata data) internal view virtual returns (bytes32) {
        return _firstArgument(data);
    }

    /// @dev How it stands, as far as one person alone can change that, or nobody: a proposal that was made before is
    /// void, too.
    function _subject(bytes calldata data) internal view virtual returns (bytes32) {}

    function _firstArgument(bytes calldata data) internal pure returns (bytes32) {
        return data.length < 36 ? bytes32(0) : bytes32(data[4:36]);
    }

    function _key(bytes32 call, bytes calldata data) private view returns (bytes32) {
        return keccak256(abi.encode(call, _turns[_object(data)], _subject(data)));
    }
}
