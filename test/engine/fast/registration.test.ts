/** Every file that registers a fast kernel or rule is loaded with the package. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { inRoot } from "../../support/paths.ts";

const folder = inRoot("engine/src/fast");

test("fast/index.ts imports exactly the files that register something", () => {
  const registering = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((f) => f.replaceAll("\\", "/"))
    .filter(
      (f) =>
        f.endsWith(".ts") &&
        /^ *(registerFast(Kernel|Rule|Functions)|registerComplexKernel|setFiniteKernel|setFastSampler)\(/m.test(
          readFileSync(`${folder}/${f}`, "utf8"),
        ),
    );
  const imported = [...readFileSync(`${folder}/index.ts`, "utf8").matchAll(/^import "\.\/(.*)";$/gm)].map(([, f]) => f);
  expect(imported.sort()).toEqual(registering.sort());
});
