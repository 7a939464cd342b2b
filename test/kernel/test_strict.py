"""Cells are checked strictly, unless the tsconfig.json says otherwise."""

import json

import pytest
from client import kernel


@pytest.mark.parametrize(
    "code, message",
    [
        ("function f(x) { return x; }", "Parameter 'x' implicitly has an 'any' type."),
        ("let s: string | null = null as string | null;\ns.length", "'s' is possibly 'null'."),
        ("class P { x: number; }", "Property 'x' has no initializer and is not definitely assigned in the constructor."),
        ("try { throw 1; } catch (e) { e.message; }", "'e' is of type 'unknown'."),
    ],
)
def test_strict_checks_are_on(session, code, message):
    assert message in session.run(code).error["evalue"]


def test_a_gradient_can_be_used_without_a_null_check(session):
    session.run('import { tensor } from "tapelab";\nlet w = tensor([1, 2], { requiresGrad: true });\nw.pow(2).sum().backward();')
    assert session.run("w.grad.toArray()").text == "[ 2, 4 ]"
    assert session.run("const g = w.grad;\nw -= 0.5 * g;\nw.toArray()").text == "[ 0, 0 ]"
    assert session.run("w.grad === null").text == "true"
    assert session.run("w.grad?.toArray() ?? 'none'").text == "'none'"
    assert session.run("w.grad = null;").reply["status"] == "ok"
    session.run('import { nn, noGrad } from "tapelab";\nclass Two extends nn.Module { fc = new nn.Linear(2, 2); override forward(x: typeof w) { return this.fc(x); } }\nconst two = new Two();')
    assert session.run("noGrad(() => two.fc.bias.fill_(3));\ntwo.fc.bias.toArray()").text == "[ 3, 3 ]"
    assert "possibly 'null'" in session.run("const own = { t: null as typeof w | null };\nown.t.shape").error["evalue"]


def test_a_variable_with_a_gradient_keeps_null_in_its_type(session):
    session.run('import { tensor } from "tapelab";\nlet p = tensor([1, 2], { requiresGrad: true });')
    assert session.run("const none = p.grad;\nnone ? 'some' : 'none'").text == "'none'"
    assert session.run("if (none) throw new Error('a gradient');\nnone === null").text == "true"
    session.run("p.pow(2).sum().backward();\nconst some = p.grad;\nlet other = (some);")
    # in later cells as in the cell itself: null checks, and uses without one
    for checked in ("if (some) print(some.sum().item())", "while (other) { print(other.sum().item()); other = null; }"):
        assert session.run(checked).stdout == "6\n"
    assert session.run("other === null").text == "true"
    assert session.run("(0.5 * some + some[0] - -some).sum().item()").text == "13"
    assert session.run("[some, some].map((t) => t.sum().item())").text == "[ 6, 6 ]"
    assert session.run("const { shape } = some;\nconst half = (some) / 2;\n[shape, half.toArray()]").text == "[ [ 2 ], [ 1, 2 ] ]"
    assert session.run("some?.numel() ?? 0").text == "2"
    assert session.run("some && some.numel()").text == "2"
    assert session.run("!some").text == "false"
    assert session.run("const total = (t: typeof p) => t.sum().item();\ntotal(some)").text == "6"
    assert session.run("const typed: typeof p = some;\nclass Holder { held = some; twice(t = some) { return t * 2; } }\nnew Holder().twice().sum().item() + new Holder().held.numel()").text == "14"
    reply = session.request(session.client.inspect("some", 2))
    assert "const some: Tensor | null" in reply["data"]["text/plain"]


def test_null_checks_of_other_variables_stay(session):
    session.run('import { tensor } from "tapelab";\nconst a = tensor([1, 2]);')
    session.run("const maybe = null as typeof a | null;")
    assert "'maybe' is possibly 'null'" in session.run("maybe.sum()").error["evalue"]
    assert "condition" in session.run("if (a) print(1)").error["evalue"]
    # the name of a gradient that now is a tensor, and one that is declared inside of a function
    session.run("const g = a.grad;\nconst inside = () => { const h = a.grad; return h ? 1 : 0; };")
    assert session.run("inside()").text == "0"
    session.run("const g = a.mul(2);")
    assert "condition" in session.run("if (g) print(1)").error["evalue"]


def test_a_package_without_types_has_type_any(session):
    untyped = session.folder / "node_modules" / "untyped"
    untyped.mkdir(parents=True, exist_ok=True)
    (untyped / "package.json").write_text(json.dumps({"name": "untyped", "main": "index.js"}))
    (untyped / "index.js").write_text("exports.twice = (x) => 2 * x;\n")
    assert session.run('import whole, { twice } from "untyped";\ntwice(3) + whole.twice(1)').text == "8"
    assert session.run("twice(4)").text == "8"
    assert session.run('import { twice } from "not-there";').reply["status"] == "error"


@pytest.mark.parametrize(
    "settings, code, ok",
    [
        ({"strict": False}, "function f(x) { return x; }\nf(1)", True),
        ({"strictNullChecks": False}, "function f(x) { return x; }", False),
        ({"noUncheckedIndexedAccess": True}, "[1, 2][0].toFixed()", False),
        ({"target": "es5", "module": "system", "noEmit": True, "types": []}, "class A { #x = 1; }\nconsole.log(Buffer.name)", True),
    ],
)
def test_settings_of_a_tsconfig_apply(tmp_path, settings, code, ok):
    # comments, and settings of an extended file
    (tmp_path / "base.json").write_text(json.dumps({"compilerOptions": settings}))
    (tmp_path / "tsconfig.json").write_text('{\n  // of this course\n  "extends": "./base.json"\n}\n')
    with kernel(tmp_path) as s:
        assert s.run(code).reply["status"] == ("ok" if ok else "error")


def test_a_broken_tsconfig_is_ignored(tmp_path):
    (tmp_path / "tsconfig.json").write_text("{ broken")
    with kernel(tmp_path) as s:
        assert s.run("1 + 1").text == "2"
        assert s.run("function f(x) { return x; }").reply["status"] == "error"
