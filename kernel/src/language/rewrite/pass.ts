/** One pass over a source file, in which every expression that can be rewritten is. */
import type { Edit } from "../../shared/tracked-text.ts";
import type { Checker, NamedSymbol, Type } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { rewriteBinary, rewriteUnary } from "./arithmetic.ts";
import { checkCondition } from "./conditions.ts";
import { checkSlices, isElement, rewriteElement, rewriteElementUpdate } from "./elements.ts";
import { Nullables } from "./nullable.ts";
import { isCallableModule, isNamed, ops, tensorMembers } from "./operators.ts";
import type { PassContext, RewriteError } from "./pass-context.ts";
import { statementEdits } from "./statements.ts";

/** The kind of text that is rewritten. */
export interface Rewriting {
  /** Whether the text is a cell; a file of a project keeps its exports and `import.meta`. */
  readonly isCell: boolean;
  /** Offset of the text in its source file. */
  readonly offset: number;
  /** Variables of earlier cells that are tensors or null. */
  readonly nullables?: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

const isUpdate = ({ operator }: SyntaxNode): boolean =>
  operator === kind("PlusPlusToken") || operator === kind("MinusMinusToken");

/** Returns the expression inside of parentheses. */
function withoutParentheses(node: SyntaxNode): SyntaxNode {
  return node.kind === kind("ParenthesizedExpression") ? withoutParentheses(node.expression as SyntaxNode) : node;
}

/** One pass over a source file. */
export class Pass implements PassContext {
  readonly checker: Checker;
  readonly file: SyntaxNode;
  /** Variables of the text, outside of functions, that are tensors or null. */
  readonly nullables: string[] = [];
  readonly #rewriting: Rewriting;
  readonly #nullable: Nullables;
  #edits: Edit[] = [];
  readonly errors: RewriteError[] = [];
  /** Expressions that this pass makes tensors, whatever type they have now. */
  readonly #tensors = new Set<SyntaxNode>();
  /** Variables whose initial values are such expressions. */
  readonly #variables = new Set<NamedSymbol>();
  /** The type of a tensor, once one has been seen. */
  #tensorType: Type | null = null;

  constructor(checker: Checker, file: SyntaxNode, rewriting: Rewriting) {
    this.checker = checker;
    this.file = file;
    this.#rewriting = rewriting;
    this.#nullable = new Nullables(checker, file, rewriting.nullables ?? none);
  }

  /** Returns the edits. `length`: length of the text; the kernel's own export follows it in the file. */
  run(length: number): readonly Edit[] {
    const { isCell, offset } = this.#rewriting;
    const statements = isCell ? statementEdits(this.file, this.checker, offset, offset + length) : [];
    for (const { start, end, text } of statements) this.edit(start, end, text);
    // after a change of statements, expressions are left to the next pass
    if (statements.length === 0) this.visit(this.file);
    return this.#edits;
  }

  edit(start: number, end: number, text: string): void {
    const { offset } = this.#rewriting;
    this.#edits.push({ start: start - offset, end: end - offset, text });
  }

  add(edits: readonly Edit[]): void {
    for (const edit of edits) this.#edits.push(edit);
  }

  collect(visit: () => void): readonly Edit[] {
    const before = this.#edits.length;
    visit();
    return this.#edits.splice(before);
  }

  report(start: number, end: number, message: string): void {
    const { offset } = this.#rewriting;
    this.errors.push({ start: start - offset, end: end - offset, message });
  }

  start = (node: SyntaxNode): number => node.getStart(this.file);

  markTensor(node: SyntaxNode): void {
    this.#tensors.add(node);
  }

  /** Whether this pass makes an expression a tensor: by rewriting it, or the initial value of the variable that it names. */
  #becomesTensor(node: SyntaxNode): boolean {
    if (this.#tensors.has(node)) return true;
    if (this.#variables.size === 0 || node.kind !== kind("Identifier")) return false;
    const symbol = this.checker.getSymbolAtLocation(node);
    return symbol !== undefined && this.#variables.has(symbol);
  }

  /** Whether an expression is a member, or the result of a method, of an expression that this pass makes a tensor, and itself a tensor. */
  #isMemberOfTensor(node: SyntaxNode): boolean {
    const isCall = node.kind === kind("CallExpression");
    const member = isCall ? node.expression : node;
    if (member?.kind !== kind("PropertyAccessExpression") || member.name === undefined) return false;
    if (!this.#becomesTensor(withoutParentheses(member.expression as SyntaxNode))) return false;
    const symbol = this.#tensorType?.getProperty?.(member.name.text);
    if (symbol === undefined) return false;
    const type = this.checker.getTypeOfSymbol(symbol);
    const results = isCall ? (type.getCallSignatures?.() ?? []).map((s) => s.getReturnType()) : [type];
    return results.length > 0 && results.every((result) => tensorMembers(this.checker, result) === "all");
  }

  /** Whether a type is that of tensors, or a union with it. */
  #isTensorType(type: Type): boolean {
    const isTensor = isNamed(this.checker, type, "Tensor");
    if (isTensor && type.types === undefined) this.#tensorType = type;
    return isTensor;
  }

  /** Notes a variable without a declared type that gets a tensor. */
  #declaration(node: SyntaxNode): void {
    const { name, type, initializer } = node;
    if (name !== undefined && this.#nullable.isDeclaredHere(node)) this.nullables.push(name.text);
    if (name?.kind !== kind("Identifier") || type !== undefined || initializer === undefined) return;
    if (!this.#becomesTensor(withoutParentheses(initializer))) return;
    const symbol = this.checker.getSymbolAtLocation(name);
    if (symbol !== undefined) this.#variables.add(symbol);
  }

  becomesTensor(node: SyntaxNode): boolean {
    return this.#becomesTensor(withoutParentheses(node));
  }

  /** Whether an expression is a member of an expression that this pass makes a tensor. */
  #isMember(node: SyntaxNode): boolean {
    return node.kind === kind("PropertyAccessExpression") && this.becomesTensor(node.expression as SyntaxNode);
  }

  isTensor(node: SyntaxNode): boolean {
    const inner = withoutParentheses(node);
    return this.#becomesTensor(inner) || this.#isTensorType(this.checker.getTypeAtLocation(inner));
  }

  isOnlyTensor(node: SyntaxNode): boolean {
    const inner = withoutParentheses(node);
    return (
      this.#becomesTensor(inner) || tensorMembers(this.checker, this.checker.getTypeAtLocation(inner)) !== "others"
    );
  }

  isDefiniteTensor(node: SyntaxNode): boolean {
    const inner = withoutParentheses(node);
    if (this.#becomesTensor(inner)) return true;
    if (this.#mayBeNull(inner)) return false;
    return tensorMembers(this.checker, this.checker.getTypeAtLocation(inner)) === "all";
  }

  /** Whether an expression may be null in spite of its type: `x.grad!`, where a pass may have added the assertion. */
  #mayBeNull(node: SyntaxNode): boolean {
    return node.kind === kind("NonNullExpression") || this.#nullable.mayBeNull(node);
  }

  isNullable(node: SyntaxNode): boolean {
    // the next pass knows the type of the member
    return !this.#isMember(node) && this.#nullable.needsAssertion(node);
  }

  /** Visits a node. Opening edits are added before its children are visited and closing ones afterwards, so that edits at the same offset nest. */
  visit(node: SyntaxNode): void {
    switch (node.kind) {
      case kind("BinaryExpression"):
        rewriteBinary(this, node);
        break;
      case kind("PrefixUnaryExpression"):
      case kind("PostfixUnaryExpression"):
        if (isUpdate(node) && isElement(this, node.operand as SyntaxNode)) rewriteElementUpdate(this, node);
        else if (node.kind === kind("PrefixUnaryExpression")) rewriteUnary(this, node);
        else this.#expression(node);
        break;
      case kind("ElementAccessExpression"):
        if (isElement(this, node)) rewriteElement(this, node);
        else this.#expression(node);
        break;
      default:
        this.#expression(node);
    }
  }

  #expression(node: SyntaxNode): void {
    if (this.#rewriting.isCell && node.kind === kind("MetaProperty") && node.name?.text === "meta")
      this.edit(this.start(node), node.getEnd(), `${ops}.meta`);
    else if (node.kind === kind("NonNullExpression") && this.isNullable(node.expression as SyntaxNode))
      this.visitChildren(node.expression as SyntaxNode);
    else {
      this.visitChildren(node);
      if (this.#isMemberOfTensor(node)) this.#tensors.add(node);
      checkCondition(this, node);
      if (node.kind === kind("CallExpression")) this.#call(node);
      if (node.kind === kind("VariableDeclaration")) this.#declaration(node);
      if (this.isNullable(node)) this.edit(node.getEnd(), node.getEnd(), "!");
    }
  }

  visitChildren(node: SyntaxNode): void {
    ts.forEachChild(node, (child) => this.visit(child));
  }

  /** Rewrites the call of a module, `model(x)`, to `model.forward(x)`. */
  #call(node: SyntaxNode): void {
    const callee = node.expression as SyntaxNode;
    if (callee.kind === kind("SuperKeyword")) return;
    checkSlices(this, node);
    if (!this.#isMember(callee) && isCallableModule(this.checker, this.checker.getTypeAtLocation(callee)))
      this.edit(callee.getEnd(), callee.getEnd(), ".forward");
  }
}
