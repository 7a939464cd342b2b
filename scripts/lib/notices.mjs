/** Notices on the libraries whose code is in a bundle, with their licences. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { inRoot } from "./paths.mjs";

/** Name of the file with the notices. */
export const noticesFile = "THIRD-PARTY-LICENSES.txt";

const json = (path) => JSON.parse(readFileSync(path, "utf8"));

/** Describes an installed package: its name, version, licence, and the text of that with its notice. */
function describe(name) {
  const folder = inRoot("node_modules", ...name.split("/"));
  const { version, license } = json(join(folder, "package.json"));
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file));
  if (texts.length === 0) throw new Error(`${name} has no text of its licence`);
  return { name, version, license, text: texts.map((file) => readFileSync(join(folder, file), "utf8").trim()).join("\n\n") };
}

/** Returns the names of packages with those that they depend on, whose code is in their files. */
function withDependencies(names) {
  const all = new Set(names);
  for (const name of all)
    for (const other of Object.keys(json(inRoot("node_modules", ...name.split("/"), "package.json")).dependencies ?? {})) all.add(other);
  return [...all].sort((a, b) => a.localeCompare(b));
}

/** Returns the libraries whose modules the source maps of a folder name, without the packages of this repository. */
export function bundledLibraries(folder) {
  const names = new Set();
  for (const file of readdirSync(folder, { recursive: true }).map(String).filter((path) => path.endsWith(".map")))
    for (const source of json(join(folder, file)).sources) {
      const [, name] = /.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(resolve(dirname(join(folder, file)), source)) ?? [];
      if (name !== undefined) names.add(name.replaceAll("\\", "/"));
    }
  return withDependencies([...names]).map(describe);
}

/** The standard library of AssemblyScript, parts of which are compiled into the WebAssembly module. */
export const assemblyScript = () => describe("assemblyscript");

/** Writes the notices on libraries into a folder. */
export function writeNotices(folder, libraries) {
  const entries = libraries.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}\n`);
  writeFileSync(join(folder, noticesFile), [`This package contains code of the following libraries.\n`, ...entries].join(`\n${"-".repeat(80)}\n\n`));
}

/** Adds libraries to the list of JupyterLab's "Licenses" page, which has those that the builder knows of. */
export function addToLabLicences(folder, libraries) {
  const path = join(folder, "static", "third-party-licenses.json");
  const list = existsSync(path) ? json(path) : { packages: [] };
  const added = libraries.map(({ name, version, license, text }) => ({ name, versionInfo: version, licenseId: license, extractedText: text }));
  writeFileSync(path, `${JSON.stringify({ ...list, packages: [...list.packages, ...added] }, null, 2)}\n`);
}
