/** The sections of docs/performance.md, of which each measurement rewrites its own. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The path of a file in docs. */
export const docs = (name) => fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));

/** Replaces a section, or adds it at the end. The text in front of the first heading of the second level has the title "Speed". */
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
