"""Classes of generated submissions: right, wrong, odd and looping ones, with the scores that each must get."""

import json
import random

from exercise import cell, insert, release, submission

# submissions of the small exercise, and the points of its tests for each
KINDS = {
    "right": (lambda: submission(), (2, 3, 1)),
    "other names": (lambda: submission(cube="const cube = (value: number): number => value ** 3;", square="const square = (t: Tensor): Tensor => t.pow(2);"), (2, 3, 1)),
    "wrong sign": (lambda: submission(cube="const cube = (x: number): number => -(x ** 3);"), (0, 3, 1)),
    "twice too large": (lambda: submission(square="const square = (x: Tensor): Tensor => x * x * 2;"), (2, 0, 1)),
    "no gradient": (lambda: submission(square="const square = (x: Tensor): Tensor => x.detach() * x.detach();"), (2, 1, 1)),
    "forbidden op": (lambda: submission(mySoftmax="const mySoftmax = (x: Tensor): Tensor => x.softmax(0);"), (2, 3, 0)),
    "nothing": (lambda: submission(cube="", square="", mySoftmax=""), (0, 0, 0)),
    "does not compile": (lambda: submission(square="const square = (x: Tensor): Tensor => {"), (2, 0, 1)),
    "loops": (lambda: submission(cube="function cube(x: number): number { for (;;) {} }"), (0, 3, 1)),
    "loops at the top": (lambda: submission(mySoftmax="while (true) {}"), (2, 3, 0)),
    "exits": (lambda: submission(square="process.exit(0);"), (2, 0, 1)),
    "prints": (lambda: insert(submission(), 2, cell('for (let i = 0; i < 1e5; i++) console.log("line", i);')), (2, 3, 1)),
    "scratch": (lambda: insert(submission(), 4, cell("undefined!.x;")), (2, 3, 1)),
    "deleted tests": (lambda: without_tests(submission()), (2, 3, 1)),
}


def without_tests(made):
    made["cells"] = [each for each in made["cells"] if not each["metadata"]["nbgrader"]["grade"]]
    return made


def write_class(folder, count, seed=1, kinds=tuple(KINDS)):
    """Writes the release and `count` submissions into a folder, and returns the scores that each student must get."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "release.ipynb").write_text(json.dumps(release()))
    chosen = random.Random(seed)
    expected = {}
    for number in range(count):
        kind = kinds[number % len(kinds)]
        student = f"student-{number:03d}"
        make, scores = KINDS[kind]
        made = make()
        # notebooks differ, as those of a class do
        made["cells"].append(cell(f"// {kind} {chosen.randrange(10**9)}"))
        (folder / f"{student}.ipynb").write_text(json.dumps(made))
        expected[student] = list(map(float, scores))
    return expected


def scores_in(out):
    """The scores that `tapelab grade` has written, by student."""
    return {row["student"]: list(row["scores"].values()) for row in json.loads((out / "grades.json").read_text())}
