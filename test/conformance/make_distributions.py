"""Writes distributions.json.gz: values of torch.distributions and gradients of samples of the gamma distribution.

python test/conformance/make_distributions.py          (needs torch 2.13 and scipy)
"""

import gzip
import json
import math
from pathlib import Path

import scipy.special
import torch
import torch.distributions as D

torch.manual_seed(0)
torch.set_default_dtype(torch.float64)


def plain(t):
    if isinstance(t, torch.Tensor):
        return [plain(v) for v in t.detach().to(torch.float64)] if t.dim() else plain(t.item())
    v = float(t)
    return v if math.isfinite(v) else str(v).replace("inf", "Infinity").replace("nan", "NaN")


def positive(*shape):
    return torch.rand(shape) * 3 + 0.3


def real(*shape):
    return torch.randn(shape)


def unit(*shape):
    return torch.rand(shape) * 0.9 + 0.05


def matrix(*shape):
    a = torch.randn(*shape, shape[-1])
    return a @ a.mT + torch.eye(shape[-1])


def families(*shape):
    """Names here, classes of PyTorch, and arguments; dictionaries are options."""
    yield "Normal", D.Normal, [real(*shape), positive(*shape)]
    yield "LogNormal", D.LogNormal, [real(*shape), positive(*shape)]
    yield "HalfNormal", D.HalfNormal, [positive(*shape)]
    yield "Uniform", D.Uniform, [real(*shape), real(*shape) + 5]
    yield "Exponential", D.Exponential, [positive(*shape)]
    yield "Laplace", D.Laplace, [real(*shape), positive(*shape)]
    yield "Cauchy", D.Cauchy, [real(*shape), positive(*shape)]
    yield "HalfCauchy", D.HalfCauchy, [positive(*shape)]
    yield "Gumbel", D.Gumbel, [real(*shape), positive(*shape)]
    yield "Weibull", D.Weibull, [positive(*shape), positive(*shape)]
    yield "Pareto", D.Pareto, [positive(*shape), positive(*shape)]
    yield "Kumaraswamy", D.Kumaraswamy, [positive(*shape), positive(*shape)]
    yield "Gamma", D.Gamma, [positive(*shape), positive(*shape)]
    yield "Chi2", D.Chi2, [positive(*shape)]
    yield "InverseGamma", D.InverseGamma, [positive(*shape), positive(*shape)]
    yield "Beta", D.Beta, [positive(*shape), positive(*shape)]
    yield "StudentT", D.StudentT, [positive(*shape) * 2, real(*shape), positive(*shape)]
    yield "FisherSnedecor", D.FisherSnedecor, [positive(*shape) * 3, positive(*shape) * 3]
    yield "Bernoulli", D.Bernoulli, [{"probs": unit(*shape)}]
    yield "Bernoulli", D.Bernoulli, [{"logits": real(*shape)}]
    yield "Geometric", D.Geometric, [{"probs": unit(*shape)}]
    yield "Geometric", D.Geometric, [{"logits": real(*shape)}]
    yield "Binomial", D.Binomial, [torch.randint(1, 9, shape).double(), {"probs": unit(*shape)}]
    yield "Binomial", D.Binomial, [torch.randint(1, 9, shape).double(), {"logits": real(*shape)}]
    yield "Poisson", D.Poisson, [positive(*shape)]
    yield "NegativeBinomial", D.NegativeBinomial, [positive(*shape), {"probs": unit(*shape)}]
    yield "NegativeBinomial", D.NegativeBinomial, [positive(*shape), {"logits": real(*shape)}]
    yield "Dirichlet", D.Dirichlet, [positive(*shape, 3)]
    yield "Categorical", D.Categorical, [{"probs": unit(*shape, 5)}]
    yield "Categorical", D.Categorical, [{"logits": real(*shape, 5)}]
    yield "OneHotCategorical", D.OneHotCategorical, [{"probs": unit(*shape, 4)}]
    yield "Multinomial", lambda probs: D.Multinomial(6, probs=probs), [6, {"probs": unit(*shape, 4)}]
    yield "MultivariateNormal", D.MultivariateNormal, [real(*shape, 3), {"covarianceMatrix": matrix(*shape, 3)}]
    yield "MultivariateNormal", D.MultivariateNormal, [real(3), {"precisionMatrix": matrix(*shape, 3)}]


NAMES = {"covarianceMatrix": "covariance_matrix", "precisionMatrix": "precision_matrix", "scaleTril": "scale_tril"}


def build(make, args, name):
    positional = [a for a in args if isinstance(a, torch.Tensor)]
    options = {NAMES.get(k, k): v for a in args if isinstance(a, dict) for k, v in a.items()}
    return make(*positional, **options)


def described(args):
    return [{k: plain(v) for k, v in a.items()} if isinstance(a, dict) else plain(a) for a in args]


def tried(f):
    """The value, or null where PyTorch has none."""
    try:
        return plain(f())
    except NotImplementedError:
        return None


def families_cases():
    for shape in [(), (2,), (3, 7)]:
        for name, make, args in families(*shape):
            leaves = [t for a in args for t in (a.values() if isinstance(a, dict) else [a]) if isinstance(t, torch.Tensor) and name != "Binomial" or isinstance(a, dict)]
            leaves = [t.requires_grad_() for t in leaves if isinstance(t, torch.Tensor)]
            d = build(make, args, name)
            value = d.sample((2,)) if name not in ("Binomial", "Multinomial") else d.sample((2,))
            log_prob = d.log_prob(value)
            gradients = torch.autograd.grad(log_prob.sum(), leaves, retain_graph=True)
            case = {"name": name, "args": described(args), "value": plain(value), "logProb": plain(log_prob), "gradients": [plain(g) for g in gradients]}
            case["batchShape"], case["eventShape"] = list(d.batch_shape), list(d.event_shape)
            if name != "Categorical":
                case["mean"], case["variance"] = plain(d.mean), plain(d.variance)
            case["entropy"] = None if name in ("Binomial", "Multinomial") else tried(d.entropy)
            case["cdf"] = tried(lambda: d.cdf(value))
            case["icdf"] = tried(lambda: d.icdf(torch.full(d.batch_shape, 0.3)))
            yield case


def kl_cases():
    for shape in [(), (3, 7)]:
        firsts, seconds = list(families(*shape)), list(families(*shape))
        for (name, make, args), (_, _, other) in zip(firsts, seconds):
            if name == "Binomial":
                other = [args[0], other[1]]
            if name == "Uniform":
                other = [args[0] - 1, args[1] + 1]
            try:
                value = D.kl_divergence(build(make, args, name), build(make, other, name))
            except NotImplementedError:
                continue
            yield {"p": [name, described(args)], "q": [name, described(other)], "value": plain(value)}
        low, high, loc, scale = real(*shape), real(*shape) + 5, real(*shape), positive(*shape)
        yield {"p": ["Uniform", described([low, high])], "q": ["Normal", described([loc, scale])], "value": plain(D.kl_divergence(D.Uniform(low, high), D.Normal(loc, scale)))}


def gamma_slopes():
    """dx/dα at a constant value of the distribution function, by central differences of its inverse."""
    for alpha in [0.01, 0.1, 0.5, 0.999, 1, 1.5, 3, 10, 50, 300, 999, 2000, 1e5]:
        for p in [1e-6, 0.01, 0.3, 0.5, 0.9, 0.999]:
            x = scipy.special.gammaincinv(alpha, p)
            if x < 1e-250:
                continue
            h = 1e-4 * alpha
            x1, x2, y1, y2 = (scipy.special.gammaincinv(alpha + k * h, p) for k in (-1, 1, -2, 2))
            yield [alpha, float(x), float((8 * (x2 - x1) - (y2 - y1)) / (12 * h))]


stored = {"families": list(families_cases()), "kl": list(kl_cases()), "gamma": list(gamma_slopes())}
path = Path(__file__).with_name("distributions.json.gz")
path.write_bytes(gzip.compress(json.dumps(stored).encode(), 9, mtime=0))
print({k: len(v) for k, v in stored.items()}, path.stat().st_size, "bytes")
