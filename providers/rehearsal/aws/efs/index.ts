import type { Model } from "../../model";
import { accessPoint } from "./access-point";
import { fileSystem } from "./file-system";
import { mountTarget } from "./mount-target";

export const efs: Model[] = [fileSystem, mountTarget, accessPoint];
