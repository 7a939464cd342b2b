"""Feedback on a wrong gradient: the failing node and the line of the answer, only where the arguments were visible, and in pages that run nothing."""

import json
import re

import bleach
import exercise
import nbformat
import pytest
from exercise import MOST, SETUP, cell, grading_of, notebook, scores_of, solution, submission
from nbconvert import HTMLExporter

RULE = """import { autograd } from "tapelab";
class Square extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor { ctx.saveForBackward(x); return x * x; }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return g * x!;
  }
}
const square = (x: Tensor): Tensor => Square.apply(x);"""

DETACHED = """const square = (x: Tensor): Tensor => {
  const constant = x.detach();
  return x * constant;
};"""


def against(test, answer):
    """A release with a single test, and the notebook with this answer."""
    made = notebook([cell(SETUP, grade_id="setup", locked=True), solution("work", answer), exercise.test_cell("test", 2, test)])
    return made


def outputs_of(judging, test, answer, name="test"):
    made = against(test, answer)
    grading = grading_of(judging, made, against=made)
    return grading, next(t["outputs"] for t in grading["tests"] if t["id"] == name)


def texts_of(outputs):
    return "\n".join(json.dumps(o, ensure_ascii=False) for o in outputs)


VISIBLE = "check.grad(square, tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]));"


def test_the_failing_node_and_the_line_of_its_rule(judging):
    _, outputs = outputs_of(judging, VISIBLE, RULE)
    text = outputs[0]["data"]["text/plain"]
    for words in (
        "the gradient of the input [3, 3] is wrong in 9 of 9 elements",
        "failing node  Square, gradient of x: Every element is half of what it should be",
        "your line     return g * x!;   (cell 2 : line 6)",
        "hint: Every element is half",
        "▶  Square",
    ):
        assert words in text
    data = outputs[0]["data"]["application/vnd.tapelab.check.v1+json"]
    assert [m["label"] for m in data["failure"]["maps"]] == ["yours", "numeric", "ratio 0.500"]
    assert [(r["op"], r["failing"]) for r in data["failure"]["tape"]["rows"]] == [("Square", True)]


def test_the_line_at_which_a_value_leaves_the_tape(judging):
    _, outputs = outputs_of(judging, VISIBLE, DETACHED)
    text = outputs[0]["data"]["text/plain"]
    assert "detach: a value leaves the tape here" in text
    assert "your line     const constant = x.detach();   (cell 2 : line 2)" in text


def test_functions_methods_and_objects_that_a_test_makes(judging):
    model = f"""import {{ nn }} from "tapelab";
{RULE}
class Net extends nn.Module {{
  layer = new nn.Linear(2, 2);
  forward(x: Tensor): Tensor {{
    return Square.apply(this.layer.forward(x));
  }}
}}
const model = new Net();"""
    for test in (
        "check.grad((x: Tensor) => model.forward(x).sum(), tensor([[1, 2]]));",
        "const net = new Net(); check.grad((x: Tensor) => net.forward(x), tensor([[1, 2]]));",
        "check.backward(Square, tensor([1, 2]));",
    ):
        _, outputs = outputs_of(judging, test, model)
        assert "return g * x!;   (cell 2 : line 7)" in outputs[0]["data"]["text/plain"], test


HIDDEN = """// BEGIN HIDDEN TESTS
const secret = tensor([1.2345, 6.789, 3, 4, 5]);
check.grad(square, secret);
// END HIDDEN TESTS"""


@pytest.mark.parametrize("test", [HIDDEN, HIDDEN.replace("check.grad(square, secret);", 'check.part("hidden", 1, () => check.grad(square, secret));')])
def test_a_hidden_test_shows_neither_lines_nor_values(judging, test):
    _, outputs = outputs_of(judging, test, RULE)
    shown = texts_of(outputs)
    assert "idden test failed" in shown and "half of what it should be" in shown
    for words in ("1.234", "6.789", "return g", "secret", "your line", "▶", "[5]", '"grid"'):
        assert words not in shown, words


def test_arguments_of_a_hidden_test_do_not_reach_the_names_in_later_feedback(judging):
    answer = """import { autograd } from "tapelab";
const seen: number[] = [];
const square = (x: Tensor): Tensor => {
  seen.push(...x.flatten().toArray<number[]>());
  const rule = autograd.customGradient((y: Tensor) => [y * y, (g: Tensor) => g * y]);
  Object.defineProperty(square, "name", { value: `leak${seen.join("_")}` });
  class Leak extends autograd.Function {
    static override forward(ctx: autograd.FunctionContext, y: Tensor): Tensor { ctx.saveForBackward(y); return y * y; }
    static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor { return g * ctx.savedTensors[0]!; }
  }
  Object.defineProperty(Leak, "name", { value: `leak${seen.join("_")}` });
  return seen.length > 2 ? Leak.apply(x) : rule(x);
};"""
    tests = [HIDDEN, VISIBLE]
    made = notebook([cell(SETUP, grade_id="setup", locked=True), solution("work", answer), *(exercise.test_cell(f"t{i}", 1, t) for i, t in enumerate(tests))])
    grading = grading_of(judging, made, against=made)
    shown = texts_of([o for t in grading["tests"] for o in t["outputs"]])
    assert "is wrong in 9 of 9" in shown and "your line" in shown
    assert "1.234" not in shown and "6.789" not in shown


def test_names_of_an_answer_are_text_in_the_page(judging):
    answer = RULE.replace("const square =", 'Object.defineProperty(Square, "name", { value: "<img src=x onerror=steal()>\\u202e\\n" + "x".repeat(1000) });\nconst square =')
    _, outputs = outputs_of(judging, VISIBLE, answer)
    page = outputs[0]["data"]["text/html"]
    assert "&lt;img src=x onerror=steal()&gt;" in page and "<img" not in page and "\u202e" not in page and "x" * 100 not in page


@pytest.mark.parametrize(
    "trick",
    [
        'if (String(new Error().stack).includes("examin")) for (;;);',
        'if (String(new Error().stack).includes("examin")) process.exit(0);',
        'if (String(new Error().stack).includes("examin")) { (globalThis as any).Error = class { stack = "at (/etc/passwd:1:1)"; }; }',
        'Error.prepareStackTrace = () => "at (file:///etc/passwd:1:1)\\n    at (cell[99]:-1:1e9)";',
    ],
)
def test_an_answer_that_acts_on_the_examination_loses_only_its_own_feedback(judging, trick):
    answer = RULE.replace("const square = (x: Tensor): Tensor => Square.apply(x);", f"const square = (x: Tensor): Tensor => {{\n  {trick}\n  return Square.apply(x);\n}};")
    grading = grading_of(judging, submission(square=answer))
    assert scores_of(grading) == {**MOST, "tensors": 1}
    assert "root:" not in json.dumps(grading)


def test_readers_without_styles_and_scripts_show_all_words(judging):
    _, outputs = outputs_of(judging, VISIBLE, RULE)
    html = outputs[0]["data"]["text/html"]
    shown = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("test", outputs=nbformat.from_dict(outputs))])
    words = ["expected", "the numeric gradient", "got", "failing node", "your line", "return g * x!;", "Hint:", "worst element", "yours", "ratio", "▶ Square"]
    for options in ({"template_name": "basic"}, {"template_name": "basic", "sanitize_html": True}):
        page, _ = HTMLExporter(**options).from_notebook_node(shown)
        own = page[page.index("output_html") : page.index("output_error")]
        # a sanitizer shows the tags that it does not know, and its parser adds the bodies of tables
        assert re.findall(r"&lt;(?!/?tbody&gt;)", own) == []
        text = re.sub(r"<[^>]*>|&lt;/?tbody&gt;", " ", own)
        places = [text.find(word) for word in words]
        assert -1 not in places and places == sorted(places), (options, dict(zip(words, places)))
        assert "<script" not in page and "vnd.tapelab" not in page
    # cells of a row stay apart where the tags are removed
    plain = bleach.clean(html, strip=True)
    assert re.search(r"got</b> <code>-?[\d.]+ at \[", plain)
    assert all(re.fullmatch(r"padding: [\dpx ]+(; background:#\w+)?", style) for style in re.findall(r'style="([^"]*)"', html))
