"""The Python twins of the contracts, one for each Solidity file."""
