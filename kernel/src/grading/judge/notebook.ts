/** Puts a submission together with the release: which cells run, in which order, and which are tests. */

/** A cell of a notebook file, as far as it is read. */
export interface NotebookCell {
  readonly cell_type: string;
  readonly source: string | readonly string[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A notebook file. */
export interface NotebookFile {
  readonly cells: readonly NotebookCell[];
  readonly metadata?: Readonly<Record<string, unknown>>;
}

/** A cell that runs in the sandbox: code of the submission, or of the release. */
export interface CodeStep {
  readonly kind: "code";
  readonly source: string;
  /** Position in the submission; -1 for a cell that the submission lacks. */
  readonly index: number;
  /** Text of the release, which the judge runs itself; `null` for solutions and cells of the submission alone. */
  readonly trusted: string | null;
}

/** A test, with the text of the release. */
export interface TestStep {
  readonly kind: "test";
  readonly id: string;
  readonly source: string;
  readonly points: number;
}

export type Step = CodeStep | TestStep;

interface GraderFields {
  readonly grade: boolean;
  readonly solution: boolean;
  readonly id: string;
  readonly points: number;
}

const textOf = (source: NotebookCell["source"] | undefined): string =>
  (typeof source === "string" ? source : Array.isArray(source) ? source.join("") : "").replaceAll(/\r\n?/g, "\n");

function fieldsOf({ metadata }: NotebookCell): GraderFields | null {
  const fields = metadata?.["nbgrader"] as Readonly<Record<string, unknown>> | undefined;
  if (typeof fields !== "object" || fields === null || typeof fields["grade_id"] !== "string") return null;
  return {
    grade: fields["grade"] === true,
    solution: fields["solution"] === true,
    id: fields["grade_id"],
    points: Number(fields["points"] ?? 0),
  };
}

/** Returns the texts of the solution cells of a notebook. */
export const solutionsOf = ({ cells }: NotebookFile): string[] =>
  cells.flatMap((cell) =>
    cell.cell_type === "code" && fieldsOf(cell)?.solution === true ? [textOf(cell.source)] : [],
  );

const isTest = (fields: GraderFields | null): boolean => fields !== null && fields.grade && !fields.solution;

interface Placed {
  readonly step: CodeStep;
  /** Position in the release; -1 for a cell that the release lacks. */
  readonly order: number;
}

/** Returns the steps of grading: cells of the submission in its own order, with locked cells and tests of the release. */
export function stepsOf(submission: NotebookFile, release: NotebookFile): Step[] {
  const wanted = new Map<string, { readonly cell: NotebookCell; readonly order: number }>();
  const plain: { readonly text: string; readonly order: number; taken: boolean }[] = [];
  release.cells.forEach((cell, order) => {
    if (cell.cell_type !== "code") return;
    const fields = fieldsOf(cell);
    if (fields === null) plain.push({ text: textOf(cell.source), order, taken: false });
    else if (!wanted.has(fields.id)) wanted.set(fields.id, { cell, order });
  });
  const placed: Placed[] = [];
  const seen = new Set<string>();
  /** Positions among the placed cells at which the submission has each test. */
  const testsAt = new Map<string, number>();
  submission.cells.forEach((cell, index) => {
    const fields = fieldsOf(cell);
    const found = fields === null || seen.has(fields.id) ? undefined : wanted.get(fields.id);
    const own = textOf(cell.source);
    if (fields === null || found === undefined) {
      if (cell.cell_type !== "code") return;
      const match = fields === null ? plain.find((p) => !p.taken && p.text === own) : undefined;
      if (match !== undefined) match.taken = true;
      placed.push({
        step: { kind: "code", source: own, index, trusted: match?.text ?? null },
        order: match?.order ?? -1,
      });
      return;
    }
    seen.add(fields.id);
    const theirs = fieldsOf(found.cell);
    if (isTest(theirs)) {
      testsAt.set(fields.id, placed.length);
      return;
    }
    const text = textOf(found.cell.source);
    const isSolution = theirs?.solution === true;
    placed.push({
      step: { kind: "code", source: isSolution ? own : text, index, trusted: isSolution ? null : text },
      order: found.order,
    });
  });
  restoreMissing(placed, seen, wanted, plain);
  return withTests(placed, release, testsAt);
}

/** Inserts the locked cells that a submission lacks before the cells behind them, and plain cells of the release that it has changed, for the judge alone. */
function restoreMissing(
  placed: Placed[],
  seen: ReadonlySet<string>,
  wanted: ReadonlyMap<string, { readonly cell: NotebookCell; readonly order: number }>,
  plain: readonly { readonly text: string; readonly order: number; readonly taken: boolean }[],
): void {
  const missing = [...wanted].filter(([id, { cell }]) => {
    const fields = fieldsOf(cell);
    return !seen.has(id) && fields !== null && !fields.solution && !isTest(fields);
  });
  const texts = [
    ...missing.map(([, { cell, order }]) => ({ text: textOf(cell.source), order, source: textOf(cell.source) })),
    // a plain cell that was edited runs as it is in the sandbox; the judge takes the text of the release
    ...plain.filter(({ taken }) => !taken).map(({ text, order }) => ({ text, order, source: "" })),
  ];
  for (const { text, order, source } of texts.toSorted((a, b) => a.order - b.order)) {
    placed.splice(placeOf(placed, order), 0, { step: { kind: "code", source, index: -1, trusted: text }, order });
  }
}

/** Returns the position before the first cell that is behind one of the release; the end where there is none. */
function placeOf(placed: readonly Placed[], order: number): number {
  const at = placed.findIndex((p) => p.order > order);
  return at < 0 ? placed.length : at;
}

/** Inserts each test where the submission has it, but behind all cells that come before it in the release. */
function withTests(placed: readonly Placed[], release: NotebookFile, testsAt: ReadonlyMap<string, number>): Step[] {
  const at = new Map<number, TestStep[]>();
  let least = 0;
  const seen = new Set<string>();
  release.cells.forEach((cell, order) => {
    const fields = fieldsOf(cell);
    if (fields === null || !isTest(fields) || cell.cell_type !== "code" || seen.has(fields.id)) return;
    seen.add(fields.id);
    const behind = placed.findLastIndex((p) => p.order >= 0 && p.order < order) + 1;
    least = Math.max(least, behind, Math.min(testsAt.get(fields.id) ?? placeOf(placed, order), placed.length));
    const { id, points } = fields;
    at.set(least, [...(at.get(least) ?? []), { kind: "test", id, points, source: textOf(cell.source) }]);
  });
  const steps: Step[] = [...(at.get(0) ?? [])];
  placed.forEach(({ step }, i) => steps.push(step, ...(at.get(i + 1) ?? [])));
  return steps;
}

const beginHidden = /BEGIN HIDDEN TESTS/;
const endHidden = /END HIDDEN TESTS/;

/** Returns the lines, from 1, that are hidden from students. */
export function hiddenLines(source: string): ReadonlySet<number> {
  const lines = new Set<number>();
  let isHidden = false;
  source.split("\n").forEach((line, i) => {
    if (beginHidden.test(line)) isHidden = true;
    if (isHidden) lines.add(i + 1);
    if (endHidden.test(line)) isHidden = false;
  });
  return lines;
}

/** Returns the names of ops that a test forbids: by `// forbid: softmax, exp`, and by the literals behind `avoids:`. */
export function forbiddenBy(source: string): string[] {
  const lines = [...source.matchAll(/^\s*\/\/\s*forbid:\s*(.*)$/gm)].flatMap(([, names = ""]) => names.split(/[\s,]+/));
  const literals = [...source.matchAll(/\bavoids:\s*(\[[^\]]*\]|"[^"]*"|'[^']*')/g)].flatMap(([, list = ""]) =>
    [...list.matchAll(/["']([\w.]+)["']/g)].map(([, name = ""]) => name),
  );
  return [...new Set([...lines, ...literals].filter((name) => name !== ""))].toSorted();
}

/** Names that a text imports from the engine, with the names that they have there; `*` for all of it. */
export function engineImports(
  source: string,
): { readonly local: string; readonly name: string; readonly module: string }[] {
  return [
    ...source.matchAll(
      /\bimport\s+(?:type\s+)?(?:\{([^}]*)\}|\*\s+as\s+([\w$]+))\s+from\s+["'](tapelab(?:\/check)?)["']/g,
    ),
  ].flatMap(([, list, space, module = ""]) =>
    space !== undefined
      ? [{ local: space, name: "*", module }]
      : (list ?? "")
          .split(",")
          .map((part) => part.trim().replace(/^type\s+/, ""))
          .filter((part) => part !== "")
          .map((part) => {
            const [name = "", local = name] = part.split(/\s+as\s+/);
            return { local, name, module };
          }),
  );
}

/** Names that a text declares by `let` or `var`, which solutions may set. */
export const changeableNames = (source: string): Set<string> =>
  new Set(
    [...source.matchAll(/^\s*(?:export\s+)?(?:let|var)\s+([^=;]+)/gm)].flatMap(([, names = ""]) =>
      [...names.replaceAll(/:\s*[^,]+/g, "").matchAll(/[\w$]+/g)].map(([name]) => name),
    ),
  );
