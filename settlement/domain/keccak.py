"""Keccak-256, by the fastest implementation that is installed."""

__all__ = ["keccak256"]

try:
    from sha3 import keccak_256
except ModuleNotFoundError:  # it has wheels for Linux only, see pyproject.toml
    from Crypto.Hash import keccak

    def keccak256(data: bytes | bytearray) -> bytes:
        """The Keccak-256 hash of ``data``, 32 bytes."""
        return keccak.new(data=data, digest_bits=256).digest()
else:

    def keccak256(data: bytes | bytearray) -> bytes:
        """The Keccak-256 hash of ``data``, 32 bytes."""
        return bytes(keccak_256(data).digest())
