"""Grades a class: on the processors of this machine, or by the workers of a Dask cluster."""

import concurrent.futures
import contextlib
import queue
import shutil

from . import grading, judge


def grade_here(assignment, handed_in, jobs):
    """Yields the results of submissions as they are done, `jobs` at a time."""
    judges = queue.SimpleQueue()
    for _ in range(jobs):
        judges.put(judge.Judge())

    def one(submission):
        own = judges.get()
        try:
            return grading.grade(own, assignment, submission)
        finally:
            judges.put(own)

    pool = concurrent.futures.ThreadPoolExecutor(jobs)
    try:
        for task in concurrent.futures.as_completed([pool.submit(one, submission) for submission in handed_in]):
            yield task.result()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        while not judges.empty():
            judges.get().close()


@contextlib.contextmanager
def copied(folder):
    """A copy of the files of an assignment that submissions may read; `None` where there are none."""
    copy = judge.copy_data(folder) if folder else None
    try:
        yield str(copy) if copy else None
    finally:
        if copy:
            shutil.rmtree(copy, ignore_errors=True)
