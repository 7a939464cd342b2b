/** Smooth functions of one tensor by tables of polynomials, which are computed from the reference kernel when a large tensor first needs them. */
import { type FastKernel, registerFastKernel } from "../../dispatch/fast.ts";
import { registered } from "../../dispatch/registry.ts";
import { allocatePermanent } from "../../tensor/storage/memory.ts";
import type { Strided } from "../../tensor/strided.ts";
import { kernelsFor, kernelsOf } from "../wasm/module.ts";
import {
  addressOf,
  allocateTemporary,
  finishKernel,
  isFloat,
  isFloat64,
  memory32,
  resultAddressOf,
} from "../wasm/operands.ts";
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

/** Tables by op, parameters and dtype. */
const tables = new Map<string, Placed>();

function place(table: PolynomialTable): Placed {
  const address = allocatePermanent(table.rows.byteLength);
  new Float64Array(memory32().buffer, address, table.rows.length).set(table.rows);
  return { ...table, address };
}

/** Computes the elements at the positions that a kernel lists, by the reference kernel. */
function computeOutside(f: Sampler, count: number, x: Strided, from: number, to: number, outside: number): void {
  if (count === 0) return;
  const { buffer } = memory32();
  const at = new Int32Array(buffer, outside, count);
  const n = at[count - 1] + 1;
  const [xs, ys] = [from, to].map((address) =>
    isFloat64(x) ? new Float64Array(buffer, address, n) : new Float32Array(buffer, address, n),
  );
  const values = f(Float64Array.from(at, (i) => xs[i]));
  for (let k = 0; k < count; k++) ys[at[k]] = values[k];
}

const tabulated =
  (op: string, domain: Domain): FastKernel =>
  ([out], [x], params) => {
    const n = out.storage.length;
    const key = `${op} ${JSON.stringify(params)} ${x.dtype}`;
    const known = tables.get(key);
    const fits = isFloat(x) && x.storage.dtype === out.storage.dtype;
    const wasm = fits ? kernelsFor(n, known === undefined ? minTabulated : minWasmElements) : null;
    const f = wasm === null ? null : samplerOf(op, params);
    if (wasm === null || f === null) return false;
    const table = known ?? place(tabulate(f, domain, isFloat64(x)));
    tables.set(key, table);
    const from = addressOf(x);
    const to = resultAddressOf(out);
    const outside = allocateTemporary(4 * (n + 1));
    const { address, lowest, pieces, negativePieces } = table;
    const count = kernelsOf(wasm, x).piecewise(n, from, address, lowest, pieces, negativePieces, to, outside);
    computeOutside(f, count, x, from, to, outside);
    return finishKernel();
  };

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
  lgamma: positive(-16, 16),
  digamma: positive(-16, 16),
  polygamma: positive(-16, 16),
};

for (const [op, domain] of Object.entries(domains)) {
  registerFastKernel(op, tabulated(op, domain));
}
