import { AwsError, type AwsEvent, type Shape } from "../../types.ts";
import { onlyKnown, shapeOf, text } from "./properties.ts";

/** What a rule knows when it makes a target's input. */
export interface InputContext {
  readonly event: AwsEvent;
  readonly ruleArn: string;
  readonly ruleName: string;
  /** When the bus received the event, ISO 8601. */
  readonly ingestionTime: string;
}

/** Makes the text that a target receives; undefined when its template does not give JSON with this event. */
export type InputMaker = (context: InputContext) => string | undefined;

/** Compiles a target's Input, InputPath or InputTransformer; refuses what PutTargets would refuse. */
export function compileInput(target: Shape, targetId: string): InputMaker {
  const input = text(target, "Input");
  const path = text(target, "InputPath");
  const transformer = shapeOf(target["InputTransformer"]);
  if ([input, path, transformer].filter((each) => each !== undefined).length > 1) {
    throw refusal(
      `Only one of Input, InputPath, or InputTransformer must be provided for target ${targetId}.`,
    );
  }
  if (input !== undefined) {
    if (!isJson(input)) {
      throw refusal(`JSON syntax error in input for target ${targetId}`);
    }
    return () => input;
  }
  if (path !== undefined) {
    const read = compilePath(path, targetId);
    return ({ event }) => JSON.stringify(read(event) ?? null);
  }
  return transformer === undefined
    ? ({ event }) => JSON.stringify(event)
    : compileTransformer(transformer, targetId);
}

function refusal(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

function isJson(source: string): boolean {
  try {
    JSON.parse(source);
    return true;
  } catch {
    return false;
  }
}

type PathReader = (event: AwsEvent) => unknown;

/**
 * The JSON paths that EventBridge knows, from `$`: names, array indices, and `*` for any of them.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
function compilePath(path: string, targetId: string): PathReader {
  if (!/^\$(\.([\w/-]+|\*)(\[(\d+|\*)\])*)*$/.test(path)) {
    throw refusal(`InputPath for target ${targetId} is invalid.`);
  }
  const steps: readonly string[] = path.match(/[\w/-]+|\*/g) ?? [];
  // The page does not say what a wildcard gives: a list of all that it finds, as JSON path has it.
  return (event) => (steps.includes("*") ? found(event, steps) : found(event, steps)[0]);
}

function found(event: AwsEvent, steps: readonly string[]): unknown[] {
  let values: unknown[] = [event];
  for (const step of steps) {
    values = values
      .filter((value) => typeof value === "object" && value !== null)
      .flatMap((value) => {
        if (step === "*") return Object.values(value as Shape);
        return Object.hasOwn(value as Shape, step) ? [(value as Shape)[step]] : [];
      });
  }
  return values;
}

const PREDEFINED: Readonly<Record<string, (context: InputContext) => unknown>> = {
  "aws.events.rule-arn": ({ ruleArn }) => ruleArn,
  "aws.events.rule-name": ({ ruleName }) => ruleName,
  "aws.events.event.ingestion-time": ({ ingestionTime }) => ingestionTime,
  // Without the detail, and with the one name that has a hyphen in camel case: LocalStack's recording of AWS,
  // test_input_transformer_predefined_variables.
  "aws.events.event": ({ event: { detail: _detail, "detail-type": detailType, ...envelope } }) => ({
    ...envelope,
    detailType,
  }),
  "aws.events.event.json": ({ event }) => event,
};

// EventBridge API, InputTransformer: up to 100 paths, a template of up to 8,192 characters.
const PATHS_MAX = 100;
const TEMPLATE_MAX = 8192;

type Variable = (context: InputContext) => unknown;

function compileTransformer(transformer: Shape, targetId: string): InputMaker {
  onlyKnown("AWS::Events::Rule.InputTransformer", transformer, ["InputPathsMap", "InputTemplate"]);
  const template = text(transformer, "InputTemplate") ?? "";
  const paths = shapeOf(transformer["InputPathsMap"]) ?? {};
  if (template === "" || template.length > TEMPLATE_MAX || Object.keys(paths).length > PATHS_MAX) {
    throw refusal(`Invalid InputTemplate for target ${targetId}`);
  }
  const variables = new Map<string, Variable>(Object.entries(PREDEFINED));
  for (const [name, path] of Object.entries(paths)) {
    if (/^aws/i.test(name) || typeof path !== "string") {
      throw refusal(`InputPathsMap for target ${targetId} has a reserved or malformed key: ${name}`);
    }
    const read = compilePath(path, targetId);
    variables.set(name, ({ event }) => read(event));
  }
  const pieces = cut(template, variables, targetId);
  const filled = (bare: string) =>
    pieces.map((piece) => (typeof piece === "string" ? piece : piece.quoted ? "x" : bare)).join("");
  const sample = filled('""');
  const isText = sample.trimStart().startsWith('"');
  if (!isJson(sample) && !sample.split("\n").every((line) => isJson(line.trim()))) {
    throw refusal(
      `Invalid InputTemplate for target ${targetId} : [the template is neither JSON nor quoted text]`,
    );
  }
  // Text takes any value; so does JSON whose placeholders are values without quotes, as ours are.
  const takesAll = isText || (isJson(filled("{}")) && !pieces.some(isQuoted));
  return (context) => {
    const input = pieces
      .map((piece) => (typeof piece === "string" ? piece : render(piece, context, isText)))
      .join("");
    return takesAll || isJson(input) ? input : undefined;
  };
}

interface Placeholder {
  readonly variable: Variable;
  readonly quoted: boolean;
}

function isQuoted(piece: string | Placeholder): boolean {
  return typeof piece !== "string" && piece.quoted;
}

function cut(
  template: string,
  variables: ReadonlyMap<string, Variable>,
  targetId: string,
): (string | Placeholder)[] {
  const pieces: (string | Placeholder)[] = [];
  let quoted = false;
  let from = 0;
  for (const match of template.matchAll(/\\.|"|<([\w.-]+)>/g)) {
    if (match[0] === '"') {
      quoted = !quoted;
    }
    const name = match[1];
    if (name === undefined) {
      continue;
    }
    const variable = variables.get(name);
    if (variable === undefined) {
      throw refusal(`InputTemplate for target ${targetId} contains invalid placeholder ${name}.`);
    }
    pieces.push(template.slice(from, match.index), { variable, quoted });
    from = match.index + match[0].length;
  }
  pieces.push(template.slice(from));
  return pieces;
}

/**
 * A value stands as JSON where the template has no quotes around it, and as bare text within quotes. There an
 * object or a list loses its own quotes in a template of text only; in one of JSON it keeps them, which is no JSON
 * any more, and nothing is delivered (LocalStack's recordings of AWS, test_input_transformer_nested_keys_replacement
 * and …_not_valid). A path that finds nothing leaves an empty string.
 */
function render({ variable, quoted }: Placeholder, context: InputContext, isText: boolean): string {
  const value = variable(context) ?? "";
  if (!quoted) {
    return JSON.stringify(value);
  }
  if (typeof value === "string") {
    return JSON.stringify(value).slice(1, -1);
  }
  const json = JSON.stringify(value);
  return isText ? json.replaceAll('"', "") : json;
}
