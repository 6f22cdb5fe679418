/** Which engines a family is for. */
const engines = {
  any: /./,
  open: /^(aurora|mariadb|mysql|postgres)/,
  commercial: /^(custom-)?(db2|oracle|sqlserver)/,
  aurora: /^aurora/,
} as const;

interface Family {
  readonly names: string;
  /** Sizes of each of the names; a memory-optimized Oracle class has a suffix besides (`.tpc2.mem4x`). */
  readonly sizes: string;
  readonly for: keyof typeof engines;
}

const upTo16 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge";
const upTo24 = `${upTo16} 24xlarge`;
const upTo32 = `${upTo24} 32xlarge`;
const upTo48 = `${upTo24} 48xlarge`;
const burstable = "micro small medium large xlarge 2xlarge";

/**
 * Families and their sizes, as AWS's price list has them (by way of cfn-lint's rule E3683).
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Concepts.DBInstanceClass.Support.html
 */
const families: readonly Family[] = [
  { names: "t1", sizes: "micro", for: "any" },
  { names: "m1", sizes: "small medium large xlarge", for: "open" },
  { names: "m2", sizes: "xlarge 2xlarge 4xlarge", for: "open" },
  { names: "m3", sizes: "medium large xlarge 2xlarge", for: "any" },
  { names: "r3", sizes: "large xlarge 2xlarge 4xlarge 8xlarge", for: "any" },
  { names: "m4", sizes: "large xlarge 2xlarge 4xlarge 10xlarge 16xlarge", for: "any" },
  { names: "r4", sizes: "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge", for: "any" },
  { names: "t2 t3", sizes: burstable, for: "any" },
  { names: "t4g", sizes: burstable, for: "open" },
  { names: "m5 m5d r5 r5b r5d", sizes: upTo24, for: "any" },
  { names: "m6g m6gd m7g r6g r6gd r7g x2g", sizes: upTo16, for: "open" },
  { names: "m6i m6id m6in r6i r6id r6in", sizes: `${upTo32} metal`, for: "any" },
  { names: "m6idn r6idn", sizes: upTo32, for: "any" },
  { names: "m7i r7i", sizes: `${upTo48} metal-24xl metal-48xl`, for: "any" },
  { names: "m8g m8gd r8g r8gd", sizes: upTo48, for: "open" },
  { names: "m8a r8a", sizes: upTo16, for: "commercial" },
  { names: "m8i r8i", sizes: `${upTo32} 48xlarge 96xlarge metal-48xl metal-96xl`, for: "commercial" },
  { names: "x1", sizes: "16xlarge 32xlarge", for: "commercial" },
  { names: "x1e", sizes: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 32xlarge", for: "commercial" },
  { names: "x2idn", sizes: "16xlarge 24xlarge 32xlarge metal", for: "any" },
  { names: "x2iedn", sizes: "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge metal", for: "any" },
  { names: "x2iezn", sizes: "2xlarge 4xlarge 6xlarge 8xlarge 12xlarge metal", for: "commercial" },
  { names: "z1d", sizes: "large xlarge 2xlarge 3xlarge 6xlarge 12xlarge", for: "commercial" },
];

/** Class → the engines it is for. */
const classes: ReadonlyMap<string, RegExp> = new Map([
  ...families.flatMap(({ names, sizes, for: group }) =>
    names
      .split(" ")
      .flatMap((name) => sizes.split(" ").map((size) => [`db.${name}.${size}`, engines[group]] as const)),
  ),
  ["db.serverless", engines.aurora],
]);

/** Oracle's own classes have a share of memory in their names (user guide, Oracle.Concepts.InstanceClasses). */
const memoryOptimized = /^db\.(r5b?|r6i|r7i)\.(large|\d*xlarge)\.tpc[12]\.mem[2348]x$/;

/** Whether some region of AWS has a class of this name. */
export function isInstanceClass(name: string): boolean {
  return classes.has(name) || memoryOptimized.test(name);
}

/** Whether an engine can run on a class. */
export function runsOn(engine: string, name: string): boolean {
  if (memoryOptimized.test(name)) return engine.startsWith("oracle");
  return classes.get(name)?.test(engine) ?? false;
}

/** The classes that an engine can run on, in the order of their names; Oracle's own are not listed. */
export function instanceClassesOf(engine: string): string[] {
  return [...classes.keys()].filter((name) => runsOn(engine, name)).sort();
}
