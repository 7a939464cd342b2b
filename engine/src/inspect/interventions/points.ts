/** The points of a run at which values can be captured and changed. Each has an address, which it also has in another run of the same code. */
import { registerModuleForwardHook } from "../../nn/base/hooks.ts";
import { ambient, during, restoring } from "../../platform/ambient.ts";
import { listenDuring, type TapeListener } from "../../tape/graph/listener.ts";
import type { TapeOp } from "../../tape/graph/op.ts";
import { currentScope, scopePath } from "../../tape/graph/scope.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Selector, selectsModule, selectsOp } from "./selector.ts";

/** An output of an op or of a module. */
export interface PointOfRun {
  /** The path of scopes, the op, and the number of its calls there before. */
  readonly address: string;
  readonly output: Tensor;
}

/** A selector, and what happens at each output that it means: a returned tensor replaces the output. */
export interface Visitor {
  readonly at: Selector;
  readonly visit: (point: PointOfRun) => Tensor | undefined;
}

/** The result of a run with visitors. */
export interface Visited {
  /** Returns the number of outputs that a visitor was called with, and the names of the ops that ran. */
  readonly counts: readonly number[];
  readonly names: ReadonlySet<string>;
}

/** Whether a visitor runs: its own ops are no points. */
const current = ambient(() => ({ visiting: false }));

function quietly<T>(body: () => T): T {
  current.visiting = true;
  return during(body, () => {
    current.visiting = false;
  });
}

/** Replaces each tensor in a value that consists of arrays and plain records. */
function mapTensors(value: unknown, f: (t: Tensor) => Tensor): unknown {
  if (value instanceof Tensor) return f(value);
  if (Array.isArray(value)) return value.map((part) => mapTensors(part, f));
  if (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, mapTensors(part, f)]));
  return value;
}

/** Runs `body`, an async one until its promise settles, and calls the visitors at the outputs that they mean. `visited` is filled meanwhile. */
export function visitPoints<T>(visitors: readonly Visitor[], body: (visited: Visited) => T): T {
  const calls = new Map<string, number>();
  const matched = visitors.map(() => 0);
  const counts = visitors.map(() => 0);
  const names = new Set<string>();

  /** Returns the address of a point in the current scope. */
  const addressOf = (name: string): string => {
    const path = `${scopePath(currentScope())}:${name}`;
    const n = calls.get(path) ?? 0;
    calls.set(path, n + 1);
    return `${path}:${n}`;
  };

  /** Returns which visitors mean the next output. */
  const visitorsOf = (means: (selector: Selector) => boolean): readonly number[] =>
    visitors.flatMap(({ at }, i) => (means(at) && [undefined, matched[i]++].includes(at.call) ? [i] : []));

  const changed = (output: Tensor, address: string, chosen: readonly number[]): Tensor =>
    chosen.reduce((y, i) => {
      counts[i]++;
      return quietly(() => visitors[i].visit({ address, output: y })) ?? y;
    }, output);

  const ofOp = ({ name, custom }: TapeOp<unknown>, outputs: readonly Tensor[]): readonly Tensor[] | undefined => {
    // the program has the outputs of an op of its own already
    if (current.visiting || custom === true) return undefined;
    names.add(name);
    const address = addressOf(name);
    const chosen = visitorsOf((at) => selectsOp(at, name));
    return chosen.length === 0 ? undefined : outputs.map((y, k) => changed(y, `${address}.${k}`, chosen));
  };
  const listener: TapeListener = {
    opRecorded: (node, _inputs, outputs) => ofOp(node.op, outputs),
    opUnrecorded: (op, _inputs, outputs) => ofOp(op, outputs),
  };
  const handle = registerModuleForwardHook((_module, _inputs, output) => {
    if (current.visiting) return undefined;
    const address = addressOf("output");
    const chosen = visitorsOf(selectsModule);
    let k = 0;
    return chosen.length === 0 ? undefined : mapTensors(output, (y) => changed(y, `${address}.${k++}`, chosen));
  });
  return restoring(
    () => listenDuring(listener, () => body({ counts, names })),
    () => handle.remove(),
  );
}
