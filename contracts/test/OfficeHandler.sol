// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IParticipants} from "../src/interfaces/IParticipants.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {ITradeRegistry} from "../src/interfaces/ITradeRegistry.sol";
import {Handler} from "./Handler.sol";

/// @title Everybody who acts on the registers, the programme and time
abstract contract OfficeHandler is Handler {
    // Registers

    function rescreen(uint256 seed) external acts(seed) {
        bytes32 name = _someName();
        if (_oneIn(5)) {
            _newList();
            return;
        }
        IParticipants.Screening to = _oneIn(2) ? IParticipants.Screening.CLEAR : IParticipants.Screening(_pick(5));
        bytes memory data = abi.encodeCall(IParticipants.setScreening, (name, to));
        if (_oneIn(2)) {
            if (to == IParticipants.Screening.CLEAR) to = IParticipants.Screening.FALSE_POSITIVE;
            data = abi.encodeCall(IParticipants.resolveScreening, (name, to));
            _tryTogether(REVIEWER, SECOND_REVIEWER, address(participants), data);
        } else {
            _try(REVIEWER, address(participants), data);
        }
    }

    /// @dev A new list, against which nearly everybody is found as before.
    function _newList() private {
        // The greatest number is tried in vain: there would be no next one.
        uint32 version = _oneIn(4) ? type(uint32).max : _nextList();
        bytes memory list = abi.encodeCall(IParticipants.publishList, (version, "list"));
        _try(REVIEWER, address(participants), list);
        address[13] memory them = [
            STATE_ENTITY,
            PRIVATE_ENTITY,
            SELLER,
            BUYER_ABROAD,
            SHELL,
            LISTED,
            CUT_OFF,
            INTERMEDIARY,
            MINING,
            EXAMINING,
            ARBITER,
            ATTESTING,
            ADMINISTRATOR
        ];
        for (uint256 i = 0; i < 13; ++i) {
            if (!_oneIn(12)) _screen(them[i], _profileOf(them[i]).screening);
        }
        _screen(BANK, _profileOf(BANK).screening);
    }

    function change(uint256 seed) external acts(seed) {
        bytes32 name = _someName();
        IParticipants.LicenceStatus licence =
            _oneIn(3) ? IParticipants.LicenceStatus(_pick(4)) : IParticipants.LicenceStatus.ACTIVE;
        uint64 until = _oneIn(4) ? uint64(block.timestamp - 1 + _pick(30 days)) : FAR;
        bytes[6] memory ways = [
            abi.encodeCall(IParticipants.setLicence, (name, licence, until)),
            abi.encodeCall(IParticipants.setKyc, (name, until)),
            abi.encodeCall(IParticipants.setOwner, (name, [HOME, ABROAD, ABROAD][_pick(3)])),
            abi.encodeCall(IParticipants.setSponsor, (name, [_nameOf(BANK), _nameOf(BANK), 0][_pick(3)])),
            abi.encodeCall(IParticipants.setCap, (name, _oneIn(2) ? NO_CAP : uint128(_pick(10_000)))),
            abi.encodeCall(IParticipants.setIntermediary, (name, [_nameOf(INTERMEDIARY), _nameOf(BANK), 0][_pick(3)]))
        ];
        _try(SUPERVISOR, address(participants), ways[_pick(6)]);
    }

    function mend(uint256 seed) external acts(seed) {
        _mend();
    }

    /// @dev Everybody but who is listed is put right, so that trade goes on.
    function _mend() internal {
        address[12] memory them = [
            BANK,
            INTERMEDIARY,
            STATE_ENTITY,
            PRIVATE_ENTITY,
            SELLER,
            BUYER_ABROAD,
            SHELL,
            MINING,
            EXAMINING,
            ARBITER,
            ATTESTING,
            ADMINISTRATOR
        ];
        if (regime.stage() == IRegime.Stage.SUSPENDED) {
            _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.resume, ()));
        }
        for (uint256 i = 0; i < 12; ++i) {
            IParticipants.Profile memory p = _profileOf(them[i]);
            if (i > 1 && i < 4 && p.sponsor != _nameOf(BANK)) _sponsor(them[i], _nameOf(BANK));
            if (i > 3 && i < 6 && p.intermediary != _nameOf(INTERMEDIARY)) {
                _intermediate(them[i], _nameOf(INTERMEDIARY));
            }
            if (p.licence != IParticipants.LicenceStatus.ACTIVE || p.licenceUntil != FAR) {
                bytes memory licence = abi.encodeCall(
                    IParticipants.setLicence, (_nameOf(them[i]), IParticipants.LicenceStatus.ACTIVE, FAR)
                );
                _try(SUPERVISOR, address(participants), licence);
            }
            if (p.kycUntil != FAR) _renewKyc(them[i], FAR);
            if (i != 6 && p.ownerJurisdiction != p.jurisdiction) _own(them[i], p.jurisdiction);
            (uint32 version,) = participants.currentList();
            bool clear =
                p.screening == IParticipants.Screening.CLEAR || p.screening == IParticipants.Screening.FALSE_POSITIVE;
            if (!clear || p.listVersion != version) _screen(them[i], IParticipants.Screening.FALSE_POSITIVE);
        }
    }

    function rotate(uint256 seed) external acts(seed) {
        if (!_oneIn(4)) return;
        address[3] memory keys = [SELLER, SELLER_2, FRESH_WALLET];
        bytes memory data =
            abi.encodeCall(IParticipants.rotateWallet, (_nameOf(SELLER), keys[_pick(3)], keys[_pick(3)]));
        if (_oneIn(4)) _try(SUPERVISOR, address(participants), data);
        else _tryTogether(REVIEWER, SUPERVISOR, address(participants), data);
    }

    function amendTrade(uint256 seed) external acts(seed) {
        bytes32 trade = _numbers[_pick(_numbers.length)];
        uint128 value = _oneIn(2) ? PLENTY : uint128(_pick(20_000));
        uint64 until = _oneIn(4) ? uint64(block.timestamp + _pick(20 days)) : FAR;
        _try(BANK, address(trades), abi.encodeCall(ITradeRegistry.amend, (trade, value, until)));
    }

    // The regime and time

    function passTime(uint256 seed) external acts(seed) {
        vm.warp(block.timestamp + _pick([uint256(1 hours), 1 days, 6 days, 25 days][_pick(4)]));
        (, uint64 publishedAt) = participants.currentList();
        if (block.timestamp > publishedAt + 45 days && !_oneIn(4)) _newList();
        _keepPrices();
    }

    function steer(uint256 seed) external acts(seed) {
        bytes memory way = abi.encodeCall(IRegime.resume, ());
        if (regime.stage() == IRegime.Stage.ACTIVE && _oneIn(5)) way = abi.encodeCall(IRegime.suspend, ());
        if (_oneIn(25)) way = abi.encodeCall(IRegime.windDown, ());
        _try(SUPERVISOR, address(regime), way);
    }

    /// @dev Other caps, ban and corridors, by two people; now and then by one.
    function reprogramme(uint256 seed) external acts(seed) {
        IRegime.Programme memory p = _tight();
        p.stateCaps.daily = uint128(2_000 + _pick(8_000));
        p.regimeCap = uint128(20_000 + _pick(20_000));
        (p.domesticBan, p.directPayments) = (!_oneIn(4), !_oneIn(6));
        IRegime.Corridor[] memory corridors = _tightCorridors();
        corridors[_pick(3)].access = IRegime.Access(_pick(3));
        (bool ok,) = _try(SUPERVISOR, address(regime), abi.encodeCall(IRegime.draft, (p, corridors)));
        if (!ok) return;
        (ok,) = _try(_oneIn(2) ? SUPERVISOR : CO_APPROVER, address(regime), _approval(p, corridors));
        if (ok) _violated("a programme changed without notice");
        _tryAfterDelay(address(regime), _approval(p, corridors));
    }

    function _someName() internal returns (bytes32) {
        address[9] memory them =
            [STATE_ENTITY, PRIVATE_ENTITY, SELLER, BUYER_ABROAD, SHELL, LISTED, INTERMEDIARY, BANK, MINING];
        return _nameOf(them[_pick(9)]);
    }
}
