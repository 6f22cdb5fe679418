/** A row of the user guide's event tables, without the final stop that real messages lack. */
interface CatalogueRow {
  readonly source: "DB_INSTANCE" | "SNAPSHOT";
  readonly category: string;
  readonly message: string;
}

/**
 * The events that the simulation knows, from "Amazon RDS event categories and event messages"
 * (USER_Events.Messages). `{name}`, `{region}` and `{minutes}` are filled in.
 */
export const catalogue = {
  "RDS-EVENT-0001": { source: "DB_INSTANCE", category: "backup", message: "Backing up DB instance" },
  "RDS-EVENT-0002": { source: "DB_INSTANCE", category: "backup", message: "Finished DB Instance backup" },
  "RDS-EVENT-0003": { source: "DB_INSTANCE", category: "deletion", message: "DB instance deleted" },
  "RDS-EVENT-0005": { source: "DB_INSTANCE", category: "creation", message: "DB instance created" },
  "RDS-EVENT-0008": {
    source: "DB_INSTANCE",
    category: "restoration",
    message: "Restored from snapshot {name}",
  },
  "RDS-EVENT-0014": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Finished applying modification to DB instance class",
  },
  "RDS-EVENT-0016": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Reset master credentials",
  },
  "RDS-EVENT-0017": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Finished applying modification to allocated storage",
  },
  "RDS-EVENT-0025": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Finished applying modification to convert to a Multi-AZ DB instance",
  },
  "RDS-EVENT-0028": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Disabled automated backups",
  },
  "RDS-EVENT-0032": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Enabled automated backups",
  },
  "RDS-EVENT-0087": { source: "DB_INSTANCE", category: "notification", message: "DB instance stopped" },
  "RDS-EVENT-0088": { source: "DB_INSTANCE", category: "notification", message: "DB instance started" },
  "RDS-EVENT-0092": {
    source: "DB_INSTANCE",
    category: "configuration change",
    message: "Finished updating DB parameter group",
  },
  "RDS-EVENT-0154": {
    source: "DB_INSTANCE",
    category: "notification",
    message: "DB instance is being started due to it exceeding the maximum allowed time being stopped",
  },
  "RDS-EVENT-0031": { source: "DB_INSTANCE", category: "failure", message: "DB instance put into {name}" },
  "RDS-EVENT-0419": {
    source: "DB_INSTANCE",
    category: "availability",
    message:
      "Amazon RDS has been unable to access the KMS encryption key for database instance {name}. This database will " +
      "be placed into an inaccessible state. Please refer to the troubleshooting section in the Amazon RDS " +
      "documentation for further details",
  },
  "RDS-EVENT-0040": { source: "SNAPSHOT", category: "creation", message: "Creating manual snapshot" },
  "RDS-EVENT-0041": { source: "SNAPSHOT", category: "deletion", message: "{name}" },
  "RDS-EVENT-0042": { source: "SNAPSHOT", category: "creation", message: "Manual snapshot created" },
  "RDS-EVENT-0043": { source: "SNAPSHOT", category: "restoration", message: "Restored from snapshot {name}" },
  "RDS-EVENT-0059": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Started copy of snapshot {name} from region {region}",
  },
  "RDS-EVENT-0060": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Finished copy of snapshot {name} from region {region} in {minutes} minutes",
  },
  "RDS-EVENT-0061": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Canceled snapshot copy request of {name} from region {region}",
  },
  "RDS-EVENT-0090": { source: "SNAPSHOT", category: "creation", message: "Creating automated snapshot" },
  "RDS-EVENT-0091": { source: "SNAPSHOT", category: "creation", message: "Automated snapshot created" },
  "RDS-EVENT-0190": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Canceled snapshot copy request of {name} in region {region}",
  },
  "RDS-EVENT-0196": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Started copy of snapshot {name} in region {region}",
  },
  "RDS-EVENT-0197": {
    source: "SNAPSHOT",
    category: "notification",
    message: "Finished copy of snapshot {name} in region {region}",
  },
} as const satisfies Record<`RDS-EVENT-${string}`, CatalogueRow>;

/** Id of an event that the simulation knows. */
export type EventId = keyof typeof catalogue;

/** Values for the places in a message. */
export interface MessageValues {
  readonly name?: string;
  readonly region?: string;
  readonly minutes?: number;
}

/** The message of an event as it is sent. */
export function messageOf(id: EventId, values: MessageValues): string {
  const text: string = catalogue[id].message;
  return text
    .replace("{name}", values.name ?? "")
    .replace("{region}", values.region ?? "")
    .replace("{minutes}", String(values.minutes ?? 0));
}
