import { AwsError, type Shape, type World } from "../../types.ts";
import { matches } from "./pattern.ts";
import { shapeOf, text } from "./properties.ts";
import { compilePattern } from "./rules.ts";

const EVENT_MEMBERS = ["id", "account", "source", "time", "region", "resources", "detail-type"];

/** Answers TestEventPattern: whether an event, whole with its envelope, fits a pattern. */
export function testEventPattern(world: World, input: Shape): Shape {
  const pattern = compilePattern(world, text(input, "EventPattern") ?? "");
  let event: Shape | undefined;
  try {
    event = shapeOf(JSON.parse(text(input, "Event") ?? ""));
  } catch {
    event = undefined;
  }
  const missing = EVENT_MEMBERS.find((name) => event?.[name] === undefined);
  if (event === undefined || missing !== undefined) {
    const reason = event === undefined ? "" : ` Reason: ${missing} is a required argument.`;
    throw new AwsError("ValidationException", `Parameter Event is not valid.${reason}`);
  }
  return { Result: matches(pattern, event) };
}
