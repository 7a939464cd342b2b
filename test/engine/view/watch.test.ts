/** The still picture and the table of a watched training: texts inside of the picture, and cells of text at the left. */
import { F, manualSeed, nn, optim, randn, watch } from "tapelab";
import { type WatchData, watchOutput } from "tapelab/view";
import { expect, test } from "vitest";

/** A training whose rate is too large, with alarms. */
function broken(): WatchData {
  manualSeed(1);
  const [x, y] = [randn([16, 4]), randn([16, 2])];
  const train = (name: string, lr: number, compare: ReturnType<typeof watch>[]): ReturnType<typeof watch> => {
    const model = new nn.Sequential(new nn.Linear(4, 8), new nn.ReLU(), new nn.Linear(8, 2));
    const optimizer = new optim.SGD(model.parameters(), { lr });
    const run = watch(model, { optimizer, name, compare });
    for (let i = 0; i < 20; i++) {
      optimizer.zeroGrad();
      F.mseLoss(model.forward(x), y).backward();
      optimizer.step();
    }
    run.stop();
    return run;
  };
  const calm = train("a run with a name that is a good deal longer than the column", 0.01, []);
  return train("wild", 1e4, [calm]).data;
}

/** The texts of the picture with their places, and a width that Helvetica does not exceed. */
const textsOf = (svg: string): { readonly text: string; readonly x: number; readonly right: number }[] =>
  [...svg.matchAll(/(?:<g transform="translate\((-?[\d.]+) [^>]*>|<text([^>]*)>([^<]*)<\/text>|<\/g>)/g)].reduce<{
    readonly left: number;
    readonly found: { text: string; x: number; right: number }[];
  }>(
    ({ left, found }, [whole, move, attributes, text]) => {
      if (whole === "</g>") return { left: 0, found };
      if (move !== undefined) return { left: Number(move), found };
      const of = (name: string): string | undefined => new RegExp(`${name}="([^"]*)"`).exec(attributes ?? "")?.[1];
      const width = 0.52 * Number(of("font-size") ?? 12) * (text?.length ?? 0);
      const x = left + Number(of("x"));
      const begin = of("text-anchor") === "end" ? x - width : x;
      return { left, found: [...found, { text: text ?? "", x: begin, right: begin + width }] };
    },
    { left: 0, found: [] },
  ).found;

test("sentences of alarms are wrapped, and every text is inside of the picture", () => {
  const data = broken();
  const { finding } = data.alarms[0];
  const long = { ...data, failure: "a reason that is long ".repeat(9).trim() };
  for (const each of [data, long]) {
    const svg = String(watchOutput.bundle(each)["image/svg+xml"]);
    const width = Number(/width="(\d+)"/.exec(svg)?.[1]);
    const texts = textsOf(svg);
    expect(texts.filter(({ x, right }) => x < 0 || right > width).map(({ text }) => text)).toEqual([]);
    const all = texts.map(({ text }) => text).join(" ");
    for (const word of finding.sentence.split(" ")) expect(all).toContain(word.replaceAll("<", "&lt;"));
  }
});

test("names of runs are cut to the column of the loss", () => {
  const data = broken();
  const svg = String(watchOutput.bundle(data)["image/svg+xml"]);
  const half = Number(/width="(\d+)"/.exec(svg)?.[1]) / 2;
  const legend = textsOf(svg).filter(({ text }) => / after \d+ steps$/.test(text));
  expect(legend).toHaveLength(2);
  expect(Math.max(...legend.map(({ right }) => right))).toBeLessThanOrEqual(half + 8);
});
