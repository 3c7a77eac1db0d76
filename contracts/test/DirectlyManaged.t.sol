// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";

import {IDualControl} from "../src/interfaces/IDualControl.sol";
import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {Fixture} from "./Fixture.sol";

/// @notice Behind the AccessManager everybody looks alike, so nobody calls through it.
contract DirectlyManagedTest is Fixture {
    function test_OneReviewerIsNotTwoThroughTheManager() public {
        _screen(SELLER, IParticipants.Screening.POTENTIAL);
        bytes memory data =
            abi.encodeCall(IParticipants.resolveScreening, (_nameOf(SELLER), IParticipants.Screening.FALSE_POSITIVE));
        bytes memory proposal = abi.encodeCall(IDualControl.propose, (data));
        _passed(REVIEWER, address(participants), proposal);
        _throughManager(REVIEWER, address(participants), data);
        _throughManager(REVIEWER, address(participants), proposal);
        _passed(SECOND_REVIEWER, address(participants), data);
    }

    function test_OnePersonInBothOfficesDoesNotCosignThroughTheManager() public {
        manager.grantRole(SUPERVISION, CO_APPROVER, 0);
        vm.prank(CO_APPROVER);
        regime.draft(_programme(), _corridors());
        bytes memory data = _approval(_programme(), _corridors());
        vm.prank(CO_APPROVER);
        manager.schedule(address(regime), data, 0);
        vm.warp(block.timestamp + DELAY);
        _throughManager(CO_APPROVER, address(regime), data);
        _refused(
            CO_APPROVER, address(regime), data, abi.encodeWithSelector(IRegime.Regime_SamePerson.selector, CO_APPROVER)
        );
    }

    function test_NoOfficeActsNamelesslyThroughTheManager() public {
        bytes memory data = abi.encodeCall(IParticipants.setKyc, (_nameOf(SELLER), FAR));
        _throughManager(SUPERVISOR, address(participants), data);
        _passed(SUPERVISOR, address(participants), data);
    }

    function _throughManager(address sender, address target, bytes memory data) private {
        bytes memory unauthorized =
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, address(manager));
        _refused(sender, address(manager), abi.encodeCall(AccessManager.execute, (target, data)), unauthorized);
    }
}
