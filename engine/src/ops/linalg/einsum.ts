/** Sums of products in Einstein's notation. */
import { defineComposite } from "../../dispatch/define.ts";
import { requireTensor } from "../../dispatch/operand.ts";
import { ArgumentError, ShapeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { mul } from "../elementwise/arithmetic.ts";
import { sum } from "../reduce/sum.ts";
import { diagonal } from "../shape/diagonal.ts";
import { squeeze } from "../shape/expand.ts";
import { permute } from "../shape/permute.ts";
import { reshape } from "../shape/reshape.ts";
import { type Equation, parseEquation } from "./einsum-equation.ts";
import { matmul } from "./matmul.ts";
import { checkDTypes } from "./operands.ts";

/** A factor of the product, with a different label for each dimension. */
interface Factor {
  readonly x: Tensor;
  readonly labels: readonly string[];
}

type Labels = readonly string[];

const sizeOfLabels = (labels: Labels, sizes: Equation["sizes"]): number =>
  labels.reduce((n, label) => n * (sizes.get(label) as number), 1);

/** Returns the factor with its dimensions in another order. */
function arranged({ x, labels }: Factor, order: Labels): Tensor {
  return order.every((label, d) => label === labels[d])
    ? x
    : permute(
        x,
        order.map((label) => labels.indexOf(label)),
      );
}

/** Returns the factor summed over all labels that are not in `kept`. */
function summed({ x, labels }: Factor, kept: ReadonlySet<string>): Factor {
  const dim = labels.flatMap((label, d) => (kept.has(label) ? [] : [d]));
  return dim.length === 0 ? { x, labels } : { x: sum(x, { dim }), labels: labels.filter((label) => kept.has(label)) };
}

/** Returns the diagonal of the dimensions at `first` and `second`, as a last dimension. */
function diagonalOf({ x, labels }: Factor, first: number, second: number): Factor {
  const n = x.shape[first];
  if (n !== x.shape[second])
    throw new ShapeError("einsum", `the repeated label "${labels[first]}" must have one size`, [x.shape]);
  const others = labels.filter((_, d) => d !== first && d !== second);
  return { x: diagonal(x, 0, first, second), labels: [...others, labels[first]] };
}

/** Returns an operand with a different label for each dimension, and without the dimensions of size 1 that broadcast. */
function factorOf(x: Tensor, labels: Labels, sizes: Equation["sizes"]): Factor {
  let factor: Factor = { x, labels };
  for (;;) {
    const current = factor.labels;
    const second = current.findIndex((label, d) => current.indexOf(label) !== d);
    if (second < 0) break;
    factor = diagonalOf(factor, current.indexOf(current[second]), second);
  }
  const all = factor;
  const broadcast = all.labels.flatMap((label, d) => (all.x.shape[d] === 1 && sizes.get(label) !== 1 ? [d] : []));
  if (broadcast.length === 0) return all;
  return { x: squeeze(all.x, broadcast), labels: all.labels.filter((_, d) => !broadcast.includes(d)) };
}

/** Returns the product of two factors, summed over the labels that are not in `kept`: a batch of matrix products. */
function contract(left: Factor, right: Factor, kept: ReadonlySet<string>, sizes: Equation["sizes"]): Factor {
  const both = (label: string, other: Factor): boolean => kept.has(label) || other.labels.includes(label);
  const a = summed(left, new Set(left.labels.filter((label) => both(label, right))));
  const b = summed(right, new Set(right.labels.filter((label) => both(label, left))));
  const shared = a.labels.filter((label) => b.labels.includes(label));
  const batch = shared.filter((label) => kept.has(label));
  const inner = shared.filter((label) => !kept.has(label));
  const rows = a.labels.filter((label) => !shared.includes(label));
  const columns = b.labels.filter((label) => !shared.includes(label));
  const labels = [...batch, ...rows, ...columns];
  const shape = (list: Labels): number[] => list.map((label) => sizes.get(label) as number);
  const size = (list: Labels): number => sizeOfLabels(list, sizes);
  if (inner.length === 0) {
    const spread = reshape(arranged(a, [...batch, ...rows]), [
      ...shape(batch),
      ...shape(rows),
      ...columns.map(() => 1),
    ]);
    const across = reshape(arranged(b, [...batch, ...columns]), [
      ...shape(batch),
      ...rows.map(() => 1),
      ...shape(columns),
    ]);
    return { x: mul(spread, across), labels };
  }
  const lead = batch.length === 0 ? [] : [size(batch)];
  const x = reshape(arranged(a, [...batch, ...rows, ...inner]), [...lead, size(rows), size(inner)]);
  const z = reshape(arranged(b, [...batch, ...inner, ...columns]), [...lead, size(inner), size(columns)]);
  return { x: reshape(matmul(x, z), shape(labels)), labels };
}

/** Returns the pair of factors whose product takes the fewest multiplications. */
function cheapestPair(factors: readonly Factor[], sizes: Equation["sizes"]): readonly [number, number] {
  let best: readonly [number, number] = [0, 1];
  let least = Number.POSITIVE_INFINITY;
  for (let j = 1; j < factors.length; j++)
    for (let i = 0; i < j; i++) {
      const cost = sizeOfLabels([...new Set([...factors[i].labels, ...factors[j].labels])], sizes);
      if (cost < least) [best, least] = [[i, j], cost];
    }
  return best;
}

/**
 * Returns a sum of products in Einstein's notation: the equation labels the dimensions of each operand with letters, and the output has those after `->`;
 * the product is summed over all others. Without `->` the output has the letters that appear once, in alphabetical order. `...` stands for dimensions
 * without a letter, which broadcast; a letter that is repeated in an operand takes the diagonal. More than two operands are contracted in pairs, of which
 * the one with the fewest multiplications comes first, by matrix products.
 * @throws ArgumentError for an equation that cannot be read; ShapeError when labels and shapes do not fit; DTypeError when the dtypes differ.
 * @example einsum("ij,j->i", tensor([[1, 2], [3, 4]]), tensor([1, 1])).toArray(); // [3, 7]
 */
export const einsum: (equation: string, ...operands: readonly Tensor[] | readonly [readonly Tensor[]]) => Tensor =
  defineComposite(
    {
      name: "einsum",
      torch: "einsum",
      access: "function",
      signature: "equation, operands...",
      tex: "y_{\\dots} = \\textstyle\\sum a_{\\dots}\\, b_{\\dots} \\cdots",
      samples: (r) => [
        { equation: "ij,jk->ki", operands: [r.normal([2, 3]), r.normal([3, 4])] },
        { equation: "...ij,jk,k->...i", operands: [r.normal([2, 2, 3]), r.normal([3, 4]), r.normal([4])] },
        { equation: "iij", operands: [r.normal([3, 3, 2])] },
      ],
    },
    (equation: string, ...operands: readonly Tensor[] | readonly [readonly Tensor[]]): Tensor => {
      if (typeof equation !== "string") throw new ArgumentError("einsum", "the equation must be a string");
      const list = (Array.isArray(operands[0]) ? operands[0] : operands) as readonly Tensor[];
      if (list.length === 0) throw new ArgumentError("einsum", "expected at least one operand");
      for (const x of list) requireTensor("einsum", x);
      if (list.length > 1) checkDTypes("einsum", list);
      const { inputs, output, sizes } = parseEquation(
        equation,
        list.map((x) => x.shape),
      );
      const factors = list.map((x, i) => factorOf(x, inputs[i], sizes));
      while (factors.length > 1) {
        const [i, j] = cheapestPair(factors, sizes);
        const [left, right] = [factors[i], factors[j]];
        const others = factors.filter((_, k) => k !== i && k !== j);
        const kept = new Set([...output, ...others.flatMap((f) => f.labels)]);
        factors.splice(0, factors.length, ...others, contract(left, right, kept, sizes));
      }
      return arranged(summed(factors[0], new Set(output)), output);
    },
  );
