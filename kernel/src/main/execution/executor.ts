/** Runs the requests to execute one after the other, and answers them. */
import type { ExecuteRequest } from "../../shared/messages.ts";
import { describe, isTimer, whole } from "../display/describe.ts";
import { describeThrown, type ErrorContent, offsetIn, thrownText } from "../errors/traceback.ts";
import { describeInterrupt, type Interruption, StopSite } from "../interrupts/interruption.ts";
import { installPackages, wantedPackages } from "../modules/npm.ts";
import { type CellStreams, publish } from "../output/streams.ts";
import { Life } from "../ownership/cancel-scope.ts";
import { type OutputOwner } from "../ownership/owner.ts";
import { staleNotes } from "../values/stale.ts";
import { attempt } from "../values/thrown.ts";
import { contentOf, Evaluator, type EvaluatorContext, type Progress } from "./evaluator.ts";

/** What the executor needs from outside. */
export interface Surroundings extends EvaluatorContext {
  readonly streams: CellStreams;
  /** Called after each cell. */
  readonly afterCell: () => void;
  /** Called when nothing of an interrupted cell runs any more. */
  readonly afterInterrupt: () => void;
}

interface Running {
  readonly request: ExecuteRequest;
  readonly owner: OutputOwner;
  /** `cell[3]` */
  readonly cell: string;
  /** The error of an interrupt, once one has come. */
  stopped: Interruption | null;
  /** `offset`: in the cell's text, where the error left it. */
  fail(error: ErrorContent, offset?: number | null): void;
}

export class Executor {
  readonly stopSite: StopSite = new StopSite();
  readonly #around: Surroundings;
  readonly #evaluator: Evaluator;
  #count = 0;
  #queue: ExecuteRequest[] = [];
  #running: Running | null = null;
  #pumping = false;
  /** A terminated stack never comes back to its pump, so an interrupt starts a new one. */
  #generation = 0;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#evaluator = new Evaluator(around);
  }

  /** The variables of the notebook. */
  get locals(): Record<string, unknown> {
    return this.#evaluator.locals;
  }

  execute(request: ExecuteRequest): void {
    this.#queue.push(request);
    void this.#pump();
  }

  /** Ends the running cell, and all that it has running. `memory`: what is said where it holds too much. */
  interrupt(memory: string | null = null): void {
    const running = this.#running;
    const stop = this.stopSite.take();
    if (running === null) return;
    const { life } = running.owner;
    // before what waits is told, and waits no more
    if (life.phase === 0) running.stopped = describeInterrupt(running.cell, stop, life.places(), memory);
    life.stop(() => {
      running.owner.muted = true;
      this.#around.afterInterrupt();
      if (running.stopped !== null) running.fail(running.stopped.error, running.stopped.offset);
      this.revive();
    });
  }

  /** After an interrupt whose cell did not give way, so that its stack was taken from it: the pump may have been on it. */
  revive(): void {
    if (this.#running !== null) return;
    this.#generation++;
    this.#pumping = false;
    void this.#pump();
  }

  /** The cell that runs. */
  get runningOwner(): OutputOwner | null {
    return this.#running?.owner ?? null;
  }

  /** Whether the running cell may ask the person. */
  get allowsInput(): boolean {
    return this.#running?.request.allowStdin === true;
  }

  /** What code throws when nobody catches it: while its cell runs, the cell fails; later, the error is shown below it. */
  throwLate(error: unknown, owner: OutputOwner): void {
    if (owner.life.phase > 0 || this.stopSite.isNoted) return;
    if (owner.capture !== undefined) owner.capture.show({ "text/plain": thrownText(error) });
    else if (this.#running?.request.parent === owner.parent) this.#running.fail(describeThrown(error));
    else publish(this.#around.send, owner, "error", describeThrown(error));
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    const generation = this.#generation;
    while (generation === this.#generation) {
      const request = this.#queue.shift();
      if (request === undefined) break;
      await this.#run(request);
    }
    if (generation === this.#generation) this.#pumping = false;
  }

  #run(request: ExecuteRequest): Promise<void> {
    return new Promise((resolve) => {
      const owner: OutputOwner = {
        parent: request.parent,
        silent: request.silent,
        life: new Life(),
        muted: false,
        pending: [],
      };
      if (request.storeHistory) this.#count++;
      const count = this.#count;
      let open = true;
      // what an interrupted cell still comes to, on its way out, is not what it is answered with
      const isStopping = (): boolean => owner.life.phase === 1;
      const finish = (content: object): void => {
        if (!open || isStopping()) return;
        open = false;
        this.#around.streams.end(owner);
        this.#running = null;
        this.#around.send({ kind: "done", parent: request.parent, content: { ...content, execution_count: count } });
        this.#around.afterCell();
        resolve();
      };
      const progress: Progress | null = request.storeHistory
        ? this.#evaluator.begin({ count, id: request.cellId })
        : null;
      const fail = (error: ErrorContent, offset: number | null = null): void => {
        if (!open || isStopping()) return;
        if (progress !== null) this.#evaluator.stopped(progress, running.stopped !== null, offset);
        if (!request.silent)
          this.#around.send({ kind: "publish", parent: request.parent, type: "error", content: error });
        finish({ status: "error", ...error });
        if (request.stopOnError) this.#abortQueued();
      };
      const running: Running = { request, owner, cell: `cell[${count}]`, stopped: null, fail };
      this.#running = running;
      this.#around.send({
        kind: "started",
        parent: request.parent,
        code: request.code,
        count,
        silent: request.silent,
        storeHistory: request.storeHistory,
      });
      const source = { code: request.code, name: `cell[${count}]`, count, id: request.cellId };
      this.#install(request.code, owner)
        .then(() => this.#evaluator.evaluate(source, owner, progress))
        .then((last) => this.#result(request, count, last?.value))
        // a notebook is saved with what its displays have become; and a rejection that nobody handles is known only in the next turn
        .then(() => Promise.all(owner.pending))
        .then(() => new Promise(setImmediate))
        .then(() => this.#userExpressions(request, owner))
        .then(
          (values) => finish({ status: "ok", user_expressions: values, payload: [] }),
          (error: unknown) => fail(this.#explained(contentOf(error), request.code), offsetIn(error, source.name)),
        );
    });
  }

  /** Brings the packages that the code asks for. */
  async #install(code: string, { parent, life }: OutputOwner): Promise<void> {
    if (!code.includes("//!")) return;
    const { root } = this.#around.modules;
    const names = wantedPackages(code, root);
    if (names.length === 0) return;
    const write = (text: string): void => this.#around.streams.post(parent, "stdout", text);
    await installPackages(names, root, write, life.signal);
  }

  /** With what may have led to it: an object that is older than its class. */
  #explained(error: ErrorContent, code: string): ErrorContent {
    return error.ename === "TypeError"
      ? { ...error, traceback: [...error.traceback, ...attempt(() => staleNotes(code, this.locals), [])] }
      : error;
  }

  /** Each expression as a bundle, or its error. */
  async #userExpressions(request: ExecuteRequest, owner: OutputOwner): Promise<Record<string, object>> {
    const values: [name: string, value: object][] = [];
    for (const [key, code] of Object.entries(request.userExpressions)) {
      try {
        const source = { code, name: `expression[${key}]`, count: this.#count, id: null };
        const { value } = (await this.#evaluator.evaluate(source, owner, null)) ?? {};
        values.push([key, { status: "ok", ...(await whole(describe(value))) }]);
      } catch (error) {
        values.push([key, { status: "error", ...contentOf(error) }]);
      }
    }
    return Object.fromEntries(values);
  }

  async #result(request: ExecuteRequest, count: number, value: unknown): Promise<void> {
    if (value === undefined || request.silent || isTimer(value)) return;
    const content = await whole(describe(value));
    // an object that has been shown already
    if (Object.keys(content.data).length === 0) return;
    this.#around.send({
      kind: "publish",
      parent: request.parent,
      type: "execute_result",
      content: { ...content, execution_count: count },
    });
  }

  #abortQueued(): void {
    for (const request of this.#queue.splice(0))
      this.#around.send({
        kind: "done",
        parent: request.parent,
        content: { status: "aborted", execution_count: this.#count },
      });
  }
}
