/** Pruning: random methods, scores, masks of the program, gradients, and what is refused. */
import { Generator, nn, ones, type Tensor, tensor, zeros } from "tapelab";
import { expect, test } from "vitest";

const { prune } = nn.utils;

test("random methods prune the given share, other elements with each seed", () => {
  const masks = [1, 2].map((seed) =>
    prune.randomUnstructured(new nn.Linear(20, 5), "weight", 0.3, new Generator(seed)).getBuffer("weightMask"),
  );
  expect(masks.map((m) => m.sum().item())).toEqual([70, 70]);
  expect(masks[0].equal(masks[1])).toBe(false);
  const rows = prune.randomStructured(new nn.Linear(4, 10), "weight", 4, 0, new Generator(1)).getBuffer("weightMask");
  expect([...rows.sum(1).sort().values.toTypedArray()]).toEqual([0, 0, 0, 0, 4, 4, 4, 4, 4, 4]);
});

test("scores take the place of the elements, and a pruned element gets no gradient", () => {
  const layer = new nn.Linear(3, 1);
  prune.l1Unstructured(layer, "weight", 1, { importanceScores: tensor([[5, 1, 3]]) });
  prune.lnStructured(layer, "weight", 1, 1, 1, { importanceScores: tensor([[1, 9, 3]]) });
  expect(layer.getBuffer("weightMask").toArray()).toEqual([[0, 0, 1]]);
  layer.forward(ones([3])).backward();
  expect(layer.getParameter("weightOrig").grad?.toArray()).toEqual([[0, 0, 1]]);
  const state = layer.stateDict();
  const other = prune.identity(new nn.Linear(3, 1), "weight").loadStateDict(state);
  expect(other.weight.toArray()).toEqual(layer.weight.toArray());
});

test("methods of the program, masks, and dtypes", () => {
  class Positive extends prune.BasePruningMethod {
    readonly pruningType = "unstructured";
    computeMask(scores: Tensor, mask: Tensor): Tensor {
      return mask.mul(scores.gt(0));
    }
  }
  const layer = prune.applyTo(new nn.Linear(4, 4, { dtype: "float64" }), "weight", new Positive());
  expect(layer.weight.amin().item()).toBeCloseTo(0, 12);
  expect(layer.getBuffer("weightMask").dtype).toBe("float64");
  const custom = prune.customFromMask(new nn.Linear(2, 2), "bias", tensor([true, false]));
  expect(custom.bias?.toArray<number[]>()[1]).toBe(0);
  expect(() => prune.customFromMask(new nn.Linear(2, 2), "bias", zeros([3]))).toThrow(/\[2\] and \[3\]/);
});

test("amounts above what there is, and what is not pruned, are refused", () => {
  const layer = new nn.Linear(2, 2);
  expect(() => prune.l1Unstructured(layer, "weight", 5)).toThrow(
    /the amount must be at most 4, the number that there is, but got 5/,
  );
  expect(() => prune.l1Unstructured(layer, "weight", 1.5)).toThrow(
    /the amount must be a fraction below 1, or an integer, but got 1.5/,
  );
  expect(() => prune.l1Unstructured(layer, "weight", -1)).toThrow(/amount/);
  expect(() => prune.lnStructured(layer, "bias", 1, 2, 0)).toThrow(/channels need at least 2 dimensions/);
  expect(() => prune.remove(layer, "weight")).toThrow(/^remove: "weight" of Linear is not computed by pruning/);
  expect(() => prune.globalUnstructured([[layer, "weight"]], new prune.LnStructured(1, 2))).toThrow(/not structured/);
  expect(() => prune.l1Unstructured(layer, "weight", 1, { importanceScores: zeros([3]) })).toThrow(
    /importanceScores must have the shape/,
  );
  expect(Object.keys(layer.stateDict())).toEqual(["weight", "bias"]);
});
