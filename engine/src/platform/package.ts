/** URL of the folder that holds the engine's modules: `engine/src/`, or the package's folder when bundled into `dist/`. Stack frames in it are not the user's. */
export const packageFolder: string = new URL("..", import.meta.url).href;
