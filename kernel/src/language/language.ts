/** Compiles, completes and explains the cells of a notebook, by tslab's converter. */
import type { Compiled, CompileRequest, Diagnostic, Rewritten, UnfinishedCell } from "../shared/compilation.ts";
import { typeErrorsOf } from "../shared/directives.ts";
import { type Position, positionOf } from "../shared/positions.ts";
import { TrackedText } from "../shared/tracked-text.ts";
import { toCodePoints, toUnits } from "./assist/code-points.ts";
import { completeReply } from "./assist/completions.ts";
import { calledAt, declarationsAt, documented, inspectReply, isInformative } from "./assist/hover.ts";
import { isInIndexText } from "./assist/index-texts.ts";
import { completeSpecifier } from "./assist/module-names.ts";
import { declaredValues } from "./cells/declared-values.ts";
import { declarationsOf, stubs, withoutUnresolved } from "./cells/failed-declarations.ts";
import { endsInSideEffect } from "./cells/last-expression.ts";
import { type CellsByName, cellsByName, consequences, mentions, missingNames } from "./cells/missing-names.ts";
import { withoutSuperseded } from "./cells/superseded.ts";
import { compilation, declaredNames, firstLine, resetOutputs, withExports } from "./compiler/compilation.ts";
import { type Conversion, type Converter, createConverter } from "./compiler/converter.ts";
import type { Program } from "./compiler/program-api.ts";
import { hasOutsideFunctions, isAwait } from "./compiler/syntax.ts";
import { checkSettings, typeErrorsIn } from "./compiler/tsconfig.ts";
import { ts } from "./compiler/typescript.ts";
import { debugExpression, type Expression } from "./debugging/expression.ts";
import {
  diagnosticOf,
  inOrder,
  matmulDiagnostics,
  offsetIn,
  powerDiagnostics,
  rangeOf,
  syntaxDiagnostics,
  withRewriteErrors,
} from "./diagnostics/diagnostics.ts";
import { importableNames } from "./diagnostics/engine-names.ts";
import { instrumentAwaits } from "./emit/awaits.ts";
import { exportInPlace, lastValue } from "./emit/live-bindings.ts";
import { stopAtReturns } from "./emit/return-stops.ts";
import { ops } from "./rewrite/operators.ts";
import { keepParameterTypes } from "./rewrite/papermill-parameters.ts";
import { type RewrittenCell, rewriteCell } from "./rewrite/rewrite.ts";
import { parseable } from "./rewrite/statements.ts";

const parse = (code: string) => ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);

/** Matches the compiler's export of an imported name by a getter. In a notebook it is a variable, which may be declared again. */
const importedName =
  /Object\.defineProperty\(exports, "([^"]+)", \{ enumerable: true, get: function \(\) \{ return ([^;]+); \} \}\);/g;

/** Whether a cell uses top-level await. */
const awaits = (code: string): boolean =>
  /\bawait\b/.test(code) && hasOutsideFunctions(parse(firstLine + code), isAwait);

const rewritten = (tracked: TrackedText): Rewritten => ({ text: tracked.text, runs: tracked.runs() });

/** A converted cell with its diagnostics, which refer to the rewritten text. */
interface Checked {
  readonly conversion: Conversion;
  readonly tracked: TrackedText;
  readonly diagnostics: readonly Diagnostic[];
  /** Declarations of this cell and the earlier ones. */
  readonly declarations: string | undefined;
  /** Variables of the cell that are set to a tensor or null. */
  readonly nullables: readonly string[];
}

/** The language services of one notebook, which keep the declarations of its cells. */
export class Language {
  readonly #converter: Converter;
  /** The folder and the options of type checking for which the converter was created. */
  readonly #settings: string;
  /** Declarations of the cells that compiled. */
  #declarations = "";
  /** Variables that those cells declare. */
  readonly #variables = new Set<string>();
  /** Those variables that are set to `x.grad` or the like, a tensor or null. */
  readonly #nullables = new Set<string>();
  /** Variables of the latest compilation. */
  #declared: readonly string[] = [];
  /** Declarations of cells that did not compile, by their execution count. */
  readonly #failed = new Map<number, string>();

  /**
   * `instrumentsAwaits`: whether interrupts can end the compiled code where it awaits. `isDebugged`: whether a debugger is attached. `before`: the language services
   * of a notebook that has ended, whose parsed library is used again.
   */
  constructor({
    instrumentsAwaits = true,
    isDebugged = () => false,
    before = null,
  }: {
    readonly instrumentsAwaits?: boolean;
    readonly isDebugged?: () => boolean;
    readonly before?: Language | null;
  } = {}) {
    const instrument = (tracked: TrackedText): TrackedText => (instrumentsAwaits ? instrumentAwaits(tracked) : tracked);
    compilation.instrument = (source, isCell) => {
      if (!isCell) return instrument(new TrackedText(source));
      const { tracked, names } = exportInPlace(source, this.#variables);
      this.#declared = names;
      return instrument(isDebugged() ? stopAtReturns(tracked) : tracked);
    };
    compilation.checks = checkSettings(process.cwd());
    this.#settings = JSON.stringify([process.cwd(), compilation.checks]);
    this.#converter = before !== null && before.#settings === this.#settings ? before.#converter : createConverter();
  }

  /** Compiles a cell, or returns the errors that prevent it from running, among them the use of names that an unfinished cell did not declare. */
  compile({ code, count, unfinished }: CompileRequest): Compiled {
    compilation.modules?.refresh();
    const { conversion, tracked, diagnostics: found, declarations, nullables } = this.#check(code, unfinished);
    let diagnostics = inOrder([...found, ...powerDiagnostics(code), ...matmulDiagnostics(code)]);
    if (diagnostics.length === 0) {
      this.#declarations = declarations ?? "";
      for (const name of this.#declared) this.#variables.add(name);
      for (const name of declaredNames(code)) this.#nullables.delete(name);
      for (const name of nullables) this.#nullables.add(name);
    } else {
      if (count !== null) this.#recordFailed(count, unfinished, declarations, diagnostics);
      const syntax = syntaxDiagnostics(code);
      if (syntax.length > 0) diagnostics = inOrder(syntax);
    }
    const { text } = parseable(code);
    const { lastExpressionVar, output = "" } = conversion;
    const { instrumented } = compilation;
    return {
      diagnostics,
      warnings: inOrder(compilation.warnings.map((d) => diagnosticOf(d, tracked))),
      output: output.replace(importedName, "exports.$1 = $2;"),
      isAsync: awaits(text),
      lastExpression: lastExpressionVar !== undefined && !endsInSideEffect(ts, parse(text), text) ? lastValue : null,
      maps: compilation.maps,
      instrumented: instrumented === null ? null : { original: instrumented.original, ...rewritten(instrumented) },
      rewritten: tracked.text === code ? null : rewritten(tracked),
      imports: compilation.imports,
      names: declaredNames(code),
      values: declaredValues(code),
    };
  }

  /** Rewrites and converts a cell. */
  #check(code: string, unfinished: readonly UnfinishedCell[]): Checked {
    const earlier = withoutSuperseded(this.#declarations, code);
    const missing = cellsByName(unfinished, earlier);
    const mayUseMissing = missing.size > 0 && mentions(code, missing);
    const { tracked, errors, nullables } = this.#rewrite(code, earlier, withExports);
    // before the conversion, which changes the syntax tree
    const uses = mayUseMissing ? this.#missingNames(tracked, earlier, missing) : [];
    resetOutputs();
    compilation.typeErrors = typeErrorsOf(code) ?? typeErrorsIn(process.cwd());
    const conversion = this.#converter.convert(earlier);
    const { diagnostics: found, declOutput: declarations } = conversion;
    const diagnostics = [...withRewriteErrors(found, errors, tracked), ...uses];
    const checked = { conversion, tracked, diagnostics, declarations, nullables };
    return found.length > 0 && mayUseMissing
      ? (this.#checkWithStubs(code, earlier, unfinished, missing, conversion) ?? checked)
      : checked;
  }

  /** Checks a cell again, with stubs for the names of cells that did not compile; returns `null` if it uses none of these names. */
  #checkWithStubs(
    code: string,
    earlier: string,
    unfinished: readonly UnfinishedCell[],
    missing: CellsByName,
    conversion: Conversion,
  ): Checked | null {
    const present = `${earlier}\n${stubs(unfinished, this.#failed, earlier)}`;
    const { tracked, errors, nullables } = this.#rewrite(code, present, withExports);
    const uses = this.#missingNames(tracked, present, missing);
    const isConsequence = consequences(compilation.program, missing);
    const { diagnostics: found, declOutput: declarations } = this.#converter.convert(present);
    if (uses.length === 0) return null;
    const own = found.filter((d) => !isConsequence(d.messageText, firstLine.length + offsetIn(tracked, d.start)));
    const diagnostics = [...withRewriteErrors(own, errors, tracked), ...uses];
    return { conversion, tracked, diagnostics, declarations, nullables };
  }

  /** Returns errors about the names of unfinished cells that the cell uses. */
  #missingNames(tracked: TrackedText, declarations: string, missing: CellsByName): Diagnostic[] {
    this.#converter.inspect(declarations, 0);
    return missingNames(compilation.program, missing).map(({ start, end, message }) => {
      const at = (offset: number): Position =>
        positionOf(tracked.original, tracked.toOriginal(offset - firstLine.length));
      return { ...rangeOf(at(start), at(end)), message, file: null };
    });
  }

  /** Keeps the declarations of a cell that did not compile. */
  #recordFailed(
    count: number,
    unfinished: readonly UnfinishedCell[],
    declarations: string | undefined,
    diagnostics: readonly Diagnostic[],
  ): void {
    const wanted = new Set(unfinished.map((cell) => cell.count));
    for (const old of this.#failed.keys()) if (!wanted.has(old)) this.#failed.delete(old);
    const { program } = compilation;
    const emitted = declarations ?? (program === null ? "" : declarationsOf(program));
    const messages = diagnostics.map((d) => d.message);
    this.#failed.set(count, withoutUnresolved(emitted, messages));
  }

  /** Rewrites a cell. The compiler is left with the program of the rewritten text, to which `extend` may add. */
  #rewrite(code: string, declarations: string, extend = (text: string): string => text): RewrittenCell {
    let latest: string | null = null;
    const setText = (text: string): void => {
      if (text !== latest) compilation.text = extend(text);
      latest = text;
    };
    const build = (text: string): Program | null => {
      setText(text);
      // asking for an explanation makes the converter build the program
      this.#converter.inspect(declarations, 0);
      return compilation.program;
    };
    const cell = rewriteCell(code, build, this.#nullables);
    const { tracked } = cell;
    tracked.apply(keepParameterTypes(tracked.text, declarations));
    setText(tracked.text);
    return cell;
  }

  /** Returns the content of `complete_reply`; the cursor counts code points. */
  complete(code: string, cursor: number): object {
    const at = toUnits(code, cursor);
    const specifiers = completeSpecifier(code, at, process.cwd());
    if (specifiers !== null) {
      const { entries, start, end } = specifiers;
      return completeReply(entries, toCodePoints(code, start), toCodePoints(code, end));
    }
    const { tracked } = this.#rewrite(code, this.#declarations);
    const position = tracked.toCurrent(at);
    if (isInIndexText(compilation.program, position + firstLine.length)) return completeReply([], cursor, cursor);
    const completion = this.#converter.complete(this.#declarations, position);
    const kinds = new Map(completion.original?.entries?.map((e) => [e.name, e.kind]));
    const names = completion.candidates.filter((name) => name !== ops);
    const prefix = tracked.text.slice(completion.start, position);
    // `globalThis` is a candidate where any name in scope may stand
    const { program } = compilation;
    const importable =
      kinds.has("globalThis") && prefix.length > 1 && program !== null
        ? importableNames(program, prefix, new Set(names))
        : [];
    const start = toCodePoints(code, tracked.toOriginal(completion.start));
    const end = Math.max(toCodePoints(code, tracked.toOriginalEnd(completion.end)), start);
    return completeReply([...names.map((text) => ({ text, type: kinds.get(text) ?? "" })), ...importable], start, end);
  }

  /** Returns the content of `inspect_reply`; the cursor counts code points. `full`: whether to include the declaration. */
  inspect(code: string, cursor: number, full: boolean): object {
    const at = toUnits(code, cursor);
    const { tracked } = this.#rewrite(code, this.#declarations);
    for (const offset of [at, at - 1, calledAt(code, at)]) {
      if (offset === null || offset < 0) continue;
      const position = tracked.toCurrent(offset);
      const info = this.#converter.inspect(this.#declarations, position);
      const { program } = compilation;
      if (isInformative(info))
        return inspectReply(documented(info, program, position), full ? declarationsAt(program, position) : []);
    }
    return { status: "ok", found: false, data: {}, metadata: {} };
  }

  /** Compiles an expression for a function that is paused; `hidden` are names of its own variables, `path` its file if it is not in a cell. */
  debugExpression(code: string, hidden: readonly string[], path: string | null): Expression {
    return debugExpression(code, this.#variables, hidden, path);
  }

  /** Declares a variable of the notebook that the debugger has set, for later cells. */
  declare(name: string, type: string): void {
    this.compile({ code: `let ${name}: ${type};`, count: null, unfinished: [] });
  }
}
