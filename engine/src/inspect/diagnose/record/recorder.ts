/** Records the steps of a training: ops, calls of modules, backward passes, and updates. */

import { registerModuleForwardHook, registerModuleForwardPreHook } from "../../../nn/base/hooks.ts";
import type { Module } from "../../../nn/base/module.ts";
import { registerOptimizerStepPostHook, registerOptimizerStepPreHook } from "../../../optim/hooks.ts";
import type { Optimizer } from "../../../optim/optimizer.ts";
import { currentWalk } from "../../../tape/backward/current-walk.ts";
import { callSite } from "../../../tape/graph/call-site.ts";
import type { HookHandle } from "../../../tape/graph/hooks.ts";
import { listen, type TapeListener } from "../../../tape/graph/listener.ts";
import { isGradEnabled } from "../../../tape/graph/mode.ts";
import { AccumulateGrad, edgeOf, nextSequence } from "../../../tape/graph/node.ts";
import { currentScope } from "../../../tape/graph/scope.ts";
import { keepsTensors, watchedTensors } from "../../../tape/graph/watched.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import type { Call, GradientCopies, ModuleCall, Overwrite, Pass, Rectified, Step, StepEvent } from "./call.ts";
import { Copies } from "./copies.ts";
import { endUpdate, lossesOf } from "./events.ts";
import type { RecorderOptions, Tracked } from "./options.ts";
import type { Snapshot } from "./snapshot.ts";
import { meanOf, numberOf, rectifiedOf, siteWithin } from "./values.ts";

/** Records ops, calls of modules, backward passes and updates while it listens. */
export class Recorder {
  readonly #tracked: readonly Tracked[];
  readonly #names: ReadonlyMap<Module, string>;
  readonly #endsStep: (optimizer: Optimizer) => boolean;
  readonly #onStep: (step: Step) => void;
  readonly #maxBytes: number;
  readonly #copies = new Copies();
  #handles: HookHandle[] = [];
  #isStarted = false;
  /** Bytes of the results that the step keeps. */
  #bytes = 0;
  #lastBytes = 0;
  #calls: Call[] = [];
  #moduleCalls: ModuleCall[] = [];
  #open: ModuleCall | null = null;
  #overwrites: Overwrite[] = [];
  #rectified: Rectified[] = [];
  #events: StepEvent[] = [];
  #updating = false;
  #firstNode = 0;
  #before: readonly Snapshot[] = [];
  /** All steps so far. */
  readonly steps: Step[] = [];

  constructor(
    tracked: readonly Tracked[],
    names: ReadonlyMap<Module, string>,
    { endsStep = () => false, onStep = () => {}, maxBytes = Infinity }: RecorderOptions = {},
  ) {
    this.#tracked = tracked;
    this.#names = names;
    this.#endsStep = endsStep;
    this.#onStep = onStep;
    this.#maxBytes = maxBytes;
  }

  /** Whether it listens, or will from the next forward on. */
  get isListening(): boolean {
    return this.#handles.length > 0;
  }

  /** Whether it listens now. */
  get isStarted(): boolean {
    return this.#isStarted;
  }

  /** Bytes of the results of ops that the last step keeps. */
  get lastBytes(): number {
    return this.#lastBytes;
  }

  /** Starts to listen. */
  start(): void {
    this.#isStarted = true;
    this.#handles = [
      ...this.#handles,
      listen(this.#listener),
      registerModuleForwardPreHook((module, inputs) => this.#enter(module, inputs)),
      registerModuleForwardHook((module, _inputs, output) => this.#leave(module, output), { alwaysCall: true }),
      registerOptimizerStepPreHook((optimizer) => this.#beginUpdate(optimizer)),
      registerOptimizerStepPostHook((optimizer) => this.#endUpdate(optimizer)),
    ];
    this.beginStep();
  }

  /**
   * Starts to listen when forward of one of the modules is next called with gradients enabled, so that the first step does not keep what an evaluation before it
   * computes.
   */
  startAtForward(modules: readonly Module[]): void {
    const firstNode = nextSequence();
    let entered: Module | null = null;
    for (const m of modules)
      this.#handles.push(
        m.registerForwardPreHook((module, inputs) => {
          if (entered !== null || !isGradEnabled() || currentWalk() !== null) return;
          entered = module;
          this.start();
          this.#firstNode = firstNode;
          this.#enter(module, inputs);
        }),
        // the hooks on all modules that begin with the call are not called at its end
        m.registerForwardHook((module, _inputs, output) => {
          if (entered === module) this.#leave(module, output);
        }),
      );
  }

  /** Stops listening. */
  stop(): void {
    for (const handle of this.#handles) handle.remove();
    this.#handles = [];
    this.#isStarted = false;
  }

  /** Forgets what was recorded since the last step, and begins a new one. */
  beginStep(): void {
    this.#forget();
    this.#firstNode = nextSequence();
    this.#before = this.#weights();
  }

  #forget(): void {
    this.#calls = [];
    this.#moduleCalls = [];
    this.#overwrites = [];
    this.#rectified = [];
    this.#open = null;
    this.#events = [];
    this.#updating = false;
    this.#bytes = 0;
  }

  /** Ends a step, and begins the next one. */
  endStep(result: unknown): Step {
    const step: Step = {
      index: this.steps.length,
      calls: this.#calls,
      moduleCalls: this.#moduleCalls,
      overwrites: this.#overwrites,
      rectified: this.#rectified,
      events: this.#events,
      losses: lossesOf(this.#events),
      returned: numberOf(result),
      before: this.#before,
      after: this.#weights(),
      firstNode: this.#firstNode,
    };
    this.steps.push(step);
    this.#release();
    this.#lastBytes = this.#bytes;
    this.beginStep();
    this.#onStep(step);
    return step;
  }

  /** Adds the bytes of results, and gives the step up if they are too many. Returns whether it goes on. */
  #keeps(outputs: readonly Tensor[]): boolean {
    for (const y of outputs) this.#bytes += y.nbytes;
    if (this.#bytes <= this.#maxBytes) return true;
    this.stop();
    this.#forget();
    return false;
  }

  /** Releases the ops and graphs of steps that are not examined: all but the first, the latest two, and the two around the first loss that is not finite. */
  #release(): void {
    const bad = this.steps.findIndex((s) => s.losses.some((l) => !Number.isFinite(l)));
    for (const step of this.steps.slice(1, -2)) {
      if (bad >= 0 && (step.index === bad || step.index === bad - 1)) continue;
      step.calls = [];
      step.moduleCalls = [];
      step.overwrites = [];
      for (const event of step.events) if (event.kind === "backward") event.pass.root = null;
    }
  }

  readonly #weights = (): Snapshot[] => this.#tracked.map(({ tensor }) => this.#copies.weights(tensor));
  readonly #gradients = (): GradientCopies => this.#tracked.map(({ tensor }) => this.#copies.gradient(tensor));

  #enter(module: Module, inputs: readonly unknown[]): void {
    if (currentWalk() !== null) return;
    const call: ModuleCall = {
      module,
      name: this.#names.get(module) ?? module.constructor.name,
      parent: this.#open,
      site: siteWithin(this.#open),
      inputs,
      output: undefined,
      training: module.training,
      isGradEnabled: isGradEnabled(),
      first: this.#calls.length,
      end: Infinity,
    };
    this.#moduleCalls.push(call);
    this.#open = call;
  }

  #leave(module: Module, output: unknown): void {
    if (this.#open?.module !== module) return;
    this.#open.output = output;
    this.#open.end = this.#calls.length;
    this.#open = this.#open.parent;
  }

  /** Whether ops are those of an update, which run without gradients, and not of the closure of an optimizer. */
  get #isUpdate(): boolean {
    return this.#updating && !isGradEnabled();
  }

  #beginUpdate(optimizer: Optimizer): void {
    this.#updating = true;
    this.#events.push({
      kind: "update",
      site: callSite(),
      optimizer,
      gradients: this.#gradients(),
      before: this.#weights(),
      after: [],
      lr: optimizer.lr,
    });
  }

  #endUpdate(optimizer: Optimizer): void {
    this.#updating = false;
    endUpdate(this.#events, optimizer, this.#weights(), this.#gradients);
    if (this.#endsStep(optimizer)) this.endStep(null);
  }

  readonly #listener: TapeListener = {
    opRan: (op, inputs, params, outputs) => {
      if (this.#isUpdate || currentWalk() !== null || !this.#keeps(outputs)) return;
      this.#calls.push({
        index: this.#calls.length,
        op,
        params,
        inputs: inputs.slice(),
        outputs: outputs.slice(),
        scope: currentScope(),
        site: siteWithin(this.#open),
        module: this.#open,
        isGradEnabled: isGradEnabled(),
        node: null,
      });
      if (op.stops === "rectifier")
        this.#rectified.push(rectifiedOf(outputs[0], this.#rectified.length, this.#calls.length - 1));
    },
    opRecorded: (node, inputs, outputs) => {
      const call = this.#calls.at(-1);
      if (this.#isUpdate || currentWalk() !== null || call === undefined || call.op !== node.op) return;
      call.node = node;
      node.watched = watchedTensors(call.site, inputs, outputs);
      node.watched.saved = node.savedTensors();
    },
    overwriting: (to, from) => {
      if (this.#isUpdate || currentWalk() !== null) return;
      this.#overwrites.push({ to, from, at: this.#calls.length });
    },
    wantsVisit: (node) => keepsTensors(node.watched),
    nodeVisited: ({ watched }, cotangents, contributions) => {
      if (watched === null || cotangents.some((g) => g?.storage.isBatched)) return;
      watched.cotangents = cotangents;
      watched.contributions = contributions;
    },
    walkBegan: ({ number, accumulates, createGraph, outer, outputs }) => {
      if (!accumulates || outer !== null) return;
      // a walk from a leaf visits no op
      const leaf = outputs.find((t) => t.isLeaf);
      const pass: Pass = {
        number,
        root: leaf === undefined ? null : (edgeOf(leaf)?.node ?? null),
        loss: leaf === undefined ? Number.NaN : meanOf(leaf),
        completed: false,
        createGraph,
        isRepeated: this.#updating && this.#events.at(-1)?.kind === "backward",
        calls: this.#calls.length,
      };
      this.#events.push({ kind: "backward", site: callSite(), pass, before: this.#gradients(), after: [] });
    },
    cotangentsFormed: (node) => {
      const event = this.#events.at(-1);
      if (event?.kind !== "backward" || event.pass.root !== null) return;
      event.pass.root = node;
      const output = node instanceof AccumulateGrad ? node.variable : node.watched?.outputs[0];
      if (output !== undefined) event.pass.loss = meanOf(output);
    },
    walkEnded: ({ number }, completed) => {
      const event = this.#events.at(-1);
      if (event?.kind !== "backward" || event.pass.number !== number) return;
      event.pass.completed = completed;
      event.after = this.#gradients();
    },
  };
}
