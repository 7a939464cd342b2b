/** `snapshot`: a copy of a tape, which later changes of tensors in place do not change. */
import { noGrad } from "../../tape/graph/mode.ts";
import { contiguousArray } from "../../tensor/strided.ts";
import { printAsText } from "../../tensor/symbols.ts";
import { fromArray, type Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import { readTape, type TapeRecord } from "../shared/record.ts";
import { requireNode } from "../shared/target.ts";

/** A copy of a tape at one moment: ops, shapes, values and gradients. `diff` compares it with other tapes. */
export class Snapshot {
  /** Name of the result. */
  readonly name: string;
  /** Names of the ops, in the order of recording. */
  readonly ops: readonly string[];
  readonly #record: TapeRecord;

  constructor(name: string, record: TapeRecord) {
    this.name = name;
    this.ops = record.steps.map((step) => step.op);
    this.#record = record;
  }

  /** Returns the steps and leaves of the copy. */
  static recordOf(snapshot: Snapshot): TapeRecord {
    return snapshot.#record;
  }

  toString(): string {
    return `snapshot of ${this.name}: ${this.ops.length} ops`;
  }

  static {
    printAsText(this.prototype);
  }
}

const copyOf = (t: Tensor | null): Tensor | null =>
  t === null ? null : fromArray(contiguousArray(t).slice(), t.dtype, t.shape);

/** Returns a record with copies of its tensors. */
function copied({ steps, leaves }: TapeRecord): TapeRecord {
  const copies = new Map<Tensor | null, Tensor | null>();
  const copy = (t: Tensor | null): Tensor | null => {
    if (!copies.has(t)) copies.set(t, copyOf(t));
    return copies.get(t) ?? null;
  };
  return {
    steps: steps.map((s) => ({ ...s, value: copy(s.value), gradient: copy(s.gradient) })),
    leaves: leaves.map((l) => ({
      ...l,
      value: copy(l.value),
      gradient: copy(l.gradient),
      tensor: null,
      contributed: () => null,
    })),
  };
}

/**
 * Copies the tape of a tensor with the values and gradients that are known, so that it can be compared with a later one although an optimizer has changed
 * the parameters in place since.
 * @throws GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * const before = inspect.snapshot(w.mul(3).sum());
 * before.ops; // ["mul", "sum"]
 */
export function snapshot(result: Tensor, name?: string): Snapshot {
  const node = requireNode("snapshot", result);
  return new Snapshot(
    name ?? nameOf(result) ?? "result",
    noGrad(() => copied(readTape([node], [result]))),
  );
}
