/** ln |Γ(x)| of tensors with negative numbers, by the reflection formula on a table, in all variants. */
import { lgamma, type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";
import { type Variant, withVariant } from "../../../../engine/src/fast/wasm/module.ts";

const nearZeros = [-2.4570247, -2.7476826, -3.1435808, -3.9552942, -4.0393618, -1.0000001, -0.99999994, -2.0000002];
const special = [-1.5, -0.5, -1e-3, -1e-30, 1e-30, -70000.25, 1e30, 0, -0, -1, -2, -3, -100, Infinity, -Infinity, NaN];
/** More numbers than a tensor has that is computed without a table. */
const many = Array.from({ length: 9000 }, (_, i) => (i - 6000) / 97.3);
const values: readonly number[] = [many, nearZeros, special, [-1e30, -8388608]].flat();

describe.each(["wide", "relaxed", "plain"] as const satisfies readonly Variant[])("%s", (variant) => {
  test.each(["float32", "float64"] as const)("%s", (dtype) => {
    const x = tensor(values, { dtype });
    const exact = withReferenceKernels(() => lgamma(x.to("float64"))).toTypedArray() as Float64Array;
    const got = withVariant(variant, () => lgamma(x)).toTypedArray() as Float64Array;
    // both terms of the reflection formula are rounded, and may nearly cancel each other
    const [relative, absolute] = dtype === "float32" ? [2e-7, 1e-13] : [2e-14, 2e-14];
    got.forEach((v, i) => {
      const isSame = Object.is(v, exact[i]) || (Number.isNaN(v) && Number.isNaN(exact[i]));
      if (
        !isSame &&
        !(Math.abs(v - exact[i]) <= relative * Math.abs(exact[i]) + absolute * Math.max(1, Math.abs(values[i])))
      )
        expect.fail(`ln |Γ(${values[i]})| is ${v}, and should be ${exact[i]}`);
    });
  });

  test("of positive numbers does not depend on negative ones in float64", () => {
    const positive = tensor(
      Array.from({ length: 6000 }, (_, i) => (i + 1) / 33),
      { dtype: "float64" },
    );
    const run = (t: Tensor): Tensor => withVariant(variant, () => lgamma(t));
    const mixed = tensor([...Array.from(positive.toTypedArray(), Number), -0.5, -7.25], { dtype: "float64" });
    expect(run(mixed).narrow(0, 0, 6000).toTypedArray()).toEqual(run(positive).toTypedArray());
  });
});
