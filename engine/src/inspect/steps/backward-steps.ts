/** `backwardSteps`: a backward pass that runs one op at a time. */
import type { StepsData } from "../../protocol/index.ts";
import { type BackwardOptions, rootsOf, targetsOf } from "../../tape/backward/backward.ts";
import { SteppedWalk } from "../../tape/backward/stepped-walk.ts";
import { AccumulateGrad, type Node } from "../../tape/graph/node.ts";
import { GradError } from "../../tensor/errors.ts";
import { displayAs, type MimeBundle, printAsText } from "../../tensor/symbols.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { stepsOutput } from "../../view/steps/output.ts";
import type { NamedTensor } from "../tape/slope.ts";
import { encodeSteps, type Pass } from "./data.ts";
import { runningBundle, takeLive } from "./live.ts";
import { opsBehind, StepLog } from "./log.ts";
import type { BackwardStep } from "./step.ts";

/**
 * A backward pass that runs one op at a time: `for (const step of steps)` takes the steps, and `for await` lets the event loop run between them. What was taken is
 * recorded, and is what the object displays. The tensors of the steps live as long as the object.
 */
export class BackwardSteps implements Iterable<BackwardStep>, AsyncIterable<BackwardStep> {
  readonly #root: Tensor;
  readonly #log: StepLog;
  readonly #walk: SteppedWalk;
  readonly #retainGraph: boolean;
  readonly #visited: Node[] = [];
  #isBegun = false;

  constructor(root: Tensor, gradient: Tensor | null, options: BackwardOptions) {
    const { createGraph = false, retainGraph = createGraph } = options;
    const roots = rootsOf("backwardSteps", [root], [gradient]);
    const targets = targetsOf("backwardSteps", options);
    this.#root = root;
    this.#retainGraph = retainGraph;
    this.#log = new StepLog(opsBehind(roots.map((r) => r.edge)));
    this.#walk = new SteppedWalk(roots, {
      createGraph,
      // freed when the pass is complete: one that was left early can run again
      retainGraph: true,
      targets,
      captured: null,
      outputs: [root],
      visited: (node, cotangents, contributions) => this.#visit(node, cotangents, contributions),
    });
  }

  /** The number of ops that the pass can visit. */
  get length(): number {
    return this.#log.nodes.length;
  }

  /** The steps that have been taken. */
  get taken(): readonly BackwardStep[] {
    return this.#log.steps;
  }

  /** Whether the pass has visited all ops. */
  get isComplete(): boolean {
    return this.#walk.isComplete;
  }

  /** The steps so far, as plain JSON. */
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

  *[Symbol.iterator](): Generator<BackwardStep, undefined> {
    this.#begin();
    try {
      for (let step = this.#next(); step !== null; step = this.#next()) yield step;
    } finally {
      this.#walk.close();
    }
    return undefined;
  }

  [Symbol.asyncIterator](): AsyncGenerator<BackwardStep, undefined> {
    this.#begin();
    return takeLive({
      next: () => this.#next(),
      close: () => this.#walk.close(),
      runningBundle: (control) => runningBundle(this.#pass, control),
      bundle: () => this.bundle(),
    });
  }

  get #pass(): Pass {
    const { nodes, steps } = this.#log;
    return {
      roots: [this.#root],
      log: this.#log,
      state: this.isComplete ? "complete" : steps.length === 0 ? "notRun" : "part",
      taken: { forward: nodes.length, backward: steps.length },
    };
  }

  #begin(): void {
    if (this.#isBegun)
      throw new GradError(
        "backwardSteps",
        "this backward pass has been stepped through already; its steps are in `taken`, and another call of backwardSteps() makes another pass",
      );
    this.#isBegun = true;
  }

  /** Takes the next step; `null` at the end. */
  #next(): BackwardStep | null {
    const before = this.#log.steps.length;
    while (this.#walk.advance()) if (this.#log.steps.length > before) return this.#log.steps[before];
    if (this.isComplete && !this.#retainGraph) for (const node of this.#visited) node.release();
    return null;
  }

  /** Records what the walk did at a node. A leaf gets its gradient within the step that has its last contribution. */
  #visit(node: Node, cotangents: readonly (Tensor | null)[], contributions: readonly (Tensor | null)[]): void {
    if (node instanceof AccumulateGrad) return;
    this.#visited.push(node);
    this.#log.add(node, cotangents, contributions, savedOf(node));
  }
}

/** Returns the saved tensors of a node for its local derivatives; `null` where they are packed or not named by position. */
const savedOf = (node: Node): readonly NamedTensor[] | null =>
  node.isPacked || node.op.custom === true ? null : node.savedTensors();

printAsText(BackwardSteps.prototype);
displayAs(BackwardSteps.prototype, (steps: BackwardSteps) => steps.bundle());
