"""The environment in which nbgrader and Dask run: of its own, as nbgrader's extensions of JupyterLab are not those of .venv."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys
import venv

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

ROOT = pathlib.Path(__file__).resolve().parents[2]
PLACE = ROOT / ".cache" / "teaching"
BIN = PLACE / ("Scripts" if os.name == "nt" else "bin")
REQUIREMENTS = pathlib.Path(__file__).parent / "requirements.txt"


def install():
    """Creates the environment, unless it is there. Suites that run side by side wait for each other."""
    PLACE.parent.mkdir(exist_ok=True)
    with open(PLACE.with_suffix(".lock"), "w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = REQUIREMENTS.read_text()
        done = PLACE / "requirements.txt"
        if done.exists() and done.read_text() == wanted:
            return
        venv.create(PLACE, with_pip=True, clear=True)
        subprocess.run([BIN / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", "-r", REQUIREMENTS], check=True, timeout=900)
        done.write_text(wanted)


def variables():
    """The variables of processes in the environment, which see this repository's package."""
    # the kernel, which is installed beside the tests
    kernels = pathlib.Path(sys.prefix, "share", "jupyter")
    path = os.pathsep.join([str(ROOT / "kernel" / "python"), str(ROOT / "test" / "grading")])
    return {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}", "PYTHONPATH": path, "JUPYTER_PATH": str(kernels), "PYTHONWARNINGS": "ignore"}


def command(*words):
    """A command of the environment, as a list: a program of it, or `-m` and a module."""
    return [str(BIN / "python"), *words] if words[0].startswith("-") else [str(BIN / words[0]), *words[1:]]


@contextlib.contextmanager
def loaded():
    """A function like `run` whose commands do not load nbgrader again."""
    if not hasattr(os, "fork"):
        yield run
        return
    apps = command("-u", str(pathlib.Path(__file__).parent / "apps.py"))
    with subprocess.Popen(apps, env=variables(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask(folder, *words):
            process.stdin.write(json.dumps({"folder": str(folder), "words": list(map(str, words))}) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask


def run(folder, *words):
    """Runs a command in a folder, and returns what it prints."""
    made = subprocess.run(command(*words), cwd=folder, env=variables(), capture_output=True, text=True, timeout=600)
    return made.stdout + made.stderr
