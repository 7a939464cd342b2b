"""Stores PyTorch's printing, type promotion, optimizer steps, and results of modules.

Usage: python make_reference.py (with torch 2.13.0 installed). Writes reference.json beside itself.
"""

import json
import pathlib

import torch

PRINTED = {
    "tensor(3.5)": lambda t: t(3.5),
    "tensor([1, 2, 3])": lambda t: t([1.0, 2.0, 3.0]),
    "[[1, 2.5], [-3, 4]]": lambda t: t([[1.0, 2.5], [-3.0, 4.0]]),
    "[1e-5, 1]": lambda t: t([1e-5, 1.0]),
    "[1e8, 1]": lambda t: t([1e8, 1.0]),
    "[123456.789, 0.5]": lambda t: t([123456.789, 0.5]),
    "[NaN, Infinity, -Infinity, 1]": lambda t: t([float("nan"), float("inf"), float("-inf"), 1.0]),
    "[NaN, 0]": lambda t: t([float("nan"), 0.0]),
    "[0.1, 0.25, 1/3]": lambda t: t([0.1, 0.25, 1 / 3]),
    "[100000, 1]": lambda t: t([100000.0, 1.0]),
    "[-0.0, 0.5]": lambda t: t([-0.0, 0.5]),
    "[1000, 2000, 1e9]": lambda t: t([1000.0, 2000.0, 1e9]),
    "[]": lambda t: t([]),
    "zeros [2, 0]": lambda t: torch.zeros(2, 0),
    "arange 24 [2, 3, 4]": lambda t: torch.arange(24.0).reshape(2, 3, 4),
    "arange 30": lambda t: torch.arange(30.0),
    "arange 2000": lambda t: torch.arange(2000.0),
    "arange 10000 [100, 100]": lambda t: torch.arange(10000.0).reshape(100, 100),
    "arange 1200 [4, 300]": lambda t: torch.arange(1200.0).reshape(4, 300),
    "arange 1024 [8, 8, 16]": lambda t: torch.arange(1024.0).reshape(8, 8, 16) / 7,
    "ties": lambda t: t([0.03125, 0.09375, -0.15625, 1.03125]),
    "ties with exponents": lambda t: t([100005000.0, 100015000.0, 1.0]),
    "large": lambda t: t([1e10, -2.5e11]),
    "small": lambda t: t([1e-7, 2.5e-6]),
    "one negative": lambda t: t([-1.0]),
    "minus zero": lambda t: t([-0.0]),
    "rows of 13": lambda t: torch.arange(26.0).reshape(2, 13) / 4 - 3,
    "arange 40 / 3": lambda t: torch.arange(40.0) / 3,
}


def trajectory(make):
    w = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[0.5, -0.25]], dtype=torch.float64, requires_grad=True)
    optimizer = make([w, b])
    out = []
    for step in range(6):
        optimizer.zero_grad()
        loss = ((w * w * w).sum() - w.sin().sum()) * (0.5 if step % 2 else 1.0) + (b * b).sum() * 3 + (w[0] * b).sum()
        loss.backward()
        optimizer.step()
        out.append([*w.tolist(), *b.flatten().tolist()])
    return out


OPTIMIZERS = {
    "SGD": [
        {"lr": 0.01},
        {"lr": 0.01, "momentum": 0.9},
        {"lr": 0.01, "momentum": 0.9, "dampening": 0.3, "weight_decay": 0.1},
        {"lr": 0.01, "momentum": 0.9, "nesterov": True, "weight_decay": 0.05},
    ],
    "Adam": [{}, {"lr": 0.1, "betas": [0.8, 0.95], "eps": 1e-6}, {"lr": 0.05, "weight_decay": 0.1}],
    "AdamW": [{}, {"lr": 0.1, "weight_decay": 0.2, "betas": [0.7, 0.9]}],
}


def filled(shape, seed):
    """Returns numbers that the tests compute too: sin(seed + 0.7 i)."""
    count = torch.Size(shape).numel()
    return torch.sin(seed + 0.7 * torch.arange(count, dtype=torch.float64)).reshape(shape)


MODULES = {
    "Conv1d": (lambda: torch.nn.Conv1d(4, 6, 3, stride=2, padding=1, groups=2), [2, 4, 9]),
    "Conv2d": (lambda: torch.nn.Conv2d(2, 3, (3, 2), padding=1, dilation=2, bias=False), [2, 2, 7, 6]),
    "MaxPool2d": (lambda: torch.nn.MaxPool2d(3, stride=2, padding=1), [1, 2, 7, 7]),
    "AvgPool2d": (lambda: torch.nn.AvgPool2d(2, ceil_mode=True, count_include_pad=False), [1, 2, 5, 5]),
    "LayerNorm": (lambda: torch.nn.LayerNorm([3, 4]), [2, 3, 4]),
    "RMSNorm": (lambda: torch.nn.RMSNorm(4, eps=1e-3), [3, 4]),
    "BatchNorm1d": (lambda: torch.nn.BatchNorm1d(3, momentum=0.3), [5, 3]),
    "BatchNorm2d": (lambda: torch.nn.BatchNorm2d(2), [3, 2, 4, 4]),
    "LSTM": (lambda: torch.nn.LSTM(3, 4, num_layers=2), [5, 2, 3]),
    "LSTM batchFirst": (lambda: torch.nn.LSTM(3, 4, bias=False, batch_first=True), [2, 5, 3]),
    "LSTM without a batch": (lambda: torch.nn.LSTM(3, 4, num_layers=2), [5, 3]),
    "LSTMCell": (lambda: torch.nn.LSTMCell(3, 4), [2, 3]),
}


def flat(value):
    return value.detach().flatten().tolist()


def module_values(make, shape):
    """Returns output, gradients and buffers after one pass in training, and the output in evaluation."""
    module = make().double()
    with torch.no_grad():
        for i, p in enumerate(module.parameters()):
            p.copy_(filled(p.shape, i + 1))
    x = filled(shape, 0.3).requires_grad_()
    result = module(x)
    outputs = [result] if isinstance(result, torch.Tensor) else [y for part in result for y in ([part] if isinstance(part, torch.Tensor) else part)]
    sum((y * y).sum() for y in outputs).backward()
    values = {
        "outputs": [flat(y) for y in outputs],
        "input": flat(x.grad),
        "gradients": [flat(p.grad) for p in module.parameters()],
        "buffers": [flat(b) for b in module.buffers() if b.dim() > 0],
    }
    module.eval()
    result = module(x)
    values["evaluated"] = flat(result[0] if isinstance(result, tuple) else result)
    return values


def main():
    reference = {
        "torch": torch.__version__,
        "printed": {name: str(make(torch.tensor)) for name, make in PRINTED.items()},
        "integers": str(torch.arange(12).reshape(3, 4) * 100 - 300),
        "int32": str(torch.arange(12, dtype=torch.int32).reshape(3, 4)).replace("torch.", ""),
        "booleans": str(torch.tensor([True, False])),
        "optimizers": [
            {"name": name, "options": options, "values": trajectory(lambda ps, n=name, o=options: getattr(torch.optim, n)(ps, **o))}
            for name, list_of_options in OPTIMIZERS.items()
            for options in list_of_options
        ],
        "modules": {name: {"shape": shape, **module_values(make, shape)} for name, (make, shape) in MODULES.items()},
    }
    path = pathlib.Path(__file__).with_name("reference.json")
    path.write_text(json.dumps(reference, indent=1) + "\n")


main()
