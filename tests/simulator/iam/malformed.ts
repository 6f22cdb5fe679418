import { AwsError } from "../types.ts";

/** What IAM answers to a document that it does not accept. */
export const malformed = (text: string): AwsError => new AwsError("MalformedPolicyDocument", text, 400);

/** A value or a list of values, as policies write them; anything else is malformed. */
export function strings(value: unknown, element: string): string[] {
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string" || typeof item === "boolean" || typeof item === "number")
      return String(item);
    throw malformed(`Syntax errors in policy: ${element} must be a string or a list of strings.`);
  });
}

/** An object of the policy, or malformed. */
export function object(value: unknown, element: string): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return Object.fromEntries(Object.entries(value));
  }
  throw malformed(`Syntax errors in policy: ${element} must be an object.`);
}
