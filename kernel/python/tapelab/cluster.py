"""Grades a class by the workers of a Dask cluster: each submission is a task, and the tasks of a worker that is lost are done again by others."""

import contextlib
import dataclasses
import pathlib
import queue
import tempfile

from distributed import Client, KilledWorker, WorkerPlugin, as_completed, get_worker

from . import __version__, grading, judge

PLUGIN = "tapelab-judges"


class Judges(WorkerPlugin):
    """The judges of a worker, which are started when they are first needed, and the files of the assignment."""

    name = PLUGIN
    idempotent = False

    def __init__(self, files):
        self.files = files

    def setup(self, worker):
        self.idle = queue.SimpleQueue()
        self.folder = None
        if self.files:
            self.folder = tempfile.TemporaryDirectory(prefix="tapelab-data-")
            pathlib.Path(self.folder.name).chmod(0o755)
            for name, content in self.files.items():
                file = pathlib.Path(self.folder.name, name)
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content)

    def teardown(self, worker):
        while not self.idle.empty():
            self.idle.get().close()
        if self.folder:
            self.folder.cleanup()

    @contextlib.contextmanager
    def one(self):
        """A judge that no other task uses."""
        try:
            own = self.idle.get_nowait()
        except queue.Empty:
            own = judge.Judge()
        try:
            yield own
        finally:
            self.idle.put(own)


def grade_task(assignment, submission, version):
    """Grades one submission, on a worker."""
    if version != __version__:
        raise RuntimeError(f"this worker has tapelab {__version__}, but the grader {version}: install the same version on both")
    judges = get_worker().plugins[PLUGIN]
    with judges.one() as own:
        here = dataclasses.replace(assignment, data=judges.folder.name if judges.folder else None)
        return grading.grade(own, here, submission)


def files_of(folder):
    """The files of a folder as bytes by their names."""
    root = pathlib.Path(folder) if folder else None
    return {str(file.relative_to(root)): file.read_bytes() for file in root.rglob("*") if file.is_file()} if root else {}


def grade_on(address, assignment, handed_in):
    """
    Yields the results of submissions as they are done by the workers of a cluster. A submission whose workers were lost several times (Dask's
    `allowed-failures`) has no points, and says so.
    """
    with Client(address, name="tapelab grade") as client:
        client.register_plugin(Judges(files_of(assignment.data)))
        tasks = {
            client.submit(grade_task, assignment, submission, __version__, key=f"tapelab-grade-{assignment.digest(submission)}", pure=True): submission
            for submission in handed_in
        }
        for task in as_completed(tasks):
            submission = tasks.pop(task)
            try:
                yield task.result()
            except KilledWorker as error:
                yield grading.ungraded(assignment, submission, f"the workers that graded it were lost: {error}")
            finally:
                task.release()
