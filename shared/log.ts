import { Logger } from "@aws-lambda-powertools/logger";

/** Keys of our log lines, snake_case beside Powertools' own; others do not compile. */
export interface LogKeys {
  decision?: string;
  because?: string;
  event?: string;
  instance_id?: string;
  instance_ids?: readonly string[];
  backup_id?: string;
  copy_id?: string;
  recovery_point_id?: string;
  declaration_id?: string;
  region?: string;
  count?: number;
  attempt?: number;
  correlation_id?: string;
  error_text?: string;
  dropped_tags?: readonly string[];
  details?: readonly string[];
  counts?: Readonly<Record<string, number>>;
}

/** Our log: one fixed lower-case sentence, everything variable as a key. */
export interface Log {
  info(sentence: string, keys?: LogKeys): void;
  /** A person may look. */
  warn(sentence: string, keys?: LogKeys): void;
  /** A person must look. */
  error(sentence: string, keys?: LogKeys): void;
}

/** The Powertools logger of one step. */
export function createLogger(step: string): Logger {
  return new Logger({ serviceName: step, persistentKeys: { step } });
}

/** Narrows a Powertools logger to our sentences and keys. */
export function logOf(logger: Logger): Log {
  return {
    info: (sentence, keys = {}) => logger.info(sentence, { ...keys }),
    warn: (sentence, keys = {}) => logger.warn(sentence, { ...keys }),
    error: (sentence, keys = {}) => logger.error(sentence, { ...keys }),
  };
}
