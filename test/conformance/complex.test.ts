/** Random programs over complex tensors, compared with PyTorch: results, gradients, and gradients of these. `make_complex.py` writes them. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import {
  autograd,
  cat,
  complex,
  conj,
  fft,
  imag,
  onesLike,
  operators,
  polar,
  real,
  roll,
  sum,
  Tensor,
  tensor,
  viewAsComplex,
  viewAsReal,
  where,
} from "tapelab";
import { expect, test } from "vitest";
import { inRoot } from "../support/paths.ts";

interface Options {
  readonly dim: number;
  readonly shifts: number;
  readonly factor: number;
  readonly n: number;
  readonly norm: fft.FftNorm;
}

interface Case {
  readonly leaves: readonly number[][];
  readonly weights: readonly number[][];
  readonly program: readonly (readonly [name: string, at: readonly number[], options: Options])[];
  readonly results: readonly {
    readonly shape: readonly number[];
    readonly complex: boolean;
    readonly elements: number[];
  }[];
  readonly gradients: readonly (number[] | null)[];
  readonly seconds: readonly (number[] | null)[];
}

const file = process.env.COMPLEX_PROGRAMS ?? inRoot("test/conformance/complex.json.gz");
const cases = JSON.parse(gunzipSync(readFileSync(file)).toString()) as readonly Case[];

/** A tensor [2, 3] of float64, or of complex128 from twice as many numbers. */
const leafOf = (elements: readonly number[]): Tensor => {
  const flat = tensor(Float64Array.from(elements));
  return (elements.length === 12 ? viewAsComplex(flat.reshape([2, 3, 2])) : flat.reshape([2, 3])).detach();
};

const numbersOf = (x: Tensor): number[] => [...x.detach().toTypedArray()];

const camel = (name: string): string => name.replaceAll(/_(\w)/g, (_, c: string) => c.toUpperCase());

function apply(name: string, args: readonly Tensor[], o: Options): Tensor {
  const [x, z] = args;
  switch (name) {
    case "complex":
      return complex(x, z);
    case "polar":
      return polar(x.abs(), z);
    case "fft":
    case "ifft":
    case "rfft":
      return fft[name](x, { dim: o.dim, norm: o.norm });
    case "irfft":
      return fft.irfft(x, { n: o.n, dim: o.dim });
    case "cat":
      return cat(args, o.dim);
    case "where":
      return where(x.abs().gt(z.abs()), x, z);
    case "roll":
      return roll(x, o.shifts, o.dim);
    case "flip":
      return x.flip([o.dim]);
    case "scaleReal": {
      const y = x.clone();
      real(y).mul_(o.factor);
      return y;
    }
    case "addImag": {
      const y = x.clone();
      imag(y).add_(z);
      return y;
    }
    case "transpose":
      return x.transpose(0, 1).contiguous().transpose(0, 1);
    case "mH":
      return x.mH.mH.mul(1);
    case "sum":
    case "mean":
    case "prod":
    case "var":
      return x[name](o.dim, { keepdim: true }).mul(onesLike(x));
    case "cumsum":
    case "cumprod":
      return x[name](o.dim);
    default: {
      const operator = operators.get(camel(name));
      const names = operator?.parameters.map((p) => p.name) ?? [];
      return operator?.callByName(Object.fromEntries(args.map((t, i) => [names[i], t]))) as Tensor;
    }
  }
}

/** Compares elements; `null` stands for zeros. */
function compare(got: Tensor | null, expected: readonly number[] | null, what: string): void {
  const a = got === null ? (expected ?? []).map(() => 0) : numbersOf(got);
  const b = expected ?? a.map(() => 0);
  const largest = b.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  const worst = a.reduce((most, v, i) => Math.max(most, Math.abs(v - b[i])), 0);
  expect(worst / largest, what).toBeLessThan(1e-7);
}

const total = (xs: readonly Tensor[]): Tensor => xs.map((x) => sum(x)).reduce((a, b) => a.add(b));

test.each(cases.map((c, i) => [i, c.program.map(([name]) => name).join(" "), c] as const))(
  "%i: %s",
  (_i, _title, c) => {
    const leaves = c.leaves.map((x) => leafOf(x).requiresGrad_());
    const values = [...leaves];
    for (const [name, at, options] of c.program)
      values.push(
        apply(
          name,
          at.map((i) => values[i]),
          options,
        ),
      );
    const results = values.slice(3);
    results.forEach((y, i) => {
      expect(y.shape).toEqual(c.results[i].shape);
      expect(y.dtype).toBe(c.results[i].complex ? "complex128" : "float64");
      compare(y, c.results[i].elements, `result ${i}`);
    });
    const gradients = autograd.grad(total(results.map((y) => y.abs().square())), leaves, {
      createGraph: true,
      allowUnused: true,
    });
    gradients.forEach((g, i) => {
      compare(g, c.gradients[i], `gradient ${i}`);
    });
    const terms = gradients.flatMap((g, i) => {
      if (g === null) return [];
      const w = leafOf(c.weights[i]);
      return [g.isComplex() ? real(conj(w).mul(g)) : w.mul(g)];
    });
    const second = total(terms);
    if (!second.requiresGrad) return;
    const seconds = autograd.grad(second, leaves, { allowUnused: true });
    seconds.forEach((g, i) => {
      compare(g, c.seconds[i], `second derivative ${i}`);
    });
  },
);

test("the programs have complex and real results", () => {
  expect(cases.length).toBeGreaterThan(200);
  expect(viewAsReal(leafOf(cases[0].leaves[0])).shape).toEqual([2, 3, 2]);
  expect(leafOf(cases[0].leaves[2])).toBeInstanceOf(Tensor);
});
