"""Stores results of function transforms in PyTorch and JAX.

Run with PyTorch 2.13, and again with JAX 0.10: `python test/conformance/make_func.py torch`, `… jax`. Each renews its half of func.json.
"""

import json
import pathlib
import sys

import numpy as np

X = np.array([0.3, -0.7, 1.1])
V = np.array([1.0, 0.5, -2.0])
BATCH = np.array([[0.1, 0.2, 0.3], [-0.4, 0.5, 0.6], [1.5, -1.2, 0.7], [0.0, 2.0, -1.0]])
OTHER = np.array([[1.0, -1.0, 0.5], [0.2, 0.4, -0.3]])
W1 = np.sin(np.arange(12.0)).reshape(4, 3)
W2 = np.cos(np.arange(8.0)).reshape(2, 4)
LABELS = np.array([0, 1, 1, 0])
IMAGES = np.sin(np.arange(3 * 36.0)).reshape(3, 1, 6, 6)
KERNELS = np.cos(np.arange(2 * 9.0)).reshape(2, 1, 3, 3)
HEAD = np.sin(np.arange(2 * 2 * 16.0) / 3).reshape(2, 32)


def with_torch():
    import torch
    from torch import func

    def t(a):
        return torch.tensor(a)

    def field(x):
        return torch.sin(x) * torch.exp(x.sum() / 2) + x.flip(0) ** 2

    def scalar(x):
        return torch.tanh(x @ x) + torch.logsumexp(x * x.roll(1), 0)

    def loss(p, x, y):
        h = torch.tanh(p["w1"] @ x)
        return torch.nn.functional.cross_entropy(p["w2"] @ h, y)

    def image_loss(p, image, y):
        h = torch.relu(torch.nn.functional.conv2d(image[None], p["k"]))
        return torch.nn.functional.cross_entropy(p["head"] @ h.flatten(), y)

    def distance(a, b):
        return ((a - b) ** 2).sum().sqrt()

    params = {"w1": t(W1), "w2": t(W2)}
    filters = {"k": t(KERNELS), "head": t(HEAD)}
    labels = torch.tensor(LABELS)
    per_sample = func.vmap(func.grad(loss), in_dims=(None, 0, 0))(params, t(BATCH), labels)
    per_image = func.vmap(func.grad(image_loss), in_dims=(None, 0, 0))(filters, t(IMAGES), labels[:3])
    return {
        "jacrev": func.jacrev(field)(t(X)),
        "jacfwd": func.jacfwd(field)(t(X)),
        "hessian": func.hessian(scalar)(t(X)),
        "third": func.jacfwd(func.hessian(scalar))(t(X)),
        "jvp": func.jvp(field, (t(X),), (t(V),))[1],
        "vjp": func.vjp(field, t(X))[1](t(V))[0],
        "hvp": func.jvp(func.grad(scalar), (t(X),), (t(V),))[1],
        "perSample w1": per_sample["w1"],
        "perSample w2": per_sample["w2"],
        "perImage k": per_image["k"],
        "perImage head": per_image["head"],
        "pairwise": func.vmap(func.vmap(distance, in_dims=(None, 0)), in_dims=(0, None))(t(BATCH), t(OTHER)),
        "pairwise gradients": func.vmap(func.vmap(func.grad(distance), in_dims=(None, 0)), in_dims=(0, None))(t(BATCH), t(OTHER)),
        "batched hessian": func.vmap(func.hessian(scalar))(t(BATCH)),
        "parameter hessian": func.hessian(lambda w: loss({"w1": t(W1), "w2": w}, t(X), labels[0]))(t(W2)),
    }


def with_jax():
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp

    def field(x):
        return jnp.sin(x) * jnp.exp(x.sum() / 2) + x[::-1] ** 2

    def scalar(x):
        return jnp.tanh(x @ x) + jax.nn.logsumexp(x * jnp.roll(x, 1))

    def loss(p, x, y):
        return -jax.nn.log_softmax(p["w2"] @ jnp.tanh(p["w1"] @ x))[y]

    def image_loss(p, image, y):
        h = jax.nn.relu(jax.lax.conv_general_dilated(image[None], p["k"], (1, 1), "VALID"))
        return -jax.nn.log_softmax(p["head"] @ h.reshape(-1))[y]

    def distance(a, b):
        return jnp.sqrt(((a - b) ** 2).sum())

    params, filters = {"w1": W1, "w2": W2}, {"k": KERNELS, "head": HEAD}
    per_sample = jax.vmap(jax.grad(loss), in_axes=(None, 0, 0))(params, BATCH, LABELS)
    per_image = jax.vmap(jax.grad(image_loss), in_axes=(None, 0, 0))(filters, IMAGES, LABELS[:3])
    return {
        "jacrev": jax.jacrev(field)(X),
        "jacfwd": jax.jacfwd(field)(X),
        "hessian": jax.hessian(scalar)(X),
        "third": jax.jacfwd(jax.hessian(scalar))(X),
        "jvp": jax.jvp(field, (X,), (V,))[1],
        "vjp": jax.vjp(field, X)[1](V)[0],
        "hvp": jax.jvp(jax.grad(scalar), (X,), (V,))[1],
        "perSample w1": per_sample["w1"],
        "perSample w2": per_sample["w2"],
        "perImage k": per_image["k"],
        "perImage head": per_image["head"],
        "pairwise": jax.vmap(jax.vmap(distance, in_axes=(None, 0)), in_axes=(0, None))(BATCH, OTHER),
        "pairwise gradients": jax.vmap(jax.vmap(jax.grad(distance), in_axes=(None, 0)), in_axes=(0, None))(BATCH, OTHER),
        "batched hessian": jax.vmap(jax.hessian(scalar))(BATCH),
        "parameter hessian": jax.hessian(lambda w: loss({"w1": W1, "w2": w}, X, LABELS[0]))(W2),
        "custom jvp": with_custom_rules(jax, jnp),
    }


def with_custom_rules(jax, jnp):
    """Runs the examples of custom_jvp and custom_vjp in JAX's documentation: log1p(exp(x)) at 100, and a clipped gradient."""

    @jax.custom_jvp
    def log1pexp(x):
        return jnp.log(1.0 + jnp.exp(x))

    log1pexp.defjvp(lambda primals, tangents: (log1pexp(*primals), (1 - 1 / (1 + jnp.exp(primals[0]))) * tangents[0]))

    @jax.custom_vjp
    def clipped(x):
        return x

    clipped.defvjp(lambda x: (x, None), lambda _, g: (jnp.clip(g, -0.5, 0.5),))
    return jnp.array([jax.grad(log1pexp)(100.0), jax.grad(jax.grad(log1pexp))(0.5), jax.grad(lambda x: jnp.sin(clipped(3 * x)))(0.1)])


def main():
    path = pathlib.Path(__file__).with_name("func.json")
    found = json.loads(path.read_text()) if path.exists() else {}
    which = sys.argv[1]
    values = with_torch() if which == "torch" else with_jax()
    found[which] = {name: np.asarray(v).tolist() for name, v in values.items()}
    path.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
