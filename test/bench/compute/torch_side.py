"""PyTorch's side of the benchmark: creates the data of the workloads with their expected results, and times them on request.

Reads one JSON request a line, {"do": "data" | "time" | "memory", "name": …, "seconds": …, "threads": …, "path": …}, and answers each with one line.
"""

import base64
import json
import resource
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(0)


class Block(nn.Module):
    """Transformer block: width 128, 4 heads, causal, four times as wide inside."""

    def __init__(self):
        super().__init__()
        self.n1, self.n2 = nn.LayerNorm(128), nn.LayerNorm(128)
        self.qkv, self.out = nn.Linear(128, 384), nn.Linear(128, 128)
        self.up, self.down = nn.Linear(128, 512), nn.Linear(512, 128)

    def forward(self, x):
        b, s, d = x.shape
        q, k, v = (p.view(b, s, 4, 32).transpose(1, 2) for p in self.qkv(self.n1(x)).chunk(3, -1))
        a = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(b, s, d)
        h = x + self.out(a)
        return h + self.down(F.gelu(self.up(self.n2(h))))


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(128, 128)

    def forward(self, x):
        return self.lstm(x)[0]


def tiny():
    return nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, 16), nn.Tanh(), nn.Linear(16, 1))


def mnist():
    return nn.Sequential(nn.Linear(784, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 10))


def cnn():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(16, 32, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(1568, 10),
    )  # fmt: skip


classes = F.cross_entropy
squares = F.mse_loss


def adam(**options):
    return lambda parameters: torch.optim.Adam(parameters, **options)


def sgd(parameters):
    return torch.optim.SGD(parameters, lr=0.01)


def mlp_of(batch):
    return (mnist, (batch, 784), ("classes", batch), classes, adam())


# name: model, shape of the input, target, loss, optimizer
MODELS = {
    "tiny-mlp": (tiny, (100, 2), ("floats", (100, 1)), squares, sgd),
    "mnist-mlp": mlp_of(128),
    "mnist-mlp-fused": (*mlp_of(128)[:-1], adam(fused=True)),
    "cnn": (cnn, (64, 1, 28, 28), ("classes", 64), classes, adam()),
    "transformer": (Block, (16, 64, 128), ("floats", (16, 64, 128)), squares, adam()),
    "lstm": (Recurrent, (32, 32, 128), ("floats", (32, 32, 128)), squares, adam()),
    **{f"mnist-mlp-batch-{b}": mlp_of(b) for b in (16, 64, 256, 1024)},
}


def model_workload(name):
    make, shape, (kind, size), loss, optimizer = MODELS[name]
    torch.manual_seed(0)
    model, x = make(), torch.randn(*shape)
    y = torch.randint(0, 10, (size,)) if kind == "classes" else torch.randn(*size)
    arrays = {f"parameter {k}": v.detach().clone() for k, v in model.named_parameters()} | {"input": x.clone(), "target": y}
    if name == "cnn":
        model, x = model.to(memory_format=torch.channels_last), x.to(memory_format=torch.channels_last)
    o = optimizer(model.parameters())

    def step():
        o.zero_grad()
        value = loss(model(x), y)
        value.backward()
        o.step()

    def result():
        o.zero_grad()
        value = loss(model(x), y)
        value.backward()
        return {"loss": value.detach(), **{f"gradient {k}": p.grad for k, p in model.named_parameters()}}

    return arrays, result, step


def chain_workload(n, ops=100):
    torch.manual_seed(0)
    x, w = torch.randn(n, requires_grad=True), torch.randn(n)

    def run():
        y = x
        for _ in range(ops // 2):
            y = y * w + w
        y.sum().backward()

    def step():
        run()
        x.grad = None

    def result():
        x.grad = None
        run()
        return {"gradient": x.grad.clone()}

    return {"x": x.detach(), "w": w}, result, step


def tape_workload(n):
    x = torch.ones((), requires_grad=True)

    def record():
        y = x
        for _ in range(n):
            y = y * 1
        return y

    def step():
        y = record()
        began = time.perf_counter()
        y.backward()
        return time.perf_counter() - began

    return {}, lambda: {}, step


def op_workload(name, n):
    torch.manual_seed(0)
    x, z = torch.randn(*n), torch.randn(*n)
    f = {"exp": torch.exp, "tanh": torch.tanh, "sum": torch.sum, "add": lambda a: a + z, "softmax": lambda a: a.softmax(1)}[name]
    return {"x": x, "z": z}, lambda: {"result": f(x)}, lambda: f(x)


def workload(name):
    kind, _, size = name.rpartition("-")
    if name in MODELS:
        return model_workload(name)
    if kind == "chain":
        return chain_workload(int(size))
    if kind == "chain-ops":
        return chain_workload(1, int(size))
    if kind == "tape":
        return tape_workload(int(size))
    if kind == "softmax":
        return op_workload("softmax", (256, 1000))
    return op_workload(kind, (int(size),))


def packed(t):
    a = t.detach().contiguous().numpy()
    a = a.astype("<i4") if a.dtype.kind == "i" else a.astype("<f4")
    return {"shape": list(a.shape), "kind": a.dtype.str, "data": base64.b64encode(a.tobytes()).decode()}


def timed(step, seconds):
    """Returns times of a step in seconds: averages over windows of at least 2 ms, or the times that the step itself returns."""
    own = step()
    began = time.perf_counter()
    step()
    count = 1 if own.__class__ is float else max(1, int(0.002 / max(time.perf_counter() - began, 1e-7)))
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 3:
        began = time.perf_counter()
        for _ in range(count):
            own = step()
        times.append(own if own.__class__ is float else (time.perf_counter() - began) / count)
    return times


def resident():
    """Returns the resident memory in bytes."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize()


steps = {}
for line in sys.stdin:
    request = json.loads(line)
    name = request["name"]
    if request["do"] == "data":
        arrays, result, steps[name] = workload(name)
        content = {"arrays": {k: packed(v) for k, v in arrays.items()}, "expected": {k: packed(v) for k, v in result().items()}}
        with open(request["path"], "w") as file:
            json.dump(content, file)
        answer = {}
    elif request["do"] == "memory":
        before = resident()
        _, _, step = workload(name)
        early = peak = 0
        for i in range(request["steps"]):
            step()
            if i == 100:
                early = resident()
            if i % 20 == 0:
                peak = max(peak, resident())
        answer = {"early": early - before, "end": resident() - before, "peak": peak - before}
    else:
        if "threads" in request:
            torch.set_num_threads(request["threads"])
        answer = {"times": timed(steps[name], request["seconds"])}
    print(json.dumps(answer), flush=True)
