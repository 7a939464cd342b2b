"""Grades one submission, and keeps the results of a class, so that a run that was interrupted goes on."""

import dataclasses
import hashlib
import json
import os
import time

from . import __version__, judge, submissions


@dataclasses.dataclass(frozen=True)
class Assignment:
    """The instructor's notebook, the limits, and the folder of files that submissions may read."""

    release: dict
    limits: dict
    data: str | None = None

    @property
    def points(self):
        return submissions.points_of(self.release)

    def digest(self, submission):
        """A digest of all that a result depends on."""
        parts = [__version__, json.dumps(self.release, sort_keys=True), json.dumps(self.limits, sort_keys=True), submission.student, submission.suffix]
        made = hashlib.sha256("\0".join(parts).encode(errors="surrogatepass"))
        made.update(submission.content or b"")
        made.update(judge.find_judge().read_bytes())
        return made.hexdigest()


def grade(judging, assignment, submission):
    """The result of a submission; one that cannot be read or graded has no points, and says why."""
    began = time.monotonic()
    if submission.content is None:
        return ungraded(assignment, submission, "the notebook cannot be read")
    try:
        notebook = submissions.parsed(submission.content, submission.suffix)
    except (ValueError, RecursionError) as error:
        return ungraded(assignment, submission, f"the notebook cannot be read: {error}")
    notebook = judge.restored(notebook, assignment.release)
    try:
        graded = judging.grade(notebook, assignment.release, submission.student, assignment.data, assignment.limits)
    except judge.JudgeError as error:
        graded = {"tests": [], "log": [str(error)]}
    results = {test["id"]: test for test in graded["tests"]}
    log, scores = list(graded["log"]), {}
    for name, points in assignment.points.items():
        score = results.get(name, {}).get("score")
        valid = isinstance(score, (int, float)) and 0 <= score <= points
        if not valid and graded["tests"]:
            log.append(f"{name}: no score between 0 and {points}")
        scores[name] = float(score) if valid else 0.0
    made = ungraded(assignment, submission, "")
    total = round(sum(scores.values()), 9)
    return {**made, "scores": scores, "score": total, "log": log, "tests": graded["tests"], "answers": answers_of(notebook), "seconds": round(time.monotonic() - began, 2)}


def ungraded(assignment, submission, reason):
    """The result of a submission that could not be graded."""
    points = assignment.points
    scores = dict.fromkeys(points, 0.0)
    return {"student": submission.student, "scores": scores, "score": 0.0, "max": sum(points.values()), "log": [reason], "tests": [], "answers": {}, "seconds": 0.0}


def answers_of(notebook):
    """The text of each answer; cells of the student's own are one answer, `""`."""
    answers = {}
    for cell in notebook["cells"]:
        fields = judge.fields_of(cell)
        if cell.get("cell_type") == "code" and (fields.get("solution") or not fields):
            name = fields.get("grade_id", "")
            answers[name] = "\n".join(filter(None, [answers.get(name), judge.text_of(cell)]))
    return answers


class Results:
    """The results of a class, a file for each student."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def known(self, student, digest):
        """The result that was stored for this digest; `None` if there is none."""
        try:
            result = json.loads((self.folder / f"{student}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return result if isinstance(result, dict) and result.get("digest") == digest else None

    def store(self, result, digest):
        file = self.folder / f"{result['student']}.json"
        partial = file.with_suffix(".partial")
        partial.write_text(json.dumps({**result, "digest": digest}), encoding="utf-8")
        os.replace(partial, file)
