/** URL of the folder of the engine's modules: `engine/src/`, or the package's folder when bundled into `dist/`. Stack frames in it are not user code. */
export const packageFolder: string = new URL("..", import.meta.url).href;
