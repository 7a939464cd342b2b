/** The functions of linear algebra that the package exports itself, as torch does. */
export * from "./add-products.ts";
export * from "./matmul.ts";
export * from "./products.ts";
