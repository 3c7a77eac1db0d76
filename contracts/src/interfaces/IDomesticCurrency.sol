// SPDX-License-Identifier: MIT
pragma solidity ^0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title DRL, the domestic currency's digital leg
/// @notice An ERC-20 of two decimals with a supply of its own, never fungible with SU: the two change hands against
/// each other at the conversion desk and at the miner intake only. Participants established at home hold and move it,
/// and the contracts registered for it; nobody else.
/// @dev It is the country's own currency, so that the regime's stages do not stop it; what converts it is stopped.
/// Licence, KYC and the age of the screening list do not matter either, the last screening result does. Refusals are
/// those of {IRulebook} with a code of {Reason}.
/// Warning: what a listed party holds stays where it is until two reviewers resolve the match.
interface IDomesticCurrency is IERC20 {
    /// @notice `actor` brought `amount` into circulation at `to`, under `ref`.
    event CurrencyMinted(address indexed actor, address indexed to, uint256 amount, bytes32 ref);

    /// @notice `actor` took `amount` of `holder` out of circulation, under `ref`.
    event CurrencyBurned(address indexed actor, address indexed holder, uint256 amount, bytes32 ref);

    /// @notice `actor`, the holder or whom it allowed to, moved `amount`.
    event CurrencyMoved(address indexed actor, address indexed from, address indexed to, uint256 amount);

    /// @notice `actor` moved everything from a lost wallet to another one of the same participant.
    event CurrencyRecovered(address indexed actor, address indexed from, address indexed to, uint256 amount);

    /// @notice `module` may hold and move the currency from now on, or may no more; decided by `actor`.
    event CurrencyModuleRegistered(address indexed actor, address indexed module, bool registered);

    /// @notice `ref` was used before, or is zero.
    error DomesticCurrency_ReferenceUsed(bytes32 ref);

    /// @notice `from` and `to` are not two wallets of one participant.
    error DomesticCurrency_NotSameHolder(address from, address to);

    /// @notice `module` still holds `balance`.
    error DomesticCurrency_ModuleHolds(address module, uint256 balance);

    /// @notice Lets a contract of the regime hold and move the currency, or ends that; never a participant's wallet.
    /// Supervisor only; once the programme is approved two people: see {IDualControl}.
    function registerModule(address module, bool registered) external;

    /// @notice Brings `amount` into circulation, which is so narrow that no one call fills the supply. Treasury only.
    /// @param to Who gets it: a resident participant or a module.
    /// @param ref Single-use reference.
    function mint(address to, uint128 amount, bytes32 ref) external;

    /// @notice Takes `amount` out of circulation: of a holder who approved the caller for it, or of a module.
    /// Treasury only.
    /// @param ref Single-use reference.
    function burn(address holder, uint256 amount, bytes32 ref) external;

    /// @notice Moves everything of a lost wallet, retired or not, to another one of the same participant.
    /// Supervisor only.
    function recover(address from, address to) external;

    /// @notice Whether `account` may hold and move the currency now, as a code of {Reason}.
    function checkHolder(address account) external view returns (uint8 reason);

    /// @notice ERC-1404: code of why `transfer` would be refused; 0 if and only if it would succeed.
    function detectTransferRestriction(address from, address to, uint256 amount) external view returns (uint8 reason);

    /// @notice Whether `account` is registered as a module.
    function isModule(address account) external view returns (bool);
}
