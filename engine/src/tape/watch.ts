/**
 * What the inspector wants to see of a node: its output, its cotangents, its saved tensors, its line. Keeping them costs
 * memory and a stack capture, so it is off by default, and in a notebook on for the first nodes of each cell run.
 */
import type { Tensor } from "../tensor/tensor.ts";

/** Where in the user's code an operation was called. */
export interface Site {
  /** Identity of the cell or file. */
  readonly file: string;
  /** JupyterLab's id of the cell, when there is one. */
  readonly cellId: string | null;
  /** Execution count of the cell. */
  readonly count: number | null;
  /** 1-based. */
  readonly line: number;
  readonly column: number;
}

/** A call site, captured now and worked out when it is read. */
export interface PendingSite {
  resolve(): Site | null;
}

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
export function watch(inputs: readonly Tensor[], outputs: readonly Tensor[]): Watched | null {
  if (budget === 0) return null;
  count++;
  if (count > allowed) {
    if (capture === null || count % sampled !== 0) return null;
    allowed = Math.min(budget, Math.max(allowed, ((performance.now() - began) * share) / costOfNode));
    return watched(capture(), nothing, nothing);
  }
  return watched(capture === null ? null : capture(), inputs, outputs);
}

/** Whether the node keeps what it was watched for, and not only its call site. */
export const keepsTensors = (w: Watched | null): w is Watched => w !== null && w.outputs.length > 0;
