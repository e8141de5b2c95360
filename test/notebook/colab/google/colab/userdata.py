"""Secrets of the notebook, as google.colab.userdata gives them."""

import os

from . import _message

# Colab waits 10 s.
TIMEOUT_SECONDS = float(os.environ.get("COLAB_SECRET_TIMEOUT", "10"))


class SecretNotFoundError(Exception):
    def __init__(self, key):
        super().__init__(f"Secret {key} does not exist.")


class NotebookAccessError(Exception):
    def __init__(self, key):
        super().__init__(f"Notebook does not have access to secret {key}.")


class TimeoutException(Exception):
    def __init__(self, key):
        super().__init__(f"Requesting secret {key} timed out.")


def get(key):
    answer = _message.blocking_request("GetSecret", {"key": key}, TIMEOUT_SECONDS)
    if answer is None:
        raise TimeoutException(key)
    if not answer.get("exists", False):
        raise SecretNotFoundError(key)
    if not answer.get("access", False):
        raise NotebookAccessError(key)
    return answer.get("payload", "")
