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
  ["Ampersand", "bitwiseAnd"],
  ["Bar", "bitwiseOr"],
  ["Caret", "bitwiseXor"],
] as const;

/** Comparisons, and operators that combine bits or booleans. */
const comparisonNames = [
  ["LessThan", "lt"],
  ["LessThanEquals", "le"],
  ["GreaterThan", "gt"],
  ["GreaterThanEquals", "ge"],
] as const;

/** Ops of binary operators, by the kind of the operator. */
export const binaryOps: ReadonlyMap<number, string> = new Map(
  [...opNames, ...comparisonNames].map(([token, op]) => [kind(`${token}Token`), op]),
);

/** Ops of `==` and `!=`; `===` and `!==` compare the tensors as objects. */
export const equalityOps: ReadonlyMap<number, string> = new Map([
  [kind("EqualsEqualsToken"), "eq"],
  [kind("ExclamationEqualsToken"), "ne"],
]);

/** Ops of unary operators, by the kind of the operator; "" for one that changes nothing. */
export const unaryOps: ReadonlyMap<number, string> = new Map([
  [kind("MinusToken"), "neg"],
  [kind("PlusToken"), ""],
  [kind("ExclamationToken"), "logicalNot"],
  [kind("TildeToken"), "bitwiseNot"],
]);

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
  // an instance of a generic class refers to the class, which has the base types
  const declared = type.target ?? type;
  return (
    declared.isClassOrInterface?.() === true && checker.getBaseTypes(declared).some((t) => isNamed(checker, t, name))
  );
}

/** Whether a type is a string. */
export const isText = (type: Type): boolean => (type.flags & ts.TypeFlags.StringLike) !== 0;

/** Whether a type is a number or a boolean, or a union of them. */
export function isNumeric(type: Type): boolean {
  if (type.types !== undefined) return type.types.every(isNumeric);
  const { NumberLike, BooleanLike, BigIntLike } = ts.TypeFlags;
  return (type.flags & (NumberLike | BooleanLike | BigIntLike)) !== 0;
}

/** Returns whether the members of a type are tensors: all of them, all but `null` and `undefined`, or also others. */
export function tensorMembers(checker: Checker, type: Type): "all" | "nullable" | "others" {
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined;
  if (constraint !== undefined) return tensorMembers(checker, constraint);
  if ((type.flags & ts.TypeFlags.Union) === 0) return isNamed(checker, type, "Tensor") ? "all" : "others";
  const { Null, Undefined } = ts.TypeFlags;
  const tensors = (type.types ?? []).filter((t) => (t.flags & (Null | Undefined)) === 0);
  if (tensors.length === 0 || !tensors.every((t) => isNamed(checker, t, "Tensor"))) return "others";
  return tensors.length === type.types?.length ? "all" : "nullable";
}

/** Whether the key of `x[key]` is the name of a member of `x`, or a symbol, and no index. */
export function hasProperty(checker: Checker, object: SyntaxNode, key: SyntaxNode): boolean {
  const type = checker.getTypeAtLocation(key);
  const { StringLiteral, ESSymbolLike, Index } = ts.TypeFlags;
  const isMember = (t: Type): boolean => {
    if (t.flags & (ESSymbolLike | Index)) return true;
    if ((t.flags & StringLiteral) === 0 || t.value === undefined) return false;
    const owner = checker.getTypeAtLocation(object);
    return (owner.types ?? [owner]).some((o) => o.getProperty?.(String(t.value)) !== undefined);
  };
  return (type.types ?? [type]).every(isMember);
}

/** Returns whether an index in brackets gives a view, as its entries are integers, texts and new dimensions; "unknown" if the types do not tell. */
export function indexKind(checker: Checker, key: SyntaxNode): "view" | "unknown" {
  if (key.kind === kind("BinaryExpression") && key.operatorToken?.kind === kind("CommaToken")) {
    const kindsOf = [key.left, key.right].map((part) => indexKind(checker, part as SyntaxNode));
    return kindsOf.includes("unknown") ? "unknown" : "view";
  }
  const type = checker.getTypeAtLocation(key);
  const { NumberLike, StringLike, Null } = ts.TypeFlags;
  const isBasic = (t: Type): boolean => (t.flags & (NumberLike | StringLike | Null)) !== 0;
  return key.kind === kind("NullKeyword") || (type.types ?? [type]).every(isBasic) ? "view" : "unknown";
}

/** Whether a type is an instance of `Module` that is not callable itself. */
export const isCallableModule = (checker: Checker, type: Type): boolean =>
  type.getCallSignatures?.().length === 0 &&
  isNamed(checker, type, "Module") &&
  type.getConstructSignatures?.().length === 0;
