import type { Context } from "./types.ts";

/**
 * A string of a policy that may hold wildcards and policy variables. Patterns without variables are
 * compiled once; the others for each request, because the value of a variable is literal text.
 */
export interface Pattern {
  readonly source: string;
  /** Undefined when a variable of the pattern has no single value in this request. */
  resolve(context: Context): RegExp | undefined;
}

/** How far `*` and `?` reach. */
export type Reach =
  /** Anything: StringLike and action names. */
  | "text"
  /**
   * Within a colon-separated segment; a `*` that ends its segment reaches beyond.
   * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
   */
  | "resource"
  /** Wildcards are literal: StringEquals. */
  | "none";

interface Options {
  readonly reach: Reach;
  readonly ignoreCase?: boolean;
  /** Policy variables exist from version 2012-10-17 on; before, `${...}` is literal. */
  readonly variables: boolean;
}

const VARIABLE = /\$\{([^}]*)\}/g;
const LITERALS = new Set(["*", "?", "$"]);

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");

function wildcards(text: string, reach: Reach, endsPattern: boolean): string {
  if (reach === "none") return literal(text);
  let out = "";
  for (let index = 0; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character !== "*" && character !== "?") {
      out += literal(character);
      continue;
    }
    const next = text.charAt(index + 1);
    const endsSegment = next === ":" || (next === "" && endsPattern);
    const any = reach === "text" || (character === "*" && endsSegment) ? "[\\s\\S]" : "[^:]";
    out += character === "*" ? `${any}*` : any;
  }
  return out;
}

function variable(inside: string, context: Context): string | undefined {
  if (LITERALS.has(inside)) return inside;
  const [name = "", fallback] = inside.split(/\s*,\s*'(.*)'\s*$/s);
  const values = context.get(name.trim().toLowerCase());
  if (values === undefined) return fallback;
  return values.length === 1 ? values[0] : undefined;
}

/** Compiles a string of a policy. */
export function pattern(source: string, options: Options): Pattern {
  const flags = options.ignoreCase ? "i" : "";
  const build = (context: Context | undefined): RegExp | undefined => {
    let out = "";
    let from = 0;
    if (context !== undefined) {
      for (const match of source.matchAll(VARIABLE)) {
        const value = variable(match[1] ?? "", context);
        if (value === undefined) return undefined;
        out += wildcards(source.slice(from, match.index), options.reach, false) + literal(value);
        from = match.index + match[0].length;
      }
    }
    out += wildcards(source.slice(from), options.reach, true);
    return new RegExp(`^${out}$`, flags);
  };
  if (options.variables && source.includes("${")) return { source, resolve: build };
  const compiled = build(undefined);
  return { source, resolve: () => compiled };
}

/** Compiles an ARN pattern of ArnLike: each of the six parts is compared on its own. */
export function arnPattern(source: string, options: { readonly variables: boolean }): Pattern {
  const parts = splitArn(source).map((part) =>
    pattern(part, { reach: "text", variables: options.variables }),
  );
  const build = (context: Context): RegExp | undefined => {
    if (parts.length !== 6) return /^(?!)/;
    const expressions: string[] = [];
    for (const [index, part] of parts.entries()) {
      const expression = part.resolve(context);
      if (expression === undefined) return undefined;
      const body = expression.source.slice(1, -1);
      expressions.push(index < 5 ? body.replaceAll("[\\s\\S]", "[^:]") : body);
    }
    return new RegExp(`^${expressions.join(":")}$`);
  };
  if (options.variables && source.includes("${")) return { source, resolve: build };
  const compiled = build(new Map());
  return { source, resolve: () => compiled };
}

/** The six parts of an ARN; the last keeps its colons. Colons inside a policy variable do not part. */
export function splitArn(arn: string): string[] {
  if (arn.includes("${")) return splitAroundVariables(arn);
  const parts = arn.split(":");
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
}

function splitAroundVariables(arn: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let index = 0; index < arn.length; index += 1) {
    if (arn.startsWith("${", index)) {
      const end = arn.indexOf("}", index);
      const until = end < 0 ? arn.length : end + 1;
      part += arn.slice(index, until);
      index = until - 1;
    } else if (arn.charAt(index) === ":" && parts.length < 5) {
      parts.push(part);
      part = "";
    } else {
      part += arn.charAt(index);
    }
  }
  parts.push(part);
  return parts;
}

/** Account of an ARN, or undefined where the ARN has none (or is a bare `*`). */
export function accountOf(arn: string): string | undefined {
  const account = splitArn(arn)[4];
  return account === undefined || account === "" || account === "*" ? undefined : account;
}

/** Region of an ARN, or undefined where the ARN has none. */
export function regionOf(arn: string): string | undefined {
  const region = splitArn(arn)[3];
  return region === undefined || region === "" || region === "*" ? undefined : region;
}
