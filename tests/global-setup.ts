import type { TestProject } from "vitest/node";
import { synthesise } from "./rehearsal/synthesise.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** The assembly of the `dev` environment, synthesised once for all tests that run it. */
    assembly: string;
  }
}

/** Synthesises the real app once; every test that deploys it gets the same assembly. */
export default function setup(project: TestProject): void {
  project.provide("assembly", synthesise("dev"));
}
