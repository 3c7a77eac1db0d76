// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IMinerIntake} from "../src/interfaces/IMinerIntake.sol";
import {IRegime} from "../src/interfaces/IRegime.sol";
import {MoneyWatch} from "./MoneyWatch.sol";
import {Vm} from "./Vm.sol";

/// @title The miners' output under watch
abstract contract IntakeWatch is MoneyWatch {
    /// @dev Delivered once; what is left then is delivered never.
    struct Attested {
        IMinerIntake.Output output;
        uint256 delivered;
        uint256 payment;
        bool revoked;
    }

    bytes32[] internal _attestations;
    mapping(bytes32 id => Attested) private _attested;
    mapping(bytes32 miner => IMinerIntake.Rig) private _rigs;
    IMinerIntake.Network[] private _networks;

    function _bookLog(Vm.Log memory log) internal virtual override {
        super._bookLog(log);
        if (log.emitter != address(intake)) return;
        bytes32 topic = log.topics[0];
        if (topic == IMinerIntake.RigRegistered.selector) {
            _rigs[log.topics[2]] = abi.decode(log.data, (IMinerIntake.Rig));
        } else if (topic == IMinerIntake.NetworkSet.selector) {
            uint256 count = _networks.length;
            if (count > 0 && _networks[count - 1].since > block.timestamp) _networks.pop();
            _networks.push(abi.decode(log.data, (IMinerIntake.Network)));
        } else if (topic == IMinerIntake.OutputAttested.selector) {
            _bookAttestation(log.topics[2], abi.decode(log.data, (IMinerIntake.Output)));
        } else if (topic == IMinerIntake.AttestationRevoked.selector) {
            Attested storage a = _attested[log.topics[2]];
            if (a.delivered > 0) _violated("delivered output was revoked");
            a.revoked = true;
        } else if (topic == IMinerIntake.OutputDelivered.selector) {
            _bookDelivery(_attested[log.topics[2]], abi.decode(log.data, (IMinerIntake.Delivery)));
        }
    }

    function _bookAttestation(bytes32 id, IMinerIntake.Output memory o) private {
        if (_attested[id].output.miner != 0) _violated("an attestation was made twice");
        for (uint256 i = 0; i < _attestations.length; ++i) {
            Attested storage other = _attested[_attestations[i]];
            bool apart = other.revoked || other.output.miner != o.miner || other.output.to <= o.from
                || o.to <= other.output.from;
            if (!apart) _violated("a period was attested twice");
        }
        if (!_isExplained(o)) _violated("more was attested than the rig explains");
        _attestations.push(id);
        _attested[id].output = o;
    }

    /// @dev Hashes needed against hashes made, multiplied out, in a network that did not change meanwhile.
    function _isExplained(IMinerIntake.Output memory o) private view returns (bool) {
        IMinerIntake.Network memory n;
        for (uint256 i = 0; i < _networks.length; ++i) {
            if (_networks[i].since <= o.from) n = _networks[i];
            else if (_networks[i].since < o.to) return false;
        }
        uint256 made = uint256(_rigs[o.miner].hashrate) * 1e12 * (o.to - o.from) * n.reward * (10_000 + TOLERANCE);
        uint256 needed = uint256(o.coins) * n.difficulty * 2 ** 32 * 10_000;
        return o.to <= block.timestamp && needed <= made;
    }

    function _bookDelivery(Attested storage a, IMinerIntake.Delivery memory d) private {
        if (a.delivered > 0) _violated("an attestation was used twice");
        if (a.revoked || d.coins > a.output.coins) _violated("more was delivered than attested");
        if (d.miner != a.output.miner || d.miner == d.entity) _violated("somebody else's output was delivered");
        (a.delivered, a.payment) = (d.coins, d.payment);
        _coins += d.coins;
        IRegime.Programme memory p = regime.programme();
        (uint256 ofCoin, uint256 ofSu) = (_priceByHand(COIN), _priceByHand(SU));
        if (ofCoin == 0 || ofSu == 0) _violated("taken in without a price");
        bool covered = uint256(d.su) * ofSu * 100 * 10_000 <= uint256(d.coins) * ofCoin * (10_000 - p.haircut);
        if (!covered) _violated("the coins are not worth the SU");
        if (d.payment != uint256(d.su) * ofSu / 1e12) _violated("the miner was not paid the value");
    }

    // What holds between any two actions

    function checkIntake() external view {
        uint256 attested;
        uint256 delivered;
        uint256 payments;
        for (uint256 i = 0; i < _attestations.length; ++i) {
            Attested storage a = _attested[_attestations[i]];
            (IMinerIntake.Output memory o, uint128 taken) = intake.attestationOf(_attestations[i]);
            require(taken == a.delivered, "a delivery is not what the events say");
            require(o.coins == (a.revoked ? 0 : a.output.coins), "an attestation is not what the events say");
            if (!a.revoked) attested += a.output.coins;
            (delivered, payments) = (delivered + a.delivered, payments + a.payment);
        }
        require(payments == _paidToMiners, "miners were not paid what was delivered is worth");
        require(delivered <= attested, "more was taken in than attested");
        (, uint256 coins) = reserve.holdings();
        require(coins <= delivered, "the reserve holds coins that nobody delivered");
    }
}
