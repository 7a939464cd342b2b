/** The tapes that `diff` compares. */
import { noGrad } from "../../tape/graph/mode.ts";
import { Node } from "../../tape/graph/node.ts";
import { watching } from "../../tape/watch/watch.ts";
import { type ComplexNumber, scalarText } from "../../tensor/complex.ts";
import { ArgumentError, GradError } from "../../tensor/errors.ts";
import { defaultGenerator } from "../../tensor/random.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { nameOf } from "../shared/naming.ts";
import { readTape, type TapeRecord } from "../shared/record.ts";
import { requireNode } from "../shared/target.ts";
import { earlierTape } from "./history.ts";
import { Snapshot } from "./snapshot.ts";

/** A tape: its result, the node of its result, a snapshot, or a function that computes the result, whose ops are all watched. */
export type TapeSource = Tensor | Node | Snapshot | (() => Tensor);

/** A tape with its name and the value of its result. */
export interface Side {
  readonly name: string;
  /** Name and value, or shape, of the result: `loss 0.318`. */
  readonly title: string;
  readonly record: TapeRecord;
}

/** Whether a value is one of the sources, and not a record of them. */
export const isSource = (x: unknown): x is TapeSource =>
  x instanceof Tensor || x instanceof Node || x instanceof Snapshot || typeof x === "function";

/** Returns the name of a source's result; `null` if it has none. */
export function sourceName(source: TapeSource): string | null {
  if (source instanceof Tensor) return nameOf(source);
  if (source instanceof Snapshot) return source.name;
  if (source instanceof Node) return nameOfNode(source);
  return source.name === "" ? null : source.name;
}

/** Reads a source under a name; `result` is the name of its result. */
export function sideOf(name: string, source: TapeSource, result: string | null = sourceName(source)): Side {
  const record = recordOf(source);
  return { name, title: titleOf(result ?? "result", record), record };
}

function recordOf(source: TapeSource): TapeRecord {
  if (source instanceof Snapshot) return Snapshot.recordOf(source);
  if (source instanceof Node) return noGrad(() => readTape([source]));
  const result = source instanceof Tensor ? source : watching(source);
  if (!(result instanceof Tensor))
    throw new ArgumentError("diff", "expected a function that returns a tensor; await the result of an async one");
  return noGrad(() => readTape([requireNode("diff", result)], [result]));
}

/** Calls `body`, in which functions of the program may run, with the state of the random generator that `state` was at first. */
export function withSameRandomNumbers<T>(bodies: readonly (() => T)[]): T[] {
  const state = defaultGenerator.getState();
  return bodies.map((body) => {
    defaultGenerator.setState(state);
    return body();
  });
}

/** Returns the sides for a tape and that of the run of its cell before. @throws GradError if none is kept. */
export function sidesOfRuns(source: TapeSource): readonly [before: Side, after: Side] {
  const node = source instanceof Tensor || source instanceof Node ? requireNode("diff", source) : null;
  const earlier = node === null ? null : earlierTape(node, sourceName(source));
  if (earlier === null)
    throw new GradError(
      "diff",
      "no earlier run of the cell is kept: run the cell again, or keep inspect.snapshot(loss) of the first result and pass both",
    );
  const { root, name, count, laterCount } = earlier;
  return [sideOf(`run ${count}`, root, name ?? sourceName(root)), sideOf(`run ${laterCount}`, source)];
}

function nameOfNode(node: Node): string | null {
  const [output] = node.watched?.outputs ?? [];
  return output === undefined ? null : nameOf(output);
}

/** Returns `loss 0.25` for a scalar whose value is known, else `h [8, 16]`. */
function titleOf(name: string, { steps }: TapeRecord): string {
  const last = steps.at(-1);
  const value = last?.value ?? null;
  return value?.numel() === 1
    ? `${name} ${scalarText(value.item<number | ComplexNumber>())}`
    : `${name} [${last?.shape.join(", ") ?? ""}]`;
}
