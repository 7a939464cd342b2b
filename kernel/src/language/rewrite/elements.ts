/** Elements of tensors: `x[i, j]` becomes `x.at(i, j)`, and `x[i, j] = v` becomes `x.set([i, j], v)`. */

import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { parseIndex } from "./index-text.ts";
import { hasProperty, indexKind } from "./operators.ts";
import type { PassContext } from "./pass-context.ts";
import {
  impureTarget,
  keyParameter,
  objectParameter,
  textAfter,
  textBefore,
  textBetween,
} from "./single-evaluation.ts";

/** Name of the parameter for the assigned value. */
const valueParameter = "$tapelab_value";

/** Whether a node is an index in brackets of a tensor; names of members, such as `x["shape"]`, and symbols are none. */
export function isElement(pass: PassContext, node: SyntaxNode): boolean {
  const { expression: object, argumentExpression: key } = node;
  if (node.kind !== kind("ElementAccessExpression") || object === undefined || key === undefined) return false;
  // without a key, or without the closing bracket, the code is being written
  if (key.pos === key.getEnd() || pass.file.text[node.getEnd() - 1] !== "]") return false;
  if (object.kind === kind("SuperKeyword") || !pass.isOnlyTensor(object)) return false;
  return !hasProperty(pass.checker, object, key);
}

/** The parts of `x[i, j]`. */
interface Parts {
  readonly object: SyntaxNode;
  readonly key: SyntaxNode;
  /** Offset of the opening bracket. */
  readonly open: number;
}

function partsOf(node: SyntaxNode): Parts {
  const { expression: object, argumentExpression: key } = node as Required<SyntaxNode>;
  return { object, key, open: key.pos - 1 };
}

/** Rewrites `x[i, j]` to `x.at(i, j)`, and `x?.[i]` to `x?.at(i)`. */
export function rewriteElement(pass: PassContext, node: SyntaxNode): void {
  if (isInPattern(node)) {
    refuse(pass, node, "cannot be the target of a pattern; write x[i] = v");
    pass.visitChildren(node);
    return;
  }
  const { object, key, open } = partsOf(node);
  pass.visit(object);
  pass.edit(open, open + 1, `${node.questionDotToken === undefined ? "." : ""}at(`);
  pass.visit(key);
  pass.edit(node.getEnd() - 1, node.getEnd(), ")");
  pass.markTensor(node);
}

/** Whether a node is an element of an array on the left of `=`. */
function isInPattern({ parent }: SyntaxNode): boolean {
  if (parent?.kind !== kind("ArrayLiteralExpression")) return false;
  const outer = parent.parent;
  return (
    outer?.kind === kind("BinaryExpression") &&
    outer.operatorToken?.kind === kind("EqualsToken") &&
    outer.left === parent
  );
}

/** Reports a use of an element that has no meaning. */
function refuse(pass: PassContext, node: SyntaxNode, message: string): void {
  pass.report(pass.start(node), node.getEnd(), `An element of a tensor ${message}`);
}

/** Reports `x[i]++` and the like. */
export function rewriteElementUpdate(pass: PassContext, node: SyntaxNode): void {
  const operand = node.operand as SyntaxNode;
  const { text } = pass.file;
  const element = text.slice(pass.start(operand), operand.getEnd());
  const sign = node.operator === kind("PlusPlusToken") ? "+" : "-";
  refuse(pass, node, `has no operator ${sign}${sign}; write ${element} ${sign}= 1`);
  pass.visitChildren(operand);
}

/** Whether the value of an expression is not used. */
function isDiscarded(node: SyntaxNode): boolean {
  const { parent } = node;
  if (parent === undefined) return false;
  if (parent.kind === kind("ExpressionStatement") || parent.kind === kind("VoidExpression")) return true;
  if (parent.kind === kind("ForStatement")) return parent.condition !== node;
  if (parent.kind === kind("ParenthesizedExpression")) return isDiscarded(parent);
  const isComma = parent.kind === kind("BinaryExpression") && parent.operatorToken?.kind === kind("CommaToken");
  return isComma && (parent.left === node || isDiscarded(parent));
}

/** Rewrites `x[i, j] = v` to `x.set([i, j], v)`. If the value of the assignment is used, it becomes that of a function, which evaluates the parts in order. */
export function rewriteElementAssignment(pass: PassContext, node: SyntaxNode): void {
  const { left, operatorToken: operator, right } = node as Required<SyntaxNode>;
  const { object, key, open } = partsOf(left);
  const isUsed = !isDiscarded(node);
  if (isUsed) pass.edit(pass.start(left), pass.start(left), "globalThis.Array.of([");
  pass.visit(object);
  pass.edit(open, open + 1, isUsed ? ", [" : ".set([");
  pass.visit(key);
  pass.edit(pass.start(operator), operator.getEnd(), ",");
  pass.visit(right);
  const names = [objectParameter, keyParameter, valueParameter];
  const body = `(${objectParameter}.set(${keyParameter}, ${valueParameter}), ${valueParameter})`;
  pass.edit(node.getEnd(), node.getEnd(), isUsed ? `] as const).map(([${names.join(", ")}]) => ${body})[0]!` : ")");
}

/**
 * Rewrites `x[i] += v` to `x.at(i).add_(v)` if the element is a view, and else to `x.set([mask], x.at(mask).add_(v))`, as Python does. `op`: the op of the
 * operator.
 */
export function rewriteElementCompound(pass: PassContext, node: SyntaxNode, op: string): void {
  const { left, operatorToken: operator, right } = node as Required<SyntaxNode>;
  const { object, key, open } = partsOf(left);
  if (indexKind(pass.checker, key) === "view") {
    pass.visit(object);
    pass.edit(open, open + 1, ".at(");
    pass.visit(key);
    pass.edit(left.getEnd() - 1, left.getEnd(), ")");
    pass.edit(pass.start(operator), operator.getEnd(), `.${op}_(`);
    pass.visit(right);
    pass.edit(node.getEnd(), node.getEnd(), ")");
    pass.markTensor(node);
    return;
  }
  const target = impureTarget(left, right);
  if (target === "unsupported") {
    refuse(pass, left, "that is picked by an expression with side effects cannot be changed here; use x.set");
    return;
  }
  if (target === null && isDiscarded(node)) {
    const { text } = pass.file;
    const x = text.slice(pass.start(object), object.getEnd()) + (pass.isNullable(object) ? "!" : "");
    pass.visit(object);
    pass.edit(open, open + 1, ".set([");
    pass.visit(key);
    const read = `${x}.at(${text.slice(pass.start(key), key.getEnd())})`;
    pass.edit(pass.start(operator), operator.getEnd(), `, ${read}.${op}_(`);
    pass.visit(right);
    pass.edit(node.getEnd(), node.getEnd(), "))");
    return;
  }
  const whole = target ?? { object, key, isAsync: false };
  const [o, k, v] = [objectParameter, keyParameter, valueParameter];
  pass.edit(pass.start(left), pass.start(left), textBefore(whole));
  pass.visit(object);
  pass.edit(open, open + 1, ", [");
  pass.visit(key);
  const change = `((${v}) => (${o}.set(${k}, ${v}), ${v}))(${o}.at(...${k}).${op}_(`;
  pass.edit(pass.start(operator), operator.getEnd(), textBetween(whole, change));
  pass.visit(right);
  pass.edit(node.getEnd(), node.getEnd(), `)${textAfter(whole)}`);
}

/** Reports literal texts in calls of `at` and `set` that are no slices. */
export function checkSlices(pass: PassContext, { expression: callee, arguments: given = [] }: SyntaxNode): void {
  const name = callee?.kind === kind("PropertyAccessExpression") ? callee.name?.text : undefined;
  if (name !== "at" && name !== "set") return;
  const entries = name === "at" ? given : given[0]?.elements;
  const texts = (entries ?? []).filter(
    (node) => node.kind === kind("StringLiteral") || node.kind === kind("NoSubstitutionTemplateLiteral"),
  );
  if (texts.length === 0 || !pass.isOnlyTensor(callee?.expression as SyntaxNode)) return;
  for (const node of texts) {
    const problem = parseIndex(node.text);
    if (!("message" in problem)) continue;
    const [start, end] = [pass.start(node), node.getEnd()];
    // an escape in the literal takes more characters than it stands for
    const isVerbatim = end - start - 2 === node.text.length;
    const at = isVerbatim ? Math.min(start + 1 + problem.at, end - 1) : start;
    pass.report(at, isVerbatim ? at + 1 : end, `Not an index: ${problem.message}`);
  }
}
