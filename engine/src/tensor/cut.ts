/**
 * Cuts: places where a value left the tape, so that gradients do not flow back. A tensor that is off the tape has the cuts through which taped values came into it. They hold names
 * and numbers alone, so that they keep neither graphs nor elements alive.
 */
import type { Shape } from "./shape.ts";
import type { Site } from "./site.ts";

/**
 * The way in which a value left the tape. `"detach"`: by detach. `"no-grad"`: an op was not recorded inside of noGrad. `"no-derivative"`: an op has no gradient, such as argmax or a
 * comparison. `"copy"`: a new tensor or parameter was made of it. `"array"`: its elements were read, and a new tensor was made of them.
 */
export type CutKind = "detach" | "no-grad" | "no-derivative" | "copy" | "array";

/** An op on the trail of a value. */
export interface TrailStep {
  /** Number of the node when the trail was first taken. */
  readonly seq: number;
  readonly op: string;
  readonly scope: string;
  readonly shape: Shape;
  readonly site: Site | null;
  /** Numbers of the nodes of its inputs. */
  readonly inputs: readonly number[];
}

/** The trail of a taped value: the leaves that it was computed from, and the last of the ops on the way. */
export interface Trail {
  /** Number of the node of the value when the trail was first taken. */
  readonly seq: number;
  /** The op that computed the value; `null` for a leaf. */
  readonly op: string | null;
  /** Numbers of the accumulators of its leaves. */
  readonly leaves: ReadonlySet<number>;
  /** The last ops, the latest first; none for a leaf. */
  readonly steps: readonly TrailStep[];
  /** Whether `leaves` has all leaves. */
  readonly isComplete: boolean;
  /** The cuts through which other values came into the graph. */
  readonly cuts: readonly Cut[];
  /** Lines at which values of this trail left the tape, by kind and op. */
  readonly sites: Map<string, Site>;
  /** The cuts of a leaf by op, which a program that repeats its steps shares; `null` for other values. */
  readonly own: Map<string, Cut> | null;
}

/**
 * The certainty that a tensor was made of elements that were read. `"elements"`: they are the same. `"common"`: they are, but occur everywhere. `"count"`: only their number is, so that
 * they may have been computed from those that were read.
 */
export type Match = "elements" | "common" | "count";

/** A place where a value left the tape, and the cuts of other operands. */
export class Cut {
  readonly kind: CutKind;
  /** The op or method. */
  readonly op: string;
  readonly shape: Shape;
  /** Number of the node of the value. */
  readonly from: number;
  readonly trail: Trail;
  readonly site: Site | null;
  /** The certainty of a value that was found again after its elements had been read; `null` for one that the tensor was made of itself. */
  readonly match: Match | null;
  /** The cuts of the other values that came together in the tensor. */
  readonly left: Cut | null;
  readonly right: Cut | null;
  /** Number of cuts in all, this one included. */
  readonly size: number;
  /** The last cut that came together with this one, and both as one: a program repeats its steps. */
  other: Cut | null = null;
  both: Cut | null = null;
  /** The trails of the cuts in it that are certain, listed when first asked for; `null` before. */
  #trails: ReadonlySet<Trail> | null = null;

  constructor(
    kind: CutKind,
    op: string,
    shape: Shape,
    from: number,
    trail: Trail,
    site: Site | null,
    match: Match | null = null,
    left: Cut | null = null,
    right: Cut | null = null,
    size = 1,
  ) {
    this.kind = kind;
    this.op = op;
    this.shape = shape;
    this.from = from;
    this.trail = trail;
    this.site = site;
    this.match = match;
    this.left = left;
    this.right = right;
    this.size = size;
  }

  /** Whether a value of the trail is known to be among those that came together. */
  has(trail: Trail): boolean {
    if (this.size === 1) return this.trail === trail && this.match !== "count";
    this.#trails ??= new Set(cutsIn(this).flatMap((cut) => (cut.match === "count" ? [] : [cut.trail])));
    return this.#trails.has(trail);
  }

  /** Returns the cut beside others. */
  beside(left: Cut | null, right: Cut | null, size: number): Cut {
    return new Cut(this.kind, this.op, this.shape, this.from, this.trail, this.site, this.match, left, right, size);
  }

  /** Returns the cut for a tensor that was made of numbers after the elements of the value had been read. */
  asRead(match: Match): Cut {
    const { kind, op, shape, from, trail, site, left, right, size } = this;
    return new Cut(kind, op, shape, from, trail, site, match, left, right, size);
  }
}

/** Returns all cuts that came together, each once. */
export function cutsIn(cut: Cut | null): Cut[] {
  const found: Cut[] = [];
  const seen = new Set<Cut>();
  const stack = [cut];
  for (let c = stack.pop(); c !== undefined; c = stack.pop()) {
    if (c === null || seen.has(c)) continue;
    seen.add(c);
    found.push(c);
    stack.push(c.right, c.left);
  }
  return found;
}

/** Cuts that are kept beside each other; of more, those with different trails. */
const maxTogether = 48;

/** Returns both cuts as one. One of the same trail as the other adds nothing. */
export function together(a: Cut | null, b: Cut | null): Cut | null {
  if (a === null || a === b) return b;
  if (b === null) return a;
  if (a.trail === b.trail && a.size === 1 && b.size === 1) return a.match === "count" ? b : a;
  if (a.other === b) return a.both;
  // a chain of ops with the same parameters adds nothing to what came together before
  if (b.size === 1 && a.has(b.trail)) return a;
  if (a.size === 1 && b.has(a.trail)) return b;
  a.other = b;
  a.both = joined(a, b);
  return a.both;
}

function joined(a: Cut, b: Cut): Cut {
  const known = cutsIn(a);
  // a cut that is certain says more than a guess about the same value
  const isKnown = (cut: Cut): boolean =>
    known.some((k) => k.trail === cut.trail && (cut.match === "count" || k.match !== "count"));
  if (cutsIn(b).every(isKnown)) return a;
  const size = a.size + b.size;
  return size <= maxTogether ? a.beside(a, b, size) : compacted([...cutsIn(a), ...cutsIn(b)]);
}

/** Returns as many of the cuts as have different trails, as one. */
function compacted(cuts: readonly Cut[]): Cut {
  const byTrail = new Map(cuts.map((cut) => [cut.trail, cut]));
  const kept = [...byTrail.values()].slice(-(maxTogether >> 1));
  return kept.reduce<Cut | null>((all, cut) => cut.beside(all, null, (all?.size ?? 0) + 1), null) as Cut;
}
