/** Operators on tensors, which become calls of ops. */

import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { checkConnective } from "./conditions.ts";
import { isElement, rewriteElementAssignment, rewriteElementCompound } from "./elements.ts";
import { assignmentOps, binaryOps, equalityOps, isNumeric, isText, ops, unaryOps } from "./operators.ts";
import type { Operation, PassContext } from "./pass-context.ts";
import {
  type ImpureTarget,
  impureTarget,
  keyParameter,
  objectParameter,
  textAfter,
  textBefore,
  textBetween,
} from "./single-evaluation.ts";

/** Rewrites a binary expression, of which an operand may be a tensor. */
export function rewriteBinary(pass: PassContext, node: SyntaxNode): void {
  const [left, right, operator] = [node.left, node.right, node.operatorToken] as SyntaxNode[];
  if (!left || !right || !operator) return;
  const assignment = assignmentOps.get(operator.kind);
  const isPlain = operator.kind === kind("EqualsToken");
  if ((isPlain || assignment !== undefined) && isElement(pass, left)) {
    if (assignment === undefined) rewriteElementAssignment(pass, node);
    else rewriteElementCompound(pass, node, assignment);
    return;
  }
  // the target of an assignment itself is not rewritten
  const leftEdits = pass.collect(() => {
    if (isPlain || assignment !== undefined) pass.visitChildren(left);
    else pass.visit(left);
  });
  const rightEdits = pass.collect(() => pass.visit(right));
  const operation = { node, left, operator, right, leftEdits, rightEdits };
  if (!rewriteOperation(pass, operation, assignment)) {
    pass.add(leftEdits);
    pass.add(rightEdits);
    checkConnective(pass, node);
  }
}

/** Rewrites an operation of which an operand is a tensor. Returns whether it did. */
function rewriteOperation(pass: PassContext, operation: Operation, assignment: string | undefined): boolean {
  const { node, left, operator, right } = operation;
  const equality = equalityOps.get(operator.kind);
  const op = binaryOps.get(operator.kind) ?? equality;
  if (op === undefined && assignment === undefined) return false;
  if (equality !== undefined ? !comparesTensors(pass, left, right) : !pass.isTensor(left) && !pass.isTensor(right))
    return false;
  const isConcatenation = [left, right].some(
    (operand) => !pass.becomesTensor(operand) && isText(pass.checker.getTypeAtLocation(operand)),
  );
  if (isConcatenation && op !== "add" && assignment !== "add") return false;
  const target = assignment === undefined || isConcatenation ? null : impureTarget(left, right);
  if (target === "unsupported") return false;
  if (isConcatenation) concatenation(pass, operation, op === undefined);
  else {
    pass.markTensor(node);
    if (assignment === undefined) call(pass, operation, op as string);
    else if (target === null) compound(pass, operation, assignment);
    else impureCompound(pass, operation, assignment, target);
  }
  return true;
}

/** Whether `==` compares elements: of a tensor with another one or a number. With `null` it is a null check. */
function comparesTensors(pass: PassContext, left: SyntaxNode, right: SyntaxNode): boolean {
  const isOperand = (node: SyntaxNode): boolean =>
    pass.isTensor(node) || isNumeric(pass.checker.getTypeAtLocation(node));
  return pass.isOnlyTensor(left) ? isOperand(right) : isOperand(left) && pass.isOnlyTensor(right);
}

/** Rewrites `a + b` to `add(a, b)`. */
function call(pass: PassContext, { node, left, operator, leftEdits, rightEdits }: Operation, op: string): void {
  pass.edit(pass.start(left), pass.start(left), `${ops}.${op}(`);
  pass.add(leftEdits);
  pass.edit(pass.start(operator), operator.getEnd(), ",");
  pass.add(rightEdits);
  pass.edit(node.getEnd(), node.getEnd(), ")");
}

/** Rewrites `a += b` to `a = add(a, b)`. */
function compound(pass: PassContext, { node, left, operator, leftEdits, rightEdits }: Operation, op: string): void {
  const read = pass.file.text.slice(pass.start(left), left.getEnd()) + (pass.isNullable(left) ? "!" : "");
  pass.add(leftEdits);
  pass.edit(pass.start(operator), operator.getEnd(), `= ${ops}.${op}(${read},`);
  pass.add(rightEdits);
  pass.edit(node.getEnd(), node.getEnd(), ")");
}

/** Rewrites `f().a += b` such that `f()` is evaluated once. */
function impureCompound(
  pass: PassContext,
  { node, left, operator, leftEdits, rightEdits }: Operation,
  op: string,
  target: ImpureTarget,
): void {
  const { object, key } = target;
  const nullable = pass.isNullable(left) ? "!" : "";
  const member =
    key === null
      ? `${objectParameter}${pass.file.text.slice(object.getEnd(), left.getEnd())}`
      : `${objectParameter}[${keyParameter}]`;
  pass.edit(pass.start(left), pass.start(left), textBefore(target));
  pass.add(leftEdits);
  if (key !== null) pass.edit(object.getEnd(), pass.start(key), ", ");
  const assignment = `${member} = ${ops}.${op}(${member}${nullable},`;
  pass.edit((key ?? object).getEnd(), operator.getEnd(), textBetween(target, assignment));
  pass.add(rightEdits);
  pass.edit(node.getEnd(), node.getEnd(), textAfter(target));
}

/** Converts the tensors in a concatenation of strings; `isAssignment`: to the target on the left. */
function concatenation(pass: PassContext, operation: Operation, isAssignment: boolean): void {
  const { left, right, leftEdits, rightEdits } = operation;
  if (isAssignment) pass.add(leftEdits);
  else asText(pass, left, leftEdits);
  asText(pass, right, rightEdits);
}

function asText(pass: PassContext, node: SyntaxNode, edits: Operation["leftEdits"]): void {
  const isTensor = pass.isTensor(node);
  if (isTensor) pass.edit(pass.start(node), pass.start(node), "globalThis.String(");
  pass.add(edits);
  if (isTensor) pass.edit(node.getEnd(), node.getEnd(), ")");
}

/** Rewrites `-a` to `neg(a)`, `!mask` to `logicalNot(mask)`, and `+a` to `(a)`. */
export function rewriteUnary(pass: PassContext, node: SyntaxNode): void {
  const operand = node.operand as SyntaxNode;
  const inside = pass.collect(() => pass.visit(operand));
  const op = unaryOps.get(node.operator ?? -1);
  // `!x` of a tensor that may be null is a null check
  const isRewritten = node.operator === kind("ExclamationToken") ? pass.isDefiniteTensor : pass.isTensor;
  if (op === undefined || !isRewritten.call(pass, operand)) {
    pass.add(inside);
    return;
  }
  pass.markTensor(node);
  pass.edit(pass.start(node), pass.start(operand), op === "" ? "(" : `${ops}.${op}(`);
  pass.add(inside);
  pass.edit(node.getEnd(), node.getEnd(), ")");
}
