import type { Shape } from "../types.ts";
import { referencesOf } from "./resolve.ts";

/** A resource as it stands in a template. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Shape;
  readonly DependsOn?: string | readonly string[];
  readonly Condition?: string;
  readonly [attribute: string]: unknown;
}

/** Resources in an order in which each comes after all that it needs; the template's own order otherwise. */
export function creationOrder(resources: Readonly<Record<string, TemplateResource>>): string[] {
  const order: string[] = [];
  const state = new Map<string, "open" | "done">();
  const visit = (id: string, trail: readonly string[]): void => {
    if (state.get(id) === "done") {
      return;
    }
    if (state.get(id) === "open") {
      const cycle = [...trail.slice(trail.indexOf(id)), id];
      throw new Error(`Circular dependency between resources: [${cycle.join(" -> ")}]`);
    }
    state.set(id, "open");
    for (const needed of needs(id, resources)) {
      visit(needed, [...trail, id]);
    }
    state.set(id, "done");
    order.push(id);
  };
  for (const id of Object.keys(resources)) {
    visit(id, []);
  }
  return order;
}

function needs(id: string, resources: Readonly<Record<string, TemplateResource>>): string[] {
  const resource = resources[id];
  if (resource === undefined) {
    return [];
  }
  const named = typeof resource.DependsOn === "string" ? [resource.DependsOn] : (resource.DependsOn ?? []);
  for (const name of named) {
    if (!Object.hasOwn(resources, name)) {
      throw new Error(`Template format error: Unresolved resource dependency [${name}] of ${id}`);
    }
  }
  const referred = [...referencesOf(resource.Properties ?? {})].filter((name) =>
    Object.hasOwn(resources, name),
  );
  return [...new Set([...named, ...referred])];
}
