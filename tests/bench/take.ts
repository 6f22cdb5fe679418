/** Takes one figure and prints it as JSON; run by the bench, a process a figure. */
import { take } from "./simulator.ts";

const [name, options] = process.argv.slice(2);
if (name !== "shop" && name !== "small" && name !== "singleRow")
  throw new Error(`no figure is called '${name}'`);
console.log(JSON.stringify(await take(name, JSON.parse(options ?? "{}"))));
