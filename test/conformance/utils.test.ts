/** `nn.utils` computes what PyTorch's computes: weight and spectral normalization, orthogonal weights, pruning, and fused layers. */
import { nn, noGrad, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { camelCase, camelKeys, close, compare, filled, layer, reference, shapesOf } from "./nn-reference.ts";

const { parametrizations, prune } = nn.utils;

type Weighted = nn.Module & { weight: Tensor; forward(x: Tensor): Tensor };
const weighted = (name: string, args: readonly unknown[], options = {}): Weighted =>
  layer(name, args, options) as Weighted;

const labelled = <C extends { readonly args: unknown }>(cases: readonly C[], of: (c: C) => unknown): [string, C][] =>
  cases.map((c) => [JSON.stringify(of(c)), c]);

test.each(labelled(reference.weightNorm, (c) => [c.name, c.args, c.dim]))("weight normalization of %s", (_what, c) => {
  const old = nn.utils.weightNorm(weighted(c.name, c.args), "weight", c.dim);
  compare(old, c.shape, c.old);
  compare(parametrizations.weightNorm(weighted(c.name, c.args), "weight", c.dim), c.shape, c.new);
  const before = old.weight.toTypedArray();
  nn.utils.removeWeightNorm(old);
  expect(Object.keys(old.stateDict())).toEqual(["weight", "bias"]);
  close(old.weight, [...before], "weight");
});

/** Sets the vectors of power iteration, as make_nn.py does. */
function setVectors(module: nn.Module, u: string, v: string): void {
  noGrad(() => {
    for (const [name, seed] of [
      [u, 7],
      [v, 8],
    ] as const) {
      const b = module.getBuffer(name);
      b.copy_(nn.functional.normalize(filled(b.shape, seed), { dim: 0 }));
    }
  });
}

test.each(labelled(reference.spectralNorm, (c) => [c.name, c.args, c.options]))(
  "spectral normalization of %s",
  (_what, c) => {
    const old = nn.utils.spectralNorm(weighted(c.name, c.args), "weight", camelKeys(c.options));
    setVectors(old, "weightU", "weightV");
    const created = parametrizations.spectralNorm(weighted(c.name, c.args), "weight", camelKeys(c.options));
    setVectors(created, "parametrizations.weight.0._u", "parametrizations.weight.0._v");
    for (const i of [0, 1, 2]) {
      if (i === 2) [old, created].forEach((m) => m.eval());
      compare(old, c.shape, c.old[i]);
      compare(created, c.shape, c.new[i]);
    }
    nn.utils.removeSpectralNorm(old);
    close(old.forward(filled(c.shape, 50)), c.old[2].output, "output after removal");
    expect(Object.keys(old.stateDict()).sort()).toEqual(["bias", "weight"]);
  },
);

test.each(labelled(reference.orthogonal, (c) => [c.args, c.map, c.trivial]))("orthogonal weights %s", (_what, c) => {
  const orthogonalMap = camelCase(c.map) as nn.utils.parametrizations.OrthogonalMap;
  const module = parametrizations.orthogonal(weighted("Linear", c.args), "weight", {
    orthogonalMap,
    useTrivialization: c.trivial,
  });
  noGrad(() => {
    const original = module.getParameter("parametrizations.weight.original");
    original.copy_(filled(original.shape, 3));
    if (orthogonalMap === "householder")
      original.diagonal().copy_(tensor(Array.from({ length: Math.min(...c.args) }, (_, i) => (i % 3 === 1 ? 1 : -1))));
    if (!c.trivial) return;
    const base = module.getBuffer("parametrizations.weight.0.base");
    base.copy_(filled(base.shape, 4).qr().Q);
  });
  close(module.weight, c.weight, "weight");
  compare(module, [2, c.args[0]], c);
  const value = parametrizations.orthogonal(weighted("Linear", c.args)).weight.detach();
  if (!c.trivial && orthogonalMap !== "householder") return;
  module.weight = value;
  close(module.weight, [...value.toTypedArray()], "assigned weight");
});

test.each(reference.masks.map((c) => [c.method, JSON.stringify(c.args), c] as const))(
  "prune.%s(%s)",
  (method, _what, c) => {
    const args = c.args.map((a) => (a === "Infinity" ? Infinity : a)) as number[];
    const prunes = prune as unknown as Record<
      string,
      (module: nn.Module, name: string, ...args: number[]) => nn.Module
    >;
    const module = prunes[method](weighted("Linear", [5, 4]), "weight", ...args);
    close(module.getBuffer("weightMask"), c.mask, "mask");
  },
);

test("pruning again prunes what is left, and removal makes it permanent", () => {
  const { masks, ...expected } = reference.pruned;
  const module = weighted("Linear", [5, 4]);
  const parameter = module.weight;
  prune.l1Unstructured(module, "weight", 0.25);
  close(module.getBuffer("weightMask"), masks[0], "first mask");
  prune.lnStructured(module, "weight", 0.5, 2, 1);
  close(module.getBuffer("weightMask"), masks[1], "second mask");
  prune.l1Unstructured(module, "weight", 3);
  close(module.getBuffer("weightMask"), masks[2], "third mask");
  expect(prune.isPruned(new nn.Sequential(module))).toBe(true);
  module.zeroGrad();
  const x = filled([3, 5], 50);
  const y = module.forward(x);
  close(y, expected.output, "output");
  y.mul(filled(y.shape, 90)).sum().backward();
  close(module.getParameter("weightOrig").grad, expected.gradients["weight_orig"], "gradient");
  prune.remove(module, "weight");
  expect(module.weight).toBe(parameter);
  expect(prune.isPruned(module)).toBe(false);
  expect(shapesOf(module)).toEqual(camelKeys(expected.removed));
  close(module.weight, expected.weight, "weight");
});

test("global pruning ranks the elements of all parameters", () => {
  const net = new nn.Sequential(layer("Linear", [5, 4]), layer("Conv1d", [2, 3, 2]));
  const parts = [
    [net[0], "weight"],
    [net[1], "weight"],
    [net[1], "bias"],
  ] as const;
  prune.globalUnstructured(parts, new prune.L1Unstructured(0.4));
  const buffers = new Map(net.namedBuffers());
  for (const [key, mask] of Object.entries(reference.pruned.global)) close(buffers.get(camelCase(key)), mask, key);
  prune.globalUnstructured(parts, new prune.L1Unstructured(1));
  const kept = net.buffers().reduce((sum, b) => sum + b.sum().item(), 0);
  expect(kept).toBe(
    Object.values(reference.pruned.global)
      .flat()
      .reduce((a, b) => a + b) - 1,
  );
});

test.each(labelled(reference.fused, (c) => [c.name, c.args, c.options]))("fused %s", (_what, c) => {
  const first = weighted(c.name, c.args, c.options).eval();
  const norm = layer(c.norm, [c.args[1]]).eval() as nn.BatchNorm1d;
  noGrad(() => {
    norm.runningMean?.copy_(filled(norm.runningMean.shape, 5));
    norm.runningVar?.copy_(filled(norm.runningVar.shape, 6).abs().add(0.1));
  });
  const fused =
    first instanceof nn.Linear
      ? nn.utils.fuseLinearBnEval(first, norm)
      : nn.utils.fuseConvBnEval(first as unknown as nn.Conv1d, norm);
  close(fused.weight, c.weight, "weight");
  close(fused.bias, c.bias, "bias");
  const x = filled(c.shape, 50);
  close(fused.forward(x), c.output, "output");
  close(norm.forward(first.forward(x)), c.output, "output of both layers");
});
