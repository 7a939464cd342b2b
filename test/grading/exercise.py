"""A small exercise, its solutions, and submissions that are made from them."""

import copy

from tapelab import judge

SETUP = 'import { F, tensor, type Tensor } from "tapelab";\nimport { check } from "tapelab/check";'

NUMBERS = "function cube(x: number): number {\n  return x * x * x;\n}"
TENSORS = "const square = (x: Tensor): Tensor => x * x;"
SOFTMAX = "const mySoftmax = (x: Tensor): Tensor => {\n  const e = (x - x.max()).exp();\n  return e / e.sum();\n};"

NUMBERS_TEST = """check.close(cube(2), 8);
// BEGIN HIDDEN TESTS
const secretReference = (x: number) => x ** 3;
check.same(cube, secretReference, (random) => [random.number(-3, 3)]);
// END HIDDEN TESTS"""

TENSORS_TEST = """check.part("values", 1, () => check.close(square(check.random("values").tensor([3])), check.random("values").tensor([3]).pow(2)));
check.part("gradients", 2, () => {
  const x = check.random("gradients").tensor([2, 2], { requiresGrad: true });
  square(x).sum().backward();
  check.close(x.grad, x.detach().mul(2));
  check.grad(square, x);
});
check.points()"""

SOFTMAX_TEST = """const logits = check.random("softmax").tensor([5], { requiresGrad: true });
check.tape(mySoftmax(logits), { avoids: ["softmax"] });
check.close(mySoftmax(logits), F.softmax(logits, 0));"""

# the answers as an instructor marks them, and a question that is graded by hand
SOLVED = {
    "cube": "function cube(x: number): number {\n  // BEGIN SOLUTION\n  return x * x * x;\n  // END SOLUTION\n}",
    "square": "const square = (x: Tensor): Tensor => {\n  // BEGIN SOLUTION\n  return x * x;\n  // END SOLUTION\n};",
}
ESSAY = {"cell_type": "markdown", "metadata": {"nbgrader": {"schema_version": 3, "grade": True, "solution": True, "locked": False, "grade_id": "essay", "points": 5}}, "source": "Why?"}

# points of the tests: 2, 3 and 1
MOST = {"numbers": 2, "tensors": 3, "softmax": 1}


def cell(source, **fields):
    """A code cell, with the fields of nbgrader if there are any."""
    metadata = {"nbgrader": {"schema_version": 3, "grade": False, "solution": False, "locked": False, **fields}} if fields else {}
    return {"cell_type": "code", "source": source, "metadata": metadata, "outputs": [], "execution_count": None}


def solution(name, source):
    return cell(source, grade_id=name, solution=True)


def test_cell(name, points, source):
    return cell(source, grade_id=name, grade=True, locked=True, points=points)


def notebook(cells):
    kernel = {"name": "tapelab", "display_name": "TypeScript (Tapelab)", "language": "typescript"}
    return {"cells": cells, "metadata": {"kernelspec": kernel, "language_info": {"name": "typescript"}}, "nbformat": 4, "nbformat_minor": 4}


def release():
    """The instructor's notebook."""
    return notebook(
        [
            cell(SETUP, grade_id="setup", locked=True),
            solution("cube", NUMBERS),
            test_cell("numbers", 2, NUMBERS_TEST),
            solution("square", TENSORS),
            test_cell("tensors", 3, TENSORS_TEST),
            solution("mySoftmax", SOFTMAX),
            test_cell("softmax", 1, SOFTMAX_TEST),
        ]
    )


def source():
    """The instructor's notebook as it is written, with a question."""
    made = release()
    for c in made["cells"]:
        c["source"] = SOLVED.get(judge.fields_of(c)["grade_id"], c["source"])
    made["cells"].append(copy.deepcopy(ESSAY))
    return made


def submission(**changes):
    """The solved notebook, with the sources of some cells replaced by their ids."""
    made = release()
    for made_cell in made["cells"]:
        name = judge.fields_of(made_cell)["grade_id"]
        made_cell["source"] = changes.get(name, made_cell["source"])
    return made


def insert(made, at, *cells):
    made["cells"][at:at] = list(cells)
    return made


def grading_of(judging, made, limits=None, student="ada", against=None):
    instructors = against or release()
    given = {"cell": 5, "call": 2, **(limits or {})}
    return judging.grade(judge.restored(copy.deepcopy(made), instructors), instructors, student, None, given, 100)


def scores_of(grading):
    return {test["id"]: test["score"] for test in grading["tests"]}
