"""Honest and odd submissions: each gets exactly the points of what works."""

import copy

import pytest
import exercise
from exercise import MOST, NUMBERS, SETUP, TENSORS, cell, grading_of, insert, notebook, release, scores_of, solution, submission

from tapelab import judge

ALL = (2, 3, 1)


def without(made, *names):
    made["cells"] = [c for c in made["cells"] if judge.fields_of(c).get("grade_id") not in names]
    return made


def scratch(source, at=2):
    return insert(submission(), at, cell(source))


def tampered(**fields):
    made = submission()
    for c in made["cells"]:
        judge.fields_of(c).update(fields)
    return made


def moved(name, at):
    made = submission()
    k = next(i for i, c in enumerate(made["cells"]) if judge.fields_of(c)["grade_id"] == name)
    made["cells"].insert(at, made["cells"].pop(k))
    return made


def copied(name):
    made = submission()
    k = next(i for i, c in enumerate(made["cells"]) if judge.fields_of(c)["grade_id"] == name)
    return insert(made, k + 1, copy.deepcopy(made["cells"][k]))


def with_metadata(**metadata):
    made = submission()
    made["metadata"] = metadata
    return made


def each_cell(change):
    made = submission()
    for c in made["cells"]:
        change(c)
    return made


CASES = {
    "solved": (submission(), ALL),
    "nothing done": (submission(cube="", square="", mySoftmax=""), (0, 0, 0)),
    "not implemented": (submission(cube='function cube(x: number): number { throw new Error("not implemented"); }'), (0, 3, 1)),
    "throws at the top": (submission(cube=f'{NUMBERS}\nthrow new Error("oops");'), ALL),
    "throws before the answer": (submission(cube='throw new Error("oops");\nconst cube = (x: number) => x ** 3;'), (0, 3, 1)),
    "does not compile": (submission(cube="function cube(x: number { return x; }"), (0, 3, 1)),
    "has a type error": (submission(cube='function cube(x: number): number { return "8"; }'), (0, 3, 1)),
    "loops at the top": (submission(square="while (true) {}"), (2, 0, 1)),
    "loops in a function": (submission(cube="function cube(x: number): number { for (;;) {} }"), (0, 3, 1)),
    "loops for some arguments": (submission(cube="function cube(x: number): number { while (x !== 2) {} return 8; }"), (0, 3, 1)),
    "exits": (submission(cube="process.exit(1);"), (0, 3, 1)),
    "exits after the answer": (submission(square=f"{TENSORS}\nprocess.exit(0);"), (2, 0, 1)),
    "kills its parent": (insert(submission(), 2, cell("process.kill(process.ppid);")), ALL),
    "prints a million lines": (scratch('for (let i = 0; i < 1e6; i++) console.log("line", i);'), ALL),
    "prints to stderr": (scratch('console.error("careful"); process.stderr.write("x\\n");'), ALL),
    "prints in a function": (submission(cube='function cube(x: number): number { console.error("in", x); return x ** 3; }'), ALL),
    "recurses for ever": (submission(cube="function cube(x: number): number { return cube(x) + 1; }"), (0, 3, 1)),
    "allocates on the heap": (submission(square="const kept: unknown[] = []; for (;;) kept.push(new Array(1e5).fill(0));"), (2, 0, 1)),
    "allocates buffers": (submission(square="const kept: Uint8Array[] = []; for (;;) kept.push(new Uint8Array(1e7).fill(1));"), (2, 0, 1)),
    "allocates WebAssembly memory": (submission(square="const kept: unknown[] = []; for (;;) { const m = new WebAssembly.Memory({ initial: 1000 }); new Uint8Array(m.buffer).fill(1); kept.push(m); }"), (2, 0, 1)),
    "allocates tensors": (submission(square='import { ones } from "tapelab"; const kept: Tensor[] = []; for (;;) kept.push(ones([1000, 1000]));'), (2, 0, 1)),
    "leaves timers": (scratch("setInterval(() => {}, 1); setTimeout(() => { throw new Error(); }, 0);"), ALL),
    "leaves promises": (scratch("void new Promise(() => {}); void Promise.reject(new Error('nobody waits'));"), ALL),
    "waits for ever": (scratch("await new Promise(() => {});"), ALL),
    "scratch cells throw": (insert(scratch("undefined!.x;"), 0, cell("1 +")), ALL),
    "scratch cell without metadata": (insert(submission(), 4, {"cell_type": "code", "source": ["let a = 1;\n", "a"]}), ALL),
    "deleted test": (without(submission(), "numbers"), ALL),
    "deleted setup": (without(submission(), "setup"), ALL),
    "deleted solution": (without(submission(), "cube"), (0, 3, 1)),
    "everything deleted": (notebook([]), (0, 0, 0)),
    "answers in another cell": (insert(without(submission(), "cube"), 1, cell(NUMBERS)), ALL),
    "copied test": (copied("numbers"), ALL),
    "copied solution, then changed": (insert(submission(), 2, solution("cube", "const other = 1;")), ALL),
    "edited test": (submission(numbers="throw new Error();"), ALL),
    "edited setup": (submission(setup="const nothing = 1;"), ALL),
    "moved test": (moved("numbers", 0), ALL),
    "moved solution": (moved("cube", 5), ALL),
    "skipped tests": (each_cell(lambda c: c["metadata"].update(tags=["skip-execution", "raises-exception"])), ALL),
    "tampered points": (tampered(points=100), ALL),
    "tampered flags": (tampered(grade=False, solution=True, locked=False), (2, 3, 1)),
    "no metadata": (each_cell(lambda c: c.update(metadata={})), (2, 3, 1)),
    "metadata of odd kinds": (each_cell(lambda c: c["metadata"].update(nbgrader=[1])), (2, 3, 1)),
    "another kernel": (with_metadata(kernelspec={"name": "python3", "language": "python", "display_name": "Python"}), ALL),
    "old outputs": (each_cell(lambda c: c.update(outputs=[{"output_type": "execute_result", "data": {"text/plain": "100"}, "metadata": {}, "execution_count": 1}])), ALL),
    "line ends of Windows": (each_cell(lambda c: c.update(source=c["source"].replace("\n", "\r\n"))), ALL),
    "lines as a list": (each_cell(lambda c: c.update(source=c["source"].splitlines(keepends=True))), ALL),
    "solutions turned to text": (each_cell(lambda c: c.update(cell_type="markdown")), ALL),
    "its own check": (insert(submission(), 1, cell("const check = 5; const tensor = 6; const F = 7;")), ALL),
    "an answer as a variable": (submission(cube="const cube = (x: number) => Math.pow(x, 3);"), ALL),
    "async answer": (submission(cube="const cube = async (x: number) => x ** 3;"), (0, 3, 1)),
    "the identity": (submission(square="const square = (x: Tensor): Tensor => x;"), (2, 0, 1)),
    "half of a part": (submission(square="const square = (x: Tensor): Tensor => x * x.detach();"), (2, 1, 1)),
    "a forbidden op": (submission(mySoftmax="const mySoftmax = (x: Tensor): Tensor => x.softmax(0);"), (2, 3, 0)),
    "a forbidden op by another name": (submission(mySoftmax='import { operators } from "tapelab"; const mySoftmax = (x: Tensor): Tensor => operators.get("softmax")!.callByName({ input: x, dim: 0 }) as Tensor;'), (2, 3, 0)),
    "a forbidden op of a module": (submission(mySoftmax='import { nn } from "tapelab"; const mySoftmax = (x: Tensor): Tensor => new nn.Softmax(0).forward(x);'), (2, 3, 0)),
    "a forbidden op off the tape": (submission(mySoftmax='import { noGrad } from "tapelab"; const mySoftmax = (x: Tensor): Tensor => noGrad(() => F.softmax(x, 0)) + x * 0;'), (2, 3, 0)),
    "a forbidden op of a second engine": (
        submission(mySoftmax='const again = await import("tapelab"); const mySoftmax = (x: Tensor): Tensor => again.F.softmax(x, 0);'),
        (2, 3, 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_submission(judging, name):
    made, points = CASES[name]
    limits = {"memory": 400} if name.startswith("allocates") else {}
    assert scores_of(grading_of(judging, made, limits)) == dict(zip(MOST, points)), name


def against(tests, code):
    """A release with tests of its own, and a submission with this code."""
    cells = [cell(SETUP, grade_id="setup", locked=True), solution("work", code)]
    return notebook([*cells, *(exercise.test_cell(f"t{i}", 2, source) for i, source in enumerate(tests, 1))])


def marks(judging, tests, code):
    made = against(tests, code)
    grading = grading_of(judging, made, against=made)
    return [test["score"] for test in grading["tests"]], grading["log"]


def test_last_values(judging):
    values = ["1", "0.5", "true", "false", "NaN", "Infinity", "7", "-1", "null", '"0"', "tensor([1])", "({ a: 1 })", "undefined", "let i = 1; i++"]
    scores, log = marks(judging, values, "const nothing = 0;")
    assert scores == [1, 0.5, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2]
    assert len(log) == 8
    assert "t7: the last value must be a number between 0 and 2, but is 7" in log


def test_plain_assertions(judging):
    tests = [
        "console.assert(f(2) === 4);",
        "console.assert(f(3) === 4, 'wrong');",
        'import assert from "node:assert"; assert.deepStrictEqual(list(3), [0, 1, 2]); assert.equal(f(1), 2);',
        "if (f(2) !== 5) throw new Error('wrong');",
        "void Promise.reject(new Error('nobody waits'));",
    ]
    scores, _ = marks(judging, tests, "const f = (x: number) => 2 * x;\nconst list = (n: number) => Array.from({ length: n }, (_, i) => i);")
    assert scores == [2, 0, 2, 0, 0]


CLASSES = """class Stack<T> {
  items: T[] = [];
  static made = 0;
  constructor() { Stack.made++; }
  push(x: T): this { this.items.push(x); return this; }
  get size(): number { return this.items.length; }
  pop(): T { if (this.items.length === 0) throw new RangeError("empty"); return this.items.pop()!; }
  *[Symbol.iterator]() { yield* this.items; }
}
class Point {
  constructor(readonly x: number) {}
  plus(other: Point): Point { return new Point(this.x + other.value()); }
  value(): number { return this.x; }
}
class MyError extends Error { override name = "MyError"; }
const fail = () => { throw new MyError("mine"); };
const twice = (f: (x: number) => number) => (x: number) => f(f(x));
function* naturals(n: number) { for (let i = 0; i < n; i++) yield i; }
const later = async (x: number) => { await new Promise((r) => setTimeout(r, 5)); return { x, list: new Map([["a", new Set([1])]]) }; };
const options = { deep: [{ x: 1 }], f: (n: number) => n + 1 };"""


def test_classes_closures_and_iterators_of_a_submission(judging):
    tests = [
        "const s = new Stack<number>(); s.push(1).push(2); check.close(s.size, 2); check.close(s.pop(), 2); check.close([...s], [1]); check.close(s instanceof Stack, true);",
        "const p = new Point(1).plus(new Point(2)); check.close(p.plus(p).x, 6);",
        "check.throws(() => new Stack().pop(), RangeError); check.throws(fail, MyError); check.throws(fail, /mine/);",
        "check.close(twice((x) => x * 10)(2), 200); check.close([...naturals(3)], [0, 1, 2]);",
        "const { x, list } = await later(3); check.close(x, 3); check.close([...list.get('a')!], [1]);",
        "check.close(options.f(1), 2); check.close(options.deep, [{ x: 1 }]); const t = new Stack<number>(); t.items = [5]; check.close(t.pop(), 5);",
    ]
    assert marks(judging, tests, CLASSES)[0] == [2, 2, 2, 2, 2, 2]


MODELS = """import { nn, optim, autograd } from "tapelab";
class Net extends nn.Module {
  a = new nn.Linear(2, 8);
  b = new nn.Linear(8, 2);
  forward(x: Tensor): Tensor { return this.b.forward(this.a.forward(x).tanh()); }
}
class Half extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor { ctx.saveForBackward(x); return x * x; }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor { const [x] = ctx.savedTensors; return g * x!; }
}
class Step {
  constructor(readonly w: Tensor) {}
  step(): void { this.w.sub_(this.w.grad! * 0.5); }
}
const cubed = (x: Tensor) => x * x * x;
const model = new Net();
const fit = ({ x, y }: { x: Tensor; y: Tensor }) => { const net = new Net(); const o = new optim.Adam(net.parameters(), { lr: 0.05 }); for (let i = 0; i < 100; i++) { o.zeroGrad(); F.crossEntropy(net.forward(x), y).backward(); o.step(); } return net; };
const leak: Tensor[] = [];
const leaky = () => { leak.push(F.softmax(tensor([1]).expand([5000]), 0)); };
const frugal = () => F.softmax(tensor([1]).expand([5000]), 0);"""


def test_models_gradients_and_training_of_a_submission(judging):
    data = "const x = check.random('data').tensor([40, 2]); const y = x.select(1, 0).gt(0).to('int64');"
    tests = [
        "check.shape(model.forward(tensor([[1, 2]])), [1, 2]); check.grad((x: Tensor) => model.forward(x), tensor([[1, 2]])); check.close(model.parameters().length, 4);",
        "check.throws(() => check.backward(Half), 'CheckError'); const x = tensor([2], { requiresGrad: true }); Half.apply(x).sum().backward(); check.close(x.grad, [2]);",
        'import { autograd } from "tapelab"; const x = tensor([2], { requiresGrad: true }); const [d] = autograd.grad(cubed(x).sum(), [x], { createGraph: true }); check.close(d, [12]); d.sum().backward(); check.close(x.grad, [12]);',
        f"{data} check.trains(fit, {{ x, y }}, {{ accuracy: 0.9 }}); check.trains(new Net(), {{ x, y }}, {{ accuracy: 0.9, within: '3s', lr: 0.05 }});",
        "const w = check.shared(tensor([1, 2], { requiresGrad: true })); const o = new Step(w); import { noGrad } from 'tapelab'; w.grad = tensor([2, 2]); noGrad(() => o.step()); check.close(w, [0, 1]);",
        "check.tape(cubed(tensor([1], { requiresGrad: true })), { uses: 'mul', nodes: 2 }); check.memory(frugal); check.throws(() => check.memory(leaky), 'CheckError');",
    ]
    scores, _ = marks(judging, tests, MODELS)
    assert scores == [2, 2, 2, 2, 2, 2]


TRAINED_BY_TESTS = """const net = new Net();
const sgd = new optim.SGD(net.parameters(), { lr: 0.5 });
const x = tensor([[1, 2], [2, 1], [-1, -2], [-2, -1]]), y = tensor([0, 0, 1, 1], { dtype: "int64" });
let last = 0;
for (let i = 0; i < 20; i++) { sgd.zeroGrad(); const loss = F.crossEntropy(net.forward(x), y); loss.backward(); sgd.step(); last = loss.item(); }
if (!(last < 0.1)) throw new Error(`the loss is ${last}`);"""


def test_an_optimizer_of_a_test_trains_a_module_of_a_submission(judging):
    tests = [
        f'import {{ optim }} from "tapelab";\n{TRAINED_BY_TESTS}',
        "const w = new Net().a.weight; import { noGrad } from 'tapelab'; const net = new Net(); check.close(net.a.weight === net.parameters()[0], true); const before = net.forward(tensor([[1, 1]])).detach(); noGrad(() => net.a.weight.fill_(0)); check.close(net.forward(tensor([[1, 1]])).sub(before).abs().sum().item() > 0, true);",
        "const net2 = new Net(); net2.forward(tensor([[1, 2]])).sum().backward(); const g = net2.b.bias.grad!; check.close(g, [1, 1]); net2.forward(tensor([[1, 2]])).sum().backward(); check.close(net2.b.bias.grad, [2, 2]); net2.zeroGrad(); check.close(net2.b.bias.grad ?? 0, net2.b.bias.grad === null ? 0 : [0, 0]);",
    ]
    assert marks(judging, tests, MODELS)[0] == [2, 2, 2]


def test_a_loop_of_a_test_that_a_wrong_answer_never_ends(judging):
    made = against(["const q = new Queue(); while (!q.isEmpty()) q.take();", "check.close(one, 1);"], "class Queue { isEmpty() { return false; } take() {} }\nconst one = 1;")
    grading = grading_of(judging, made, limits={"test": 3}, against=made)
    assert [test["score"] for test in grading["tests"]] == [0, 2]
    assert "the test took longer than 3 s" in str(grading["tests"][0]["outputs"])


def test_what_is_graded_before_the_judge_ends_counts():
    made = against(["check.close(one, 1);", "while (true);", "check.close(one, 1);"], "const one = 1;")
    small = against(["check.close(one, 1);"], "const one = 1;")
    with judge.Judge() as own:
        # the judge has started when the time begins
        assert [test["score"] for test in own.grade(small, small)["tests"]] == [2]
        grading = own.grade(made, made, seconds=12)
        assert [test["score"] for test in grading["tests"]] == [2]
        assert grading["log"] == ["the notebook was not graded within 12 s"]
        assert [test["score"] for test in own.grade(small, against(["check.close(one, 1);"], ""))["tests"]] == [2]


OBJECTS = """// @ts-nocheck
let k = 0;
class Odd { valueOf() { return k++ % 2 === 0 ? Infinity : -Infinity; } item() { return new Odd(); } }
const fake = { sub: () => fake, abs: () => fake, max: () => fake, item: () => 0, allclose: () => true, equal: () => true };
const mean = () => new Odd();
const plain = () => new Odd();
const relu = () => fake;
const untyped = () => fake;
Object.defineProperty(exports, "total", { get: () => (k++ % 2 === 0 ? Infinity : -Infinity) });"""

DECLARED = "const mean = (xs: number[]): number => { throw new Error(); };\nfunction relu(x: Tensor): Tensor { throw new Error(); }\nconst total = 0;"


def test_objects_that_pass_every_comparison(judging):
    tests = [
        "const m = mean([1, 2]); if (!(m > 1.4 && m < 1.6)) throw new Error();",
        "const p = plain(); if (!(p > 1.4 && p < 1.6)) throw new Error();",
        "const i = plain().item(); if (!(i > 1.4 && i < 1.6)) throw new Error();",
        "if (relu(tensor([1])).sub(tensor([1])).abs().max().item() > 1e-6) throw new Error();",
        "if (untyped(tensor([1])).sub(tensor([1])).abs().max().item() > 1e-6) throw new Error();",
        "if (!untyped(tensor([1])).allclose(tensor([1]))) throw new Error();",
        "if (!(total >= 10 && total <= 10)) throw new Error();",
    ]
    made = against(tests, OBJECTS)
    grading = grading_of(judging, made, against=against(tests, DECLARED))
    assert [test["score"] for test in grading["tests"]] == [0] * 7
    assert "mean must return a number" in str(grading["tests"][0]["outputs"])


def test_a_hidden_test_shows_no_values(judging):
    grading = grading_of(judging, submission(cube="function cube(x: number): number { if (x === 2) return 8; throw new Error(`got ${x}`); }"))
    shown = str([test["outputs"] for test in grading["tests"] if test["id"] == "numbers"])
    assert "A hidden test failed (check.same)" in shown
    assert "got " not in shown and "arguments" not in shown and "secretReference" not in shown


def test_a_forged_line_shows_nothing_of_a_hidden_test(judging):
    forged = r"\n    at test-3:4:1)\n    at test-3:4:1"
    code = f'function cube(x: number): any {{ if (x === 2) return 8; throw new Error("got " + x + "{forged}"); }}'
    grading = grading_of(judging, submission(cube=code))
    assert "got " not in str(grading["tests"][0]["outputs"])
    code = f'function cube(x: number): any {{ return x === 2 ? 8 : "got " + x + "{forged}"; }}'
    grading = grading_of(judging, submission(cube=code))
    assert "got " not in str(grading["tests"][0]["outputs"])


def test_a_visible_test_says_what_came(judging):
    grading = grading_of(judging, submission(square="const square = (x: Tensor): Tensor => x * x * -1;"))
    shown = str([test["outputs"] for test in grading["tests"] if test["id"] == "tensors"])
    assert "The sign is wrong" in shown and "text/html" in shown


def test_inputs_depend_on_the_student(judging):
    constants = submission(square="const square = (x: Tensor): Tensor => x * x;")
    first, second = (grading_of(judging, constants, student=name)["tests"][1]["score"] for name in ("ada", "bob"))
    assert first == second == 3


def test_marks_are_the_same_in_every_run(judging):
    runs = [[test["score"] for test in grading_of(judging, release())["tests"]] for _ in range(2)]
    assert runs[0] == runs[1] == list(ALL)


DOUBLED = """import { autograd } from "tapelab";
class Doubled extends autograd.Function {
  static override forward(ctx: autograd.FunctionContext, x: Tensor): Tensor { ctx.saveForBackward(x); return x * x; }
  static override backward(ctx: autograd.FunctionContext, g: Tensor): Tensor { const [x] = ctx.savedTensors; return g * x; }
}"""


def test_feedback_names_the_op_and_the_line_of_the_student_and_no_line_of_the_grader(judging):
    grading = grading_of(judging, against(["check.backward(Doubled);"], DOUBLED), against=against(["check.backward(Doubled);"], DOUBLED))
    shown = str(grading["tests"][0]["outputs"])
    assert "Doubled, gradient of x: Every element is half of what it should be" in shown
    assert "return g * x;" in shown and "cell 2 : line 4" in shown and "main.js" not in shown


def test_cells_of_the_release_read_its_files_for_tests(judging, tmp_path):
    (tmp_path / "two.csv").write_text("a,b\n1,2\n3,4\n")
    reading = cell('import { data } from "tapelab";\nconst rows = (await data.readCSV("two.csv")).rows.map((row) => row.map(Number));', grade_id="reading", locked=True)
    made = notebook([cell(SETUP, grade_id="setup", locked=True), reading, solution("work", "const total = (rows: number[][]) => rows.flat().reduce((a, b) => a + b, 0);\nrows[0]![0] = 100;")])
    made["cells"].append(exercise.test_cell("t1", 2, "check.close(rows, [[1, 2], [3, 4]]); check.close(total(rows), 10);"))
    grading = judging.grade(judge.restored(copy.deepcopy(made), made), made, "ada", tmp_path, {"cell": 5, "call": 2}, 100)
    assert grading["tests"][0]["score"] == 2, grading


def test_random_numbers_are_the_same_in_every_run(judging):
    made = against(["check.shape(drawn, [4]);"], 'import { randn } from "tapelab"; const drawn = randn([4]); console.log(drawn.toArray());')
    printed = [str(grading_of(judging, made, against=made)["cells"]) for _ in range(2)]
    assert printed[0] == printed[1] and "[" in printed[0]
