import {
  type DBInstance,
  DescribeDBInstancesCommand,
  paginateDescribeDBInstances,
  type RDSClient,
} from "@aws-sdk/client-rds";
import { meaningOf } from "../errors.ts";

/** All DB instances of a region, page by page. */
export async function listInstances(rds: RDSClient): Promise<DBInstance[]> {
  const found: DBInstance[] = [];
  for await (const page of paginateDescribeDBInstances({ client: rds, pageSize: 100 }, {}))
    found.push(...(page.DBInstances ?? []));
  return found;
}

/** One instance by its identifier, or undefined when there is none. */
export async function findInstance(rds: RDSClient, id: string): Promise<DBInstance | undefined> {
  try {
    return (await rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }))).DBInstances?.[0];
  } catch (error) {
    if (meaningOf(error) === "gone") return undefined;
    throw error;
  }
}
