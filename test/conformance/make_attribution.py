"""Stores attributions that captum computes, for a convolutional network and a classifier of texts.

Run with PyTorch 2.13 and captum 0.9 installed: `python test/conformance/make_attribution.py`.
"""

import json
import pathlib

import torch
from captum.attr import (
    InputXGradient,
    IntegratedGradients,
    LayerGradCam,
    LayerIntegratedGradients,
    Occlusion,
    Saliency,
)

torch.manual_seed(3)
torch.set_default_dtype(torch.float64)


class Texts(torch.nn.Module):
    """Classifies texts by the mean of a function of their embeddings. Token 0 stands for no word."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(12, 5, padding_idx=0)
        self.head = torch.nn.Linear(5, 3)

    def forward(self, tokens):
        return self.head(torch.tanh(self.embedding(tokens)).mean(1))


images = torch.nn.Sequential(
    torch.nn.Conv2d(2, 3, 3, padding=1),
    torch.nn.Tanh(),
    torch.nn.AvgPool2d(2),
    torch.nn.Conv2d(3, 4, 3),
    torch.nn.ReLU(),
    torch.nn.Flatten(),
    torch.nn.Linear(4 * 2 * 3, 3),
)
texts = Texts()
x = torch.randn(2, 2, 8, 10)
baseline = torch.randn(1, 2, 8, 10)
tokens = torch.tensor([[3, 1, 4, 1, 5], [9, 2, 6, 5, 3]])
target = [2, 0]


def plain(values):
    return values.detach().tolist()


relu = images[4]
grad_cam = LayerGradCam(images, relu)
reference = {
    "images": {name: plain(p) for name, p in images.state_dict().items()},
    "texts": {name: plain(p) for name, p in texts.state_dict().items()},
    "x": plain(x),
    "baseline": plain(baseline),
    "tokens": tokens.tolist(),
    "target": target,
    "saliency": plain(Saliency(images).attribute(x.clone().requires_grad_(), target=target)),
    "gradient": plain(Saliency(images).attribute(x.clone().requires_grad_(), target=target, abs=False)),
    "inputXGradient": plain(InputXGradient(images).attribute(x.clone().requires_grad_(), target=target)),
    "integratedGradients": plain(IntegratedGradients(images).attribute(x, baseline, target=target, n_steps=20)),
    "occlusion": plain(
        Occlusion(images).attribute(x, (1, 3, 4), strides=(1, 2, 3), target=target, baselines=0.5)
    ),
    "gradCam": plain(
        torch.nn.functional.interpolate(
            grad_cam.attribute(x, target=target, relu_attributions=True), (8, 10), mode="bilinear"
        )
    ),
    "embedding": plain(
        LayerIntegratedGradients(texts, texts.embedding).attribute(tokens, torch.zeros_like(tokens), target=target, n_steps=30)
    ),
}
path = pathlib.Path(__file__).with_name("attribution.json")
path.write_text(json.dumps(reference) + "\n")
