/**
 * Awaits that an interrupt reaches. A suspended async function cannot be ended from outside, so the compiled code says where it waits and asks,
 * when it goes on, whether its cell has been interrupted (`main/interrupts/awaits.ts`).
 *
 * `await e` becomes `run.resumed(await run.begin(site, e))`. Where leaving has to run code (a `finally`, the `return` of an iterator, `using`),
 * `begin` is `wait`: a promise that an interrupt rejects; in a `for…of`, `waitIn` is whichever its items need. A `catch` behind such an await lets no interrupt through to its body.
 */

import { type Edit, TrackedText } from "../../shared/tracked-text.ts";
import type { SyntaxNode } from "../compiler/api.ts";
import { ts } from "../compiler/typescript.ts";

/** Names in the compiled code: what the file's functions enter by, and one activation of one of them. */
const unit = "$tapelab_unit";
const run = "$tapelab_run";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

const isFunction = (node: SyntaxNode): boolean =>
  /^(Function|Arrow|Method|Constructor|GetAccessor|SetAccessor)/.test(ts.SyntaxKind[node.kind] ?? "") &&
  node.body !== undefined;

const isLoopOverItems = (node: SyntaxNode): boolean => node.kind === kind("ForOfStatement");

/** Whether the node has an await of its own, outside of functions inside of it. */
function awaits(node: SyntaxNode): boolean {
  let found = node.kind === kind("AwaitExpression") || node.awaitModifier !== undefined;
  if (!found)
    ts.forEachChild(node, (child) => {
      if (!found && !isFunction(child)) found = awaits(child);
    });
  return found;
}

/** Whether leaving a place has to run code: always, or where the items of one of the loops around it, each a bit, need that. */
type Held = boolean | number;

/** Bits of a number. */
const maxLoops = 30;

const chained = new Set(["then", "catch", "finally"]);

class Guards {
  readonly edits: Edit[] = [];
  readonly #file: SyntaxNode;
  readonly #tracked: TrackedText;
  readonly #path: string;
  /** In the function that is visited. */
  #loops = 0;

  constructor(file: SyntaxNode, tracked: TrackedText, path: string) {
    this.#file = file;
    this.#tracked = tracked;
    this.#path = path;
  }

  run(): readonly Edit[] {
    const enter = awaits(this.#file) ? `, ${run} = ${unit}.enter("")` : "";
    this.#insert(0, `const ${unit} = $tapelab.unit(${this.#path})${enter}; `);
    this.#children(this.#file, this.#disposes(this.#file));
    if (enter !== "") this.#insert(this.#file.getEnd(), `\n${run}.leave();`);
    return this.edits;
  }

  #insert(at: number, text: string): void {
    this.edits.push({ start: at, end: at, text });
  }

  #site(node: SyntaxNode): number {
    return this.#tracked.toOriginal(node.getStart(this.#file));
  }

  #children(node: SyntaxNode, held: Held): void {
    ts.forEachChild(node, (child) => this.#visit(child, held));
  }

  #visit(node: SyntaxNode, held: Held): void {
    if (isFunction(node)) this.#function(node);
    else if (node.kind === kind("AwaitExpression") && node.expression) this.#await(node, node.expression, held);
    else if (isLoopOverItems(node)) this.#loop(node, held);
    else if (node.kind === kind("TryStatement")) this.#try(node, held);
    else if (node.kind === kind("CallExpression")) this.#call(node, held);
    else if (node.kind === kind("Block")) this.#children(node, this.#disposes(node) || held);
    else this.#children(node, held);
  }

  #disposes(block: SyntaxNode): boolean {
    return (block.statements ?? []).some((s) =>
      /^(await\s+)?using\s/.test(this.#file.text.slice(s.getStart(this.#file), s.getEnd())),
    );
  }

  #function(node: SyntaxNode): void {
    const around = this.#loops;
    this.#loops = 0;
    this.#body(node);
    this.#loops = around;
  }

  #body(node: SyntaxNode): void {
    const body = node.body as SyntaxNode;
    if (!awaits(body)) {
      this.#children(node, false);
      return;
    }
    const name = node.name?.kind === kind("Identifier") ? node.name.text.replace(/\$cell$/, "") : "";
    const open = `const ${run} = ${unit}.enter("${name}"); try { `;
    const close = ` } finally { ${run}.leave(); }`;
    const isBlock = body.kind === kind("Block");
    const start = body.getStart(this.#file);
    ts.forEachChild(node, (child) => {
      if (child !== body) this.#visit(child, false);
    });
    if (isBlock) {
      const first = body.statements?.[0];
      const directive =
        first !== undefined && /^["']use strict["']/.test(this.#file.text.slice(first.getStart(this.#file)));
      this.#insert(directive ? first.getEnd() : start + 1, directive ? `; ${open}` : ` ${open}`);
      this.#children(body, this.#disposes(body));
      this.#insert(body.getEnd() - 1, close);
    } else {
      this.#insert(start, `{ ${open}return (`);
      this.#visit(body, false);
      this.#insert(body.getEnd(), `);${close} }`);
    }
  }

  #await(node: SyntaxNode, operand: SyntaxNode, held: Held): void {
    this.#insert(node.getStart(this.#file), `${run}.resumed(`);
    const how = held === false ? "begin(" : held === true ? "wait(" : `waitIn(${held}, `;
    this.#insert(operand.getStart(this.#file), `${run}.${how}${this.#site(node)}, `);
    this.#visit(operand, held);
    this.#insert(node.getEnd(), "))");
  }

  #loop(node: SyntaxNode, held: Held): void {
    const { expression: items, statement: body, initializer } = node as Required<SyntaxNode>;
    const isAwaited = node.awaitModifier !== undefined;
    const isOpen = held !== true && !isAwaited && this.#loops < maxLoops && awaits(body);
    const bit = isOpen ? 1 << this.#loops++ : 0;
    const inside = isOpen ? Number(held) | bit : true;
    this.#visit(initializer, true);
    if (isAwaited) this.#insert(items.getStart(this.#file), `${run}.each(${this.#site(node)}, `);
    if (isOpen) this.#insert(items.getStart(this.#file), `${run}.over(${bit}, `);
    this.#visit(items, held);
    if (isAwaited || isOpen) this.#insert(items.getEnd(), ")");
    this.#visit(body, inside);
  }

  #try(node: SyntaxNode, held: Held): void {
    const { tryBlock, catchClause, finallyBlock } = node;
    if (tryBlock === undefined) return;
    const inside = finallyBlock !== undefined || held;
    this.#visit(tryBlock, inside);
    const block = catchClause?.block;
    if (catchClause && block) {
      if (awaits(tryBlock)) this.#insert(block.getStart(this.#file) + 1, ` ${run}.caught();`);
      this.#children(catchClause, inside);
    }
    if (finallyBlock === undefined) return;
    if (awaits(tryBlock) || (block && awaits(block)))
      this.#insert(finallyBlock.getStart(this.#file) + 1, ` ${run}.leaving();`);
    this.#visit(finallyBlock, held);
  }

  /** The callbacks of `p.then(…)` and its like. */
  #call(node: SyntaxNode, held: Held): void {
    const callee = node.expression as SyntaxNode;
    const given = node.arguments ?? [];
    const isChain =
      callee.kind === kind("PropertyAccessExpression") &&
      chained.has(callee.name?.text ?? "") &&
      given.length > 0 &&
      given.every((argument) => argument.kind !== kind("SpreadElement"));
    this.#visit(callee, held);
    for (const argument of given) {
      if (isChain) this.#insert(argument.getStart(this.#file), `${unit}.guarded(`);
      this.#visit(argument, held);
      if (isChain) this.#insert(argument.getEnd(), ")");
    }
  }
}

/** Makes the awaits and chained callbacks of a module's text such that an interrupt reaches them. `path`: an expression for the file's path. */
export function guardAwaits(tracked: TrackedText, path = "__filename"): TrackedText {
  const { text } = tracked;
  if (!/\bawait\b|\.\s*(then|catch|finally)\b/.test(text)) return tracked;
  const file = ts.createSourceFile("cell.js", text, ts.ScriptTarget.Latest);
  tracked.apply(new Guards(file, tracked, path).run());
  return tracked;
}
