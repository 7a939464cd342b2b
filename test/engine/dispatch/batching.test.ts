/** Type promotion inside `vmap`: a batched 0-d tensor promotes as a 0-d tensor, though its batch has a dimension. */
import { clamp, type DType, func, maximum, type Tensor, tensor, where } from "tapelab";
import { expect, test } from "vitest";

const dtypes: readonly DType[] = ["float32", "float64", "int32", "bool"];
const binary: Readonly<Record<string, (x: Tensor, z: Tensor) => Tensor>> = {
  add: (x, z) => x.add(z),
  mul: (x, z) => x.mul(z),
  div: (x, z) => x.div(z),
  pow: (x, z) => x.mul(2).pow(z.add(1)),
  eq: (x, z) => x.eq(z),
  lt: (x, z) => x.lt(z),
  maximum: (x, z) => maximum(x, z),
  clamp: (x, z) => clamp(x.add(0), z),
  where: (x, z) => where(x.gt(0), x, z),
  "where, with a scalar condition": (x, z) => where(z.gt(0), x, z),
};

const shapes: readonly (readonly [x: number[], z: number[]])[] = [
  [[3], []],
  [[], [3]],
  [[], []],
  [[2, 3], []],
];

test.each(Object.entries(binary))("%s of batched tensors equals the op on each member of the batch", (name, f) => {
  for (const a of dtypes)
    for (const b of dtypes)
      for (const [s, t] of shapes)
        for (const axes of [0, [0, null], [null, 0]] as const) {
          const size = (shape: readonly number[]): number => shape.reduce((n, d) => n * d, 1);
          const [bx, bz] = axes === 0 ? [true, true] : [axes[0] === 0, axes[1] === 0];
          const make = (shape: number[], batched: boolean, dtype: DType, first: number): Tensor => {
            const n = size(shape) * (batched ? 2 : 1);
            // 0.7 differs in float32 and float64
            const values = Array.from({ length: n }, (_, i) => (i % 2 === 0 ? first : 0.7));
            return tensor(values, { dtype }).reshape(batched ? [2, ...shape] : shape);
          };
          const [x, z] = [make(s, bx, a, 2), make(t, bz, b, 1)];
          const what = `${name} of ${a} [${s.join()}] and ${b} [${t.join()}], in-axes ${JSON.stringify(axes)}`;
          const each = [0, 1].map((i) => f(bx ? x.select(0, i) : x, bz ? z.select(0, i) : z));
          const all = func.vmap(f, { inAxes: axes })(x, z);
          expect(all.dtype, `dtype of ${what}`).toBe(each[0].dtype);
          expect(all.toArray(), what).toEqual(each.map((y) => y.toArray()));
        }
});
