/** What an engine has of its own: how it is licensed, and which of its logs can be exported. */
interface EngineValues {
  readonly licenses: readonly string[];
  readonly logs: readonly string[];
}

const openLogs = ["audit", "error", "general", "slowquery", "iam-db-auth-error"];
const mysql: EngineValues = { licenses: ["general-public-license"], logs: openLogs };
const oracle: EngineValues = {
  licenses: ["bring-your-own-license", "license-included"],
  logs: ["alert", "audit", "listener", "trace", "oemagent"],
};
const sqlServer: EngineValues = { licenses: ["license-included"], logs: ["agent", "error"] };
const db2: EngineValues = {
  licenses: ["bring-your-own-license", "marketplace-license"],
  logs: ["diag.log", "notify.log", "iam-db-auth-error"],
};
const custom: EngineValues = { licenses: ["bring-your-own-license"], logs: [] };

/**
 * The engines (botocore, DescribeOrderableDBInstanceOptions), with their licenses (RestoreDBInstanceFromDBSnapshot)
 * and their logs (CreateDBInstance; of Aurora, RestoreDBClusterFromSnapshot).
 */
const engines: Readonly<Record<string, EngineValues>> = {
  "aurora-mysql": { licenses: mysql.licenses, logs: [...openLogs, "instance"] },
  "aurora-postgresql": {
    licenses: ["postgresql-license"],
    logs: ["postgresql", "iam-db-auth-error", "instance"],
  },
  "custom-oracle-ee": custom,
  "custom-oracle-ee-cdb": custom,
  "custom-oracle-se2": custom,
  "custom-oracle-se2-cdb": custom,
  "db2-ae": db2,
  "db2-se": db2,
  mariadb: mysql,
  mysql,
  "oracle-ee": oracle,
  "oracle-ee-cdb": oracle,
  "oracle-se2": oracle,
  "oracle-se2-cdb": oracle,
  postgres: { licenses: ["postgresql-license"], logs: ["postgresql", "upgrade", "iam-db-auth-error"] },
  "sqlserver-ee": sqlServer,
  "sqlserver-se": sqlServer,
  "sqlserver-ex": sqlServer,
  "sqlserver-web": sqlServer,
};

/** Whether RDS has an engine of this name. */
export function isEngine(name: string): boolean {
  return Object.hasOwn(engines, name);
}

/** License models that an engine can have. */
export function licensesOf(engine: string): readonly string[] {
  return engines[engine]?.licenses ?? [];
}

/** Logs of an engine that can be exported to CloudWatch Logs. */
export function logTypesOf(engine: string): readonly string[] {
  return engines[engine]?.logs ?? [];
}
