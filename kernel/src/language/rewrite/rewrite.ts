/**
 * Rewrites code that cells may contain and TypeScript rejects: operators on tensors, indices in brackets, calls of modules, `x.grad` without a null check,
 * `import.meta`, and exports.
 *
 * TypeScript has no operator overloading, so an expression such as `a * b + 1` becomes calls of ops wherever the type checker finds an operand to be
 * a Tensor. A pass relies on the types of what earlier passes have rewritten, so passes are repeated until nothing changes. Line numbers do not
 * change, and columns are mapped by the tracked text.
 */
import type { TrackedText } from "../../shared/tracked-text.ts";
import { cellFile, firstLine } from "../compiler/compilation.ts";
import type { Program } from "../compiler/program-api.ts";
import { Pass, type Rewriting } from "./pass.ts";
import type { RewriteError } from "./pass-context.ts";
import { parseable } from "./statements.ts";

/** Number of passes. Each types one more layer of variables; a cell with more layers is rewritten only in part. */
const maxPasses = 12;

/** Whether a cell may contain code that is rewritten; a quick test without types. */
const mayNeedRewriting = (code: string): boolean =>
  /[-+*/%([<>!?&|^~]|==|\bexport\b|\brequire\b|\bimport\.meta\b|\.\w/.test(code);

/** Findings of the passes over a text. */
interface Findings {
  readonly errors: readonly RewriteError[];
  /** Variables, outside of functions, that are tensors or null. */
  readonly nullables: readonly string[];
}

/**
 * Rewrites texts, given by the path of their file, and returns the findings in the result by path. `build` returns a program in which the files have the
 * current texts.
 */
export function rewriteTexts(
  texts: ReadonlyMap<string, TrackedText>,
  build: () => Program | null,
  rewriting: Rewriting,
): ReadonlyMap<string, Findings> {
  for (let n = 1; ; n++) {
    const program = build();
    if (program === null) return new Map();
    const checker = program.getTypeChecker();
    // all files are visited before a text changes, because the types belong to the current texts
    const passes = [...texts].map(([path, tracked]) => {
      const file = program.getSourceFiles().find((f) => f.fileName?.endsWith(path));
      if (file === undefined) return { path, tracked, edits: [], errors: [], nullables: [] };
      const pass = new Pass(checker, file, rewriting);
      const edits = pass.run(tracked.text.length);
      return { path, tracked, edits, errors: pass.errors, nullables: pass.nullables };
    });
    if (passes.every(({ edits }) => edits.length === 0))
      return new Map(passes.map(({ path, errors, nullables }) => [path, { errors, nullables }]));
    for (const { tracked, edits } of passes) if (edits.length > 0) tracked.apply(edits);
    if (n === maxPasses) return new Map();
  }
}

/** A rewritten cell with its findings; the offsets of errors are those in its text. */
export interface RewrittenCell extends Findings {
  readonly tracked: TrackedText;
}

/** Rewrites a cell. `build` returns a program in which the cell has the given text. `nullables`: variables of earlier cells that are tensors or null. */
export function rewriteCell(
  code: string,
  build: (code: string) => Program | null,
  nullables: ReadonlySet<string>,
): RewrittenCell {
  const tracked = parseable(code);
  const nothing: Findings = { errors: [], nullables: [] };
  if (!mayNeedRewriting(code) && nullables.size === 0) return { tracked, ...nothing };
  const rewriting = { isCell: true, offset: firstLine.length, nullables };
  const found = rewriteTexts(new Map([[cellFile, tracked]]), () => build(tracked.text), rewriting);
  return { tracked, ...(found.get(cellFile) ?? nothing) };
}
