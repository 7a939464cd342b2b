"""Stores outputs and gradients of PyTorch's recurrent, transformer, adaptive, linear and random modules.

Usage: python make_modules.py (with torch 2.13.0 installed). Writes modules.json.gz beside itself.
"""

import gzip
import json
import math
import pathlib

import torch
from torch import nn
from torch.nn.utils import rnn

torch.set_default_dtype(torch.float64)


def filled(shape, seed):
    n = math.prod(shape)
    return torch.tensor([0.6 * math.sin(1.3 * seed + 0.7 * k * k + 1.9 * k) for k in range(n)]).reshape(shape)


BOOL = {"tgt": [[False] * 4, [False, False, True, True]], "src": [[False, True, False, False, True], [False] * 5]}

# name, positional arguments, options, shapes of the inputs, what is done
CASES = [
    ("RNN", [3, 4], {}, [[5, 2, 3]], {}),
    ("RNN", [3, 20], {"nonlinearity": "relu", "num_layers": 2, "bidirectional": True, "batch_first": True}, [[2, 5, 3], [4, 2, 20]], {}),
    ("RNN", [3, 4], {"bias": False}, [[5, 3], [1, 4]], {}),
    ("GRU", [3, 4], {}, [[5, 2, 3]], {}),
    ("GRU", [3, 20], {"num_layers": 3, "bidirectional": True}, [[6, 3, 3], [6, 3, 20]], {}),
    ("GRU", [3, 4], {"bias": False, "batch_first": True, "num_layers": 2}, [[3, 5, 3]], {"lengths": [2, 5, 4]}),
    ("GRU", [3, 4], {"bidirectional": True, "num_layers": 2}, [[5, 3, 3], [4, 3, 4]], {"lengths": [2, 5, 4]}),
    ("LSTM", [3, 20], {"num_layers": 2, "bidirectional": True}, [[5, 2, 3], [4, 2, 20], [4, 2, 20]], {}),
    ("LSTM", [3, 5], {"proj_size": 2, "num_layers": 2}, [[5, 2, 3], [2, 2, 2], [2, 2, 5]], {}),
    ("LSTM", [3, 5], {"proj_size": 3, "bidirectional": True, "bias": False}, [[5, 3]], {}),
    ("LSTM", [3, 4], {"num_layers": 2, "bidirectional": True}, [[5, 3, 3]], {"lengths": [5, 1, 3]}),
    ("LSTM", [3, 4], {"batch_first": True}, [[3, 5, 3], [1, 3, 4], [1, 3, 4]], {"lengths": [2, 3, 4]}),
    ("RNNCell", [3, 4], {}, [[2, 3], [2, 4]], {}),
    ("RNNCell", [3, 4], {"nonlinearity": "relu", "bias": False}, [[3]], {}),
    ("GRUCell", [3, 20], {}, [[2, 3], [2, 20]], {}),
    ("GRUCell", [3, 4], {}, [[3], [4]], {}),
    ("TransformerEncoderLayer", [8, 2], {"dim_feedforward": 12, "dropout": 0.0}, [[5, 2, 8]], {}),
    (
        "TransformerEncoderLayer",
        [8, 4],
        {"dim_feedforward": 12, "dropout": 0.0, "activation": "gelu", "norm_first": True, "batch_first": True, "bias": False},
        [[2, 5, 8]],
        {"masks": {"src_mask": "causal5", "src_key_padding_mask": "src"}},
    ),
    ("TransformerEncoderLayer", [8, 2], {"dim_feedforward": 12, "dropout": 0.0, "layer_norm_eps": 0.1}, [[5, 8]], {}),
    (
        "TransformerDecoderLayer",
        [8, 2],
        {"dim_feedforward": 12, "dropout": 0.0, "batch_first": True},
        [[2, 4, 8], [2, 5, 8]],
        {"masks": {"tgt_mask": "causal4", "memory_key_padding_mask": "src", "tgt_key_padding_mask": "tgt"}},
    ),
    ("TransformerDecoderLayer", [8, 2], {"dim_feedforward": 12, "dropout": 0.0, "norm_first": True}, [[4, 2, 8], [5, 2, 8]], {}),
    (
        "Transformer",
        [8, 2],
        {"num_encoder_layers": 2, "num_decoder_layers": 2, "dim_feedforward": 12, "dropout": 0.0},
        [[5, 2, 8], [4, 2, 8]],
        {"masks": {"tgt_mask": "causal4", "src_key_padding_mask": "src", "memory_key_padding_mask": "src"}},
    ),
    ("Unflatten", [1, [2, 3]], {}, [[4, 6]], {}),
    ("LinearCrossEntropyLoss", [4, 3], {"label_smoothing": 0.1}, [[5, 4]], {"target": [0, 2, 1, 1, 0]}),
    ("LinearCrossEntropyLoss", [4, 3], {"out_features": [2], "bias": False, "reduction": "none"}, [[2, 4]], {"target": [[0, 2], [1, 1]]}),
    ("AdaptiveLogSoftmaxWithLoss", [8, 20, [4, 10]], {"head_bias": True}, [[6, 8]], {"target": [0, 19, 5, 3, 9, 10]}),
    ("AdaptiveLogSoftmaxWithLoss", [8, 20, [4, 10]], {"div_value": 2.0}, [[8]], {"target": 7}),
    ("Linear", [5, 3], {}, [[5]], {}),
    ("Linear", [20, 18], {"bias": False}, [[2, 3, 20]], {}),
    ("Identity", [], {}, [[4, 6]], {}),
    ("Flatten", [], {}, [[2, 3, 4]], {}),
    ("Flatten", [0, 1], {}, [[2, 3, 4]], {}),
    ("ReLU", [], {}, [[4, 6]], {}),
    ("Sigmoid", [], {}, [[4, 6]], {}),
    ("Tanh", [], {}, [[4, 6]], {}),
    # PyTorch multiplies by 1/6 as a float32
    ("Hardsigmoid", [], {}, [[4, 6]], {"digits": 7}),
    ("GELU", [], {}, [[4, 6]], {}),
    ("GELU", [], {"approximate": "tanh"}, [[5]], {}),
    ("RReLU", [0.1, 0.5], {}, [[4, 6]], {"eval": True}),
    ("Dropout", [0.4], {}, [[4, 6]], {"eval": True}),
    ("Dropout1d", [0.4], {}, [[2, 3, 4]], {"eval": True}),
    ("Dropout2d", [0.4], {}, [[1, 2, 3, 4]], {"eval": True}),
    ("Dropout3d", [0.4], {}, [[1, 2, 3, 4, 2]], {"eval": True}),
    ("AlphaDropout", [0.4], {}, [[4, 6]], {"eval": True}),
    ("FeatureAlphaDropout", [0.4], {}, [[4, 6, 2]], {"eval": True}),
    ("Embedding", [6, 3], {}, [], {"indices": [[0, 5], [2, 2]]}),
    ("Embedding", [6, 20], {"padding_idx": 2, "scale_grad_by_freq": True}, [], {"indices": [[0, 5], [2, 5]]}),
    ("EmbeddingBag", [6, 3], {"mode": "sum"}, [], {"indices": [[0, 5], [2, 2]]}),
    ("EmbeddingBag", [6, 20], {"mode": "max"}, [], {"indices": [[0, 5, 1], [2, 2, 3]]}),
]


def masked(name):
    if name.startswith("causal"):
        return nn.Transformer.generate_square_subsequent_mask(int(name[-1]))
    return torch.tensor(BOOL[name])


def called(name, module, inputs, options, how):
    if "lengths" in how:
        batch_first = options.get("batch_first", False)
        packed = rnn.pack_padded_sequence(inputs[0], how["lengths"], batch_first=batch_first, enforce_sorted=False)
        state = inputs[1:]
        out, last = module(packed, (tuple(state) if name == "LSTM" else state[0]) if state else None)
        padded, lengths = rnn.pad_packed_sequence(out, batch_first=batch_first)
        assert lengths.tolist() == how["lengths"]
        return [padded, *(last if name == "LSTM" else [last])]
    if "target" in how:
        result = module(inputs[0], torch.tensor(how["target"]))
        return [result.output, result.loss] if name.startswith("Adaptive") else [result]
    if "indices" in how:
        return [module(torch.tensor(how["indices"]))]
    if name == "LSTM":
        out, last = module(inputs[0], tuple(inputs[1:]) if len(inputs) > 1 else None)
        return [out, *last]
    masks = {key: masked(value) for key, value in how.get("masks", {}).items()}
    out = module(*inputs, **masks)
    return list(out) if isinstance(out, tuple) else [out]


def flat(x):
    return x.detach().flatten().tolist()


def case(name, args, options, shapes, how):
    module = getattr(nn, name)(*args, **options)
    with torch.no_grad():
        for i, p in enumerate(module.parameters()):
            p.copy_(filled(p.shape, i + 1))
    module.train("eval" not in how)
    inputs = [filled(shape, 50 + i).requires_grad_() for i, shape in enumerate(shapes)]
    outputs = called(name, module, inputs, options, how)
    sum((filled(y.shape, 90 + i) * y).sum() for i, y in enumerate(outputs)).backward()
    extra = {}
    if name.startswith("AdaptiveLog") and len(shapes[0]) == 2:
        extra = {"logProb": flat(module.log_prob(inputs[0])), "predicted": module.predict(inputs[0]).tolist()}
    return {
        "name": name,
        "args": args,
        "options": options,
        "shapes": shapes,
        "how": how,
        "state": {key: list(v.shape) for key, v in module.state_dict().items()},
        "outputs": [{"shape": list(y.shape), "elements": flat(y)} for y in outputs],
        "inputs": [flat(x.grad) for x in inputs],
        "gradients": {key: None if p.grad is None else flat(p.grad) for key, p in module.named_parameters()},
        **extra,
    }


path = pathlib.Path(__file__).with_name("modules.json.gz")
path.write_bytes(gzip.compress(json.dumps({"bool": BOOL, "cases": [case(*c) for c in CASES]}).encode(), mtime=0))
