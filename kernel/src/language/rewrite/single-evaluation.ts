/**
 * Compound assignments whose target has side effects, such as `weights[i++] -= g` or `layer().scale *= 2`. JavaScript evaluates the object and the
 * key of the target once, so they become parameters of a function that reads and writes:
 * `globalThis.Array.of(o).map((o) => o.scale = mul(o.scale, 2))[0]`.
 */

import { hasOutsideFunctions, kind, kinds } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";

/** Name of the parameter for the object. */
export const objectParameter = "$tapelab_object";

/** Name of the parameter for the key. */
export const keyParameter = "$tapelab_key";

/** The parts of a target that must be evaluated once. */
export interface ImpureTarget {
  readonly object: SyntaxNode;
  /** The key in brackets; `null` for `object.name`. */
  readonly key: SyntaxNode | null;
  /** Whether the assigned expression contains `await`. */
  readonly isAsync: boolean;
}

const impureKinds = kinds(
  "CallExpression",
  "NewExpression",
  "TaggedTemplateExpression",
  "AwaitExpression",
  "YieldExpression",
  "DeleteExpression",
  "PostfixUnaryExpression",
);

const isUpdate = (node: SyntaxNode): boolean =>
  node.kind === kind("PrefixUnaryExpression") &&
  (node.operator === kind("PlusPlusToken") || node.operator === kind("MinusMinusToken"));

const isAssignment = (node: SyntaxNode): boolean => {
  const operator = node.kind === kind("BinaryExpression") ? (node.operatorToken?.kind ?? -1) : -1;
  return operator >= kind("FirstAssignment") && operator <= kind("LastAssignment");
};

const hasSideEffect = (node: SyntaxNode): boolean =>
  hasOutsideFunctions(node, (n) => impureKinds.has(n.kind) || isUpdate(n) || isAssignment(n));

/**
 * Returns the parts of the target of a compound assignment that must be evaluated once; `null` if evaluating the target twice has no effect, and
 * "unsupported" if the assignment cannot be written as a function call.
 */
export function impureTarget(left: SyntaxNode, right: SyntaxNode): ImpureTarget | "unsupported" | null {
  if (!hasSideEffect(left)) return null;
  const { expression: object } = left;
  const isElement = left.kind === kind("ElementAccessExpression");
  const isMember = isElement || left.kind === kind("PropertyAccessExpression");
  const yields = hasOutsideFunctions(right, (node) => node.kind === kind("YieldExpression"));
  if (object === undefined || !isMember || yields || object.kind === kind("SuperKeyword")) return "unsupported";
  const isAsync = hasOutsideFunctions(right, (node) => node.kind === kind("AwaitExpression"));
  return { object, key: isElement ? (left.argumentExpression ?? null) : null, isAsync };
}

/** Returns the text before the object. It begins with an identifier, because a bracket would continue the line before. */
export const textBefore = ({ key, isAsync }: ImpureTarget): string =>
  `${isAsync ? "await globalThis.Promise.all(" : ""}globalThis.Array.of(${key === null ? "" : "["}`;

/** Returns the text between the target and the right side, with the beginning of the assignment. */
export const textBetween = ({ key, isAsync }: ImpureTarget, assignment: string): string =>
  `${key === null ? "" : "] as const"}).map(${isAsync ? "async " : ""}(${key === null ? objectParameter : `[${objectParameter}, ${keyParameter}]`}) => ${assignment}`;

/** Returns the text behind the right side. */
export const textAfter = ({ isAsync }: ImpureTarget): string => (isAsync ? "))).then((all) => all[0]!)" : "))[0]!");
