/** The rewriting of cells for the files of a project, so that a cell can move into a file: what comes out is plain TypeScript. */
import { readFileSync } from "node:fs";
import { positionOf } from "../../shared/positions.ts";
import { TrackedText } from "../../shared/tracked-text.ts";
import type { Program } from "../compiler/api.ts";
import { checkSettings } from "../compiler/tsconfig.ts";
import { resolution, ts } from "../compiler/typescript.ts";
import { refusedPowers } from "./ambiguous-powers.ts";
import { ops, rewriteTexts } from "./rewrite.ts";

/** The text with the import that rewritten arithmetic needs, in its first line that is code. */
function withOps(text: string): string {
  if (!text.includes(`${ops}.`)) return text;
  const shebang = /^#!.*\n/.exec(text)?.[0] ?? "";
  return `${shebang}import * as ${ops} from "tapelab"; ${text.slice(shebang.length)}`;
}

/** Code that is refused instead of rewritten, as its meaning is ambiguous. */
export class RefusedError extends SyntaxError {}

/**
 * The files' texts by path, with arithmetic on tensors and calls of modules as calls. Lines stay where they are; a file that needs
 * nothing is as it was. `folder` is where the project's tsconfig.json may be.
 */
export function rewriteProject(paths: readonly string[], folder: string): ReadonlyMap<string, string> {
  const texts = new Map(paths.map((path) => [path, new TrackedText(readFileSync(path, "utf8"))]));
  const refused = [...texts].flatMap(([path, { text }]) =>
    refusedPowers(text, path).map(({ start, message }) => {
      const { line, character } = positionOf(text, start);
      return `${path}:${line + 1}:${character + 1} ${message}`;
    }),
  );
  if (refused.length > 0) throw new RefusedError(refused.join("\n"));
  const options = {
    ...resolution,
    ...checkSettings(folder),
    target: ts.ScriptTarget.Latest,
    module: ts.ModuleKind.ESNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (path, target, ...rest) => {
    const text = texts.get(path)?.text;
    return text === undefined
      ? getSourceFile.call(host, path, target, ...rest)
      : ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  };
  let program: Program | undefined;
  rewriteTexts(texts, () => (program = ts.createProgram(paths, options, host, program)), { isCell: false, shift: 0 });
  return new Map([...texts].map(([path, { text }]) => [path, withOps(text)]));
}
