/** The functions of linear algebra that the package exports itself, as torch does. */
export * from "./matmul.ts";
