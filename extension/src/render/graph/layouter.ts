/** Lays graphs out in a worker, which can be cancelled; in the page itself where a worker cannot be started. */
import {
  type GraphLayout,
  type LayoutCache,
  type LayoutJob,
  type LayoutResult,
  layOutContainer,
  layoutSteps,
  nodeSize,
  type VisibleGraph,
} from "tapelab/view";
import { workerCode } from "./worker-code.js";

/** The error of a layout that was cancelled. */
export class Cancelled extends Error {
  override readonly name: string = "Cancelled";
}

/** Computes the layout of one container. */
type Compute = (job: LayoutJob) => Promise<LayoutResult>;

/** Computes in the page, and lets it handle events between containers. */
const computeHere: Compute = async (job) => {
  await new Promise((resolve) => setTimeout(resolve));
  return layOutContainer(job);
};

/** Lays out one graph at a time. */
export class Layouter {
  readonly #cache: LayoutCache = new Map();
  #worker: Worker | null = null;
  /** Whether workers cannot be used, as where the page's policy forbids them. */
  #hasNone = false;
  #cancel: (() => void) | null = null;

  /** Lays a graph out; a layout that is still being computed is cancelled. @throws Cancelled */
  async layOut(graph: VisibleGraph): Promise<GraphLayout> {
    this.cancel();
    let isCancelled = false;
    const cancelled = new Promise<never>((_, reject) => {
      this.#cancel = () => {
        isCancelled = true;
        reject(new Cancelled("the layout was cancelled"));
      };
    });
    // a layout that ends without being cancelled leaves the promise pending
    cancelled.catch(() => {});
    const steps = layoutSteps(graph, (node) => nodeSize(graph.tape, node), this.#cache);
    let step = steps.next();
    while (!step.done) {
      const result: LayoutResult = await Promise.race([this.#compute(step.value), cancelled]);
      if (isCancelled) throw new Cancelled("the layout was cancelled");
      step = steps.next(result);
    }
    this.#cancel = null;
    return step.value;
  }

  /** Cancels the layout that is being computed, and ends its worker. */
  cancel(): void {
    if (this.#cancel === null) return;
    this.#worker?.terminate();
    this.#worker = null;
    this.#cancel();
    this.#cancel = null;
  }

  dispose(): void {
    this.cancel();
    this.#worker?.terminate();
    this.#worker = null;
  }

  async #compute(job: LayoutJob): Promise<LayoutResult> {
    const worker = this.#hasNone ? null : this.#start();
    if (worker === null) return computeHere(job);
    try {
      return await inWorker(worker, job);
    } catch {
      this.#hasNone = true;
      return computeHere(job);
    }
  }

  /** Starts the worker from its text: a worker of a file of its own could not be bundled into the extension. */
  #start(): Worker | null {
    if (this.#worker !== null) return this.#worker;
    try {
      const url = URL.createObjectURL(new Blob([workerCode], { type: "text/javascript" }));
      this.#worker = new Worker(url);
      URL.revokeObjectURL(url);
    } catch {
      this.#hasNone = true;
    }
    return this.#worker;
  }
}

/** Has a worker compute one job. */
const inWorker = (worker: Worker, job: LayoutJob): Promise<LayoutResult> =>
  new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<LayoutResult | { readonly error: string }>) => {
      if ("error" in data) reject(new Error(data.error));
      else resolve(data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(job);
  });
