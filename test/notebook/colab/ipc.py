"""Runs a TypeScript cell on a kernel under the transport `ipc`: `ipc.py KERNELS-FOLDER SECONDS`.

Exit code 1 when it does not answer within them.
"""

import sys

from jupyter_client import KernelManager
from jupyter_client.kernelspec import KernelSpecManager

specs = KernelSpecManager(kernel_dirs=[sys.argv[1]])
manager = KernelManager(kernel_name="tslab", kernel_spec_manager=specs, transport="ipc")
manager.start_kernel()
client = manager.blocking_client()
client.start_channels()
try:
    client.wait_for_ready(timeout=float(sys.argv[2]))
    client.execute_interactive("console.log(`answer ${6 * 7}`)", allow_stdin=False, timeout=60)
except RuntimeError as error:
    sys.exit(str(error))
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
