"""papermill's parameters for TypeScript notebooks, by its command and its functions."""

import datetime
import json
import math
import subprocess
import sys

import nbformat
import papermill
import pytest
from papermill.exceptions import PapermillException, PapermillExecutionError
from papermill.translators import papermill_translators

NOTEBOOK = nbformat.v4.new_notebook(
    metadata={"kernelspec": {"name": "tapelab", "language": "typescript", "display_name": "TypeScript"}},
    cells=[
        nbformat.v4.new_code_cell(
            'let rate: number = 0.1; // step size\nconst name = "a; b = c"; // of the run\n/** How it is\n * trained. */\nlet mode: "fast" | "slow" = "fast";\n'
            "let sizes: Array<[number, string]> = [\n  [1, 'one'], // the first\n];\nconst big = 123n, none = null;\nconst on = true;\nexport const options: { deep: { x: number } } = { deep: { x: 1 } };\nfunction f() { const local = 1; return local; }",
            metadata={"tags": ["parameters"]},
        )
    ],
)


def execute(folder, parameters, code):
    notebook = nbformat.from_dict(NOTEBOOK)
    notebook.cells = [*NOTEBOOK.cells, nbformat.v4.new_code_cell(code)]
    path = folder / "in.ipynb"
    nbformat.write(notebook, path)
    papermill.execute_notebook(str(path), str(folder / "out.ipynb"), parameters, cwd=str(folder), progress_bar=False)
    done = nbformat.read(folder / "out.ipynb", 4)
    return done, "".join(o.get("data", {}).get("text/plain", "") for o in done.cells[-1].outputs)


STRINGS = [
    "",
    "plain",
    "it's \"quoted\" `${1 + 1}` \\ back",
    "line\nline\r\n\ttab \0 zero \x1b[31m \x7f \x85",
    "é 日本 😀 \u2028\u2029 \u202e \ufeff",
    "</script><!--",
    "*/ //",
    "\\u0041 \\n",
]
VALUES = {
    "strings": STRINGS,
    "numbers": [0, -1, 2**53 - 1, 0.1, -0.0, 1e300, 5e-324, 1e-7, 123456789012345680.0],
    "flags": [True, False, None],
    "nested": {"a": [1, {"b": [None, {"c": []}]}], "with space": 1, "1": 2, "'": 3, '"': 4, "\n": 5, "__proto__": {"x": 1}, "constructor": 6, "": 7, "é": 8},
    "empty": {},
    "none": None,
}


def test_parameter_values_are_translated(tmp_path):
    beyond = {"inf": math.inf, "minus": -math.inf, "nan": math.nan, "big": 2**64, "small": -(2**70)}
    expected = json.dumps(json.dumps({**VALUES, "numbers": [str(x) for x in VALUES["numbers"]]}))
    code = (
        f"const expected = JSON.parse({expected});\nexpected.numbers = expected.numbers.map(Number);\n"
        "require('node:assert').deepStrictEqual({ strings, numbers, flags, nested, empty, none }, expected);\n"
        "// numbers that JSON lacks\n[inf, minus, nan, big === 2n ** 64n, small === -(2n ** 70n)]"
    )
    _, text = execute(tmp_path, {**VALUES, **beyond}, code)
    assert text == "[ Infinity, -Infinity, NaN, true, true ]"


def test_other_values_of_python():
    translate = papermill_translators.find_translator("tapelab", "typescript").translate
    assert translate((1, range(2), {3})) == "[1, [0, 1], [3]]"
    assert translate({2: "a", None: "b", True: "c", (1, 2): "d"}) == '{ "2": "a", "null": "b", "true": "c", "(1, 2)": "d" }'
    assert translate("\ud83d|") == '"\\ud83d|"'
    assert translate(datetime.date(2020, 1, 2)) == '"2020-01-02"'

    class Array:
        def tolist(self):
            return [1.5, 2]

    assert translate(Array()) == "[1.5, 2]"


def test_parameters_replace_the_defaults_and_keep_their_types(tmp_path):
    done, text = execute(tmp_path, {"rate": 0.5, "mode": "slow"}, "const run = (m: 'fast' | 'slow'): string => m;\n[rate, run(mode), name, mode === 'fast', rate === 0.1, (rate = 1)]")
    assert text == "[ 0.5, 'slow', 'a; b = c', false, false, 1 ]"
    assert done.cells[1].source == '// Parameters\nlet rate = 0.5;\nlet mode = "slow";\n'
    assert "injected-parameters" in done.cells[1].metadata.tags


def test_a_value_of_another_type_is_an_error(tmp_path):
    with pytest.raises(PapermillExecutionError, match="Type 'string' is not assignable to type 'number'"):
        execute(tmp_path, {"rate": "much"}, "rate")


@pytest.mark.parametrize("name", ["new", "a-b", "1a", "", "await", "a b", "x;y"])
def test_a_name_that_is_not_an_identifier_is_an_error(tmp_path, name):
    with pytest.raises(PapermillException, match="a TypeScript variable cannot have this name"):
        execute(tmp_path, {name: 1}, "1")


def test_help_lists_the_parameters(tmp_path):
    nbformat.write(NOTEBOOK, tmp_path / "in.ipynb")
    run = subprocess.run([sys.executable, "-m", "papermill", "--help-notebook", str(tmp_path / "in.ipynb")], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    lines = [" ".join(line.split()) for line in run.stdout.splitlines()]
    assert "rate: number (default 0.1) step size" in lines
    assert 'name: string (default "a; b = c") of the run' in lines or 'name: string (default "a; b = c")' in lines


def test_parameters_are_read_from_the_cell(tmp_path):
    nbformat.write(NOTEBOOK, tmp_path / "in.ipynb")
    found = {p["name"]: (p["inferred_type_name"], p["default"], p["help"]) for p in papermill.inspect_notebook(str(tmp_path / "in.ipynb")).values()}
    assert found == {
        "rate": ("number", "0.1", "step size"),
        "name": ("string", '"a; b = c"', "of the run"),
        "mode": ('"fast" | "slow"', '"fast"', "How it is trained."),
        "sizes": ("Array<[number, string]>", "[\n  [1, 'one'], // the first\n]", ""),
        "big": ("bigint", "123n", ""),
        "none": ("NoneType", "null", ""),
        "on": ("boolean", "true", ""),
        "options": ("{ deep: { x: number } }", "{ deep: { x: 1 } }", ""),
    }


def test_the_papermill_command(tmp_path):
    notebook = nbformat.from_dict(NOTEBOOK)
    notebook.cells = [*NOTEBOOK.cells, nbformat.v4.new_code_cell("[rate, name]")]
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "-p", "rate", "2", "-r", "name", "5", "--no-progress-bar"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    assert nbformat.read(tmp_path / "out.ipynb", 4).cells[-1].outputs[0]["data"]["text/plain"] == "[ 2, '5' ]"
