/** A resource type that the simulated AWS accepts and does nothing with, and why that is honest. */
export interface InertType {
  readonly type: string;
  readonly because: string;
}

/** The one list of inert resource types; whatever is neither simulated nor here is refused by name. */
export const INERT_TYPES: readonly InertType[] = [
  { type: "AWS::CDK::Metadata", because: "tells AWS which constructs were used; nothing reads it" },
  { type: "AWS::CloudWatch::Dashboard", because: "shows metrics to people; no step reads it" },
  { type: "AWS::Logs::QueryDefinition", because: "a saved query for people; no step runs it" },
  { type: "AWS::ResourceGroups::Group", because: "groups resources in the console; nothing acts on it" },
  {
    type: "AWS::Lambda::EventInvokeConfig",
    because: "concerns asynchronous invocations, which queues replace here",
  },
];

/** Why a type is inert, or undefined when it is not. */
export function inertBecause(type: string): string | undefined {
  return INERT_TYPES.find((entry) => entry.type === type)?.because;
}
