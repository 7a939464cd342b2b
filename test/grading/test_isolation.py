"""A sandbox ends with its judge's work, and with the judge when that is killed."""

import json
import os
import pathlib
import signal
import time

import pytest
from exercise import release, submission
from tapelab import judge


def sandboxes(session):
    """The processes that run a sandbox in the session of a judge, by their numbers: other judges may run on the machine."""
    found = set()
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
            # behind the name, which may contain parentheses: state, parent, group, session
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if b"--permission" in arguments and b"--disable-sigusr1" in arguments and int(fields[3]) == session:
            found.add(int(folder.name))
    return found


def left(session, seconds=60):
    """The sandboxes that are there once they had time to end."""
    deadline = time.monotonic() + seconds
    while sandboxes(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return sandboxes(session)


def started(session, seconds=60):
    """The sandboxes that are there once one had time to start."""
    deadline = time.monotonic() + seconds
    while not sandboxes(session) and time.monotonic() < deadline:
        time.sleep(0.1)
    return sandboxes(session)


def test_no_sandbox_is_left_by_timers_and_promises_that_never_settle():
    with judge.Judge() as own:
        own.start()
        session = own.process.pid
        own.grade(submission(cube="setInterval(() => {}, 100);"), release())
        own.grade(submission(cube="await new Promise(() => {});"), release(), limits={"cell": 2})
        assert own.process.pid == session
    assert left(session) == set()


def test_no_sandbox_outlives_a_judge_that_is_killed():
    own = judge.Judge()
    own.start()
    session = own.process.pid
    order = {"submission": submission(cube="while (true);"), "release": release(), "student": "", "data": None, "limits": {"cell": 60}}
    own.process.stdin.write(json.dumps(order).encode() + b"\n")
    own.process.stdin.flush()
    assert started(session), "no sandbox was started"
    os.kill(session, signal.SIGKILL)
    own.close()
    assert left(session) == set()


def graded(kept, made):
    return [test["score"] for test in kept.grade(made, release())["tests"]]


def test_a_kept_judge_grades_one_notebook_after_the_other():
    kept = judge.KeptJudge(seconds=600)
    assert graded(kept, submission()) == [2, 3, 1]
    process = kept.judge.process
    assert graded(kept, submission(cube="")) == [0, 3, 1]
    assert kept.judge.process is process
    # after an error nothing of it is used again
    with pytest.raises(TypeError):
        kept.grade(submission(), object())
    assert kept.judge.process is None
    assert graded(kept, submission()) == [2, 3, 1]
    kept.close()


def test_a_kept_judge_ends_when_no_notebook_comes():
    kept = judge.KeptJudge(seconds=0.1)
    assert graded(kept, submission()) == [2, 3, 1]
    with kept.lock:
        process = kept.judge.process
    if process is not None:
        process.wait(60)
    assert graded(kept, submission()) == [2, 3, 1]
    kept.close()
