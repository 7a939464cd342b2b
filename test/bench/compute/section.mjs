/** The sections of docs/performance.md: each measurement rewrites its own section. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Returns the path of a file in docs. */
export const docs = (name) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

/** Replaces a section, or adds it at the end. "Speed" is the title of the text before the first second-level heading. */
export function writeSection(title, text) {
  const path = docs("performance.md");
  const sections = existsSync(path) ? readFileSync(path, "utf8").split(/^(?=## )/m) : ["# Speed\n"];
  const heading = title === "Speed" ? "# Speed" : `## ${title}`;
  const section = `${heading}\n\n${text}`;
  const at = sections.findIndex((each) => each.startsWith(`${heading}\n`));
  if (at < 0) sections.push(section);
  else sections[at] = section;
  mkdirSync(docs(""), { recursive: true });
  writeFileSync(path, `${sections.map((each) => each.trimEnd()).join("\n\n")}\n`);
}
