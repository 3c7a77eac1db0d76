"""The EVMs behind the port: in this process, or on a node of this machine."""

from settlement.chain.engines.py_evm_curves import put_off_curves

# Before one of them imports py-evm.
put_off_curves()
