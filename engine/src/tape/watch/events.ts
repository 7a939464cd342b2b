/** Telling the program of each operation as it is recorded, and of each cotangent as it is formed. */
import { ambient } from "../../platform/ambient.ts";
import { GradError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { currentSite } from "../graph/call-site.ts";
import type { HookHandle } from "../graph/hooks.ts";
import { addTo } from "../graph/hooks.ts";
import type { Node, TapeOp } from "../graph/node.ts";
import { scopePath } from "../graph/scope.ts";
import { runUserCode } from "../graph/user-code.ts";

/** Which operations a hook is told of; all where nothing is said. */
export interface EventFilter {
  /** Name of the op, or a pattern for it. */
  readonly op?: string | RegExp;
  /** A part of the path of scopes, such as `"encoder/attention"`, or a pattern for it. */
  readonly scope?: string | RegExp;
  /** Execution count of the notebook's cell. */
  readonly cell?: number;
}

/** What both kinds of hooks are told. */
export interface TapeEvent {
  readonly node: Node;
  /** Name of the op. */
  readonly op: string;
  /** What the tape view calls it. */
  readonly label: string;
  /** Names of the open scopes, joined by `/`. */
  readonly scope: string;
  /** Line of the program, where it is known. */
  readonly site: Site | null;
  /** Ends what runs, forward or backward, with an error of type Stopped. */
  stop(reason?: string): never;
}

/** An operation that was recorded. */
export interface RecordEvent extends TapeEvent {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** The cotangents of a node's outputs, before its rule is applied. */
export interface GradientEvent extends TapeEvent {
  readonly gradients: readonly (Tensor | null)[];
}

/** A returned tensor, or a list for several outputs, is what the program goes on with. */
export type RecordHook = (event: RecordEvent) => Tensor | readonly Tensor[] | undefined | void;

/** A returned tensor, or a list for several outputs, replaces the cotangents; `null` lets none of them through. */
export type GradientHook = (event: GradientEvent) => Tensor | readonly (Tensor | null)[] | null | undefined | void;

/** Thrown by `event.stop()`. */
export class Stopped extends Error {
  override readonly name: string = "Stopped";
}

interface Listener<H> {
  readonly hook: H;
  readonly filter: EventFilter;
}

const onRecords: Listener<RecordHook>[] = [];
const onGradients: Listener<GradientHook>[] = [];
/** Whether a hook runs: hooks are not told of what hooks do. */
const state = ambient(() => ({ telling: false }));

/** Called for each op that ran. */
export type Observer = (
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
) => void;

const observed = ambient(() => ({ observer: null as Observer | null }));

/** Whether an observer is told of ops. */
export const opsAreObserved = (): boolean => observed.observer !== null;

/** Runs `body`, telling `observe` of each op in it. */
export function observing<T>(observe: Observer, body: () => T): T {
  const before = observed.observer;
  observed.observer = observe;
  try {
    return body();
  } finally {
    observed.observer = before;
  }
}

/** Tells the observer of an op. */
export function observeOp(
  op: TapeOp<unknown>,
  inputs: readonly Tensor[],
  params: unknown,
  outputs: readonly Tensor[],
): void {
  const { observer } = observed;
  if (observer !== null) runUserCode([...inputs, ...outputs], () => observer(op, inputs, params, outputs));
}

/** Whether anybody listens to recording. */
export const recordsAreHeard = (): boolean => onRecords.length > 0 && !state.telling;

/**
 * Calls `hook` for every operation as it is recorded. A returned tensor takes the place of the result, so that values can be replaced in a running
 * model; what the hook itself computes is recorded without telling.
 * @example
 * const seen: string[] = [];
 * const x = tensor([1, 2], { requiresGrad: true });
 * const handle = inspect.onRecord((event) => void seen.push(event.op));
 * x.mul(2).sum();
 * handle.remove();
 * seen; // ["mul", "sum"]
 */
export function onRecord(hook: RecordHook, filter: EventFilter = {}): HookHandle {
  return addTo(onRecords, { hook, filter });
}

/**
 * Calls `hook` with the cotangents of every operation as backward forms them. What it returns replaces them; `null` stops them there.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const handle = inspect.onGradient(({ gradients: [g] }) => g?.mul(10), { op: "mul" });
 * x.mul(2).sum().backward();
 * handle.remove();
 * x.grad!.toArray(); // [20, 20]
 */
export function onGradient(hook: GradientHook, filter: EventFilter = {}): HookHandle {
  return addTo(onGradients, { hook, filter });
}

const fits = (pattern: string | RegExp | undefined, text: string, whole: boolean): boolean =>
  pattern === undefined ||
  (typeof pattern === "string"
    ? whole
      ? text === pattern
      : `/${text}/`.includes(`/${pattern}/`)
    : pattern.test(text));

function matches({ op, scope, cell }: EventFilter, event: TapeEvent): boolean {
  return (
    fits(op, event.op, true) && fits(scope, event.scope, false) && (cell === undefined || event.site?.count === cell)
  );
}

const about = (node: Node, now: PendingSite | null = null): TapeEvent => ({
  node,
  op: node.op.name,
  label: node.op.label(node.params),
  scope: scopePath(node.scope),
  get site() {
    return (node.watched?.site ?? now)?.resolve() ?? null;
  },
  stop: (reason = `stopped at ${node.op.name}`) => {
    throw new Stopped(reason);
  },
});

/** Adds to an event without reading its site. */
const with_ = <T extends object>(event: TapeEvent, more: T): TapeEvent & T =>
  Object.defineProperties(more, Object.getOwnPropertyDescriptors(event)) as TapeEvent & T;

function quietly<T>(body: () => T): T {
  state.telling = true;
  try {
    return body();
  } finally {
    state.telling = false;
  }
}

/** Tells of a recorded operation; gives the outputs that the program goes on with. */
export function tellRecord(node: Node, inputs: readonly Tensor[], outputs: readonly Tensor[]): readonly Tensor[] {
  let now = outputs;
  const event = about(node, node.watched?.site ? null : currentSite());
  for (const { hook, filter } of onRecords.slice()) {
    if (!matches(filter, event)) continue;
    const result = runUserCode([...inputs, ...now], () => quietly(() => hook(with_(event, { inputs, outputs: now }))));
    if (result === undefined) continue;
    const list = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
    if (list.length !== now.length)
      throw new GradError("onRecord", `a hook must return ${now.length} tensors, but returned ${list.length}`);
    list.forEach((t, i) => {
      if (!sameShape(t.shape, now[i].shape))
        throw new ShapeError("onRecord", "a hook must return a tensor of the same shape", [now[i].shape, t.shape]);
    });
    now = list;
  }
  return now;
}

/** Tells of the cotangents of a node, which hooks may replace; false where none is left. */
export function tellGradient(node: Node, cotangents: (Tensor | null)[]): boolean {
  if (onGradients.length === 0 || state.telling) return true;
  const event = about(node);
  for (const { hook, filter } of onGradients.slice()) {
    if (!matches(filter, event)) continue;
    runUserCode(cotangents, () => {
      const result = quietly(() => hook(with_(event, { gradients: cotangents.slice() })));
      if (result === undefined) return;
      const list = (
        result === null ? cotangents.map(() => null) : Array.isArray(result) ? result : [result]
      ) as readonly (Tensor | null)[];
      list.forEach((g, i) => {
        const before = cotangents[i] ?? null;
        if (g !== null && !sameShape(g.shape, node.outputMetas[i].shape))
          throw new ShapeError("onGradient", "a hook must return a gradient of the same shape", [
            node.outputMetas[i].shape,
            g.shape,
          ]);
        if (g !== before) cotangents[i] = g;
      });
    });
  }
  return cotangents.some((g) => g !== null);
}
