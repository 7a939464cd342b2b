/**
 * Compiles an expression that the debugger evaluates in a paused function. Types are removed, variables of the notebook and names that a file imports or
 * exports become properties of objects of the kernel, and operators, indices and calls become calls that look at the values (`main/debugging/operators.ts`).
 */
import { readFileSync } from "node:fs";
import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import { hasOutsideFunctions, isAwait, kind, variableNames } from "../compiler/syntax.ts";
import type { SourceFile, SyntaxNode } from "../compiler/syntax-node.ts";
import { compiler, ts } from "../compiler/typescript.ts";
import { referenceEdits } from "../emit/references.ts";
import { assignmentOps, binaryOps, equalityOps, unaryOps } from "../rewrite/operators.ts";
import { parseable } from "../rewrite/statements.ts";

/** The services that evaluated code calls. */
const services = "$tapelab.debug";

const parse = (code: string): SourceFile => {
  const file = ts.createSourceFile("cell.js", code, ts.ScriptTarget.Latest, true);
  ts.bindSourceFile(file, {});
  return file;
};

/** Collects the edits of operators, indices and calls, in source order. */
class OperatorEdits {
  readonly edits: Edit[] = [];
  readonly #file: SourceFile;
  readonly #rewrite: (code: string) => string;

  /** @param rewrite Rewrites a part of the code that is repeated. */
  constructor(file: SourceFile, rewrite: (code: string) => string) {
    this.#file = file;
    this.#rewrite = rewrite;
    ts.forEachChild(file, this.#visit);
  }

  #start(node: SyntaxNode): number {
    return node.getStart(this.#file);
  }

  #edit(start: number, end: number, text: string): void {
    this.edits.push({ start, end, text });
  }

  #insert(at: number, text: string): void {
    this.#edit(at, at, text);
  }

  #visit = (node: SyntaxNode): void => {
    if (node.kind === kind("BinaryExpression")) this.#binary(node);
    else if (node.kind === kind("PrefixUnaryExpression") && unaryOps.has(node.operator ?? -1)) this.#unary(node);
    else if (node.kind === kind("ElementAccessExpression") && isRead(node)) this.#element(node);
    else if (node.kind === kind("CallExpression") && node.questionDotToken === undefined) this.#call(node);
    else ts.forEachChild(node, this.#visit);
  };

  #binary(node: SyntaxNode): void {
    const { left, operatorToken: operator, right } = node as Required<SyntaxNode>;
    const text = this.#file.text.slice(this.#start(operator), operator.getEnd());
    if (assignmentOps.has(operator.kind)) {
      const target = this.#file.text.slice(this.#start(left), left.getEnd());
      ts.forEachChild(left, this.#visit);
      this.#edit(
        this.#start(operator),
        operator.getEnd(),
        `= ${services}.operate("${text.slice(0, -1)}", ${this.#rewrite(target)},`,
      );
      this.#visit(right);
      this.#insert(node.getEnd(), ")");
    } else if (binaryOps.has(operator.kind) || equalityOps.has(operator.kind)) {
      this.#insert(this.#start(node), `${services}.operate("${text}", `);
      this.#visit(left);
      this.#edit(this.#start(operator), operator.getEnd(), ",");
      this.#visit(right);
      this.#insert(node.getEnd(), ")");
    } else if (operator.kind === kind("EqualsToken") && left.kind === kind("ElementAccessExpression")) {
      this.#insert(this.#start(node), `${services}.setElement(`);
      this.#indexed(left);
      this.#edit(left.getEnd() - 1, operator.getEnd(), "],");
      this.#visit(right);
      this.#insert(node.getEnd(), ")");
    } else ts.forEachChild(node, this.#visit);
  }

  #unary(node: SyntaxNode): void {
    const operand = node.operand as SyntaxNode;
    const start = this.#start(node);
    this.#edit(start, this.#start(operand), `${services}.operate("${this.#file.text[start]}", `);
    this.#visit(operand);
    this.#insert(node.getEnd(), ")");
  }

  /** `x[i, j]` becomes `element(x, [i, j])`. */
  #element(node: SyntaxNode): void {
    this.#insert(this.#start(node), `${services}.element(`);
    this.#indexed(node);
    this.#edit(node.getEnd() - 1, node.getEnd(), "])");
  }

  /** `x[i` becomes `x, [i`. */
  #indexed({ expression, argumentExpression }: SyntaxNode): void {
    const [object, key] = [expression, argumentExpression] as [SyntaxNode, SyntaxNode];
    this.#visit(object);
    this.#edit(object.getEnd(), this.#start(key), ", [");
    this.#visit(key);
  }

  /** `model(x)` becomes `callee(model)(x)`, and `this.layer(x)` becomes `member(this, "layer")(x)`. */
  #call(node: SyntaxNode): void {
    const callee = node.expression as SyntaxNode;
    if (callee.kind === kind("Identifier") && callee.text !== "eval") {
      this.#insert(this.#start(callee), `${services}.callee(`);
      this.#insert(callee.getEnd(), ")");
    } else if (isMethod(callee)) {
      const object = callee.expression as SyntaxNode;
      this.#insert(this.#start(callee), `${services}.member(`);
      this.#visit(object);
      this.#edit(object.getEnd(), callee.getEnd(), `, "${callee.name?.text}")`);
    } else this.#visit(callee);
    for (const argument of node.arguments ?? []) this.#visit(argument);
  }
}

const isMethod = (callee: SyntaxNode): boolean =>
  callee.kind === kind("PropertyAccessExpression") &&
  callee.questionDotToken === undefined &&
  callee.name?.kind === kind("Identifier") &&
  callee.expression?.kind !== kind("SuperKeyword");

/** Whether an element access reads the element: it is no target of an assignment, no callee, and not optional. */
function isRead(node: SyntaxNode): boolean {
  const { parent, questionDotToken, expression } = node;
  if (questionDotToken !== undefined || expression?.kind === kind("SuperKeyword") || parent === undefined) return false;
  if (parent.kind === kind("BinaryExpression") && parent.left === node)
    return (
      !/Equals/.test(ts.SyntaxKind[parent.operatorToken?.kind ?? 0] ?? "") ||
      equalityOps.has(parent.operatorToken?.kind ?? 0)
    );
  if (parent.kind === kind("CallExpression") && parent.expression === node) return false;
  return (
    !/^(?:Prefix|Postfix)Unary|Delete/.test(ts.SyntaxKind[parent.kind] ?? "") || parent.operator === kind("MinusToken")
  );
}

/** Returns JavaScript with its operators and references rewritten. `objects`: the objects that the names of variables are properties of. */
function rewritten(code: string, objects: ReadonlyMap<string, string>): string {
  const file = parse(code);
  const { edits } = new OperatorEdits(file, (part) => rewritten(part, objects));
  const references = referenceEdits(file, new Set(objects.keys()), (name) => objects.get(name) as string);
  const tracked = new TrackedText(code);
  tracked.apply([...edits, ...references]);
  return tracked.text;
}

/** Returns the names that a file imports and exports. */
function namesOfFile(path: string): Map<string, string> {
  const file = ts.createSourceFile(path, readFileSync(path, "utf8"), ts.ScriptTarget.Latest, true);
  const found = new Map<string, string>();
  const quoted = JSON.stringify(path);
  const isExported = (s: SyntaxNode): boolean => s.modifiers?.some((m) => m.kind === kind("ExportKeyword")) === true;
  for (const s of file.statements) {
    if (s.kind === kind("VariableStatement") && isExported(s))
      for (const name of variableNames(s)) found.set(name, `${services}.exportsOf(${quoted})`);
    const { importClause, moduleSpecifier } = s;
    if (importClause === undefined || moduleSpecifier === undefined) continue;
    const add = (name: string, imported: string): void => {
      const given = [path, moduleSpecifier.text, imported, name].map((x) => JSON.stringify(x)).join(", ");
      found.set(name, `${services}.importedBy(${given})`);
    };
    if (importClause.name !== undefined) add(importClause.name.text, "default");
    const bindings = importClause.namedBindings;
    if (bindings?.kind === kind("NamespaceImport") && bindings.name) add(bindings.name.text, "*");
    for (const { name, propertyName } of bindings?.elements ?? [])
      if (name) add(name.text, (propertyName ?? name).text);
  }
  return found;
}

/** A compiled expression, or the reason why it cannot be evaluated. */
export type Expression = { readonly code: string } | { readonly error: string };

/**
 * Compiles an expression or statements.
 * @param variables The variables of the notebook.
 * @param hidden Names of JavaScript variables of the paused function, which hide others.
 * @param path Path of the file whose function is paused; `null` for a cell.
 */
export function debugExpression(
  code: string,
  variables: Iterable<string>,
  hidden: readonly string[],
  path: string | null,
): Expression {
  const { text } = parseable(code);
  const [first] = ts.createSourceFile("cell.ts", text, ts.ScriptTarget.Latest).parseDiagnostics ?? [];
  if (first !== undefined)
    return { error: `SyntaxError: ${compiler.flattenDiagnosticMessageText(first.messageText, "\n")}` };
  const { outputText } = compiler.transpileModule(text, {
    fileName: "cell.ts",
    compilerOptions: {
      target: compiler.ScriptTarget.ESNext,
      module: compiler.ModuleKind.ESNext,
      alwaysStrict: false,
      removeComments: true,
    },
  });
  const plain = outputText.replace(/\nexport \{\};\s*$/, "");
  if (hasOutsideFunctions(parse(plain), isAwait))
    return { error: "SyntaxError: await cannot be used here, as nothing else runs while the program is stopped" };
  const known = new Map([...variables].map((name): [string, string] => [name, `${services}.variables`]));
  if (path !== null) for (const [name, object] of namesOfFile(path)) known.set(name, object);
  for (const name of hidden) known.delete(name);
  return { code: rewritten(plain, known) };
}
