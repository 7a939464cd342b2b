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
