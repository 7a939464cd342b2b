/** What an op saved for its gradient rule: kept with the versions that the storages had, or as hooks want it kept. */
import { GradError } from "../../tensor/errors.ts";
import type { Edge } from "../../tensor/graph.ts";
import type { Meta } from "../../tensor/meta.ts";
import { placeText } from "../../tensor/site.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { TapeOp } from "./node.ts";
import { currentPackHook, type PackHook } from "./saved-hooks.ts";
import { unsaved } from "./unsaved.ts";
import { runUserCode } from "./user-code.ts";
import type { Watched } from "./watched.ts";

/** Shared by all that holds nothing; never written to. */
/** Thrown where a gradient rule reads saved tensors that backward has freed. */
export class FreedGraphError extends GradError {}

export const none: (Tensor | null)[] = [];
const noVersions: readonly number[] = [];

/** How formulas call the input: x, or x and y, or x₁ … */
export const inputName = (i: number, count: number): string =>
  count === 1 ? "x" : count === 2 ? ["x", "z"][i] : `x${i + 1}`;

/** How formulas call an output. */
export const outputName = (i: number): string => (i === 0 ? "y" : `y${i + 1}`);

/** Keeps a tensor in another way; what comes back is where the tensor was on the tape. */
function keep(t: Tensor, keeper: PackHook, place: Edge | null): () => Tensor {
  // a number in the program is no tensor that anybody would want to pack
  if (t.wrapped !== null) return () => t;
  const get = runUserCode([t], () => keeper(t));
  return () => {
    const u = runUserCode(none, get);
    if (place === null || u.source === place || u.accumulator === place) return u;
    const placed = u.detach();
    placed.source = place;
    return placed;
  };
}

/** Whether no position is empty. A loop is faster than `includes` on the one or two tensors that most ops save. */
function areAll(saved: readonly (Tensor | null)[]): boolean {
  for (let i = 0; i < saved.length; i++) if (saved[i] === null) return false;
  return true;
}

/** What is saved: nothing, all inputs and nothing else, or something else. Then backward has freed it, or there was nothing to free. */
type State = "nothing" | "inputs" | "something" | "freed" | "ended";

/** The part of a node that keeps tensors. */
export abstract class SavedTensors {
  readonly op: TapeOp<unknown>;
  /** Shapes and dtypes of all inputs, saved or not. */
  readonly metas: readonly Meta[];
  watched: Watched | null = null;
  /** Saved inputs by position, then saved outputs, with the versions that their storages had; none where all were 0. */
  #saved: readonly (Tensor | null)[] = none;
  #versions: readonly number[] = noVersions;
  #savedInputs = 0;
  /** What gives the saved tensors back where they are not kept as they are. */
  #kept: readonly ((() => Tensor) | null)[] | null = null;
  #state: State = "nothing";

  constructor(op: TapeOp<unknown>, metas: readonly Meta[]) {
    this.op = op;
    this.metas = metas;
  }

  /** Where a saved tensor stands on the tape: that of an input, or of output `output`, which has no place yet. */
  protected abstract placeOfSaved(t: Tensor, output: number): Edge | null;

  /** Whether saved tensors are packed by hooks. */
  get isPacked(): boolean {
    return this.#kept !== null;
  }

  /** True once backward has freed the saved tensors. */
  get released(): boolean {
    return this.#state === "freed" || this.#state === "ended";
  }

  /**
   * The saved tensors by the names that the formulas use: `x` and `z`, or `x1` …, for inputs, `y` for the output.
   * @throws GradError when one was changed in place, or backward has freed them.
   */
  get saved(): Readonly<Record<string, Tensor>> {
    this.#checkReleased();
    const names = this.#saved.length > 0 ? this.#saved : (this.#kept ?? none);
    return Object.fromEntries(
      names.flatMap((s, i) => (s === null ? [] : [[this.#savedName(i), this.#check(i)] as const])),
    );
  }

  #savedName(i: number): string {
    if (this.op.savedNames !== undefined) return this.op.savedNames[i];
    return i < this.#savedInputs ? inputName(i, this.metas.length) : outputName(i - this.#savedInputs);
  }

  /** Keeps tensors for the rule: inputs by position, as many as there are saved, then outputs. */
  save(saved: readonly (Tensor | null)[], inputs: number): void {
    this.#savedInputs = inputs;
    const keeper = currentPackHook();
    if (keeper !== null) {
      this.#kept = saved.map((t, i) =>
        t === null ? null : keep(t, keeper, this.placeOfSaved(t, i < inputs ? -1 : i - inputs)),
      );
      this.#state = "something";
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
    this.#state = saved.length === inputs && areAll(saved) ? "inputs" : "something";
  }

  /** The saved tensor at a position. @throws GradError as `saved` does. */
  savedAt(at: number): Tensor {
    this.#checkReleased();
    return this.#check(at);
  }

  /** Saved tensors with names for the reader; empty once released. */
  savedTensors(): { name: string; tensor: Tensor }[] {
    return this.#saved.flatMap((tensor, i) => (tensor === null ? [] : [{ name: this.#savedName(i), tensor }]));
  }

  #check(at: number): Tensor {
    if (this.#kept !== null) return this.#kept[at]?.() ?? unsaved(this.op.name, at);
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

  get outputs(): readonly Tensor[] {
    this.#checkReleased();
    return (this.#kept ?? this.#saved).slice(this.#savedInputs).map((_, i) => this.#check(this.#savedInputs + i));
  }

  get output(): Tensor {
    this.#checkReleased();
    const at = this.#savedInputs;
    if (at >= (this.#kept ?? this.#saved).length)
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
    this.#state = (this.#kept ?? this.#saved).length > 0 ? "freed" : "ended";
    this.#saved = none;
    this.#kept = null;
  }
}
