import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const source = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The engine is tested from its sources; kernel, notebooks and browser are tested as they are installed. */
const alias = [
  { find: /^tapelab\/view$/, replacement: source("engine/src/view/index.ts") },
  { find: /^tapelab\/check$/, replacement: source("engine/src/teach/check/index.ts") },
  { find: /^tapelab$/, replacement: source("engine/src/index.ts") },
];

/** Docs whose examples run in a kernel. */
const pagesInKernel = "test/docs/pages.test.ts";

export default defineConfig({
  resolve: { alias },
  test: {
    projects: [
      {
        resolve: { alias },
        test: {
          name: "unit",
          include: ["test/{engine,extension,sweep,conformance,rules,docs,types}/**/*.test.ts"],
          exclude: [pagesInKernel],
          testTimeout: 60_000,
          // a machine may stop a process for seconds; what fails twice is a fault
          retry: 1,
          // test/engine/fast/linalg/blas.test.ts has it in processes of its own
          env: { TAPELAB_BLAS: "off" },
        },
      },
      {
        resolve: { alias },
        test: {
          // npm run poison
          name: "poison",
          include: ["test/{engine,sweep,conformance,docs}/**/*.test.ts"],
          exclude: [pagesInKernel],
          setupFiles: ["test/support/poison.ts"],
          testTimeout: 600_000,
          env: { TAPELAB_BLAS: "off", TAPELAB_POISON: "on" },
        },
      },
      {
        resolve: { alias },
        test: {
          name: "whole",
          include: ["test/{browser,kernel,packages}/**/*.test.ts", pagesInKernel],
          // a machine may be busy
          testTimeout: 300_000,
          hookTimeout: 300_000,
          expect: { poll: { timeout: 60_000 } },
          // each worker has a server and a browser, which its files share: test/support/shared.ts
          maxWorkers: 2,
          isolate: false,
          globalSetup: "test/support/leftovers.ts",
          // a browser may lose a race with a slow server; what fails twice is a fault
          retry: 1,
        },
      },
    ],
  },
});
