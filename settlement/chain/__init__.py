"""The only room that knows an EVM."""

import os
from importlib.util import find_spec

# Of the implementations of Keccak that eth-hash can choose, the C extension is the fastest where it is there;
# a choice the user made stands.
if find_spec("sha3"):
    os.environ.setdefault("ETH_HASH_BACKEND", "pysha3")
