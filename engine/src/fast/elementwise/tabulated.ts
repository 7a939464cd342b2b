/** Smooth functions of one tensor by tables of polynomials, which are computed from the reference kernel when a large tensor first needs them. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { registered } from "../../dispatch/registry.ts";
import { allocatePermanent } from "../../tensor/storage/memory.ts";
import type { Strided } from "../../tensor/strided.ts";
import { type Kernels, kernelsFor } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  isFloat,
  isFloat64,
  memory32,
  resultAddressOf,
} from "../wasm/operands.ts";
import { castAddressOf, roundToFloat32 } from "./casts.ts";
import { type Domain, type PolynomialTable, type Sampler, tabulate } from "./polynomial-table.ts";

/** With fewer elements, no table is made; with fewer still, the reference kernel is faster than a call of WebAssembly. */
const minTabulated = 4096;
const minWasmElements = 17;

/** Returns the reference kernel of an op in float64, as a function of numbers. */
function samplerOf(op: string, params: unknown): Sampler | null {
  const spec = registered.get(op)?.spec;
  if (spec === undefined || spec === null || !("kernel" in spec)) return null;
  return (xs) => {
    const out = new Float64Array(xs.length);
    const meta = { shape: [xs.length], dtype: "float64" } as const;
    spec.kernel(out, [xs], { params, inputs: [meta], outputs: [meta], outs: [out] });
    return out;
  };
}

/** A table in the memory of the kernels. */
interface Placed extends PolynomialTable {
  readonly address: number;
}

/** Where ln Γ is tabulated. */
const logGammaDomain: Readonly<Domain> = { from: -16, positive: 16, negative: null, near: false };

/** Tables by op, parameters and dtype. */
const tables = new Map<string, Placed>();

function place(table: PolynomialTable): Placed {
  const address = allocatePermanent(table.rows.byteLength);
  new Float64Array(memory32().buffer, address, table.rows.length).set(table.rows);
  return { ...table, address };
}

/** Computes the elements at the positions that a kernel lists, by the reference kernel. */
function computeOutside({ f, from, to, outside }: Run, isDouble: boolean, count: number): void {
  if (count === 0) return;
  const { buffer } = memory32();
  const at = new Int32Array(buffer, outside, count);
  const n = at[count - 1] + 1;
  const [xs, ys] = [from, to].map((address) =>
    isDouble ? new Float64Array(buffer, address, n) : new Float32Array(buffer, address, n),
  );
  const values = f(Float64Array.from(at, (i) => xs[i]));
  for (let k = 0; k < count; k++) ys[at[k]] = values[k];
}

/** Returns the table of a function, which is made when it is first needed. */
function tableOf(op: string, f: Sampler, domain: Domain, params: unknown, isDouble: boolean): Placed {
  const key = keyOf(op, params, isDouble);
  const table = tables.get(key) ?? place(tabulate(f, domain, isDouble));
  tables.set(key, table);
  return table;
}

const keyOf = (op: string, params: unknown, isDouble: boolean): string => `${op} ${JSON.stringify(params)} ${isDouble}`;

/** A run of a kernel by tables: the function, and addresses of the operand, the result, and the list of positions of elements outside of the table. */
interface Run {
  readonly wasm: Kernels;
  readonly f: Sampler;
  readonly params: unknown;
  readonly n: number;
  readonly from: number;
  readonly to: number;
  readonly outside: number;
}

/** Returns a fast kernel by the table of a function, of which `compute` does the work. */
const byTable =
  (op: string, domain: Domain, compute: (run: Run, x: Strided, table: Placed) => void): FastKernel =>
  ([out], [x], params) => {
    const n = out.storage.length;
    const isKnown = tables.has(keyOf(op, params, isFloat64(x)));
    const fits = isFloat(x) && x.storage.dtype === out.storage.dtype;
    const wasm = fits ? kernelsFor(n, isKnown ? minWasmElements : minTabulated) : null;
    const f = wasm === null ? null : samplerOf(op, params);
    if (wasm === null || f === null) return false;
    const table = tableOf(op, f, domain, params, isFloat64(x));
    const [from, to] = [addressOf(x), resultAddressOf(out)];
    compute({ wasm, f, params, n, from, to, outside: allocateTemporary(4 * (n + 1)) }, x, table);
    return finishKernel();
  };

/** Computes the elements that a table has, and returns the number of others. */
function computeInside({ wasm, n, from, to, outside }: Run, table: Placed, isDouble: boolean): number {
  const { address, lowest, pieces, negativePieces } = table;
  return wasm[isDouble ? "float64" : "float32"].piecewise(
    n,
    from,
    address,
    lowest,
    pieces,
    negativePieces,
    to,
    outside,
  );
}

const tabulated = (op: string, domain: Domain): FastKernel =>
  byTable(op, domain, (run, x, table) => {
    const isDouble = isFloat64(x);
    computeOutside(run, isDouble, computeInside(run, table, isDouble));
  });

/** Whether an element outside of the table is negative. */
function isAnyNegative({ n, from, outside }: Run, isDouble: boolean, count: number): boolean {
  const { buffer } = memory32();
  const xs = isDouble ? new Float64Array(buffer, from, n) : new Float32Array(buffer, from, n);
  return new Int32Array(buffer, outside, count).some((at) => xs[at] < 0);
}

/**
 * Computes ln |Γ(x)|: where there are negative numbers, by the table at |x| and the reflection formula, in float64, as both of its terms nearly cancel each other around
 * the zeros of ln |Γ|.
 */
const logGamma = byTable("lgamma", logGammaDomain, (run, x, table) => {
  const isDouble = isFloat64(x);
  const count = computeInside(run, table, isDouble);
  if (!isAnyNegative(run, isDouble, count)) {
    computeOutside(run, isDouble, count);
    return;
  }
  const { wasm, f, params, n } = run;
  const from = castAddressOf(wasm, x, "float64", x.shape);
  const [magnitudes, to] = [allocateTemporary(8 * n), isDouble ? run.to : allocateTemporary(8 * n)];
  wasm.abs64(n, from, magnitudes);
  const wide = tableOf("lgamma", f, logGammaDomain, params, true);
  const rest = computeInside({ ...run, from: magnitudes, to }, wide, true);
  wasm.reflectLogGamma(n, from, to);
  computeOutside({ ...run, from, to }, true, rest);
  if (!isDouble) roundToFloat32(wasm, n, to, run.to);
});

/** Functions that are smooth at 0 from either side, up to the same power of 2. */
const smooth = (from: number, to: number): Domain => ({ from, positive: to, negative: to, near: true });
/** Functions that are 0 at 0, around which a polynomial would not be exact in relation to them. */
const odd = (to: number): Domain => ({ from: -16, positive: to, negative: to, near: false });
/** Functions of positive numbers. */
const positive = (from: number, to: number): Domain => ({ from, positive: to, negative: null, near: false });

const domains: Readonly<Record<string, Domain>> = {
  besselJ0: smooth(-2, 6),
  besselJ1: odd(6),
  besselY0: positive(-16, 6),
  besselY1: positive(-16, 6),
  modifiedBesselK0: positive(-16, 5),
  modifiedBesselK1: positive(-16, 5),
  scaledModifiedBesselK0: positive(-16, 10),
  scaledModifiedBesselK1: positive(-16, 10),
  sphericalBesselJ0: smooth(-2, 6),
  airyAi: smooth(-2, 4),
  i0: smooth(-2, 4),
  i1: odd(4),
  i0e: smooth(-2, 10),
  i1e: odd(10),
  erfcx: { from: -2, positive: 10, negative: 2, near: true },
  logNdtr: { from: -2, positive: 2, negative: 7, near: true },
  digamma: positive(-16, 16),
  polygamma: positive(-16, 16),
};

for (const [op, domain] of Object.entries(domains)) {
  registerFastKernel(op, tabulated(op, domain));
}
registerFastKernel("lgamma", logGamma);
