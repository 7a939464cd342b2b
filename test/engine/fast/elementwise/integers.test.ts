/** Fast kernels of integers, with operands that are broadcast row by row, agree with the reference kernels. */
import { arange, bitwiseAnd, bitwiseLeftShift, bitwiseRightShift, heaviside, maximum, tensor } from "tapelab";
import { expect, test } from "vitest";
import { withReferenceKernels } from "../../../../engine/src/dispatch/fast.ts";

test("heaviside and shifts of integers with broadcasting", () => {
  for (const dtype of ["uint8", "int8", "int16", "int32", "int64"] as const) {
    const [rows, row, column] = [[9, 101], [101], [9, 1]].map((shape, i) =>
      arange(shape.reduce((a, b) => a * b))
        .mul(7 + i)
        .remainder(13)
        .sub(dtype === "uint8" ? 0 : 4)
        .to(dtype)
        .reshape(shape),
    );
    for (const f of [heaviside, bitwiseLeftShift, bitwiseRightShift, bitwiseAnd, maximum])
      for (const other of [row, column, tensor(3).to(dtype)]) {
        const z = f === heaviside ? other : other.clamp(0, 6);
        expect(f(rows, z).toArray(), `${f.name} of ${dtype}`).toEqual(withReferenceKernels(() => f(rows, z)).toArray());
        expect(f(z, rows.clamp(0, 6)).toArray()).toEqual(withReferenceKernels(() => f(z, rows.clamp(0, 6))).toArray());
      }
  }
});
