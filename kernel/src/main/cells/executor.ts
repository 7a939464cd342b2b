/** Runs the execute requests one after the other, and answers them. */
import type { ExecuteRequest } from "../../shared/jupyter.ts";
import type { Data } from "../display/bundle.ts";
import { complete, describe, describeForDisplay, isTimer } from "../display/describe.ts";
import type { Explanation } from "../errors/explanation.ts";
import { describeThrown, type ErrorContent, offsetIn, tracebackText } from "../errors/traceback.ts";
import { active, CancelScope, cancelling } from "../execution/cancel-scope.ts";
import type { Execution } from "../execution/execution.ts";
import { describeInterrupt, type Interruption, StopSite } from "../interrupts/interrupt-error.ts";
import { installPackages, wantedPackages } from "../modules/npm-install.ts";
import { type OutputStreams, publish } from "../output/streams.ts";
import { attempt } from "../values/attempt.ts";
import { staleNotes } from "../values/stale-objects.ts";
import type { Declarations } from "./declarations.ts";
import { contentOf, Evaluator, type EvaluatorDependencies, type Progress } from "./evaluator.ts";

/** Dependencies of the executor. */
export interface ExecutorDependencies extends EvaluatorDependencies {
  readonly streams: OutputStreams;
  /** Explains an error that a cell threw; `null` for most. */
  readonly explain: (thrown: unknown) => Explanation | null;
  /** Called when a cell fails or is being interrupted, while its output is still open. `waits`: whether pictures that are drawn later are waited for. */
  readonly beforeFailure: (execution: Execution, waits: boolean) => void;
  /** Called after each cell. */
  readonly afterCell: () => void;
  /** Called when nothing of an interrupted cell runs any more. */
  readonly afterInterrupt: () => void;
}

/** The cell that runs. */
interface RunningCell {
  readonly request: ExecuteRequest;
  readonly execution: Execution;
  readonly count: number;
  /** Name in stack traces, such as `cell[3]`. */
  readonly name: string;
  readonly progress: Progress | null;
  /** The error of an interrupt, once one has arrived. */
  interruption: Interruption | null;
  isOpen: boolean;
  /** The error that ended the cell, while pictures are drawn. */
  failure: ErrorContent | null;
  /** Resolves when the reply was sent. */
  readonly resolve: () => void;
}

/** Queue of execute requests. */
export class Executor {
  readonly stopSite: StopSite = new StopSite();
  readonly #dependencies: ExecutorDependencies;
  readonly #evaluator: Evaluator;
  #count = 0;
  #queue: ExecuteRequest[] = [];
  #running: RunningCell | null = null;
  #isProcessing = false;
  /** Number of the loop that processes the queue: terminated code never returns to its loop, so an interrupt starts a new one. */
  #generation = 0;

  constructor(dependencies: ExecutorDependencies) {
    this.#dependencies = dependencies;
    this.#evaluator = new Evaluator(dependencies);
  }

  /** The variables of the notebook. */
  get variables(): Record<string, unknown> {
    return this.#evaluator.variables;
  }

  /** The lines that declared them. */
  get declarations(): Declarations {
    return this.#evaluator.declarations;
  }

  /** Adds a request to the queue. */
  execute(request: ExecuteRequest): void {
    this.#queue.push(request);
    void this.#process();
  }

  /** Interrupts the running cell and everything that it has started. `memory`: the error message if the heap is full. */
  interrupt(memory: string | null = null): void {
    const running = this.#running;
    const stop = this.stopSite.take();
    if (running === null) return;
    const { scope } = running.execution;
    attempt(() => this.#dependencies.beforeFailure(running.execution, false), undefined);
    // before the pending awaits are rejected
    if (scope.phase === active)
      running.interruption = describeInterrupt(running.name, stop, scope.suspendedAt(), memory);
    scope.cancel(() => {
      running.execution.muted = true;
      this.#dependencies.afterInterrupt();
      if (running.interruption !== null) this.#fail(running, running.interruption.error, running.interruption.offset);
      this.revive();
    });
  }

  /** Restarts the processing of the queue after code was terminated: the loop may have been on its stack. */
  revive(): void {
    if (this.#running !== null) return;
    this.#generation++;
    this.#isProcessing = false;
    void this.#process();
  }

  /** The execution of the running cell. */
  get runningExecution(): Execution | null {
    return this.#running?.execution ?? null;
  }

  /** JupyterLab's id of the running cell; `null` where there is none. */
  get runningCell(): string | null {
    return this.#running?.request.cellId ?? null;
  }

  /** Whether the running cell may ask the user for input. */
  get allowsInput(): boolean {
    return this.#running?.request.allowStdin === true;
  }

  /** Reports an uncaught error: while its cell runs, as the cell's own error; later, below the cell. */
  reportUncaught(error: unknown, execution: Execution): void {
    if (execution.scope.phase !== active || this.stopSite.isNoted) return;
    if (execution.capture !== undefined) execution.capture.show({ "text/plain": tracebackText(error) });
    else if (this.#running?.request.parent === execution.parent)
      this.#failBy(this.#running, error, describeThrown(error));
    else publish(this.#dependencies.send, execution, "error", describeThrown(error));
  }

  async #process(): Promise<void> {
    if (this.#isProcessing) return;
    this.#isProcessing = true;
    const generation = this.#generation;
    while (generation === this.#generation) {
      const request = this.#queue.shift();
      if (request === undefined) break;
      await this.#run(request);
    }
    if (generation === this.#generation) this.#isProcessing = false;
  }

  #run(request: ExecuteRequest): Promise<void> {
    return new Promise((resolve) => {
      const running = this.#begin(request, resolve);
      this.#running = running;
      this.#evaluate(running).then(
        (values) => this.#finish(running, { status: "ok", user_expressions: values, payload: [] }),
        (error: unknown) => {
          const content = this.#withStaleNotes(contentOf(error), request.code);
          this.#failBy(running, error, content, offsetIn(error, running.name));
        },
      );
    });
  }

  #begin(request: ExecuteRequest, resolve: () => void): RunningCell {
    const { parent, code, silent, storeHistory, cellId } = request;
    const execution: Execution = { parent, silent, scope: new CancelScope(), muted: false, pending: [] };
    if (storeHistory) this.#count++;
    const count = this.#count;
    const progress = storeHistory ? this.#evaluator.begin({ count, id: cellId }) : null;
    this.#dependencies.send({ kind: "started", parent, code, count, silent, storeHistory });
    const name = `cell[${count}]`;
    return { request, execution, count, name, progress, interruption: null, isOpen: true, failure: null, resolve };
  }

  /** Runs a cell, publishes its result, and returns the values of the user expressions. */
  async #evaluate({ request, execution, count, name, progress }: RunningCell): Promise<Record<string, object>> {
    await this.#install(request.code, execution);
    const source = { code: request.code, name, count, id: request.cellId };
    const last = await this.#evaluator.evaluate(source, execution, progress);
    await this.#publishResult(request, count, last?.value);
    // a notebook is saved with the final state of its displays
    await Promise.all(execution.pending);
    // an unhandled rejection is reported in the next turn of the event loop
    await new Promise(setImmediate);
    return this.#userExpressions(request, execution);
  }

  /** Sends the reply, unless it was sent, or the cell is being interrupted: then the interrupt is its result. */
  #finish(running: RunningCell, content: object): void {
    const { request, execution, count } = running;
    if (!running.isOpen || execution.scope.phase === cancelling) return;
    running.isOpen = false;
    this.#dependencies.streams.end(execution);
    this.#running = null;
    this.#dependencies.send({
      kind: "done",
      parent: request.parent,
      content: { ...content, execution_count: count },
    });
    this.#dependencies.afterCell();
    running.resolve();
  }

  /** Sends the error that a cell threw as the reply, with its explanation. */
  #failBy(running: RunningCell, thrown: unknown, error: ErrorContent, offset: number | null = null): void {
    if (running.isOpen && running.failure === null && running.interruption === null)
      attempt(() => this.#dependencies.beforeFailure(running.execution, true), undefined);
    const explanation = this.#dependencies.explain(thrown);
    if (explanation === null) return this.#fail(running, error, offset);
    const traceback = [...error.traceback, ...(explanation.lines.length === 0 ? [] : [""]), ...explanation.lines];
    return this.#fail(running, { ...error, traceback }, offset, explanation.bundle);
  }

  /** Sends an error as the reply. `offset`: where in its source the cell stopped, where known. `picture`: shown below the traceback. */
  #fail(running: RunningCell, error: ErrorContent, offset: number | null = null, picture: Data | null = null): void {
    const { request, execution, progress, failure } = running;
    if (!running.isOpen || execution.scope.phase === cancelling) return;
    // an interrupt, or another error, while the picture is drawn
    if (failure !== null) return this.#end(running, failure);
    if (progress !== null) this.#evaluator.stopped(progress, running.interruption !== null, offset);
    if (!request.silent)
      this.#dependencies.send({ kind: "publish", parent: request.parent, type: "error", content: error });
    const waits = running.interruption === null ? [...execution.pending] : [];
    if (picture !== null && !request.silent) waits.push(this.#show(running, picture));
    if (waits.length === 0) return this.#end(running, error);
    running.failure = error;
    void Promise.allSettled(waits).then(() => this.#end(running, error));
  }

  /** Sends the reply of a cell that failed, and aborts the cells behind it. */
  #end(running: RunningCell, error: ErrorContent): void {
    if (!running.isOpen) return;
    this.#finish(running, { status: "error", ...error });
    if (running.request.stopOnError) this.#abortQueued();
  }

  /** Publishes a picture below the outputs of a cell. */
  async #show({ request, isOpen }: RunningCell, picture: Data): Promise<void> {
    try {
      const content = await complete(describeForDisplay(picture));
      if (isOpen) this.#dependencies.send({ kind: "publish", parent: request.parent, type: "display_data", content });
    } catch {
      // the traceback says the same
    }
  }

  /** Installs the packages that the directives of a cell name. */
  async #install(code: string, { parent, scope }: Execution): Promise<void> {
    if (!code.includes("//!")) return;
    const { root } = this.#dependencies.modules;
    const names = wantedPackages(code, root);
    if (names.length === 0) return;
    const write = (text: string): void => this.#dependencies.streams.post(parent, "stdout", text);
    await installPackages(names, root, write, scope.signal);
  }

  /** Adds notes to a TypeError that an object of an earlier definition of its class may have caused. */
  #withStaleNotes(error: ErrorContent, code: string): ErrorContent {
    return error.ename === "TypeError"
      ? { ...error, traceback: [...error.traceback, ...attempt(() => staleNotes(code, this.variables), [])] }
      : error;
  }

  /** Evaluates the user expressions of a request, each to a MIME bundle or an error. */
  async #userExpressions(request: ExecuteRequest, execution: Execution): Promise<Record<string, object>> {
    const values: [name: string, value: object][] = [];
    for (const [key, code] of Object.entries(request.userExpressions)) {
      try {
        const source = { code, name: `expression[${key}]`, count: this.#count, id: null };
        const { value } = (await this.#evaluator.evaluate(source, execution, null)) ?? {};
        values.push([key, { status: "ok", ...(await complete(describe(value))) }]);
      } catch (error) {
        values.push([key, { status: "error", ...contentOf(error) }]);
      }
    }
    return Object.fromEntries(values);
  }

  async #publishResult(request: ExecuteRequest, count: number, value: unknown): Promise<void> {
    if (value === undefined || request.silent || isTimer(value)) return;
    const content = await complete(describe(value));
    // an object that is already shown has an empty bundle
    if (Object.keys(content.data).length === 0) return;
    this.#dependencies.send({
      kind: "publish",
      parent: request.parent,
      type: "execute_result",
      content: { ...content, execution_count: count },
    });
  }

  #abortQueued(): void {
    for (const request of this.#queue.splice(0))
      this.#dependencies.send({
        kind: "done",
        parent: request.parent,
        content: { status: "aborted", execution_count: this.#count },
      });
  }
}
