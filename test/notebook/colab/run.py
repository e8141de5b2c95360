"""Runs a notebook as scripts/notebook/run.py does, and answers as the Colab page would: a second client of the same kernel.

COLAB_PAGE names a file of JSON: secrets by name, each its value, or null for one that this notebook may not read. Without
it nobody answers. COLAB_TYPED is what somebody types when a cell asks; without it no cell may ask.
"""

import json
import os
import queue
import sys
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3] / "scripts" / "notebook"))
import run


def start_new_kernel(**options):
    typed = os.environ.pop("COLAB_TYPED", None)
    manager, client = run_start_new_kernel(**options)
    if "COLAB_PAGE" in os.environ:
        page = manager.blocking_client()
        page.start_channels()
        page.wait_for_ready(timeout=60)
        known = json.loads(Path(os.environ["COLAB_PAGE"]).read_text())
        threading.Thread(target=answer, args=(page, known), daemon=True).start()
    if typed is not None:
        client.execute = lambda code, **options: type(client).execute(client, code, **{**options, "allow_stdin": True})
        threading.Thread(target=type_in, args=(client, typed), daemon=True).start()
    return manager, client


def messages(take):
    while True:
        try:
            yield take(timeout=0.2)
        except queue.Empty:
            pass


def type_in(client, text):
    """Answers the first question."""
    asked = next(messages(client.get_stdin_msg))
    run.emit("asked", prompt=asked["content"]["prompt"], masked=asked["content"]["password"])
    client.input(text)


def answer(page, known):
    for message in messages(page.get_iopub_msg):
        if message["msg_type"] != "colab_request" or message["metadata"]["colab_request_type"] != "GetSecret":
            continue
        name = message["content"]["request"]["key"]
        data = {"exists": name in known, "access": known.get(name) is not None, "payload": known.get(name) or ""}
        value = {"type": "colab_reply", "colab_msg_id": message["metadata"]["colab_msg_id"], "data": data}
        page.stdin_channel.send(page.session.msg("input_reply", {"value": value}))


run_start_new_kernel, run.start_new_kernel = run.start_new_kernel, start_new_kernel
sys.exit(run.main())
