/** `nodesAt`: the ops that lines of code recorded. */
import { type Node } from "../../tape/graph/node.ts";
import { ArgumentError } from "../../tensor/errors.ts";
import type { Site } from "../../tensor/site.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { siteOf } from "../shared/places.ts";
import { encodeNodes, nodesOf } from "../tape/data.ts";
import { Tape } from "../tape/tape.ts";

/** Lines of a cell or file. */
export interface CodeRange {
  /** Execution count of the cell. */
  readonly cell?: number;
  /** Path of the file, or the end of it, such as `"model.ts"`. */
  readonly file?: string;
  /** First line, from 1. */
  readonly line: number;
  /** Last line; the first one by default. */
  readonly to?: number;
}

/** The part of a tape that lines of code recorded. */
export class NodesAt extends Tape {
  readonly nodes: readonly Node[];

  constructor(roots: readonly Tensor[], nodes: readonly Node[], where: string) {
    const data = encodeNodes(roots, nodes);
    super({ ...data, title: `${data.title}, ${where}` });
    this.nodes = nodes;
  }
}

const isIn = (site: Site | null, { cell, file, line, to = line }: CodeRange): boolean =>
  site !== null &&
  site.line >= line &&
  site.line <= to &&
  (cell === undefined
    ? file !== undefined && (site.file === file || site.file.endsWith(`/${file}`))
    : site.count === cell);

/**
 * Returns the ops of a tape that lines of a cell or file recorded, by themselves or through the functions that they call: the part of the tape that belongs
 * to a selection of code.
 * @throws ArgumentError when neither a cell nor a file is given. GradError when nothing was recorded.
 * @example
 * const w = tensor([1, 2], { requiresGrad: true });
 * inspect.nodesAt(w.mul(3).sum(), { cell: 1, line: 1 }).nodes.length; // 0
 */
export function nodesAt(result: Tensor | readonly Tensor[], range: CodeRange): NodesAt {
  const { cell, file, line, to = line } = range;
  if (cell === undefined && file === undefined)
    throw new ArgumentError(
      "nodesAt",
      "expected the execution count of a cell, or a file, such as { cell: 4, line: 2 }",
    );
  const roots = result instanceof Tensor ? [result] : result;
  const nodes = nodesOf(roots).filter((node) => {
    const site = siteOf(node);
    return isIn(site?.resolve() ?? null, range) || site?.stack?.().some((frame) => isIn(frame, range)) === true;
  });
  const lines = to === line ? `line ${line}` : `lines ${line} to ${to}`;
  return new NodesAt(roots, nodes, cell === undefined ? `${file}, ${lines}` : `cell [${cell}], ${lines}`);
}
