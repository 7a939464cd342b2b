/** Mixed dtypes, int32, kinks with infinite cotangents and optimizers, as PyTorch has them, in sizes on both sides of those from which on kernels run. */
import {
  autograd,
  clamp,
  type DType,
  func,
  linear,
  maximum,
  maxPool1d,
  minimum,
  nllLoss,
  type Operand,
  optim,
  Tensor,
  tensor,
  where,
  zeros,
} from "tapelab";
import { describe, expect, test } from "vitest";
import { lengths, repeated, vector, ways } from "../support/sizes.ts";
import reference from "./numbers.json" with { type: "json" };

type Stored = number | boolean | string;

const numberOf = (v: Stored): number => (typeof v === "string" ? Number(v.replace("inf", "Infinity")) : Number(v));

const numbersOf = (values: Stored | readonly Stored[]): number[] =>
  (Array.isArray(values) ? (values as Stored[]) : [values as Stored]).map(numberOf);

/** Fails where an element differs; NaN and infinities must match. */
function expectClose(got: Tensor, expected: readonly number[], tolerance: number, what: string): void {
  const array = got.detach().toTypedArray();
  expect(array.length, `${what}: elements`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [array[i], expected[i]];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    if (!(Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b))))
      expect.fail(`${what}: element ${i} is ${a}, PyTorch has ${b}`);
  }
}

const toleranceOf = (dtype: DType): number => (dtype === "float32" ? 1e-6 : 1e-12);

type Pairwise = (x: Tensor, z: Operand) => Tensor;

const alternating = (x: Tensor): Tensor =>
  tensor(Array.from({ length: Math.max(x.numel(), 1) }, (_, i) => (i % 7) % 2 === 0));

const pairwise: Readonly<Record<string, Pairwise>> = {
  eq: (x, z) => x.eq(z),
  ne: (x, z) => x.ne(z),
  lt: (x, z) => x.lt(z),
  le: (x, z) => x.le(z),
  gt: (x, z) => x.gt(z),
  ge: (x, z) => x.ge(z),
  logical_and: (x, z) => x.logicalAnd(z as Tensor),
  logical_or: (x, z) => x.logicalOr(z as Tensor),
  add: (x, z) => x.add(z),
  mul: (x, z) => x.mul(z),
  div: (x, z) => x.div(z),
  floor: (x, z) => x.div(z, { roundingMode: "floor" }),
  trunc: (x, z) => x.div(z, { roundingMode: "trunc" }),
  remainder: (x, z) => x.remainder(z),
  maximum: (x, z) => maximum(x, z as Tensor),
  where: (x, z) => where(alternating(x), x, z),
  clamp: (x, z) => clamp(x, { max: z }),
};

type Side = Stored | readonly Stored[];
type Pair = readonly [string, Side, string | null, Side, Record<string, readonly [string, Side]>];

/** An operand in a larger size: vectors of several elements are repeated. */
function operandOf(dtype: string | null, values: Side, length: number, strided: boolean): Operand {
  if (dtype === null) return values as number | boolean;
  if (!Array.isArray(values)) return tensor(numberOf(values as Stored), { dtype: "float64" }).to(dtype as DType);
  return values.length === 1
    ? vector(numbersOf(values as Stored[]), dtype as DType)
    : vector(repeated(numbersOf(values as Stored[]), length), dtype as DType, strided);
}

const title = (dtype: string | null, values: Side): string =>
  `${dtype ?? "number"} ${Array.isArray(values) ? `[${values.length}]` : String(values)}`;

describe.each(["comparisons", "arithmetic"] as const)("%s of two dtypes", (kind) => {
  const pairs = reference[kind] as unknown as readonly Pair[];
  test.each(pairs.map((p) => [`${title(p[0], p[1])}, ${title(p[2], p[3])}`, p] as const))("%s", (_title, pair) => {
    const [a, x, b, z, results] = pair;
    for (const [name, [dtype, values]] of Object.entries(results))
      for (const length of [7, 17, 100])
        for (const strided of [false, true])
          for (const [way, run] of Object.entries(ways)) {
            const what = `${name}, ${length} elements${strided ? " with gaps" : ""}, ${way}`;
            const got = run(() =>
              pairwise[name](operandOf(a, x, length, strided) as Tensor, operandOf(b, z, length, strided)),
            );
            expect(got.dtype, `${what}: dtype`).toBe(dtype);
            const whole = numbersOf(values);
            const expected = whole.length === 7 ? repeated(whole, got.numel()) : whole;
            expectClose(got, expected, dtype === "float32" ? 3e-7 : 1e-15, what);
          }
  });
});

describe("int32 is exact modulo 2³²", () => {
  const { x: points, ...results } = reference.integers;
  const ints = (values: readonly number[]): Tensor => tensor(Int32Array.from(values));
  const x = ints(points);
  const z = ints(points.toReversed());
  const m = x.reshape([2, 5]);
  const safe = where(z.eq(0).logicalOr(x.eq(-(2 ** 31)).logicalAnd(z.eq(-1))), 3, z);
  const exponents = (from: number): Tensor => ints(points.map((_, i) => from + i));
  const compute: Readonly<Record<keyof typeof results, () => Tensor>> = {
    add: () => x.add(z),
    sub: () => x.sub(z),
    mul: () => x.mul(z),
    "mul 987654321": () => x.mul(987654321),
    square: () => x.square(),
    "pow 3": () => x.pow(3),
    pow: () => x.pow(exponents(0)),
    "pow -2, -1, …": () => x.pow(exponents(-2)),
    neg: () => x.neg(),
    abs: () => x.abs(),
    sum: () => x.sum(),
    "sum 0": () => m.sum(0, { dtype: "int32" }),
    matmul: () => m.matmul(m.t()),
    dot: () => x.matmul(z),
    linear: () => linear(m, m),
    floor: () => x.div(safe, { roundingMode: "floor" }),
    trunc: () => x.div(safe, { roundingMode: "trunc" }),
    remainder: () => x.remainder(safe),
    "add alpha 3": () => x.add(z, { alpha: 3 }),
    div: () => x.div(safe),
    sin: () => x.sin(),
    "index add": () => zeros([2], { dtype: "int32" }).indexAdd(0, ints([0, 1, 0, 1, 0, 1, 0, 1, 0, 1]), x),
  };
  test.each(Object.entries(results))("%s", (name, values) => {
    const expected = [values].flat(2);
    for (const [way, run] of Object.entries(ways))
      expectClose(
        run(compute[name as keyof typeof results]),
        expected,
        name === "div" || name === "sin" ? 1e-7 : 0,
        `${name}, ${way}`,
      );
  });

  test("sums of many, in every size and order, wrap around alike", () => {
    for (const n of [5, 17, 100, 3000]) {
      const all = ints(repeated(points, n)).add(2 ** 30);
      const exact = Number(
        BigInt.asIntN(
          32,
          [...all.toTypedArray()].reduce((s, v) => s + BigInt(v), 0n),
        ),
      );
      const dtype = "int32";
      expect(all.sum({ dtype }).item(), `${n} elements`).toBe(exact);
      expect(all.reshape([n, 1]).expand([n, 3]).sum(0, { dtype }).toArray(), `${n} rows`).toEqual([
        exact,
        exact,
        exact,
      ]);
    }
    expect(
      tensor(repeated([true, true, false], 300))
        .sum()
        .item(),
    ).toBe(200);
  });
});

describe("kinks select: what has no part in the result gets 0, also of an infinite cotangent", () => {
  const other = (xs: readonly Tensor[]): Tensor => xs[1];
  const compute: Readonly<Record<string, (xs: readonly Tensor[]) => Tensor>> = {
    relu: ([x]) => x.relu(),
    abs: ([x]) => x.abs(),
    sign: ([x]) => x.sign(),
    floor: ([x]) => x.floor(),
    ceil: ([x]) => x.ceil(),
    trunc: ([x]) => x.trunc(),
    round: ([x]) => x.round(),
    "div floor": ([x]) => x.div(2, { roundingMode: "floor" }),
    "div trunc": ([x, z]) => x.div(z, { roundingMode: "trunc" }),
    "clamp numbers": ([x]) => x.clamp(-1, 1),
    "clamp min": ([x]) => x.clamp(-1),
    "clamp max": ([x]) => x.clamp({ max: 0.5 }),
    "clamp tensors": ([x, low, high]) => x.clamp(low, high),
    "clamp tensor min": (xs) => xs[0].clamp(other(xs)),
    "clamp tensor max": (xs) => xs[0].clamp({ max: other(xs) }),
    maximum: ([x, z]) => maximum(x, z),
    minimum: ([x, z]) => minimum(x, z),
    where: ([x, z]) => where(x.detach().gt(0), x, z),
    "pow 0": ([x]) => x.pow(0),
    "pow zeros": ([x, z]) => x.pow(z.detach()),
    "relu sqrt": ([x]) => x.relu().sqrt(),
    "clamp sqrt": ([x]) => x.clamp(0, 1).sqrt(),
    "maximum log": ([x, z]) => maximum(x, z).log(),
    amax: ([x]) => x.amax(1),
    amin: ([x]) => x.amin(1),
    max: ([x]) => x.max(1).values,
    min: ([x]) => x.min(1).values,
    std: ([x]) => x.std(1),
    "max pool": ([x]) => maxPool1d(x.unsqueeze(1), 2).squeeze(1),
    "nll ignored": ([x]) => {
      const labels = repeated([0, 1, 2, 3, 1], x.shape[0]);
      return nllLoss(x, tensor(Int32Array.from(labels)), { ignoreIndex: 1, reduction: "none" });
    },
    gather: ([x]) => x.gather(1, tensor(Int32Array.from(repeated([0, 2], 2 * x.shape[0]))).reshape([-1, 2])),
  };

  /** The rows, or elements, repeated to so many. */
  const inputsOf = (stored: readonly (readonly unknown[])[], n: number, dtype: DType, strided: boolean): Tensor[] =>
    stored.map((values) => {
      const width = Array.isArray(values[0]) ? values[0].length : 0;
      const flat = repeated(values, n).flatMap((v) => numbersOf(v as Stored | Stored[]));
      const x = vector(flat, dtype, strided && width === 0);
      if (width === 0) return x;
      return strided ? x.reshape([n, width]).t().contiguous().t() : x.reshape([n, width]);
    });

  const flatOf = (values: readonly unknown[], n: number): number[] =>
    repeated(values, n).flatMap((v) => numbersOf(v as Stored | Stored[]));

  const cases = reference.kinks.map((k) => [`${k.name}, cotangent ${k.cotangent}`, k] as const);

  test.each(cases)("%s", (_title, { name, inputs, cotangent, value, gradients }) => {
    const f = compute[name];
    for (const dtype of ["float32", "float64"] as const)
      for (const n of lengths)
        for (const strided of [false, true])
          for (const [way, run] of Object.entries(ways)) {
            const what = `${name}, ${dtype}, ${n} of them${strided ? " with gaps" : ""}, ${way}`;
            run(() => {
              const xs = inputsOf(inputs, n, dtype, strided).map((x) => x.requiresGrad_());
              const y = f(xs);
              expectClose(y, flatOf(value, n), toleranceOf(dtype), `${what}: value`);
              const g = zeros(y.shape, { dtype }).add(numberOf(cotangent));
              const grads = autograd.grad(y, xs, { gradOutputs: g, allowUnused: true });
              xs.forEach((x, i) =>
                expectClose(
                  grads[i] ?? x.detach().mul(0),
                  flatOf(gradients[i], n),
                  toleranceOf(dtype),
                  `${what}: gradient ${i}`,
                ),
              );
              // a recorded walk uses the rules of the records
              const recorded = autograd.grad(f(xs), xs, { gradOutputs: g, allowUnused: true, createGraph: true });
              xs.forEach((x, i) =>
                expectClose(
                  recorded[i] ?? x.detach().mul(0),
                  flatOf(gradients[i], n),
                  toleranceOf(dtype),
                  `${what}: recorded gradient ${i}`,
                ),
              );
            });
          }
  });

  // ops that map elements to elements have tangents that are their gradients
  const elementwise = cases.filter(([, k]) => !Array.isArray(k.inputs[0][0]) && !/sqrt|log/.test(k.name));
  test.each(elementwise)("%s, by forward mode and within vmap", (_title, { name, inputs, cotangent, gradients }) => {
    const f = compute[name];
    for (const dtype of ["float32", "float64"] as const)
      for (const n of [5, 16, 17, 100]) {
        const xs = inputsOf(inputs, n, dtype, false);
        xs.forEach((x, i) => {
          const others = (t: Tensor): Tensor[] => xs.map((v, k) => (k === i ? t : v));
          const t = zeros(x.shape, { dtype }).add(numberOf(cotangent));
          const [, pushed] = func.jvp((v: Tensor) => f(others(v)), [x], [t]);
          const what = `${name}, ${dtype}, ${n} elements, input ${i}`;
          expectClose(pushed, flatOf(gradients[i], n), toleranceOf(dtype), `${what}: tangent`);
        });
        const mapped = func.vmap((...rows: Tensor[]) => f(rows));
        const value = f(xs);
        const stacked = xs.map((x) => tensor([...x.toTypedArray(), ...x.toTypedArray()], { dtype }).reshape([2, n]));
        expectClose(
          mapped(...stacked),
          repeated([...value.toTypedArray()], 2 * n),
          0,
          `${name}, ${dtype}, ${n} elements, vmap`,
        );
      }
  });
});

const camel = (name: string): string => name.replace(/_(.)/g, (_all, c: string) => c.toUpperCase());

const make: Readonly<Record<string, (p: Tensor, options: object) => optim.Optimizer>> = {
  SGD: (p, options) => new optim.SGD([p], options),
  Adam: (p, options) => new optim.Adam([p], options),
  AdamW: (p, options) => new optim.AdamW([p], options),
};

describe("optimizers take PyTorch's steps in every size and precision", () => {
  const { start, gradients, trajectories } = reference.optimizers;
  test.each(trajectories.map((t) => [`${t.name} ${JSON.stringify(t.options)} ${t.dtype}`, t] as const))(
    "%s",
    (_title, { name, options, dtype, values }) => {
      const given = Object.fromEntries(Object.entries(options).map(([k, v]) => [camel(k), v]));
      for (const n of lengths) {
        const p = vector(repeated(start, n), dtype as DType);
        p.requiresGrad = true;
        if (name === "SparseAdam") return expectSparse(given, dtype as DType, values, n);
        const optimizer = make[name](p, given);
        values.forEach((expected, step) => {
          p.grad = vector(repeated(gradients[step], n), dtype as DType);
          optimizer.step();
          expectClose(p, repeated(expected, n), dtype === "float32" ? 2e-6 : 1e-13, `${n} elements, step ${step + 1}`);
        });
      }
    },
  );

  function expectSparse(options: object, dtype: DType, values: readonly (readonly number[])[], n: number): void {
    const p = vector(repeated(start, n), dtype).requiresGrad_();
    const optimizer = new optim.SparseAdam([p], options);
    values.forEach((expected, step) => {
      optimizer.zeroGrad();
      const every = tensor(Int32Array.from({ length: n }, (_, i) => i));
      p.gather(0, every, { sparseGrad: true })
        .mul(vector(repeated(gradients[step], n), dtype))
        .sum()
        .backward();
      optimizer.step();
      expectClose(p, repeated(expected, n), dtype === "float32" ? 2e-6 : 1e-13, `${n} elements, step ${step + 1}`);
    });
  }
});
