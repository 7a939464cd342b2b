/** `linalg`: linear algebra. */
export { matmul } from "./matmul.ts";
