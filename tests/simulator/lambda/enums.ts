import { Architecture, FunctionResponseType, Runtime } from "@aws-sdk/client-lambda";
import { AwsError } from "../types.ts";

/** The lists of Lambda whose members are one of a few words, as the client's model has them. */
const LISTS: Readonly<Record<string, readonly string[]>> = {
  architectures: Object.values(Architecture),
  functionResponseTypes: Object.values(FunctionResponseType),
};

/** Refuses a list of more than one member, or with one that Lambda does not know, in the words of its validation. */
export function checkList(name: "architectures" | "functionResponseTypes", given: unknown): void {
  const members = given === undefined ? [] : [given].flat().map(String);
  const known = LISTS[name] ?? [];
  const refused = (constraint: string) =>
    new AwsError(
      "ValidationException",
      `1 validation error detected: Value '[${members.join(", ")}]' at '${name}' failed to satisfy constraint: ${constraint}`,
    );
  if (members.some((member) => !known.includes(member))) {
    throw refused(
      `Member must satisfy constraint: [Member must satisfy enum value set: [${known.join(", ")}], Member must not be null]`,
    );
  }
  if (members.length > 1) {
    throw refused("Member must have length less than or equal to 1");
  }
}

/** Refuses a runtime that Lambda does not have. */
export function checkRuntime(runtime: string): void {
  const known: readonly string[] = Object.values(Runtime);
  if (!known.includes(runtime)) {
    throw new AwsError(
      "InvalidParameterValueException",
      `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${known.join(", ")}] or be a valid ARN`,
    );
  }
}
