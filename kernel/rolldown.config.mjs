/** A file for each entry point and one for what it loads later: Node takes longer to load the modules one by one. */
export default {
  input: {
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
