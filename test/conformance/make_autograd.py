"""Stores the behaviour of PyTorch's autograd: names, the order of hooks, versions, and errors.

Run with PyTorch 2.13 installed: `python test/conformance/make_autograd.py`.
"""

import importlib
import json
import pathlib

import torch
import torch.autograd as A
from torch.autograd import forward_ad, function, functional, graph

torch_optimizer = importlib.import_module("torch.optim.optimizer")

log = []


def note(text, result=None):
    """Returns a hook that logs its call."""

    def hook(*args):
        log.append(text)
        return result

    return hook


def leaf(values):
    return torch.tensor(values, dtype=torch.float64, requires_grad=True)


def taken(body):
    """Returns the log of a program."""
    log.clear()
    body()
    return list(log)


def hooks_on_a_chain():
    x = leaf([3.0])
    y = x * 2
    y.register_hook(note("tensor y"))
    y.grad_fn.register_prehook(note("pre mul"))
    y.grad_fn.register_hook(note("post mul"))
    x.register_hook(note("tensor x"))
    x.register_post_accumulate_grad_hook(note("accumulated x"))
    y.sum().backward()


def several_hooks_on_one_tensor():
    x = leaf([3.0])
    y = x * 2
    y.register_hook(note("first"))
    handle = y.register_hook(note("removed"))
    y.register_hook(note("second"))
    handle.remove()
    y.sum().backward()


def hooks_on_the_accumulator():
    x = leaf([3.0])
    y = x * 2
    node = y.grad_fn.next_functions[0][0]
    node.register_prehook(note("pre accumulate"))
    node.register_hook(note("post accumulate"))
    x.register_hook(note("tensor x"))
    x.register_post_accumulate_grad_hook(note("accumulated x"))
    y.sum().backward()


def hooks_when_gradients_are_returned():
    x = leaf([3.0])
    y = x * 2
    node = y.grad_fn.next_functions[0][0]
    node.register_prehook(note("pre accumulate"))
    x.register_hook(note("tensor x"))
    x.register_post_accumulate_grad_hook(note("accumulated x"))
    y.register_hook(note("tensor y"))
    y.grad_fn.register_hook(note("post mul"))
    torch.autograd.grad(y.sum(), x)


def multi_grad_all():
    a, b, c = leaf([1.0]), leaf([2.0]), leaf([3.0])
    graph.register_multi_grad_hook((a, b, c), lambda grads: log.append("all " + " ".join(str(g is not None) for g in grads)))
    for name, t in (("a", a), ("b", b)):
        t.register_hook(note(name))
    (a * b).sum().backward()


def multi_grad_any():
    a, b = leaf([1.0]), leaf([2.0])
    graph.register_multi_grad_hook((a, b), lambda g: log.append("any"), mode="any")
    (a * b).sum().backward()


def module_hooks():
    m = torch.nn.Linear(2, 1)
    m.register_forward_pre_hook(lambda m, args: log.append("pre"))
    m.register_forward_pre_hook(lambda m, args: log.append("pre prepended"), prepend=True)
    m.register_forward_hook(lambda m, args, y: log.append("forward"))
    m.register_full_backward_pre_hook(lambda m, g: log.append("backward pre"))
    m.register_full_backward_hook(lambda m, gi, go: log.append(f"backward {gi[0] is not None} {go[0] is not None}"))
    handles = [
        torch.nn.modules.module.register_module_forward_pre_hook(lambda m, args: log.append("global pre")),
        torch.nn.modules.module.register_module_forward_hook(lambda m, args, y: log.append("global forward")),
        torch.nn.modules.module.register_module_full_backward_pre_hook(lambda m, g: log.append("global backward pre")),
        torch.nn.modules.module.register_module_full_backward_hook(lambda m, gi, go: log.append("global backward")),
    ]
    x = torch.ones(1, 2, requires_grad=True)
    x.register_hook(note("tensor x"))
    m(x).sum().backward()
    for h in handles:
        h.remove()


def module_hooks_without_input_gradient():
    m = torch.nn.Linear(2, 1)
    m.register_full_backward_hook(lambda m, gi, go: log.append(f"backward {gi[0] is not None} {go[0] is not None}"))
    m(torch.ones(1, 2)).sum().backward()


def forward_hook_that_is_always_called():
    class Failing(torch.nn.Module):
        def forward(self, x):
            raise ValueError("no")

    m = Failing()
    m.register_forward_hook(lambda m, args, y: log.append("usual"))
    m.register_forward_hook(lambda m, args, y: log.append(f"always {y is None}"), always_call=True)
    try:
        m(torch.ones(1))
    except ValueError:
        log.append("raised")


def optimizer_hooks():
    x = leaf([1.0])
    o = torch.optim.SGD([x], lr=0.1)
    o.register_step_pre_hook(lambda *a: log.append("pre"))
    o.register_step_post_hook(lambda *a: log.append("post"))
    handles = [
        torch_optimizer.register_optimizer_step_pre_hook(lambda *a: log.append("global pre")),
        torch_optimizer.register_optimizer_step_post_hook(lambda *a: log.append("global post")),
    ]
    x.sum().backward()
    o.step()
    for h in handles:
        h.remove()


def saved_tensors():
    x, w = leaf([[1.0, 2.0]]), leaf([[3.0], [4.0]])
    with graph.saved_tensors_hooks(lambda t: (log.append("pack " + str(list(t.shape))), t)[1], lambda t: (log.append("unpack " + str(list(t.shape))), t)[1]):
        y = (x @ w).exp()
    log.append("forward done")
    y.sum().backward()


def retained_last():
    x = leaf([3.0])
    y = x * 2
    y.retain_grad()
    y.register_hook(lambda g: (log.append("hook"), g * 10)[1])
    y.sum().backward()
    log.append(str(y.grad.item()))


programs = [
    hooks_on_a_chain, several_hooks_on_one_tensor, hooks_on_the_accumulator, hooks_when_gradients_are_returned,
    multi_grad_all, multi_grad_any, module_hooks, module_hooks_without_input_gradient,
    forward_hook_that_is_always_called, optimizer_hooks, saved_tensors, retained_last,
]  # fmt: skip


# In-place programs, with their values and gradients, or that they raise. The tests run programs of the same names.
def change(name, body):
    x = leaf([1.0, 2.0, 3.0])
    w = leaf([4.0, 5.0, 6.0])
    try:
        y = body(x, w)
        value = y.detach().tolist()
        y.sum().backward()
        return {
            "name": name, "value": value,
            "x": None if x.grad is None else x.grad.tolist(), "w": None if w.grad is None else w.grad.tolist(),
        }  # fmt: skip
    except RuntimeError as error:
        return {"name": name, "raises": str(error).splitlines()[0]}


def steps(*calls):
    """Returns the value of the last of several statements."""
    return calls[-1]


def saved_then_changed(x, w):
    a = x * 1
    y = a * a
    a.add_(1)
    return y


def output_then_changed(x, w):
    y = x.exp()
    y.add_(1)
    return y


def changed_on_the_tape(x, w):
    y = x * 2
    y.add_(1)
    y.mul_(w)
    return y


def filled_from_the_tape(x, w):
    y = torch.zeros(3, dtype=torch.float64)
    y[1:2].copy_(w[0:1])
    return y * x


def view_changed(x, w):
    y = x * 2
    y[0:2].mul_(w[0:2])
    return y * 3


def base_changed_under_a_view(x, w):
    y = x * 2
    v = y[1:3]
    y.mul_(w)
    return v * 5


def view_of_a_view(x, w):
    y = x * 2
    v = y[0:2][1:2]
    v.add_(w[2:3])
    return y * y


def leaf_changed(x, w):
    x.add_(1)
    return x * w


def view_of_a_leaf_changed(x, w):
    x[0:1].add_(1)
    return x * w


def expanded_changed(x, w):
    y = (x[0:1] * 2).expand(3)
    y.add_(1)
    return y


def split_changed(x, w):
    a, b = (x * 2).split([1, 2])
    a.add_(1)
    return a * 2


def view_made_without_grad(x, w):
    y = x * 2
    with torch.no_grad():
        v = y[0:2]
    v.add_(1)
    return y


def detached_changed(x, w):
    y = x * 2
    z = y * y
    y.detach().add_(1)
    return z


def step_between(x, w):
    y = x * w
    with torch.no_grad():
        x.sub_(0.1)
    return y


def zeroed(x, w):
    y = x * 2
    y.zero_()
    return y + w


def powers(x, w):
    y = x * 1
    y.pow_(3)
    y.sqrt_()
    return y


def relu_in_place(x, w):
    y = x - 2
    y.relu_()
    return y * w


changes = [
    saved_then_changed, output_then_changed, changed_on_the_tape, filled_from_the_tape, view_changed,
    base_changed_under_a_view, view_of_a_view, leaf_changed, view_of_a_leaf_changed, expanded_changed,
    split_changed, view_made_without_grad, detached_changed, step_between, zeroed, powers, relu_in_place,
]  # fmt: skip


def versions():
    x = torch.ones(3)
    v = x[0:2]
    d = x.detach()
    v.add_(1)
    return [x._version, v._version, d._version]


def names():
    methods = ["name", "metadata", "next_functions", "register_hook", "register_prehook"]
    return {
        "torch.autograd": sorted(set(A.__all__)),
        "torch.autograd.graph": ["graph." + n for n in graph.__all__] + ["graph.Node." + n for n in methods],
        "torch.autograd.functional": ["functional." + n for n in ("vjp", "jvp", "jacobian", "hessian", "hvp", "vhp") if hasattr(functional, n)],
        "torch.autograd.forward_ad": ["forward_ad." + n for n in forward_ad.__all__],
        "torch.autograd.function": ["function." + n for n in function.__all__],
        "torch.autograd.grad_mode": ["grad_mode." + n for n in A.grad_mode.__all__],
        "torch.autograd.anomaly_mode": ["anomaly_mode." + n for n in A.anomaly_mode.__all__],
        "torch.autograd.Function": ["Function." + n for n in ("apply", "forward", "backward", "vjp", "jvp", "vmap", "setup_context", "generate_vmap_rule")],
        "its context": ["ctx." + n for n in ("save_for_backward", "save_for_forward", "saved_tensors", "mark_dirty", "mark_non_differentiable", "set_materialize_grads", "needs_input_grad")],
        "tf.GradientTape": ["GradientTape", "GradientTape.watch", "GradientTape.stop_recording", "GradientTape.reset", "GradientTape.watched_variables", "GradientTape.gradient", "GradientTape.jacobian", "GradientTape.batch_jacobian"],
    }  # fmt: skip


def sparse_training(make):
    """Returns a table of 5 rows after three steps of an optimizer, with repeated rows."""
    table = torch.nn.Embedding(5, 2, sparse=True, dtype=torch.float64)
    with torch.no_grad():
        table.weight.copy_(torch.arange(10, dtype=torch.float64).reshape(5, 2) / 10)
    optimizer = make(table.parameters())
    for rows in ([0, 2, 2], [4, 0, 1], [2, 2, 2]):
        optimizer.zero_grad()
        (table(torch.tensor(rows)) ** 2).sum().backward()
        optimizer.step()
    return table.weight.tolist()


def main():
    found = {
        "torch": torch.__version__.split("+")[0],
        "names": names(),
        "orders": {p.__name__: taken(p) for p in programs},
        "changes": [change(c.__name__, c) for c in changes],
        "versions": versions(),
        "sparse": {
            "SGD": sparse_training(lambda p: torch.optim.SGD(p, lr=0.1)),
            "SparseAdam": sparse_training(lambda p: torch.optim.SparseAdam(list(p), lr=0.1)),
        },
    }
    path = pathlib.Path(__file__).with_name("autograd.json")
    path.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
