import { Aws, type Stack } from "aws-cdk-lib";
import type { Settings } from "../shared/settings/schema.ts";
import type { Territory } from "./permissions/vocabulary.ts";

/** The places that a stack's permissions are written for: its own region and the other, by name and never by output. */
export function territoryOf(
  stack: Stack,
  settings: Settings,
  region: string,
  topicKeyArn: string,
): Territory {
  const place = (name: string) => ({ partition: Aws.PARTITION, account: stack.account, region: name });
  return {
    settings,
    here: place(region),
    primary: place(settings.regions.primary),
    dr: place(settings.regions.dr),
    topicKeyArn,
  };
}
