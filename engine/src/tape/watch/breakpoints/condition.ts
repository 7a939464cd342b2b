/** The conditions of breakpoints. */
import { isComplex, isFloating } from "../../../tensor/dtype.ts";
import { physicalOf } from "../../../tensor/physical.ts";
import type { Frame } from "../../../tensor/site.ts";
import type { Storage } from "../../../tensor/storage/storage.ts";
import { contiguousArray } from "../../../tensor/strided.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import type { Scope } from "../../graph/scope.ts";
import { type EventFilter, matchesOp } from "../events.ts";
import { contents, isFinite } from "../finite.ts";
import type { BreakEvent, BreakPhase } from "./event.ts";

/**
 * Elements that a breakpoint waits for. `"nan"`, `"infinite"` and `"notFinite"` (either) stop where such elements first appear, and not again at the values that are
 * computed from them. `"zero"`: all elements are 0, in a tensor of floats.
 */
export type BreakValue = "nan" | "infinite" | "notFinite" | "zero";

/** A condition: all fields that are given must hold. */
export interface BreakCondition extends Pick<EventFilter, "op" | "scope"> {
  /** The elements of a result or gradient. */
  readonly value?: BreakValue;
  /** The Euclidean norm of a result or gradient is larger. */
  readonly normAbove?: number;
  /** The shape of a result or gradient; `null` stands for any size. */
  readonly shape?: readonly (number | null)[];
  /** The cell that called the op, itself or in a function that the cell calls: its execution count, or the front end's id of the cell. */
  readonly cell?: number | string;
  /** The line, from 1, of the cell or file. */
  readonly line?: number;
  /** The end of the path of the file that called the op, such as `"model.ts"`. */
  readonly file?: string;
  /** A function of the event that returns whether to stop. */
  readonly when?: (event: BreakEvent) => boolean;
}

const isFloat = ({ dtype }: Tensor): boolean => isFloating(dtype) || isComplex(dtype);

/** Whether a tensor has the elements. */
const hasValue: Readonly<Record<BreakValue, (t: Tensor) => boolean>> = {
  nan: (t) => isFloat(t) && contents(t).nan,
  infinite: (t) => isFloat(t) && contents(t).infinite,
  notFinite: (t) => isFloat(t) && !isFinite(t),
  zero: (t) => isFloat(t) && t.numel() > 0 && contiguousArray(t).every((v) => v === 0),
};

/** Whether a tensor has the elements, in any member of a batch. */
export const holds = (value: BreakValue, t: Tensor): boolean => hasValue[value](physicalOf(t));

/** Returns the Euclidean norm of the elements. */
export function normOf(t: Tensor): number {
  let sum = 0;
  for (const v of contiguousArray(physicalOf(t))) sum += v * v;
  return Math.sqrt(sum);
}

const isShape = (pattern: readonly (number | null)[], { shape }: Tensor): boolean =>
  pattern.length === shape.length && pattern.every((n, d) => n === null || n === shape[d]);

/** Returns the innermost composite op with the name among the scopes. */
function compositeOf(op: string | RegExp | undefined, innermost: Scope | null): Scope | null {
  for (let s = innermost; s !== null; s = s.parent)
    if (s.kind === "op" && op !== undefined && (typeof op === "string" ? op === s.name : op.test(s.name))) return s;
  return null;
}

const isAt = ({ cell, line, file }: BreakCondition, at: Pick<Frame, "cellId" | "count" | "line" | "file">): boolean =>
  (cell === undefined || (typeof cell === "number" ? at.count === cell : at.cellId === cell)) &&
  (line === undefined || at.line === line) &&
  (file === undefined || at.file === file || at.file.endsWith(`/${file}`));

/** A condition with what it has seen. */
export class Condition {
  readonly given: BreakCondition;
  /** Storages with elements that are not finite and were reported, or computed from such. */
  readonly #known = new WeakSet<Storage>();
  /** The call of a composite op at which it stopped last in each direction: it stops once in each call. */
  readonly #composite: Partial<Record<BreakPhase, Scope>> = {};
  /** The number of the last walk in which a gradient rule computed elements that are not finite. */
  #walk: number | null = null;

  constructor(given: BreakCondition) {
    this.given = given;
  }

  /** Whether an event meets the condition. `walk`: the number of the walk that runs, or `null`. */
  matches(event: BreakEvent, walk: number | null): boolean {
    const { value, normAbove, shape, when } = this.given;
    if (event.moment === "contribution" && (value === undefined || value === "zero")) return false;
    if (event.moment === "leaf" && value === undefined && normAbove === undefined && when === undefined) return false;
    if (!this.#isOp(event)) return false;
    if (shape !== undefined && !event.values.some((t) => isShape(shape, t))) return false;
    if (
      normAbove !== undefined &&
      (event.moment === "contribution" || !event.values.some((t) => normOf(t) > normAbove))
    )
      return false;
    if (!this.#isPlace(event)) return false;
    if (value !== undefined && !this.#isValue(value, event, walk)) return false;
    return when === undefined || (event.moment !== "contribution" && when(event));
  }

  /** Notes that elements of `from` are copied to `to`. */
  overwrites(to: Storage, from: Storage): void {
    if (this.#known.has(from)) this.#known.add(to);
  }

  #isOp(event: BreakEvent): boolean {
    const { op, scope, value, normAbove, shape, when } = this.given;
    const within = scope === undefined ? {} : { scope };
    if (matchesOp(op === undefined ? within : { op, ...within }, event.op, event.innermostScope)) return true;
    const composite = compositeOf(op, event.innermostScope);
    if (composite === null || !matchesOp(within, "", event.innermostScope)) return false;
    // any op of the composite can have the elements
    if (value !== undefined || normAbove !== undefined || shape !== undefined || when !== undefined) return true;
    const isNew = composite !== this.#composite[event.phase];
    this.#composite[event.phase] = composite;
    return isNew;
  }

  #isPlace(event: BreakEvent): boolean {
    const { cell, line, file } = this.given;
    if (cell === undefined && line === undefined && file === undefined) return true;
    const site = event.callSite;
    if (site === null) return false;
    const at = site.resolve();
    return (at !== null && isAt(this.given, at)) || (site.stack?.() ?? []).some((frame) => isAt(this.given, frame));
  }

  /** Whether a tensor of the event has the elements; elements that are not finite count where they first appear. */
  #isValue(value: BreakValue, event: BreakEvent, walk: number | null): boolean {
    const found = event.values.filter((t) => holds(value, t));
    if (found.length === 0) return false;
    if (value === "zero") return true;
    const isKnown = this.#isKnown(value, event, walk);
    for (const t of found) this.#known.add(t.storage);
    if (event.moment === "contribution") this.#walk = walk;
    for (const t of [...event.inputs, ...event.gradients])
      if (t !== null && holds(value, t)) this.#known.add(t.storage);
    return !isKnown;
  }

  /** Whether the elements come from a tensor that is known to have such. */
  #isKnown(value: BreakValue, { moment, node, inputs, gradients }: BreakEvent, walk: number | null): boolean {
    const isBad = (t: Tensor | null): boolean => t !== null && this.#known.has(t.storage) && holds(value, t);
    if (moment === "result") return inputs.some(isBad);
    // a sum of contributions has a storage of its own
    if (moment !== "contribution") return walk !== null && this.#walk === walk;
    return gradients.some(isBad) || (node?.savedTensors() ?? []).some(({ tensor }) => isBad(tensor));
  }
}

const quoted = (x: string | RegExp): string => (typeof x === "string" ? x : String(x));

const valueWords: Readonly<Record<BreakValue, string>> = {
  nan: "NaN",
  infinite: "infinite elements",
  notFinite: "NaN or infinite elements",
  zero: "all elements 0",
};

/** Returns the condition in words, such as `NaN, op softmax, scope encoder`. */
export function conditionText({ value, normAbove, op, shape, scope, cell, line, file, when }: BreakCondition): string {
  const parts = [
    value === undefined ? "" : valueWords[value],
    normAbove === undefined ? "" : `norm above ${normAbove}`,
    op === undefined ? "" : `op ${quoted(op)}`,
    shape === undefined ? "" : `shape [${shape.map((n) => n ?? "any").join(", ")}]`,
    scope === undefined ? "" : `scope ${quoted(scope)}`,
    cell === undefined ? "" : `cell ${cell}`,
    line === undefined ? "" : `line ${line}`,
    file === undefined ? "" : `file ${file}`,
    when === undefined ? "" : functionText(when),
  ];
  return parts.filter((part) => part !== "").join(", ") || "every op";
}

const maxText = 60;

/** Returns the source of a predicate on one line, cut where it is long. */
function functionText(f: Function): string {
  const text = String(f).replaceAll(/\s+/g, " ");
  return text.length > maxText ? `${text.slice(0, maxText - 1)}…` : text;
}
