/** int64 arithmetic, compared with BigInts modulo 2^64. */

import { type Tensor, tensor } from "tapelab";
import { describe, expect, test } from "vitest";
import { fc } from "../../support/random.ts";

const wrap = (v: bigint): bigint => BigInt.asIntN(64, v);
const of = (values: readonly bigint[]): Tensor => tensor(values);
const read = (t: Tensor): bigint[] => t.reshape([-1]).toArray<(number | bigint)[]>().map(BigInt);

/** Integers of all magnitudes: near 0, at the limits of 32, 53 and 64 bits, and any. */
const integer = fc.oneof(
  fc.bigInt(-9n, 9n),
  fc.bigInt(-9n, 9n).chain((d) => fc.constantFrom(2n ** 31n, 2n ** 32n, 2n ** 53n, -(2n ** 53n)).map((v) => v + d)),
  fc.constantFrom(2n ** 63n - 1n, -(2n ** 63n)),
  fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n),
);
const integers = fc.array(integer, { minLength: 1, maxLength: 70 });
const pairs = fc.array(fc.tuple(integer, integer), { minLength: 1, maxLength: 40 });
const floorDivide = (x: bigint, z: bigint): bigint => x / z - (x % z !== 0n && x < 0n !== z < 0n ? 1n : 0n);

const unary: Readonly<Record<string, readonly [(t: Tensor) => Tensor, (x: bigint) => bigint]>> = {
  neg: [(t) => t.neg(), (x) => -x],
  abs: [(t) => t.abs(), (x) => (x < 0n ? -x : x)],
  square: [(t) => t.square(), (x) => x * x],
  sign: [(t) => t.sign(), (x) => (x > 0n ? 1n : x < 0n ? -1n : 0n)],
  "pow 3": [(t) => t.pow(3), (x) => x ** 3n],
  bitwiseNot: [(t) => t.bitwiseNot(), (x) => ~x],
  clone: [(t) => t.clone(), (x) => x],
  "to int32": [(t) => t.to("int32"), (x) => BigInt.asIntN(32, x)],
  "to uint8": [(t) => t.to("uint8"), (x) => BigInt.asUintN(8, x)],
  "clamp to 32 bits": [
    (t) => t.clamp(-(2 ** 31), 2n ** 60n),
    (x) => (x < -(2n ** 31n) ? -(2n ** 31n) : x > 2n ** 60n ? 2n ** 60n : x),
  ],
  "add 2^62": [(t) => t.add(2n ** 62n), (x) => x + 2n ** 62n],
};

const binary: Readonly<Record<string, readonly [(x: Tensor, z: Tensor) => Tensor, (x: bigint, z: bigint) => bigint]>> =
  {
    add: [(x, z) => x.add(z), (x, z) => x + z],
    sub: [(x, z) => x.sub(z), (x, z) => x - z],
    mul: [(x, z) => x.mul(z), (x, z) => x * z],
    "floor divide": [(x, z) => x.div(z, { roundingMode: "floor" }), floorDivide],
    "trunc divide": [(x, z) => x.div(z, { roundingMode: "trunc" }), (x, z) => x / z],
    remainder: [(x, z) => x.remainder(z), (x, z) => x - z * floorDivide(x, z)],
    fmod: [(x, z) => x.fmod(z), (x, z) => x % z],
    maximum: [(x, z) => x.maximum(z), (x, z) => (x > z ? x : z)],
    and: [(x, z) => x.bitwiseAnd(z), (x, z) => x & z],
    or: [(x, z) => x.bitwiseOr(z), (x, z) => x | z],
    xor: [(x, z) => x.bitwiseXor(z), (x, z) => x ^ z],
    lt: [(x, z) => x.lt(z), (x, z) => BigInt(x < z)],
    eq: [(x, z) => x.eq(z), (x, z) => BigInt(x === z)],
  };

describe("int64 is exact modulo 2^64", () => {
  test.each(Object.entries(unary))("%s", (_name, [op, exact]) => {
    fc.assert(
      fc.property(integers, (xs) => {
        expect(read(op(of(xs)))).toEqual(xs.map((x) => wrap(exact(x))));
      }),
    );
  });

  test.each(Object.entries(binary))("%s", (name, [op, exact]) => {
    const divides = /div|rem|mod/.test(name);
    fc.assert(
      fc.property(pairs, (list) => {
        const [xs, zs] = [list.map(([x]) => x), list.map(([, z]) => (divides && z === 0n ? 1n : z))];
        expect(read(op(of(xs), of(zs)))).toEqual(xs.map((x, i) => wrap(exact(x, zs[i]))));
      }),
    );
  });

  test("shifts", () => {
    fc.assert(
      fc.property(integer, fc.integer({ min: 0, max: 63 }), (x, n) => {
        expect(read(of([x]).bitwiseLeftShift(n))).toEqual([wrap(x << BigInt(n))]);
        expect(read(of([x]).bitwiseRightShift(n))).toEqual([x >> BigInt(n)]);
      }),
    );
  });

  test("sum, prod, cumsum, cumprod, max and sort", () => {
    fc.assert(
      fc.property(integers, (xs) => {
        const t = of(xs);
        const ascending = xs.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        expect(read(t.sum())).toEqual([wrap(xs.reduce((a, b) => a + b, 0n))]);
        expect(read(t.prod())).toEqual([xs.reduce((a, b) => wrap(a * b), 1n)]);
        expect(read(t.cumsum(0))).toEqual(xs.map((_, i) => wrap(xs.slice(0, i + 1).reduce((a, b) => a + b, 0n))));
        expect(read(t.cumprod(0))).toEqual(xs.map((_, i) => xs.slice(0, i + 1).reduce((a, b) => wrap(a * b), 1n)));
        expect(read(t.max())).toEqual([ascending.at(-1)]);
        expect(read(t.sort().values)).toEqual(ascending);
        expect(read(t.gather(0, t.argsort()))).toEqual(ascending);
        expect(read(t.unique())).toEqual([...new Set(ascending)]);
      }),
    );
  });

  test("matrix products", () => {
    const matrix = fc.array(integer, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(matrix, matrix, (a, b) => {
        const dot = (i: number, j: number): bigint =>
          wrap([0, 1, 2].reduce((s, k) => s + a[3 * i + k] * b[2 * k + j], 0n));
        const expected = [dot(0, 0), dot(0, 1), dot(1, 0), dot(1, 1)];
        expect(
          read(
            of(a)
              .reshape([2, 3])
              .matmul(of(b).reshape([3, 2])),
          ),
        ).toEqual(expected);
        expect(
          read(
            of(a)
              .reshape([2, 3])
              .matmul(of(b).reshape([3, 2]).t().contiguous().t()),
          ),
        ).toEqual(expected);
      }),
    );
  });

  test("views, copies and changes in place", () => {
    fc.assert(
      fc.property(fc.array(integer, { minLength: 6, maxLength: 6 }), integer, (xs, v) => {
        const t = of(xs).reshape([2, 3]);
        expect(read(t.t())).toEqual([0, 3, 1, 4, 2, 5].map((i) => xs[i]));
        expect(read(t.t().contiguous())).toEqual([0, 3, 1, 4, 2, 5].map((i) => xs[i]));
        t.select(1, 1).fill_(v);
        expect(read(t)).toEqual(xs.map((x, i) => (i % 3 === 1 ? v : x)));
        t.add_(1);
        expect(read(t)).toEqual(xs.map((x, i) => wrap((i % 3 === 1 ? v : x) + 1n)));
        expect(t.at(0, 0).item<number | bigint>()).toBe(
          Number.isSafeInteger(Number(xs[0] + 1n)) ? Number(xs[0] + 1n) : wrap(xs[0] + 1n),
        );
      }),
    );
  });
});

test("an integer that int64 does not have is refused", () => {
  expect(() => tensor([2n ** 63n])).toThrow("int64 has the integers from");
  expect(() =>
    tensor([1])
      .to("int64")
      .fill_(2n ** 63n),
  ).toThrow("int64 has the integers from");
});
