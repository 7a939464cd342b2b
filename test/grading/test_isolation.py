"""A sandbox ends with its judge's work, and with the judge when that is killed."""

import json
import os
import pathlib
import signal
import time

from exercise import release, submission
from tapelab import judge


def sandboxes():
    """The processes that run a sandbox, by their numbers."""
    found = set()
    for file in pathlib.Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = file.read_bytes().split(b"\0")
        except OSError:
            continue
        if b"--permission" in arguments and b"--disable-sigusr1" in arguments:
            found.add(int(file.parent.name))
    return found


def left_since(before, seconds=10):
    """The sandboxes that are there now and were not before, once they had time to end."""
    deadline = time.monotonic() + seconds
    while sandboxes() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    return sandboxes() - before


def test_no_sandbox_is_left_by_timers_and_promises_that_never_settle():
    before = sandboxes()
    with judge.Judge() as own:
        own.grade(submission(cube="setInterval(() => {}, 100);"), release())
        own.grade(submission(cube="await new Promise(() => {});"), release(), limits={"cell": 2})
    assert left_since(before) == set()


def test_no_sandbox_outlives_a_judge_that_is_killed():
    before = sandboxes()
    own = judge.Judge()
    own.start()
    order = {"submission": submission(cube="while (true);"), "release": release(), "student": "", "data": None, "limits": {"cell": 60}}
    own.process.stdin.write(json.dumps(order).encode() + b"\n")
    own.process.stdin.flush()
    deadline = time.monotonic() + 30
    while not sandboxes() - before and time.monotonic() < deadline:
        time.sleep(0.1)
    assert sandboxes() - before, "no sandbox was started"
    os.kill(own.process.pid, signal.SIGKILL)
    own.close()
    assert left_since(before) == set()
