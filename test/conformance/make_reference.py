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


class Unpooled(torch.nn.Module):
    """Max pooling, and its partial inverse with the size of the input."""

    def __init__(self, pool, unpool):
        super().__init__()
        self.pool, self.unpool = pool, unpool

    def forward(self, x):
        values, indices = self.pool(x)
        return self.unpool(values, indices, output_size=x.size())


def samples(rank):
    """Random numbers of fractional pooling of one example of two channels, which the tests compute too."""
    return (filled([1, 2, rank], 0.2) + 1) / 2.1


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
    "Conv1d circular": (lambda: torch.nn.Conv1d(2, 3, 3, padding=2, padding_mode="circular"), [2, 2, 7]),
    "Conv2d same, reflect": (lambda: torch.nn.Conv2d(2, 3, (3, 2), padding="same", padding_mode="reflect"), [2, 2, 5, 4]),
    "Conv3d": (lambda: torch.nn.Conv3d(2, 4, (2, 3, 1), stride=(1, 2, 1), padding=(1, 0, 1), groups=2), [1, 2, 4, 5, 3]),
    "ConvTranspose1d": (lambda: torch.nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2), [2, 4, 5]),
    "ConvTranspose2d": (lambda: torch.nn.ConvTranspose2d(2, 3, (3, 2), stride=(2, 1), dilation=2, bias=False), [2, 2, 3, 4]),
    "ConvTranspose3d": (lambda: torch.nn.ConvTranspose3d(2, 1, 2, stride=2, padding=1), [1, 2, 3, 2, 3]),
    "MaxPool1d": (lambda: torch.nn.MaxPool1d(3, stride=2, padding=1, dilation=2), [2, 2, 9]),
    "MaxPool2d ceil": (lambda: torch.nn.MaxPool2d((2, 3), ceil_mode=True), [1, 2, 5, 7]),
    "MaxPool3d": (lambda: torch.nn.MaxPool3d(2, stride=(1, 2, 2), padding=1), [1, 2, 4, 5, 4]),
    "AvgPool1d": (lambda: torch.nn.AvgPool1d(3, stride=2, padding=1), [2, 2, 8]),
    "AvgPool3d": (lambda: torch.nn.AvgPool3d((2, 1, 2), divisor_override=3), [2, 1, 4, 3, 5]),
    "LPPool1d": (lambda: torch.nn.LPPool1d(2, 3, stride=2), [2, 2, 8]),
    "LPPool2d": (lambda: torch.nn.LPPool2d(4, (2, 3), ceil_mode=True), [1, 2, 5, 7]),
    "LPPool3d": (lambda: torch.nn.LPPool3d(2, 2), [1, 2, 4, 5, 4]),
    "AdaptiveAvgPool1d": (lambda: torch.nn.AdaptiveAvgPool1d(3), [2, 2, 7]),
    "AdaptiveAvgPool2d": (lambda: torch.nn.AdaptiveAvgPool2d((3, None)), [2, 2, 7, 4]),
    "AdaptiveAvgPool3d": (lambda: torch.nn.AdaptiveAvgPool3d((3, 1, 5)), [1, 2, 4, 5, 3]),
    "AdaptiveMaxPool1d": (lambda: torch.nn.AdaptiveMaxPool1d(3), [2, 2, 7]),
    "AdaptiveMaxPool2d": (lambda: torch.nn.AdaptiveMaxPool2d((3, None)), [2, 2, 7, 4]),
    "AdaptiveMaxPool3d": (lambda: torch.nn.AdaptiveMaxPool3d((3, 1, 5)), [1, 2, 4, 5, 3]),
    "FractionalMaxPool2d": (lambda: torch.nn.FractionalMaxPool2d(2, output_size=(3, 4), _random_samples=samples(2)), [1, 2, 7, 9]),
    "FractionalMaxPool3d": (lambda: torch.nn.FractionalMaxPool3d((2, 1, 3), output_ratio=0.5, _random_samples=samples(3)), [1, 2, 7, 6, 9]),
    "MaxUnpool1d": (lambda: Unpooled(torch.nn.MaxPool1d(2, stride=3, return_indices=True), torch.nn.MaxUnpool1d(2, stride=3)), [2, 2, 8]),
    "MaxUnpool2d": (lambda: Unpooled(torch.nn.MaxPool2d(2, return_indices=True), torch.nn.MaxUnpool2d(2)), [1, 2, 5, 6]),
    "MaxUnpool3d": (lambda: Unpooled(torch.nn.MaxPool3d(2, return_indices=True), torch.nn.MaxUnpool3d(2)), [1, 2, 4, 4, 5]),
    "GroupNorm": (lambda: torch.nn.GroupNorm(2, 4, eps=1e-3), [3, 4, 2, 2]),
    "InstanceNorm1d": (lambda: torch.nn.InstanceNorm1d(3, affine=True, track_running_stats=True, momentum=0.3), [2, 3, 5]),
    "InstanceNorm2d": (lambda: torch.nn.InstanceNorm2d(2), [3, 2, 4, 3]),
    "InstanceNorm2d of one": (lambda: torch.nn.InstanceNorm2d(2, affine=True), [2, 4, 3]),
    "InstanceNorm3d": (lambda: torch.nn.InstanceNorm3d(2, track_running_stats=True), [3, 2, 2, 3, 2]),
    "BatchNorm3d": (lambda: torch.nn.BatchNorm3d(2), [3, 2, 2, 2, 3]),
    "LocalResponseNorm": (lambda: torch.nn.LocalResponseNorm(3, alpha=0.5, k=2.0), [2, 5, 3, 2]),
    "Upsample nearest": (lambda: torch.nn.Upsample(scale_factor=(1.7, 2.2)), [2, 2, 3, 4]),
    "Upsample bicubic": (lambda: torch.nn.Upsample((5, 3), mode="bicubic", align_corners=True), [1, 2, 3, 4]),
    "Upsample trilinear": (lambda: torch.nn.Upsample(scale_factor=1.6, mode="trilinear", recompute_scale_factor=True), [1, 1, 3, 4, 2]),
    "UpsamplingNearest2d": (lambda: torch.nn.UpsamplingNearest2d(scale_factor=2), [1, 2, 3, 2]),
    "UpsamplingBilinear2d": (lambda: torch.nn.UpsamplingBilinear2d(size=(5, 7)), [1, 2, 3, 4]),
    "Unfold": (lambda: torch.nn.Unfold((2, 3), dilation=2, padding=1, stride=(2, 1)), [2, 2, 6, 7]),
    "Fold": (lambda: torch.nn.Fold((5, 4), (2, 3), padding=1, stride=(2, 1)), [2, 12, 12]),
    "PixelShuffle": (lambda: torch.nn.PixelShuffle(2), [1, 8, 2, 3]),
    "PixelUnshuffle": (lambda: torch.nn.PixelUnshuffle(2), [1, 2, 4, 6]),
    "ChannelShuffle": (lambda: torch.nn.ChannelShuffle(3), [2, 6, 2, 2]),
    "ConstantPad1d": (lambda: torch.nn.ConstantPad1d((2, -1), 1.5), [2, 2, 4]),
    "ConstantPad2d": (lambda: torch.nn.ConstantPad2d(1, -2.0), [1, 2, 3, 2]),
    "ConstantPad3d": (lambda: torch.nn.ConstantPad3d((1, 0, 2, 1, 0, 1), 0.5), [1, 2, 2, 3, 2]),
    "ZeroPad1d": (lambda: torch.nn.ZeroPad1d(2), [2, 2, 3]),
    "ZeroPad2d": (lambda: torch.nn.ZeroPad2d((1, 2, 0, -1)), [1, 2, 3, 2]),
    "ZeroPad3d": (lambda: torch.nn.ZeroPad3d(1), [1, 1, 2, 3, 2]),
    "ReflectionPad1d": (lambda: torch.nn.ReflectionPad1d((2, 1)), [2, 2, 4]),
    "ReflectionPad2d": (lambda: torch.nn.ReflectionPad2d((1, 2, 0, 1)), [1, 2, 3, 4]),
    "ReflectionPad3d": (lambda: torch.nn.ReflectionPad3d(1), [1, 2, 2, 3, 4]),
    "ReplicationPad1d": (lambda: torch.nn.ReplicationPad1d((3, 1)), [2, 2, 2]),
    "ReplicationPad2d": (lambda: torch.nn.ReplicationPad2d(2), [1, 2, 3, 2]),
    "ReplicationPad3d": (lambda: torch.nn.ReplicationPad3d((1, 2, 0, 1, 3, 0)), [1, 2, 2, 3, 2]),
    "CircularPad1d": (lambda: torch.nn.CircularPad1d((3, 1)), [2, 2, 4]),
    "CircularPad2d": (lambda: torch.nn.CircularPad2d((1, 2, 0, 1)), [1, 2, 3, 4]),
    "CircularPad3d": (lambda: torch.nn.CircularPad3d(1), [1, 2, 2, 3, 4]),
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
        "buffers": [flat(b) for b in module.buffers()],
        "state": list(module.state_dict()),
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
    # a line for each module: one for each number would be very long
    modules = ",\n".join(f"  {json.dumps(name)}: {json.dumps(values)}" for name, values in reference.pop("modules").items())
    rest = json.dumps(reference, indent=1).removesuffix("\n}")
    path.write_text(f'{rest},\n "modules": {{\n{modules}\n }}\n}}\n')


main()
