/** `onRecord` and `onGradient`: hooks of the program on all recorded ops and all cotangents. */
import { ambient } from "../../platform/ambient.ts";
import { GradError, ShapeError } from "../../tensor/errors.ts";
import { sameShape } from "../../tensor/shape.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { currentSite } from "../graph/call-site.ts";
import type { HookHandle } from "../graph/hooks.ts";
import { listen } from "../graph/listener.ts";
import type { Node } from "../graph/node.ts";
import { type Scope, scopePath } from "../graph/scope.ts";
import { runUserCode } from "../graph/user-code.ts";

/** The ops for which a hook is called. A field that is absent allows all. */
export interface EventFilter {
  /** The name of the op, or a pattern. */
  readonly op?: string | RegExp;
  /** Consecutive names in the path of scopes, such as `"encoder/attention"`, or a pattern. */
  readonly scope?: string | RegExp;
  /** The execution count of the notebook cell that called the op. */
  readonly cell?: number;
}

/** The node that a hook is called for. */
export interface TapeEvent {
  readonly node: Node;
  /** The name of the op. */
  readonly op: string;
  /** The text of the node in the tape view. */
  readonly label: string;
  /** The names of the scopes that were open, outermost first, joined by `/`. */
  readonly scope: string;
  /** The line of the call, where it is known. */
  readonly site: Site | null;
  /** Throws an error of type `Stopped`, which ends the forward or backward pass. */
  stop(reason?: string): never;
}

/** The event of an op that was recorded. */
export interface RecordEvent extends TapeEvent {
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
}

/** The event of the cotangents of a node's outputs, before its gradient rule is applied. */
export interface GradientEvent extends TapeEvent {
  readonly gradients: readonly (Tensor | null)[];
}

/** A hook on recorded ops. A returned tensor, or a list for several outputs, replaces the outputs. */
export type RecordHook = (event: RecordEvent) => Tensor | readonly Tensor[] | undefined | void;

/** A hook on cotangents. A returned tensor, or a list for several outputs, replaces them; `null` stops backward at the node. */
export type GradientHook = (event: GradientEvent) => Tensor | readonly (Tensor | null)[] | null | undefined | void;

/** Thrown by `event.stop()`. */
export class Stopped extends Error {
  override readonly name: string = "Stopped";
}

/** Whether a hook runs: hooks are not called for ops that a hook runs. */
const current = ambient(() => ({ calling: false }));

/**
 * Registers a hook that is called for every op when it is recorded. A returned tensor replaces the result, so that values can be replaced in a running model.
 * Ops that the hook itself runs are recorded without calling hooks.
 * @example
 * const seen: string[] = [];
 * const x = tensor([1, 2], { requiresGrad: true });
 * const handle = inspect.onRecord((event) => void seen.push(event.op));
 * x.mul(2).sum();
 * handle.remove();
 * seen; // ["mul", "sum"]
 */
export function onRecord(hook: RecordHook, filter: EventFilter = {}): HookHandle {
  return listen({
    opRecorded(node, inputs, outputs): readonly Tensor[] | undefined {
      // the program has the outputs of a custom op already, so that none can be replaced
      if (node.op.custom === true || current.calling || !matches(filter, node)) return undefined;
      const event = eventOf(node, node.watched?.site ?? currentSite());
      if (!isFromCell(filter, event)) return undefined;
      return callRecordHook(hook, event, inputs, outputs);
    },
  });
}

/**
 * Registers a hook that backward calls with the cotangents of every op. A returned tensor or list replaces them; `null` stops backward at the node.
 * @example
 * const x = tensor([1, 2], { requiresGrad: true });
 * const handle = inspect.onGradient(({ gradients: [g] }) => g?.mul(10), { op: "mul" });
 * x.mul(2).sum().backward();
 * handle.remove();
 * x.grad!.toArray(); // [20, 20]
 */
export function onGradient(hook: GradientHook, filter: EventFilter = {}): HookHandle {
  return listen({
    cotangentsFormed(node, cotangents): void {
      if (current.calling || !matches(filter, node)) return;
      const event = eventOf(node, node.watched?.site ?? null);
      if (isFromCell(filter, event)) callGradientHook(hook, event, cotangents);
    },
  });
}

const fits = (pattern: string | RegExp | undefined, text: string, whole: boolean): boolean =>
  pattern === undefined ||
  (typeof pattern === "string"
    ? whole
      ? text === pattern
      : `/${text}/`.includes(`/${pattern}/`)
    : pattern.test(text));

/** Whether the filter allows an op in a scope. The cell is not compared. */
export const matchesOp = ({ op, scope }: EventFilter, name: string, within: Scope | null): boolean =>
  fits(op, name, true) && (scope === undefined || fits(scope, scopePath(within), false));

const matches = (filter: EventFilter, node: Node): boolean => matchesOp(filter, node.op.name, node.scope);

const isFromCell = ({ cell }: EventFilter, event: TapeEvent): boolean =>
  cell === undefined || event.site?.count === cell;

const eventOf = (node: Node, site: PendingSite | null): TapeEvent => ({
  node,
  op: node.op.name,
  label: node.op.label(node.params),
  scope: scopePath(node.scope),
  get site() {
    return site?.resolve() ?? null;
  },
  stop: (reason = `stopped at ${node.op.name}`) => {
    throw new Stopped(reason);
  },
});

/** Adds fields to an event without resolving its site. */
const extended = <T extends object>(event: TapeEvent, fields: T): TapeEvent & T =>
  Object.defineProperties(fields, Object.getOwnPropertyDescriptors(event)) as TapeEvent & T;

/** Runs `body` without calling hooks. */
function withoutHooks<T>(body: () => T): T {
  current.calling = true;
  try {
    return body();
  } finally {
    current.calling = false;
  }
}

/** Calls a hook with the outputs of a recorded op. Returns the outputs that the program gets. */
function callRecordHook(
  hook: RecordHook,
  event: TapeEvent,
  inputs: readonly Tensor[],
  outputs: readonly Tensor[],
): readonly Tensor[] {
  const result = runUserCode([...inputs, ...outputs], () =>
    withoutHooks(() => hook(extended(event, { inputs, outputs }))),
  );
  if (result === undefined) return outputs;
  const list = (Array.isArray(result) ? result : [result]) as readonly Tensor[];
  if (list.length !== outputs.length)
    throw new GradError("onRecord", `a hook must return ${outputs.length} tensors, but returned ${list.length}`);
  list.forEach((t, i) => {
    if (!sameShape(t.shape, outputs[i].shape))
      throw new ShapeError("onRecord", "a hook must return a tensor of the same shape", [outputs[i].shape, t.shape]);
  });
  return list;
}

/** Calls a hook with the cotangents of a node, and puts those that it returns in their place. */
function callGradientHook(hook: GradientHook, event: TapeEvent, cotangents: (Tensor | null)[]): void {
  const result = runUserCode(cotangents, () =>
    withoutHooks(() => hook(extended(event, { gradients: cotangents.slice() }))),
  );
  if (result === undefined) return;
  const list = (
    result === null ? cotangents.map(() => null) : Array.isArray(result) ? result : [result]
  ) as readonly (Tensor | null)[];
  list.forEach((g, i) => {
    const { shape } = event.node.outputMetas[i];
    if (g !== null && !sameShape(g.shape, shape))
      throw new ShapeError("onGradient", "a hook must return a gradient of the same shape", [shape, g.shape]);
    cotangents[i] = g;
  });
}
