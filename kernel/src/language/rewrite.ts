/**
 * What a cell may say and TypeScript or a script may not: arithmetic on tensors, calls of modules, import.meta, export of a declaration.
 *
 * TypeScript has no operator overloading, so what a person writes as `a * b + 1` becomes calls of the ops, wherever
 * the type checker knows an operand to be a Tensor. A pass sees the types of what the pass before has rewritten, so passes are repeated
 * until nothing is left; lines stay as they are, and columns lead back by the tracked text.
 */
import { type Edit, TrackedText } from "./positions.ts";
import { type Checker, cellFile, firstLine, type Program, type SyntaxNode, type Type, ts } from "./typescript.ts";

/** The global under which cells find the ops. */
const ops = "$tapelab";

const kind = (name: string): number => ts.SyntaxKind[name] as number;

const binaryOps: ReadonlyMap<number, string> = new Map([
  [kind("PlusToken"), "add"],
  [kind("MinusToken"), "sub"],
  [kind("AsteriskToken"), "mul"],
  [kind("SlashToken"), "div"],
  [kind("PercentToken"), "remainder"],
  [kind("AsteriskAsteriskToken"), "pow"],
]);

const assignmentOps: ReadonlyMap<number, string> = new Map([
  [kind("PlusEqualsToken"), "add"],
  [kind("MinusEqualsToken"), "sub"],
  [kind("AsteriskEqualsToken"), "mul"],
  [kind("SlashEqualsToken"), "div"],
  [kind("PercentEqualsToken"), "remainder"],
  [kind("AsteriskAsteriskEqualsToken"), "pow"],
]);

/** Each pass types one more layer of variables; a cell that needs more than this is rewritten as far as it goes. */
const maxPasses = 12;

/** Whether a class or one of its bases has the name. */
function isNamed(checker: Checker, type: Type, name: string): boolean {
  if (type.types !== undefined) return type.types.some((t) => isNamed(checker, t, name));
  const constraint = type.flags & ts.TypeFlags.TypeParameter ? checker.getBaseConstraintOfType(type) : undefined;
  if (constraint !== undefined) return isNamed(checker, constraint, name);
  if (type.symbol?.name === name) return true;
  return type.isClassOrInterface?.() === true && checker.getBaseTypes(type).some((t) => isNamed(checker, t, name));
}

const isText = (type: Type): boolean => (type.flags & ts.TypeFlags.StringLike) !== 0;

/** One pass over the cell's source file. */
class Pass {
  readonly #checker: Checker;
  readonly #file: SyntaxNode;
  readonly edits: Edit[] = [];
  /** Expressions that this pass turns into tensors, whatever their type is now. */
  readonly #tensors = new Set<SyntaxNode>();

  constructor(checker: Checker, file: SyntaxNode) {
    this.#checker = checker;
    this.#file = file;
  }

  run(): readonly Edit[] {
    for (const statement of this.#file.statements ?? []) this.#unexport(statement);
    this.#visit(this.#file);
    return this.edits;
  }

  /** In a cell every declaration is visible to later cells, so `export` says nothing more. */
  #unexport(statement: SyntaxNode): void {
    const [first] = statement.modifiers ?? [];
    if (first?.kind !== kind("ExportKeyword") || statement.modifiers?.some((m) => m.kind === kind("DefaultKeyword")))
      return;
    this.#edit(this.#start(first), first.getEnd(), "");
  }

  #edit(start: number, end: number, text: string): void {
    this.edits.push({ start: start - firstLine.length, end: end - firstLine.length, text });
  }

  #start = (node: SyntaxNode): number => node.getStart(this.#file);

  #isTensor(node: SyntaxNode): boolean {
    const inner = node.kind === kind("ParenthesizedExpression") ? (node.expression as SyntaxNode) : node;
    if (inner !== node) return this.#isTensor(inner);
    return this.#tensors.has(node) || isNamed(this.#checker, this.#checker.getTypeAtLocation(node), "Tensor");
  }

  /** Opening edits are made on the way down and closing ones on the way up, so that those at one place nest. */
  #visit(node: SyntaxNode): void {
    if (node.kind === kind("BinaryExpression")) this.#binary(node);
    else if (node.kind === kind("PrefixUnaryExpression")) this.#unary(node);
    else if (node.kind === kind("MetaProperty")) this.#edit(this.#start(node), node.getEnd(), `${ops}.meta`);
    else {
      ts.forEachChild(node, (child) => this.#visit(child));
      if (node.kind === kind("CallExpression")) this.#call(node);
    }
  }

  #binary(node: SyntaxNode): void {
    const [left, right, operator] = [node.left, node.right, node.operatorToken] as SyntaxNode[];
    if (!left || !right || !operator) return;
    const op = binaryOps.get(operator.kind);
    const assignment = assignmentOps.get(operator.kind);
    const before = this.edits.length;
    this.#visit(left);
    const middle = this.edits.length;
    this.#visit(right);
    if (op === undefined && assignment === undefined) return;
    if (!this.#isTensor(left) && !this.#isTensor(right)) return;
    if ([left, right].some((side) => isText(this.#checker.getTypeAtLocation(side)))) return;
    this.#tensors.add(node);
    const inside = this.edits.splice(before);
    const [ofLeft, ofRight] = [inside.slice(0, middle - before), inside.slice(middle - before)];
    if (assignment !== undefined) {
      const target = this.#file.text.slice(this.#start(left), left.getEnd());
      this.edits.push(...ofLeft);
      this.#edit(this.#start(operator), operator.getEnd(), `= ${ops}.${assignment}(${target},`);
    } else {
      this.#edit(this.#start(left), this.#start(left), `${ops}.${op}(`);
      this.edits.push(...ofLeft);
      this.#edit(this.#start(operator), operator.getEnd(), ",");
    }
    this.edits.push(...ofRight);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  #unary(node: SyntaxNode): void {
    const operand = node.operand as SyntaxNode;
    const before = this.edits.length;
    this.#visit(operand);
    const minus = node.operator === kind("MinusToken");
    if ((!minus && node.operator !== kind("PlusToken")) || !this.#isTensor(operand)) return;
    this.#tensors.add(node);
    const inside = this.edits.splice(before);
    this.#edit(this.#start(node), this.#start(operand), minus ? `${ops}.neg(` : "(");
    this.edits.push(...inside);
    this.#edit(node.getEnd(), node.getEnd(), ")");
  }

  /** `model(x)` calls the forward of a module. */
  #call(node: SyntaxNode): void {
    const callee = node.expression as SyntaxNode;
    if (callee.kind === kind("SuperKeyword")) return;
    const type = this.#checker.getTypeAtLocation(callee);
    if (
      type.getCallSignatures?.().length === 0 &&
      isNamed(this.#checker, type, "Module") &&
      type.getConstructSignatures?.().length === 0
    )
      this.#edit(callee.getEnd(), callee.getEnd(), ".forward");
  }
}

/** Whether there is anything that may have to be rewritten. */
const worthLooking = (code: string): boolean => /[-+*/%(]|\bexport\b|\bimport\.meta\b/.test(code);

/** The cell's text with arithmetic on tensors as calls. `typed` gives the program in which the cell has the text. */
export function rewriteCell(code: string, typed: (code: string) => Program | null): TrackedText {
  const tracked = new TrackedText(code);
  if (!worthLooking(code)) return tracked;
  for (let n = 0; n < maxPasses; n++) {
    const program = typed(tracked.text);
    const file = program?.getSourceFiles().find((f) => f.fileName?.endsWith(cellFile));
    if (!program || !file) break;
    const edits = new Pass(program.getTypeChecker(), file).run();
    if (edits.length === 0) break;
    tracked.apply(edits);
  }
  return tracked;
}
