"""A kernel and a client for the tests."""

import re
import time
from contextlib import contextmanager

import psutil
from jupyter_client.manager import KernelManager

# seconds after which something that must come counts as missing; a machine may be busy
TIMEOUT = 100


def wait_until(condition, what):
    """Waits until a condition holds, and returns its value."""
    end = time.monotonic() + TIMEOUT
    while not (value := condition()):
        assert time.monotonic() < end, f"in vain: {what}"
        time.sleep(0.02)
    return value


def is_running(pid):
    """Whether a process runs; one that has ended may still be listed."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def plain(error):
    """Returns the content of an error without colours."""
    return {**error, "traceback": [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in error["traceback"]]}


class Run:
    """The reply and the outputs of an execute request."""

    def __init__(self, reply, messages):
        self.reply = reply
        self.messages = messages

    def of(self, kind):
        return [m["content"] for m in self.messages if m["msg_type"] == kind]

    @property
    def colours(self):
        """The traceback of the first error, with its colours."""
        return "\n".join(self.of("error")[0]["traceback"])

    @property
    def stdout(self):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == "stdout")

    @property
    def stderr(self):
        return "".join(c["text"] for c in self.of("stream") if c["name"] == "stderr")

    @property
    def result(self):
        """The data of the execute_result; fails if there is none."""
        results = self.of("execute_result")
        assert len(results) == 1, f"expected one result, got {[m['msg_type'] for m in self.messages]}: {self.of('error')}"
        return results[0]["data"]

    @property
    def text(self):
        return self.result["text/plain"]

    @property
    def error(self):
        errors = self.of("error")
        assert len(errors) == 1, f"expected one error, got {[m['msg_type'] for m in self.messages]}"
        return plain(errors[0])


class Session:
    """A kernel with its manager and client."""

    def __init__(self, manager, client):
        self.manager = manager
        self.client = client

    def send(self, code, **options):
        return self.client.execute(code, **options)

    def start(self, code, shown="runs", **options):
        """Sends a cell, and waits until it prints a text on a line of its own."""
        message_id = self.send(code, **options)
        text = ""
        while f"{shown}\n" not in text:
            text += self.wait_for(message_id, "stream")["text"]
        return message_id

    def children(self):
        """The processes below the kernel, by their numbers."""
        return {process.pid for process in psutil.Process(self.manager.provisioner.pid).children(recursive=True)}

    def collect(self, message_id, timeout=TIMEOUT):
        """Receives all iopub messages of a request, and its reply."""
        messages = []
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != message_id:
                continue
            messages.append(message)
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                break
        while True:
            reply = self.client.get_shell_msg(timeout=timeout)
            if reply["parent_header"].get("msg_id") == message_id:
                return Run(reply["content"], messages)

    def run(self, code, timeout=TIMEOUT, **options):
        return self.collect(self.send(code, **options), timeout)

    def request(self, message_id):
        """Returns the reply to a request on the shell channel."""
        while True:
            reply = self.client.get_shell_msg(timeout=TIMEOUT)
            if reply["parent_header"].get("msg_id") == message_id:
                return reply["content"]

    def until(self, message_id, wanted):
        """Receives the iopub messages of a request up to the first that is wanted."""
        messages = []
        while not messages or not wanted(messages[-1]):
            message = self.client.get_iopub_msg(timeout=TIMEOUT)
            if message["parent_header"].get("msg_id") == message_id:
                messages.append(message)
        return messages

    def wait_for(self, message_id, kind, timeout=TIMEOUT):
        """Returns the content of the next message of a kind that belongs to a request."""
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") == message_id and message["msg_type"] == kind:
                content = message["content"]
                return plain(content) if kind == "error" else content
        raise AssertionError(f"no {kind} arrived")


@contextmanager
def kernel(folder):
    """Starts a kernel in a folder."""
    manager = KernelManager(kernel_name="tapelab")
    manager.start_kernel(cwd=str(folder))
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)
    try:
        yield Session(manager, client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
