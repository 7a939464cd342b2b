/** Random indices against NumPy's rules, written here a second time, element by element. `INDICES=100000 SEED=7` runs more, and others. */

import { type DType, type Index, type Tensor, tensor } from "tapelab";
import { expect, test } from "vitest";
import { fc } from "../../../support/random.ts";

const numRuns = Number(process.env["INDICES"] ?? 10_000);
const seed = Number(process.env["SEED"] ?? 18);

/** An entry: plain, and for the reference. */
type Entry =
  | { readonly kind: "integer"; readonly at: number }
  | { readonly kind: "range"; readonly positions: readonly number[]; readonly text: string }
  | { readonly kind: "rest" }
  | { readonly kind: "new" }
  | { readonly kind: "flag"; readonly value: boolean }
  | { readonly kind: "indices"; readonly shape: readonly number[]; readonly list: readonly number[] }
  | { readonly kind: "mask"; readonly shape: readonly number[]; readonly list: readonly boolean[] };

const sizeOf = (shape: readonly number[]): number => shape.reduce((n, size) => n * size, 1);

/** Calls `visit` with every multi-index of a shape, in row-major order. */
function everywhere(shape: readonly number[], visit: (index: readonly number[]) => void): void {
  const walk = (index: readonly number[]): void => {
    if (index.length === shape.length) visit(index);
    else for (let i = 0; i < shape[index.length]; i++) walk([...index, i]);
  };
  walk([]);
}

/** A list of the indices of one dimension, as a function of the position among the picked ones. */
interface Fancy {
  readonly shape: readonly number[];
  readonly at: (picked: readonly number[]) => number;
}

/** Reads element `index`, of more dimensions, of an array that broadcasts. */
const broadcastRead = (list: readonly number[], shape: readonly number[], index: readonly number[]): number => {
  const own = index.slice(index.length - shape.length).map((i, d) => (shape[d] === 1 ? 0 : i));
  return list[own.reduce((at, i, d) => at * shape[d] + i, 0)];
};

/** Returns the shape of the result and the position in the input of each of its elements. */
function reference(shape: readonly number[], entries: readonly Entry[]): { shape: number[]; from: number[] } {
  const consumed = entries.reduce(
    (n, e) => n + (e.kind === "mask" ? e.shape.length : ["integer", "range", "indices"].includes(e.kind) ? 1 : 0),
    0,
  );
  const all = entries.some((e) => e.kind === "rest") ? entries : [...entries, { kind: "rest" } as const];
  const hasFancy = entries.some((e) => ["flag", "indices", "mask"].includes(e.kind));
  // the dimensions of the result: basic ones with their positions (null is a new dimension), fancy ones
  const parts: { basic: readonly number[] | null; fancy: Fancy | null; dim: number | null }[] = [];
  let dim = 0;
  for (const e of all) {
    if (e.kind === "rest")
      for (let n = shape.length - consumed; n > 0; n--, dim++)
        parts.push({ basic: [...Array(shape[dim]).keys()], fancy: null, dim });
    if (e.kind === "rest") parts.push({ basic: null, fancy: null, dim: -1 });
    else if (e.kind === "new") parts.push({ basic: [0], fancy: null, dim: null });
    else if (e.kind === "range") parts.push({ basic: e.positions, fancy: null, dim: dim++ });
    else if (e.kind === "integer") {
      const at = e.at < 0 ? e.at + shape[dim] : e.at;
      parts.push({ basic: null, fancy: { shape: [], at: () => at }, dim: dim++ });
    } else if (e.kind === "flag")
      parts.push({ basic: null, fancy: { shape: [e.value ? 1 : 0], at: () => 0 }, dim: null });
    else if (e.kind === "indices") {
      const size = shape[dim];
      const list = e.list.map((i) => (i < 0 ? i + size : i));
      parts.push({ basic: null, fancy: { shape: e.shape, at: (p) => broadcastRead(list, e.shape, p) }, dim: dim++ });
    } else {
      const found: (readonly number[])[] = [];
      let k = 0;
      everywhere(e.shape, (index) => void (e.list[k++] && found.push(index)));
      for (let d = 0; d < e.shape.length; d++) {
        const list = found.map((index) => index[d]);
        const own = [list.length];
        parts.push({ basic: null, fancy: { shape: own, at: (p) => broadcastRead(list, own, p) }, dim: dim++ });
      }
    }
  }
  const fancies = parts.flatMap((p) => (p.fancy === null ? [] : [p.fancy.shape]));
  const rank = Math.max(0, ...fancies.map((s) => s.length));
  const picked = Array.from({ length: rank }, (_, d) =>
    fancies.reduce((n, s) => {
      const own = s[s.length - rank + d] ?? 1;
      return own === 1 ? n : own;
    }, 1),
  );
  const isFancy = parts.map((p) => p.fancy !== null);
  const first = isFancy.indexOf(true);
  const together = !isFancy.slice(first, isFancy.lastIndexOf(true)).includes(false);
  const basics = parts.filter((p) => p.basic !== null);
  const before = !hasFancy || !together ? 0 : parts.slice(0, first).filter((p) => p.basic !== null).length;
  const sizes = basics.map((p) => p.basic?.length ?? 0);
  const out = [...sizes.slice(0, before), ...picked, ...sizes.slice(before)];
  const from: number[] = [];
  everywhere(out, (index) => {
    const pickedIndex = index.slice(before, before + rank);
    const rest = [...index.slice(0, before), ...index.slice(before + rank)];
    const position = new Array<number>(shape.length).fill(0);
    for (const p of parts) if (p.fancy !== null && p.dim !== null) position[p.dim] = p.fancy.at(pickedIndex);
    basics.forEach((p, k) => {
      if (p.dim !== null) position[p.dim] = p.basic?.[rest[k]] ?? 0;
    });
    from.push(position.reduce((at, i, d) => at * shape[d] + i, 0));
  });
  return { shape: out, from };
}

/** Returns the positions of Python's `range(size)[start:stop:step]`, by counting. */
function rangePositions(size: number, start: number | null, stop: number | null, step: number): number[] {
  const clip = (v: number): number => (step > 0 ? Math.min(Math.max(v, 0), size) : Math.min(Math.max(v, -1), size - 1));
  const bound = (v: number | null, otherwise: number): number => (v === null ? otherwise : clip(v < 0 ? v + size : v));
  const out: number[] = [];
  const [from, to] = step > 0 ? [bound(start, 0), bound(stop, size)] : [bound(start, size - 1), bound(stop, -1)];
  for (let i = from; step > 0 ? i < to : i > to; i += step) out.push(i);
  return out;
}

const nested = (shape: readonly number[], list: readonly (number | boolean)[]): unknown =>
  shape.length === 1
    ? [...list]
    : Array.from({ length: shape[0] }, (_, i) => {
        const n = sizeOf(shape.slice(1));
        return nested(shape.slice(1), list.slice(i * n, (i + 1) * n));
      });

/** A source of choices, from fast-check's numbers, such that failures shrink. */
class Choices {
  readonly #numbers: readonly number[];
  #next = 0;
  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }
  /** Returns an integer in [0, n). */
  below(n: number): number {
    return (this.#numbers[this.#next++] ?? 0) % n;
  }
  between(low: number, high: number): number {
    return low + this.below(high - low + 1);
  }
}

function randomEntries(shape: readonly number[], c: Choices): Entry[] {
  const out: Entry[] = [];
  const common = Array.from({ length: c.between(1, 2) }, () => c.between(1, 3));
  let dim = 0;
  let hasRest = false;
  // behind "...", all dimensions that are left have an entry
  for (let n = c.between(0, 6); n > 0 || (hasRest && dim < shape.length); n--) {
    const roll = c.below(100);
    if (roll < 10 && !hasRest) {
      hasRest = true;
      out.push({ kind: "rest" });
      dim += c.between(0, shape.length - dim);
    } else if (roll < 18) out.push({ kind: "new" });
    else if (roll < 22) out.push({ kind: "flag", value: c.below(3) > 0 });
    else if (dim >= shape.length) continue;
    else {
      const size = shape[dim];
      if (roll < 42 && size > 0) out.push({ kind: "integer", at: c.between(-size, size - 1) });
      else if (roll < 66 || size === 0) {
        const [start, stop] = [0, 1].map(() => (c.below(3) === 0 ? null : c.between(-size - 2, size + 2)));
        const step = [1, 1, 2, 3, -1, -2, -3][c.below(7)];
        const text = `${start ?? ""}:${stop ?? ""}${step === 1 ? "" : `:${step}`}`;
        out.push({ kind: "range", positions: rangePositions(size, start, stop, step), text });
      } else if (roll < 86) {
        const own = common.map((k) => (c.below(3) > 0 ? k : 1)).slice(c.below(common.length));
        const list = Array.from({ length: sizeOf(own) }, () => c.between(-size, size - 1));
        out.push({ kind: "indices", shape: own, list });
      } else {
        const own = shape.slice(dim, dim + c.between(1, Math.min(2, shape.length - dim)));
        out.push({ kind: "mask", shape: own, list: Array.from({ length: sizeOf(own) }, () => c.below(2) === 1) });
        dim += own.length - 1;
      }
      dim++;
    }
  }
  return out;
}

/** Returns an entry as an argument: arrays as tensors sometimes, and texts sometimes joined with the argument before. */
function argumentsOf(entries: readonly Entry[], c: Choices): Index[] {
  const out: Index[] = [];
  for (const e of entries) {
    const text = { rest: "...", new: "null", range: "text" in e ? e.text : "", integer: "at" in e ? String(e.at) : "" };
    if (e.kind === "indices" || e.kind === "mask") {
      const list = nested(e.shape, e.list) as number[];
      // an empty array is one of integers
      const isTensor = c.below(2) === 0 || (e.kind === "mask" && e.list.length === 0);
      const dtype = e.kind === "mask" ? "bool" : "int32";
      out.push(isTensor ? tensor([...e.list], { dtype }).reshape(e.shape) : list);
    } else if (e.kind === "flag") out.push(e.value);
    else if (typeof out.at(-1) === "string" && c.below(2) === 0) out.push(`${out.pop() as string}, ${text[e.kind]}`);
    else if (e.kind === "new") out.push(null);
    else out.push(e.kind === "integer" && c.below(2) === 0 ? e.at : text[e.kind]);
  }
  return out;
}

/** Whether the shapes of the arrays broadcast. */
function broadcasts(entries: readonly Entry[]): boolean {
  const shapes = entries.flatMap((e) => {
    if (e.kind === "indices") return [e.shape];
    if (e.kind === "mask") return [[e.list.filter(Boolean).length]];
    return e.kind === "flag" ? [[e.value ? 1 : 0]] : [];
  });
  const rank = Math.max(0, ...shapes.map((s) => s.length));
  return Array.from(
    { length: rank },
    (_, d) => new Set(shapes.map((s) => s[s.length - rank + d] ?? 1).filter((n) => n !== 1)),
  ).every((sizes) => sizes.size < 2);
}

const shapes = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 2 }), { maxLength: 4 }),
  fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
  fc.array(fc.integer({ min: 3, max: 7 }), { minLength: 2, maxLength: 3 }),
);

const weights = (n: number): number[] => Array.from({ length: n }, (_, i) => ((i * 7) % 11) - 4.5);

const gradientOf = ({ grad }: Tensor): number[] => [...(grad?.toTypedArray() ?? [])];

function check(shape: readonly number[], c: Choices, dtype: DType): void {
  const entries = randomEntries(shape, c);
  const given = argumentsOf(entries, c);
  const n = sizeOf(shape);
  const data = Array.from({ length: n }, (_, i) => i + 0.5);
  // sometimes the operand is not contiguous
  const isTransposed = shape.length === 2 && c.below(3) === 0;
  const leaf = tensor(data, { dtype }).reshape(shape).requiresGrad_();
  const x = isTransposed ? leaf.t().contiguous().t() : leaf.mul(1);
  if (!broadcasts(entries)) {
    expect(() => x.at(...given)).toThrow(/^at: .*broadcast/);
    return;
  }
  const { shape: out, from } = reference(shape, entries);
  const y = x.at(...given);
  expect([y.shape, [...y.toTypedArray()]]).toEqual([out, from.map((i) => data[i])]);
  const w = weights(from.length);
  y.mul(tensor(w, { dtype }).reshape(out)).sum().backward();
  const gradient = new Array<number>(n).fill(0);
  for (const [k, i] of from.entries()) gradient[i] += w[k];
  expect(n === 0 ? [] : gradientOf(leaf)).toEqual(gradient);

  // assignment of a value that broadcasts
  leaf.grad = null;
  const own = out.map((size) => (c.below(3) > 0 ? size : 1)).slice(c.below(4) === 0 ? c.below(out.length + 1) : 0);
  const list = Array.from({ length: sizeOf(own) }, (_, i) => -i - 1);
  const value = tensor(list, { dtype }).reshape(own).requiresGrad_();
  const changed = leaf.mul(1);
  const before = changed.version;
  changed.set(given, value);
  expect(changed.version).toBeGreaterThan(before);
  const expected = [...data];
  const writer = new Map<number, number>();
  let k = 0;
  everywhere(out, (index) => {
    const at = index.slice(index.length - own.length).reduce((p, i, d) => p * own[d] + (own[d] === 1 ? 0 : i), 0);
    expected[from[k]] = list[at];
    writer.set(from[k++], at);
  });
  expect([...changed.toTypedArray()]).toEqual(expected);
  const all = weights(n);
  changed.mul(tensor(all, { dtype }).reshape(shape)).sum().backward();
  expect(n === 0 ? [] : gradientOf(leaf)).toEqual(all.map((g, i) => (writer.has(i) ? 0 : g)));
  const valueGradient = new Array<number>(list.length).fill(0);
  for (const [i, at] of writer) valueGradient[at] += all[i];
  expect(writer.size === 0 ? valueGradient : gradientOf(value)).toEqual(valueGradient);

  // off the tape, on a tensor that is not contiguous
  const plain = tensor(data, { dtype }).reshape(shape);
  const target = isTransposed ? plain.t().contiguous().t() : plain;
  target.set(given, value.detach());
  expect([...target.toTypedArray()]).toEqual(expected);
}

test("at and set, with gradients, on random indices", { timeout: 300_000 }, () => {
  fc.assert(
    fc.property(
      shapes,
      fc.array(fc.nat(999_983), { minLength: 60, maxLength: 120 }),
      fc.boolean(),
      (shape, numbers, isDouble) => check(shape, new Choices(numbers), isDouble ? "float64" : "float32"),
    ),
    { numRuns, seed },
  );
});
