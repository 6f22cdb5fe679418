import type {
  AddTagsToResourceMessage,
  ListTagsForResourceMessage,
  RemoveTagsFromResourceMessage,
  Tag,
} from "@aws-sdk/client-rds";
import { AwsError, NotSimulated, type Shape } from "../../types.ts";
import { parseArn } from "./identifiers.ts";
import { findInstance, findSnapshot } from "./lookup.ts";
import type { RdsState } from "./state.ts";
import { checkCount, checkedTags, isSystemTag, withTags } from "./tags.ts";

/** Something with a list of tags: the shape of an instance or of a snapshot. */
interface Tagged {
  TagList?: Tag[] | undefined;
}

function tagged(state: RdsState, name = ""): Tagged {
  const arn = parseArn(name);
  if (arn?.region !== state.region.name || arn.account !== state.world.account) {
    throw new AwsError("InvalidParameterValue", `Invalid resource name: ${name}`);
  }
  switch (arn.type) {
    case "db":
      return findInstance(state, arn.id).shape;
    case "snapshot":
      return findSnapshot(state, arn.id).shape;
    default:
      throw new NotSimulated(`rds: tags of ${arn.type}`);
  }
}

/** AddTagsToResource. */
export function addTags(state: RdsState, input: AddTagsToResourceMessage): Shape {
  const added = checkedTags(input.Tags);
  const resource = tagged(state, input.ResourceName);
  const tags = withTags(resource.TagList ?? [], added);
  checkCount(tags);
  resource.TagList = tags;
  return {};
}

/** RemoveTagsFromResource: keys that are not there are no error. */
export function removeTags(state: RdsState, input: RemoveTagsFromResourceMessage): Shape {
  const resource = tagged(state, input.ResourceName);
  const gone = new Set(input.TagKeys);
  const present = resource.TagList ?? [];
  if (present.some((tag) => isSystemTag(tag) && gone.has(tag.Key ?? ""))) {
    throw new AwsError("InvalidParameterValue", 'Tag keys cannot start with the reserved prefix "aws:"');
  }
  resource.TagList = present.filter((tag) => !gone.has(tag.Key ?? ""));
  return {};
}

/** ListTagsForResource. */
export function listTags(state: RdsState, input: ListTagsForResourceMessage): Shape {
  return { TagList: [...(tagged(state, input.ResourceName).TagList ?? [])] };
}
