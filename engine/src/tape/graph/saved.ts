/** The saved tensors of a node: references with the versions of their storages, or the packed values of saved tensors hooks. */
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { placeText } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TapeOp } from "./op.ts";
import { currentPackHook, type PackHook } from "./saved-hooks.ts";
import { unsaved } from "./unsaved.ts";
import { runUserCode } from "./user-code.ts";
import type { Watched } from "./watched.ts";

/** Thrown when a gradient rule reads saved tensors that backward has freed. */
export class FreedGraphError extends GradError {}

/** An empty list that nodes share; never written to. */
export const none: (Tensor | null)[] = [];
const noVersions: readonly number[] = [];

/** Returns the name of an input in formulas: `x` for the only one, `x` and `z` for two, else `x1`, `x2` and so on. */
export const inputName = (i: number, count: number): string =>
  count === 1 ? "x" : count === 2 ? ["x", "z"][i] : `x${i + 1}`;

/** Returns the name of an output in formulas: `y`, then `y2`, `y3` and so on. */
export const outputName = (i: number): string => (i === 0 ? "y" : `y${i + 1}`);

/** Packs a tensor. Returns the function that unpacks it, whose result has the edge of the tensor. */
function pack(t: Tensor, hook: PackHook, edge: Edge | null): () => Tensor {
  // a tensor that stands for a JavaScript number is not packed
  if (t.wrapped !== null) return () => t;
  const unpack = runUserCode([t], () => hook(t));
  return () => {
    const unpacked = runUserCode(none, unpack);
    if (edge === null || unpacked.source === edge || unpacked.accumulator === edge) return unpacked;
    const linked = unpacked.detach();
    linked.source = edge;
    return linked;
  };
}

/** Whether no position is null. A loop is faster than `includes` on the one or two tensors that most ops save. */
function isComplete(saved: readonly (Tensor | null)[]): boolean {
  for (let i = 0; i < saved.length; i++) if (saved[i] === null) return false;
  return true;
}

/**
 * `"nothing"`: no tensor is saved. `"inputs"`: all inputs are, and no output. `"some"`: any other set is, or the tensors are packed. `"freed"`: backward
 * has freed them. `"visited"`: backward has visited the node, which had none to free.
 */
type State = "nothing" | "inputs" | "some" | "freed" | "visited";

/** The base class of nodes, which holds the saved tensors. */
export abstract class SavedTensors {
  readonly op: TapeOp<unknown>;
  /** Shapes and dtypes of all inputs, saved or not. */
  readonly metas: readonly Meta[];
  /** Tensors and call site that are kept for the inspector. */
  watched: Watched | null = null;
  /** Saved inputs by position, then saved outputs. */
  #saved: readonly (Tensor | null)[] = none;
  /** The versions of their storages when they were saved; an empty list if all were 0. */
  #versions: readonly number[] = noVersions;
  #savedInputs = 0;
  /** Functions that unpack the saved tensors; `null` if these are not packed. */
  #packed: readonly ((() => Tensor) | null)[] | null = null;
  #state: State = "nothing";

  constructor(op: TapeOp<unknown>, metas: readonly Meta[]) {
    this.op = op;
    this.metas = metas;
  }

  /** Returns the edge of a saved tensor: an input, or with `output` ≥ 0 that output, which has no edge yet. */
  protected abstract edgeOfSaved(t: Tensor, output: number): Edge | null;

  /** Whether saved tensors are packed by hooks. */
  get isPacked(): boolean {
    return this.#packed !== null;
  }

  /** Whether backward has freed the saved tensors. */
  get released(): boolean {
    return this.#state === "freed" || this.#state === "visited";
  }

  /** Whether the node has saved tensors that backward has freed, so that its gradient rule cannot run again. */
  get freed(): boolean {
    return this.#state === "freed";
  }

  /**
   * The saved tensors by their names in formulas: `x`, or `x` and `z`, or `x1`, `x2` … for inputs, and `y` for the output.
   * @throws GradError if one was changed in place, or backward has freed them.
   */
  get saved(): Readonly<Record<string, Tensor>> {
    this.#checkReleased();
    const names = this.#saved.length > 0 ? this.#saved : (this.#packed ?? none);
    return Object.fromEntries(
      names.flatMap((s, i) => (s === null ? [] : [[this.#savedName(i), this.#check(i)] as const])),
    );
  }

  #savedName(i: number): string {
    if (this.op.savedNames !== undefined) return this.op.savedNames[i];
    return i < this.#savedInputs ? inputName(i, this.metas.length) : outputName(i - this.#savedInputs);
  }

  /** Saves tensors for the gradient rule. The first `inputs` of the list are inputs by position, the others outputs. */
  save(saved: readonly (Tensor | null)[], inputs: number): void {
    this.#savedInputs = inputs;
    const hook = currentPackHook();
    if (hook !== null) {
      this.#packed = saved.map((t, i) =>
        t === null ? null : pack(t, hook, this.edgeOfSaved(t, i < inputs ? -1 : i - inputs)),
      );
      this.#state = "some";
      return;
    }
    for (let i = 0; i < saved.length; i++) {
      const t = saved[i];
      if (t === null) continue;
      if (t.storage.inference)
        throw new GradError(
          this.op.name,
          "an inference tensor cannot be saved for backward; clone() it outside of inferenceMode to get an ordinary one",
        );
      if (t.storage.version !== 0 && this.#versions === noVersions) this.#versions = new Array(saved.length).fill(0);
      if (t.storage.version !== 0) (this.#versions as number[])[i] = t.storage.version;
      t.storage.savedBy = this.op.name;
    }
    this.#saved = saved;
    this.#state = saved.length === inputs && isComplete(saved) ? "inputs" : "some";
  }

  /** Returns the saved tensor at a position. @throws GradError if it was changed in place, or backward has freed it. */
  savedAt(at: number): Tensor {
    this.#checkReleased();
    return this.#check(at);
  }

  /** Returns the saved tensors with their names in formulas; an empty list if they are packed or freed. */
  savedTensors(): { name: string; tensor: Tensor }[] {
    return this.#saved.flatMap((tensor, i) => (tensor === null ? [] : [{ name: this.#savedName(i), tensor }]));
  }

  #check(at: number): Tensor {
    if (this.#packed !== null) return this.#packed[at]?.() ?? unsaved(this.op.name, at);
    const t = this.#saved[at];
    if (t === undefined || t === null) return unsaved(this.op.name, at);
    const version = this.#versions[at] ?? 0;
    if (t.storage.version !== version) {
      const { change } = t.storage;
      throw new GradError(
        "backward",
        `a tensor of shape [${t.shape.join(", ")}] that ${this.op.name}${placeText(this.watched?.site)} saved was changed in place by ${change === null ? "an op" : `${change.op}${placeText(change.at)}`} (version ${t.storage.version}, saved at ${version}); clone() it before the change, use an op that makes a new tensor, or allowMutationOnSavedTensors`,
      );
    }
    return t;
  }

  #checkReleased(): void {
    if (this.#state === "freed")
      throw new FreedGraphError(
        "backward",
        `the saved tensors of ${this.op.name} were freed by an earlier backward; pass { retainGraph: true } to that call`,
      );
  }

  /** The saved inputs by position. Reading a property of one that was not saved throws an error. */
  get inputs(): readonly Tensor[] {
    this.#checkReleased();
    const n = this.metas.length;
    if (this.#state === "inputs") {
      for (let i = 0; i < n; i++) this.#check(i);
      return this.#saved as readonly Tensor[];
    }
    const list = new Array<Tensor>(n);
    for (let i = 0; i < n; i++) list[i] = i < this.#savedInputs ? this.#check(i) : unsaved(this.op.name, i);
    return list;
  }

  /** The saved outputs. */
  get outputs(): readonly Tensor[] {
    this.#checkReleased();
    return (this.#packed ?? this.#saved).slice(this.#savedInputs).map((_, i) => this.#check(this.#savedInputs + i));
  }

  /** The first saved output. @throws GradError if none was saved. */
  get output(): Tensor {
    this.#checkReleased();
    const at = this.#savedInputs;
    if (at >= (this.#packed ?? this.#saved).length)
      throw new GradError(this.op.name, "the rule reads an output, which the op does not save");
    return this.#check(at);
  }

  /** Frees the saved tensors. */
  release(): void {
    for (let i = 0; i < this.#saved.length; i++) {
      const t = this.#saved[i];
      if (t !== null) t.storage.savedBy = null;
    }
    if (this.released) return;
    this.#state = (this.#packed ?? this.#saved).length > 0 ? "freed" : "visited";
    this.#saved = none;
    this.#packed = null;
  }
}
