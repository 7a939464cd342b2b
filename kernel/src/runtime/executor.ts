/** Runs compiled cells one after the other. */
import { join } from "node:path";
import vm from "node:vm";
import type { Compiled, CompileRequest, ExecuteRequest, MainToWire } from "../threads.ts";
import { remember } from "./cells.ts";
import { describeDiagnostics, describeWarnings } from "./diagnostics.ts";
import { describe, isTimer, whole } from "./display.ts";
import { installPackages, wantedPackages } from "./install.ts";
import { describeInterrupt, type Interruption } from "./interruption.ts";
import { Life } from "./life.ts";
import type { CellModules } from "./modules.ts";
import { type CellStreams, type OutputOwner, owned, publish } from "./output.ts";
import { staleNotes } from "./stale.ts";
import { attempt } from "./thrown.ts";
import { describeThrown, type ErrorContent, offsetIn, thrownText } from "./traceback.ts";
import { type CellRun, UnfinishedCells } from "./unfinished.ts";

type Send = (message: MainToWire) => void;

/** What the executor needs from outside. */
export interface Surroundings {
  readonly send: Send;
  readonly streams: CellStreams;
  readonly compile: (request: CompileRequest) => Promise<Compiled>;
  readonly modules: CellModules;
  /** Called before each cell runs. */
  readonly beforeCell: () => void;
  /** Called when its code has run, while its output is still open. */
  readonly atEndOfCell: () => void;
  /** Called after each. */
  readonly afterCell: () => void;
  /** Called when nothing of an interrupted cell runs any more. */
  readonly afterInterrupt: () => void;
}

/** How far a cell of the notebook has come. */
interface Progress extends CellRun {
  compiled: Compiled | null;
  /** Whether its code was entered: from then on its functions are there, and earlier values of its variables are not. */
  entered: boolean;
  ran: boolean;
}

interface Running {
  readonly request: ExecuteRequest;
  readonly owner: OutputOwner;
  /** What an interrupt says, as soon as one has come. */
  stopped: Interruption | null;
  /** `offset`: in the cell's text, where the error left it. */
  fail(error: ErrorContent, offset?: number | null): void;
}

export class Executor {
  /** The variables of the notebook. */
  readonly locals: Record<string, unknown> = newVariables();
  readonly #around: Surroundings;
  readonly #unfinished: UnfinishedCells = new UnfinishedCells(this.locals);
  #count = 0;
  #queue: ExecuteRequest[] = [];
  #running: Running | null = null;
  #pumping = false;
  /** A terminated stack never comes back to its pump, so an interrupt starts a new one. */
  #generation = 0;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  execute(request: ExecuteRequest): void {
    this.#queue.push(request);
    void this.#pump();
  }

  /** Ends the running cell, and all that it has running. `memory`: what is said where it holds too much. */
  interrupt(memory: string | null = null): void {
    const running = this.#running;
    if (running === null) return;
    const { life } = running.owner;
    // before what waits is told, and waits no more
    if (life.phase === 0) running.stopped = describeInterrupt(life.places(), memory);
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
    if (owner.life.phase > 0) return;
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
        ? { count, id: request.cellId, compiled: null, entered: false, ran: false }
        : null;
      const fail = (error: ErrorContent, offset: number | null = null): void => {
        if (!open || isStopping()) return;
        if (progress !== null) this.#noteUnfinished(progress, running.stopped !== null, offset);
        if (!request.silent)
          this.#around.send({ kind: "publish", parent: request.parent, type: "error", content: error });
        finish({ status: "error", ...error });
        if (request.stopOnError) this.#abortQueued();
      };
      const running: Running = { request, owner, stopped: null, fail };
      this.#running = running;
      this.#around.send({
        kind: "started",
        parent: request.parent,
        code: request.code,
        count,
        silent: request.silent,
        storeHistory: request.storeHistory,
      });
      if (progress !== null) this.#unfinished.begin(progress);
      this.#install(request.code, owner)
        .then(() => this.#evaluate(request.code, `cell[${count}]`, count, request.cellId, owner, progress))
        .then((last) => this.#result(request, count, last?.value))
        // a notebook is saved with what its displays have become; and a rejection that nobody handles is known only in the next turn
        .then(() => Promise.all(owner.pending))
        .then(() => new Promise(setImmediate))
        .then(() => this.#userExpressions(request, owner))
        .then(
          (values) => finish({ status: "ok", user_expressions: values, payload: [] }),
          (error: unknown) => fail(this.#explained(contentOf(error), request.code), offsetIn(error, `cell[${count}]`)),
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

  /** The value of the code's last expression; `undefined` if there is none. In an object, as a promise would be waited for. */
  async #evaluate(
    code: string,
    name: string,
    count: number,
    id: string | null,
    owner: OutputOwner,
    progress: Progress | null,
  ): Promise<{ readonly value: unknown } | undefined> {
    const unfinished = this.#unfinished.list();
    const compiled = await this.#around.compile({ code, count: progress === null ? null : count, unfinished });
    if (progress !== null) progress.compiled = compiled;
    if (owner.life.phase > 0) return undefined;
    if (compiled.diagnostics.length > 0)
      throw new CompileFailure(describeDiagnostics(compiled.diagnostics, name, code));
    if (compiled.warnings.length > 0)
      publish(this.#around.send, owner, "display_data", describeWarnings(compiled.warnings, name, code));
    remember({ name, count, id, code, maps: compiled.maps, between: compiled.between, rewritten: compiled.rewritten });
    await owned(owner, () => this.#around.modules.prepare(compiled.imports));
    if (owner.life.phase > 0) return undefined;
    this.#around.beforeCell();
    // the newline and the line offset keep columns and lines of the first line as they are
    const wrapped = `(${compiled.isAsync ? "async " : ""}function (exports, require, __dirname, __filename) {\n${compiled.output}\n})`;
    return owned(owner, async () => {
      const body = vm.runInThisContext(wrapped, {
        filename: name,
        lineOffset: -1,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }) as (exports: object, require: (id: string) => unknown, folder: string, file: string) => unknown;
      const { require, root } = this.#around.modules;
      if (progress !== null) progress.entered = true;
      const returned = body(this.locals, require, root, join(root, name));
      if (compiled.isAsync) await returned;
      if (progress !== null) this.#noteFinished(progress, compiled);
      this.#around.atEndOfCell();
      return { value: this.#takeLast(compiled.lastExpression) };
    });
  }

  #noteFinished(progress: Progress, compiled: Compiled): void {
    progress.ran = true;
    this.#unfinished.finished(compiled.values);
  }

  #noteUnfinished(progress: Progress, wasInterrupted: boolean, offset: number | null): void {
    const { compiled, entered, ran } = progress;
    if (compiled === null || ran) return;
    if (compiled.diagnostics.length > 0) this.#unfinished.didNotCompile(progress, compiled.names);
    else
      this.#unfinished.stopped(
        progress,
        wasInterrupted ? "interrupt" : "error",
        compiled.values,
        entered ? offset : null,
      );
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
        const { value } = (await this.#evaluate(code, `expression[${key}]`, this.#count, null, owner, null)) ?? {};
        values.push([key, { status: "ok", ...(await whole(describe(value))) }]);
      } catch (error) {
        values.push([key, { status: "error", ...contentOf(error) }]);
      }
    }
    return Object.fromEntries(values);
  }

  /** Takes the value out, but leaves the property: an object that loses one becomes slow. */
  #takeLast(name: string | null): unknown {
    if (name === null) return undefined;
    const value = this.locals[name];
    this.locals[name] = undefined;
    return value;
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

/**
 * Returns an object without properties that inherits none either, so that a variable may be called `__proto__`. One that is made by a constructor: V8
 * makes `Object.create(null)` a slow dictionary, and every assignment at the top level of a cell goes through this object.
 */
function newVariables(): Record<string, unknown> {
  function Variables(): void {}
  Variables.prototype = Object.create(null);
  return Reflect.construct(Variables, []);
}

class CompileFailure extends Error {
  readonly content: ErrorContent;
  constructor(content: ErrorContent) {
    super(content.evalue);
    this.content = content;
  }
}

const contentOf = (error: unknown): ErrorContent =>
  attempt(() => error instanceof CompileFailure, false) ? (error as CompileFailure).content : describeThrown(error);
