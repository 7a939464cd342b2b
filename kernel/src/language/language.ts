/** Compiling, completing and explaining cells, by tslab's converter. */

import type { Compiled, CompileRequest, Diagnostic, Rewritten, UnfinishedCell } from "../shared/compilation.ts";
import { typeErrorsOf } from "../shared/directives.ts";
import type { Position } from "../shared/positions.ts";
import { positionOf } from "../shared/positions.ts";
import { TrackedText } from "../shared/tracked-text.ts";
import { toCodePoints, toUnits } from "./assist/code-points.ts";
import { completions } from "./assist/completions.ts";
import { declarationsAt, documented, explanation, saysSomething } from "./assist/hover.ts";
import { completeSpecifier } from "./assist/module-names.ts";
import { endsInEffect } from "./cells/last-expression.ts";
import { withoutSuperseded } from "./cells/superseded.ts";
import {
  absences,
  type CellsByName,
  cellsByName,
  consequences,
  declarationsOf,
  mentions,
  stubs,
  valuesOf,
  withoutUnresolved,
} from "./cells/unfinished.ts";
import type { SyntaxNode } from "./compiler/api.ts";
import { type Converter, createConverter } from "./compiler/converter.ts";
import { checkSettings, typeErrorsIn } from "./compiler/tsconfig.ts";
import { declaredNames, firstLine, forgetLatest, latest, ts, withExports } from "./compiler/typescript.ts";
import { notImported } from "./diagnostics/advice.ts";
import {
  diagnosticOf,
  inOrder,
  offsetIn,
  powerDiagnostics,
  span,
  syntaxDiagnostics,
} from "./diagnostics/diagnostics.ts";
import { guardAwaits } from "./emit/awaits.ts";
import { exportInPlace, lastValue } from "./emit/live-bindings.ts";
import { keepParameterTypes } from "./rewrite/papermill-parameters.ts";
import { ops, rewriteCell } from "./rewrite/rewrite.ts";
import { parseable } from "./rewrite/statements.ts";

const syntaxOf = (code: string) => ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);

/** The end of the name of the function whose arguments hold the position: what a person wants explained inside the brackets. */
function calledAt(code: string, position: number): number | null {
  let depth = 0;
  for (let i = position - 1; i >= 0; i--) {
    if (code[i] === ")") depth++;
    else if (code[i] === "(" && depth-- === 0) {
      const name = code.slice(0, i).trimEnd();
      return name === "" ? null : name.length - 1;
    }
  }
  return null;
}

/** How the compiler exports an imported name; in a notebook that is a variable like any other, and may be declared again. */
const importedName =
  /Object\.defineProperty\(exports, "([^"]+)", \{ enumerable: true, get: function \(\) \{ return ([^;]+); \} \}\);/g;

/** Whether a cell awaits outside of its functions. */
function awaits(code: string): boolean {
  if (!/\bawait\b/.test(code)) return false;
  const isFunction = (node: SyntaxNode): boolean =>
    /Function|Method|Accessor|Constructor/.test(ts.SyntaxKind[node.kind] ?? "");
  let found = false;
  const visit = (node: SyntaxNode): void => {
    const isAwaitUsing = (node.flags & ts.NodeFlags.AwaitUsing) === ts.NodeFlags.AwaitUsing;
    if (node.awaitModifier !== undefined || node.kind === ts.SyntaxKind["AwaitExpression"] || isAwaitUsing)
      found = true;
    if (!found && !isFunction(node)) ts.forEachChild(node, visit);
  };
  visit(syntaxOf(firstLine + code));
  return found;
}

const textAndRuns = (tracked: TrackedText): Rewritten => ({ text: tracked.text, runs: tracked.runs() });

/** One notebook's language state: the declarations of the cells so far. */
export class Language {
  readonly #converter: Converter;
  #declarations = "";
  /** Variables that cells have declared with a value. */
  readonly #variables = new Set<string>();
  /** Those of the latest compilation. */
  #declared: readonly string[] = [];
  /** Declarations of cells that did not compile, by their execution count. */
  readonly #failed = new Map<number, string>();

  constructor() {
    // declarations of a cell are live, files beside the notebook stay modules; an interrupt reaches the awaits of both
    latest.step = (source, isCell) => {
      if (!isCell) return guardAwaits(new TrackedText(source));
      const { tracked, names } = exportInPlace(source, this.#variables);
      this.#declared = names;
      return guardAwaits(tracked);
    };
    latest.checks = checkSettings(process.cwd());
    this.#converter = createConverter();
  }

  /** Compiles a cell, or says what is wrong with it: also that it uses names which an unfinished cell has not declared. */
  compile({ code, count, unfinished }: CompileRequest): Compiled {
    latest.modules?.refresh();
    const earlier = withoutSuperseded(this.#declarations, code);
    const absent = cellsByName(unfinished, earlier);
    const mentioned = absent.size > 0 && mentions(code, absent);
    let tracked = this.#rewrite(code, earlier, withExports);
    // before the conversion, which changes the syntax tree
    const uses = mentioned ? this.#absences(tracked, earlier, absent) : [];
    forgetLatest();
    latest.typeErrors = typeErrorsOf(code) ?? typeErrorsIn(process.cwd());
    const c = this.#converter.convert(earlier);
    let diagnostics = [...c.diagnostics.map((d) => diagnosticOf(d, tracked)), ...uses];
    let declarations = c.declOutput;
    if (c.diagnostics.length > 0 && mentioned) {
      const current = `${earlier}\n${stubs(unfinished, this.#failed, earlier)}`;
      const checked = this.#rewrite(code, current, withExports);
      const allUses = this.#absences(checked, current, absent);
      const isConsequence = consequences(latest.program, absent);
      const found = this.#converter.convert(current);
      if (allUses.length > 0) {
        tracked = checked;
        const own = found.diagnostics.filter(
          (d) => !isConsequence(d.messageText, firstLine.length + offsetIn(checked, d.start)),
        );
        diagnostics = [...own.map((d) => diagnosticOf(d, checked)), ...allUses];
        declarations = found.declOutput;
      }
    }
    diagnostics = inOrder([...diagnostics, ...powerDiagnostics(code)]);
    if (diagnostics.length === 0) {
      this.#declarations = declarations ?? "";
      for (const name of this.#declared) this.#variables.add(name);
    } else {
      if (count !== null) this.#noteFailed(count, unfinished, declarations, diagnostics);
      const syntax = syntaxDiagnostics(code);
      if (syntax.length > 0) diagnostics = inOrder(syntax);
    }
    const { text } = parseable(code);
    return {
      diagnostics,
      warnings: inOrder(latest.warnings.map((d) => diagnosticOf(d, tracked))),
      output: (c.output ?? "").replace(importedName, "exports.$1 = $2;"),
      isAsync: awaits(text),
      lastExpression: c.lastExpressionVar !== undefined && !endsInEffect(ts, syntaxOf(text), text) ? lastValue : null,
      maps: latest.maps,
      instrumented:
        latest.instrumented === null
          ? null
          : { original: latest.instrumented.original, ...textAndRuns(latest.instrumented) },
      rewritten: tracked.text === code ? null : textAndRuns(tracked),
      imports: latest.imports,
      names: declaredNames(code),
      values: valuesOf(code),
    };
  }

  /** What the cell's program uses of the names that are not there. */
  #absences(tracked: TrackedText, declarations: string, absent: CellsByName): Diagnostic[] {
    this.#converter.inspect(declarations, 0);
    return absences(latest.program, absent).map(({ start, end, message }) => {
      const at = (offset: number): Position =>
        positionOf(tracked.original, tracked.toOriginal(offset - firstLine.length));
      return { ...span(at(start), at(end)), message, file: null };
    });
  }

  /** Keeps the declarations of a cell that did not compile, for checking the cells that use its names. */
  #noteFailed(
    count: number,
    unfinished: readonly UnfinishedCell[],
    declarations: string | undefined,
    diagnostics: readonly Diagnostic[],
  ): void {
    const wanted = new Set(unfinished.map((cell) => cell.count));
    for (const old of this.#failed.keys()) if (!wanted.has(old)) this.#failed.delete(old);
    const emitted = declarations ?? (latest.program === null ? "" : declarationsOf(latest.program));
    this.#failed.set(
      count,
      withoutUnresolved(
        emitted,
        diagnostics.map((d) => d.message),
      ),
    );
  }

  /** The text with arithmetic on tensors as calls; what the compiler has then read is made of it by `asRead`. */
  #rewrite(code: string, declarations: string, asRead = (text: string): string => text): TrackedText {
    let last: string | null = null;
    const read = (text: string): void => {
      if (text !== last) latest.text = asRead(text);
      last = text;
    };
    const tracked = rewriteCell(code, (text) => {
      read(text);
      // asking for an explanation is what makes the converter type the text
      this.#converter.inspect(declarations, 0);
      return latest.program;
    });
    tracked.apply(keepParameterTypes(tracked.text, declarations));
    read(tracked.text);
    return tracked;
  }

  complete(code: string, cursor: number): object {
    const specifiers = completeSpecifier(code, toUnits(code, cursor), process.cwd());
    if (specifiers !== null) {
      const [start, end] = [toCodePoints(code, specifiers.start), toCodePoints(code, specifiers.end)];
      return completions(specifiers.entries, start, end);
    }
    const tracked = this.#rewrite(code, this.#declarations);
    const c = this.#converter.complete(this.#declarations, tracked.toCurrent(toUnits(code, cursor)));
    const kinds = new Map(c.original?.entries?.map((e) => [e.name, e.kind]));
    const start = toCodePoints(code, tracked.toOriginal(c.start));
    const end = Math.max(toCodePoints(code, tracked.toOriginal(c.end)), start);
    const names = c.candidates.filter((name) => name !== ops);
    const there = names.map((text) => ({ text, type: kinds.get(text) ?? "" }));
    // where any name in scope may stand
    const typed = tracked.text.slice(c.start, tracked.toCurrent(toUnits(code, cursor)));
    const others =
      kinds.has("globalThis") && typed.length > 1 && latest.program !== null
        ? notImported(latest.program, typed, new Set(names))
        : [];
    return completions([...there, ...others], start, end);
  }

  /** `full`: with the declaration. */
  inspect(code: string, cursor: number, full: boolean): object {
    const at = toUnits(code, cursor);
    const tracked = this.#rewrite(code, this.#declarations);
    for (const typed of [at, at - 1, calledAt(code, at)]) {
      if (typed === null || typed < 0) continue;
      const place = tracked.toCurrent(typed);
      const info = this.#converter.inspect(this.#declarations, place);
      if (saysSomething(info)) {
        const said = documented(info, latest.program, place);
        return explanation(said, full ? declarationsAt(latest.program, place) : []);
      }
    }
    return { status: "ok", found: false, data: {}, metadata: {} };
  }
}
