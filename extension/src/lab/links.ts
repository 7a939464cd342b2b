/** Places in a cell's errors and in what it prints become links: to the line of a cell, or to the line of a file beside the notebook. */
import type { IRenderMimeRegistry } from "@jupyterlab/rendermime";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { h } from "../dom.ts";
import type { Jump } from "./jump.ts";
import { type CellPlace, type FilePlace, findPlaces } from "./places.ts";

/** Opens a file of the server at a line; false if there is none. */
export type OpenFile = (path: string, line: number, column: number) => Promise<boolean>;

/** Goes to a place; false if it is no longer there. */
type Follow = (place: CellPlace | FilePlace) => Promise<boolean>;

/** Of what a cell writes to stderr, and of the error that ends it; and of what it writes to stdout. */
const mimeTypes = ["application/vnd.jupyter.stderr", "application/vnd.jupyter.stdout"];

/** A stream is drawn anew with each piece of it, so a long one is not searched. */
const longest = 200_000;

function link(text: string, place: CellPlace | FilePlace, follow: Follow): HTMLElement {
  const node = h(
    "a",
    {
      class: "tapelab-place",
      href: "#",
      title: "count" in place ? "go to this line" : "open this line",
      // Enter follows the link, and does not edit the cell
      "data-lm-suppress-shortcuts": true,
    },
    text,
  );
  node.addEventListener("click", (event) => {
    event.preventDefault();
    event.stopPropagation();
    void follow(place).then((found) => {
      if (found) return;
      node.classList.add("tapelab-lost");
      node.title = "count" in place ? "this cell is no longer in the notebook" : "this file is not among the notebooks";
    });
  });
  return node;
}

/** JupyterLab links some paths itself, without lines and to where no browser goes. */
function unlink(root: HTMLElement): void {
  for (const anchor of root.querySelectorAll<HTMLAnchorElement>("a:not(.tapelab-place)"))
    if (!/^https?:/.test(anchor.getAttribute("href") ?? "") && findPlaces(anchor.textContent).length > 0)
      anchor.replaceWith(...anchor.childNodes);
  root.normalize();
}

/** Makes links of the places in the text below a node. */
export function linkPlaces(root: HTMLElement, follow: Follow): void {
  if (root.textContent.length > longest || findPlaces(root.textContent).length === 0) return;
  unlink(root);
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts: Text[] = [];
  while (walker.nextNode()) texts.push(walker.currentNode as Text);
  for (const node of texts) {
    if (node.parentElement?.closest("a") !== null) continue;
    const text = node.data;
    const parts: (Node | string)[] = [];
    let end = 0;
    for (const { from, to, place } of findPlaces(text)) {
      parts.push(text.slice(end, from), link(text.slice(from, to), place, follow));
      end = to;
    }
    if (end > 0) node.replaceWith(...parts, text.slice(end));
  }
}

/** Adds links to what a notebook's registry draws of errors and of printed text while `isOurs` holds. */
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
    const follow: Follow = async (place) => {
      if ("count" in place) return jump({ ...place, cellId: null });
      const resolved = await options.resolver?.resolvePath?.(place.path);
      return resolved?.scope === "server" && open(resolved.path, place.line, place.column);
    };
    renderer.renderModel = async (model) => {
      await draw(model);
      if (!isOurs()) return;
      renderer.node.classList.add("tapelab-text");
      linkPlaces(renderer.node, follow);
    };
    return renderer;
  };
  rendermime.addFactory({ safe, mimeTypes: [mimeType], createRenderer }, defaultRank);
}
