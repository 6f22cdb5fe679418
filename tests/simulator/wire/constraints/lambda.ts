import type { Constraint, ConstraintTable } from "./constraint.ts";

const shapes = {
  arn: {
    pattern: String.raw`arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\-])+:([a-z]{2}(-gov)?-[a-z]+-\d{1})?:(\d{12})?:(.*)`,
  },
  functionVersion: { values: ["ALL"] },
  invocationType: { values: ["Event", "RequestResponse", "DryRun"] },
  logType: { values: ["None", "Tail"] },
  masterRegion: { pattern: String.raw`ALL|[a-z]{2}(-gov)?-[a-z]+-\d{1}` },
  maxListItems: { min: 1, max: 10000 },
  namespacedFunctionName: {
    pattern: String.raw`(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_\.]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`,
    min: 1,
    max: 256,
  },
  numericLatestPublishedOrAliasQualifier: {
    pattern: String.raw`\$(LATEST(\.PUBLISHED)?)|[a-zA-Z0-9-_$]+`,
    min: 1,
    max: 128,
  },
} as const satisfies Readonly<Record<string, Constraint>>;

/** What Lambda demands of values, from botocore's lambda/2015-03-31/service-2.json. */
export const LAMBDA_CONSTRAINTS: ConstraintTable = {
  GetFunction: {
    FunctionName: shapes.namespacedFunctionName,
    Qualifier: shapes.numericLatestPublishedOrAliasQualifier,
  },
  GetFunctionConfiguration: {
    FunctionName: shapes.namespacedFunctionName,
    Qualifier: shapes.numericLatestPublishedOrAliasQualifier,
  },
  Invoke: {
    FunctionName: shapes.namespacedFunctionName,
    InvocationType: shapes.invocationType,
    LogType: shapes.logType,
    Qualifier: shapes.numericLatestPublishedOrAliasQualifier,
  },
  ListEventSourceMappings: {
    EventSourceArn: shapes.arn,
    FunctionName: shapes.namespacedFunctionName,
    MaxItems: shapes.maxListItems,
  },
  ListFunctions: {
    MasterRegion: shapes.masterRegion,
    FunctionVersion: shapes.functionVersion,
    MaxItems: shapes.maxListItems,
  },
};
