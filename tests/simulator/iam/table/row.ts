import type { Call, Shape } from "../../types.ts";
import type { Facts } from "../facts.ts";
import type { Check } from "../types.ts";

/** Where a call happens and what is known there. */
export interface Scene {
  readonly call: Call;
  readonly account: string;
  readonly partition: string;
  readonly facts: Facts;
}

/** The authorisations that one operation needs, computed from its input. */
export type Row = (scene: Scene) => readonly Check[];

/** Rows of one service by operation. */
export type Rows = Readonly<Record<string, Row>>;

/** An ARN of the call's account. */
export function arn(scene: Scene, service: string, rest: string, region = scene.call.region): string {
  return `arn:${scene.partition}:${service}:${region}:${scene.account}:${rest}`;
}

/** A member of the input that is a non-empty string. */
export function text(input: Shape, member: string): string | undefined {
  const value = input[member];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A member of the input that is a list of objects. */
export function shapes(input: Shape, member: string): Shape[] {
  const value: unknown = input[member];
  if (!Array.isArray(value)) return [];
  return value
    .filter((item: unknown) => typeof item === "object" && item !== null)
    .map((item) => ({ ...item }));
}

/** A row of an action that AWS judges against the resource `*`. */
export const onEverything =
  (action: string): Row =>
  () => [{ action, resource: "*" }];
