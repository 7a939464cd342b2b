/** Compiles and runs the code of cells in the scope of the notebook's variables. */
import { join } from "node:path";
import vm from "node:vm";
import type { Compiled, CompileRequest } from "../../shared/compilation.ts";
import type { MainToWire } from "../../shared/messages.ts";
import { compileError, compileWarning } from "../errors/compile-error.ts";
import { describeThrown, type ErrorContent } from "../errors/traceback.ts";
import { active } from "../execution/cancel-scope.ts";
import { type Execution, runIn } from "../execution/execution.ts";
import { rememberCell } from "../locations/cell-sources.ts";
import type { CellModules } from "../modules/cell-modules.ts";
import { publish } from "../output/streams.ts";
import { attempt } from "../values/attempt.ts";
import { Declarations } from "./declarations.ts";
import { type CellRun, UnfinishedCells } from "./unfinished.ts";
import { createVariables } from "./variables.ts";

/** Dependencies of the evaluator. */
export interface EvaluatorDependencies {
  readonly send: (message: MainToWire) => void;
  readonly compile: (request: CompileRequest) => Promise<Compiled>;
  readonly modules: CellModules;
  /** Called when a cell was compiled, before it runs. */
  readonly announceScript: (name: string) => void;
  /** Called before code runs, with `null` for code that is not a cell of the notebook. */
  readonly beforeCell: (cell: Pick<Source, "id" | "count"> | null) => void;
  /** Called when the code of a cell has run, while its output is still open. */
  readonly atEndOfCell: () => void;
}

/** Code to evaluate: a cell, or an expression of an `execute_request`. */
export interface Source {
  readonly code: string;
  /** Its file name in stack traces. */
  readonly name: string;
  readonly count: number;
  /** JupyterLab's id of the cell. */
  readonly id: string | null;
}

/** The state of a run of a cell. */
export interface Progress extends CellRun {
  compiled: Compiled | null;
  /** Whether its code has begun to run; from then on its functions exist, and its variables have lost their earlier values. */
  entered: boolean;
  /** Whether its code has run to the end. */
  ran: boolean;
}

type CellBody = (exports: object, require: (id: string) => unknown, folder: string, file: string) => unknown;

/** Compiles a cell's JavaScript to a function. The newline and the line offset keep the positions of the first line. */
function cellBody({ isAsync, output }: Compiled, filename: string): CellBody {
  const wrapped = `(${isAsync ? "async " : ""}function (exports, require, __dirname, __filename) {\n${output}\n})`;
  return vm.runInThisContext(wrapped, {
    filename,
    lineOffset: -1,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as CellBody;
}

/** Evaluates cells one at a time. */
export class Evaluator {
  /** The variables of the notebook. */
  readonly variables: Record<string, unknown> = createVariables();
  /** The lines that declared them. */
  readonly declarations: Declarations = new Declarations();
  readonly #dependencies: EvaluatorDependencies;
  readonly #unfinished: UnfinishedCells = new UnfinishedCells(this.variables);

  constructor(dependencies: EvaluatorDependencies) {
    this.#dependencies = dependencies;
  }

  /** Begins the run of a cell of the notebook. */
  begin(run: CellRun): Progress {
    this.#unfinished.begin(run);
    return { ...run, compiled: null, entered: false, ran: false };
  }

  /**
   * Runs code and returns the value of its last expression, in an object because a promise would be awaited; `undefined` if there is none.
   * `progress` is `null` for code that is not a cell of the notebook.
   */
  async evaluate(
    source: Source,
    execution: Execution,
    progress: Progress | null,
  ): Promise<{ readonly value: unknown } | undefined> {
    const compiled = await this.#compile(source, progress);
    if (execution.scope.phase !== active) return undefined;
    this.#report(compiled, source, execution);
    const { name, code, count, id } = source;
    const { maps, instrumented, rewritten } = compiled;
    rememberCell({ name, count, id, code, maps, instrumented, rewritten });
    await runIn(execution, () => this.#dependencies.modules.prepare(compiled.imports));
    if (execution.scope.phase !== active) return undefined;
    this.#dependencies.beforeCell(progress === null ? null : source);
    return runIn(execution, () => this.#run(compiled, source, progress));
  }

  async #compile({ code, count }: Source, progress: Progress | null): Promise<Compiled> {
    const unfinished = this.#unfinished.list();
    const request = { code, count: progress === null ? null : count, unfinished };
    const compiled = await this.#dependencies.compile(request);
    if (progress !== null) progress.compiled = compiled;
    return compiled;
  }

  /** Throws if the code did not compile, and publishes its warnings. */
  #report({ diagnostics, warnings }: Compiled, { name, code }: Source, execution: Execution): void {
    if (diagnostics.length > 0) throw new CompileFailure(compileError(diagnostics, name, code));
    if (warnings.length > 0)
      publish(this.#dependencies.send, execution, "display_data", compileWarning(warnings, name, code));
  }

  async #run(compiled: Compiled, source: Source, progress: Progress | null): Promise<{ readonly value: unknown }> {
    const { name } = source;
    const body = cellBody(compiled, name);
    const { require, root } = this.#dependencies.modules;
    this.#dependencies.announceScript(name);
    if (progress !== null) progress.entered = true;
    const returned = body(this.variables, require, root, join(root, name));
    if (compiled.isAsync) await returned;
    if (progress !== null) this.#finish(progress, compiled, source);
    this.#dependencies.atEndOfCell();
    return { value: this.#takeLast(compiled.lastExpression) };
  }

  #finish(progress: Progress, compiled: Compiled, source: Source): void {
    progress.ran = true;
    this.#unfinished.finished(compiled.values);
    this.declarations.add(source, compiled.values);
  }

  /** Records that a cell ended by an error or an interrupt, at a source offset where known. */
  stopped(progress: Progress, wasInterrupted: boolean, offset: number | null): void {
    const { compiled, entered, ran } = progress;
    if (compiled === null || ran) return;
    if (compiled.diagnostics.length > 0) this.#unfinished.didNotCompile(progress, compiled.names);
    else {
      const reason = wasInterrupted ? "interrupt" : "error";
      this.#unfinished.stopped(progress, reason, compiled.values, entered ? offset : null);
    }
  }

  /** Returns the value of the last expression and clears it, but keeps the property: V8 makes an object slow from which one is deleted. */
  #takeLast(name: string | null): unknown {
    if (name === null) return undefined;
    const value = this.variables[name];
    this.variables[name] = undefined;
    return value;
  }
}

/** The error of a cell that does not compile. */
class CompileFailure extends Error {
  readonly content: ErrorContent;
  constructor(content: ErrorContent) {
    super(content.evalue);
    this.content = content;
  }
}

/** Returns the content of Jupyter's `error` message for an error that a cell threw. */
export const contentOf = (error: unknown): ErrorContent =>
  attempt(() => error instanceof CompileFailure, false) ? (error as CompileFailure).content : describeThrown(error);
