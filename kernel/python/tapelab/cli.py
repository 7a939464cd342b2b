"""The command `tapelab`: `tapelab grade`, `tapelab dashboard` and `tapelab teaching init`."""

import argparse
import os
import pathlib

from . import __version__, classes, dashboard, grading, report, submissions

CONFIG = """# Marks from Tapelab's judge; everything else is nbgrader's own configuration, which can be added below.
from tapelab.nbgrader import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "course"
configure(c)
"""

# what nbgrader makes of lines with AUTOTEST
AUTOTESTS = pathlib.Path(__file__).with_name("autotests.yml")


def release_in(arguments, folder):
    """The path of the instructor's notebook, and the notebook."""
    path = pathlib.Path(arguments.release) if arguments.release else folder / "release.ipynb"
    if not path.is_file():
        raise SystemExit(f"tapelab grade: the instructor's notebook {path} was not found; name it with --release")
    try:
        release = submissions.parsed(path.read_bytes(), path.suffix)
    except ValueError as error:
        raise SystemExit(f"tapelab grade: the instructor's notebook {path} cannot be read: {error}") from error
    if not submissions.points_of(release):
        raise SystemExit(f"tapelab grade: {path} has no tests: cells that nbgrader marks as autograded tests, with points")
    return path, release


def results_on(arguments, assignment, handed_in):
    """Yields the results of submissions as they are done."""
    if not arguments.dask:
        yield from classes.grade_here(assignment, handed_in, arguments.jobs or os.cpu_count() or 1)
        return
    try:
        from . import cluster
    except ImportError as error:
        raise SystemExit('tapelab grade: --dask needs Dask; install it with: pip install "tapelab[dask]"') from error
    yield from cluster.grade_on(arguments.dask, assignment, handed_in)


def grade(arguments):
    folder = pathlib.Path(arguments.folder)
    if not folder.is_dir():
        raise SystemExit(f"tapelab grade: {folder} is not a folder")
    path, release = release_in(arguments, folder)
    out = pathlib.Path(arguments.out)
    stored = grading.Results(out / "results")
    limits = {name: value for name, value in (("cell", arguments.cell_seconds), ("call", arguments.call_seconds), ("memory", arguments.memory)) if value}
    handed_in = [submissions.read(student, file) for student, file in submissions.files_in(folder, path, path.stem).items()]
    with classes.copied(arguments.data) as data:
        assignment = grading.Assignment(release, limits, data)
        digests = {submission.student: assignment.digest(submission) for submission in handed_in}
        graded, bar = {}, report.Bar(len(handed_in))
        for submission in handed_in:
            known = None if arguments.again else stored.known(submission.student, digests[submission.student])
            if known is not None:
                graded[submission.student] = known
                bar.step(submission.student)
        left = [submission for submission in handed_in if submission.student not in graded]
        for result in results_on(arguments, assignment, left) if left else ():
            student = result["student"]
            stored.store(result, digests[student])
            graded[student] = result
            bar.step(student)
    rows = [graded[student] for student in sorted(graded)]
    report.write_results(out, rows, list(assignment.points))
    report.print_table(rows, assignment.points)
    return 0


def init(arguments):
    path = pathlib.Path(arguments.folder, "nbgrader_config.py")
    if path.exists() and not arguments.force:
        raise SystemExit(f"tapelab teaching init: {path} exists; add to it the lines\n\n{CONFIG}\nor overwrite it with --force")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(CONFIG)
    print(f"wrote {path}")
    tests = path.with_name("autotests.yml")
    if not tests.exists():
        tests.write_text(AUTOTESTS.read_text(encoding="utf-8"), encoding="utf-8")
        print(f"wrote {tests}")
    return 0


def show_dashboard(arguments):
    try:
        rows = dashboard.rows_of(arguments.folder, arguments.assignment)
    except (OSError, ValueError) as error:
        raise SystemExit(f"tapelab dashboard: {error}") from error
    out = pathlib.Path(arguments.out or arguments.folder)
    title = arguments.title or arguments.assignment or "Dashboard"
    print(f"wrote {dashboard.write(rows, out, title)}, and dashboard.ipynb beside it")
    return 0


def add_dashboard(commands):
    made = commands.add_parser("dashboard", help="show a graded class", description="Writes a page (dashboard.html) and a notebook (dashboard.ipynb) about a graded class.")
    made.add_argument("folder", nargs="?", default="grades", help="what tapelab grade wrote, or the folder of a course of nbgrader (default: grades)")
    made.add_argument("--assignment", help="the assignment, in a course of nbgrader")
    made.add_argument("--title", help="the title of the page")
    made.add_argument("--out", help="where they are written (default: the folder)")
    made.set_defaults(run=show_dashboard)


def add_grade(commands):
    made = commands.add_parser("grade", help="grade a folder of notebooks or scripts", description="Grades the notebooks (.ipynb) and scripts (.ts) of a folder, one a student.")
    made.add_argument("folder", help="the submissions: files named by student, or a folder for each")
    made.add_argument("--release", help="the instructor's notebook, with tests (default: release.ipynb in the folder)")
    made.add_argument("--out", default="grades", help="where grades.csv, grades.json and the results are written (default: grades)")
    made.add_argument("--data", help="a folder of files that the code of submissions may read")
    made.add_argument("--jobs", type=int, help="notebooks at once (default: one for each processor)")
    made.add_argument("--dask", metavar="ADDRESS", help="grade on the workers of a Dask cluster, such as tcp://10.0.0.1:8786")
    made.add_argument("--again", action="store_true", help="grade again what was graded before")
    made.add_argument("--cell-seconds", type=float, help="time for each cell (default: 30)")
    made.add_argument("--call-seconds", type=float, help="time for each call of a function by a test (default: 10)")
    made.add_argument("--memory", type=int, help="megabytes for the code of a submission (default: 1024)")
    made.set_defaults(run=grade)


def parser():
    made = argparse.ArgumentParser(prog="tapelab", description="Notebooks for differentiable programming in TypeScript.")
    made.add_argument("--version", action="version", version=f"tapelab {__version__}")
    commands = made.add_subparsers(required=True, metavar="COMMAND")
    add_grade(commands)
    add_dashboard(commands)
    teaching = commands.add_parser("teaching", help="set up a course").add_subparsers(required=True, metavar="COMMAND")
    starting = teaching.add_parser("init", help="write nbgrader_config.py and autotests.yml")
    starting.add_argument("folder", nargs="?", default=".", help="the folder of the course")
    starting.add_argument("--force", action="store_true", help="overwrite the file")
    starting.set_defaults(run=init)
    return made


def main(argv=None):
    arguments = parser().parse_args(argv)
    return arguments.run(arguments)
