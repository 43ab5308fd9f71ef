import { cloud as aws } from "./aws";
import { dockerCloud } from "./docker";
import { herokuCloud } from "./heroku";
import type { Cloud } from "./model";

/** Every cloud that can be rehearsed, for the project in `folder`. */
export function clouds(folder: string): readonly Cloud[] {
  return [aws, dockerCloud(folder), herokuCloud(folder)];
}
