/** Major version as option groups have it: `16`, `8.0`, `10.11`, `19`, `15.00`. */
export function majorVersion(engine: string, version: string): string {
  const [first = "", second = ""] = version.split(".");
  const single =
    engine === "postgres" || engine.startsWith("oracle") || engine.startsWith("aurora-postgresql");
  return single || second === "" ? first : `${first}.${second}`;
}

/** Family as parameter groups have it: `postgres16`, `mysql8.0`, `oracle-se2-19`, `sqlserver-se-15.0`. */
export function parameterFamily(engine: string, version: string): string {
  const major = majorVersion(engine, version);
  if (engine.startsWith("sqlserver")) return `${engine}-${Number.parseFloat(major).toFixed(1)}`;
  if (engine.startsWith("oracle")) return `${engine}-${major}`;
  return `${engine}${major}`;
}

/** The engine's own parameter group, which every region has. */
export function defaultParameterGroup(engine: string, version: string): string {
  return `default.${parameterFamily(engine, version)}`;
}

/** The engine's own option group, which every region has: `default:mysql-8-0`. */
export function defaultOptionGroup(engine: string, version: string): string {
  return `default:${engine}-${majorVersion(engine, version).replaceAll(".", "-")}`;
}

/** Port of an engine when nobody chose another. */
export function defaultPort(engine: string): number {
  if (engine.includes("postgres")) return 5432;
  if (engine.startsWith("oracle")) return 1521;
  if (engine.startsWith("sqlserver")) return 1433;
  return 3306;
}

/**
 * Size from which gp3 takes provisioned IOPS and throughput (user guide, CHAP_Storage: volumes below
 * it are not striped; SQL Server is never striped and takes them at any size).
 */
export function gp3Threshold(engine: string): number {
  if (engine.startsWith("sqlserver")) return 0;
  return engine.startsWith("oracle") ? 200 : 400;
}

/** What gp3 gives when nothing is provisioned. */
export function gp3Baseline(engine: string, gib: number): { Iops: number; StorageThroughput: number } {
  const striped = !engine.startsWith("sqlserver") && gib >= gp3Threshold(engine);
  return striped ? { Iops: 12_000, StorageThroughput: 500 } : { Iops: 3_000, StorageThroughput: 125 };
}
