/** Tensors as conditions, which are errors: JavaScript takes every object for true. */
import { kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import type { PassContext } from "./pass-context.ts";

/** Returns the condition of a statement or expression. */
function conditionOf(node: SyntaxNode): SyntaxNode | undefined {
  switch (node.kind) {
    case kind("IfStatement"):
    case kind("WhileStatement"):
    case kind("DoStatement"):
      return node.expression;
    case kind("ForStatement"):
    case kind("ConditionalExpression"):
      return node.condition;
    default:
      return undefined;
  }
}

const advice =
  "a.item() is its only element as a number, a.all().item() and a.any().item() tell whether all or some elements are true, and a !== null is a null check.";

/** Reports a condition that is a tensor, also at the end of `&&` and `||`. */
export function checkCondition(pass: PassContext, node: SyntaxNode): void {
  const condition = conditionOf(node);
  if (condition !== undefined) check(pass, condition);
}

function check(pass: PassContext, condition: SyntaxNode): void {
  const { kind: syntax, operatorToken, right, expression } = condition;
  if (syntax === kind("ParenthesizedExpression")) check(pass, expression as SyntaxNode);
  else if (syntax === kind("BinaryExpression") && connectives.has(operatorToken?.kind ?? -1))
    check(pass, right as SyntaxNode);
  else if (pass.isDefiniteTensor(condition))
    pass.report(
      pass.start(condition),
      condition.getEnd(),
      `A tensor a is true as a condition, whatever its elements are: ${advice}`,
    );
}

/** The operators that take their left side as a condition, with those that combine elements. */
const connectives: ReadonlyMap<number, readonly [typed: string, elementwise: string]> = new Map([
  [kind("AmpersandAmpersandToken"), ["&&", "&"]],
  [kind("BarBarToken"), ["||", "|"]],
]);

/** Reports `a && b` and `a || b` of a tensor `a`. */
export function checkConnective(pass: PassContext, { left, operatorToken }: SyntaxNode): void {
  const operators = connectives.get(operatorToken?.kind ?? -1);
  if (operators === undefined || left === undefined || !pass.isDefiniteTensor(left)) return;
  const [typed, elementwise] = operators;
  pass.report(
    pass.start(left),
    left.getEnd(),
    `The tensor on the left of ${typed} is always true. Write a ${elementwise} b for the elements; of one tensor, ${advice}`,
  );
}
