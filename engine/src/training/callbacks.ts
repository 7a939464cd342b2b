/** Callbacks: functions of the program that a training calls. */
import type { Module } from "../nn/base/module.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import type { SavedValue } from "../serialization/state.ts";
import type { EpochRecord, History } from "./history.ts";
import type { Batch } from "./options.ts";

/** A training, as its callbacks see it. */
export interface TrainingContext {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly history: History<string>;
  /** Number of the current epoch, from 1 on. */
  readonly epoch: number;
  /** Number of batches of the current epoch so far. */
  readonly batch: number;
  /** Number of batches so far, in all epochs. */
  readonly steps: number;
  /** Ends the training after the current batch, for a reason that the history states. */
  stop(reason?: string): void;
}

/** A batch that was trained on. */
export interface BatchEvent {
  readonly batch: Batch;
  readonly loss: number;
  /** Whether the optimizer has stepped after it; false while gradients are accumulated. */
  readonly hasStepped: boolean;
}

type Result = void | Promise<void>;

/** Hooks of a training, all optional. A hook that returns a promise is waited for. */
export interface Callbacks {
  /** Called before the first epoch, and after a checkpoint was loaded. */
  onStart?(training: TrainingContext): Result;
  onEpochStart?(training: TrainingContext): Result;
  onBatchStart?(training: TrainingContext, batch: Batch): Result;
  /** Called between the backward pass and the step of the optimizer, after gradients were clipped. */
  onGradients?(training: TrainingContext): Result;
  onBatchEnd?(training: TrainingContext, event: BatchEvent): Result;
  /** Called after validation and the schedulers, with the values of the epoch. */
  onEpochEnd?(training: TrainingContext, record: EpochRecord<string>): Result;
  /** Called at the end, also after an error, once the best weights are restored. */
  onEnd?(training: TrainingContext): Result;
  /** Returns state that checkpoints save. */
  stateDict?(): SavedValue;
  /** Takes the state of a checkpoint. */
  loadStateDict?(state: SavedValue): void;
}

/** Names of the hooks. */
export type HookName = Exclude<keyof Callbacks, "stateDict" | "loadStateDict">;

/** The callbacks of a training, in the order in which they are called. */
export class CallbackList {
  readonly #list: readonly Callbacks[];
  readonly #byHook = new Map<HookName, readonly Callbacks[]>();

  constructor(given: Callbacks | readonly Callbacks[] = []) {
    this.#list = Array.isArray(given) ? (given as readonly Callbacks[]) : [given as Callbacks];
  }

  #having(name: HookName): readonly Callbacks[] {
    let list = this.#byHook.get(name);
    if (list === undefined) {
      list = this.#list.filter((c) => typeof c[name] === "function");
      this.#byHook.set(name, list);
    }
    return list;
  }

  /** Whether a callback has a hook. */
  has(name: HookName): boolean {
    return this.#having(name).length > 0;
  }

  /** Calls a hook of all callbacks; returns a promise only if one of them does. */
  call(name: HookName, ...args: readonly unknown[]): Result {
    const list = this.#having(name);
    if (list.length > 0) return this.#callFrom(list, 0, name, args);
  }

  #callFrom(list: readonly Callbacks[], from: number, name: HookName, args: readonly unknown[]): Result {
    for (let i = from; i < list.length; i++) {
      const result = (list[i][name] as (...given: readonly unknown[]) => Result)(...args);
      if (result instanceof Promise) return result.then(() => this.#callFrom(list, i + 1, name, args));
    }
  }

  /** Returns the states of the callbacks; `null` for those that have none. */
  stateDict(): SavedValue[] {
    return this.#list.map((c) => c.stateDict?.() ?? null);
  }

  /** Passes the states on to the callbacks. */
  loadStateDict(states: readonly SavedValue[]): void {
    this.#list.forEach((c, i) => {
      if (i < states.length && states[i] !== null) c.loadStateDict?.(states[i]);
    });
  }
}
