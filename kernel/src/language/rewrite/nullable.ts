/** Tensors that may be null: properties such as `x.grad`, and variables that are set to one. They are used without a null check, and keep null in their types for those who make one. */
import type { Checker, NamedSymbol } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";
import { assignmentOps, binaryOps, isNamed } from "./operators.ts";

/** Whether the type of a node is a union of tensors and null. */
function isTensorOrNull(checker: Checker, node: SyntaxNode): boolean {
  const type = checker.getTypeAtLocation(node);
  return type.types?.some((t) => t.flags & ts.TypeFlags.Null) === true && isNamed(checker, type, "Tensor");
}

/** Whether a node is a property of a tensor or a module that is a tensor or null, such as `x.grad` or `layer.bias`. */
function isNullableProperty(checker: Checker, node: SyntaxNode): boolean {
  if (node.kind !== kind("PropertyAccessExpression") || !isTensorOrNull(checker, node)) return false;
  const object = checker.getTypeAtLocation(node.expression as SyntaxNode);
  return isNamed(checker, object, "Tensor") || isNamed(checker, object, "Module");
}

/** Whether a node is the initial value of a variable without a declared type, which no other file sees. */
function isInitializer(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent?.kind === kind("ParenthesizedExpression")) return isInitializer(parent);
  if (parent?.kind !== kind("VariableDeclaration") || parent.initializer !== node) return false;
  const isExported = parent.parent?.parent?.modifiers?.some((m) => m.kind === kind("ExportKeyword")) === true;
  return parent.type === undefined && parent.name?.kind === kind("Identifier") && !isExported;
}

/** Whether the value of an identifier is used such that it must not be null; conditions, comparisons with null and the like are null checks. */
function isUsed(node: SyntaxNode): boolean {
  const { parent } = node;
  switch (parent?.kind) {
    case kind("PropertyAccessExpression"):
    case kind("ElementAccessExpression"):
      return (
        parent.argumentExpression === node || (parent.expression === node && parent.questionDotToken === undefined)
      );
    case kind("CallExpression"):
    case kind("NewExpression"):
      return parent.expression !== node;
    case kind("BinaryExpression"): {
      const operator = parent.operatorToken?.kind ?? -1;
      if (operator === kind("EqualsToken") || assignmentOps.has(operator)) return parent.right === node;
      return binaryOps.has(operator);
    }
    case kind("PrefixUnaryExpression"):
      return parent.operator !== kind("ExclamationToken");
    case kind("VariableDeclaration"):
    case kind("PropertyDeclaration"):
    case kind("PropertyAssignment"):
    case kind("Parameter"):
      return parent.initializer === node && !isInitializer(node);
    case kind("ArrowFunction"):
      return parent.body === node;
    case kind("ConditionalExpression"):
      return parent.condition !== node;
    case kind("ForOfStatement"):
      return parent.expression === node;
    case kind("ArrayLiteralExpression"):
    case kind("SpreadElement"):
    case kind("ReturnStatement"):
    case kind("YieldExpression"):
      return true;
    case kind("ParenthesizedExpression"):
      return isUsed(parent);
    default:
      return false;
  }
}

/** Finds the tensors that may be null. `earlier`: variables of earlier cells that may. */
export class Nullables {
  readonly #checker: Checker;
  readonly #file: SyntaxNode;
  readonly #earlier: ReadonlySet<string>;
  readonly #known = new Map<NamedSymbol, boolean>();

  constructor(checker: Checker, file: SyntaxNode, earlier: ReadonlySet<string>) {
    this.#checker = checker;
    this.#file = file;
    this.#earlier = earlier;
  }

  /** Whether an expression is a tensor that may be null, such that a `!` must follow it. */
  needsAssertion(node: SyntaxNode): boolean {
    if (node.kind === kind("Identifier"))
      return isUsed(node) && this.#isVariable(node) && isTensorOrNull(this.#checker, node);
    return isNullableProperty(this.#checker, node) && !isInitializer(node);
  }

  /** Whether an expression is `x.grad` or the like, or a variable that is set to it. */
  mayBeNull(node: SyntaxNode): boolean {
    if (node.kind === kind("ParenthesizedExpression")) return this.mayBeNull(node.expression as SyntaxNode);
    if (node.kind === kind("Identifier")) return this.#isVariable(node);
    return isNullableProperty(this.#checker, node);
  }

  /** Whether a declaration is that of a variable that may be null, outside of functions. */
  isDeclaredHere({ parent, initializer }: SyntaxNode): boolean {
    const isTopLevel = parent?.parent?.parent === this.#file;
    return isTopLevel && initializer !== undefined && isInitializer(initializer) && this.mayBeNull(initializer);
  }

  /** Whether an identifier is a variable that is set to such a tensor. */
  #isVariable(node: SyntaxNode): boolean {
    const symbol = this.#checker.getSymbolAtLocation(node);
    if (symbol === undefined) return false;
    const known = this.#known.get(symbol);
    if (known !== undefined) return known;
    // a variable whose initial value leads back to itself
    this.#known.set(symbol, false);
    const declarations = symbol.declarations as readonly SyntaxNode[] | undefined;
    const declaration = declarations?.[0];
    const { initializer } = declaration ?? {};
    const found =
      declaration?.kind === kind("VariableDeclaration") &&
      (initializer === undefined
        ? this.#earlier.has(node.text) && !this.#isOfFile(declaration)
        : isInitializer(initializer) && this.mayBeNull(initializer));
    this.#known.set(symbol, found);
    return found;
  }

  #isOfFile(node: SyntaxNode): boolean {
    return node === this.#file || (node.parent !== undefined && this.#isOfFile(node.parent));
  }
}
