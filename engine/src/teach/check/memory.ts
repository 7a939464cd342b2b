/** `check.memory`: whether the memory of tensors, or the graph of recorded ops, grows from step to step. */
import { listenDuring, type TapeListener } from "../../tape/graph/listener.ts";
import type { Node } from "../../tape/graph/node.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import { memoryState, sweep } from "../../tensor/storage/memory.ts";
import { formatBytes } from "../../view/shared/format.ts";
import { CheckError } from "./failure.ts";
import type { CheckHost } from "./host.ts";
import { wordsOf } from "./plain.ts";

/** The options of `check.memory`. */
export interface MemoryOptions {
  /** Number of steps that are compared; 20 by default. */
  readonly steps?: number;
  /** Bytes by which a step may grow; 1024 by default. */
  readonly perStep?: number;
}

/** The memory in use after a step. */
export interface StepMemory {
  /** Bytes of tensors. */
  readonly bytes: number;
  /** Recorded ops of the steps so far that something still refers to. */
  readonly nodes: number;
}

/** Returns the memory in use after each step, with garbage collected. */
export function memoryAfterSteps(f: () => unknown, steps: number): StepMemory[] {
  let nodes: WeakRef<Node>[] = [];
  const listener: TapeListener = {
    opRecorded: (node) => {
      nodes.push(new WeakRef(node));
    },
  };
  return listenDuring(listener, () =>
    Array.from({ length: steps }, () => {
      f();
      sweep();
      nodes = nodes.filter((node) => node.deref() !== undefined);
      return { bytes: memoryState().used, nodes: nodes.length };
    }),
  );
}

const warmUp = 3;

const hint =
  "Something keeps every step: a sum of losses that are tensors (add loss.item() instead), or a list of results (append them with detach(), or as numbers). inspect.memory.usage() says what holds them.";

export function checkMemory(host: CheckHost, f: unknown, { steps = 20, perStep = 1024 }: MemoryOptions = {}): void {
  if (typeof f !== "function")
    throw new ArgumentError("check.memory", `expected a function of one step, but got ${wordsOf(f)}`);
  const all = host.memoryAfter(f, steps + warmUp) ?? memoryAfterSteps(f as () => unknown, steps + warmUp);
  const after = all.slice(warmUp - 1);
  const [first, last] = [after[0], after[after.length - 1]];
  const growthOf = (read: (step: StepMemory) => number): number => (read(last) - read(first)) / (after.length - 1);
  const fail = (sentence: string, expected: string, wordsAfter: (step: StepMemory) => string): never => {
    const got = `${wordsAfter(first)} after ${warmUp} steps, ${wordsAfter(last)} after ${all.length}`;
    throw new CheckError({
      check: "check.memory",
      sentence,
      facts: [
        { name: "expected", text: expected },
        { name: "got", text: got },
      ],
      hints: [hint],
    });
  };
  const bytes = growthOf((step) => step.bytes);
  // a comparison that NaN does not pass
  if (!(bytes <= perStep))
    fail(`memory grows by ${formatBytes(bytes)} with each step`, `at most ${formatBytes(perStep)} a step`, (step) =>
      formatBytes(step.bytes),
    );
  // a graph may save no tensor
  const nodes = growthOf((step) => step.nodes);
  if (!(nodes < 0.5)) {
    const count = Number(nodes.toFixed(1));
    fail(
      `the graph grows by ${count} op${count === 1 ? "" : "s"} with each step`,
      "a graph that is released after each step",
      (step) => `${step.nodes} ops`,
    );
  }
}
