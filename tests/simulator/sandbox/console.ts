import { format, inspect } from "node:util";

type Write = (line: string) => void;

const LEVELS = {
  log: "INFO",
  info: "INFO",
  debug: "DEBUG",
  warn: "WARN",
  error: "ERROR",
  trace: "TRACE",
} as const;

/** Where the lines of a function's log go, and what the runtime puts in front of console's. */
export interface LogSink {
  write: Write;
  now(): number;
  requestId(): string | undefined;
}

/** The console that Lambda's runtime gives a function: each line with time, request id and level. */
export function lambdaConsole(sink: LogSink): Record<string, unknown> {
  return consoleOf((method, line) => {
    const at = new Date(sink.now()).toISOString();
    // The runtime joins the lines of one message by carriage returns, so that it stays one log event.
    sink.write(
      `${at}\t${sink.requestId() ?? "undefined"}\t${LEVELS[method]}\t${line.replaceAll("\n", "\r")}`,
    );
  });
}

/** The Console class of node:console: what is written through a stream stays as it is. */
export function consoleClass() {
  return class Console {
    constructor(options: { stdout: { write: Write }; stderr?: { write: Write } } | { write: Write }) {
      const stdout = "stdout" in options ? options.stdout : options;
      const stderr = "stdout" in options ? (options.stderr ?? options.stdout) : options;
      Object.assign(
        this,
        consoleOf((method, line) => {
          const stream = method === "warn" || method === "error" || method === "trace" ? stderr : stdout;
          stream.write(`${line}\n`);
        }),
      );
    }
  };
}

function consoleOf(print: (method: keyof typeof LEVELS, line: string) => void): Record<string, unknown> {
  const methods: Record<string, unknown> = {};
  for (const method of Object.keys(LEVELS) as (keyof typeof LEVELS)[]) {
    methods[method] = (...values: unknown[]) => print(method, format(...values));
  }
  const nothing = () => {};
  return {
    ...methods,
    dir: (value: unknown) => print("log", inspect(value)),
    table: (value: unknown) => print("log", inspect(value)),
    assert: (holds: unknown, ...values: unknown[]) => {
      if (!holds) {
        print("error", format("Assertion failed", ...values));
      }
    },
    group: nothing,
    groupEnd: nothing,
    time: nothing,
    timeEnd: nothing,
    timeLog: nothing,
    count: nothing,
  };
}
