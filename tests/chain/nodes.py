"""Which tests need a node, and where there is none to be had."""

import platform

import pytest

#: Platforms that npm has an anvil for, as contracts/package.json asks for it.
_PLATFORMS = {("Linux", "x86_64"), ("Darwin", "arm64"), ("Windows", "AMD64")}

#: On these a missing anvil fails the test: scripts/test installs it.
on_anvil = pytest.mark.skipif(
    (platform.system(), platform.machine()) not in _PLATFORMS,
    reason=f"npm has no anvil for {platform.system()} on {platform.machine()}",
)
