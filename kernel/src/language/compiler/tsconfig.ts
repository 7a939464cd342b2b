/** How strictly cells are checked: strict, unless a tsconfig.json in the notebook's folder or above says otherwise. */
import { dirname } from "node:path";
import type { TypeErrors } from "../../shared/directives.ts";
import { tsconfigOf } from "../../shared/module-resolver.ts";
import { ts } from "./typescript.ts";

/** Settings of a tsconfig.json that say what JSX becomes. */
const jsx = ["jsx", "jsxFactory", "jsxFragmentFactory", "jsxImportSource"];

/** Settings of a tsconfig.json that apply to cells; most others would change how a cell runs. */
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
  ...jsx,
];

/** Settings of a tsconfig.json that say how its files are compiled. */
const emits = ["experimentalDecorators", "emitDecoratorMetadata", "useDefineForClassFields", ...jsx];

/** Returns settings with JSX as calls, also where they leave JSX to another program. */
function withCalls(options: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { React, ReactJSX, ReactJSXDev } = ts.JsxEmit;
  if (options["jsx"] === undefined || options["jsx"] === React) return options;
  const isModule = options["jsx"] === ReactJSX || options["jsx"] === ReactJSXDev || "jsxImportSource" in options;
  return { ...options, jsx: isModule ? ReactJSX : React };
}

/** Returns the settings of the nearest tsconfig.json that have one of the names; a tsconfig.json that cannot be read counts as none. */
function settingsOf(folder: string, names: readonly string[]): Readonly<Record<string, unknown>> {
  const path = tsconfigOf(folder);
  const { config } = path === null ? {} : ts.readConfigFile(path, ts.sys.readFile);
  if (path === null || config === undefined) return {};
  // which files the project has is of no interest: a search of the folder would only cost time
  const host = { ...ts.sys, readDirectory: () => [] };
  const { options } = ts.parseJsonConfigFileContent(config, host, dirname(path));
  return Object.fromEntries(Object.entries(withCalls(options)).filter(([name]) => names.includes(name)));
}

/** The compiler's settings for the cells and files of a folder. */
export const checkSettings = (folder: string): Readonly<Record<string, unknown>> => ({
  strict: true,
  ...settingsOf(folder, checks),
});

/** Returns what type errors do in the notebooks of a folder, by `"tapelab": { "types": "warn" }` of the nearest tsconfig.json. */
export function typeErrorsIn(folder: string): TypeErrors {
  const path = tsconfigOf(folder);
  const config: { readonly tapelab?: { readonly types?: unknown } } | undefined =
    path === null ? undefined : ts.readConfigFile(path, ts.sys.readFile).config;
  const { types } = config?.tapelab ?? {};
  return types === "warn" || types === "off" ? types : "error";
}

/** How the files of a folder are compiled. */
export const emitSettings = (folder: string): Readonly<Record<string, unknown>> => settingsOf(folder, emits);

/** Names that a tsconfig.json gives to files. */
export interface PathSettings {
  readonly paths?: Readonly<Record<string, readonly string[]>>;
  readonly pathsBasePath?: string;
  readonly baseUrl?: string;
}

/** The names of files for the cells of a folder. */
export const pathSettings = (folder: string): PathSettings => settingsOf(folder, ["paths", "pathsBasePath", "baseUrl"]);
