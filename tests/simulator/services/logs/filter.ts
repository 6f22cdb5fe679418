import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { shapeOf } from "../events/properties.ts";

/** Whether a log line passes. */
export type LineFilter = (line: string) => boolean;

/**
 * Compiles a filter pattern: terms (`a "b c"` all, `?a ?b` any, `-c` none) or comparisons of JSON members
 * (`{ $.level = "ERROR" && $.n > 3 }`). Anything else is refused by name.
 */
export function compileFilter(pattern: string): LineFilter {
  const trimmed = pattern.trim();
  if (trimmed === "") {
    return () => true;
  }
  if (trimmed.startsWith("{") && trimmed.endsWith("}")) {
    return compileJson(trimmed.slice(1, -1));
  }
  if (trimmed.startsWith("[") || trimmed.startsWith("%")) {
    throw new NotSimulated(`logs: the filter pattern ${pattern}`);
  }
  const terms = trimmed.match(/[?-]?"[^"]*"|\S+/g) ?? [];
  const bare = (term: string) => term.replace(/^[?-]/, "").replace(/^"(.*)"$/, "$1");
  const any = terms.filter((term) => term.startsWith("?")).map(bare);
  const none = terms.filter((term) => term.startsWith("-")).map(bare);
  const all = terms.filter((term) => !/^[?-]/.test(term)).map(bare);
  return (line) =>
    all.every((term) => line.includes(term)) &&
    (any.length === 0 || any.some((term) => line.includes(term))) &&
    !none.some((term) => line.includes(term));
}

type JsonFilter = (line: Shape) => boolean;

function compileJson(source: string): LineFilter {
  if (/[()]/.test(source.replaceAll(/"[^"]*"/g, ""))) {
    throw new NotSimulated(`logs: parentheses in the filter pattern {${source}}`);
  }
  const branches = source
    .split("||")
    .map((branch) => branch.split("&&").map((each) => comparison(each.trim())));
  return (line) => {
    const read = parse(line);
    return read !== undefined && branches.some((tests) => tests.every((test) => test(read)));
  };
}

function parse(line: string): Shape | undefined {
  try {
    return line.startsWith("{") ? shapeOf(JSON.parse(line)) : undefined;
  } catch {
    return undefined;
  }
}

function comparison(source: string): JsonFilter {
  const [, path, operator, operand] = /^\$\.([\w.-]+)\s*(=|!=|<=|>=|<|>)\s*(.+)$/.exec(source) ?? [];
  if (path === undefined || operator === undefined || operand === undefined) {
    throw new AwsError("InvalidParameterException", `Invalid filter pattern: { ${source} }`);
  }
  const expected = operand.trim().replace(/^"(.*)"$/, "$1");
  return (line) => {
    const value = path.split(".").reduce<unknown>((at, name) => shapeOf(at)?.[name], line);
    switch (operator) {
      case "=":
        return value !== undefined && fits(expected, String(value));
      case "!=":
        return value !== undefined && !fits(expected, String(value));
      case "<":
        return Number(value) < Number(expected);
      case "<=":
        return Number(value) <= Number(expected);
      case ">":
        return Number(value) > Number(expected);
      default:
        return Number(value) >= Number(expected);
    }
  };
}

/** `*` stands for any text in a compared string. */
function fits(expected: string, value: string): boolean {
  const source = expected.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
  return new RegExp(`^${source}$`, "s").test(value);
}
