/**
 * Rewrites code that cells may contain and TypeScript rejects: arithmetic on tensors, calls of modules, `x.grad` without a null check, `import.meta`,
 * and exports.
 *
 * TypeScript has no operator overloading, so an expression such as `a * b + 1` becomes calls of ops wherever the type checker finds an operand to be
 * a Tensor. A pass relies on the types of what earlier passes have rewritten, so passes are repeated until nothing changes. Line numbers do not
 * change, and columns are mapped by the tracked text.
 */
import type { Edit, TrackedText } from "../../shared/tracked-text.ts";
import { cellFile, firstLine } from "../compiler/compilation.ts";
import type { Checker, Program } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { assignmentOps, binaryOps, isCallableModule, isNamed, isNullableTensor, isText, ops } from "./operators.ts";
import {
  type ImpureTarget,
  impureTarget,
  keyParameter,
  objectParameter,
  textAfter,
  textBefore,
  textBetween,
} from "./single-evaluation.ts";
import { parseable, statementEdits } from "./statements.ts";

/** Number of passes. Each types one more layer of variables; a cell with more layers is rewritten only in part. */
const maxPasses = 12;

/** The kind of text that is rewritten. */
export interface Rewriting {
  /** Whether the text is a cell; a file of a project keeps its exports and `import.meta`. */
  readonly isCell: boolean;
  /** Offset of the text in its source file. */
  readonly offset: number;
}

/** A binary expression whose operands have been visited. */
interface Operation {
  readonly node: SyntaxNode;
  readonly left: SyntaxNode;
  readonly operator: SyntaxNode;
  readonly right: SyntaxNode;
  /** The edits inside of the operands. */
  readonly leftEdits: readonly Edit[];
  readonly rightEdits: readonly Edit[];
}

/** One pass over a source file. */
class Pass {
  readonly #checker: Checker;
  readonly #file: SyntaxNode;
  readonly #rewriting: Rewriting;
  readonly edits: Edit[] = [];
  /** Expressions that this pass makes tensors, whatever type they have now. */
  readonly #tensors = new Set<SyntaxNode>();

  constructor(checker: Checker, file: SyntaxNode, rewriting: Rewriting) {
    this.#checker = checker;
    this.#file = file;
    this.#rewriting = rewriting;
  }

  /** Returns the edits. `length`: length of the text; the kernel's own export follows it in the file. */
  run(length: number): readonly Edit[] {
    const { isCell, offset } = this.#rewriting;
    const statements = isCell ? statementEdits(this.#file, this.#checker, offset, offset + length) : [];
    for (const { start, end, text } of statements) this.#edit(start, end, text);
    // after a change of statements, expressions are left to the next pass
    if (statements.length === 0) this.#visit(this.#file);
    return this.edits;
  }

  #edit(start: number, end: number, text: string): void {
    const { offset } = this.#rewriting;
    this.edits.push({ start: start - offset, end: end - offset, text });
  }

  #add(edits: readonly Edit[]): void {
    for (const edit of edits) this.edits.push(edit);
  }

  #start = (node: SyntaxNode): number => node.getStart(this.#file);

  #isTensor(node: SyntaxNode): boolean {
    const inner = node.kind === kind("ParenthesizedExpression") ? (node.expression as SyntaxNode) : node;
    if (inner !== node) return this.#isTensor(inner);
    return this.#tensors.has(node) || isNamed(this.#checker, this.#checker.getTypeAtLocation(node), "Tensor");
  }

  #isNullable = (node: SyntaxNode): boolean => isNullableTensor(this.#checker, node);

  /** Visits a node. Opening edits are added before its children are visited and closing ones afterwards, so that edits at the same offset nest. */
  #visit(node: SyntaxNode): void {
    if (node.kind === kind("BinaryExpression")) this.#binary(node);
    else if (node.kind === kind("PrefixUnaryExpression")) this.#unary(node);
    else if (this.#rewriting.isCell && node.kind === kind("MetaProperty") && node.name?.text === "meta")
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
    // the target of an assignment itself is not rewritten
    if (assignment !== undefined || operator.kind === kind("EqualsToken")) this.#visitChildren(left);
    else this.#visit(left);
    const middle = this.edits.length;
    this.#visit(right);
    if (op === undefined && assignment === undefined) return;
    const operands = [left, right];
    if (!operands.some((operand) => this.#isTensor(operand))) return;
    const isConcatenation = operands.some((operand) => isText(this.#checker.getTypeAtLocation(operand)));
    if (isConcatenation && op !== "add" && assignment !== "add") return;
    const target = assignment === undefined || isConcatenation ? null : impureTarget(left, right);
    if (target === "unsupported") return;
    const inside = this.edits.splice(before);
    const leftEdits = inside.slice(0, middle - before);
    const rightEdits = inside.slice(middle - before);
    const operation: Operation = { node, left, operator, right, leftEdits, rightEdits };
    if (isConcatenation) this.#concatenation(operation, op === undefined);
    else {
      this.#tensors.add(node);
      if (assignment === undefined) this.#arithmetic(operation, op as string);
      else if (target === null) this.#assignment(operation, assignment);
      else this.#impureAssignment(operation, assignment, target);
    }
  }

  /** Rewrites `a + b` to `add(a, b)`. */
  #arithmetic({ node, left, operator, leftEdits, rightEdits }: Operation, op: string): void {
    this.#edit(this.#start(left), this.#start(left), `${ops}.${op}(`);
    this.#add(leftEdits);
    this.#edit(this.#start(operator), operator.getEnd(), ",");
    this.#add(rightEdits);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** Rewrites `a += b` to `a = add(a, b)`. */
  #assignment({ node, left, operator, leftEdits, rightEdits }: Operation, op: string): void {
    const read = this.#file.text.slice(this.#start(left), left.getEnd()) + (this.#isNullable(left) ? "!" : "");
    this.#add(leftEdits);
    this.#edit(this.#start(operator), operator.getEnd(), `= ${ops}.${op}(${read},`);
    this.#add(rightEdits);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** Rewrites `f().a += b` such that `f()` is evaluated once. */
  #impureAssignment(
    { node, left, operator, leftEdits, rightEdits }: Operation,
    op: string,
    target: ImpureTarget,
  ): void {
    const { object, key } = target;
    const nullable = this.#isNullable(left) ? "!" : "";
    const member =
      key === null
        ? `${objectParameter}${this.#file.text.slice(object.getEnd(), left.getEnd())}`
        : `${objectParameter}[${keyParameter}]`;
    this.#edit(this.#start(left), this.#start(left), textBefore(target));
    this.#add(leftEdits);
    if (key !== null) this.#edit(object.getEnd(), this.#start(key), ", ");
    const assignment = `${member} = ${ops}.${op}(${member}${nullable},`;
    this.#edit((key ?? object).getEnd(), operator.getEnd(), textBetween(target, assignment));
    this.#add(rightEdits);
    this.#edit(node.getEnd(), node.getEnd(), textAfter(target));
  }

  /** Converts the tensors in a concatenation of strings; `isAssignment`: to the target on the left. */
  #concatenation({ left, right, leftEdits, rightEdits }: Operation, isAssignment: boolean): void {
    if (!isAssignment) this.#asText(left, leftEdits);
    this.#asText(right, rightEdits);
  }

  #asText(node: SyntaxNode, edits: readonly Edit[]): void {
    const isTensor = this.#isTensor(node);
    if (isTensor) this.#edit(this.#start(node), this.#start(node), "globalThis.String(");
    this.#add(edits);
    if (isTensor) this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** Rewrites `-a` to `neg(a)`, and `+a` to `(a)`. */
  #unary(node: SyntaxNode): void {
    const operand = node.operand as SyntaxNode;
    const before = this.edits.length;
    this.#visit(operand);
    const isMinus = node.operator === kind("MinusToken");
    if ((!isMinus && node.operator !== kind("PlusToken")) || !this.#isTensor(operand)) return;
    this.#tensors.add(node);
    const inside = this.edits.splice(before);
    this.#edit(this.#start(node), this.#start(operand), isMinus ? `${ops}.neg(` : "(");
    this.#add(inside);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** Rewrites the call of a module, `model(x)`, to `model.forward(x)`. */
  #call(node: SyntaxNode): void {
    const callee = node.expression as SyntaxNode;
    if (callee.kind === kind("SuperKeyword")) return;
    if (isCallableModule(this.#checker, this.#checker.getTypeAtLocation(callee)))
      this.#edit(callee.getEnd(), callee.getEnd(), ".forward");
  }
}

/** Whether a cell may contain code that is rewritten; a quick test without types. */
const mayNeedRewriting = (code: string): boolean => /[-+*/%(]|\bexport\b|\brequire\b|\bimport\.meta\b|\.\w/.test(code);

/** Rewrites texts, given by the path of their file. `build` returns a program in which the files have the current texts. */
export function rewriteTexts(
  texts: ReadonlyMap<string, TrackedText>,
  build: () => Program | null,
  rewriting: Rewriting,
): void {
  for (let n = 0; n < maxPasses; n++) {
    const program = build();
    if (program === null) return;
    const checker = program.getTypeChecker();
    // all files are visited before a text changes, because the types belong to the current texts
    const edits = [...texts].map(([path, tracked]) => {
      const file = program.getSourceFiles().find((f) => f.fileName?.endsWith(path));
      return [tracked, file === undefined ? [] : new Pass(checker, file, rewriting).run(tracked.text.length)] as const;
    });
    for (const [tracked, made] of edits) if (made.length > 0) tracked.apply(made);
    if (edits.every(([, made]) => made.length === 0)) return;
  }
}

/** Rewrites a cell. `build` returns a program in which the cell has the given text. */
export function rewriteCell(code: string, build: (code: string) => Program | null): TrackedText {
  const tracked = parseable(code);
  const rewriting = { isCell: true, offset: firstLine.length };
  if (mayNeedRewriting(code)) rewriteTexts(new Map([[cellFile, tracked]]), () => build(tracked.text), rewriting);
  return tracked;
}
