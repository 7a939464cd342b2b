/** The layers in which a gradient shrinks or grows on its way. */
import type { Draft } from "../cause.ts";
import { fact, type GradientCase } from "../gradient/case.ts";
import { opWords, placesOf } from "../gradient/place.ts";
import { mainWay, type Rate, type RateGroup, rateGroups, shareOfGroup } from "../gradient/rates.ts";
import { counted, num } from "../gradient/words.ts";

/** The factor by which ops must change a gradient together to be named. */
const strong = 1e2;

/** Returns the rate as `× 0.21 per layer over 12 sigmoid layers`, or for one op `× 1e−4 at div`. */
function rateWords(group: RateGroup): string {
  const n = group.rates.length;
  return n === 1
    ? `× ${num(group.total)} at ${opWords(group.rates[0].node)}`
    : `× ${num(group.each)} per layer over ${n} ${group.op} layers`;
}

/** Whether ops are layers of a model: several of a kind, or one activation. */
const isLayer = (rates: readonly Rate[]): boolean => rates.length > 1 || rates[0].node.op.stops === "saturation";

/** Returns the kinds of layers that make the gradient smaller (`shrink`), or larger, by a large factor together, those with the largest share first. */
export function findChain(c: GradientCase, shrink: boolean): Draft[] {
  const way = mainWay(c);
  const groups = rateGroups(way, shrink);
  const size = c.numbers === null ? 0 : c.numbers.norm;
  return groups
    .filter(({ total, rates }) => (shrink ? total < 1 / strong : total > strong) && isLayer(rates))
    .map((group, i) => ({
      kind: group.rates.length > 1 ? "fault" : "question",
      share: shareOfGroup(group, groups) * (group.rates.length > 1 ? 1 : 0.5),
      sentence: `The gradient ${shrink ? "shrinks" : "grows"} on its way from the loss: ${rateWords(group)}, ${shrink ? "to" : "by"} ${num(group.total)}${shrink ? " of its size" : " times"} in all.`,
      // the way is the same for all
      path:
        i > 0
          ? []
          : placesOf(way.map((r) => r.node).toReversed(), (node) => {
              const rate = way.find((r) => r.node === node)?.rate ?? null;
              return rate === null ? "" : `× ${num(rate)}`;
            }),
      evidence: [
        fact("gradient", `norm ${size.toExponential(1)}`),
        fact("at the loss", way.length === 0 ? "unknown" : `norm ${way[0].passage.before.norm.toExponential(1)}`),
        fact(group.op, `${counted(group.rates.length, "op")}, × ${num(group.total)} together`),
      ],
    }));
}
