import type { KmsService } from "../../types.ts";
import type { SimulatedKms } from "./index.ts";

const services = new WeakMap<KmsService, SimulatedKms>();

/** Makes a region's KMS known as the simulated one. */
export function registerKms(kms: SimulatedKms): void {
  services.set(kms, kms);
}

/** A region's KMS with what only the simulated one has; undefined when it is another. */
export function simulatedKms(kms: KmsService): SimulatedKms | undefined {
  return services.get(kms);
}
