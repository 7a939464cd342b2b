/** Opens files of tapes, `.tape.json` and `.tape.json.gz`, in the views of the inspector. */
import type { JupyterFrontEnd } from "@jupyterlab/application";
import { ABCWidgetFactory, type DocumentRegistry, DocumentWidget } from "@jupyterlab/docregistry";
import type { IRenderMime } from "@jupyterlab/rendermime-interfaces";
import { readTape, readTapeBytes, type TapeData, TapeFileError } from "tapelab/view";
import { h } from "../dom.js";
import { type InspectorPanel, inspectorIcon } from "../panel/panel.js";
import { PanelSession } from "../panel/session.js";

/** The two kinds of files, by the model with which JupyterLab loads them. */
const kinds = [
  { name: "tapelab-tape", displayName: "Tape", extension: ".tape.json", model: "text", format: "text" },
  {
    name: "tapelab-tape-gz",
    displayName: "Compressed tape",
    extension: ".tape.json.gz",
    model: "base64",
    format: "base64",
  },
] as const;

/** Parts of the page that documents use. */
export interface DocumentOptions {
  readonly latex: IRenderMime.ILatexTypesetter | null;
  readonly makePanel: () => InspectorPanel;
}

function bytesOf(base64: string): Uint8Array {
  const text = atob(base64.replaceAll(/\s/g, ""));
  return Uint8Array.from(text, (c) => c.charCodeAt(0));
}

/** Reads the tape of a loaded file. @throws TapeFileError if the file has none. */
async function tapeOf(model: DocumentRegistry.IModel, isCompressed: boolean): Promise<TapeData> {
  const text = model.toString();
  return isCompressed ? readTapeBytes(bytesOf(text)) : readTape(text);
}

/** A file in the views of the inspector, or the sentence why it cannot be shown. */
class TapeDocument extends DocumentWidget<InspectorPanel> {
  constructor(
    context: DocumentRegistry.Context,
    content: InspectorPanel,
    isCompressed: boolean,
    latex: DocumentOptions["latex"],
  ) {
    super({ context, content });
    this.addClass("tapelab-document");
    const session = new PanelSession(null, { jump: null, code: null, link: null, latex });
    const load = async (): Promise<void> => {
      try {
        const tape = await tapeOf(context.model, isCompressed);
        if (this.isDisposed) return;
        session.setFile(tape.title, `${tape.totals.rows} ops`, tape);
        content.follow(session);
      } catch (error) {
        if (!(error instanceof TapeFileError)) throw error;
        const sentence = `This file cannot be shown as a tape: ${error.message}.`;
        content.say(h("p", { class: "tapelab-alarm", role: "alert" }, sentence));
      }
    };
    void context.ready.then(() => {
      void load();
      // the file was reloaded, or reverted
      context.model.contentChanged.connect(() => void load());
    });
  }
}

class TapeFactory extends ABCWidgetFactory<TapeDocument> {
  readonly #isCompressed: boolean;
  readonly #options: DocumentOptions;

  constructor(
    options: DocumentRegistry.IWidgetFactoryOptions<TapeDocument>,
    isCompressed: boolean,
    documents: DocumentOptions,
  ) {
    super(options);
    this.#isCompressed = isCompressed;
    this.#options = documents;
  }

  protected override createNewWidget(context: DocumentRegistry.Context): TapeDocument {
    return new TapeDocument(context, this.#options.makePanel(), this.#isCompressed, this.#options.latex);
  }
}

/** Registers the file types, and the factories of their documents. */
export function addTapeDocuments({ docRegistry }: JupyterFrontEnd, options: DocumentOptions): void {
  for (const { name, displayName, extension, model, format } of kinds) {
    docRegistry.addFileType({
      name,
      displayName,
      extensions: [extension],
      mimeTypes: [format === "text" ? "application/json" : "application/gzip"],
      fileFormat: format,
      contentType: "file",
      icon: inspectorIcon,
    });
    const factory = new TapeFactory(
      { name: displayName, modelName: model, fileTypes: [name], defaultFor: [name], readOnly: true },
      model === "base64",
      options,
    );
    // JupyterLab's own factories do not have the optional fields in the strict sense either
    docRegistry.addWidgetFactory(factory as unknown as DocumentRegistry.WidgetFactory);
  }
}
