/** Converts SVG to PNG by resvg, with bundled fonts, so that the result is the same everywhere. Loaded when the first picture is shown. */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const fonts = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf", "DejaVuSansMono.ttf"];

/** Size of the largest PNG that is stored in a notebook. */
const maxBytes = 100_000;

type Convert = (svg: string) => Uint8Array;
let loading: Promise<Convert> | null = null;

async function load(): Promise<Convert> {
  const { initWasm, Resvg } = await import("@resvg/resvg-wasm");
  const [wasm, ...fontBuffers] = await Promise.all([
    readFile(require.resolve("@resvg/resvg-wasm/index_bg.wasm")),
    ...fonts.map((name) => readFile(require.resolve(`dejavu-fonts-ttf/ttf/${name}`))),
  ]);
  await initWasm(wasm);
  const font = {
    fontBuffers,
    defaultFontFamily: "DejaVu Sans",
    sansSerifFamily: "DejaVu Sans",
    monospaceFamily: "DejaVu Sans Mono",
  };
  return (svg) => {
    const drawing = new Resvg(svg, { font });
    const image = drawing.render();
    try {
      return image.asPng();
    } finally {
      // memory of WebAssembly is not garbage collected
      image.free();
      drawing.free();
    }
  };
}

/** Returns the PNG in base64; `null` if the SVG cannot be drawn or the PNG is too large. */
export async function pngOf(svg: string): Promise<string | null> {
  loading ??= load();
  try {
    const png = (await loading)(svg);
    return png.length > maxBytes ? null : Buffer.from(png).toString("base64");
  } catch {
    return null;
  }
}
