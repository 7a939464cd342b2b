/** Parametrizations: registration, assignment, removal, caching, and what is refused. */
import { nn, noGrad, ones, optim, type Tensor, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

const { parametrizations, parametrize } = nn.utils;

class Symmetric extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.triu().add(x.triu(1).t());
  }
  rightInverse(x: Tensor): Tensor {
    return x.triu();
  }
}

class Doubled extends nn.Module {
  calls = 0;
  override forward(x: Tensor): Tensor {
    this.calls++;
    return x.mul(2);
  }
  rightInverse(x: Tensor): Tensor {
    return x.div(2);
  }
}

class Flat extends nn.Module {
  override forward(x: Tensor): Tensor {
    return x.reshape([-1]);
  }
}

const symmetric = (x: Tensor): boolean => x.equal(x.t());

test("a parametrized weight is computed, its original is learned and is the parameter from before", () => {
  const layer = new nn.Linear(20, 20);
  const before = layer.weight;
  const optimizer = new optim.SGD(layer.parameters(), { lr: 0.1 });
  expect(parametrize.registerParametrization(layer, "weight", new Symmetric())).toBe(layer);
  expect(layer.getParameter("parametrizations.weight.original")).toBe(before);
  expect(Object.keys(layer.stateDict())).toEqual(["bias", "parametrizations.weight.original"]);
  expect(layer.parameters()).toHaveLength(2);
  layer
    .forward(ones([3, 20]))
    .square()
    .sum()
    .backward();
  const value = layer.weight.detach().clone();
  optimizer.step();
  expect(symmetric(layer.weight) && !layer.weight.equal(value)).toBe(true);
  expect(before.tril(-1).abs().sum().item()).toBe(0);
});

test("several are applied in order, assignment undoes them in reverse, and removal keeps the value or the original", () => {
  const layer = new nn.Linear(3, 3);
  const first = new Doubled();
  parametrize.registerParametrization(layer, "weight", first);
  parametrize.registerParametrization(layer, "weight", new Symmetric());
  layer.weight = ones([3, 3]) as nn.Parameter;
  expect(layer.weight.toArray()).toEqual(ones([3, 3]).toArray());
  expect(layer.getParameter("parametrizations.weight.original").toArray()).toEqual(
    ones([3, 3]).triu().div(2).toArray(),
  );
  const copy = parametrize.registerParametrization(new nn.Linear(3, 3), "weight", new Doubled());
  const original = copy.getParameter("parametrizations.weight.original").toArray();
  parametrize.removeParametrizations(copy, "weight", { leaveParametrized: false });
  expect(copy.weight.toArray()).toEqual(original);
  parametrize.removeParametrizations(layer, "weight");
  expect(layer.weight).toBeInstanceOf(nn.Parameter);
  expect(layer.weight.toArray()).toEqual(ones([3, 3]).toArray());
  expect(Object.keys(layer.stateDict())).toEqual(["weight", "bias"]);
  expect(parametrize.isParametrized(layer)).toBe(false);
});

test("inside cached a tensor is computed once, and gradients of all its uses add up", () => {
  const layer = new nn.Linear(2, 2, { bias: false });
  const doubled = new Doubled();
  parametrize.registerParametrization(layer, "weight", doubled);
  doubled.calls = 0;
  const y = parametrize.cached(() => layer.forward(layer.forward(ones([2]))));
  expect(doubled.calls).toBe(1);
  y.sum().backward();
  const cachedGrad = layer.parameters()[0].grad?.toArray();
  layer.zeroGrad();
  layer
    .forward(layer.forward(ones([2])))
    .sum()
    .backward();
  expect(doubled.calls).toBe(3);
  expect(layer.parameters()[0].grad?.toArray()).toEqual(cachedGrad);
  noGrad(() => layer.parameters()[0].zero_());
  expect(layer.weight.toArray()).toEqual([
    [0, 0],
    [0, 0],
  ]);
});

test("a state loads, casts and modes reach the parametrization, and buffers may have one", () => {
  const layer = parametrizations.spectralNorm(new nn.Linear(4, 3));
  const other = parametrizations.spectralNorm(new nn.Linear(4, 3)).loadStateDict(layer.stateDict());
  expect(other.eval().weight.toArray()).toEqual(layer.eval().weight.toArray());
  expect(layer.double().weight.dtype).toBe("float64");
  const norm = parametrize.registerParametrization(new nn.BatchNorm1d(3), "runningVar", new Doubled());
  expect(norm.runningVar?.toArray()).toEqual([1, 1, 1]);
  expect(norm.getBuffer("parametrizations.runningVar.original").toArray()).toEqual([0.5, 0.5, 0.5]);
  const vector = parametrizations.spectralNorm(new nn.Linear(2, 3), "bias");
  expect(vector.bias?.norm().item()).toBeCloseTo(1, 6);
});

test("other shapes, missing names, and what cannot be undone are refused", () => {
  const layer = new nn.Linear(2, 3);
  expect(() => parametrize.registerParametrization(layer, "weight", new Flat())).toThrow(
    /^registerParametrization: a parametrization must keep the shape, unless it is unsafe, but got \[3, 2\] and \[6\]/,
  );
  expect(Object.keys(layer.stateDict())).toEqual(["weight", "bias"]);
  expect(() => parametrize.registerParametrization(layer, "wait", new Doubled())).toThrow(
    /Linear has no parameter or buffer "wait"/,
  );
  expect(() => parametrize.removeParametrizations(layer, "weight")).toThrow(
    /"weight" of Linear is not computed by parametrization/,
  );
  expect(() => parametrizations.orthogonal(layer, "bias")).toThrow(
    /^orthogonal: the tensor must have at least 2 dimensions/,
  );
  expect(() => parametrizations.spectralNorm(layer, "weight", { nPowerIterations: 0 })).toThrow(
    /nPowerIterations must be/,
  );
  parametrize.registerParametrization(layer, "weight", new Flat(), { unsafe: true });
  expect(layer.weight.shape).toEqual([6]);
  const normed = parametrizations.weightNorm(new nn.Linear(2, 3));
  expect(() => parametrize.removeParametrizations(normed, "weight", { leaveParametrized: false })).toThrow(
    /computed from several tensors/,
  );
  expect(() => nn.utils.weightNorm(normed)).toThrow(/"weight" of Linear is already computed, by parametrization/);
  expect(() => {
    nn.utils.weightNorm(new nn.Linear(2, 3)).weight = zeros([3, 2]) as nn.Parameter;
  }).toThrow(/^weight: the field is computed, by weight normalization, and cannot be assigned/);
});

test("vectors of parameters and back; skipInit draws nothing", () => {
  const layer = new nn.Linear(20, 2);
  const vector = nn.utils.parametersToVector(layer.parameters());
  expect(vector.shape).toEqual([42]);
  vector.sum().backward();
  expect(layer.bias?.grad?.toArray()).toEqual([1, 1]);
  nn.utils.vectorToParameters(tensor(Array.from({ length: 42 }, (_, i) => i)), layer.parameters());
  expect(layer.bias?.toArray()).toEqual([40, 41]);
  expect(layer.weight.isLeaf).toBe(true);
  expect(() => nn.utils.vectorToParameters(zeros([41]), layer.parameters())).toThrow(
    /the vector must have 42 elements/,
  );
  expect(() => nn.utils.parametersToVector([])).toThrow(/at least one parameter/);
  const skipped = nn.utils.skipInit(nn.Linear, 3, 2, { bias: false });
  expect(skipped.weight.toArray()).toEqual(zeros([2, 3]).toArray());
  expect(new nn.Linear(3, 2).weight.abs().sum().item()).toBeGreaterThan(0);
});
