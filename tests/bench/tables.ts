import Table from "cli-table3";
import type { Pace, Rounds } from "./pace.ts";
import type { Figures } from "./simulator.ts";

interface Target {
  readonly what: string;
  readonly least: number;
  readonly rounds: (figures: Figures) => Rounds;
  readonly amount: (pace: Pace) => number;
}

/** What a core has to manage, with everything enforced. */
export const targets: readonly Target[] = [
  {
    what: "single-row calls a second",
    least: 700,
    rounds: ({ singleRow }) => singleRow,
    amount: ({ calls }) => calls,
  },
  {
    what: "shop, hourly pruning: calls a second",
    least: 300,
    rounds: ({ shop }) => shop,
    amount: ({ calls }) => calls,
  },
  {
    what: "shop, hourly pruning: simulated hours a second",
    least: 40,
    rounds: ({ shop }) => shop,
    amount: ({ hours }) => hours,
  },
  {
    what: "4 instances: simulated hours a second",
    least: 150,
    rounds: ({ small }) => small,
    amount: ({ hours }) => hours,
  },
];

const costsShown = 3;

function table(head: string[], rows: string[][]): string {
  const plain = new Table({ head, style: { head: [], border: [] } });
  plain.push(...rows);
  return plain.toString();
}

const whole = (value: number) => (value < 100 ? value.toFixed(1) : Math.round(value).toString());

function rates({ rounds, amount }: Target, figures: Figures) {
  const { best, typical } = rounds(figures);
  return {
    core: amount(best) / best.cpu,
    typical: amount(typical) / typical.cpu,
    wall: amount(best) / best.wall,
  };
}

/** One sentence for each target that was missed. */
export function failings(figures: Figures): string[] {
  return targets.flatMap((target) => {
    const { core } = rates(target, figures);
    return core < target.least ? [`Missed: ${target.what}, ${whole(core)} of ${target.least}.`] : [];
  });
}

/** The figures as people read them. */
export function tables(figures: Figures): string {
  const paces = targets.map((target) => {
    const { core, typical, wall } = rates(target, figures);
    const met = core < target.least ? "no" : "yes";
    return [target.what, whole(core), String(target.least), met, whole(typical), whole(wall)];
  });
  const costs = figures.costs.slice(0, costsShown).map(({ area, milliseconds, share }) => {
    return [area, `${Math.round(milliseconds)} ms`, `${Math.round(share * 100)} %`];
  });
  const { all, cold } = figures.invocations;
  return [
    table(["figure", "a core", "target", "met", "typically", "wall clock"], paces),
    table(["the shop's dearest costs", "time", "share"], costs),
    `${all} invocations on the shop's days, ${cold} of them cold; peak memory ${Math.round(figures.peakMegabytes)} MB.`,
  ].join("\n\n");
}
