/**
 * What the inspector wants to see of a node: its output, its cotangents, its saved tensors, its line. Keeping them costs
 * memory and a stack capture, so it is off by default, and in a notebook on for the first nodes of each cell run.
 */
import { ambient, during } from "../../platform/ambient.ts";
import { packageFolder } from "../../platform/package.ts";
import type { PendingSite, Site } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { currentScope, type Scope } from "../graph/scope.ts";

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

/** Of the nodes that are watched: how many may be, how many may be by now, and how many there were. The last line of a composite op is kept. */
const current = ambient(() => ({
  budget: 0,
  allowed: 0,
  count: 0,
  began: 0,
  capture: null as (() => PendingSite | null) | null,
  lastScope: null as Scope | null,
  lastSite: null as PendingSite | null,
}));

/** Watches the next `nodes` recorded operations; 0 turns it off. */
export function setWatch(options: WatchOptions): void {
  const { nodes, first = nodes, site = null } = options;
  current.budget = nodes;
  current.allowed = Math.min(first, nodes);
  current.count = 0;
  current.began = performance.now();
  current.capture = site;
}

/** A line captured once for all operations of a composite op, which are called from one. */
function oncePerOp(take: () => PendingSite | null): PendingSite | null {
  const scope = currentScope();
  if (scope === null || scope.kind !== "op") return take();
  if (scope !== current.lastScope) [current.lastScope, current.lastSite] = [scope, take()];
  return current.lastSite;
}

/** The line that runs now; `null` where nothing captures lines. */
export const currentSite = (): PendingSite | null => (current.capture === null ? null : oncePerOp(current.capture));

/** What `setDetectAnomaly` was last called with; it outlives a terminated program. */
let anomaliesByDefault = false;

/** Whether anomaly mode is on, and whether an error is being described, while nothing is looked at. */
const anomalies = ambient(() => ({ wanted: anomaliesByDefault, describing: false }));

/** Whether NaN and infinity are looked for, and lines are kept for telling of them. */
export const isAnomalyEnabled = (): boolean => anomalies.wanted;

/** Whether results are looked at now. */
export const findsAnomalies = (): boolean => anomalies.wanted && !anomalies.describing;

/** Switches anomaly mode for the rest of the program. */
export function setDetectAnomaly(enabled: boolean): void {
  anomaliesByDefault = enabled;
  anomalies.wanted = enabled;
}

/** Runs `body` in anomaly mode; an async body until its promise settles. */
export function withAnomalies<T>(body: () => T): T {
  const before = anomalies.wanted;
  anomalies.wanted = true;
  return during(body, () => {
    anomalies.wanted = before;
  });
}

/** Runs `body` without looking at results. */
export function whileDescribing<T>(body: () => T): T {
  anomalies.describing = true;
  return during(body, () => {
    anomalies.describing = false;
  });
}

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
        if (file === undefined || file.startsWith(packageFolder) || `file://${file}`.startsWith(packageFolder))
          continue;
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
  if (current.budget === 0) return null;
  const count = ++current.count;
  if (count > current.allowed) {
    if (current.capture === null || count % sampled !== 0) return null;
    const affordable = ((performance.now() - current.began) * share) / costOfNode;
    current.allowed = Math.min(current.budget, Math.max(current.allowed, affordable));
    return watched(currentSite(), nothing, nothing);
  }
  return watched(currentSite(), inputs, isList(outputs) ? outputs : [outputs]);
}

const isList = (outputs: Tensor | readonly Tensor[]): outputs is readonly Tensor[] => Array.isArray(outputs);

/** A node of which only the line is kept. */
export const sited = (site: PendingSite): Watched => watched(site, nothing, nothing);

/** Whether the node keeps what it was watched for, and not only its call site. */
export const keepsTensors = (w: Watched | null): w is Watched => w !== null && w.outputs.length > 0;
