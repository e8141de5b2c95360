"""A question to the page that shows the notebook, over the kernel's own sockets.

The request goes out on iopub; the answer comes on the stdin socket as an `input_reply` whose value is a
`colab_reply`. That is what google.colab._message does.
"""

import itertools
import time

import zmq
from ipykernel.kernelapp import IPKernelApp

_ids = itertools.count(1)


def blocking_request(request_type, request, timeout_sec):
    """The data of the answer; None when there is none in time."""
    kernel, message_id = IPKernelApp.instance().kernel, next(_ids)
    # The session alone: the request belongs to the page, not to a cell.
    parent = {"header": {"session": kernel.get_parent("shell")["header"]["session"]}}
    metadata = {"colab_request_type": request_type, "colab_msg_id": message_id}
    message = kernel.session.msg("colab_request", content={"request": request}, metadata=metadata, parent=parent)
    kernel.session.send(kernel.iopub_socket, message)

    deadline = time.monotonic() + timeout_sec
    while time.monotonic() < deadline:
        try:
            _, reply = kernel.session.recv(kernel.stdin_socket, zmq.NOBLOCK)
        except zmq.ZMQError:
            reply = None
        value = reply["content"].get("value") if reply is not None else None
        if isinstance(value, dict) and value.get("type") == "colab_reply" and value["colab_msg_id"] == message_id:
            if "error" in value:
                raise RuntimeError(value["error"])
            return value["data"]
        time.sleep(0.025)
    return None
