import type { AwsError } from "../types.ts";
import type { ErrorShape } from "./schemas.ts";

/** One HTTP request as it arrives at the simulated AWS. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string. */
  readonly url: string;
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The answer to an HTTP request, or that there is none. */
export type HttpReply =
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** Milliseconds by which a fault delays this answer. */
      readonly delay: number;
    }
  | { readonly kind: "silence" }
  | { readonly kind: "reset" };

/** Status, headers and body of an answer, before the endpoint adds what all answers carry. */
export interface Payload {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An error as the wire carries it: code and status of the model where the model has it. */
export interface WireError {
  readonly code: string;
  readonly shape: string;
  readonly status: number;
  readonly message: string;
  readonly messageMember: "message" | "Message";
}

/**
 * Looks an AwsError up in the service's model. AWS JSON 1.1 knows no status but 400 and 500, whatever the model
 * says for other protocols: KMS answers `NotFoundException` with 400.
 */
export function wireError(error: AwsError, known: ErrorShape | undefined, plainStatus = false): WireError {
  if (known !== undefined && plainStatus) {
    return { ...wireError(error, known), status: known.status < 500 ? 400 : 500 };
  }
  return {
    code: known?.code ?? error.code,
    shape: known?.name ?? error.code,
    status: known?.status ?? error.status,
    message: error.message,
    messageMember: known?.messageMember ?? "message",
  };
}
