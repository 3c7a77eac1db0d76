// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

import {DirectlyManaged} from "./DirectlyManaged.sol";
import {Reason} from "./Reason.sol";
import {Role} from "./Role.sol";
import {IDomesticCurrency} from "./interfaces/IDomesticCurrency.sol";
import {IMinerIntake} from "./interfaces/IMinerIntake.sol";
import {IParticipants} from "./interfaces/IParticipants.sol";
import {IPriceOracle} from "./interfaces/IPriceOracle.sol";
import {IRegime} from "./interfaces/IRegime.sol";
import {IReserve} from "./interfaces/IReserve.sol";
import {IRulebook} from "./interfaces/IRulebook.sol";
import {ISettlementToken} from "./interfaces/ISettlementToken.sol";
import {ITradeRegistry} from "./interfaces/ITradeRegistry.sol";

/// @title MinerIntake
contract MinerIntake is IMinerIntake, DirectlyManaged {
    using SafeCast for uint256;
    using SafeERC20 for IDomesticCurrency;

    /// @dev The contracts of the regime that it works with.
    struct Parts {
        ISettlementToken token;
        IDomesticCurrency currency;
        IReserve reserve;
        IPriceOracle oracle;
        IRegime regime;
        IParticipants participants;
        IRulebook rulebook;
        ITradeRegistry trades;
    }

    bytes32 private constant SU = "SU";
    uint256 private constant WHOLE = 10_000;
    /// @dev Minor units in a whole SU, times the scale of prices.
    uint256 private constant PRICE_UNIT = 1e6 * 1e6;
    uint256 private constant HASHES_PER_TERAHASH = 1e12;
    /// @dev Hashes that a block takes on average at difficulty 1.
    uint256 private constant HASHES_PER_DIFFICULTY = 2 ** 32;
    uint256 private constant JOULES_PER_KWH = 3_600_000;

    ISettlementToken private immutable TOKEN;
    IDomesticCurrency private immutable CURRENCY;
    IReserve private immutable RESERVE;
    IPriceOracle private immutable ORACLE;
    IRegime private immutable REGIME;
    IParticipants private immutable PARTICIPANTS;
    IRulebook private immutable RULEBOOK;
    ITradeRegistry private immutable TRADES;
    uint256 private immutable TOLERANCE;

    mapping(bytes32 region => bool) private _regions;
    mapping(bytes32 miner => Rig) private _rigs;
    mapping(bytes32 miner => uint64) private _attestedUntil;
    Network[] private _networks;
    mapping(bytes32 id => bool) private _isUsed;
    mapping(bytes32 id => Output) private _outputs;
    mapping(bytes32 id => uint128 coins) private _delivered;
    mapping(bytes32 id => mapping(bytes32 entity => Order)) private _orders;

    constructor(address authority, Parts memory parts, uint16 tolerance) DirectlyManaged(authority) {
        require(tolerance <= WHOLE, MinerIntake_InvalidTolerance());
        TOKEN = parts.token;
        CURRENCY = parts.currency;
        RESERVE = parts.reserve;
        ORACLE = parts.oracle;
        REGIME = parts.regime;
        PARTICIPANTS = parts.participants;
        RULEBOOK = parts.rulebook;
        TRADES = parts.trades;
        TOLERANCE = tolerance;
    }

    /// @inheritdoc IMinerIntake
    function setRegion(bytes32 region, bool permitted) external restricted {
        _regions[region] = permitted;
        emit RegionSet(msg.sender, region, permitted);
    }

    /// @inheritdoc IMinerIntake
    function registerRig(bytes32 miner, Rig calldata rig) external restricted {
        IParticipants.Standing memory standing = PARTICIPANTS.standingOf(miner);
        bool atHome = standing.jurisdiction == REGIME.law().home;
        bool fits = standing.roles & Role.MINER != 0 && atHome && rig.hashrate > 0 && rig.efficiency > 0;
        require(fits, MinerIntake_InvalidRig(miner));
        require(_regions[rig.region], MinerIntake_RegionClosed(rig.region));
        _rigs[miner] = rig;
        emit RigRegistered(msg.sender, miner, rig);
    }

    /// @inheritdoc IMinerIntake
    function setNetwork(Network calldata network) external restricted {
        uint256 count = _networks.length;
        // Else a start in the far future would stand in the way of every record before it.
        if (count > 0 && _networks[count - 1].since > block.timestamp) {
            _networks.pop();
            --count;
        }
        bool follows = count == 0 || network.since > _networks[count - 1].since;
        require(follows && network.difficulty > 0 && network.reward > 0, MinerIntake_InvalidNetwork());
        _networks.push(network);
        emit NetworkSet(msg.sender, network);
    }

    /// @inheritdoc IMinerIntake
    function attest(bytes32 id, Output calldata output) external {
        _requireAttestor(output.miner);
        require(id != 0 && !_isUsed[id], MinerIntake_IdTaken(id));
        _requirePlausible(output);
        _isUsed[id] = true;
        _attestedUntil[output.miner] = output.to;
        _outputs[id] = output;
        emit OutputAttested(msg.sender, id, output.miner, output);
    }

    /// @inheritdoc IMinerIntake
    function revoke(bytes32 id) external restricted {
        Output memory output = _outputs[id];
        require(output.coins != 0, MinerIntake_Unknown(id));
        require(_delivered[id] == 0, MinerIntake_AttestationUsed(id));
        delete _outputs[id];
        if (_attestedUntil[output.miner] == output.to) _attestedUntil[output.miner] = output.from;
        emit AttestationRevoked(msg.sender, id);
    }

    /// @inheritdoc IMinerIntake
    function order(bytes32 id, Order calldata order_) external {
        bytes32 entity = PARTICIPANTS.participantOf(msg.sender);
        require(entity != 0 && !PARTICIPANTS.isRetired(msg.sender), MinerIntake_NotEntitled(msg.sender));
        require(_outputs[id].coins != 0, MinerIntake_Unknown(id));
        _orders[id][entity] = order_;
        emit DeliveryOrdered(msg.sender, id, entity, order_);
    }

    /// @inheritdoc IMinerIntake
    function deliver(bytes32 id, uint128 coins, bytes32 trade, bytes32 entity, uint256 minPayment) external {
        Output memory output = _outputs[id];
        require(output.coins != 0, MinerIntake_Unknown(id));
        bool entitled = PARTICIPANTS.participantOf(msg.sender) == output.miner && !PARTICIPANTS.isRetired(msg.sender);
        require(entitled, MinerIntake_NotEntitled(msg.sender));
        require(_delivered[id] == 0, MinerIntake_AttestationUsed(id));
        Order memory agreed = _orders[id][entity];
        bool ordered = agreed.coins == coins && agreed.trade == trade && block.timestamp <= agreed.until;
        require(ordered && coins > 0, MinerIntake_NotOrdered(id, entity));
        require(coins <= output.coins, MinerIntake_AmountOutOfTerms(output.coins));
        (uint128 su, uint256 payment) = valueOf(coins);
        require(payment > 0, MinerIntake_AmountOutOfTerms(output.coins));
        bool agreedPayment = payment >= minPayment && payment <= agreed.maxPayment;
        require(agreedPayment, MinerIntake_PaymentOutOfTerms(payment));
        _settle(id, Delivery(output.miner, entity, trade, coins, su, payment));
    }

    /// @inheritdoc IMinerIntake
    function valueOf(uint128 coins) public view returns (uint128 su, uint256 payment) {
        su = RESERVE.coinsValue(coins).toUint128();
        (uint256 price,) = ORACLE.price(SU);
        payment = Math.mulDiv(su, price, PRICE_UNIT);
    }

    /// @inheritdoc IMinerIntake
    function mostCoins(bytes32 miner, uint64 from, uint64 to) public view returns (uint256) {
        Network memory network = _networkOver(from, to);
        if (network.difficulty == 0) return 0;
        uint256 hashes = uint256(_rigs[miner].hashrate) * HASHES_PER_TERAHASH * (to - from);
        uint256 hashesPerBlock = uint256(network.difficulty) * HASHES_PER_DIFFICULTY;
        return Math.mulDiv(hashes, uint256(network.reward) * (WHOLE + TOLERANCE), hashesPerBlock * WHOLE);
    }

    /// @inheritdoc IMinerIntake
    function energyRange(Output calldata output) public view returns (uint256 least, uint256 most) {
        Rig memory rig = _rigs[output.miner];
        Network memory network = _networkOver(output.from, output.to);
        if (network.difficulty == 0) return (0, 0);
        uint256 work = uint256(output.coins) * network.difficulty;
        least = Math.mulDiv(
            work,
            HASHES_PER_DIFFICULTY * rig.efficiency * (WHOLE - TOLERANCE),
            network.reward * HASHES_PER_TERAHASH * JOULES_PER_KWH * WHOLE
        );
        uint256 joules = uint256(rig.hashrate) * rig.efficiency * (output.to - output.from);
        most = Math.mulDiv(joules, WHOLE + TOLERANCE, JOULES_PER_KWH * WHOLE, Math.Rounding.Ceil);
    }

    /// @inheritdoc IMinerIntake
    function attestationOf(bytes32 id) external view returns (Output memory output, uint128 delivered) {
        return (_outputs[id], _delivered[id]);
    }

    /// @inheritdoc IMinerIntake
    function orderOf(bytes32 id, bytes32 entity) external view returns (Order memory) {
        return _orders[id][entity];
    }

    /// @inheritdoc IMinerIntake
    function rigOf(bytes32 miner) external view returns (Rig memory rig, uint64 attestedUntil) {
        return (_rigs[miner], _attestedUntil[miner]);
    }

    /// @inheritdoc IMinerIntake
    function networkAt(uint64 time) public view returns (Network memory network) {
        for (uint256 i = _networks.length; i > 0; --i) {
            if (_networks[i - 1].since <= time) return _networks[i - 1];
        }
    }

    /// @inheritdoc IMinerIntake
    function isPermitted(bytes32 region) external view returns (bool) {
        return _regions[region];
    }

    /// @dev Everything moves here, or nothing does. The coins come first: they cover the SU.
    function _settle(bytes32 id, Delivery memory d) private {
        _delivered[id] = d.coins;
        emit OutputDelivered(msg.sender, id, d);
        address miner = PARTICIPANTS.walletOf(d.miner);
        address entity = PARTICIPANTS.walletOf(d.entity);
        _requireHeadroom(entity, d.trade, d.su);
        RESERVE.depositCoins(d.coins, id);
        TOKEN.intake(miner, entity, d.su, id, d.trade);
        CURRENCY.safeTransferFrom(entity, miner, d.payment);
    }

    /// @dev The Rulebook looks at one intake; several must not earmark more for a trade than it has room for, either,
    /// for the rest would be good for nothing.
    function _requireHeadroom(address wallet, bytes32 trade, uint128 su) private view {
        ITradeRegistry.Trade memory t = TRADES.tradeOf(trade);
        (uint256 earmarked,) = TOKEN.earmarkOf(wallet, trade);
        bool fits = t.entity == 0 || earmarked + su + t.used <= t.value;
        require(fits, IRulebook.Rulebook_Refused(Reason.PURPOSE_EXHAUSTED));
    }

    function _requireAttestor(bytes32 miner) private view {
        bytes32 attestor = PARTICIPANTS.participantOf(msg.sender);
        require(attestor != miner && !PARTICIPANTS.isRetired(msg.sender), MinerIntake_NotEntitled(msg.sender));
        uint8 reason = RULEBOOK.checkParticipant(attestor, Role.ATTESTOR);
        require(reason == Reason.OK, IRulebook.Rulebook_Refused(reason));
    }

    function _requirePlausible(Output calldata output) private view {
        Rig memory rig = _rigs[output.miner];
        require(rig.hashrate > 0, MinerIntake_NoRig(output.miner));
        require(_regions[rig.region], MinerIntake_RegionClosed(rig.region));
        uint64 attestedUntil = _attestedUntil[output.miner];
        bool periodFits = output.from < output.to && output.to <= block.timestamp && output.from >= rig.since
            && output.from >= attestedUntil;
        require(periodFits, MinerIntake_InvalidPeriod(attestedUntil));
        uint128 difficulty = _networkOver(output.from, output.to).difficulty;
        require(difficulty > 0 && output.difficulty == difficulty, MinerIntake_WrongDifficulty(difficulty));
        uint256 mostMined = mostCoins(output.miner, output.from, output.to);
        require(output.coins > 0 && output.coins <= mostMined, MinerIntake_ImplausibleOutput(mostMined));
        (uint256 least, uint256 most) = energyRange(output);
        require(output.energy >= least && output.energy <= most, MinerIntake_ImplausibleEnergy(least, most));
    }

    /// @dev The network throughout a period; empty where that is, or the network is unknown or changes.
    function _networkOver(uint64 from, uint64 to) private view returns (Network memory network) {
        if (from >= to) return network;
        network = networkAt(from);
        if (networkAt(to - 1).since != network.since) delete network;
    }
}
