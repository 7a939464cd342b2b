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


class Closed(torch.nn.Module):
    """A module of several inputs as one of its first, or with `double` of its first as all of them."""

    def __init__(self, module, *rest, repeat=1):
        super().__init__()
        self.module, self.rest, self.repeat = module, rest, repeat

    def forward(self, x):
        return self.module(*([x] * self.repeat), *self.rest)


def classes(*values):
    return torch.tensor(values)


def signs(shape):
    return torch.where(filled(shape, 2) > 0, 1.0, -1.0).double()


ACTIVATIONS = {
    "ReLU6": [], "LeakyReLU": [0.2], "Hardtanh": [-0.4, 0.6], "Hardswish": [], "Hardshrink": [0.3], "Softshrink": [0.3], "Threshold": [0.2, 5], "PReLU": [3],
    "SiLU": [], "Mish": [], "ELU": [0.7], "CELU": [0.5], "SELU": [], "Softplus": [2, 1], "Softsign": [], "Tanhshrink": [], "LogSigmoid": [], "GLU": [0], "Softmax": [1], "LogSoftmax": [0], "Softmin": [1],
}  # fmt: skip

nn = torch.nn
LOSSES = {
    "L1Loss": lambda: (nn.L1Loss(reduction="sum"), filled([4, 3], 5)),
    "MSELoss": lambda: (nn.MSELoss(), filled([4, 3], 5)),
    "SmoothL1Loss": lambda: (nn.SmoothL1Loss(beta=0.5), filled([4, 3], 5)),
    "HuberLoss": lambda: (nn.HuberLoss(delta=0.5), filled([4, 3], 5)),
    "BCEWithLogitsLoss": lambda: (nn.BCEWithLogitsLoss(weight=filled([3], 1), pos_weight=filled([3], 1)), filled([4, 3], 5).abs()),
    "PoissonNLLLoss": lambda: (nn.PoissonNLLLoss(full=True), filled([4, 3], 5).abs() * 4),
    "GaussianNLLLoss": lambda: (nn.GaussianNLLLoss(full=True), filled([4, 3], 5), filled([4, 3], 6).abs() + 0.5),
    "KLDivLoss": lambda: (nn.KLDivLoss(reduction="batchmean", log_target=True), filled([4, 3], 5)),
    "NLLLoss": lambda: (nn.NLLLoss(weight=filled([3], 1)), classes(0, 2, 1, 0)),
    "CrossEntropyLoss": lambda: (nn.CrossEntropyLoss(weight=filled([3], 1), ignore_index=1, label_smoothing=0.1), classes(0, 2, 1, 0)),
    "MultiMarginLoss": lambda: (nn.MultiMarginLoss(p=2, margin=0.8, weight=filled([3], 1)), classes(0, 2, 1, 0)),
    "MultiLabelMarginLoss": lambda: (nn.MultiLabelMarginLoss(), classes([0, -1, 1], [2, 0, -1], [1, 2, 0], [-1, 0, 0])),
    "MultiLabelSoftMarginLoss": lambda: (nn.MultiLabelSoftMarginLoss(weight=filled([3], 1)), (signs([4, 3]) + 1) / 2),
    "SoftMarginLoss": lambda: (nn.SoftMarginLoss(), signs([4, 3])),
    "HingeEmbeddingLoss": lambda: (nn.HingeEmbeddingLoss(margin=0.7), signs([4, 3])),
    "MarginRankingLoss": lambda: (nn.MarginRankingLoss(margin=0.3), filled([4, 3], 5), signs([4, 3])),
    "CosineEmbeddingLoss": lambda: (nn.CosineEmbeddingLoss(margin=0.1), filled([4, 3], 5), signs([4])),
    "TripletMarginLoss": lambda: (nn.TripletMarginLoss(p=3, swap=True), filled([4, 3], 5), filled([4, 3], 7)),
    "TripletMarginWithDistanceLoss": lambda: (nn.TripletMarginWithDistanceLoss(margin=2), filled([4, 3], 5), filled([4, 3], 7)),
    "CosineSimilarity": lambda: (nn.CosineSimilarity(dim=0), filled([4, 3], 5)),
    "PairwiseDistance": lambda: (nn.PairwiseDistance(p=3, keepdim=True), filled([4, 3], 5)),
    "Bilinear": lambda: (nn.Bilinear(3, 2, 2), filled([4, 2], 5)),
}

MODULES = {
    **{name: (lambda name=name, args=args: getattr(nn, name)(*args), [4, 3]) for name, args in ACTIVATIONS.items()},
    **{name: (lambda make=make: Closed(*make()), [4, 3]) for name, make in LOSSES.items()},
    "CTCLoss": (lambda: nn.Sequential(nn.LogSoftmax(2), Closed(nn.CTCLoss(blank=1, reduction="sum"), classes([0, 2], [2, 2]), classes(5, 4), classes(2, 1))), [5, 2, 3]),
    "BCELoss": (lambda: nn.Sequential(nn.Sigmoid(), Closed(nn.BCELoss(), filled([4, 3], 5).abs())), [4, 3]),
    "MultiheadAttention": (lambda: Closed(nn.MultiheadAttention(4, 2, add_bias_kv=True, add_zero_attn=True, batch_first=True), repeat=3), [2, 3, 4]),
    "MultiheadAttention with other sizes": (lambda: Closed(nn.MultiheadAttention(4, 2, kdim=3, vdim=2), filled([5, 2, 3], 5), filled([5, 2, 2], 6)), [3, 2, 4]),
    "Softmax2d": (lambda: nn.Softmax2d(), [2, 3, 2, 2]),
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
