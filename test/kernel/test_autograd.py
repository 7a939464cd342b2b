"""Warnings and errors of the tape name the cell and the line."""

import re

IMPORT = 'import { autograd, inspect, noGrad, randn, Tensor, tensor, zeros } from "tapelab";'


def test_a_growing_graph_is_warned_of_once_per_cell(session):
    session.run(IMPORT)
    grown = session.run(
        "const g1 = tensor([1, 2], { requiresGrad: true });\n"
        "let total = zeros([2]);\n"
        "for (let i = 0; i < 300; i++) {\n"
        "  total = total.add(g1.mul(g1));\n"
        "}"
    )
    text = grown.stderr
    assert text.count("This graph grows") == 1, text
    assert "`total = total.add(g1.mul(g1));` in cell [" in text and "], line 4 builds on its own last result" in text
    assert "total.add(loss.detach())" in text
    assert session.run("1 + 1").stderr == ""


def test_a_training_loop_that_sums_losses_is_warned_of_while_it_runs(session):
    session.run(IMPORT)
    loop = session.run(
        "const w = tensor([1, 2], { requiresGrad: true });\n"
        "let sum = tensor(0);\n"
        "for (let i = 0; i < 400; i++) {\n"
        "  const loss = w.mul(w).sum();\n"
        "  loss.backward();\n"
        "  noGrad(() => w.sub_(w.grad!.mul(0.01)));\n"
        "  w.grad = null;\n"
        "  sum = sum.add(loss);\n"
        "}"
    )
    assert loop.stderr.count("This graph grows") == 1, loop.stderr
    assert "line 8" in loop.stderr and "backward passes" in loop.stderr
    fixed = session.run(
        "sum = tensor(0);\n"
        "for (let i = 0; i < 400; i++) {\n"
        "  const loss = w.mul(w).sum();\n"
        "  loss.backward();\n"
        "  w.grad = null;\n"
        "  sum = sum.add(loss.detach());\n"
        "}"
    )
    assert fixed.stderr == ""


def test_a_recurrent_network_is_not_warned_of(session):
    session.run(IMPORT)
    result = session.run(
        "const cell = randn([4, 4]).requiresGrad_();\n"
        "for (let epoch = 0; epoch < 30; epoch++) {\n"
        "  let h = zeros([1, 4]);\n"
        "  let loss = tensor(0);\n"
        "  for (let t = 0; t < 150; t++) {\n"
        "    h = h.matmul(cell).add(randn([1, 4])).tanh();\n"
        "    loss = loss.add(h.square().mean());\n"
        "  }\n"
        "  loss.backward();\n"
        "}"
    )
    assert result.of("error") == [] and result.stderr == ""


def test_the_error_of_a_modified_saved_tensor_names_both_lines(session):
    session.run(IMPORT)
    session.run("const a = tensor([1, 2], { requiresGrad: true }).mul(1);\nconst y = a.mul(a);")
    session.run("\nnoGrad(() => a.add_(1));")
    error = session.run("y.sum().backward()").error
    assert re.search(r"that mul in cell \[\d+\], line 2 saved was changed in place by add_ in cell \[\d+\], line 2", error["evalue"])


def test_anomaly_mode_names_the_line_of_the_forward_op(session):
    session.run(IMPORT)
    session.run("autograd.setDetectAnomaly(true);\nconst z = tensor([0, 4], { requiresGrad: true });\nconst root = z\n  .sqrt();")
    error = session.run("root.sum().backward()").error
    assert error["ename"] == "AnomalyError"
    assert re.search(r"the gradient rule of sqrt made Infinity.*sqrt was called in cell \[\d+\], line 4", error["evalue"])
    session.run("autograd.setDetectAnomaly(false)")


def test_needle_and_func_complete_and_type_check(session):
    session.run('import { func, needle, type Tensor, tensor } from "tapelab";')
    ok = session.run(
        "class Square extends needle.TensorOp {\n"
        "  compute(a: needle.NDArray): needle.NDArray { return a.mul(a); }\n"
        "  gradient(g: needle.Tensor, node: needle.Value): needle.Tensor { return g.mul(node.inputs[0] as needle.Tensor).mul(2); }\n"
        "}\n"
        "const n = new needle.Tensor([3]);\n"
        "new Square().call(n).backward();\n"
        "[n.grad!.numpy(), func.grad((x: Tensor) => x.mul(x).sum())(tensor([1, 2])).toArray()]"
    )
    assert ok.of("error") == []
    assert "6" in ok.text and "[ 2, 4 ]" in ok.text
