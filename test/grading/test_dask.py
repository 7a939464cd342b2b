"""Grading by a Dask cluster, one of whose workers is killed in mid-run."""

import json
import os
import signal
import subprocess
import time

import environment
import pytest
from classes import scores_in, write_class

from tapelab import grading, submissions


@pytest.fixture
def cluster():
    """A cluster, with its address and the processes of its workers."""
    environment.install()
    script = os.path.join(os.path.dirname(__file__), "local_cluster.py")
    process = subprocess.Popen(environment.command("-u", script), env=environment.variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process, json.loads(process.stdout.readline())
    finally:
        process.kill()
        process.wait()


def stored(out):
    return {file.stem for file in (out / "results").glob("*.json")}


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert condition()


@pytest.mark.timeout(900)
def test_a_worker_is_killed(cluster, tmp_path):
    process, facts = cluster
    kinds = ["right", "wrong sign", "twice too large", "nothing", "exits", "scratch"]
    place, out = tmp_path / "class", tmp_path / "out"
    expected = write_class(place, 12, kinds=kinds)
    command = environment.command("-m", "tapelab", "grade", str(place), "--out", str(out), "--dask", facts["address"])
    with subprocess.Popen(command, cwd=tmp_path, env=environment.variables(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as run:
        wait_for(lambda: run.poll() is not None or len(stored(out)) >= 2, 300)
        before = stored(out)
        os.kill(facts["workers"][0], signal.SIGKILL)
        printed, _ = run.communicate(timeout=500)
    assert run.returncode == 0, printed
    assert scores_in(out) == expected
    assert len(before) < len(expected), "all were graded before a worker was killed"

    # each was finished, and those whose results were there when the worker was lost were not graded again
    process.stdin.write("\n")
    process.stdin.flush()
    finished = json.loads(process.stdout.readline())
    release = submissions.parsed((place / "release.ipynb").read_bytes(), ".ipynb")
    assignment = grading.Assignment(release, {})
    times = {student: finished[f"tapelab-grade-{assignment.digest(submissions.read(student, place / f'{student}.ipynb'))}"] for student in expected}
    assert {times[student] for student in before} == {1}
    assert min(times.values()) == 1

    # a second run has nothing to grade, and needs no worker
    again = environment.run(tmp_path, "-m", "tapelab", "grade", str(place), "--out", str(out), "--dask", facts["address"])
    assert "student-011" in again and scores_in(out) == expected


def test_without_dask(tmp_path):
    from tapelab import cli

    write_class(tmp_path / "class", 1)
    with pytest.raises(SystemExit, match="--dask needs Dask"):
        cli.main(["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--dask", "tcp://127.0.0.1:1"])
