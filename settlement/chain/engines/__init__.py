"""The EVMs behind the port: in this process, or on a node of this machine."""
