/** Evaluates the code of cells with the variables of the notebook. */
import { join } from "node:path";
import vm from "node:vm";
import type { Compiled, CompileRequest, MainToWire } from "../../shared/messages.ts";
import { describeDiagnostics, describeWarnings } from "../errors/diagnostics.ts";
import { describeThrown, type ErrorContent } from "../errors/traceback.ts";
import { remember } from "../locations/cells.ts";
import type { CellModules } from "../modules/cell-modules.ts";
import { publish } from "../output/streams.ts";
import { type OutputOwner, owned } from "../ownership/owner.ts";
import { attempt } from "../values/thrown.ts";
import { type CellRun, UnfinishedCells } from "./unfinished.ts";

/** Dependencies of the evaluator. */
export interface EvaluatorContext {
  readonly send: (message: MainToWire) => void;
  readonly compile: (request: CompileRequest) => Promise<Compiled>;
  readonly modules: CellModules;
  /** Called before each cell runs. */
  readonly beforeCell: () => void;
  /** Called when its code has run, while its output is still open. */
  readonly atEndOfCell: () => void;
}

/** The text of a cell, or of an expression that a request asks for. */
export interface Source {
  readonly code: string;
  /** Its file name in stack traces. */
  readonly name: string;
  readonly count: number;
  /** JupyterLab's id of the cell. */
  readonly id: string | null;
}

/** How far a cell of the notebook has come. */
export interface Progress extends CellRun {
  compiled: Compiled | null;
  /** Whether its code was entered: from then on its functions are there, and earlier values of its variables are not. */
  entered: boolean;
  ran: boolean;
}

export class Evaluator {
  /** The variables of the notebook. */
  readonly locals: Record<string, unknown> = newVariables();
  readonly #context: EvaluatorContext;
  readonly #unfinished: UnfinishedCells = new UnfinishedCells(this.locals);

  constructor(context: EvaluatorContext) {
    this.#context = context;
  }

  /** Begins the run of a cell of the notebook. */
  begin(run: CellRun): Progress {
    this.#unfinished.begin(run);
    return { ...run, compiled: null, entered: false, ran: false };
  }

  /** Returns the value of the code's last expression; `undefined` if there is none. In an object, as a promise would be waited for. */
  async evaluate(
    { code, name, count, id }: Source,
    owner: OutputOwner,
    progress: Progress | null,
  ): Promise<{ readonly value: unknown } | undefined> {
    const unfinished = this.#unfinished.list();
    const compiled = await this.#context.compile({ code, count: progress === null ? null : count, unfinished });
    if (progress !== null) progress.compiled = compiled;
    if (owner.life.phase > 0) return undefined;
    if (compiled.diagnostics.length > 0)
      throw new CompileFailure(describeDiagnostics(compiled.diagnostics, name, code));
    if (compiled.warnings.length > 0)
      publish(this.#context.send, owner, "display_data", describeWarnings(compiled.warnings, name, code));
    remember({ name, count, id, code, maps: compiled.maps, between: compiled.between, rewritten: compiled.rewritten });
    await owned(owner, () => this.#context.modules.prepare(compiled.imports));
    if (owner.life.phase > 0) return undefined;
    this.#context.beforeCell();
    // the newline and the line offset keep columns and lines of the first line as they are
    const wrapped = `(${compiled.isAsync ? "async " : ""}function (exports, require, __dirname, __filename) {\n${compiled.output}\n})`;
    return owned(owner, async () => {
      const body = vm.runInThisContext(wrapped, {
        filename: name,
        lineOffset: -1,
        importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
      }) as (exports: object, require: (id: string) => unknown, folder: string, file: string) => unknown;
      const { require, root } = this.#context.modules;
      if (progress !== null) progress.entered = true;
      const returned = body(this.locals, require, root, join(root, name));
      if (compiled.isAsync) await returned;
      if (progress !== null) this.#noteFinished(progress, compiled);
      this.#context.atEndOfCell();
      return { value: this.#takeLast(compiled.lastExpression) };
    });
  }

  #noteFinished(progress: Progress, compiled: Compiled): void {
    progress.ran = true;
    this.#unfinished.finished(compiled.values);
  }

  /** Notes that a cell was left by an error or an interrupt, at an offset of its text where that is known. */
  stopped(progress: Progress, wasInterrupted: boolean, offset: number | null): void {
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

  /** Takes the value out, but leaves the property: an object that loses one becomes slow. */
  #takeLast(name: string | null): unknown {
    if (name === null) return undefined;
    const value = this.locals[name];
    this.locals[name] = undefined;
    return value;
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

/** Returns what the protocol says of an error that left the code of a cell. */
export const contentOf = (error: unknown): ErrorContent =>
  attempt(() => error instanceof CompileFailure, false) ? (error as CompileFailure).content : describeThrown(error);
