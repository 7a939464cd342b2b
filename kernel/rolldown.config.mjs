/** A file for each entry point and one for what it loads later: Node takes longer to load the modules one by one. */
const kernel = {
  input: {
    "grading/judge/main": "src/grading/judge/main.ts",
    "grading/judge/compile-worker": "src/grading/judge/compile-worker.ts",
    main: "src/main.ts",
    rewrite: "src/rewrite.ts",
    "wire/worker": "src/wire/worker.ts",
    "language/worker": "src/language/worker.ts",
    "main/interrupts/sigint": "src/main/interrupts/sigint.ts",
  },
  external: /^[^./]/,
  platform: "node",
  // names of classes are shown to users
  output: { dir: "dist", format: "esm", keepNames: true, sourcemap: true, chunkFileNames: "chunks/[name].js" },
};

/** The sandbox of submissions is one text with the engine in it, which Node reads from its standard input. */
const sandbox = {
  input: "src/grading/sandbox/main.ts",
  external: [/^node:/],
  platform: "node",
  output: { file: "dist/grading/judge/sandbox.js", format: "esm", keepNames: true, codeSplitting: false },
};

export default [kernel, sandbox];
