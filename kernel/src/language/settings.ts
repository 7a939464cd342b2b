/** How strictly cells are checked: strict, unless the notebook's folder has a tsconfig.json that says otherwise. */
import { dirname, join } from "node:path";
import { ts } from "./typescript.ts";

/** Settings of a tsconfig.json that apply to cells; the others would change how a cell runs. */
const checks = [
  "strict",
  "noImplicitAny",
  "noImplicitThis",
  "strictBindCallApply",
  "strictFunctionTypes",
  "strictNullChecks",
  "strictPropertyInitialization",
  "useUnknownInCatchVariables",
  "exactOptionalPropertyTypes",
  "noImplicitOverride",
  "noImplicitReturns",
  "noFallthroughCasesInSwitch",
  "noPropertyAccessFromIndexSignature",
  "noUncheckedIndexedAccess",
  "experimentalDecorators",
  "emitDecoratorMetadata",
];

/** The compiler's settings for the cells of a folder; a tsconfig.json that cannot be read counts as none. */
export function checkSettings(folder: string): Readonly<Record<string, unknown>> {
  const path = join(folder, "tsconfig.json");
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  // which files the project has is of no interest: a search of the folder would only cost time
  const host = { ...ts.sys, readDirectory: () => [] };
  const given = config === undefined ? {} : ts.parseJsonConfigFileContent(config, host, dirname(path)).options;
  return { strict: true, ...Object.fromEntries(Object.entries(given).filter(([name]) => checks.includes(name))) };
}
