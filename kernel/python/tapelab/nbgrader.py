"""
nbgrader with marks from the judge. `configure(c)`, in nbgrader_config.py, puts these preprocessors into its steps autograde, validate and feedback; everything
else of nbgrader stays as it is.
"""

import ast
import json
import pathlib
import shutil
import time

import nbformat
from nbconvert.exporters import NotebookExporter
from nbgrader import utils
from nbgrader.api import Gradebook, MissingEntry
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import CheckCellMetadata, ClearHiddenTests, ClearOutput, NbGraderPreprocessor
from nbgrader.validator import Validator

from . import judge, markup, submissions
from .grading import answers_of

STUB = '// YOUR CODE HERE\nthrow new Error("not implemented");'


def release_of(config, resources):
    """The notebook of an assignment as it was released, with the tests, points and flags of the gradebook, and the folder of its files."""
    names = resources["nbgrader"]
    course = CourseDirectory(config=config)
    folders = [course.format_path(folder, ".", names["assignment"]) for folder in (course.release_directory, course.source_directory)]
    paths = [pathlib.Path(folder, f"{names['notebook']}.ipynb") for folder in folders]
    path = next((path for path in paths if path.exists()), None)
    with Gradebook(names["db_url"]) as gradebook:
        stored = {cell.name: cell for cell in gradebook.find_notebook(names["notebook"], names["assignment"]).source_cells}
        points = {}
        for name in stored:
            try:
                points[name] = gradebook.find_graded_cell(name, names["notebook"], names["assignment"]).max_score
            except MissingEntry:
                continue
        released = nbformat.read(path, as_version=4) if path else nbformat.v4.new_notebook(cells=[cell_of(cell) for cell in stored.values()])
        kernel = gradebook.find_notebook(names["notebook"], names["assignment"]).kernelspec
        cells = []
        for cell in released.cells:
            fields = judge.fields_of(cell)
            own = stored.get(fields.get("grade_id")) if fields else None
            if fields and own is None:
                del cell.metadata["nbgrader"]
            if own is not None:
                cell.cell_type = own.cell_type
                fields["locked"] = bool(own.locked)
                fields["checksum"] = own.checksum
                fields["cell_type"] = own.cell_type
                if own.name in points:
                    fields["points"] = points[own.name]
                if own.locked or not fields.get("solution"):
                    cell.source = own.source
            cells.append(cell)
        released.cells = cells
        if not released.metadata.get("kernelspec") and kernel:
            released.metadata["kernelspec"] = nbformat.from_dict(json.loads(kernel))
    return released, folders[0]


def cell_of(stored):
    """A cell of the gradebook, for a release whose file is not there."""
    fields = {"grade_id": stored.name, "locked": bool(stored.locked), "grade": bool(stored.locked), "solution": not stored.locked, "schema_version": 3}
    make = nbformat.v4.new_code_cell if stored.cell_type == "code" else nbformat.v4.new_markdown_cell
    return make(stored.source or "", metadata={"nbgrader": fields})


def is_link(path):
    """Whether a submission, or its folder, is a link, by which files that are not the student's could be handed in."""
    path = pathlib.Path(path)
    return any(part.is_symlink() for part in (path, path.parent, path.parent.parent))


class SubmissionExporter(NotebookExporter):
    """Reads a submission whatever is wrong with its file: one that is no notebook counts as empty, and does not stop nbgrader."""

    def from_file(self, file_stream, resources=None, **settings):
        try:
            notebook = nbformat.read(file_stream, as_version=4)
        except Exception as error:  # nbformat has no common class of errors
            notebook = self.repaired(pathlib.Path(file_stream.name), error)
        return self.from_notebook_node(notebook, resources=resources, **settings)

    def repaired(self, path, error):
        """The notebook in a file with a byte order mark or bytes that are no text; an empty one for anything else."""
        try:
            return nbformat.reads(path.read_bytes().decode("utf-8-sig", errors="replace"), as_version=4)
        except Exception:
            self.log.error("%s cannot be read, and counts as an empty submission: %s", path, error)
            return nbformat.v4.new_notebook()


class Restore(NbGraderPreprocessor):
    """Puts a submission into the form of the release, before it is graded."""

    def preprocess(self, nb, resources):
        release, _ = release_of(self.config, resources)
        path = pathlib.Path(resources["metadata"]["path"], f"{resources['nbgrader']['notebook']}.ipynb")
        if is_link(path):
            self.log.error("%s is a link: it counts as an empty submission", path)
            nb = nbformat.v4.new_notebook()
        made = nbformat.from_dict(judge.restored(nb, release))
        for cell in made.cells:
            cell.pop("id", None)
            fields = judge.fields_of(cell)
            if cell.cell_type != "code" and (not fields or fields.get("solution") or fields.get("task")):
                cell.source = markup.defused(cell.source)
        _, made = nbformat.validator.normalize(made)
        return made, resources


class Deduplicate(NbGraderPreprocessor):
    """Makes the copies of a cell cells of the student's own, where there is no release to compare with."""

    def preprocess(self, nb, resources):
        made = nbformat.from_dict(judge.restored(nb, nb))
        _, made = nbformat.validator.normalize(made)
        return made, resources


class Judge(NbGraderPreprocessor):
    """Runs the judge, and stores its scores and feedback as the outputs of the cells, from which nbgrader takes them."""

    def preprocess(self, nb, resources):
        data = None
        if resources.get("nbgrader"):
            release, folder = release_of(self.config, resources)
            student = resources["nbgrader"]["student"]
            data = judge.copy_data(folder)
        else:
            # nbgrader validate: the student's own copy, without hidden tests
            release, student = nb, ""
        began = time.monotonic()
        try:
            grading = judge.kept.grade(nb, release, student, data)
        except judge.JudgeError as error:
            self.log.error("%s", error)
            grading = {"tests": [], "cells": [], "log": []}
        finally:
            if data:
                shutil.rmtree(data, ignore_errors=True)
        for line in grading["log"]:
            self.log.error("%s", line)
        for cell in nb.cells:
            if cell.cell_type == "code":
                cell.outputs = []
        for shown in grading["cells"]:
            nb.cells[shown["index"]].outputs = nbformat.from_dict(shown["outputs"])
        results = {test["id"]: test for test in grading["tests"]}
        for cell in nb.cells:
            if judge.is_test(cell) and cell.cell_type == "code":
                cell.outputs = nbformat.from_dict(self.outputs_of(cell, results))
        if resources.get("nbgrader"):
            self.note(nb, release, grading, time.monotonic() - began)
        return nb, resources

    def note(self, nb, release, grading, seconds):
        """Notes the result in the metadata of the graded notebook, for the dashboard of the class."""
        points = submissions.points_of(release)
        given = {test["id"]: test["score"] for test in grading["tests"]}
        scores = {name: float(given.get(name, 0)) for name in points}
        result = {"scores": scores, "score": sum(scores.values()), "max": sum(points.values()), "log": grading["log"], "tests": grading["tests"], "answers": answers_of(nb), "seconds": round(seconds, 2)}
        nb.metadata.setdefault("tapelab", {})["result"] = nbformat.from_dict(result)

    def outputs_of(self, cell, results):
        """The outputs of a test; a test without a result gives no points."""
        name = judge.fields_of(cell)["grade_id"]
        if name in results:
            return results[name]["outputs"]
        self.log.error("%s was not graded", name)
        text = "This test was not graded."
        return [{"output_type": "error", "ename": "NotGraded", "evalue": text, "traceback": [text]}]


class HideTests(ClearHiddenTests):
    """Clears the hidden tests of tests alone: an answer in which the markers stand would end nbgrader's own preprocessor."""

    def preprocess(self, nb, resources):
        for cell in nb.cells:
            if judge.is_test(cell):
                self._remove_hidden_test_region(cell)
        return nb, resources


class CheckMarks(NbGraderPreprocessor):
    """Checks that each score is a number within the points of its cell, before nbgrader stores it."""

    def preprocess(self, nb, resources):
        for cell in nb.cells:
            if not judge.is_test(cell) or cell.cell_type != "code":
                continue
            try:
                score, most = utils.determine_grade(cell)
                if not 0 <= score <= most:
                    raise ValueError(f"{score} of {most} points")
            except Exception as error:  # whatever is wrong with the outputs, the others are still graded
                self.log.error("%s: %s", judge.fields_of(cell)["grade_id"], error)
                cell.outputs = nbformat.from_dict([{"output_type": "error", "ename": "ScoreError", "evalue": str(error), "traceback": [str(error)]}])
        return nb, resources


def text_of_result(shown):
    """The string that a kernel shows as the result of a cell, in quotes and with escapes; what is no string stays as it is."""
    if len(shown) < 2 or shown[0] != shown[-1] or shown[0] not in "'\"`":
        return shown
    quoted = shown if shown[0] != "`" else '"' + shown[1:-1].replace('"', '\\"') + '"'
    try:
        return str(ast.literal_eval(quoted))
    except (ValueError, SyntaxError):
        return shown[1:-1]


def configure(c):
    """Sets the configuration of nbgrader for notebooks in TypeScript."""
    c.ClearSolutions.code_stub = {"typescript": STUB}
    c.Autograde.exporter_class = SubmissionExporter
    c.Autograde.sanitize_preprocessors = [Restore, "nbgrader.preprocessors.CheckCellMetadata"]
    c.Autograde.autograde_preprocessors = [
        Judge,
        CheckMarks,
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
        "nbgrader.preprocessors.CheckCellMetadata",
    ]
    c.GenerateFeedback.preprocessors = [
        "nbgrader.preprocessors.GetGrades",
        HideTests,
        "nbconvert.preprocessors.CSSHTMLHeaderPreprocessor",
    ]
    c.InstantiateTests.comment_strs = {"tapelab": "//"}
    c.InstantiateTests.sanitizers = {"tapelab": text_of_result}
    # the validator's list of preprocessors cannot be configured
    trait = Validator.class_traits()["preprocessors"]
    trait.default_args = ([Deduplicate, CheckCellMetadata, ClearOutput, Judge],)


