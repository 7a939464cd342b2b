"""Names that are missing because their cell did not compile, or stopped before it declared them."""

import re

import pytest
from client import TIMEOUT


class Notebook:
    """Runs cells with ids, as JupyterLab does."""

    def __init__(self, session):
        self.session = session

    def run(self, code, cell=None, timeout=TIMEOUT):
        content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False, "stop_on_error": True}
        message = self.session.client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
        self.session.client.shell_channel.send(message)
        return self.session.collect(message["header"]["msg_id"], timeout)


@pytest.fixture
def notebook(session):
    return Notebook(session)


def count(run):
    return run.reply["execution_count"]


IMPORTS = 'import { nn, optim, tensor, type Tensor } from "tapelab";\nconst dim = 3;\nconst rate = 0.1;\nconst wrong: number = "text";'
MODEL = """class Net extends nn.Module {
  fc = new nn.Linear(dim, 1);
  constructor() { super(); this.apply((m) => m.train()); }
  forward(x: Tensor): Tensor { return this.fc(x) * 2; }
}
const net = new Net();
const sgd = new optim.SGD(net.parameters(), { lr: rate });
net(tensor([1, 2, 3])).sum().backward();
const settings = { dim, rate };
sgd.step();
net.zeroGrad();"""


def test_missing_names_of_a_cell_are_one_error(notebook):
    first = count(notebook.run(IMPORTS))
    run = notebook.run(MODEL)
    assert run.error["ename"] == "CompileError"
    assert run.error["evalue"] == f"1:19 cell {first} did not compile, so nn, dim and 4 more are not there; run it again"
    text = "\n".join(run.error["traceback"])
    assert "   1 | class Net extends nn.Module {\n     |                   ^^" in text
    assert len([line for line in run.error["traceback"] if line.startswith("CompileError")]) == 1
    # the names of that cell are then missing too, and have an error of their own
    later = notebook.run("net.train();\nprint(dim);").error["evalue"].split("\n")
    assert later == [
        f"1:1 cell {count(run)} did not compile, so net is not there; run it again",
        f"2:7 cell {first} did not compile, so dim is not there; run it again",
    ]


def test_other_errors_are_still_reported(notebook):
    first = count(notebook.run("const width = 3;\nclass Box { size = 1; }\nconst wrong: number = 'x';"))
    code = "const a: string = width + 1;\nnew Box().nothing;\nconst f = (x) => x;\nabsent;\nwidth;\nconst b: string = 2;"
    messages = notebook.run(code).error["evalue"].split("\n")
    assert messages == [
        "1:7 Type 'number' is not assignable to type 'string'.",
        f"1:19 cell {first} did not compile, so width and Box are not there; run it again",
        "2:11 Property 'nothing' does not exist on type 'Box'.",
        "3:12 Parameter 'x' implicitly has an 'any' type. Write its type, as in x: Tensor, or x: number.",
        "4:1 Cannot find name 'absent'.",
        "6:7 Type 'number' is not assignable to type 'string'.",
    ]


@pytest.mark.parametrize(
    "declaration, use",
    [
        ("let v = 1;", "v"),
        ("var v = 1;", "v + 1"),
        ("export const v = 1;", "[v]"),
        ("const { a: { v }, ...rest } = { a: { v: 1 }, c: 2 };", "({ v })"),
        ("const [, v = 2] = [1];", "`${v}`"),
        ("function v() { return 1; }", "v()"),
        ("async function* v() { yield 1; }", "for await (const x of v()) print(x);"),
        ("class v { x = 1; }", "class W extends v {}"),
        ("abstract class v { abstract x: number; }", "let w: v | null = null;"),
        ("enum v { A }", "v.A"),
        ("namespace v { export const x = 1; }", "v.x"),
        ("interface v { x: number }", "let w: v = { x: 1 };"),
        ("type v<T> = T[];", "function f(x: v<number>) { return x; }"),
        ('import { nn as v } from "tapelab";', "let w: v.Module;"),
        ('import * as v from "tapelab";', "v.zeros([2])"),
        ('import v from "no-such-package";', "v.f((x) => x.y).z"),
        ('import { v } from "./no-such-file";', "class W extends v.Base { f() { return this.g(); } }"),
        ("const v = ;", "v"),
        ("const v = [1, 2;\nconst w = 3;", "v.length"),
        ("const v = {\n  a: 1,\n", "v.a"),
        ("const v = await fetch(1);", "v.ok"),
    ],
)
def test_every_kind_of_declaration(notebook, declaration, use):
    first = count(notebook.run(f"{declaration}\nconst wrong: number = 'x';", cell="declares"))
    error = notebook.run(use).error
    assert re.fullmatch(rf"1:\d+ cell {first} did not compile, so v is not there; run it again", error["evalue"])
    assert notebook.run("1", cell="declares").text == "1"
    # after an edit, the cell no longer declares the name
    assert "did not compile" not in notebook.run(use).error["evalue"]


def test_declared_names_are_not_reported(notebook):
    notebook.run("const there = 1;")
    failed = notebook.run("const there = 2;\nconst other = 3;\nconst wrong: number = 'x';")
    assert notebook.run("there").text == "1"
    # a later cell declares one of its names
    notebook.run("const other = 5;")
    assert notebook.run("there + other").text == "6"
    assert notebook.run("const wrong = 'right';\nwrong").text == "'right'"
    assert failed.reply["status"] == "error"
    # a property, a parameter, a label and a declaration of the cell are not uses of the name
    notebook.run("const shadow = 3;\nconst bad: number = 'x';")
    assert notebook.run("const o = { shadow: 1 };\nfunction f(shadow: number) { return shadow + o.shadow; }\nconst { shadow: s } = o;\nf(s)").text == "2"


def test_no_error_once_the_cell_compiles(notebook):
    notebook.run("const fixed = 1;\nconst wrong: number = 'x';", cell="a")
    assert "did not compile" in notebook.run("fixed").error["evalue"]
    notebook.run("const fixed = 1;", cell="a")
    assert notebook.run("fixed + 1").text == "2"


def test_a_cell_that_fails_again_has_its_latest_count(notebook):
    notebook.run("const again = 1;\nconst wrong: number = 'x';", cell="b")
    latest = count(notebook.run("const again = 2;\nconst wrong: number = 'x';", cell="b"))
    assert notebook.run("again").error["evalue"] == f"1:1 cell {latest} did not compile, so again is not there; run it again"


def test_missing_names_are_not_completed_or_explained(notebook, session):
    notebook.run("const hoverable = 1;\nconst wrong: number = 'x';")
    notebook.run("hoverable")
    assert session.request(session.client.complete("hovera", 6))["matches"] == []
    assert session.request(session.client.inspect("hoverable", 4))["found"] is False


def test_a_cell_that_threw_before_a_declaration(notebook):
    code = "const early = 1;\nlet none: number | undefined = undefined;\nlet open: number | undefined;\nfunction thrower(): number { throw new Error('stop'); }\nconst late = thrower();\nclass Later {}\nconst { deep } = { deep: 1 };"
    first = count(notebook.run(code))
    assert notebook.run("[early, none, open, typeof thrower].length").text == "4"
    error = notebook.run("const sum = early + late;\nnew Later();\nprint(late, deep);").error
    assert error["ename"] == "CompileError"
    assert error["evalue"] == f"1:21 cell {first} stopped with an error before it declared late, Later and deep; run it again"
    # types exist, and an assignment gives a name a value
    assert notebook.run("let kind: Later | null = null;\nkind").text == "null"
    assert notebook.run("const late = 5;\nlate").text == "5"
    assert "declared deep;" in notebook.run("late + deep").error["evalue"]
    notebook.run(code.replace("throw new Error('stop')", "return 2"))
    assert notebook.run("late + deep").text == "3"


def test_an_assignment_gives_a_missing_name_a_value(notebook):
    first = count(notebook.run("let state = (() => { throw new Error('stop'); })() as number;"))
    assert f"cell {first} stopped with an error before it declared state;" in notebook.run("state").error["evalue"]
    assert notebook.run("state = 4;\nstate").reply["status"] == "error"
    notebook.run("state = 4;")
    assert notebook.run("state").text == "4"


def test_an_import_that_throws(notebook, session, tmp_path):
    first = count(notebook.run('import { readFileSync } from "node:fs";\nconst text = readFileSync("/no/such/file", "utf8");\nconst lines = text.split("\\n");'))
    assert notebook.run("readFileSync.name").text == "'readFileSync'"
    assert notebook.run("lines.length").error["evalue"] == f"1:1 cell {first} stopped with an error before it declared lines; run it again"


def test_a_cell_that_rejected_or_threw_a_string(notebook):
    first = count(notebook.run("const before = 1;\nawait Promise.reject(new Error('no'));\nconst after = 2;"))
    assert notebook.run("before").text == "1"
    assert f"cell {first} stopped with an error before it declared after;" in notebook.run("after").error["evalue"]
    second = count(notebook.run("const one = 1;\nif (one) throw 'text';\nconst two = 2;"))
    assert f"cell {second} stopped with an error before it declared two;" in notebook.run("one + two").error["evalue"]


def test_a_cell_that_was_interrupted(notebook, session):
    mid = session.start("const done = 1;\nconsole.log('runs'); while (true) {}\nconst never = 2;")
    session.manager.interrupt_kernel()
    session.wait_for(mid, "error")
    first = count(session.collect(mid))
    assert notebook.run("done").text == "1"
    assert notebook.run("never").error["evalue"] == f"1:1 cell {first} was interrupted before it declared never; run it again"


def test_an_awaiting_cell_does_not_continue_after_an_interrupt(notebook, session):
    session.run("let settle = (): void => {};")
    mid = session.start("await new Promise<void>((d) => { settle = d; setTimeout(() => { console.log('runs'); }, 20); });\nconst slow = 2;")
    session.manager.interrupt_kernel()
    first = count(session.collect(mid))
    session.run("settle();\nawait new Promise((d) => setTimeout(d, 20));")
    assert notebook.run("slow").error["evalue"] == f"1:1 cell {first} was interrupted before it declared slow; run it again"


def test_a_value_whose_display_fails_was_declared(notebook):
    notebook.run("const shown: number | undefined = [1].find((x) => x > 1);\n({ [Symbol.for('Jupyter.display')]() { throw new Error('display'); } })")
    assert notebook.run("shown === undefined").text == "true"


def test_user_expressions_are_not_unfinished_cells(notebook, session):
    session.run("const silent = 1;\nconst wrong: number = 'x';", silent=True, store_history=False)
    assert notebook.run("silent").error["evalue"].startswith("1:1 Cannot find name 'silent'.")
