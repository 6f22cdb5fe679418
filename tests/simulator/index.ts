/** The simulated two-region AWS: its public face. */
export { EventLoop } from "./clock.ts";
export type { FaultRule, Gate, Outcome, Verdict } from "./gate.ts";
export { DEFAULT_QUOTAS, KNOB_FACTS, type KnobFact, type KnobOverrides } from "./knobs.ts";
export type { DeployedResource, DeployedStack, Deployment } from "./templates/deploy.ts";
export type { IamRegistry, RoleRecord } from "./templates/iam-resources.ts";
export { INERT_TYPES, type InertType } from "./templates/inert.ts";
export * from "./types.ts";
export { answer } from "./wire/endpoint.ts";
export type { HttpReply, HttpRequest } from "./wire/message.ts";
export { createWorld } from "./world.ts";
export type { SimulatedWorld, WorldOptions } from "./world-types.ts";
