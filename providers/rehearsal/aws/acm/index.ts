import type { Model } from "../../model";
import { certificate } from "./certificate";
import { certificateValidation } from "./certificate-validation";

/** Certificate Manager. */
export const acm: Model[] = [certificate, certificateValidation];
