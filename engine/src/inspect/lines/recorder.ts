/**
 * Observes which places in the code make tensors, and how large the gradients are that pass through them, for annotations of code lines. It observes the first ops of a
 * run, and later ones in bursts that take a small share of the time. Nothing is observed while it is stopped.
 */
import { registerOptimizerStepPostHook, registerOptimizerStepPreHook } from "../../optim/hooks.ts";
import { currentWalk } from "../../tape/backward/current-walk.ts";
import { currentSite } from "../../tape/graph/call-site.ts";
import type { HookHandle } from "../../tape/graph/hooks.ts";
import { listen, type TapeListener } from "../../tape/graph/listener.ts";
import { notesCuts } from "../../tape/graph/mode.ts";
import type { Node } from "../../tape/graph/node.ts";
import type { TapeOp } from "../../tape/graph/op.ts";
import type { PendingSite } from "../../tensor/site.ts";
import { peekGrad, type Tensor } from "../../tensor/tensor.ts";
import { Entry, normOf, type Position } from "./entry.ts";

/** Ops that are observed at the begin of a run, and in each burst after it. */
const [firstOps, burstOps] = [1000, 300];
/** Milliseconds that observing may take at the begin of a run, and the share of the time that it may take later. */
const [grant, share] = [50, 0.05];
/** Milliseconds that one piece of work counts at most: a longer one was interrupted by another process. */
const maxPiece = 2;
/** Places that are remembered; others are not observed. */
const maxEntries = 4000;
/** Frames of a stack that are observed. */
const maxFrames = 6;

declare const performance: { now(): number };

/** The last result of a place that is on the stack. */
interface Result {
  readonly op: TapeOp<unknown>;
  readonly output: Tensor;
  readonly node: Node | null;
  readonly position: Position;
}

/** Observes the ops of a program. */
export class LineRecorder {
  readonly #entries = new Map<string, Entry>();
  /** The entries of recorded results: of the call and of the calls around it. */
  #nodes = new WeakMap<Node, Entry[]>();
  /** Results of places on the stack, which the next op of the same place replaces. */
  #open = new Map<string, Result>();
  #changed = new Set<string>();
  #handles: readonly HookHandle[] = [];
  #order = 0;
  /** Ops that are still observed in the current burst. */
  #left = firstOps;
  #began = 0;
  #spent = 0;
  /** The innermost line of the last op that was observed. */
  #line = "";
  #isUpdating = false;

  /** Whether it observes. */
  get isListening(): boolean {
    return this.#handles.length > 0;
  }

  /** Starts to observe. */
  start(): void {
    if (this.isListening) return;
    this.#handles = [
      listen(this.#listener),
      registerOptimizerStepPreHook(() => {
        this.#isUpdating = true;
      }),
      registerOptimizerStepPostHook(() => {
        this.#isUpdating = false;
      }),
    ];
    this.beginRun();
  }

  /** Stops, and forgets everything. */
  stop(): void {
    for (const handle of this.#handles) handle.remove();
    this.#handles = [];
    this.#entries.clear();
    this.#nodes = new WeakMap();
    this.#open.clear();
    this.#changed.clear();
  }

  /** Begins the run of a cell, whose first ops are observed. */
  beginRun(): void {
    this.#left = firstOps;
    this.#began = performance.now();
    this.#spent = 0;
    this.#isUpdating = false;
    this.#line = "";
    this.#open.clear();
  }

  /** Ends the run, and returns the names of the files whose entries have changed since the last time. */
  endRun(): string[] {
    this.#commit([]);
    this.#open.clear();
    const files = [...this.#changed];
    this.#changed.clear();
    return files;
  }

  /** Returns the entries of a file, those with the latest tensor last. */
  entriesOf(file: string): Entry[] {
    return [...this.#entries.values()].filter((e) => e.position.file === file).sort((a, b) => a.order - b.order);
  }

  /** Forgets the entries of a file. */
  forget(file: string): void {
    for (const [key, { position }] of this.#entries) if (position.file === file) this.#entries.delete(key);
  }

  /** Returns whether an entry of a list made the result of a node. */
  madeBy(node: Node, entries: ReadonlySet<Entry>): boolean {
    return this.#nodes.get(node)?.some((entry) => entries.has(entry)) === true;
  }

  /** Notes a tensor that a line holds, where no op was observed, with the gradient of a leaf. */
  noteTensor(position: Position, t: Tensor): void {
    const entry = this.#entryAt(position);
    if (entry === null) return;
    entry.note("", undefined, t, ++this.#order, true);
    this.#changed.add(position.file);
    this.noteLeaf(entry, t);
  }

  /** Notes the gradient of a leaf that a line holds, where it is another one than the last that was noted. */
  noteLeaf(entry: Entry, t: Tensor): void {
    const gradient = t.isLeaf ? peekGrad(t) : null;
    const norm = gradient === null ? null : normOf(gradient);
    if (norm === null || norm === entry.gradient) return;
    entry.noteGradient(norm);
    this.#changed.add(entry.position.file);
  }

  #hasTime(now: number): boolean {
    return this.#spent < grant + share * (now - this.#began);
  }

  #ran(op: TapeOp<unknown>, output: Tensor, node: Node | null): void {
    // ops of walks, and of the engine's gradient rules outside of them, are not the program's
    if (this.#isUpdating || currentWalk() !== null || !notesCuts()) return;
    const began = performance.now();
    if (this.#left <= 0 && this.#line === "" && !this.#renew(began)) return;
    this.#left--;
    const positions = positionsOf(node?.watched?.site ?? currentSite());
    this.#commit(positions);
    const line = lineOf(positions[0]);
    // a burst ends with its line
    if (this.#left < 0 && line !== this.#line) {
      this.#line = "";
      this.#open.clear();
    } else {
      for (const position of positions) this.#open.set(keyOf(position), { op, output, node, position });
      this.#line = line;
    }
    this.#spend(began);
  }

  #spend(began: number): void {
    this.#spent += Math.min(performance.now() - began, maxPiece);
  }

  /** Begins another burst if there is time. */
  #renew(now: number): boolean {
    if (!this.#hasTime(now)) return false;
    this.#left = burstOps;
    return true;
  }

  /** Notes the results of places that are no longer on the stack. */
  #commit(positions: readonly Position[]): void {
    if (this.#open.size === 0) return;
    const stay = new Set(positions.map(keyOf));
    for (const [key, { op, output, node, position }] of this.#open) {
      if (stay.has(key)) continue;
      this.#open.delete(key);
      const entry = this.#entryAt(position);
      if (entry === null) continue;
      entry.note(op.name, op.stops, output, ++this.#order, this.#hasTime(performance.now()));
      if (node !== null) this.#link(node, entry);
      this.#changed.add(position.file);
    }
  }

  #link(node: Node, entry: Entry): void {
    const known = this.#nodes.get(node);
    if (known === undefined) this.#nodes.set(node, [entry]);
    else if (!known.includes(entry)) known.push(entry);
  }

  #entryAt(position: Position): Entry | null {
    const key = keyOf(position);
    const known = this.#entries.get(key);
    if (known !== undefined || this.#entries.size >= maxEntries) return known ?? null;
    const entry = new Entry(position);
    this.#entries.set(key, entry);
    return entry;
  }

  readonly #listener: TapeListener = {
    opRecorded: (node, _inputs, outputs) => this.#ran(node.op, outputs[0], node),
    opUnrecorded: (op, _inputs, outputs) => this.#ran(op, outputs[0], null),
    walkBegan: () => this.#commit([]),
    cotangentsFormed: (node, cotangents) => {
      const entries = this.#nodes.get(node);
      const g = cotangents[0];
      if (entries === undefined || g === null) return;
      const began = performance.now();
      if (!this.#hasTime(began)) return;
      const norm = normOf(g);
      for (const entry of entries) {
        entry.noteGradient(norm);
        this.#changed.add(entry.position.file);
      }
      this.#spend(began);
    },
  };
}

const keyOf = ({ file, line, column }: Position): string => `${file}:${line}:${column}`;

const lineOf = (position: Position | undefined): string =>
  position === undefined ? "" : `${position.file}:${position.line}`;

/** Returns the innermost places in cells on a stack. */
const positionsOf = (site: PendingSite | null): readonly Position[] => (site?.positions?.() ?? []).slice(0, maxFrames);
