/** The pages that are in the repository: docs/, the notebooks, and the files beside them. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { inRoot } from "../lib/paths.mjs";

/** Files besides those of docs/ and notebooks/, under the paths by which pages link to them. */
const single = [
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "kernel/README.md",
  "notebooks/tour.png",
  "notebooks/data/README.md",
  "notebooks/course/README.md",
  "notebooks/models/README.md",
];

/** Pages for contributors, which a search should not find before the guide. */
const unsearched = ["CHANGELOG.md", "CONTRIBUTING.md"];

const filesOf = (folder, endings) =>
  readdirSync(inRoot(folder))
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => `${folder}/${name}`);

/** The lessons of the course, without the assignments, which have solutions. */
const lessons = () =>
  readdirSync(inRoot("notebooks", "course", "source")).map((name) => `notebooks/course/source/${name}/lesson.ipynb`);

/** Copies the pages into `target`, where they keep their paths, so that their links hold on GitHub and on the site. */
export function copyPages(target) {
  const files = [
    ...filesOf("docs", [".md", ".svg", ".png"]),
    ...filesOf("notebooks", [".ipynb"]),
    ...filesOf("notebooks/models", [".ipynb"]),
    ...lessons(),
    ...single,
  ];
  for (const file of files) {
    mkdirSync(dirname(join(target, file)), { recursive: true });
    cpSync(inRoot(file), join(target, file));
  }
  for (const file of unsearched)
    writeFileSync(join(target, file), `---\nnosearch: true\n---\n\n${readFileSync(inRoot(file), "utf8")}`);
  cpSync(inRoot("docs", "site", "pages"), target, { recursive: true });
}
