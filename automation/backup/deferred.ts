import type { StackPlace } from "../engine/project";
import type { BackupOperations } from "./backup";

/** Backups whose way is found out when something is asked: it depends on the stack, and what it needs is loaded then. */
export function deferredBackups(find: (place: StackPlace) => Promise<BackupOperations>): BackupOperations {
  return {
    create: async (place, options) => (await find(place)).create(place, options),
    list: async (place) => (await find(place)).list(place),
    restore: async (place, wish) => (await find(place)).restore(place, wish),
    test: async (place, wish) => (await find(place)).test(place, wish),
  };
}
