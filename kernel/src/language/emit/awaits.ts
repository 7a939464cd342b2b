/**
 * Instruments awaits so that an interrupt can end them. A suspended async function cannot be ended from outside, so the compiled code records where it
 * is suspended, and tests when it is resumed whether its execution was interrupted (`main/interrupts/awaits.ts`).
 *
 * `await e` becomes `run.resumed(await run.begin(site, e))`. If code has to run when the function is left (a `finally` block, `return` of an
 * iterator, `using`), `wait` takes the place of `begin`: it awaits a promise that an interrupt rejects. In `for…of` loops, `waitIn` chooses at run
 * time, depending on the iterators. A `catch` block behind such an await begins with a test that rethrows interrupts.
 */
import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import { hasOutsideFunctions, isFunction, kind } from "../compiler/syntax.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";
import { ts } from "../compiler/typescript.ts";

/** Name of the run-time functions of a file in compiled code. */
const unit = "$tapelab_unit";

/** Name of the current call of an async function in compiled code. */
const run = "$tapelab_run";

const hasBody = (node: SyntaxNode): boolean => isFunction(node) && node.body !== undefined;

/** Whether a node contains `await` or `for await`, functions inside of it aside. */
const awaits = (node: SyntaxNode): boolean =>
  hasOutsideFunctions(node, (n) => n.kind === kind("AwaitExpression") || n.awaitModifier !== undefined);

/**
 * Whether code has to run when an await is left by an interrupt. A number is the bit mask of the enclosing `for…of` loops on whose iterators that
 * depends.
 */
type Cleanup = boolean | number;

/** Number of nested loops that a bit mask can represent. */
const maxLoops = 30;

const promiseMethods = new Set(["then", "catch", "finally"]);

/** Collects the edits of a file. */
class AwaitInstrumentation {
  readonly edits: Edit[] = [];
  readonly #file: SyntaxNode;
  readonly #tracked: TrackedText;
  readonly #path: string;
  /** Number of loops so far in the function that is visited. */
  #loops = 0;

  constructor(file: SyntaxNode, tracked: TrackedText, path: string) {
    this.#file = file;
    this.#tracked = tracked;
    this.#path = path;
  }

  run(): readonly Edit[] {
    const enter = awaits(this.#file) ? `, ${run} = ${unit}.enter("")` : "";
    this.#insert(0, `const ${unit} = $tapelab.unit(${this.#path})${enter}; `);
    this.#visitChildren(this.#file, this.#hasUsing(this.#file));
    if (enter !== "") this.#insert(this.#file.getEnd(), `\n${run}.leave();`);
    return this.edits;
  }

  #insert(at: number, text: string): void {
    this.edits.push({ start: at, end: at, text });
  }

  /** Returns the offset of a node before instrumentation, by which an await is located. */
  #site(node: SyntaxNode): number {
    return this.#tracked.toOriginal(node.getStart(this.#file));
  }

  #visitChildren(node: SyntaxNode, cleanup: Cleanup): void {
    ts.forEachChild(node, (child) => this.#visit(child, cleanup));
  }

  #visit(node: SyntaxNode, cleanup: Cleanup): void {
    if (hasBody(node)) this.#function(node);
    else if (node.kind === kind("AwaitExpression") && node.expression) this.#await(node, node.expression, cleanup);
    else if (node.kind === kind("ForOfStatement")) this.#loop(node, cleanup);
    else if (node.kind === kind("TryStatement")) this.#try(node, cleanup);
    else if (node.kind === kind("CallExpression")) this.#call(node, cleanup);
    else if (node.kind === kind("Block")) this.#visitChildren(node, this.#hasUsing(node) || cleanup);
    else this.#visitChildren(node, cleanup);
  }

  /** Whether a block declares a resource by `using`, which is disposed of when the block is left. */
  #hasUsing(block: SyntaxNode): boolean {
    return (block.statements ?? []).some((s) =>
      /^(await\s+)?using\s/.test(this.#file.text.slice(s.getStart(this.#file), s.getEnd())),
    );
  }

  #function(node: SyntaxNode): void {
    const outerLoops = this.#loops;
    this.#loops = 0;
    this.#functionBody(node);
    this.#loops = outerLoops;
  }

  #functionBody(node: SyntaxNode): void {
    const body = node.body as SyntaxNode;
    if (!awaits(body)) {
      this.#visitChildren(node, false);
      return;
    }
    const name = node.name?.kind === kind("Identifier") ? node.name.text.replace(/\$cell$/, "") : "";
    const open = `const ${run} = ${unit}.enter("${name}"); try { `;
    const close = ` } finally { ${run}.leave(); }`;
    ts.forEachChild(node, (child) => {
      if (child !== body) this.#visit(child, false);
    });
    if (body.kind === kind("Block")) this.#block(body, open, close);
    else {
      this.#insert(body.getStart(this.#file), `{ ${open}return (`);
      this.#visit(body, false);
      this.#insert(body.getEnd(), `);${close} }`);
    }
  }

  #block(body: SyntaxNode, open: string, close: string): void {
    const first = body.statements?.[0];
    const isStrict =
      first !== undefined && /^["']use strict["']/.test(this.#file.text.slice(first.getStart(this.#file)));
    if (isStrict) this.#insert(first.getEnd(), `; ${open}`);
    else this.#insert(body.getStart(this.#file) + 1, ` ${open}`);
    this.#visitChildren(body, this.#hasUsing(body));
    this.#insert(body.getEnd() - 1, close);
  }

  #await(node: SyntaxNode, operand: SyntaxNode, cleanup: Cleanup): void {
    this.#insert(node.getStart(this.#file), `${run}.resumed(`);
    const method = cleanup === false ? "begin(" : cleanup === true ? "wait(" : `waitIn(${cleanup}, `;
    this.#insert(operand.getStart(this.#file), `${run}.${method}${this.#site(node)}, `);
    this.#visit(operand, cleanup);
    this.#insert(node.getEnd(), "))");
  }

  #loop(node: SyntaxNode, cleanup: Cleanup): void {
    const { expression: items, statement: body, initializer } = node as Required<SyntaxNode>;
    const isAsync = node.awaitModifier !== undefined;
    const isDynamic = cleanup !== true && !isAsync && this.#loops < maxLoops && awaits(body);
    const bit = isDynamic ? 1 << this.#loops++ : 0;
    const inside = isDynamic ? Number(cleanup) | bit : true;
    this.#visit(initializer, true);
    if (isAsync) this.#insert(items.getStart(this.#file), `${run}.each(${this.#site(node)}, `);
    if (isDynamic) this.#insert(items.getStart(this.#file), `${run}.over(${bit}, `);
    this.#visit(items, cleanup);
    if (isAsync || isDynamic) this.#insert(items.getEnd(), ")");
    this.#visit(body, inside);
  }

  #try(node: SyntaxNode, cleanup: Cleanup): void {
    const { tryBlock, catchClause, finallyBlock } = node;
    if (tryBlock === undefined) return;
    const inside = finallyBlock !== undefined || cleanup;
    this.#visit(tryBlock, inside);
    const block = catchClause?.block;
    if (catchClause && block) {
      if (awaits(tryBlock)) this.#insert(block.getStart(this.#file) + 1, ` ${run}.caught();`);
      this.#visitChildren(catchClause, inside);
    }
    if (finallyBlock === undefined) return;
    if (awaits(tryBlock) || (block && awaits(block)))
      this.#insert(finallyBlock.getStart(this.#file) + 1, ` ${run}.leaving();`);
    this.#visit(finallyBlock, cleanup);
  }

  /** Guards the callbacks of `p.then(…)`, `p.catch(…)` and `p.finally(…)`. */
  #call(node: SyntaxNode, cleanup: Cleanup): void {
    const callee = node.expression as SyntaxNode;
    const args = node.arguments ?? [];
    const isPromiseMethod =
      callee.kind === kind("PropertyAccessExpression") &&
      promiseMethods.has(callee.name?.text ?? "") &&
      args.length > 0 &&
      args.every((argument) => argument.kind !== kind("SpreadElement"));
    this.#visit(callee, cleanup);
    for (const argument of args) {
      if (isPromiseMethod) this.#insert(argument.getStart(this.#file), `${unit}.guarded(`);
      this.#visit(argument, cleanup);
      if (isPromiseMethod) this.#insert(argument.getEnd(), ")");
    }
  }
}

/** Instruments the awaits and the promise callbacks of a JavaScript module. `path`: an expression for the path of its file. */
export function instrumentAwaits(tracked: TrackedText, path = "__filename"): TrackedText {
  const { text } = tracked;
  if (!/\bawait\b|\.\s*(then|catch|finally)\b/.test(text)) return tracked;
  const file = ts.createSourceFile("cell.js", text, ts.ScriptTarget.Latest);
  tracked.apply(new AwaitInstrumentation(file, tracked, path).run());
  return tracked;
}
