"""Indices in brackets, comparisons and conditions of tensors in cells."""

import pytest


@pytest.fixture(autouse=True)
def prepared(session):
    session.run(
        'import { arange, nn, noGrad, tape, tensor, Tensor, zeros } from "tapelab";\n'
        "const x = arange(12).reshape([3, 4]);\n"
        'const rows = tensor([0, 2], { dtype: "int32" }), cols = tensor([1, 3], { dtype: "int32" });\n'
        "const mask = x.gt(8);\nlet y = zeros([2, 3]);\nconst i = 1, j = 2;"
    )


def values(session, code):
    return session.run(f"({code}).toArray()").text.replace("\n", "").replace("  ", " ")


@pytest.mark.parametrize(
    "code, expected",
    [
        ("x[0]", "[ 0, 1, 2, 3 ]"),
        ("x[-1]", "[ 8, 9, 10, 11 ]"),
        ("x[i, j]", "6"),
        ("x[i][j]", "6"),
        ("x[i + 1, -j]", "10"),
        ('x["1:3"][0]', "[ 4, 5, 6, 7 ]"),
        ('x["..., ::2"][0]', "[ 0, 2 ]"),
        ('x[":", 0]', "[ 0, 4, 8 ]"),
        ("x[`${i}:`, 0]", "[ 4, 8 ]"),
        ('x["::-1"][0]', "[ 8, 9, 10, 11 ]"),
        ("x[mask]", "[ 9, 10, 11 ]"),
        ("x[x > 8]", "[ 9, 10, 11 ]"),
        ("x[rows, cols]", "[ 1, 11 ]"),
        ("x[[0, 2], [1, 3]]", "[ 1, 11 ]"),
        ("x[null, 0][0]", "[ 0, 1, 2, 3 ]"),
        ("x[0][1] * 2 + x[1, 1]", "7"),
        ("x[0]![1]", "1"),
        ("x?.[0]?.[1]", "1"),
        ("[x, y].map((t) => t[0][1])[0]", "1"),
        ("tensors[1][0]", "[ 0, 1, 2, 3 ]"),
        ("record.a[0][1]", "1"),
        ('record["a"][0][1]', "1"),
        ("held.w[0, 1]", "1"),
        ("corner(x) - 1", "-1"),
        ("corner(held.w)", "0"),
        ("pick(x, 1)", "[ 4, 5, 6, 7 ]"),
        ("pick(x)", "0"),
    ],
)
def test_elements(session, code, expected):
    session.run(
        "const tensors = [y, x];\nconst record: Record<string, Tensor> = { a: x };\n"
        "class Held { w = x; }\nconst held = new Held();\n"
        "const corner = <T extends Tensor>(t: T) => t[0, 0];\n"
        "function pick(t: Tensor | null, k?: number) {\n  if (t === null) return zeros([1]);\n  return k === undefined ? t[0][0] : t[k];\n}"
    )
    assert values(session, code) == expected


def test_what_is_no_tensor_keeps_its_brackets(session):
    assert session.run("const list = [x, y]; list[1] === y").text == "true"
    assert session.run('x["shape"][1]').text == "4"
    assert session.run("x.shape[0] + 'ab'[1]!.length").text == "4"
    assert session.run('type S = Tensor["shape"];\nconst s: S = x.shape; s[0]').text == "3"
    assert session.run("const any: any = { 0: 5 }; any[0]").text == "5"


def test_assignments_are_in_place_and_on_the_tape(session):
    session.run("y = zeros([2, 3]);\nconst same = y;\ny[0] = 1;\ny[1, -1] = tensor(5);\ny[y == 0] = [7, 8];\ny['0:1', 1] += 1;")
    assert values(session, "same") == "[ [ 1, 2, 1 ], [ 7, 8, 5 ] ]"
    session.run("y[y > 6] *= 2;\ny[[0, 0], 0] -= 1;\ny[rows[0]] **= 2;\ny[i] /= 2;")
    assert values(session, "y") == "[ [ 0, 4, 1 ], [ 7, 8, 2.5 ] ]"
    session.run("const w = tensor([1, 2, 3], { requiresGrad: true });\nconst v = w * 1;\nv[0] = v[1] * 10;\nv['1:'] *= 2;\nv.sum().backward();")
    assert values(session, "w.grad[1]") == "12"
    assert "a view of a leaf that requires a gradient" in session.run("w[0] = 1").error["evalue"]
    assert values(session, "noGrad(() => { w[0] = 9; return w; })") == "[ 9, 2, 3 ]"


def test_the_value_and_the_parts_of_an_assignment_are_evaluated_once_in_order(session):
    session.run("const log: string[] = [];\nconst at = <T>(name: string, v: T) => { log.push(name); return v; };\nconst z = zeros([3]);")
    assert session.run('const got = (at("x", z)[at("i", 1)] = at("v", 5)); [got, log.splice(0).join()]').text == "[ 5, 'x,i,v' ]"
    session.run('at("x", z)[at("i", [0, 1])] += at("v", 1);')
    assert session.run("[log.splice(0).join(), z.toArray()]").text == "[ 'x,i,v', [ 1, 6, 0 ] ]"
    assert session.run("z[0] = z[2] = 4").messages and values(session, "z") == "[ 4, 6, 4 ]"
    session.run("z[[0, 2]] += await Promise.resolve(1);\nfor (let k = 0; k < 2; z[k] = -1, k++);")
    assert values(session, "z") == "[ -1, -1, 5 ]"


def test_iteration(session):
    assert session.run("const [, second] = x;\nsecond.toArray()").text == "[ 4, 5, 6, 7 ]"
    assert session.run("second[0].item()").text == "4"
    assert session.run("let total = 0;\nfor (const row of x) total += row[0].item();\ntotal").text == "12"
    assert session.run("[...x].length + x.length").text == "6"
    assert "0-d tensor" in session.run("for (const e of tensor(5)) e").error["evalue"]


@pytest.mark.parametrize(
    "code, expected",
    [
        ("x[0] == 2", "[ false, false, true, false ]"),
        ("2 != x[0]", "[ true, true, false, true ]"),
        ("x[0] < x[0, 1]", "[ true, false, false, false ]"),
        ("1 >= x[0]", "[ true, true, false, false ]"),
        ("!(x[0] <= 1)", "[ false, false, true, true ]"),
        ("~(x[0] > 1)", "[ true, true, false, false ]"),
        ("x[0] > 0 & x[0] < 3", "[ false, true, true, false ]"),
        ("x[0] == 0 | x[0] == 3", "[ true, false, false, true ]"),
        ("x[0] > 0 ^ x[0] > 1", "[ false, true, false, false ]"),
        ("x[0] & 2 | ~x[1]", "[ -5, -6, -5, -6 ]"),
    ],
)
def test_comparisons(session, code, expected):
    assert values(session, code) == expected


def test_null_checks_and_identity_stay(session):
    session.run("let maybe: Tensor | null = null as Tensor | null;")
    assert session.run("[x == null, x != undefined, null == x, x === x, x !== y, x.grad == null]").text == "[ false, true, false, true, true, true ]"
    assert session.run('const g = x.grad; [maybe ? 1 : 2, !maybe, maybe && 3, maybe ?? 4, g ? 5 : 6, x.grad ? 7 : 8]').text == "[ 2, true, null, 4, 6, 8 ]"
    assert session.run("const bias = (b?: Tensor) => (b ? b[0].toArray() : 0);\nbias()").text == "0"
    assert session.run("1 < 2 && [1, 2][1] == 2 && !0").text == "true"


@pytest.mark.parametrize(
    "code, start, carets, message",
    [
        ('x["1:3a"]', "1:7", 1, "Not an index: unexpected a"),
        ('const q = x[0,\n  ":, ::0"]', "2:9", 1, "Not an index: a step must not be 0"),
        ('x.at("1:2:3:4")', "1:12", 1, "Not an index: a range has at most two colons"),
        ('x["\\u0031:b"] = 0', "1:3", 10, "Not an index: unexpected b"),
        ("x[i]++", "1:1", 6, "An element of a tensor has no operator ++; write x[i] += 1"),
        ("--x[i, 0]", "1:1", 9, "write x[i, 0] -= 1"),
        ("[x[0], x[1]] = [x[1], x[0]]", "1:2", 4, "cannot be the target of a pattern; write x[i] = v"),
        ("if (mask) 1", "1:5", 4, "A tensor a is true as a condition, whatever its elements are: a.item()"),
        ("while (i > 0 && x[0] < 3) {}", "1:17", 8, "A tensor a is true as a condition"),
        ("const t = x == y ? 1 : 2", "1:11", 6, "A tensor a is true as a condition"),
        ("mask && x", "1:1", 4, "The tensor on the left of && is always true. Write a & b for the elements"),
        ("(x > 1) || mask", "1:1", 7, "The tensor on the left of || is always true. Write a | b"),
        ("const m = x @ y.T", "1:13", 1, "TypeScript has no operator @; write a.matmul(b), or matmul(a, b)"),
        ("x[1:3]", "1:2", 5, 'A slice is written as text: ["1:3"]'),
        ("x[i:i + 2, 0]", "1:2", 12, "A slice is written as text: [`${i}:${i + 2}, 0`]"),
        ("x[..., 0] * 2", "1:2", 8, 'A slice is written as text: ["..., 0"]'),
        ("x[undefined]", "1:3", 9, "'undefined' is not assignable to parameter of type 'Index'"),
        ("const s: string = x[0]", "1:7", 1, "Type 'Tensor' is not assignable to type 'string'"),
        ("x[0].nothing", "1:6", 7, "Property 'nothing' does not exist on type 'Tensor'"),
    ],
)
def test_errors_at_their_places(session, code, start, carets, message):
    error = session.run(code).error
    assert error["evalue"].startswith(f"{start} ") and message in error["evalue"], error["evalue"]
    assert error["traceback"][2].count("^") == carets, "\n".join(error["traceback"])


def test_errors_while_the_cell_runs_name_index_and_line(session):
    error = session.run('const k = 7;\nx[\n  ":", k]').error
    assert error["evalue"] == "at: index 7 is out of range for dimension 1 of size 4"
    assert 'at: index 9 (character 4 of "0, 9") is out of range for dimension 1 of size 4' == session.run('x["0, 9"]').error["evalue"]
    error = session.run("let o = 1;\ny[0] = tensor([1, 2, 3, 4]);").error
    assert error["ename"] == "ShapeError" and "   2 | y[0] = tensor([1, 2, 3, 4]);" in error["traceback"]


def test_hover_and_completion_inside_and_behind_brackets(session):
    def hover(code, at):
        return session.request(session.client.inspect(code, at))["data"].get("text/plain", "")

    assert "const rows: Tensor" in hover("x[rows, cols]", 4)
    assert "const cols: Tensor" in hover("x[rows, cols]", 10)
    assert "const x: Tensor" in hover("x[rows, cols]", 1)
    code = "const part = x[0, ':'];\npart"
    assert "const part: Tensor" in hover(code, len(code))

    def complete(code, at):
        reply = session.request(session.client.complete(code, at))
        return reply["matches"], reply["cursor_start"], reply["cursor_end"]

    matches, start, end = complete("x[ro]", 4)
    assert matches[0] == "rows" and (start, end) == (2, 4)
    assert "rows" in complete("x[0, ro]", 7)[0]
    matches, start, end = complete("x[0].logS", 9)
    assert matches[0] == "logSoftmax" and (start, end) == (5, 9)
    assert "maskedFill" in complete("x[0, mask.maskedF]", 17)[0]
    assert "rows" in complete("x[ro", 4)[0]
    assert complete("y[0] = ro", 9)[0][0] == "rows"
    # members are no completions of the text of an index, complete or not
    for code in ('x["1:3, ma', 'x["', 'x[0, "1:', 'x["1:3"]'):
        assert "abs" not in complete(code, len(code.removesuffix('"]')))[0]
    assert "shape" in complete('x["sha', 6)[0]


def test_the_tape_shows_indexing_with_its_lines(session):
    shown = session.run("const leaf = tensor([1, 2, 3], { requiresGrad: true });\nconst out =\n  leaf[0] * leaf['1:'].sum();\ntape(out)").result
    data = next(v for k, v in shown.items() if "tape" in k)
    names = [data["ops"]["name"][n] for n in data["rows"]["op"]]
    assert sorted(names) == ["mul", "select", "slice", "sum"]
    assert {site[1] for site in data["rows"]["site"]} == {3}


def test_a_long_chain_of_variables_is_rewritten(session):
    lines = ["let c0 = x[0] * 1;"] + [f"const c{n} = c{n - 1}[':'] + 1;" for n in range(1, 20)]
    lines = [lines[0].replace("let", "const"), *lines[1:]]
    assert session.run("\n".join(lines) + "\nc19.toArray()").text == "[ 19, 20, 21, 22 ]"
