/** Membership of elements in a set. */
import { defineOp, type Run } from "../../dispatch/define.ts";
import { castTo } from "../../dispatch/loops.ts";
import { type Operand, toOperand } from "../../dispatch/operand.ts";
import { type NumericArray, resultType } from "../../tensor/dtype.ts";
import { toBigInts } from "../../tensor/encoding.ts";
import { DTypeError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/** Parameters of the test. */
interface Membership {
  readonly invert: boolean;
}

/** Options of `isin`. */
export interface IsinOptions {
  /** Whether neither tensor has an element twice. It makes no difference. */
  readonly assumeUnique?: boolean;
  /** Whether to test for elements outside of the set. */
  readonly invert?: boolean;
}

/** Writes whether the elements are in the set. NaN is in no set. */
function members(out: NumericArray, elements: NumericArray, set: ReadonlySet<number>, invert: boolean): void {
  for (let i = 0; i < out.length; i++) {
    const v = elements[i];
    // oxlint-disable-next-line no-self-compare -- false for NaN alone
    out[i] = Number((v === v && set.has(v)) !== invert);
  }
}

const isinOp: Run<Membership> = defineOp<Membership>({
  name: "isin",
  torch: "isin",
  access: "function",
  signature: "elements, testElements, assumeUnique=false, invert=false",
  label: ({ invert }) => (invert ? "not in" : "in"),
  tex: { forward: "y = [x \\in \\{z_1, z_2, \\ldots\\}]", vjp: "" },
  outputs: ([x, z]) => {
    if (resultType([x, z]) === "bool") throw new DTypeError("isin", "expected numbers", [x.dtype, z.dtype]);
    return { shape: x.shape, dtype: "bool" };
  },
  kernel: (out, [x, z], { params, inputs }) => {
    const dtype = resultType(inputs);
    members(out, castTo(x, dtype), new Set(castTo(z, dtype)), params.invert);
  },
  exact: (out, [x, z], { params }) =>
    members(out, toBigInts(x), new Set(toBigInts(z) as Iterable<number>), params.invert),
  saves: {},
  vjp: "none",
  jvp: "none",
  batch: "loop",
  samples: (r) => [
    { elements: r.integers([2, 3], 0, 4), testElements: r.integers([3], 0, 4) },
    { elements: r.integers([5], 0, 4), testElements: 2, assumeUnique: true, invert: true },
  ],
  call: isin,
});

/**
 * Returns whether each element is equal to one of `testElements`, or with `invert` to none of them; the result is bool and has the shape of `elements`.
 * @throws DTypeError for two bools.
 * @example isin(tensor([1, 2, 3]), tensor([3, 1])).toArray(); // [true, false, true]
 */
export function isin(elements: Operand, testElements: Operand, { invert = false }: IsinOptions = {}): Tensor {
  return isinOp([toOperand("isin", elements), toOperand("isin", testElements)], { invert });
}
