/** Environments and versions as the Elastic Beanstalk API documents them: updates that go on with each look. */
import type { Fate } from "./simulated-ecs";
import type { SimulatedLine } from "./simulated-logs";

export interface SimulatedVersion {
  application: string;
  label: string;
  description: string;
  created: number;
  /** Where its bundle lies. */
  bundle: { bucket: string; key: string };
}

export interface SimulatedInstance {
  id: string;
  version: string;
  health: string;
  causes: string[];
}

interface SimulatedEvent {
  at: number;
  severity: "INFO" | "WARN" | "ERROR";
  message: string;
  version: string;
}

export interface SimulatedEnvironment {
  name: string;
  application: string;
  status: "Launching" | "Updating" | "Ready" | "Terminated";
  version: string;
  health: "Green" | "Yellow" | "Red" | "Grey";
  healthStatus: string;
  causes: string[];
  instances: SimulatedInstance[];
  /** Newest first. */
  events: SimulatedEvent[];
  /** Labels that it was told to deploy, the newest first. */
  asked: string[];
  /** Looks until the update is over, and what becomes of it. */
  update?: { label: string; fate: Fate; looks: number };
}

/** The environments in one region of one account. */
export class SimulatedBeanstalk {
  readonly versions: SimulatedVersion[] = [];
  readonly environments = new Map<string, SimulatedEnvironment>();
  readonly lines: SimulatedLine[] = [];
  private count = 0;
  private clock = 0;

  addVersion(application: string, label: string, description = "", bundle = { bucket: "bundles", key: label }): void {
    // The time that is in the label, so that the order is the same.
    this.versions.push({ application, label, description, created: Date.now() / 1000 + this.versions.length, bundle });
  }

  /** Makes an environment, or begins to deploy another version to it. */
  deploy(application: string, name: string, label: string, fate: Fate = {}): void {
    const known = this.environments.get(name);
    const environment = known ?? this.make(application, name, label);
    environment.asked.unshift(label);
    environment.status = known === undefined ? "Launching" : "Updating";
    environment.update = { label, fate, looks: fate.looks ?? 1 };
    const begins = known === undefined ? "createEnvironment is starting." : "Environment update is starting.";
    this.tell(environment, "INFO", begins);
  }

  /** Everything goes on a little; called with each look at the environments. */
  look(): void {
    for (const environment of this.environments.values()) {
      const { update } = environment;
      if (update === undefined) continue;
      update.looks -= 1;
      if (update.looks < 0) this.end(environment, update);
    }
  }

  /** Everything is over that goes on. */
  settle(): void {
    for (const { update } of this.environments.values()) if (update !== undefined) update.looks = 0;
    this.look();
  }

  private make(application: string, name: string, version: string): SimulatedEnvironment {
    const id = `i-${(0x1a2b3c4d + ++this.count).toString(16).padStart(17, "0")}`;
    const environment: SimulatedEnvironment = {
      name,
      application,
      status: "Launching",
      version,
      health: "Grey",
      healthStatus: "Pending",
      causes: [],
      instances: [{ id, version: "", health: "Pending", causes: [] }],
      events: [],
      asked: [],
    };
    this.environments.set(name, environment);
    return environment;
  }

  /** Where it does not come up, an environment that had something before goes back to it. */
  private end(environment: SimulatedEnvironment, { label, fate }: { label: string; fate: Fate }): void {
    const before = environment.instances[0]?.version ?? "";
    const well = fate.healthy !== false;
    const putBack = !well && before !== "";
    delete environment.update;
    this.write(environment, fate);
    const version = putBack ? before : label;
    const healthy = well || putBack;
    Object.assign(environment, {
      status: "Ready",
      version,
      health: healthy ? "Green" : "Red",
      healthStatus: healthy ? "Ok" : "Severe",
      causes: healthy ? [] : ["100.0 % of the requests are failing with HTTP 5xx."],
    });
    for (const instance of environment.instances) {
      Object.assign(instance, { version, health: healthy ? "Ok" : "Severe", causes: environment.causes });
    }
    if (well) this.tell(environment, "INFO", "Environment update completed successfully.", label);
    else this.tell(environment, "ERROR", "Failed to deploy application.", label);
  }

  private write({ name, instances }: SimulatedEnvironment, { log = [] }: Fate): void {
    const process = name.endsWith("-worker") ? "worker" : "web";
    const group = `/aws/elasticbeanstalk/${name}/var/log/${process}.stdout.log`;
    for (const { id } of instances)
      for (const message of log) this.lines.push({ group, stream: id, at: this.now(), message });
  }

  private tell(
    environment: SimulatedEnvironment,
    severity: SimulatedEvent["severity"],
    message: string,
    version = "",
  ): void {
    environment.events.unshift({ at: this.now() / 1000, severity, message, version });
  }

  /** Milliseconds, more with each call: what comes after something else is later. */
  private now(): number {
    this.clock = Math.max(Date.now(), this.clock + 1);
    return this.clock;
  }
}
