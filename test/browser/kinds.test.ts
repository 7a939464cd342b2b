/** A kind of output is one file in the engine and one in the extension; what older versions stored is drawn. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as outputs from "../../engine/src/view/outputs.ts";
import { inRoot } from "../support/paths.ts";
import { sharedBrowser } from "../support/shared.ts";
import first from "./first-outputs.json" with { type: "json" };

const engineFile = `import { defineOutput, type Output } from "./shared/output.ts";

export interface DiceData {
  readonly schema: 2;
  readonly points: readonly number[];
}

export const diceOutput: Output<DiceData> = defineOutput({
  mime: "application/vnd.tapelab.dice.v1+json",
  schema: 2,
  upgrades: [(old: { readonly point: number }) => ({ schema: 2, points: [old.point] })],
  text: ({ points }) => \`dice: \${points.join(", ")}\`,
  still: () => ({}),
});
`;

const extensionFile = `import { type DiceData, diceOutput } from "tapelab/view";
import type { Renderer } from "./shared/renderer.js";
import { DataView, header, type ViewContext } from "./shared/view.js";

class DiceView extends DataView<DiceData> {
  constructor(context: ViewContext) {
    super(diceOutput, context);
  }
  protected override draw({ points }: DiceData): void {
    this.node.append(header("Dice", points.map(String)));
  }
}

export const diceRenderer: Renderer = { output: diceOutput, create: (context) => new DiceView(context) };
`;

/** Draws with the factories that the renderers add, as JupyterLab does. */
const pageFile = `import { addRenderers } from "./extension/src/render/shared/renderer.js";
import { renderers } from "./extension/src/renderers.js";

const factories = new Map();
const link = () => ({ send() {}, close() {} });
const registry = { addFactory: (factory) => factories.set(factory.mimeTypes[0], factory) };
addRenderers(registry, { jump: null, code: null, link }, renderers);
globalThis.mimes = [...factories.keys()];
globalThis.draw = async (mime, data) => {
  const renderer = factories.get(mime).createRenderer({ latexTypesetter: null });
  await renderer.renderModel({ data: { [mime]: data } });
  return renderer.node.textContent;
};
`;

const addLine = (file: string, edit: (text: string) => string): void =>
  writeFileSync(file, edit(readFileSync(file, "utf8")));

let folder = "";
let page: Page;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "tapelab-kinds-"));
  const views = join(folder, "engine", "src", "view");
  const extension = join(folder, "extension", "src");
  for (const name of ["protocol", "view"])
    cpSync(inRoot("engine", "src", name), join(folder, "engine", "src", name), { recursive: true });
  cpSync(inRoot("extension", "src"), extension, { recursive: true });
  symlinkSync(inRoot("node_modules"), join(folder, "node_modules"), "junction");
  // one file on each side, and its line in the list of each side
  writeFileSync(join(views, "dice.ts"), engineFile);
  addLine(join(views, "outputs.ts"), (text) => `${text}export { type DiceData, diceOutput } from "./dice.ts";\n`);
  writeFileSync(join(extension, "render", "dice.ts"), extensionFile);
  addLine(join(extension, "renderers.ts"), (text) =>
    `import { diceRenderer } from "./render/dice.js";\n${text}`.replace("[\n", "[\n  diceRenderer,\n"),
  );
  writeFileSync(join(folder, "page.ts"), pageFile);
  const bundle = await rolldown({
    input: join(folder, "page.ts"),
    platform: "browser",
    resolve: {
      alias: { "tapelab/view": join(views, "index.ts") },
      extensionAlias: { ".js": [".ts", ".js"] },
    },
  });
  mkdirSync(join(folder, "out"));
  await bundle.write({ file: join(folder, "out", "page.js"), format: "iife" });
  await bundle.close();
  page = await (await sharedBrowser()).newPage();
  await page.addScriptTag({ path: join(folder, "out", "page.js") });
});

afterAll(async () => {
  await page?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface DrawingPage {
  readonly mimes: readonly string[];
  readonly draw: (mime: string, data: unknown) => Promise<string>;
}

const draw = (mime: string, data: unknown): Promise<string> =>
  page.evaluate(([m, d]) => (globalThis as unknown as DrawingPage).draw(m as string, d), [mime, data]);

test("a kind of output that is added has a renderer, as all others have", async () => {
  const known = Object.values(outputs).map(({ mime }) => mime as string);
  const mimes = await page.evaluate(() => (globalThis as unknown as DrawingPage).mimes);
  expect(mimes.toSorted()).toEqual([...known, "application/vnd.tapelab.dice.v1+json"].sort());
});

test("data of this version and of an older one is drawn, and a newer one says so", async () => {
  const mime = "application/vnd.tapelab.dice.v1+json";
  expect(await draw(mime, { schema: 2, points: [3, 5] })).toBe("Dice35");
  expect(await draw(mime, { schema: 1, point: 6 })).toBe("Dice6");
  for (const data of [{ schema: 3, points: [1] }, { points: [1] }, "dice", null])
    expect(await draw(mime, data)).toMatch(/^This output was made by a newer version of Tapelab, or is damaged\./);
});

test("outputs that the first version stored are drawn", async () => {
  const texts = await Promise.all(Object.entries(first).map(([mime, data]) => draw(mime, data)));
  expect(texts).toEqual([
    expect.stringMatching(/^Gradients of 6 tensors/),
    expect.stringMatching(/^y 14/),
    expect.stringMatching(/^\[3\]/),
  ]);
});
