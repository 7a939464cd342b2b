"""Compiler messages contain advice on what to write instead."""

import pytest
from client import kernel


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    with kernel(tmp_path_factory.mktemp("fresh")) as s:
        yield s


@pytest.mark.parametrize("name", ["tensor", "nn", "optim", "noGrad", "randn", "Tensor", "data"])
def test_the_error_of_an_unimported_name_contains_the_import(fresh, name):
    evalue = fresh.run(f"{name};").error["evalue"]
    assert f"Cannot find name '{name}'." in evalue and f'To import it: import {{ {name} }} from "tapelab";' in evalue


def test_the_error_of_an_unimported_type_contains_the_import(fresh):
    assert 'import { type DType } from "tapelab";' in fresh.run("let d: DType;").error["evalue"]


def test_a_misspelt_variable_gets_a_suggestion(fresh):
    fresh.run("const learningRate = 1;")
    assert "Did you mean 'learningRate'?" in fresh.run("learningrate + 1").error["evalue"]


def test_names_that_are_not_imported_are_completed(fresh):
    reply = fresh.request(fresh.client.complete("const t = tenso", 15))
    types = {m["text"]: m["type"] for m in reply["metadata"]["_jupyter_types_experimental"]}
    assert types["tensor"] == "import from tapelab"
    for code in ["({ a: 1 }).tens", "'tens", "// tens", "import { x } from 'tens"]:
        assert "tensor" not in fresh.request(fresh.client.complete(code, len(code)))["matches"]


def test_an_increment_of_a_tensor_gets_advice(session):
    session.run('import { tensor } from "tapelab";\nlet a = tensor([1, 2]);')
    assert "Of a tensor, write a = a + 1" in session.run("a++").error["evalue"]
    assert session.run("[a.view(2, 1).shape, a.reshape(1, 2).shape].join()").text == "'2,1,1,2'"


def test_errors_of_layers_and_of_torch_contain_the_import(fresh):
    for code, advice in [
        ("Linear(2, 3);", 'It is nn.Linear, of: import { nn } from "tapelab";'),
        ("new Adam([]);", 'It is optim.Adam, of: import { optim } from "tapelab";'),
        ("torch.tensor([1]);", 'import * as torch from "tapelab";'),
    ]:
        evalue = fresh.run(code).error["evalue"]
        assert advice in evalue, evalue
    assert "tapelab" not in fresh.run("noSuchThing;").error["evalue"]


@pytest.fixture(scope="module")
def torch(tmp_path_factory):
    with kernel(tmp_path_factory.mktemp("torch")) as s:
        s.run('import * as torch from "tapelab";\nimport { nn, optim, tensor } from "tapelab";\nconst x = torch.randn(3, 4);')
        yield s


@pytest.mark.parametrize(
    "code, advice",
    [
        ("torch.vmap", 'does not exist on type \'typeof import("tapelab")\'. It is func.vmap, of: import { func } from "tapelab";'),
        ("torch.grad", 'It is autograd.grad, or func.grad, of: import { autograd, func } from "tapelab";'),
        ("optim.StepLR", 'It is optim.lrScheduler.StepLR, of: import { optim } from "tapelab";'),
        ("nn.relu(x)", 'To import it: import { relu } from "tapelab";'),
        ('import { vmap } from "tapelab";', 'no exported member \'vmap\'. It is func.vmap, of: import { func } from "tapelab";'),
        ("torch.float64", 'A dtype is written as text: "float64".'),
        ('torch.device("cpu")', "there are no other devices."),
        ("x.numpy()", "x.toArray() returns its elements as nested arrays"),
        ("x.sum().toFixed(3)", "Of a tensor's only element, write x.item().toFixed(3)."),
        ("x.cuda()", "there are no other devices."),
        ('x.to("cuda")', "The dtypes are bool, uint8, int8,"),
        ('tensor([1], { dtype: "float31" })', "The dtypes are bool, uint8, int8,"),
        ("None", "It is null in TypeScript."),
        ("len(x)", "Write x.length, of an array"),
    ],
)
def test_names_of_pytorch_and_python_get_advice(torch, code, advice):
    evalue = torch.run(code).error["evalue"]
    assert advice in evalue and "Did you mean" not in evalue, evalue


@pytest.mark.parametrize(
    "code, message",
    [
        ("x.mean(dim=0)", "1:8 Cannot find name 'dim'. Named arguments are the properties of one object: { dim: 0 }."),
        (
            "torch.zeros([2], requires_grad=True, dtype=torch.float64)",
            "1:18 Cannot find name 'requires_grad'. Named arguments are the properties of one object: { requiresGrad: true, dtype: torch.float64 }.",
        ),
        (
            "class A extends nn.Module {\n  constructor() {\n    super();\n    this.fc = new nn.Linear(2, 2);\n    this.w = x * 2;\n  }\n  forward(x: torch.Tensor) {\n    return this.fc(x) + this.w;\n  }\n}",
            "4:10 Property 'fc' does not exist on type 'A'. Declare the field in the class, before the constructor: fc = new nn.Linear(2, 2);\n"
            "5:10 Property 'w' does not exist on type 'A'. Declare the field in the class, before the constructor: w: Tensor;",
        ),
        (
            "new nn.Sequential([new nn.ReLU()])",
            "1:19 Argument of type 'ReLU[]' is not assignable to parameter of type 'Layer'. Layers are given one by one: new nn.Sequential(a, b), or ...layers of an array.",
        ),
        ("const f = (a) => a * 2;", "1:12 Parameter 'a' implicitly has an 'any' type. Write its type, as in a: Tensor, or a: number."),
    ],
)
def test_a_mistake_is_one_error_whose_consequences_are_left_out(torch, code, message):
    assert torch.run(code).error["evalue"] == message


def test_fields_without_a_mistake_keep_all_errors(torch):
    evalue = torch.run("class B {\n  f() {\n    this.g();\n    this.g();\n  }\n}").error["evalue"]
    assert evalue.count("Property 'g' does not exist on type 'B'.") == 2 and "Declare" not in evalue


@pytest.mark.parametrize(
    "code, message",
    [
        ("def f(x, y=3):\n    return x", "1:1 A function is written function f(x, y=3) { … }"),
        ("class Net(nn.Module):\n    def __init__(self, n):\n        super().__init__()", "1:1 A class is written class Net extends nn.Module { … }"),
        ("class Net extends nn.Module {\n  def forward(self, x):\n}", "2:3 A method is written forward(x) { … }"),
        ("for x in [1, 2]:\n  print(x)", "1:1 A loop is written for (const x of [1, 2]) { … }"),
        ("for i, x in pairs:\n  print(x)", "1:1 A loop is written for (const [i, x] of pairs) { … }"),
        ("if x.sum() > 0:\n  print(x)", "1:1 It is written if (x.sum() > 0) { … }"),
        ("with torch.no_grad():\n  y = x * 2", "1:1 It is written noGrad(() => { … })"),
        ("from torch import nn, optim", '1:1 It is written import { nn, optim } from "tapelab";'),
        ("from torch.nn import Linear, ReLU", '1:1 It is written import { nn } from "tapelab"; then nn.Linear, nn.ReLU'),
        ("import torch", '1:1 It is written import * as torch from "tapelab";'),
        ("import torch.nn.functional as F", '1:1 It is written import { F } from "tapelab";'),
        ("const f = lambda x: x + 1", "1:11 A function is written (x) => …"),
        ("const ys = [x * 2 for x in [1, 2, 3]]", "1:12 It is written [1, 2, 3].map((x) => x * 2)"),
        ("const a = 1 if x else 2", "1:11 It is written x ? 1 : 2"),
        ("if (not x) 1", "1:5 It is written !x"),
        ("if (x and 1) 1", "1:5 The operator and is written &&"),
        ('print(f"loss {x}")', "1:7 It is written `loss ${x}`"),
        ("const d = 3; # three", "1:14 A comment begins with //"),
        # the text of Python in a string is no Python
        ('const s = "for x in y:"; const t = ;', "1:36 Expression expected."),
        ("const o = { a: 1, b: };", "1:22 Expression expected."),
    ],
)
def test_statements_of_python_get_what_typescript_writes(torch, code, message):
    assert torch.run(code).error["evalue"] == message
