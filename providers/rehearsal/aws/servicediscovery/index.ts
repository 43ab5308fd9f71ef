import type { Model } from "../../model";
import { privateDnsNamespace } from "./private-dns-namespace";
import { discoveryService } from "./service";

/** Cloud Map. */
export const servicediscovery: Model[] = [privateDnsNamespace, discoveryService];
