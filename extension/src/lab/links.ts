/** Turns code locations in the errors and the printed text of cells into links: to a line of a cell, or of a file of the server. */
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { h } from "../dom.ts";
import type { Jump } from "./jump.ts";
import { type CellLocation, type FileLocation, findLocations } from "./locations.ts";

/** Opens a file of the server at a line; resolves to false if there is no such file. */
export type OpenFile = (path: string, line: number, column: number) => Promise<boolean>;

/** Goes to a location; resolves to false if it no longer exists. */
type Follow = (location: CellLocation | FileLocation) => Promise<boolean>;

/** MIME types of the text on stderr with the error that ends a cell, and of the text on stdout. */
const mimeTypes = ["application/vnd.jupyter.stderr", "application/vnd.jupyter.stdout"];

/** Characters up to which text is searched: a stream is drawn again with each chunk. */
const maxLength = 200_000;

function link(text: string, location: CellLocation | FileLocation, follow: Follow): HTMLElement {
  const node = h(
    "a",
    {
      class: "tapelab-place",
      href: "#",
      title: "count" in location ? "go to this line" : "open this line",
      // Enter follows the link, and does not edit the cell
      "data-lm-suppress-shortcuts": true,
    },
    text,
  );
  node.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    void follow(location).then((found) => {
      if (found) return;
      node.classList.add("tapelab-lost");
      node.title =
        "count" in location ? "this cell is no longer in the notebook" : "this file is not among the notebooks";
    });
  });
  return node;
}

/** Removes the links that JupyterLab makes of some paths: they have no line, and no page behind them. */
function unlink(root: HTMLElement): void {
  for (const anchor of root.querySelectorAll<HTMLAnchorElement>("a:not(.tapelab-place)"))
    if (!/^https?:/.test(anchor.getAttribute("href") ?? "") && findLocations(anchor.textContent).length > 0)
      anchor.replaceWith(...anchor.childNodes);
  root.normalize();
}

/** Makes links of the locations in the text below a node. */
export function linkLocations(root: HTMLElement, follow: Follow): void {
  if (root.textContent.length > maxLength || findLocations(root.textContent).length === 0) return;
  unlink(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const node of texts) {
    if (node.parentElement?.closest("a") !== null) continue;
    const text = node.data;
    const parts: (Node | string)[] = [];
    let end = 0;
    for (const { from, to, location } of findLocations(text)) {
      parts.push(text.slice(end, from), link(text.slice(from, to), location, follow));
      end = to;
    }
    if (end > 0) node.replaceWith(...parts, text.slice(end));
  }
}

/** Adds links to the errors and the printed text that a notebook's registry draws, while `isOurs` returns true. */
export function addLinks(rendermime: IRenderMimeRegistry, isOurs: () => boolean, jump: Jump, open: OpenFile): void {
  for (const mimeType of mimeTypes) addLinksTo(mimeType, rendermime, isOurs, jump, open);
}

function addLinksTo(
  mimeType: string,
  rendermime: IRenderMimeRegistry,
  isOurs: () => boolean,
  jump: Jump,
  open: OpenFile,
): void {
  const factory = rendermime.getFactory(mimeType);
  if (factory === undefined) return;
  const { safe, defaultRank } = factory;
  const createRenderer = (options: IRenderMime.IRendererOptions): IRenderMime.IRenderer => {
    const renderer = factory.createRenderer(options);
    const draw = renderer.renderModel.bind(renderer);
    const follow: Follow = async (location) => {
      if ("count" in location) return jump({ ...location, cellId: null });
      const resolved = await options.resolver?.resolvePath?.(location.path);
      return resolved?.scope === "server" && open(resolved.path, location.line, location.column);
    };
    renderer.renderModel = async (model) => {
      await draw(model);
      if (!isOurs()) return;
      renderer.node.classList.add("tapelab-text");
      linkLocations(renderer.node, follow);
    };
    return renderer;
  };
  rendermime.addFactory({ safe, mimeTypes: [mimeType], createRenderer }, defaultRank);
}
