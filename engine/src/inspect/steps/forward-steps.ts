/** `forwardSteps`: the recorded ops one by one, as they ran. */
import type { StepsData } from "../../protocol/index.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { stepsOutput } from "../../view/steps/output.ts";
import { encodeSteps, type Pass } from "./data.ts";
import { runningBundle, takeLive } from "./live.ts";
import { recordedLog, requireEdge, type StepLog } from "./log.ts";
import { ForwardStep } from "./step.ts";

/** The ops that led to a tensor, in the order in which they ran, with their recorded values. Each loop begins anew. */
export class ForwardSteps implements Iterable<ForwardStep>, AsyncIterable<ForwardStep> {
  readonly #root: Tensor;
  readonly #log: StepLog;
  readonly #state: Pass["state"];
  #taken = 0;

  constructor(root: Tensor) {
    const { log, state } = recordedLog([requireEdge("forwardSteps", root)]);
    this.#root = root;
    this.#log = log;
    this.#state = state;
  }

  /** The number of ops. */
  get length(): number {
    return this.#log.nodes.length;
  }

  /** The recorded steps, as plain JSON, at the step that a loop has come to. */
  get data(): StepsData {
    return encodeSteps(this.#pass);
  }

  /** Returns the representations that a notebook stores. */
  bundle(): MimeBundle {
    return stepsOutput.bundle(this.data);
  }

  toString(): string {
    return stepsOutput.text(this.data);
  }

  *[Symbol.iterator](): Generator<ForwardStep, undefined> {
    this.#taken = 0;
    for (let step = this.#next(); step !== null; step = this.#next()) yield step;
    return undefined;
  }

  [Symbol.asyncIterator](): AsyncGenerator<ForwardStep, undefined> {
    this.#taken = 0;
    return takeLive({
      next: () => this.#next(),
      close: () => {},
      runningBundle: (control) => runningBundle(this.#pass, control),
      bundle: () => this.bundle(),
    });
  }

  get #pass(): Pass {
    return { roots: [this.#root], log: this.#log, state: this.#state, taken: { forward: this.#taken, backward: 0 } };
  }

  #next(): ForwardStep | null {
    const node = this.#log.nodes[this.#taken];
    return node === undefined ? null : new ForwardStep(++this.#taken, node);
  }
}

printAsText(ForwardSteps.prototype);
displayAs(ForwardSteps.prototype, (steps: ForwardSteps) => steps.bundle());
