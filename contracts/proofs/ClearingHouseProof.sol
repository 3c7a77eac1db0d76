// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {ClearingHouse} from "../src/ClearingHouse.sol";
import {ObligationBook} from "../src/ObligationBook.sol";
import {IClearingHouse} from "../src/interfaces/IClearingHouse.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {IRulebook} from "../src/interfaces/IRulebook.sol";
import {ISettlementToken} from "../src/interfaces/ISettlementToken.sol";
import {Anything, svm, vm} from "./Symbolic.sol";

/// @notice The law that a settlement reads; bypass and no ban keep queues and residence out of the arithmetic.
contract OpenProgramme is Anything {
    function law() external pure returns (IRegime.Law memory law_) {
        law_.queueBypass = true;
    }

    function tolled() external pure returns (uint64) {
        return 0;
    }
}

/// @notice Wallets by name, one each.
contract Names is Anything {
    function walletOf(bytes32 member) external pure returns (address) {
        return address(uint160(uint256(member)));
    }

    function standingOf(bytes32) external pure returns (IParticipants.Standing memory s) {
        (s.jurisdiction, s.ownerJurisdiction) = ("AA", "AA");
    }
}

/// @notice A token of balances alone, which takes no more than there is, as is proved of the real one.
contract Balances is Anything {
    mapping(address account => uint256) public balanceOf;

    function put(address account, uint256 amount) external {
        balanceOf[account] = amount;
    }

    function checkFlow(IRulebook.Flow, address, address, address, address, uint256, bytes32)
        external
        pure
        returns (uint8)
    {
        return 0;
    }

    function take(IRulebook.Flow, address payer, address, uint256 amount, bytes32, bytes32) external {
        balanceOf[payer] -= amount;
        balanceOf[msg.sender] += amount;
    }

    function payOut(IRulebook.Flow, address, address payee, uint256 amount, bytes32, bytes32) external returns (bool) {
        balanceOf[msg.sender] -= amount;
        balanceOf[payee] += amount;
        return true;
    }
}

/// @notice The real clearing house with members and obligations put into its book.
contract ClearingHouseInState is ClearingHouse {
    constructor(
        address authority,
        ISettlementToken token,
        IRulebook rulebook,
        IRegime regime,
        IParticipants participants,
        uint32 members
    ) ClearingHouse(authority, token, rulebook, regime, participants) {
        for (uint32 number = 1; number <= members; ++number) {
            _members[number] = bytes32(uint256(number));
            _numbers[bytes32(uint256(number))] = number;
        }
        _memberCount = members;
    }

    function put(uint256 id, Entry memory entry) external {
        _entries[id] = entry;
    }
}

/// @title A settlement makes and loses nothing
/// @notice The real {ClearingHouse-settle} over obligations of any amounts between three members of any balances, in
/// six shapes: one obligation, two that are not between the same in the same way, a ring of three. Shown is that whatever
/// settles moves each balance by the member's receipts less its payments, leaves nothing in the house, and brings
/// nobody below zero. That nets add up to zero is asserted by the contract itself, and that it never fails is shown too.
contract ClearingHouseProof {
    uint32 private constant MEMBERS = 3;

    ClearingHouseInState private _house;
    Balances private _token;
    uint256 private _count;
    /// @dev By number of the member: its balance, what it pays and what it is paid in all.
    mapping(uint256 number => uint256) private _balances;
    mapping(uint256 number => uint256) private _out;
    mapping(uint256 number => uint256) private _in;

    function setUp() public {
        address anything = address(new Anything());
        _token = new Balances();
        _house = new ClearingHouseInState(
            anything,
            ISettlementToken(address(_token)),
            IRulebook(anything),
            IRegime(address(new OpenProgramme())),
            IParticipants(address(new Names())),
            MEMBERS
        );
        for (uint160 number = 1; number <= MEMBERS; ++number) {
            // Of the supply, which fits into a word by far.
            _balances[number] = svm.createUint(128, "balance");
            _token.put(address(number), _balances[number]);
        }
    }

    function check_OneObligation() external {
        _enter(1, 2);
        _settle();
    }

    function check_BothWays() external {
        _enter(1, 2);
        _enter(2, 1);
        _settle();
    }

    function check_Chain() external {
        _enter(1, 2);
        _enter(2, 3);
        _settle();
    }

    function check_OnePaysTwo() external {
        _enter(1, 2);
        _enter(1, 3);
        _settle();
    }

    function check_TwoPayOne() external {
        _enter(1, 3);
        _enter(2, 3);
        _settle();
    }

    function check_Ring() external {
        _enter(1, 2);
        _enter(2, 3);
        _enter(3, 1);
        _settle();
    }

    function _enter(uint32 payer, uint32 payee) private {
        uint128 amount = uint128(svm.createUint(128, "amount"));
        _out[payer] += amount;
        _in[payee] += amount;
        _house.put(
            ++_count,
            ObligationBook.Entry({
                payer: payer,
                payee: payee,
                amount: amount,
                until: type(uint40).max,
                priority: 0,
                state: IClearingHouse.ObligationState.PENDING,
                withdrawing: false
            })
        );
    }

    function _settle() private {
        uint256[] memory ids = new uint256[](_count);
        for (uint256 i = 0; i < _count; ++i) {
            ids[i] = i + 1;
        }
        _house.settle(ids);
        assert(_token.balanceOf(address(_house)) == 0);
        for (uint160 number = 1; number <= MEMBERS; ++number) {
            // No subtraction: that none fell below zero is shown by the very equation.
            assert(_token.balanceOf(address(number)) + _out[number] == _balances[number] + _in[number]);
        }
    }
}
