/** Sign bits, neighbours, mantissas and exponents at the ends of the ranges of floats. */

import { frexp, nextafter, signbit, tensor } from "tapelab";
import { expect, test } from "vitest";
import { fc } from "../../../support/random.ts";

test("signbit", () => {
  expect(signbit(tensor([-1, -0, 0, NaN, -Infinity])).toArray()).toEqual([true, true, false, false, true]);
  expect(signbit(tensor([true, false])).toArray()).toEqual([false, false]);
});

/** The neighbour by the bits of a float, which are ordered as integers. */
function byBits(x: number, up: boolean, single: boolean): number {
  const view = new DataView(new ArrayBuffer(8));
  if (x === 0) return (up ? 1 : -1) * (single ? 2 ** -149 : Number.MIN_VALUE);
  const step = x > 0 === up ? 1 : -1;
  if (single) {
    view.setFloat32(0, x);
    view.setInt32(0, view.getInt32(0) + step);
    return view.getFloat32(0);
  }
  view.setFloat64(0, x);
  view.setBigInt64(0, view.getBigInt64(0) + BigInt(step));
  return view.getFloat64(0);
}

test("nextafter is the next pattern of bits", () => {
  const check = (x: number, up: boolean, single: boolean): void => {
    const dtype = single ? "float32" : "float64";
    const target = up ? Infinity : -Infinity;
    if (x === target) return;
    const got = nextafter(tensor([x], { dtype }), tensor([target], { dtype })).toTypedArray()[0];
    expect(got, `${x} ${dtype}`).toBe(byBits(x, up, single));
  };
  fc.assert(fc.property(fc.double({ noNaN: true }), fc.boolean(), (x, up) => check(x, up, false)));
  fc.assert(fc.property(fc.float({ noNaN: true }), fc.boolean(), (x, up) => check(x, up, true)));
  for (const x of [1, -1, 2 ** -126, -(2 ** -126), 2 ** -149, -(2 ** -149)]) check(x, true, true);
  for (const e of [-1074, -1022, -960, 0, 1023]) for (const up of [true, false]) check(-(2 ** e), up, false);
  expect(nextafter(tensor([1, NaN]), tensor([1, 0])).toArray()).toEqual([1, NaN]);
  expect(() => nextafter(tensor([1], { dtype: "int32" }), tensor([2], { dtype: "int32" }))).toThrow(/^nextafter: /);
});

test("frexp", () => {
  const x = tensor([6, -0.5, 0, 5e-324, Number.MAX_VALUE, Infinity], { dtype: "float64" });
  const [mantissa, exponent] = frexp(x);
  expect(mantissa.toArray()).toEqual([0.75, -0.5, 0, 0.5, 1 - 2 ** -53, Infinity]);
  expect(exponent.toArray()).toEqual([3, 0, 0, -1073, 1024, 0]);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (v) => {
      const [m, e] = frexp(tensor([v], { dtype: "float64" }));
      const a = Math.abs(m.item());
      expect(v === 0 || (a >= 0.5 && a < 1)).toBe(true);
      const half = Math.trunc(e.item() / 2);
      expect(m.item() * 2 ** half * 2 ** (e.item() - half)).toBe(v);
    }),
  );
});
