/**
 * Compound assignments whose target does something when it is evaluated: `weights[i++] -= g`, `layer().scale *= 2`. JavaScript evaluates object and
 * key once, so they become the parameters of a function that reads and writes: `globalThis.Array.of(o).map((o) => o.scale = mul(o.scale, 2))[0]`.
 */
import type { SyntaxNode } from "../compiler/api.ts";
import { ts } from "../compiler/typescript.ts";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

/** Names of the function's parameters. */
export const onceObject = "$tapelab_object";
export const onceKey = "$tapelab_key";

/** The parts of a target that are evaluated once. */
export interface OnceTarget {
  readonly object: SyntaxNode;
  /** `null` where the property has a name. */
  readonly key: SyntaxNode | null;
  /** Whether what is assigned awaits. */
  readonly isAsync: boolean;
}

const effects: ReadonlySet<number> = new Set(
  [
    "CallExpression",
    "NewExpression",
    "TaggedTemplateExpression",
    "AwaitExpression",
    "YieldExpression",
    "DeleteExpression",
    "PostfixUnaryExpression",
  ].map(kind),
);

const isUpdate = (node: SyntaxNode): boolean =>
  node.kind === kind("PrefixUnaryExpression") &&
  (node.operator === kind("PlusPlusToken") || node.operator === kind("MinusMinusToken"));

const isAssignment = (node: SyntaxNode): boolean => {
  const operator = node.kind === kind("BinaryExpression") ? (node.operatorToken?.kind ?? -1) : -1;
  return operator >= kind("FirstAssignment") && operator <= kind("LastAssignment");
};

const isFunction = (node: SyntaxNode): boolean => /Function|Arrow|Method|Accessor/.test(ts.SyntaxKind[node.kind] ?? "");

/** Whether a node or one inside of it, outside of functions, is such. */
function has(node: SyntaxNode, isSuch: (node: SyntaxNode) => boolean): boolean {
  let found = isSuch(node);
  if (!found && !isFunction(node)) ts.forEachChild(node, (child) => void (found ||= has(child, isSuch)));
  return found;
}

/**
 * Returns the parts of a target that are to be evaluated once; `null` where evaluating it twice changes nothing, and "none" for an assignment that
 * cannot be written this way.
 */
export function onceTarget(left: SyntaxNode, right: SyntaxNode): OnceTarget | "none" | null {
  if (!has(left, (node) => effects.has(node.kind) || isUpdate(node) || isAssignment(node))) return null;
  const { expression: object } = left;
  const isElement = left.kind === kind("ElementAccessExpression");
  const isMember = isElement || left.kind === kind("PropertyAccessExpression");
  const suspends = has(right, (node) => node.kind === kind("YieldExpression"));
  if (object === undefined || !isMember || suspends || object.kind === kind("SuperKeyword")) return "none";
  const isAsync = has(right, (node) => node.kind === kind("AwaitExpression"));
  return { object, key: isElement ? (left.argumentExpression ?? null) : null, isAsync };
}

/** It begins with a name, as a bracket would go on with the line before. */
export const onceStart = ({ key, isAsync }: OnceTarget): string =>
  `${isAsync ? "await globalThis.Promise.all(" : ""}globalThis.Array.of(${key === null ? "" : "["}`;

export const onceMiddle = ({ key, isAsync }: OnceTarget, assignment: string): string =>
  `${key === null ? "" : "] as const"}).map(${isAsync ? "async " : ""}(${key === null ? onceObject : `[${onceObject}, ${onceKey}]`}) => ${assignment}`;

export const onceEnd = (isAsync: boolean): string => (isAsync ? "))).then((all) => all[0]!)" : "))[0]!");
