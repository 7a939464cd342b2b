/** The operators that are rewritten to ops, and the types for which they are. */
import type { Checker, Type } from "../compiler/program-api.ts";
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Name of the object that holds the ops in rewritten code. */
export const ops = "$tapelab";

const opNames = [
  ["Plus", "add"],
  ["Minus", "sub"],
  ["Asterisk", "mul"],
  ["Slash", "div"],
  ["Percent", "remainder"],
  ["AsteriskAsterisk", "pow"],
] as const;

/** Ops of binary operators, by the kind of the operator. */
export const binaryOps: ReadonlyMap<number, string> = new Map(
  opNames.map(([token, op]) => [kind(`${token}Token`), op]),
);

/** Ops of compound assignments, by the kind of the operator. */
export const assignmentOps: ReadonlyMap<number, string> = new Map(
  opNames.map(([token, op]) => [kind(`${token}EqualsToken`), op]),
);

/** Whether a type is a class with the name, derived from one, or a union with such a class. */
export function isNamed(checker: Checker, type: Type, name: string): boolean {
  if (type.types !== undefined) return type.types.some((t) => isNamed(checker, t, name));
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined;
  if (constraint !== undefined) return isNamed(checker, constraint, name);
  if (type.symbol?.name === name) return true;
  return type.isClassOrInterface?.() === true && checker.getBaseTypes(type).some((t) => isNamed(checker, t, name));
}

/** Whether a type is a string. */
export const isText = (type: Type): boolean => (type.flags & ts.TypeFlags.StringLike) !== 0;

/** Whether a node is a property of a tensor or a module that is a tensor or null, such as `x.grad` or `layer.bias`. */
export function isNullableTensor(checker: Checker, node: SyntaxNode): boolean {
  if (node.kind !== kind("PropertyAccessExpression")) return false;
  const type = checker.getTypeAtLocation(node);
  if (type.types?.some((t) => t.flags & ts.TypeFlags.Null) !== true || !isNamed(checker, type, "Tensor")) return false;
  const object = checker.getTypeAtLocation(node.expression as SyntaxNode);
  return isNamed(checker, object, "Tensor") || isNamed(checker, object, "Module");
}

/** Whether a type is an instance of `Module` that is not callable itself. */
export const isCallableModule = (checker: Checker, type: Type): boolean =>
  type.getCallSignatures?.().length === 0 &&
  isNamed(checker, type, "Module") &&
  type.getConstructSignatures?.().length === 0;
