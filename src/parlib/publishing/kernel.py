"""The kernel that runs a report: this Python, whatever kernels the machine has installed."""

from __future__ import annotations

import sys
from typing import Any

import zmq
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import AsyncKernelManager
from traitlets import default


class OwnKernelManager(AsyncKernelManager):
    """Start IPython in the interpreter that runs parlib.

    Jupyter would look ``python3`` up among the installed kernel specs, and find another environment's.
    """

    @default("transport_encryption")
    def _encrypt_where_possible(self) -> str:
        # Other users of the machine could listen to the sockets between us and the kernel.
        return "auto" if zmq.has("curve") else "disabled"

    @property
    def kernel_spec(self) -> Any:
        """The one spec there is."""
        return KernelSpec(
            argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
            display_name="Python",
            language="python",
            metadata={"supported_encryption": "curve"},
        )
