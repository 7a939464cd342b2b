/** The part of the pass over a file that the rewriters of one kind of expression use. */
import type { Edit } from "../../shared/tracked-text.ts";
import type { Checker } from "../compiler/program-api.ts";
import type { SyntaxNode } from "../compiler/syntax-node.ts";

/** An error that the rewriting finds, as a range of the file. */
export interface RewriteError {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}

/** A pass over a source file. Edits are added in the order of the text, so that those at the same offset nest. */
export interface PassContext {
  readonly checker: Checker;
  readonly file: SyntaxNode;
  /** Returns the offset of a node without the comments before it. */
  start(node: SyntaxNode): number;
  edit(start: number, end: number, text: string): void;
  /** Adds edits that `collect` has returned. */
  add(edits: readonly Edit[]): void;
  /** Returns the edits that `visit` adds, without adding them. */
  collect(visit: () => void): readonly Edit[];
  visit(node: SyntaxNode): void;
  visitChildren(node: SyntaxNode): void;
  /** Notes that an expression becomes a tensor, whatever type it has now. */
  markTensor(node: SyntaxNode): void;
  /** Whether the pass makes an expression a tensor. Its type is then not asked for: TypeScript looks for members with similar names, for the error of an expression that is about to be rewritten. */
  becomesTensor(node: SyntaxNode): boolean;
  /** Whether an expression may be a tensor. */
  isTensor(node: SyntaxNode): boolean;
  /** Whether an expression is a tensor, or `null` or `undefined`, but nothing else. */
  isOnlyTensor(node: SyntaxNode): boolean;
  /** Whether an expression is a tensor, and neither `null` nor `undefined`. */
  isDefiniteTensor(node: SyntaxNode): boolean;
  /** Whether an expression is a property of a tensor or module that is a tensor or null, and is used without a null check. */
  isNullable(node: SyntaxNode): boolean;
  report(start: number, end: number, message: string): void;
}

/** A binary expression whose operands have been visited. */
export interface Operation {
  readonly node: SyntaxNode;
  readonly left: SyntaxNode;
  readonly operator: SyntaxNode;
  readonly right: SyntaxNode;
  /** The edits inside of the operands. */
  readonly leftEdits: readonly Edit[];
  readonly rightEdits: readonly Edit[];
}
