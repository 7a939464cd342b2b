"""Arithmetic on tensors in cells is rewritten by types, and errors keep their source positions."""

import re

import pytest
from mimes import TAPE


@pytest.fixture(autouse=True)
def prepared(session):
    session.run('import { nn, tape, Tensor, tensor } from "tapelab";\nconst a = tensor([1, 2]);\nconst b = tensor([3, 4]);\nlet w = tensor([5, 6]);')


def values(session, code):
    return session.run(f"({code}).toArray()").text


@pytest.mark.parametrize(
    "code, expected",
    [
        ("a + b", "[ 4, 6 ]"),
        ("a - b", "[ -2, -2 ]"),
        ("a * b + 1", "[ 4, 9 ]"),
        ("1 + a * b", "[ 4, 9 ]"),
        ("3 - a", "[ 2, 1 ]"),
        ("-a", "[ -1, -2 ]"),
        ("+a", "[ 1, 2 ]"),
        ("(-a) ** 2 / 2", "[ 0.5, 2 ]"),
        ("a ** 2 / 2", "[ 0.5, 2 ]"),
        ("2 ** a", "[ 2, 4 ]"),
        ("b % 2", "[ 1, 0 ]"),
        ("(a + b) * (a - b)", "[ -8, -12 ]"),
        ("a * 2 * b - -b / 4 + a.mul(b) * 3", "[ 15.75, 41 ]"),
        ("[a, b].map((t) => t * 2)[1]", "[ 6, 8 ]"),
        ("(true ? a : 2) * 2", "[ 2, 4 ]"),
    ],
)
def test_arithmetic_expressions(session, code, expected):
    assert values(session, code) == expected


def test_results_keep_their_types_in_later_cells(session):
    session.run("const c = a * b;\nconst d = c + 1;\nconst e = -d;")
    assert values(session, "e") == "[ -4, -9 ]"
    reply = session.request(session.client.inspect("e", 1))
    assert "const e: Tensor" in reply["data"]["text/plain"]


def test_functions_arrows_methods_and_generics(session):
    session.run(
        "function scale(x: Tensor, k: number) {\n  const y = x * k;\n  return y + 1;\n}\n"
        "const arrow = (x: Tensor) => -x;\n"
        "const generic = <X extends Tensor>(x: X) => x * x;\n"
        "class Line {\n  k = tensor([2, 2]);\n  at(x: Tensor) {\n    const y = x * this.k;\n    return y - 1;\n  }\n}"
    )
    assert values(session, "scale(a, 2) * 2") == "[ 6, 10 ]"
    assert values(session, "arrow(a) + 1") == "[ 0, -1 ]"
    assert values(session, "generic(a) + a") == "[ 2, 6 ]"
    assert values(session, "new Line().at(a) / 1") == "[ 1, 3 ]"


def test_compound_assignment_rebinds(session):
    session.run("const before = w;\nw -= a * 2;\nw *= 10;")
    assert values(session, "w") == "[ 30, 20 ]"
    assert values(session, "before") == "[ 5, 6 ]"
    session.run("class Held { v = tensor([1]); }\nconst held = new Held();\nheld.v += 2;")
    assert values(session, "held.v") == "[ 3 ]"


def test_gradients_of_arithmetic(session):
    session.run("const x = tensor([1, 2, 3], { requiresGrad: true });\nconst loss = (x ** 2 * 3 - x).sum();\nloss.backward();")
    assert values(session, "x.grad") == "[ 5, 11, 17 ]"
    names = session.run("tape(loss)").result[TAPE]
    assert [names["ops"]["name"][i] for i in names["rows"]["op"]] == ["pow", "mul", "sub", "sum"]
    assert [site[1] for site in names["rows"]["site"]] == [2, 2, 2, 2]


def test_a_module_can_be_called(session):
    session.run("class Twice extends nn.Module {\n  forward(x: Tensor): Tensor {\n    return x * 2;\n  }\n}\nconst twice = new Twice();")
    assert values(session, "twice(a) + 1") == "[ 3, 5 ]"
    assert values(session, "new nn.Sequential(new nn.ReLU())(-a) * 1") == "[ 0, 0 ]"
    session.run("class Times<N extends number> extends nn.Module {\n  constructor(private n: N) { super(); }\n  forward(x: Tensor): Tensor { return x * this.n; }\n}")
    assert values(session, "new nn.ModuleList([new Times(3), new Times(4)])[1](a) + new Times<2>(2)(a)") == "[ 6, 12 ]"


def test_arithmetic_on_numbers_and_strings_is_not_rewritten(session):
    assert session.run("3 * 4 + 1").text == "13"
    assert session.run("'w ' + 1").text == "'w 1'"
    assert session.run("`${a.shape[0] + 1}`").text == "'3'"
    assert session.run("let n = 1; n += 2; n").text == "3"


def test_the_error_for_type_any_contains_advice(session):
    error = session.run("const anything: any = a;\nanything + 1").error
    assert "JavaScript cannot calculate with tensors; write a.add(b)" in error["evalue"]


def test_diagnostics_have_source_positions(session):
    error = session.run("const q = a * b + 1;\nconst r: string = a * 2 - b;").error
    assert error["evalue"].startswith("2:7 Type 'Tensor' is not assignable to type 'string'")
    error = session.run("(a * b + 1).nothing").error
    assert error["evalue"].startswith("1:13 Property 'nothing' does not exist on type 'Tensor'")
    assert error["traceback"][1:3] == ["   1 | (a * b + 1).nothing", "     |             ^^^^^^^"]


def test_frames_have_source_positions(session):
    error = session.run("const left = a * 2;\nconst bad = left * 3 + tensor([1, 2, 3]) * 2;").error
    assert error["ename"] == "ShapeError"
    text = "\n".join(error["traceback"])
    assert "   2 | const bad = left * 3 + tensor([1, 2, 3]) * 2;" in text
    assert re.search(r"at \(cell\[\d+\]:2:1[38]\)", text)


def test_completion_inside_and_behind_arithmetic(session):
    code = "const product = a * b;\nproduct.logS"
    reply = session.request(session.client.complete(code, len(code)))
    assert reply["matches"][0] == "logSoftmax" and reply["cursor_start"] == len(code) - 4 and reply["cursor_end"] == len(code)
    assert not [m for m in session.request(session.client.complete("$tape", 5))["matches"] if m.startswith("$tapelab")]


def test_operands_with_type_assertions_are_rewritten(session):
    session.run("class Doubles extends nn.Module { override forward(x: Tensor) { return x * 2; } }\nconst doubles = new Doubles();")
    assert values(session, "doubles(a)! + (a * b)!") == "[ 5, 12 ]"


@pytest.mark.parametrize("operator, code", [("-", "-a ** 2"), ("+", "+a ** 2"), ("-", "b ** -a ** 2"), ("!", "!a ** 2"), ("await", "await a ** 2"), ("typeof", "typeof a ** 2")])
def test_a_power_of_a_unary_expression_is_an_error_as_in_javascript(session, operator, code):
    evalue = session.run(code).error["evalue"].split("\n")[-1]
    assert f"An unary expression with the '{operator}' operator is not allowed in the left-hand side of an exponentiation expression." in evalue
    of_numbers = session.run(re.sub(r"\b[ab]\b", "n2", f"const n2 = 3;\n{code}")).error["evalue"]
    assert evalue.partition(" ")[2] in of_numbers
    assert "type assertion" in session.run("<any>a ** 2").error["evalue"]


def test_unambiguous_powers(session):
    assert values(session, "a! ** 2 - (a as Tensor) ** 2 + (-a) ** 2 + -(a ** 2)") == "[ 0, 0 ]"
    assert values(session, "2 ** a ** 2") == "[ 2, 16 ]"


def test_the_target_of_a_compound_assignment_is_evaluated_once(session):
    session.run("let calls = 0;\nlet i = 0;\nconst ws = [tensor([1]), tensor([2])];\nconst held2 = { w: tensor([3]) };\nconst get = () => { calls++; return held2; };")
    assert session.run("ws[i++] += 10;\n[i, ...ws.map((w) => w.item())].join()").text == "'1,11,2'"
    assert session.run("const first = get().w\nget().w -= 1\nget().w *= await Promise.resolve(10);\n[calls, held2.w.item(), first.item()].join()").text == "'3,20,3'"
    assert session.run("class Once { #w = tensor([1]); static of(x: Once) { calls++; return x; }\n up() { Once.of(this).#w += 2; return this.#w.item(); } }\nconst up = new Once().up();\n[up, calls].join()").text == "'3,4'"
    assert session.run("const f3 = async () => { (await Promise.resolve(held2)).w /= await Promise.resolve(2); };\nawait f3();\nheld2.w.item()").text == "10"


def test_a_string_plus_a_tensor_is_a_string(session):
    assert session.run("'t: ' + a").text == "'t: tensor([1., 2.])'"
    assert session.run("let s2 = `s`;\ns2 += a * 2;\ns2 + b.shape[0]").text == "'stensor([2., 4.])2'"
    assert session.run("a + ' and ' + -b").text == "'tensor([1., 2.]) and tensor([-3., -4.])'"
    assert "`${x}` for text" in session.run("const untyped: any = a;\n'x' + untyped").error["evalue"]
