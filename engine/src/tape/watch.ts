/**
 * What the inspector wants to see of a node: its output, its cotangents, its saved tensors, its line. Keeping them costs
 * memory and a stack capture, so it is off by default, and in a notebook on for the first nodes of each cell run.
 */
import type { PendingSite, Site } from "../tensor/site.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { currentScope, type Scope } from "./scope.ts";

export type { PendingSite, Site };

/** What a watched node keeps until the graph is dropped. */
export interface Watched {
  readonly site: PendingSite | null;
  readonly inputs: readonly Tensor[];
  readonly outputs: readonly Tensor[];
  /** Saved inputs and outputs, kept here after backward has released its own. */
  saved: readonly { readonly name: string; readonly tensor: Tensor }[];
  /** Cotangents of the outputs, once backward has formed them. */
  cotangents: (Tensor | null)[] | null;
  /** What the rule sent on to each input. */
  contributions: (Tensor | null)[] | null;
}

/** How much is watched. */
export interface WatchOptions {
  /** How many nodes from now on are watched. */
  readonly nodes: number;
  /** How many of them at once, whatever it costs; the others as time goes by, so that watching takes at most a twentieth of it. All by default. */
  readonly first?: number;
  /** Captures the caller's line. */
  readonly site?: () => PendingSite | null;
}

/** What watching a node costs, with a stack and tensors that live longer, in milliseconds: measured. */
const costOfNode = 0.004;
const share = 0.05;
/** Of the nodes that are not watched, every so many have their call site kept. */
const sampled = 64;

declare const performance: { now(): number };

let budget = 0;
let allowed = 0;
let count = 0;
let began = 0;
let capture: (() => PendingSite | null) | null = null;

/** Watches the next `nodes` recorded operations; 0 turns it off. */
export function setWatch(options: WatchOptions): void {
  budget = options.nodes;
  allowed = Math.min(options.first ?? options.nodes, options.nodes);
  count = 0;
  began = performance.now();
  capture = options.site ?? null;
}

let lastScope: Scope | null = null;
let lastSite: PendingSite | null = null;

/** A line captured once for all operations of a composite op, which are called from one. */
function oncePerOp(take: () => PendingSite | null): PendingSite | null {
  const scope = currentScope();
  if (scope === null || scope.kind !== "op") return take();
  if (scope !== lastScope) [lastScope, lastSite] = [scope, take()];
  return lastSite;
}

/** The line that runs now; `null` where nothing captures lines. */
export const currentSite = (): PendingSite | null => (capture === null ? null : oncePerOp(capture));

let anomalies = false;

/** Whether NaN and infinity are looked for, and lines are kept for telling of them. */
export const isAnomalyEnabled = (): boolean => anomalies;

/** Switches anomaly mode for the rest of the program. */
export function setDetectAnomaly(enabled: boolean): void {
  anomalies = enabled;
}

const ownFolder = new URL("..", import.meta.url).href;

/** The first line of the stack that is not the engine's own, where nobody captures lines. */
export const stackSite = (): PendingSite => oncePerOp(ownStack) as PendingSite;

/** Frames that are looked through: modules within modules have many. */
const deepest = 40;

declare const Error: ErrorConstructor & { stackTraceLimit?: number };

function ownStack(): PendingSite {
  // the text of a stack is made when it is read
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = deepest;
  const captured = new Error();
  Error.stackTraceLimit = limit;
  return {
    resolve(): Site | null {
      for (const line of (captured.stack ?? "").split("\n")) {
        const [, file, row, column] = /\(?((?:file:\/\/|\/|[A-Za-z]:|https?:)[^()]*?):(\d+):(\d+)\)?$/.exec(line) ?? [];
        if (file === undefined || file.startsWith(ownFolder) || `file://${file}`.startsWith(ownFolder)) continue;
        return { file, cellId: null, count: null, line: Number(row), column: Number(column) };
      }
      return null;
    },
  };
}

const nothing: readonly never[] = [];

const watched = (site: PendingSite | null, inputs: readonly Tensor[], outputs: readonly Tensor[]): Watched => ({
  site,
  inputs,
  outputs,
  saved: nothing,
  cotangents: null,
  contributions: null,
});

/** Takes one node out of the budget; beyond it, samples call sites. */
export function watch(inputs: readonly Tensor[], outputs: Tensor | readonly Tensor[]): Watched | null {
  if (budget === 0) return null;
  count++;
  if (count > allowed) {
    if (capture === null || count % sampled !== 0) return null;
    allowed = Math.min(budget, Math.max(allowed, ((performance.now() - began) * share) / costOfNode));
    return watched(currentSite(), nothing, nothing);
  }
  return watched(currentSite(), inputs, isList(outputs) ? outputs : [outputs]);
}

const isList = (outputs: Tensor | readonly Tensor[]): outputs is readonly Tensor[] => Array.isArray(outputs);

/** A node of which only the line is kept. */
export const sited = (site: PendingSite): Watched => watched(site, nothing, nothing);

/** Whether the node keeps what it was watched for, and not only its call site. */
export const keepsTensors = (w: Watched | null): w is Watched => w !== null && w.outputs.length > 0;
