/**
 * What a cell may say and TypeScript or a script may not: arithmetic on tensors, calls of modules, use of `x.grad` without first asking
 * whether it is null, import.meta, export of a declaration.
 *
 * TypeScript has no operator overloading, so what a person writes as `a * b + 1` becomes calls of the ops, wherever
 * the type checker knows an operand to be a Tensor. A pass sees the types of what the pass before has rewritten, so passes are repeated
 * until nothing is left; lines stay as they are, and columns lead back by the tracked text.
 */

import type { Edit, TrackedText } from "../../shared/tracked-text.ts";
import type { Checker, Program, SyntaxNode, Type } from "../compiler/api.ts";
import { cellFile, firstLine, ts } from "../compiler/typescript.ts";
import { onceEnd, onceKey, onceMiddle, onceObject, onceStart, onceTarget } from "./single-evaluation.ts";
import { parseable, statementEdits } from "./statements.ts";

/** The name under which what is rewritten finds the ops. */
export const ops = "$tapelab";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

const binaryOps: ReadonlyMap<number, string> = new Map([
  [kind("PlusToken"), "add"],
  [kind("MinusToken"), "sub"],
  [kind("AsteriskToken"), "mul"],
  [kind("SlashToken"), "div"],
  [kind("PercentToken"), "remainder"],
  [kind("AsteriskAsteriskToken"), "pow"],
]);

const assignmentOps: ReadonlyMap<number, string> = new Map([
  [kind("PlusEqualsToken"), "add"],
  [kind("MinusEqualsToken"), "sub"],
  [kind("AsteriskEqualsToken"), "mul"],
  [kind("SlashEqualsToken"), "div"],
  [kind("PercentEqualsToken"), "remainder"],
  [kind("AsteriskAsteriskEqualsToken"), "pow"],
]);

/** Each pass types one more layer of variables; a cell that needs more than this is rewritten as far as it goes. */
const maxPasses = 12;

/** Whether a class or one of its bases has the name. */
function isNamed(checker: Checker, type: Type, name: string): boolean {
  if (type.types !== undefined) return type.types.some((t) => isNamed(checker, t, name));
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined;
  if (constraint !== undefined) return isNamed(checker, constraint, name);
  if (type.symbol?.name === name) return true;
  return type.isClassOrInterface?.() === true && checker.getBaseTypes(type).some((t) => isNamed(checker, t, name));
}

const isText = (type: Type): boolean => (type.flags & ts.TypeFlags.StringLike) !== 0;

/** What is rewritten: a cell, or a file of a project, which may export and has an import.meta of its own. */
export interface Rewriting {
  readonly isCell: boolean;
  /** Length of what stands before the text in its source file. */
  readonly shift: number;
}

/** One pass over a source file. */
class Pass {
  readonly #checker: Checker;
  readonly #file: SyntaxNode;
  readonly #kind: Rewriting;
  readonly edits: Edit[] = [];
  /** Expressions that this pass turns into tensors, whatever their type is now. */
  readonly #tensors = new Set<SyntaxNode>();

  constructor(checker: Checker, file: SyntaxNode, rewriting: Rewriting) {
    this.#checker = checker;
    this.#file = file;
    this.#kind = rewriting;
  }

  /** `length` is that of the text; what follows in the file is the kernel's. */
  run(length: number): readonly Edit[] {
    const { isCell, shift } = this.#kind;
    const statements = isCell ? statementEdits(this.#file, this.#checker, shift, shift + length) : [];
    for (const { start, end, text } of statements) this.#edit(start, end, text);
    // a statement that becomes another one is looked at in the next pass
    if (statements.length === 0) this.#visit(this.#file);
    return this.edits;
  }

  #edit(start: number, end: number, text: string): void {
    const { shift } = this.#kind;
    this.edits.push({ start: start - shift, end: end - shift, text });
  }

  #start = (node: SyntaxNode): number => node.getStart(this.#file);

  #isTensor(node: SyntaxNode): boolean {
    const inner = node.kind === kind("ParenthesizedExpression") ? (node.expression as SyntaxNode) : node;
    if (inner !== node) return this.#isTensor(inner);
    return this.#tensors.has(node) || isNamed(this.#checker, this.#checker.getTypeAtLocation(node), "Tensor");
  }

  /** A tensor of a tensor or a module that may be null as far as the types know: `x.grad`, `layer.bias`. */
  #isNullable(node: SyntaxNode): boolean {
    if (node.kind !== kind("PropertyAccessExpression")) return false;
    const type = this.#checker.getTypeAtLocation(node);
    if (type.types?.some((t) => t.flags & ts.TypeFlags.Null) !== true || !isNamed(this.#checker, type, "Tensor"))
      return false;
    const owner = this.#checker.getTypeAtLocation(node.expression as SyntaxNode);
    return isNamed(this.#checker, owner, "Tensor") || isNamed(this.#checker, owner, "Module");
  }

  /** Opening edits are made on the way down and closing ones on the way up, so that those at one place nest. */
  #visit(node: SyntaxNode): void {
    if (node.kind === kind("BinaryExpression")) this.#binary(node);
    else if (node.kind === kind("PrefixUnaryExpression")) this.#unary(node);
    else if (this.#kind.isCell && node.kind === kind("MetaProperty") && node.name?.text === "meta")
      this.#edit(this.#start(node), node.getEnd(), `${ops}.meta`);
    else if (node.kind === kind("NonNullExpression") && this.#isNullable(node.expression as SyntaxNode))
      this.#visitChildren(node.expression as SyntaxNode);
    else {
      this.#visitChildren(node);
      if (node.kind === kind("CallExpression")) this.#call(node);
      if (this.#isNullable(node)) this.#edit(node.getEnd(), node.getEnd(), "!");
    }
  }

  #visitChildren(node: SyntaxNode): void {
    ts.forEachChild(node, (child) => this.#visit(child));
  }

  #binary(node: SyntaxNode): void {
    const [left, right, operator] = [node.left, node.right, node.operatorToken] as SyntaxNode[];
    if (!left || !right || !operator) return;
    const op = binaryOps.get(operator.kind);
    const assignment = assignmentOps.get(operator.kind);
    const before = this.edits.length;
    // what is assigned to stays as it is
    if (assignment !== undefined || operator.kind === kind("EqualsToken")) this.#visitChildren(left);
    else this.#visit(left);
    const middle = this.edits.length;
    this.#visit(right);
    if (op === undefined && assignment === undefined) return;
    const sides = [left, right];
    if (!sides.some((side) => this.#isTensor(side))) return;
    const isOfText = sides.some((side) => isText(this.#checker.getTypeAtLocation(side)));
    if (isOfText && op !== "add" && assignment !== "add") return;
    const target = assignment === undefined || isOfText ? null : onceTarget(left, right);
    if (target === "none") return;
    const inside = this.edits.splice(before);
    const [ofLeft, ofRight] = [inside.slice(0, middle - before), inside.slice(middle - before)];
    if (isOfText) {
      this.#asText(left, op === undefined ? null : ofLeft);
      this.#asText(right, ofRight);
      return;
    }
    this.#tensors.add(node);
    if (target !== null) {
      const { object, key, isAsync } = target;
      const nullable = this.#isNullable(left) ? "!" : "";
      this.#edit(this.#start(left), this.#start(left), onceStart(target));
      for (const edit of ofLeft) this.edits.push(edit);
      const member =
        key === null
          ? `${onceObject}${this.#file.text.slice(object.getEnd(), left.getEnd())}`
          : `${onceObject}[${onceKey}]`;
      if (key !== null) this.#edit(object.getEnd(), this.#start(key), ", ");
      this.#edit(
        (key ?? object).getEnd(),
        operator.getEnd(),
        onceMiddle(target, `${member} = ${ops}.${assignment}(${member}${nullable},`),
      );
      for (const edit of ofRight) this.edits.push(edit);
      this.#edit(node.getEnd(), node.getEnd(), onceEnd(isAsync));
      return;
    }
    if (assignment !== undefined) {
      const again = this.#file.text.slice(this.#start(left), left.getEnd()) + (this.#isNullable(left) ? "!" : "");
      for (const edit of ofLeft) this.edits.push(edit);
      this.#edit(this.#start(operator), operator.getEnd(), `= ${ops}.${assignment}(${again},`);
    } else {
      this.#edit(this.#start(left), this.#start(left), `${ops}.${op}(`);
      for (const edit of ofLeft) this.edits.push(edit);
      this.#edit(this.#start(operator), operator.getEnd(), ",");
    }
    for (const edit of ofRight) this.edits.push(edit);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** A tensor that is added to a text; `edits` are those inside of it, `null` what is assigned to. */
  #asText(node: SyntaxNode, edits: readonly Edit[] | null): void {
    const isConverted = edits !== null && this.#isTensor(node);
    if (isConverted) this.#edit(this.#start(node), this.#start(node), "globalThis.String(");
    for (const edit of edits ?? []) this.edits.push(edit);
    if (isConverted) this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  #unary(node: SyntaxNode): void {
    const operand = node.operand as SyntaxNode;
    const before = this.edits.length;
    this.#visit(operand);
    const minus = node.operator === kind("MinusToken");
    if ((!minus && node.operator !== kind("PlusToken")) || !this.#isTensor(operand)) return;
    this.#tensors.add(node);
    const inside = this.edits.splice(before);
    this.#edit(this.#start(node), this.#start(operand), minus ? `${ops}.neg(` : "(");
    for (const edit of inside) this.edits.push(edit);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** `model(x)` calls the forward of a module. */
  #call(node: SyntaxNode): void {
    const callee = node.expression as SyntaxNode;
    if (callee.kind === kind("SuperKeyword")) return;
    const type = this.#checker.getTypeAtLocation(callee);
    if (
      type.getCallSignatures?.().length === 0 &&
      isNamed(this.#checker, type, "Module") &&
      type.getConstructSignatures?.().length === 0
    )
      this.#edit(callee.getEnd(), callee.getEnd(), ".forward");
  }
}

/** Whether there is anything that may have to be rewritten. */
const worthLooking = (code: string): boolean => /[-+*/%(]|\bexport\b|\brequire\b|\bimport\.meta\b|\.\w/.test(code);

/** Rewrites texts by their file's path. `build` gives the program in which the files have the current texts. */
export function rewriteTexts(
  texts: ReadonlyMap<string, TrackedText>,
  build: () => Program | null,
  rewriting: Rewriting,
): void {
  for (let n = 0; n < maxPasses; n++) {
    const program = build();
    if (program === null) return;
    const checker = program.getTypeChecker();
    // all types are asked for before a text changes
    const edits = [...texts].map(([path, tracked]) => {
      const file = program.getSourceFiles().find((f) => f.fileName?.endsWith(path));
      return [tracked, file === undefined ? [] : new Pass(checker, file, rewriting).run(tracked.text.length)] as const;
    });
    for (const [tracked, made] of edits) if (made.length > 0) tracked.apply(made);
    if (edits.every(([, made]) => made.length === 0)) return;
  }
}

/** The cell's text with arithmetic on tensors as calls. `typed` gives the program in which the cell has the text. */
export function rewriteCell(code: string, typed: (code: string) => Program | null): TrackedText {
  const tracked = parseable(code);
  const rewriting = { isCell: true, shift: firstLine.length };
  if (worthLooking(code)) rewriteTexts(new Map([[cellFile, tracked]]), () => typed(tracked.text), rewriting);
  return tracked;
}
