"""The only room that knows an EVM."""

import os

# Of the keccak implementations that eth-hash can choose, the C extension is the fastest; a
# choice the user made stands.
os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
